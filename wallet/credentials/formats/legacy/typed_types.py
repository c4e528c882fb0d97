"""The types that a document has as typed data (EIP-712), declared in its proof or generated.

Ethereum EIP712 Signature 2021, section "Types Generation". didkit hashes what is declared without
looking at it: names that hold commas, types that are used nowhere. Here each name is one name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from wallet.credentials.errors import InvalidCredential, TooComplex, UnsupportedFormat
from wallet.credentials.json_path import ROOT, child

Fields = tuple[tuple[str, str], ...]
"""The fields of a type in their order, each a name and the type of its value."""
Types = Mapping[str, Fields]

DOMAIN: Final = "EIP712Domain"
DOMAIN_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": "string",
        "version": "string",
        "chainId": "uint256",
        "verifyingContract": "address",
        "salt": "bytes32",
    }
)
NAMED: Final[Fields] = (("name", "string"),)
"""The domain's fields where nothing is declared."""

MAX_FIELDS: Final = 256
MAX_DEPTH: Final = 32
_MAX_ALIKE: Final = 64

_NAME: Final = re.compile(r"[^\s\x00-\x20\x7f-\x9f(),\[\]]{1,64}")
_LIST: Final = re.compile(r"(.+)\[([1-9][0-9]{0,3})?\]")
_INTEGER: Final = re.compile(r"(u?)int([1-9][0-9]{0,2})")
# didkit would take a type that begins so for one of EIP-712's own.
_RESERVED: Final = re.compile(r"u?int.*|bytes.*|bool|string|address|function")
_ATOMS: Final = frozenset({"bool", "string", "address", "bytes32"})


def list_of(type_: str) -> tuple[str, int | None] | None:
    """The type of a list's elements, and how many there are where that is declared."""
    found = _LIST.fullmatch(type_)
    return None if found is None else (found[1], int(found[2]) if found[2] else None)


def integer_range(type_: str) -> tuple[int, int] | None:
    """The least and the greatest value of a `uintN` or `intN`, as far as didkit reads them."""
    found = _INTEGER.fullmatch(type_)
    bits = int(found[2]) if found else 0
    if found is None or bits % 8 or not 8 <= bits <= 256:
        return None
    bits = min(bits if found[1] else bits - 1, 63)
    return (0 if found[1] else -(1 << bits), (1 << bits) - 1)


def struct_of(type_: str) -> str | None:
    """The name of the type that is declared elsewhere, in a list or not; None for EIP-712's own."""
    base = _base(type_)
    return None if base in _ATOMS or integer_range(base) is not None else base


def reached(types: Types, name: str) -> set[str]:
    """The types that a value of the type `name` can hold, and itself.

    Raises:
        InvalidCredential: one is not declared.
    """
    found, waiting = set[str](), [name]
    while waiting:
        current = waiting.pop()
        if current not in types:
            raise InvalidCredential(ROOT, f"is signed as a type {current[:100]!r} that is missing")
        found.add(current)
        structs = {struct_of(type_) for _, type_ in types[current]} - {None}
        waiting.extend(struct for struct in structs if struct and struct not in found)
    return found


def read_types(value: object, *, primary: str, path: str) -> Types:
    """The types that a proof declares at `path`, the domain's among them.

    Raises:
        InvalidCredential: one is malformed, or no value of `primary` can hold it.
        UnsupportedFormat: they are somewhere else, or hold what could be written in two ways.
        TooComplex: they are too many.
    """
    if isinstance(value, str):
        raise UnsupportedFormat("the types of typed data are not fetched from elsewhere")
    if not isinstance(value, Mapping):
        raise InvalidCredential(path, "must be an object")
    if sum(len(fields) for fields in value.values() if isinstance(fields, list)) > MAX_FIELDS:
        raise TooComplex(f"the typed data has more than {MAX_FIELDS} fields")
    types = {name: _read_fields(name, fields, path) for name, fields in value.items()}
    types.setdefault(DOMAIN, NAMED)
    if any(DOMAIN_TYPES.get(name) != type_ for name, type_ in types[DOMAIN]):
        raise InvalidCredential(child(path, DOMAIN), "has a field that EIP-712 does not know")
    if unused := types.keys() - reached(types, primary) - {DOMAIN}:
        raise InvalidCredential(child(path, min(unused)), "is used nowhere, so it is not signed")
    return MappingProxyType(types)


