"""RFC 5280 and ISO/IEC 18013-5, annex B: certificates, and whether one leads to a trusted root.

A path is built by `cryptography`. It takes no keys but those of the Web (RSA, P-256, P-384, P-521);
one step from a root to its signer, which is all that the standard's own paths have, is taken here
for the other keys that the standard allows.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification
from cryptography.x509.oid import NameOID

from wallet.credentials.errors import (
    InvalidCredential,
    ProofInvalid,
    TooComplex,
    UnsupportedFormat,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
    from cryptography.x509.verification import Policy

MAX_BYTES: Final = 16_384
MAX_CHAIN: Final = 4
MAX_REMEMBERED: Final = 128
"""How many certificates are kept in memory: each of a document is asked about several times."""
_T = TypeVar("_T", bound=x509.ExtensionType)
_PEM: Final = b"-----BEGIN CERTIFICATE-----"
_PRIVATE: Final = b"PRIVATE KEY-----"
_CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})
_READ: Final = frozenset(
    {
        x509.BasicConstraints.oid,
        x509.KeyUsage.oid,
        x509.ExtendedKeyUsage.oid,
        x509.SubjectKeyIdentifier.oid,
        x509.AuthorityKeyIdentifier.oid,
        x509.SubjectAlternativeName.oid,
    }
)


@lru_cache(maxsize=MAX_REMEMBERED)
def read_certificate(data: bytes) -> x509.Certificate:
    """The one certificate that the bytes are, in DER or in PEM, which may have text before it.

    Raises:
        InvalidCredential: they are none, or several, or a private key stands beside it.
    """
    if len(data) > MAX_BYTES:
        raise InvalidCredential("certificate", f"must be at most {MAX_BYTES} bytes long")
    if _PRIVATE in data:
        raise InvalidCredential("certificate", "must be alone, and a private key is there, too")
    is_text = data.isascii() and _PEM in data
    if is_text and data.count(_PEM) != 1:
        raise InvalidCredential("certificate", "must be one, and here are several")
    try:
        with quietly():
            load = x509.load_pem_x509_certificate if is_text else x509.load_der_x509_certificate
            found = load(data)
            _read_all(found)
    except _UNREADABLE as error:
        raise InvalidCredential("certificate", f"cannot be read: {error}") from error
    if not found.public_bytes(Encoding.DER).endswith(b"\0" + found.signature):
        raise InvalidCredential("certificate", "must be DER: its signature is whole bytes")
    return found


def _read_all(certificate: x509.Certificate) -> None:
    """Its parts are read when they are asked for, and each may be malformed."""
    for name in _PARTS:
        getattr(certificate, name)


_PARTS: Final = ("subject", "issuer", "extensions", "not_valid_before_utc", "not_valid_after_utc")
_UNREADABLE: Final = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@contextmanager
def quietly() -> Iterator[None]:
    """What a library warns of in a certificate is read all the same, and judged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_chain(chain: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    """The certificates of a header, the signer's first.

    Raises:
        InvalidCredential: one of them is none.
        TooComplex: there are more than are looked at.
    """
    if len(chain) > MAX_CHAIN:
        raise TooComplex(f"it brings {len(chain)} certificates; {MAX_CHAIN} are read")
    return tuple(map(read_certificate, chain))


def key_of(certificate: x509.Certificate) -> CertificatePublicKeyTypes:
    """The key that it is about, as `cryptography` has it.

    Raises:
        UnsupportedFormat: it is of a kind that is not known.
    """
    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnsupportedFormat(f"the certificate's key cannot be used: {error}") from error


def countries_of(certificate: x509.Certificate) -> frozenset[str]:
    """The countries of its subject, in two letters each."""
    with quietly():
        found = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
        return frozenset(str(one.value) for one in found)


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of it, as hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def subject_of(certificate: x509.Certificate) -> str:
    """Whom it calls the holder of its key: RFC 4514."""
    with quietly():
        return certificate.subject.rfc4514_string() or "?"


def issuer_of(certificate: x509.Certificate) -> str:
    """Who it says signed it, likewise."""
    with quietly():
        return certificate.issuer.rfc4514_string() or "?"


def check_root(certificate: x509.Certificate) -> None:
    """Return where certificates may be issued under it.

    Raises:
        InvalidCredential: it is no certificate of an authority.
    """
    basic = extension_of(certificate, x509.BasicConstraints)
    if basic is None or not basic.ca:
        raise InvalidCredential("certificate", "is no authority's: it may issue none")
    usage = extension_of(certificate, x509.KeyUsage)
    if usage is None or not usage.key_cert_sign:
        raise InvalidCredential("certificate", "is for a key that may sign no certificates")


def is_within(certificate: x509.Certificate, at: datetime) -> bool:
    """Whether an instant is in its period, both ends of which belong to it."""
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def trusted_path(
    chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> x509.Certificate:
    """The root to which a chain leads at an instant: signatures, names, periods, constraints.

    Raises:
        ProofInvalid: it leads to none of them.
        UnsupportedFormat: it has a key of a kind of which no path is built here.
    """
    with quietly():
        return _path(chain, roots, at)


def _path(
    chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> x509.Certificate:
    signer, *between = chain
    of_web = [root for root in roots if _is_of_web(root)]
    if all(map(_is_of_web, chain)) and leads_by_name(chain, of_web):
        return _built(signer, between, of_web, at)
    if any(one not in roots for one in between):
        raise UnsupportedFormat("its path is longer than is read here for keys of such a kind")
    why = ProofInvalid("no trusted root has the name of its issuer")
    for root in roots:
        if root.subject == signer.issuer:
            try:
                return _one_step(signer, root, at)
            except ProofInvalid as error:  # another may have its name, as one that succeeds it
                why = error
    raise why


def leads_by_name(chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate]) -> bool:
    """Whether one of the roots is called as who issued a certificate of the chain."""
    with quietly():
        issuers = [certificate.issuer for certificate in chain]
        return any(root.subject in issuers for root in roots)


def _built(
    signer: x509.Certificate,
    between: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> x509.Certificate:
    authority = (
        verification.ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, verification.Criticality.AGNOSTIC, None)
        .require_present(x509.KeyUsage, verification.Criticality.AGNOSTIC, _issues)
    )
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store(list(roots)))
        .time(at)
        .max_chain_depth(MAX_CHAIN)
        .extension_policies(
            ca_policy=authority, ee_policy=verification.ExtensionPolicy.permit_all()
        )
        .build_client_verifier()
    )
    try:
        path = verifier.verify(signer, list(between)).chain
    except verification.VerificationError as error:
        raise ProofInvalid(str(error).partition(" (encountered")[0]) from error
    if len(path) < 2:
        raise ProofInvalid("it vouches for itself")
    return path[-1]


