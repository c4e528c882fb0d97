"""RFC 5280, section 4.2.1: what a certificate lets its key be used for, and in whose name."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from did.errors import DIDError
from did.pem import decode_pem
from wallet.credentials.certificates import extension_of, key_of, quietly
from wallet.credentials.errors import ProofInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.keys import PublicKey

DOCUMENT_SIGNER: Final = x509.ObjectIdentifier("1.0.18013.5.1.2")
"""ISO/IEC 18013-5, table B.3: the extended key usage of who signs mdocs."""
_OTHER_PURPOSES: Final = frozenset(
    {
        ExtendedKeyUsageOID.SERVER_AUTH,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.CODE_SIGNING,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.TIME_STAMPING,
        ExtendedKeyUsageOID.OCSP_SIGNING,
    }
)
"""Section 4.2.1.12: a certificate that names purposes is for these, and for no others."""
_ADDRESS: Final = re.compile(
    r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::[0-9]{1,5})?(?:/[!$-;=@-Z_a-z~]*)?",
    re.ASCII | re.IGNORECASE,
)
"""An address of a host by its name: no account, no query, no fragment, and no blank."""


def check_mdoc_signer(certificate: x509.Certificate) -> None:
    """Return where its key is one to sign mdocs with, and nothing else.

    Raises:
        ProofInvalid: it is not.
    """
    _check_signs(certificate)
    extended = extension_of(certificate, x509.ExtendedKeyUsage)
    if extended is None or DOCUMENT_SIGNER not in extended:
        raise ProofInvalid("it is not for a key that signs mdocs (1.0.18013.5.1.2)")


def check_token_signer(chain: Sequence[x509.Certificate]) -> None:
    """Return where the first of a chain is of a key to sign tokens with, and the next vouch for it.

    No purpose is registered for credentials: those that a certificate names must not all be others.
    RFC 7515, section 4.1.6; HAIP 1.0, section 6.1.1.

    Raises:
        ProofInvalid: it is of another key, signed with that key, or they are in another order.
    """
    signer = chain[0]
    _check_signs(signer)
    extended = extension_of(signer, x509.ExtendedKeyUsage)
    if extended is not None and _OTHER_PURPOSES.issuperset(extended):
        raise ProofInvalid(
            "it is for other purposes, such as a web server's, and not for documents"
        )
    if is_self_issued(signer):
        raise ProofInvalid("it vouches for itself")
    with quietly():
        if any(one.issuer != following.subject for one, following in pairwise(chain)):
            raise ProofInvalid("each that comes with it must be of who signed the one before")


def public_key_of(certificate: x509.Certificate) -> PublicKey:
    """The key that it is about, as one that signs tokens.

    Raises:
        ProofInvalid: it is of a kind that signs none.
        UnsupportedFormat: it is of a kind that is not known.
    """
    key = key_of(certificate)
    try:
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return decode_pem(pem.decode("ascii"))
    except DIDError as error:
        raise ProofInvalid("the certificate's key is of a kind that signs no token") from error


def is_self_issued(certificate: x509.Certificate) -> bool:
    """Whether it calls the same name subject and issuer, as a root does."""
    with quietly():
        return certificate.subject == certificate.issuer


def is_for(certificate: x509.Certificate, name: str) -> bool:
    """Whether it is for whom a URI names: for the very URI, or for the host of an https address.

    Sections 4.2.1.6 and 7.2: hosts are compared without regard to case, and a name with an asterisk
    is that of no host here.
    """
    with quietly():
        names = extension_of(certificate, x509.SubjectAlternativeName)
        if names is None:
            return False
        if name in names.get_values_for_type(x509.UniformResourceIdentifier):
            return True
        hosts = {host.lower() for host in names.get_values_for_type(x509.DNSName)}
    found = _ADDRESS.fullmatch(name)
    return found is not None and found[1].lower() in hosts


def _check_signs(certificate: x509.Certificate) -> None:
    basic = extension_of(certificate, x509.BasicConstraints)
    if basic is not None and basic.ca:
        raise ProofInvalid("it is an authority's, which signs certificates and no documents")
    usage = extension_of(certificate, x509.KeyUsage)
    if usage is None or not usage.digital_signature:
        raise ProofInvalid("it is not for a key that signs")
