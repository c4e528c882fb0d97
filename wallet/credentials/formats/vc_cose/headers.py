"""RFC 9052, section 3.1, RFC 9596 and RFC 9597: what the headers say of the document in it.

No key, address or certificate that a header brings along is ever used.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.formats.jose.algorithms import SIGNATURES, SignatureAlgorithm
from wallet.credentials.formats.jose.claims import Claims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.formats.cose.sign1 import Sign1
    from wallet.credentials.formats.jose.kinds import Kind

CONTENT_TYPE: Final = 3
KID: Final = 4
CWT_CLAIMS: Final = 15
TYP: Final = 16

TYPES: Final[Mapping[str, Kind]] = MappingProxyType(
    {"application/vc+cose": "credential", "application/vp+cose": "presentation"}
)
CONTENT_TYPES: Final[Mapping[str, Kind]] = MappingProxyType(
    {"application/vc": "credential", "application/vp": "presentation"}
)
NUMBERS: Final[Mapping[int, SignatureAlgorithm]] = MappingProxyType(
    {
        -7: SIGNATURES["ES256"],
        -35: SIGNATURES["ES384"],
        -36: SIGNATURES["ES512"],
        -8: SIGNATURES["EdDSA"],
        -47: SIGNATURES["ES256K"],
        -9: SIGNATURES["ES256"],
        -51: SIGNATURES["ES384"],
        -52: SIGNATURES["ES512"],
        -19: SIGNATURES["Ed25519"],
    }
)
"""The registry's; the last four name a curve as well (RFC 9864)."""

_SIGNED_ALONE: Final = MappingProxyType(
    {CONTENT_TYPE: "content type", CWT_CLAIMS: "CWT claims", TYP: "typ"}
)
_BROUGHT_KEYS: Final = MappingProxyType({32: "x5bag", 33: "x5chain", 35: "x5u"})
_CLAIMS: Final[Mapping[int, str]] = MappingProxyType(
    {1: "iss", 2: "sub", 3: "aud", 4: "exp", 5: "nbf", 6: "iat", 10: "nonce"}
)
"""RFC 8392, section 4, and the nonce of RFC 9711."""


def check_headers(sign1: Sign1) -> None:
    """Return where nothing stands where nobody signed it, or brings a key. Else InvalidCredential.

    `kid` may stand in either: it is a key of the issuer's, or none.
    """
    for number, name in _SIGNED_ALONE.items():
        if number in sign1.unprotected:
            raise InvalidCredential(f"header.{name}", "stands in the header that nobody signed")
    for number, name in _BROUGHT_KEYS.items():
        if number in sign1.header or number in sign1.unprotected:
            raise InvalidCredential(
                f"header.{name}",
                "brings a key along, and keys come from the document of a DID alone",
            )


def algorithm_in(sign1: Sign1) -> SignatureAlgorithm:
    """The algorithm that the signed header names. Raises `UnsupportedFormat`."""
    number = sign1.alg
    found = NUMBERS.get(number) if isinstance(number, int) else None
    if found is None:
        raise UnsupportedFormat(f"it is signed by the algorithm {number!r} of COSE")
    return found


def kid_in(sign1: Sign1) -> str:
    """The name of the key, which must be there.

    Raises:
        InvalidCredential: it is not, or is no text in UTF-8.
    """
    kid = sign1.header.get(KID, sign1.unprotected.get(KID))
    if kid is None:
        raise InvalidCredential("header.kid", "is missing")
    if not isinstance(kid, bytes):
        raise InvalidCredential("header.kid", "must be bytes")
    return _text(kid, "kid")


def kind_in(sign1: Sign1) -> Kind:
    """What the header says is in it, by its type, its content's type, or both alike.

    Raises:
        InvalidCredential: by neither, by another trade's, or by two that contradict each other.
        UnsupportedFormat: by a number (RFC 7252, section 12.3), which none of them has.
    """
    kinds = {
        known
        for number, name, table in (
            (TYP, "typ", TYPES),
            (CONTENT_TYPE, "content type", CONTENT_TYPES),
        )
        if (known := _kind(sign1.header, number, name, table)) is not None
    }
    if len(kinds) != 1:
        reason = "is missing" if not kinds else "is not that of the content"
        raise InvalidCredential("header.typ", reason)
    return kinds.pop()


def claims_in(sign1: Sign1) -> Claims:
    """The claims of the signed header (RFC 9597); those of no known name are passed over.

    Raises:
        InvalidCredential: one has another form than the standard's.
    """
    found = sign1.header.get(CWT_CLAIMS, {})
    if not isinstance(found, dict):
        raise InvalidCredential("header.CWT claims", "must be a map")
    named = {name: found[number] for number, name in _CLAIMS.items() if number in found}
    if isinstance(nonce := named.get("nonce"), bytes):
        named["nonce"] = _text(nonce, "nonce")
    return Claims.read({}, named)


def _kind(
    header: Mapping[Any, Any], number: int, name: str, table: Mapping[str, Kind]
) -> Kind | None:
    if number not in header:
        return None
    value = header[number]
    if isinstance(value, int):
        raise UnsupportedFormat(f"its {name} is the number {value}")
    if not isinstance(value, str) or value not in table:
        raise InvalidCredential(f"header.{name}", f"must be one of {', '.join(table)}")
    return table[value]


def _text(value: bytes, name: str) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidCredential(f"header.{name}", "is no text in UTF-8") from error
