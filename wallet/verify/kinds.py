"""What bytes are that no verification here reads, so that a person is told more than "no"."""

from __future__ import annotations

import re
from typing import Final

from wallet.messages import Message, say

# RFC 7515 section 7.1 and RFC 9901 section 4: a JOSE header is base64url of JSON, `{"…`.
_HEADER: Final = rb"\s*eyJ[\w-]*\."
_COMPACT: Final = re.compile(_HEADER + rb"[\w-]*\.[\w-]*\s*", re.ASCII)
_SD_JWT: Final = _HEADER + rb"[\w-]*\.[\w-]*~"

_MDOC_BEGINS: Final = frozenset({*range(0xA1, 0xC0), *b"abABopqrstuv"})
"""RFC 8949: the first byte of a map, or the digit that it is written as."""

# Compiled when they are first needed.
_KINDS: Final[tuple[tuple[bytes, Message], ...]] = (
    (_HEADER + rb"[\w-]*\.[\w-]*\.[\w-]*\.[\w-]*\s*\Z", say("a JWE")),
    (rb"\s*-----BEGIN ", say("a PEM file: a key or a certificate")),
    (rb"%PDF-", say("a PDF document")),
    (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8|RIFF", say("a picture")),
    (rb"PK\x03\x04|\x1f\x8b", say("an archive")),
    (rb"\s*<(\?xml|[A-Za-z!])", say("XML or HTML")),
    (rb"(HC1:|openid-credential-offer:|openid4vp:|haip:|didcomm:)", say("a link")),
    (rb"[\xa1-\xb7\xb9\xbf\xd2\xd8\x84]", say("CBOR, but no mdoc")),
)


def is_token(data: bytes) -> bool:
    """Whether the bytes look like a JSON Web Token in its compact form."""
    return _COMPACT.fullmatch(data) is not None


def is_sd_jwt(data: bytes) -> bool:
    """Whether the bytes look like a token of which a part is shown."""
    return re.match(_SD_JWT, data, re.ASCII) is not None


def is_mdoc(data: bytes) -> bool:
    """Whether the bytes look like an mdoc or a response with one, in any form they are handed in.

    Blanks before CBOR would not be its own: nothing is taken off before the first byte.
    """
    if not data or (data[0] not in _MDOC_BEGINS and not data[:1].isspace()):
        return False
    # Deferred: nearly nothing begins so.
    from wallet.credentials.formats.mdoc.written import cbor_in  # noqa: PLC0415

    return cbor_in(data) is not None


def is_cose(data: bytes) -> bool:
    """Whether the bytes look like a document that is signed in CBOR, or like its base64."""
    if data[:2] != b"\xd2\x84" and data.lstrip()[:3] != b"0oR":
        return False
    # Deferred: nearly nothing begins so.
    from wallet.credentials.formats.cose.written import cose_in  # noqa: PLC0415

    return cose_in(data) is not None


WRITTEN: Final = (is_token, is_sd_jwt, is_mdoc, is_cose)
"""What is verified here and is no JSON."""


def kind_of(data: bytes) -> Message | None:
    """What the bytes look like, where that is something known that is not verified here."""
    if data.lstrip()[:1] == b"{" or any(is_(data) for is_ in WRITTEN):
        return None  # nearly all that there is to verify
    return next((name for pattern, name in _KINDS if re.match(pattern, data, re.ASCII)), None)
