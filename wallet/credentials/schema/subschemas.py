"""JSON Schema Core and Applicators: which keywords hold subschemas, and where those apply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import Any, Final


class Role(Enum):
    """Where the subschemas of a keyword apply."""

    HERE = auto()
    MEMBERS = auto()
    NAMED = auto()
    ELEMENTS = auto()
    NAMES = auto()
    HELD = auto()


_ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "not", "if", "then", "else"), Role.HERE),
        **dict.fromkeys(("dependentSchemas", "dependencies"), Role.HERE),
        **dict.fromkeys(
            ("additionalProperties", "unevaluatedProperties", "patternProperties"), Role.MEMBERS
        ),
        "properties": Role.NAMED,
        **dict.fromkeys(
            ("items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"),
            Role.ELEMENTS,
        ),
        "propertyNames": Role.NAMES,
        **dict.fromkeys(("$defs", "definitions"), Role.HELD),
    }
)
_BY_NAME: Final = frozenset(
    {
        "dependentSchemas",
        "dependencies",
        "patternProperties",
        "properties",
        "$defs",
        "definitions",
    }
)


def subschemas(schema: Mapping[str, Any]) -> Iterator[tuple[Role, str, Mapping[str, Any]]]:
    """The subschemas that stand in a schema itself, each with its role and, if any, its name."""
    for keyword, value in schema.items():
        role = _ROLES.get(keyword)
        if role is None:
            continue
        if keyword in _BY_NAME and isinstance(value, Mapping):
            pairs = list(value.items())
        else:
            pairs = [("", child) for child in (value if isinstance(value, list) else [value])]
        for name, child in pairs:
            if isinstance(child, Mapping):
                yield role, name, child