def _issues(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage) -> None:
    if not usage.key_cert_sign:
        msg = "the key of an issuer may sign no certificates"
        raise ValueError(msg)


def _one_step(signer: x509.Certificate, root: x509.Certificate, at: datetime) -> x509.Certificate:
    """RFC 5280, section 6.1, where the path is a root and the signer's certificate alone."""
    check_root(root)
    for certificate in (signer, root):
        if not is_within(certificate, at):
            raise ProofInvalid("cert is not valid at validation time")
        unread = [
            one.oid for one in certificate.extensions if one.critical and one.oid not in _READ
        ]
        if unread:
            raise ProofInvalid(f"it has a critical extension that is not read here: {unread[0]}")
    if extension_of(root, x509.NameConstraints) is not None:
        raise UnsupportedFormat("the root constrains names, which is not read for such keys")
    try:
        signer.verify_directly_issued_by(root)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError) as error:
        raise ProofInvalid("it is not signed with the root's key") from error
    return root


def _is_of_web(certificate: x509.Certificate) -> bool:
    try:
        key = key_of(certificate)
    except UnsupportedFormat:
        return False
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name in _CURVES
    return isinstance(key, rsa.RSAPublicKey)


def extension_of(certificate: x509.Certificate, kind: type[_T]) -> _T | None:
    """An extension of it, by its kind; None where it has none of that."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
