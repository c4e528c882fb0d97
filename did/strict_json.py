"""Strict JSON: bytes that every conforming reader reads alike, or a refusal.

I-JSON (RFC 7493), section 2: UTF-8 without a byte order mark, no name twice in an object, no lone
surrogate, no number that a double cannot hold exactly.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final, Never

from did.errors import InvalidDocument, quoted
from did.frozen import MAX_DEPTH
from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BYTES: Final = 1 << 20
"""The longest text read where the reader sets no limit, in bytes."""

MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every reader holds exactly (section 2.2)."""

_MAX_DIGITS: Final = len(str(MAX_INTEGER))
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


Trail = tuple[str | int, ...]
"""The way to a place in a JSON value: the names and positions that lead there."""


class NotStrict(Exception):
    """Why bytes are no strict JSON; `trail` leads to the place, and is None where there is none."""

    def __init__(self, reason: str, trail: Trail | None = None) -> None:
        super().__init__(reason)
        self.trail = trail


@dataclass(frozen=True, slots=True)
class _Refused:
    """Stands in the parsed tree where the parser cannot yet say where it is."""

    reason: str


def read_json(data: bytes, *, limit: int = MAX_BYTES) -> Any:
    """The JSON value that `data` is: UTF-8, at most `limit` bytes, nested at most `MAX_DEPTH` deep.

    Raises:
        InvalidDocument: it is no strict JSON; the message names the place by a JSON Pointer
            (RFC 6901), or by line and column.
    """
    if len(data) > limit:
        raise InvalidDocument(f"the JSON is longer than {limit} bytes")
    try:
        return parse(data)
    except NotStrict as refusal:
        place = "" if refusal.trail is None else f"{_pointer(refusal.trail)} "
        raise InvalidDocument(f"{place}{refusal}") from refusal


def parse(data: bytes) -> Any:
    """The JSON value that `data` is, of any length. Raises `NotStrict`."""
    if data.startswith(_BYTE_ORDER_MARK):
        raise NotStrict("the JSON starts with a byte order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotStrict(f"the JSON is not UTF-8 at byte {error.start}") from error
    # Nearly all that is read gives no cause to look for the place of a fault.
    if text.count("{") + text.count("[") <= MAX_DEPTH and not _SURROGATE.search(text):
        try:
            return _PLAIN.decode(text)
        except (_Doubt, json.JSONDecodeError):
            pass
    return _located(text)


def _located(text: str) -> Any:
    """The value, or where what is wrong with it stands. Raises `NotStrict`."""
    try:
        value = _MARKING.decode(text)
    except json.JSONDecodeError as error:
        reason = f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise NotStrict(reason) from error
    except RecursionError as error:
        raise NotStrict(f"the JSON is nested deeper than {MAX_DEPTH} levels") from error
    _walk(value, ())
    return value


def read_object(data: bytes, *, limit: int = MAX_BYTES) -> dict[str, Any]:
    """The JSON object that `data` is. Raises `InvalidDocument`."""
    value = read_json(data, limit=limit)
    if not isinstance(value, dict):
        raise InvalidDocument("the JSON is not an object")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                members[name] = _Refused("appears twice")
            seen.add(name)
    return members


def _integer(literal: str) -> int | _Refused:
    # The length is looked at first: int() of a very long literal is slow, or raises.
    if len(literal.lstrip("-")) > _MAX_DIGITS or abs(int(literal)) > MAX_INTEGER:
        return _Refused("is an integer beyond 2^53 - 1, which not every reader holds exactly")
    return int(literal)


def _real(literal: str) -> float | _Refused:
    value = float(literal)
    if math.isinf(value):
        return _Refused("is a number beyond what a double can hold")
    if abs(value) > MAX_INTEGER:
        return _Refused("is a number beyond 2^53 - 1, which not every reader holds exactly")
    return value


def _constant(literal: str) -> _Refused:
    return _Refused(f"is {literal}, which is no JSON number")


class _Doubt(Exception):
    """Something is wrong, and nobody knows yet where."""


def _plain_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Doubt
    return members


def _plain(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse(literal: str) -> Any:
        value = read(literal)
        if isinstance(value, _Refused):
            raise _Doubt
        return value

    return parse


_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape that may be a surrogate; in UTF-8 itself there can be none."""

_MARKING: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_real,
    parse_constant=_constant,
)
_PLAIN: Final = json.JSONDecoder(
    object_pairs_hook=_plain_object,
    parse_int=_plain(_integer),
    parse_float=_plain(_real),
    parse_constant=_plain(_constant),
)


def _walk(value: object, trail: Trail) -> None:
    match value:
        case _Refused(reason):
            _refuse(trail, reason)
        case str():
            _check_text(value, trail)
        case dict() | list():
            if len(trail) >= MAX_DEPTH:
                _refuse(trail, f"is nested deeper than {MAX_DEPTH} levels")
            members = value.items() if isinstance(value, dict) else enumerate(value)
            for step, member in members:
                if isinstance(step, str):
                    _check_text(step, (*trail, step))
                _walk(member, (*trail, step))
        case _:
            pass


def _check_text(text: str, trail: Trail) -> None:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        _refuse(trail, "holds a lone surrogate, which is no character")


def _refuse(trail: Trail, reason: str) -> Never:
    raise NotStrict(reason, trail)


def _pointer(trail: Trail) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in trail)
    return quoted("".join(f"/{step}" for step in steps)) if trail else "the JSON"
