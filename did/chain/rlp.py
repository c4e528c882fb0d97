"""RLP, in which Ethereum writes transactions, blocks and states (Yellow Paper, appendix B).

Decoding accepts the one encoding that each item has, and nothing after it.
"""

from __future__ import annotations

from typing import Final, TypeAlias

Item: TypeAlias = "bytes | list[Item]"

MAX_DEPTH: Final = 16
"""How deep lists may lie in one another. Ethereum's own lie four deep."""


class InvalidRLP(ValueError):
    """The bytes are not the encoding of an item."""


def encode(item: Item) -> bytes:
    """The encoding of bytes, or of a list of items."""
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < 0x80:
            return item
        return _length(len(item), 0x80) + item
    body = b"".join(encode(member) for member in item)
    return _length(len(body), 0xC0) + body


def decode(data: bytes) -> Item:
    """The item that `data` encodes.

    Raises:
        InvalidRLP: it encodes none, or one in a longer way than needed, or has bytes left over.
    """
    item, end = _decode(data, 0, 0)
    if end != len(data):
        raise InvalidRLP(f"{len(data) - end} bytes follow the item")
    return item


def encode_integer(number: int) -> bytes:
    """`number` as an item: big-endian without leading zeros, and zero as no bytes at all."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def decode_integer(item: Item) -> int:
    """The number, below 2^256, that `item` is. Raises `InvalidRLP`."""
    if not isinstance(item, bytes) or len(item) > 32 or item[:1] == b"\0":
        raise InvalidRLP("the item is not an integer")
    return int.from_bytes(item, "big")


def _length(length: int, offset: int) -> bytes:
    if length < 56:
        return bytes((offset + length,))
    digits = encode_integer(length)
    return bytes((offset + 55 + len(digits),)) + digits


def _decode(data: bytes, start: int, depth: int) -> tuple[Item, int]:
    """The item at `start`, and where it ends."""
    if start >= len(data):
        raise InvalidRLP("the data ends before the item begins")
    prefix = data[start]
    if prefix < 0x80:
        return data[start : start + 1], start + 1
    is_list = prefix >= 0xC0
    begin, end = _extent(data, start, prefix - (0xC0 if is_list else 0x80))
    if is_list:
        return _members(data, begin, end, depth + 1), end
    value = data[begin:end]
    if len(value) == 1 and value[0] < 0x80:
        raise InvalidRLP("a byte below 128 stands for itself")
    return value, end


def _members(data: bytes, begin: int, end: int, depth: int) -> list[Item]:
    if depth > MAX_DEPTH:
        raise InvalidRLP(f"lists are nested deeper than {MAX_DEPTH}")
    members: list[Item] = []
    while begin < end:
        member, begin = _decode(data, begin, depth)
        members.append(member)
    if begin != end:
        raise InvalidRLP("an item ends after the list it is in")
    return members


def _extent(data: bytes, start: int, length: int) -> tuple[int, int]:
    """Where the body of an item begins and ends, `length` being what its first byte says."""
    begin = start + 1
    if length > 55:
        digits = data[begin : begin + length - 55]
        begin += length - 55
        length = int.from_bytes(digits, "big")
        if length < 56 or digits[0] == 0:
            raise InvalidRLP("a length is not written in the shortest way")
    if begin + length > len(data):
        raise InvalidRLP("an item is longer than the data")
    return begin, begin + length
