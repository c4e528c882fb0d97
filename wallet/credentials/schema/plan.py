"""JSON Schema Core: which subschemas a schema leads to, at the same place and further down.

Made only to foresee the work of a validator, and to see that everything referred to is there: what
a keyword means is not known here. Where the standard's answer depends on the way that led to a
reference (`$dynamicRef`), every answer that it could have is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urljoin

from did.errors import quoted
from wallet.credentials.errors import InvalidCredential, TooComplex, UnsupportedFormat
from wallet.credentials.json_path import ROOT
from wallet.credentials.schema.patterns import LARGEST, weight
from wallet.credentials.schema.subschemas import Role, subschemas

MAX_SUBSCHEMAS: Final = 10_000


_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
_LISTS: Final = ("enum", "required", "dependentRequired")
_META_SCHEMAS: Final = (
    "https://json-schema.org/draft/2020-12/",
    "https://json-schema.org/draft/2019-09/",
    "http://json-schema.org/draft-07/schema",
)


@dataclass(slots=True, eq=False)
class Node:
    """What evaluating one subschema leads to. A node may lead to itself, so it is filled in later.

    `here` apply at the same place, `named` at the member of that name, `members`, `elements` and
    `names` at each. `listed` counts what it compares with; `pattern` and `keys` weigh its regular
    expressions for texts and names. `twice` where the validator looks at `here` a second time, and
    `meta` where it is a meta-schema, which goes down to every place.
    """

    here: list[Node] = field(default_factory=list)
    named: dict[str, list[Node]] = field(default_factory=dict)
    members: list[Node] = field(default_factory=list)
    elements: list[Node] = field(default_factory=list)
    names: list[Node] = field(default_factory=list)
    listed: int = 0
    pattern: int = 0
    keys: int = 0
    twice: bool = False
    meta: bool = False


def plan(schema: Mapping[str, Any]) -> Node:
    """The node of a whole schema.

    Raises:
        InvalidCredential: it refers to a place in itself that is not there.
        UnsupportedFormat: it refers to another document, which is never fetched, or holds a
            schema of another dialect.
        TooComplex: it has too many subschemas, or too heavy patterns.
    """
    graph = _Graph(str(schema.get("$schema")))
    graph.enter(schema, "")
    position = 0
    while position < len(graph.schemas):
        graph.link(graph.schemas[position])
        position += 1
    return graph.nodes[id(schema)]


@dataclass(slots=True)
class _Graph:
    """The subschemas found so far. A JSON object is known by `id`: none is in a tree twice."""

    dialect: str
    schemas: list[Mapping[str, Any]] = field(default_factory=list)
    nodes: dict[int, Node] = field(default_factory=dict)
    bases: dict[int, str] = field(default_factory=dict)
    resources: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    anchors: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    patterns: int = 0

    def enter(self, schema: Mapping[str, Any], base: str) -> None:
        """Take in a schema, whose base URI is `base`, and all that it holds."""
        self.resources.setdefault(base, schema)
        waiting = [(schema, base)]
        while waiting:
            found, above = waiting.pop()
            if id(found) in self.nodes:
                continue
            if len(self.schemas) >= MAX_SUBSCHEMAS:
                raise TooComplex(f"the schema has more than {MAX_SUBSCHEMAS} subschemas")
            own = self._identify(found, above)
            self.schemas.append(found)
            self.nodes[id(found)] = self._node(found)
            self.bases[id(found)] = own
            waiting += [(child, own) for _, _, child in subschemas(found)]

    def link(self, schema: Mapping[str, Any]) -> None:
        """Fill in where a schema leads to."""
        node = self.nodes[id(schema)]
        places = {
            Role.HERE: node.here,
            Role.MEMBERS: node.members,
            Role.ELEMENTS: node.elements,
            Role.NAMES: node.names,
            Role.HELD: [],
        }
        for role, name, child in subschemas(schema):
            place = node.named.setdefault(name, []) if role is Role.NAMED else places[role]
            place.append(self.nodes[id(child)])
        for keyword in _REFERENCES:
            reference = schema.get(keyword)
            if isinstance(reference, str):
                node.here.append(self._target(reference, schema))
                if keyword != "$ref":
                    node.here += self._dynamic()

    def _identify(self, schema: Mapping[str, Any], base: str) -> str:
        """The base URI of a schema; its identifiers are noted."""
        dialect = str(schema.get("$schema", self.dialect))
        if dialect.rstrip("#") != self.dialect.rstrip("#"):
            raise UnsupportedFormat(f"the schema holds one of another dialect, {quoted(dialect)}")
        identifier = schema.get("$id")
        if isinstance(identifier, str):
            uri, _, fragment = identifier.partition("#")
            base = _against(base, uri)
            if uri:
                self.resources[base] = schema
            if fragment:
                self.anchors[base, fragment] = schema
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(schema.get(keyword), str):
                self.anchors[base, schema[keyword]] = schema
        return base

    def _node(self, schema: Mapping[str, Any]) -> Node:
        pattern = schema.get("pattern")
        keys = schema.get("patternProperties")
        node = Node(
            listed=sum(_length(schema.get(keyword)) for keyword in _LISTS),
            pattern=weight(pattern) if isinstance(pattern, str) else 0,
            keys=sum(map(weight, keys)) if isinstance(keys, Mapping) else 0,
            twice=not schema.keys().isdisjoint({"unevaluatedProperties", "unevaluatedItems"}),
        )
        self.patterns += node.pattern + node.keys
        if self.patterns > LARGEST:
            raise TooComplex("the regular expressions of the schema repeat too often")
        return node

    def _target(self, reference: str, schema: Mapping[str, Any]) -> Node:
        base = self.bases[id(schema)]
        uri, _, fragment = reference.partition("#")
        resource = _against(base, uri)
        if resource not in self.resources:
            if resource.startswith(_META_SCHEMAS):
                return Node(meta=True)
            raise UnsupportedFormat(
                f"the schema leans on {quoted(resource)}, which is not in it",
                hint="other documents are never fetched: a schema must hold all that it refers to",
            )
        target = self._fragment(resource, fragment)
        if target is None:
            raise InvalidCredential(ROOT, f"refers to {quoted(reference)}, which is not there")
        if isinstance(target, Mapping) and id(target) not in self.nodes:
            self.enter(target, resource)
        return self.nodes[id(target)] if isinstance(target, Mapping) else Node()

    def _fragment(self, resource: str, fragment: str) -> Mapping[str, Any] | bool | None:
        if fragment and not fragment.startswith("/"):
            return self.anchors.get((resource, unquote(fragment)))
        value: Any = self.resources[resource]
        for token in unquote(fragment).split("/")[1:]:
            step = token.replace("~1", "/").replace("~0", "~")
            if isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(value, list) and step.isascii() and step.isdecimal():
                value = value[int(step)] if len(step) < 9 and int(step) < len(value) else None
            else:
                return None
        return value if isinstance(value, Mapping | bool) else None

    def _dynamic(self) -> list[Node]:
        """Every schema that a dynamic reference could come to mean."""
        return [
            self.nodes[id(schema)]
            for schema in self.schemas
            if "$dynamicAnchor" in schema or schema.get("$recursiveAnchor") is True
        ]


def _length(value: object) -> int:
    if isinstance(value, Mapping):
        return sum(map(_length, value.values()))
    return len(value) if isinstance(value, list) else 0


def _against(base: str, reference: str) -> str:
    """A URI reference without a fragment, made absolute where the base lets it."""
    if not reference:
        return base
    try:
        return urljoin(base, reference)
    except ValueError as error:
        raise InvalidCredential(ROOT, f"refers to {quoted(reference)}, which is no URI") from error
