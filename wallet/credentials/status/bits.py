"""Bitstring Status List 1.0, section 3, and Token Status List, section 4: values of equal size.

The two standards fill a byte from opposite ends. The one counts from its left-most bit, the other
packs the first value into its least significant bits; a value's own bits stand alike in both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, Self, TypeVar

from wallet.credentials.json_path import ROOT
from wallet.credentials.status.errors import (
    MalformedStatus,
    StatusListTooLarge,
    StatusOutOfRange,
)
from wallet.credentials.status.packing import (
    MAX_UNPACKED,
    NotPacked,
    TooLarge,
    pack_gzip,
    pack_zlib,
    unpack_gzip,
    unpack_gzip_of_2021,
    unpack_zlib,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MIN_LENGTH: Final = 131_072
"""How many must share a list of the first standard (section 3.2): 16 KiB of single bits."""
MAX_SIZE: Final = 16
"""The most bits in a value read: the standard wants a message for each of the 65,536 values."""
MAX_LENGTH: Final = MAX_UNPACKED * 8
TOKEN_SIZES: Final = (1, 2, 4, 8)
"""Sizes that a Token Status List may have: those that never straddle two bytes."""

_T = TypeVar("_T")
_NO_SUCH_TOKEN: Final = "a token status list has values of 1, 2, 4 or 8 bits"  # noqa: S105 - words


@dataclass(frozen=True, slots=True)
class BitList:
    """As many values as fit into `data`, of `size` bits each, the first in the left-most bits."""

    data: bytes = field(repr=False)
    size: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MAX_SIZE:
            raise StatusOutOfRange(f"a status is of 1 to {MAX_SIZE} bits")
        if len(self.data) > MAX_UNPACKED:
            raise StatusOutOfRange(f"a status list has at most {MAX_UNPACKED} bytes")

    @classmethod
    def empty(cls, length: int = MIN_LENGTH, size: int = 1) -> Self:
        """Zeros: `length` of them, and as many more as whole bytes have room for.

        Raises:
            StatusOutOfRange: no list has that many, or none of that size.
        """
        if not 0 < length * size <= MAX_LENGTH:
            raise StatusOutOfRange(f"a status list has 1 to {MAX_LENGTH} bits")
        return cls(bytes((length * size + 7) // 8), size)

    @property
    def length(self) -> int:
        """How many values there are."""
        return len(self.data) * 8 // self.size

    def value(self, index: int) -> int:
        """The value at `index`, which counts from zero.

        Raises:
            StatusOutOfRange: there is none.
        """
        self._check(index)
        start = index * self.size
        end = start + self.size
        window = int.from_bytes(self.data[start // 8 : (end + 7) // 8], "big")
        return window >> (-end % 8) & ((1 << self.size) - 1)

    def with_value(self, index: int, value: int) -> Self:
        """The same list with another value at `index`.

        Raises:
            StatusOutOfRange: there is no such place, or the value does not fit there.
        """
        return self.with_values({index: value})

    def with_values(self, values: Mapping[int, int]) -> Self:
        """The same list with other values at some indices.

        Raises:
            StatusOutOfRange: there is no such place, or a value does not fit there.
        """
        data, size = bytearray(self.data), self.size
        for index, value in values.items():
            self._check(index)
            if not 0 <= value < 1 << size:
                raise StatusOutOfRange(f"the value does not fit into {size} bits")
            start, end = index * size, (index + 1) * size
            window = slice(start // 8, (end + 7) // 8)
            kept = int.from_bytes(data[window], "big") & ~(((1 << size) - 1) << (-end % 8))
            data[window] = (kept | value << (-end % 8)).to_bytes(window.stop - window.start, "big")
        return type(self)(bytes(data), size)

    def encode_bitstring(self) -> str:
        """What stands in `encodedList`: multibase, base64url, GZIP. Always the same text."""
        return f"u{pack_gzip(self.data)}"

    def encode_token(self) -> str:
        """What stands in `lst`: base64url, ZLIB. Always the same text.

        Raises:
            StatusOutOfRange: such a list has no values of this size.
        """
        if self.size not in TOKEN_SIZES:
            raise StatusOutOfRange(_NO_SUCH_TOKEN)
        return pack_zlib(self.data.translate(_turned(self.size)))

    @classmethod
    def decode_bitstring(cls, text: str, size: int = 1, *, path: str = ROOT) -> Self:
        """The list of an `encodedList`, which stands at `path`.

        Raises:
            MalformedStatus: the text is no such list.
            StatusListTooLarge: it holds more than is read.
            StatusOutOfRange: no list has values of this size.
        """
        if not text.startswith("u"):
            raise MalformedStatus(path, "must be in the multibase base64url, which begins with u")
        return cls(_unpacked(unpack_gzip, text[1:], path), size)

    @classmethod
    def decode_2021(cls, text: str, size: int = 1, *, path: str = ROOT) -> Self:
        """The list of an `encodedList` of the draft of 2021, which had no multibase.

        Raises:
            MalformedStatus, StatusListTooLarge, StatusOutOfRange: as `decode_bitstring`.
        """
        return cls(_unpacked(unpack_gzip_of_2021, text, path), size)

    @classmethod
    def decode_token(cls, packed: str | bytes, size: int, *, path: str = ROOT) -> Self:
        """The list of a `lst`: text in JSON, and bytes in CBOR.

        Raises:
            MalformedStatus, StatusListTooLarge, StatusOutOfRange: as `decode_bitstring`.
        """
        if size not in TOKEN_SIZES:
            raise StatusOutOfRange(_NO_SUCH_TOKEN)
        return cls(_unpacked(unpack_zlib, packed, path).translate(_turned(size)), size)

    def _check(self, index: int) -> None:
        if not 0 <= index < self.length:
            raise StatusOutOfRange(
                f"the status list has {self.length} entries, and the index is none"
            )


def _unpacked(unpack: Callable[[_T], bytes], packed: _T, path: str) -> bytes:
    try:
        return unpack(packed)
    except TooLarge as error:
        raise StatusListTooLarge(
            f"the status list expands to more than {MAX_UNPACKED // 1024**2} MiB"
        ) from error
    except NotPacked as error:
        raise MalformedStatus(path, str(error)) from error


@cache
def _turned(size: int) -> bytes:
    """For each byte, the one with its values of `size` bits in the opposite order."""
    mask = (1 << size) - 1
    return bytes(
        sum((byte >> shift & mask) << (8 - size - shift) for shift in range(0, 8, size))
        for byte in range(256)
    )
