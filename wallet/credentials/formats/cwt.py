"""RFC 8392, section 7.2: a CWT in a tagged `COSE_Sign1`, read strictly.

Whose key it is signed with is for its reader: certificates that come along are handed out as they
are, and not looked at.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.formats.cose.cbor import read_cbor
from wallet.credentials.formats.cose.sign1 import Sign1
from wallet.credentials.formats.cose.written import cose_in
from wallet.credentials.formats.cose.x5chain import X5CHAIN, chain_in
from wallet.credentials.formats.jose.algorithms import check_signature
from wallet.credentials.formats.vc_cose.headers import CWT_CLAIMS, KID, TYP, algorithm_in
from wallet.credentials.json_path import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys import PublicKey

_TAG: Final = 1
"""In bytes; `cose_in` has looked at it."""
_NAMES: Final[Mapping[int, str]] = MappingProxyType(
    {1: "iss", 2: "sub", 4: "exp", 6: "iat", 65533: "status_list", 65534: "ttl"}
)
"""RFC 8392, section 4, and Token Status List: the names that a JWT has for the same."""


@dataclass(frozen=True, slots=True)
class Cwt:
    """A CWT whose form is right; whether its signature is, `check_cwt` says.

    Attributes:
        sign1: the signature.
        typ: the type that its signed header names.
        kid: the name of the key, in either header; None where there is none in UTF-8.
        claims: by the names that a JWT has for them; those of no known name are left out.
    """

    sign1: Sign1 = field(repr=False)
    typ: str
    kid: str | None
    claims: Mapping[str, Any] = field(repr=False)

    @property
    def is_certified(self) -> bool:
        """Whether it brings certificates along."""
        return X5CHAIN in self.sign1.header or X5CHAIN in self.sign1.unprotected

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Its certificates, in DER, the signer's first. Raises `InvalidCredential`."""
        sign1 = self.sign1
        header = sign1.header if X5CHAIN in sign1.header else sign1.unprotected
        return chain_in(header, "header.x5chain")


def read_cwt(data: bytes, *, typ: frozenset[str]) -> Cwt:
    """The CWT that the bytes are, from the first to the last, of one of the types in `typ`.

    Raises:
        InvalidCredential, InvalidCBOR, TooComplex: it is none, or another.
        UnsupportedFormat: it holds a tag that is not read here.
    """
    cbor = cose_in(data)
    if cbor is None:
        raise InvalidCredential(ROOT, "is no COSE_Sign1 with its tag")
    sign1 = Sign1.read(read_cbor(cbor[_TAG:]), ROOT)
    found = sign1.header.get(TYP)
    if not isinstance(found, str) or found not in typ:
        raise InvalidCredential("header.typ", f"must be one of {', '.join(sorted(typ))}")
    if CWT_CLAIMS in sign1.header or CWT_CLAIMS in sign1.unprotected:
        raise InvalidCredential("header.CWT claims", "stand beside those of the token")
    payload = read_cbor(sign1.payload)
    if not isinstance(payload, dict):
        raise InvalidCredential(ROOT, "must hold a map of claims")
    claims = {name: payload[number] for number, name in _NAMES.items() if number in payload}
    return Cwt(sign1, found, _kid(sign1), MappingProxyType(claims))


def check_cwt(cwt: Cwt, key: PublicKey) -> None:
    """Return where its signature is made with the key.

    Raises:
        ProofInvalid: it is not.
        UnsupportedFormat: it is made by an algorithm that is not known here.
    """
    check_signature(algorithm_in(cwt.sign1), key, cwt.sign1.signature, cwt.sign1.signed)


def _kid(sign1: Sign1) -> str | None:
    kid = sign1.header.get(KID, sign1.unprotected.get(KID))
    try:
        return kid.decode("utf-8") if isinstance(kid, bytes) else None
    except UnicodeDecodeError:
        return None