def generate(message: Mapping[str, Any], *, primary: str, distinct: bool) -> tuple[Types, str]:
    """The types of a document, and the name of its own.

    With `distinct`, types that would have one name get names of their own, and lists of objects
    that are alike have a type. Without, it is the specification's algorithm, which has neither.

    Raises:
        InvalidCredential: something in it has no type.
    """
    generator = _Generator(distinct=distinct)
    name = generator.struct(primary, message, ROOT, 0)
    return MappingProxyType(generator.types), name


class _Generator:
    __slots__ = ("_distinct", "types")

    def __init__(self, *, distinct: bool) -> None:
        self._distinct = distinct
        self.types: dict[str, Fields] = {}

    def struct(self, name: str, value: Mapping[str, Any], path: str, depth: int) -> str:
        """The name under which the type of an object is now declared."""
        if depth > MAX_DEPTH:
            raise TooComplex(f"the document is nested deeper than {MAX_DEPTH}")
        # Section 3.2.3 of RFC 8785: by the units of UTF-16.
        ordered = sorted(value, key=lambda member: member.encode("utf-16-be", "surrogatepass"))
        fields = tuple(
            (_name(member, path), self._type(member, value[member], child(path, member), depth))
            for member in ordered
        )
        number, free = 1, _name(name, path)
        while self._is_taken(free, fields):
            if not self._distinct:
                raise InvalidCredential(path, f"has the name of another type, {name[:100]!r}")
            number += 1
            if number > _MAX_ALIKE:
                raise TooComplex(f"more than {_MAX_ALIKE} objects of one name have other members")
            free = f"{name}{number}"
        self.types[free] = fields
        return free

    def _is_taken(self, name: str, fields: Fields) -> bool:
        reserved = name == DOMAIN or _RESERVED.fullmatch(name) is not None
        return reserved or self.types.get(name, fields) != fields

    def _type(self, name: str, value: Any, path: str, depth: int) -> str:
        if isinstance(value, list):
            types = {self._element(name, element, path, depth) for element in value}
            if len(types) != 1:
                raise InvalidCredential(path, "must hold values of one type to be typed data")
            return f"{types.pop()}[]"
        return self._single(name, value, path, depth)

    def _element(self, name: str, value: Any, path: str, depth: int) -> str:
        if isinstance(value, list) or (isinstance(value, Mapping) and not self._distinct):
            raise InvalidCredential(path, "is a list of what has no type in typed data")
        return self._single(name, value, path, depth)

    def _single(self, name: str, value: Any, path: str, depth: int) -> str:
        match value:
            case bool():
                return "bool"
            case int():
                return "uint256"
            case str():
                return "string"
            case Mapping():
                return self.struct(name[:1].upper() + name[1:], value, path, depth + 1)
            case _:
                raise InvalidCredential(path, "has no type in typed data")


def _read_fields(name: str, value: object, path: str) -> Fields:
    path = child(path, name)
    if _RESERVED.fullmatch(_name(name, path)):
        raise InvalidCredential(path, "is a type of EIP-712 itself")
    if not isinstance(value, list):
        raise InvalidCredential(path, "must be a list of fields")
    fields = tuple(_read_field(field, path, of_domain=name == DOMAIN) for field in value)
    if len({field for field, _ in fields}) != len(fields):
        raise InvalidCredential(path, "has a field twice")
    return fields


def _read_field(value: object, path: str, *, of_domain: bool) -> tuple[str, str]:
    match value:
        case {"name": str(name), "type": str(type_), **others} if not others and len(type_) <= 256:
            base = _base(type_)
        case _:
            raise InvalidCredential(path, "must hold a name and a type in each field, no more")
    if base.startswith(("bytes", "address")) and _RESERVED.fullmatch(base) and not of_domain:
        raise UnsupportedFormat(
            f"the typed data has values of the type {base[:100]}, which can be written in "
            "several ways and be signed alike"
        )
    if struct_of(type_) is not None and _RESERVED.fullmatch(_name(base, path)):
        raise InvalidCredential(path, f"has the type {base[:100]!r}, which there is none of")
    return _name(name, path), type_


def _base(type_: str) -> str:
    while (inner := list_of(type_)) is not None:
        type_ = inner[0]
    return type_


def _name(text: str, path: str) -> str:
    if not _NAME.fullmatch(text):
        raise InvalidCredential(path, f"has the name {text[:100]!r}, which typed data cannot have")
    return text
