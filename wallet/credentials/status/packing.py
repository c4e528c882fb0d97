"""GZIP (RFC 1952) and ZLIB (RFC 1950) in base64: packed the same way each time, unpacked in bounds.

What is unpacked is one stream and nothing else, and stops growing at `MAX_UNPACKED`.
"""

from __future__ import annotations

import binascii
import zlib
from base64 import b64decode
from typing import Final

from did.base_encodings import NotEncoded, decode_base64url, encode_base64url

MAX_UNPACKED: Final = 16 * 1024 * 1024
"""In bytes: a status of one bit for each of 134 million credentials."""

# Noise grows a little when compressed, and by a third in base64.
_MAX_TEXT: Final = (MAX_UNPACKED + MAX_UNPACKED // 256) * 4 // 3

_GZIP: Final = 31
_ZLIB: Final = 15
_RAW: Final = -15
_BEST: Final = 9

# No name, no time, no hint how it was made; 3 is Unix, as the standard's own example has it.
_HEADER: Final = bytes.fromhex("1f8b0800000000000003")


class NotPacked(ValueError):
    """The text is not what packing makes of any bytes; the message completes "it …"."""


class TooLarge(ValueError):
    """The text may be well formed, but holds more than `MAX_UNPACKED` bytes."""


def pack_gzip(data: bytes) -> str:
    """`data` in GZIP, then base64url. The same bytes give the same text, whenever it is made."""
    deflate = zlib.compressobj(_BEST, zlib.DEFLATED, _RAW)
    body = deflate.compress(data) + deflate.flush()
    trailer = zlib.crc32(data).to_bytes(4, "little") + (len(data) % 2**32).to_bytes(4, "little")
    return encode_base64url(_HEADER + body + trailer)


def pack_zlib(data: bytes) -> str:
    """`data` in ZLIB, then base64url."""
    return encode_base64url(zlib.compress(data, _BEST))


def unpack_gzip(text: str) -> bytes:
    """The bytes of a text in base64url that holds one member of GZIP.

    Raises:
        NotPacked: it holds something else, or more.
        TooLarge: it holds too much.
    """
    return _inflate(_decode(text), _GZIP)


def unpack_gzip_of_2021(text: str) -> bytes:
    """The same for the draft of 2021, which wrote any of the base64 alphabets, padded or not.

    Raises:
        NotPacked: it holds something else, or more.
        TooLarge: it holds too much.
    """
    if len(text) > _MAX_TEXT:
        raise TooLarge
    bare = text.rstrip("=")
    if text not in {bare, bare + "=" * (-len(bare) % 4)}:
        raise NotPacked("is not in base64")
    if "-" in bare or "_" in bare:
        return _inflate(_decode(bare), _GZIP)
    try:
        data = b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotPacked("is not in base64") from error
    return _inflate(data, _GZIP)


def unpack_zlib(packed: str | bytes) -> bytes:
    """The bytes of one stream of ZLIB, which a text holds in base64url.

    Raises:
        NotPacked: it holds something else, or more.
        TooLarge: it holds too much.
    """
    return _inflate(packed if isinstance(packed, bytes) else _decode(packed), _ZLIB)


def _decode(text: str) -> bytes:
    if len(text) > _MAX_TEXT:
        raise TooLarge
    try:
        return decode_base64url(text)
    except NotEncoded as error:
        raise NotPacked(str(error)) from error


def _inflate(packed: bytes, container: int) -> bytes:
    stream = zlib.decompressobj(container)
    try:
        data = stream.decompress(packed, MAX_UNPACKED + 1)
    except zlib.error as error:
        raise NotPacked("is not compressed as it should be") from error
    if len(data) > MAX_UNPACKED:
        raise TooLarge
    if not stream.eof:
        raise NotPacked("is cut short")
    if stream.unused_data:
        raise NotPacked("goes on after its end")
    return data
