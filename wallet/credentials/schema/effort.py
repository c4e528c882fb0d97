"""How much work it is to hold a document to a schema, foreseen by walking what a validator would.

A schema may lead to the same place by exponentially many ways, in a few lines. Validators remember
some of them and not others, so the walk remembers none, and ends where a bound is reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import TooComplex

if TYPE_CHECKING:
    from wallet.credentials.schema.plan import Node

MAX_VISITS: Final = 50_000
"""How many times a subschema may be held to a place of the document."""
MAX_CHAIN: Final = 100
"""How many subschemas may lead from one to the next at one place; a longer chain never ends."""
MAX_STEPS: Final = 100_000_000
"""The characters that regular expressions are held to, each times the expression's weight."""

_META_VISITS: Final = 60  # of a meta-schema and its vocabularies, at each place


@dataclass(frozen=True, slots=True)
class Effort:
    """Visits of a subschema to a place; and the sum of how much there is at each such place."""

    visits: int
    detail: int


def foresee(node: Node, document: Mapping[str, Any]) -> Effort:
    """The effort of holding a document to the schema that `node` stands for.

    Raises:
        TooComplex: it is beyond the bounds, or without end.
    """
    sizes: dict[int, int] = {}
    visits = detail = steps = 0
    waiting: list[tuple[Node, Any, int]] = [(node, document, 0)]
    while waiting:
        schema, value, chain = waiting.pop()
        if chain > MAX_CHAIN:
            raise TooComplex("the schema refers to itself without end")
        size = _size(value, sizes)
        cost = size * _META_VISITS if schema.meta else 1 + schema.listed
        visits += cost
        detail += cost * size
        if isinstance(value, str):
            steps += len(value) * schema.pattern
        elif schema.keys and isinstance(value, Mapping):
            steps += schema.keys * sum(map(len, value))
        if visits > MAX_VISITS or steps > MAX_STEPS:
            raise _too_long()
        for _ in range(2 if schema.twice else 1):
            waiting += [(target, value, chain + 1) for target in schema.here]
        waiting += _below(schema, value)
        if len(waiting) > MAX_VISITS:
            raise _too_long()
    return Effort(visits, detail)


def _below(schema: Node, value: object) -> list[tuple[Node, Any, int]]:
    """Which subschemas are held to which places one level further down."""
    every = len(schema.members) + len(schema.names) + len(schema.elements)
    if isinstance(value, Mapping | list) and len(value) * every > MAX_VISITS:
        raise _too_long()
    if isinstance(value, Mapping):
        found = [(target, member, 0) for member in value.values() for target in schema.members]
        found += [(target, name, 0) for name in value for target in schema.names]
        if schema.named:
            found += [
                (target, value[name], 0) for name in value for target in schema.named.get(name, ())
            ]
        return found
    if isinstance(value, list):
        return [(target, element, 0) for element in value for target in schema.elements]
    return []


def _too_long() -> TooComplex:
    return TooComplex("holding it to its schema would take too long")


def _size(value: object, sizes: dict[int, int]) -> int:
    """How many values there are in a value, texts by their length; nested no deeper than 64."""
    if isinstance(value, str):
        return 1 + len(value) // 64
    if not isinstance(value, Mapping | list):
        return 1
    known = sizes.get(id(value))
    if known is None:
        inside = value.values() if isinstance(value, Mapping) else value
        known = sizes[id(value)] = 1 + sum(_size(part, sizes) for part in inside)
    return known
