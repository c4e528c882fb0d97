"""JSON-LD 1.1 API, sections 4.1 and 4.2: what the names in a document mean, at each place in it.

Only what a judgement needs is worked out: whether a name means anything, and how its values are
read. Of the language, what the contexts of credentials use is understood; a context that uses more
is refused rather than half understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Never, Self

from wallet.credentials.errors import UnsupportedFormat

LocalContext = Mapping[str, Any] | None

_KEYWORD_ALIASES: Final = frozenset({"@id", "@type"})
_COERCIONS: Final = frozenset({"@id", "@vocab", "@json"})
_CONTAINERS: Final[Mapping[str, bool]] = MappingProxyType({"@set": False, "@graph": True})
_DEFINITION: Final = frozenset({"@id", "@type", "@container", "@context", "@protected"})
_OF_CONTEXT: Final = frozenset({"@version", "@protected", "@vocab"})


@dataclass(frozen=True, slots=True)
class Term:
    """What a context says of a name.

    `keyword` is `@id` or `@type` for another name of these. `coercion` is `@id`, `@vocab`, `@json`
    or a datatype. `scoped` holds the context that the name brings with it, which may be `None`
    (forget all others), or is empty.
    """

    is_defined: bool
    keyword: str | None = None
    coercion: str | None = None
    is_graph: bool = False
    scoped: tuple[LocalContext, ...] = ()


@dataclass(frozen=True, slots=True)
class ActiveContext:
    """The names that mean something at one place. `previous` holds where it came by a type."""

    terms: Mapping[str, Term] = field(default_factory=dict)
    has_vocabulary: bool = False
    previous: ActiveContext | None = None

    def keyword(self, name: str) -> str | None:
        """The keyword that a member name is, or stands for."""
        term = self.terms.get(name)
        return name if name.startswith("@") else term.keyword if term else None

    def defines(self, name: str) -> bool:
        """Whether a name without a colon means an IRI here."""
        term = self.terms.get(name)
        return self.has_vocabulary if term is None else term.is_defined

    def with_contexts(self, *local: LocalContext, propagate: bool = True) -> ActiveContext:
        """4.1 Context Processing, of contexts that are here already.

        Raises:
            UnsupportedFormat: a context uses what this module does not understand.
        """
        result = self
        if not propagate and self.previous is None:
            result = replace(self, previous=self)
        for context in local:
            if context is None:
                result = ActiveContext(previous=None if propagate else result.previous)
            else:
                result = result._extended(context)
        return result

    def _extended(self, context: Mapping[str, Any]) -> Self:
        for name in context:
            if name.startswith("@") and name not in _OF_CONTEXT:
                _refuse(name)
        has_vocabulary = self.has_vocabulary
        if "@vocab" in context:
            has_vocabulary = context["@vocab"] is not None
        terms = {
            name: _define(name, definition, has_vocabulary=has_vocabulary)
            for name, definition in context.items()
            if not name.startswith("@")
        }
        return replace(self, terms={**self.terms, **terms}, has_vocabulary=has_vocabulary)


def _define(name: str, definition: object, *, has_vocabulary: bool) -> Term:
    """4.2 Create Term Definition."""
    if definition is None:
        return Term(is_defined=False)
    if isinstance(definition, str):
        definition = {"@id": definition}
    if not isinstance(definition, Mapping) or not definition.keys() <= _DEFINITION:
        _refuse(name)
    meaning = definition.get("@id", name)
    coercion = definition.get("@type")
    container = definition.get("@container", "@set")
    if coercion is not None and coercion not in _COERCIONS and ":" not in coercion:
        _refuse(coercion)
    if not isinstance(container, str) or container not in _CONTAINERS:
        _refuse("@container")
    if meaning is None:
        return Term(is_defined=False)
    if meaning.startswith(("@", "_:")) and meaning not in _KEYWORD_ALIASES:
        _refuse(meaning)
    return Term(
        is_defined=":" in meaning or has_vocabulary,
        keyword=meaning if meaning in _KEYWORD_ALIASES else None,
        coercion=coercion,
        is_graph=_CONTAINERS[container],
        scoped=(definition["@context"],) if "@context" in definition else (),
    )


def _refuse(feature: str) -> Never:
    raise UnsupportedFormat(f"a context uses {feature!r} in a way that is not understood")
