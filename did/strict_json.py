"""Strict JSON: bytes that every conforming reader reads alike, or a refusal.

I-JSON (RFC 7493), section 2: UTF-8 without a byte order mark, no name twice in an object, no lone
surrogate, no number that a double cannot hold exactly.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Final, Never

from did.errors import InvalidDocument, quoted
from did.frozen import MAX_DEPTH

MAX_BYTES: Final = 1 << 20
"""The longest text read where the reader sets no limit, in bytes."""

MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every reader holds exactly (section 2.2)."""

_MAX_DIGITS: Final = len(str(MAX_INTEGER))
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


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
    if data.startswith(_BYTE_ORDER_MARK):
        raise InvalidDocument("the JSON starts with a byte order mark")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_real,
            parse_constant=_constant,
        )
    except UnicodeDecodeError as error:
        raise InvalidDocument(f"the JSON is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise InvalidDocument(
            f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    except RecursionError as error:
        raise InvalidDocument(f"the JSON is nested deeper than {MAX_DEPTH} levels") from error
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
    if math.isinf(value) or abs(value) > MAX_INTEGER:
        return _Refused("is a number beyond 2^53 - 1, which not every reader holds exactly")
    return value


def _constant(literal: str) -> _Refused:
    return _Refused(f"is {literal}, which is no JSON number")


def _walk(value: object, trail: tuple[str | int, ...]) -> None:
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


def _check_text(text: str, trail: tuple[str | int, ...]) -> None:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        _refuse(trail, "holds a lone surrogate, which is no character")


def _refuse(trail: tuple[str | int, ...], reason: str) -> Never:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in trail)
    place = quoted("".join(f"/{step}" for step in steps)) if trail else "the JSON"
    raise InvalidDocument(f"{place} {reason}")
