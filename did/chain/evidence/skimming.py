"""Finding items in RLP without taking all of it apart (Yellow Paper, appendix B).

Headers and receipts are as long as whoever made them likes, and pyrlp takes a time that grows with
the square of a list's length. Here a list is passed over in one step, and only what is wanted is
read. The bytes are a hash's preimage, so that there is no second way to write them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class NotSkimmed(ValueError):
    """The bytes are not the encoding of a list, or end too early."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where an item lies: its encoding from `at`, what it holds from `start`, both until `end`."""

    at: int
    start: int
    end: int
    is_list: bool


def whole_list(encoded: bytes, at: int = 0) -> Span:
    """The list that the bytes from `at` on are. Raises `NotSkimmed`."""
    span = _span(encoded, at, len(encoded))
    if not span.is_list or span.end != len(encoded):
        raise NotSkimmed("not a list, or not only one")
    return span


def members(encoded: bytes, of: Span) -> Iterator[Span]:
    """The members of a list, one after the other. Raises `NotSkimmed`."""
    at = of.start
    while at < of.end:
        span = _span(encoded, at, of.end)
        yield span
        at = span.end


def _span(encoded: bytes, at: int, end: int) -> Span:
    if at >= end:
        raise NotSkimmed("it ends too early")
    first = encoded[at]
    if first < 0x80:
        return Span(at, at, at + 1, is_list=False)
    is_list = first >= 0xC0
    length, start = first - (0xC0 if is_list else 0x80), at + 1
    if length > 55:
        start += length - 55
        length = int.from_bytes(encoded[at + 1 : min(start, end)], "big")
    if start + length > end:
        raise NotSkimmed("it ends too early")
    return Span(at, start, start + length, is_list)
