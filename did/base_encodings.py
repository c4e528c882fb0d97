"""Bytes as text: base58-btc in multibase, and base64url without padding.

Each text has one spelling and each spelling is one text, or it is refused: two texts for the same
bytes would let a signature be told apart from itself.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import base58

MAX_BASE58: Final = 768
"""The longest base58 read, in characters: enough to tell an RSA key of 4096 bits, and no more, for
decoding takes time quadratic in it."""

# The decoder itself would pass over white space at either end.
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
_BASE58: Final = re.compile(r"[1-9A-HJ-NP-Za-km-z]*")
_DIGITS: Final = bytes.maketrans(base58.BITCOIN_ALPHABET, bytes(range(58)))
_TEN: Final = 58**10
# The last character of a text in base64url that holds one byte more than groups of three, or two:
# those whose spare bits, four or two of six, are zero.
_LAST: Final = {2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}


class NotEncoded(ValueError):
    """The text is not what the encoding makes of any bytes; the message completes "it …"."""


def encode_base58btc(data: bytes) -> str:
    """`data` in the multibase of that name: `z`, then base58 with Bitcoin's alphabet."""
    return f"z{base58.b58encode(data).decode()}"


def decode_base58btc(text: str, *, longest: int = MAX_BASE58) -> bytes:
    """The bytes of a text in multibase, of which only base58-btc is read.

    Raises:
        NotEncoded: it begins otherwise, is longer than `longest` characters, or has others.
    """
    if not text.startswith("z"):
        raise NotEncoded("is not in the multibase base58-btc, which begins with 'z'")
    if len(text) > longest:
        raise NotEncoded(f"is longer than {longest} characters")
    if not _BASE58.fullmatch(text, 1):
        raise NotEncoded("has characters that base58 does not")
    return _from_base58(text[1:])


def encode_base64url(data: bytes) -> str:
    """`data` in base64url without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """The bytes of a text without padding that is the one text for them (RFC 7515, section 2).

    Raises:
        NotEncoded: it is padded, has other characters, or ends in bits that say nothing.
    """
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise NotEncoded("is not in base64url")
    # All but the last group of four characters can be written in one way alone.
    if len(text) % 4 and text[-1] not in _LAST[len(text) % 4]:
        raise NotEncoded("is not written the one way that base64url has")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _from_base58(text: str) -> bytes:
    """The bytes of digits that are known to be digits, ten at a time: a library takes one by one.

    A leading `1` is a byte of zero, as the alphabet's inventor had it.
    """
    digits = text.encode("ascii").translate(_DIGITS)
    bare = digits.lstrip(b"\0")
    tens = iter(bare.rjust(-(-len(bare) // 10) * 10, b"\0"))
    number = 0
    for a, b, c, d, e, f, g, h, i, j in zip(*(tens,) * 10, strict=True):
        ten = ((((a * 58 + b) * 58 + c) * 58 + d) * 58 + e) * 58 + f
        number = number * _TEN + (((ten * 58 + g) * 58 + h) * 58 + i) * 58 + j
    return bytes(len(digits) - len(bare)) + number.to_bytes((number.bit_length() + 7) // 8)
