"""JSON that nobody can change: what a document was received as, kept beside its typed view."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any, Final

from did.errors import InvalidDocument

MAX_DEPTH: Final = 64
"""How deep lists and objects may lie in one another: the interpreter's own stack ends later."""


def freeze(value: Any, *, depth: int = 0) -> Any:
    """A copy of the JSON `value` in which objects are read-only mappings and lists are tuples.

    Raises:
        InvalidDocument: it is not JSON, or nested deeper than `MAX_DEPTH`.
    """
    if depth > MAX_DEPTH:
        raise InvalidDocument(f"the document is nested deeper than {MAX_DEPTH} levels")
    match value:
        case None | bool() | int() | str():
            return value
        case float() if isfinite(value):
            return value
        case Mapping():
            if not all(isinstance(name, str) for name in value):
                raise InvalidDocument("the document has a name that is not a string")
            return MappingProxyType(
                {name: freeze(member, depth=depth + 1) for name, member in value.items()}
            )
        case list() | tuple():
            return tuple(freeze(item, depth=depth + 1) for item in value)
        case _:
            raise InvalidDocument(f"the document holds {type(value).__name__}, which JSON has not")


def thaw(value: Any) -> Any:
    """The plain dictionaries and lists that `freeze` was given, as the reader's own copy."""
    match value:
        case Mapping():
            return {name: thaw(member) for name, member in value.items()}
        case list() | tuple():
            return [thaw(item) for item in value]
        case _:
            return value
