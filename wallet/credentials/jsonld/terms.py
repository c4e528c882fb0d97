"""JSON-LD 1.1 API, sections 4.2 and 5.2: what a context says of one name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from did.values import dataclass, field, replace
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.json_path import ROOT
from wallet.credentials.jsonld.library import Local, refuse_feature, scoped_context

MAX_STEPS: Final = 64
"""Terms that are said by other terms, one after the other."""

_KEYWORD: Final = re.compile(r"@[A-Za-z]+")
_ALIASES: Final = frozenset(
    {"@id", "@type", "@value", "@language", "@direction", "@none", "@list", "@set", "@graph"}
)
_COERCIONS: Final = frozenset({"@id", "@vocab", "@json", "@none"})
_CONTAINERS: Final = frozenset(
    {(), ("@list",), ("@language",), ("@index",), ("@id",), ("@type",), ("@graph",)}
    | {("@graph", "@id"), ("@graph", "@index")}
)
_DEFINITION: Final = frozenset(
    {"@id", "@type", "@container", "@context", "@protected", "@prefix", "@language", "@index"}
)
_DELIMITERS: Final = tuple(":/?#[]@")


@dataclass(frozen=True, slots=True)
class Term:
    """What a context says of a name.

    `iri` is what it means: an IRI, a keyword for which it is another name, or `None` for nothing.
    `coercion` is `@id`, `@vocab`, `@json` or a datatype. `container` is without `@set`, which says
    nothing here. `scoped` holds the context that the name brings with it, as it is written.
    `refused` is set where it says something that is not understood: the name may not be used.
    `is_plain` is set where it says of a text nothing but a datatype.
    """

    iri: str | None
    coercion: str | None = None
    container: tuple[str, ...] = ()
    scoped: tuple[Any, ...] = ()
    index: str | None = None
    language: object = ""
    is_prefix: bool = False
    is_protected: bool = field(default=False, compare=False)
    refused: tuple[str, Any] | None = None
    is_plain: bool = field(default=False, compare=False)

    @property
    def keyword(self) -> str | None:
        """The keyword that this is another name of."""
        return self.iri if self.iri is not None and self.iri.startswith("@") else None


PLAIN: Final = Term("urn:plain")
"""What a name that only a vocabulary defines says: nothing more."""


def define_terms(
    local: Local, before: Mapping[str, Term], vocabulary: str | None, *, override: bool
) -> tuple[Mapping[str, Term], str | None]:
    """4.1 Context Processing, steps 5.8 to 5.13: the names and the vocabulary after a context.

    Raises:
        InvalidCredential: it defines what is protected otherwise.
        UnsupportedFormat: it uses what is not understood.
    """
    work = _Work(local.definitions, dict(before), vocabulary, override=override)
    if "@vocab" in local.settings:
        work.vocabulary = work.read_vocabulary(local.settings["@vocab"])
    work.is_protecting = local.settings.get("@protected", False) is True
    for name in local.definitions:
        work.define(name, 0)
    return MappingProxyType(work.terms), work.vocabulary


@dataclass(slots=True)
class _Work:
    definitions: Mapping[str, Any]
    terms: dict[str, Term]
    vocabulary: str | None
    override: bool = field(kw_only=True)
    is_protecting: bool = False
    _done: dict[str, bool] = field(default_factory=dict)

    def read_vocabulary(self, value: object) -> str | None:
        if value is None:
            return None
        meaning = self._expand(value, 0) if isinstance(value, str) else None
        if meaning is None or ":" not in meaning or meaning.startswith("_:"):
            refuse_feature("@vocab")
        return meaning

    def define(self, name: str, depth: int) -> None:
        """4.2 Create Term Definition."""
        if name in self._done:
            if not self._done[name]:
                refuse_feature(name)
            return
        if depth > MAX_STEPS or not name:
            refuse_feature(name)
        self._done[name] = False
        before = self.terms.pop(name, None)
        term = self._term(name, self.definitions[name], depth)
        if before is not None and before.is_protected and not self.override:
            if term != before:
                raise InvalidCredential(
                    ROOT, f"is not usable as JSON-LD: a context redefines the protected {name!r}"
                )
            term = before
        self.terms[name] = term
        self._done[name] = True

    def _term(self, name: str, definition: object, depth: int) -> Term:
        is_simple = isinstance(definition, str)
        if definition is None or is_simple:
            definition = {"@id": definition}
        if not isinstance(definition, Mapping):
            refuse_feature(name)
        is_protected = definition.get("@protected", self.is_protecting) is True
        meaning = self._meaning(name, definition, depth)
        if meaning is None and definition.get("@id", name) is None:
            return Term(None, is_protected=is_protected)
        try:
            term = self._described(definition, meaning, depth)
        except _Refused as refusal:
            term = Term(meaning, refused=(str(refusal), definition))
        is_prefix = definition.get("@prefix", is_simple and _ends_as_prefix(name, meaning)) is True
        is_plain = ":" not in name and _says_no_more(term)
        return replace(term, is_prefix=is_prefix, is_protected=is_protected, is_plain=is_plain)

    def _meaning(self, name: str, definition: Mapping[str, Any], depth: int) -> str | None:
        identifier = definition.get("@id", name)
        if identifier is None:
            return None
        if not isinstance(identifier, str):
            refuse_feature(name)
        if identifier == name and ":" not in name:
            # It means what it would without a definition.
            return None if self.vocabulary is None else self.vocabulary + name
        if identifier == name:
            prefix, _, rest = name.partition(":")
            return self._with_prefix(prefix, rest, depth) or name
        return self._expand(identifier, depth)

    def _described(self, definition: Mapping[str, Any], meaning: str | None, depth: int) -> Term:
        for feature in definition.keys() - _DEFINITION:
            if (feature, definition[feature]) != ("@direction", None):
                raise _Refused(feature)
        if meaning is not None and meaning.startswith(("@", "_:")) and meaning not in _ALIASES:
            raise _Refused(meaning)
        coercion = self._coercion(definition.get("@type"), depth)
        container = _container(definition.get("@container", []))
        index = definition.get("@index")
        if index is not None and (container != ("@index",) or not isinstance(index, str)):
            raise _Refused("@index")
        if coercion == "@json" and container:
            raise _Refused("@json")
        language = definition.get("@language", "")
        if not isinstance(language, str | None):
            raise _Refused("@language")
        return Term(
            meaning,
            coercion=None if coercion == "@none" else coercion,
            container=container,
            scoped=scoped_context(definition),
            index=index,
            language=language,
        )

    def _coercion(self, value: object, depth: int) -> str | None:
        if value is None or (isinstance(value, str) and value in _COERCIONS):
            return value
        datatype = self._expand(value, depth) if isinstance(value, str) else None
        if datatype is None or ":" not in datatype or datatype.startswith("_:"):
            raise _Refused("@type")
        return datatype

    def _expand(self, value: str, depth: int) -> str | None:
        """5.2 IRI Expansion, of what stands in a context."""
        if value.startswith("@"):
            return value if _KEYWORD.fullmatch(value) else None
        if value in self.definitions:
            self.define(value, depth + 1)
        if (term := self.terms.get(value)) is not None:
            return term.iri
        prefix, colon, rest = value.partition(":")
        if prefix and colon:
            return self._with_prefix(prefix, rest, depth) or value
        return None if self.vocabulary is None else self.vocabulary + value

    def _with_prefix(self, prefix: str, rest: str, depth: int) -> str | None:
        if prefix == "_" or rest.startswith("//"):
            return None
        if prefix in self.definitions:
            self.define(prefix, depth + 1)
        term = self.terms.get(prefix)
        return term.iri + rest if term and term.iri and term.is_prefix else None


class _Refused(Exception):
    """A definition says what is not understood, which matters only where the name is used."""


def _container(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else [value]
    if not all(isinstance(part, str) for part in parts):
        raise _Refused("@container")
    container = tuple(sorted(set(parts) - {"@set"}, key=("@graph", *parts).index))
    if container not in _CONTAINERS or (container == ("@list",) and "@set" in parts):
        raise _Refused("@container")
    return container


def _says_no_more(term: Term) -> bool:
    """Whether a text under this name is a literal, whatever it says."""
    says_more = term.container or term.scoped or term.refused or term.coercion in _COERCIONS
    return not says_more and term.iri is not None and ":" in term.iri


def _ends_as_prefix(name: str, meaning: str | None) -> bool:
    return meaning is not None and not {":", "/"} & {*name} and meaning.endswith(_DELIMITERS)
