"""Calls, results and events of contracts as bytes (Solidity's contract ABI specification).

Of its types, those that the contracts here use: `address`, `bool`, `bytesN`, `uintN` and `bytes`.
Decoding accepts the one encoding that these values have: padding is zero, offsets are in order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from did.chain.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Sequence

Value: TypeAlias = Any
"""bytes for `address`, `bytesN` and `bytes`; int for `uintN`; bool for `bool`."""

_WORD: Final = 32
_SIGNATURE: Final = re.compile(r"(\w+)\(([\w,]*)\)")


class InvalidABI(ValueError):
    """The bytes are not the encoding of values of these types."""


def selector(signature: str) -> bytes:
    """The 4 bytes by which a call names a function: `changed(address)`."""
    return keccak256(signature.encode())[:4]


def topic(signature: str) -> bytes:
    """The 32 bytes by which a log names an event: `DIDOwnerChanged(address,address,uint256)`."""
    return keccak256(signature.encode())


def types_of(signature: str) -> tuple[str, ...]:
    """The types of a function's or event's arguments."""
    match = _SIGNATURE.fullmatch(signature)
    assert match is not None  # noqa: S101  # signatures are constants of this house
    return tuple(match[2].split(",")) if match[2] else ()


def call(signature: str, *arguments: Value) -> bytes:
    """The call data of a function: its selector, then its arguments."""
    return selector(signature) + encode(types_of(signature), arguments)


def encode(types: Sequence[str], values: Sequence[Value]) -> bytes:
    """`values` of these types: 20 bytes for an address, N for a `bytesN`."""
    head, tail = b"", b""
    for type_, value in zip(types, values, strict=True):
        if type_ == "bytes":
            head += (len(types) * _WORD + len(tail)).to_bytes(_WORD, "big")
            tail += len(value).to_bytes(_WORD, "big") + value + bytes(-len(value) % _WORD)
        else:
            head += _encode_word(type_, value)
    return head + tail


def decode(types: Sequence[str], data: bytes) -> tuple[Value, ...]:
    """The values of these types that `data` encodes.

    Raises:
        InvalidABI: it encodes none, or not in the one way, or has bytes left over.
    """
    end = len(types) * _WORD
    values: list[Value] = []
    for index, type_ in enumerate(types):
        word = _slice(data, index * _WORD, _WORD)
        if type_ == "bytes":
            if int.from_bytes(word, "big") != end:
                raise InvalidABI("bytes are not where the encoding puts them")
            length = int.from_bytes(_slice(data, end, _WORD), "big")
            body = _slice(data, end + _WORD, length + -length % _WORD)
            end += _WORD + len(body)
            if any(body[length:]):
                raise InvalidABI("the padding is not zero")
            values.append(body[:length])
        else:
            values.append(_decode_word(type_, word))
    if end != len(data):
        raise InvalidABI(f"{len(data) - end} bytes follow the values")
    return tuple(values)


def _encode_word(type_: str, value: Value) -> bytes:
    if not isinstance(value, bytes):
        number = int(value)
        if number >> (8 * _size(type_)):
            raise InvalidABI(f"{value} is too large for {type_}")
        return number.to_bytes(_WORD, "big")
    if len(value) != _size(type_):
        raise InvalidABI(f"{type_} has {_size(type_)} bytes, not {len(value)}")
    return value.rjust(_WORD, b"\0") if type_ == "address" else value.ljust(_WORD, b"\0")


def _decode_word(type_: str, word: bytes) -> Value:
    size = _size(type_)
    if type_.startswith("bytes"):
        value, padding = word[:size], word[size:]
    else:
        value, padding = word[_WORD - size :], word[: _WORD - size]
    if any(padding) or (type_ == "bool" and value > b"\1"):
        raise InvalidABI(f"the word is not of the type {type_}")
    if type_ == "bool":
        return value == b"\1"
    return int.from_bytes(value, "big") if type_.startswith("uint") else value


def _size(type_: str) -> int:
    """How many of a word's bytes a value takes."""
    match type_:
        case "address":
            return 20
        case "bool":
            return 1
        case _ if type_.startswith("uint"):
            return int(type_.removeprefix("uint")) // 8
        case _:
            return int(type_.removeprefix("bytes"))


def _slice(data: bytes, start: int, length: int) -> bytes:
    if start + length > len(data):
        raise InvalidABI("the data ends before the values do")
    return data[start : start + length]
