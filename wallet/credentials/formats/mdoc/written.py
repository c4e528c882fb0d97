"""How an mdoc comes in a file or a paste: CBOR itself, its base64url, or its hexadecimal digits."""

from __future__ import annotations

import binascii
import re
from typing import Final

from did.base_encodings import NotEncoded, decode_base64url

_HEAD: Final = frozenset({*range(0xA1, 0xB8), 0xB8, 0xB9, 0xBA, 0xBF})
"""RFC 8949: the first byte of a map that holds something."""
_HEX: Final = re.compile(rb"[AaBb][0-9A-Fa-f]+", re.ASCII)
_BASE64URL: Final = re.compile(rb"[o-v][\w-]+=*", re.ASCII)
_BEGINS: Final = frozenset(b"abABopqrstuv")
_MEMBERS: Final = (b"issuerAuth", b"issuerSigned", b"documents")
_SHORTEST: Final = 100
_LONGEST: Final = 4 << 20


def cbor_in(data: bytes) -> bytes | None:
    """The CBOR of what looks like an mdoc; None where nothing of the kind does."""
    if data[:1] and data[0] in _HEAD:
        return data if _is_named(data) else None
    text = data.strip()
    if not _SHORTEST <= len(text) <= _LONGEST or text[0] not in _BEGINS:
        return None
    found = _decoded(b"".join(text.split()))
    return found if found and found[0] in _HEAD and _is_named(found) else None


def _is_named(data: bytes) -> bool:
    return any(name in data for name in _MEMBERS)


def _decoded(text: bytes) -> bytes | None:
    try:
        if _HEX.fullmatch(text):
            return binascii.unhexlify(text)
        if _BASE64URL.fullmatch(text):
            return decode_base64url(text.rstrip(b"=").decode("ascii"))
    except (binascii.Error, NotEncoded):
        return None
    return None
