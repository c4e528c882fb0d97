"""The types of typed data (EIP-712, "Definition of typed structured data")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Never

from did.errors import NeverSign, quoted

MAX_TYPES: Final = 64
MAX_FIELDS: Final = 128
MAX_LENGTH: Final = 64
"""How many types there may be, fields in each, and letters in a name."""

DOMAIN: Final = "EIP712Domain"
DOMAIN_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": "string",
        "version": "string",
        "chainId": "uint256",
        "verifyingContract": "address",
        "salt": "bytes32",
    }
)
"""The fields that a domain may have, in the order in which they stand, and their types."""

_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_REFERENCE: Final = re.compile(r"([A-Za-z0-9_$]+)((?:\[(?:[1-9][0-9]{0,3})?\]){0,4})")
_LENGTH: Final = re.compile(r"\[([0-9]*)\]")
_INTEGER: Final = re.compile(r"u?int([1-9][0-9]*)")
_BYTES: Final = re.compile(r"bytes([1-9][0-9]?)")
_RESERVED: Final = re.compile(r"(?:u?int|bytes|u?fixed)[0-9x]*|address|bool|string|function")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a type. `lengths` are those of its arrays, the innermost first; None is any."""

    name: str
    type: str
    base: str
    lengths: tuple[int | None, ...]


Types = Mapping[str, tuple[Field, ...]]


def read_types(value: Any, *, primary: Any) -> Types:
    """The types that the JSON object declares but for the domain's, which is checked.

    Raises:
        NeverSign: one is not well formed, is not used by `primary`, or cannot have a value.
    """
    if not isinstance(value, Mapping) or not 0 < len(value) <= MAX_TYPES + 1:
        refuse(f"'types' is no object with from 1 to {MAX_TYPES} types")
    types = {name: _fields(name, fields) for name, fields in value.items()}
    _check_domain(types.pop(DOMAIN, ()))
    if not isinstance(primary, str) or primary not in types:
        refuse(f"the primary type {quoted(str(primary))} is not declared")
    for fields in types.values():
        for field in fields:
            if field.base not in types and not is_atomic(field.base):
                refuse(f"the type {quoted(field.type)} is not declared, and is none of EIP-712's")
    unused = types.keys() - _reached(types, primary)
    if unused:
        refuse(f"the type {quoted(min(unused))} is declared and not used")
    for name in types:
        _check_cycles(types, name, primary)
    return MappingProxyType(types)


def is_atomic(type_: str) -> bool:
    """Whether it is a type of EIP-712 itself."""
    if type_ in {"address", "bool", "string", "bytes"}:
        return True
    return integer_bits(type_) is not None or bytes_size(type_) is not None


def integer_bits(type_: str) -> int | None:
    """How many bits a `uintN` or `intN` has, or None for another type."""
    match = _INTEGER.fullmatch(type_)
    bits = int(match[1]) if match and len(match[1]) <= 3 else 0
    return bits if 0 < bits <= 256 and bits % 8 == 0 else None


def bytes_size(type_: str) -> int | None:
    """How many bytes a `bytesN` has, or None for another type."""
    match = _BYTES.fullmatch(type_)
    size = int(match[1]) if match else 0
    return size if 0 < size <= 32 else None


def refuse(reason: str) -> Never:
    """Raises `NeverSign`."""
    raise NeverSign(f"the typed data is never signed: {reason}")


def _fields(name: str, value: Any) -> tuple[Field, ...]:
    _check_name(name)
    if _RESERVED.fullmatch(name):
        refuse(f"{quoted(name)} is a type of EIP-712 itself, and declared as another")
    if not isinstance(value, Sequence) or isinstance(value, str):
        refuse(f"the type {quoted(name)} is no list of fields")
    if not 0 < len(value) <= MAX_FIELDS:
        refuse(f"the type {quoted(name)} has {len(value)} fields, not from 1 to {MAX_FIELDS}")
    fields = tuple(_field(name, entry) for entry in value)
    if len({field.name for field in fields}) != len(fields):
        refuse(f"the type {quoted(name)} has a field twice")
    return fields


def _field(owner: str, value: Any) -> Field:
    match value:
        case {"name": str(name), "type": str(type_), **others} if not others:
            _check_name(name)
        case _:
            refuse(f"a field of {quoted(owner)} is no name and type")
    match = _REFERENCE.fullmatch(type_)
    if match is None or len(type_) > MAX_LENGTH:
        refuse(f"the type {quoted(type_)} is not well formed")
    lengths = tuple(int(digits) if digits else None for digits in _LENGTH.findall(match[2]))
    return Field(name, type_, match[1], lengths)


def _check_name(name: str) -> None:
    if len(name) > MAX_LENGTH or not _NAME.fullmatch(name):
        refuse(f"{quoted(name)} is no name of a type or field")


def _check_domain(fields: tuple[Field, ...]) -> None:
    if not fields:
        refuse(f"the type {DOMAIN!r} is not declared")
    names = [field.name for field in fields]
    if {field.name: field.type for field in fields}.items() - DOMAIN_FIELDS.items():
        refuse(f"the type {DOMAIN!r} has fields that a domain has not, or of other types")
    if names != [name for name in DOMAIN_FIELDS if name in names]:
        refuse(f"the fields of {DOMAIN!r} stand in another order than EIP-712's")


def _reached(types: Types, primary: str) -> set[str]:
    reached: set[str] = set()
    waiting = [primary]
    while waiting:
        if (name := waiting.pop()) not in reached:
            reached.add(name)
            waiting += [field.base for field in types[name] if field.base in types]
    return reached


def _check_cycles(types: Types, name: str, primary: str) -> None:
    """A type can hold itself in a list, which ends; held outright, it never does."""
    plain = {
        holder: tuple(field for field in fields if None not in field.lengths)
        for holder, fields in types.items()
    }
    if any(name in _reached(plain, field.base) for field in plain[name] if field.base in types):
        refuse(f"the type {quoted(name)} holds itself, without an end")
    if name != primary and any(field.base == primary for field in types[name]):
        refuse(f"the type {quoted(name)} holds the primary type")
