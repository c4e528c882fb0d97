"""How a signed document of COSE comes in a file or a paste: CBOR itself, or its base64.

It is known by its tag (RFC 9052, section 2), which stands before an array of four whose first is
a byte string.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Final

from did.base_encodings import NotEncoded, decode_base64url, encode_base64url

_TAGGED: Final = re.compile(rb"\xd2\x84[\x40-\x5f]")
_BEGINS: Final = b"0oR"
"""The same three bytes in base64, whatever the last five bits of the third."""
_BASE64: Final = re.compile(rb"(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}", re.ASCII)
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_LONGEST: Final = 2 << 20


def cose_in(data: bytes) -> bytes | None:
    """The CBOR of what looks like a tagged COSE_Sign1; None where nothing of the kind does."""
    if _TAGGED.match(data):
        return data
    text = data.strip()
    if not text.startswith(_BEGINS) or len(text) > _LONGEST:
        return None
    found = decoded(b"".join(text.split()))
    return found if found and _TAGGED.match(found) else None


def decoded(text: bytes) -> bytes | None:
    """What the base64 of either alphabet stands for, with its padding or without; or None."""
    if not _BASE64.fullmatch(text):
        return None
    try:
        return decode_base64url(text.rstrip(b"=").translate(_TO_URL).decode("ascii"))
    except NotEncoded:
        return None


def kept(cbor: bytes) -> bytes:
    """The base64url of it, as a credential is kept; its own bytes are no text."""
    return encode_base64url(cbor).encode("ascii")


def padded(cbor: bytes) -> str:
    """The base64 of RFC 4648, section 4, as it stands in a `data:` URL (RFC 2397)."""
    return b64encode(cbor).decode("ascii")
