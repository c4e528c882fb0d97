"""Strict JSON: bytes that every conforming reader reads alike, or a refusal.

I-JSON (RFC 7493) section 2, and RFC 8785 section 3.1: UTF-8 without a byte order mark, no name
twice in an object, no lone surrogate, no number that a double cannot hold exactly.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Final, Never

from wallet.credentials.errors import InvalidJSON
from wallet.credentials.json_path import Trail, write_path

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 64
MAX_INTEGER: Final = 2**53 - 1
_MAX_INTEGER_DIGITS: Final = 16
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class _Refused:
    """Stands in the parsed tree where the parser cannot yet say where it is."""

    reason: str


def read_json(data: bytes) -> Any:
    """Parse UTF-8 JSON of at most 1 MiB, nested at most 64 deep.

    Raises:
        InvalidJSON: the bytes are no strict JSON; the message says where.
    """
    if len(data) > MAX_BYTES:
        raise InvalidJSON(f"the JSON is {len(data)} bytes long, and at most {MAX_BYTES} are read")
    if data.startswith(_BYTE_ORDER_MARK):
        raise InvalidJSON("the JSON starts with a byte order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidJSON(f"the JSON is not UTF-8 at byte {error.start}") from error
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_real,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise InvalidJSON(
            f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    except RecursionError as error:
        raise InvalidJSON(f"the JSON is nested deeper than {MAX_DEPTH}") from error
    _walk(value, ())
    return value


def write_json(value: object) -> bytes:
    """The UTF-8 bytes of a JSON value, compact, members in the order they stand.

    Raises:
        InvalidJSON: the value holds something that JSON cannot express.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidJSON(f"not expressible as JSON: {error}") from error


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
    if len(literal.lstrip("-")) > _MAX_INTEGER_DIGITS or abs(int(literal)) > MAX_INTEGER:
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


def _walk(value: object, trail: Trail) -> None:
    match value:
        case _Refused(reason):
            _refuse(trail, reason)
        case str():
            _check_text(value, trail)
        case dict() | list():
            if len(trail) >= MAX_DEPTH:
                _refuse(trail, f"is nested deeper than {MAX_DEPTH}")
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
    raise InvalidJSON(f"{write_path(trail)} {reason}")
