"""Bech32 (BIP-173) as age writes its keys: of any length."""

from __future__ import annotations

from typing import Final

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM: Final = 6
_LONGEST: Final = 256  # characters; the keys read here have 62 and 74


class NotBech32(ValueError):
    """The text is none; never quotes it, since it may be a secret."""


def decode(text: str) -> tuple[str, bytes]:
    """The prefix in lower case, and the bytes.

    Raises:
        NotBech32: the text is none, or its checksum does not hold.
    """
    if len(text) > _LONGEST or text not in {text.lower(), text.upper()}:
        raise NotBech32
    prefix, separator, rest = text.lower().rpartition("1")
    if not separator or not prefix.isascii() or not prefix.isprintable() or len(rest) < _CHECKSUM:
        raise NotBech32
    values = [_ALPHABET.find(character) for character in rest]
    if not prefix or -1 in values or _polymod([*_expanded(prefix), *values]) != 1:
        raise NotBech32
    return prefix, _bytes(values[:-_CHECKSUM])


def encode(prefix: str, data: bytes) -> str:
    """`data` under a prefix in lower case."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    rest = _polymod([*_expanded(prefix), *values, *([0] * _CHECKSUM)]) ^ 1
    values += [(rest >> 5 * (_CHECKSUM - 1 - at)) & 31 for at in range(_CHECKSUM)]
    return f"{prefix}1{''.join(_ALPHABET[value] for value in values)}"


def _bytes(values: list[int]) -> bytes:
    bits = "".join(f"{value:05b}" for value in values)
    whole = len(bits) // 8 * 8
    left = bits[whole:]
    if len(left) >= 5 or "1" in left:
        raise NotBech32
    return bytes(int(bits[at : at + 8], 2) for at in range(0, whole, 8))


def _expanded(prefix: str) -> list[int]:
    codes = [ord(character) for character in prefix]
    return [*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)]


def _polymod(values: list[int]) -> int:
    sum_ = 1
    for value in values:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            if top >> bit & 1:
                sum_ ^= generator
    return sum_
