"""TLS: with a certificate that was given, or with one made for this run, for this machine alone."""

from __future__ import annotations

import ipaddress
import secrets
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from did.values import dataclass, field
from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Certified:
    """A context to serve with, and the certificate's SHA-256, to be compared by eye."""

    context: ssl.SSLContext = field(repr=False)
    fingerprint: str


def self_signed(names: Sequence[str], *, now: datetime | None = None) -> Certified:
    """A new key with a certificate that it signed itself, for these hosts and addresses.

    The key is never in a file that could be read: the library takes none from memory, so it is
    written under a password that is forgotten at once.
    """
    key, certificate = made(names, now=now)
    password = secrets.token_bytes(32).hex().encode()
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
        file = Path(folder) / "certificate.pem"
        file.touch(mode=0o600)
        file.write_bytes(sealed + certificate.public_bytes(Encoding.PEM))
        context = _context()
        context.load_cert_chain(file, password=password)
    return Certified(context, _shown(certificate))


def made(
    names: Sequence[str], *, now: datetime | None = None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A new key and a certificate that it signed itself, for these hosts and addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    begin = (now or datetime.now(UTC)) - timedelta(minutes=5)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), False)  # noqa: FBT003 - the library's
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)  # noqa: FBT003
        .add_extension(usage, False)  # noqa: FBT003
        .sign(key, SHA256())
    )
    return key, certificate


def given(certificate: Path, key: Path) -> Certified:
    """A certificate with its chain, and its key, of files in PEM.

    Raises:
        BadInput: they cannot be read, or do not belong together.
    """

    def no_password() -> bytes:
        raise BadInput("the key of the certificate is encrypted, and nobody is asked for it")

    context = _context()
    try:
        context.load_cert_chain(certificate, key, password=no_password)
        first = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except (OSError, ValueError, ssl.SSLError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "no such pair"
        raise BadInput(f"the certificate and its key cannot be used: {reason}") from None
    return Certified(context, _shown(first))


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _shown(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(SHA256()).hex(":").upper()
