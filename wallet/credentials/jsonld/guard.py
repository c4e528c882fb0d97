"""Safe mode: a document is taken as JSON-LD only where all of it would be covered by a proof.

JSON-LD drops what no context defines, without a word (JSON-LD 1.1 API, section 5.1). What is
dropped is not signed, so anyone could add or change it. The walk below follows the expansion
algorithm, refuses whatever it would drop or could read in two ways, and counts the statements that
must come out, so that another processor's output can be held against it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Never

from wallet.credentials.errors import InvalidCredential, TooComplex, UndefinedTerm, UnknownContext
from wallet.credentials.form import is_absolute_iri
from wallet.credentials.json_path import Trail, write_path
from wallet.credentials.jsonld.context import ActiveContext, LocalContext, Term

Contexts = Mapping[str, Mapping[str, Any]]
JSONObject = Mapping[str, Any]

MAX_VALUES: Final = 10_000
MAX_CONTEXTS: Final = 256

# What a name may not hold if it is to be the last part of an IRI (RFC 3987, ifragment).
_NO_IRI: Final = re.compile(r"[\x00-\x20<>\"{}|\\^`#%\x7f-\x9f]")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_VALUE_OBJECT: Final = frozenset({"@value", "@type", "@language"})
_PLAIN: Final = Term(is_defined=True)


def count_statements(document: JSONObject, contexts: Contexts) -> int:
    """The number of RDF statements that the document makes, all of it being covered.

    Raises:
        UndefinedTerm: a member or a type means nothing where it stands.
        UnknownContext: a context is not among `contexts`.
        InvalidCredential: something else would be lost, or could be read in two ways.
        UnsupportedFormat: a context uses what cannot be judged.
        TooComplex: the document has too many members, or names too many contexts.
    """
    _check_size(document)
    return _Walk(contexts).node(document, ActiveContext(), (), ())


def _check_size(document: JSONObject) -> None:
    values, named = 0, 0
    waiting: list[object] = [document]
    while waiting:
        match waiting.pop():
            case dict() as element:
                waiting.extend(element.values())
                own = element.get("@context", [])
                named += len(own) if isinstance(own, list) else 1
            case list() as elements:
                waiting.extend(elements)
            case _:
                pass
        values += 1
    if values > MAX_VALUES:
        raise TooComplex(f"the document has {values} values, and at most {MAX_VALUES} may be")
    if named > MAX_CONTEXTS:
        raise TooComplex(f"the document names {named} contexts, and at most {MAX_CONTEXTS} may be")


def local_contexts(value: object, contexts: Contexts, trail: Trail = ()) -> list[LocalContext]:
    """The contexts that the value of an `@context` names, looked up.

    One that stands in the document itself is taken only where it says what one of `contexts` says.

    Raises:
        UnknownContext: one is not among `contexts`.
        InvalidCredential: one stands in the document itself, or is no context at all.
    """
    found: list[LocalContext] = []
    for context in value if isinstance(value, list) else [value]:
        if isinstance(context, str):
            if context not in contexts:
                raise UnknownContext(context)
            found.append(contexts[context])
        elif isinstance(context, dict) and context in contexts.values():
            found.append(context)
        else:
            _refuse(
                (*trail, "@context"),
                "must name contexts by URL: its own could give other names to what is signed",
            )
    return found


@dataclass(frozen=True, slots=True)
class _Walk:
    contexts: Contexts

    def node(
        self,
        element: JSONObject,
        active: ActiveContext,
        scoped: tuple[LocalContext, ...],
        trail: Trail,
    ) -> int:
        """5.1.2 Expansion, steps 7 to 13: an object that stands for a thing with properties."""
        # 7: a context that came by the type of the object around this one ends here.
        if active.previous is not None:
            active = active.previous
        # 8, 9: the context of the property this stands under, then the object's own.
        active = active.with_contexts(*scoped)
        if "@context" in element:
            local = local_contexts(element["@context"], self.contexts, trail)
            active = active.with_contexts(*local)
        self._check_keywords(element, active, trail)
        # 10, 11: the contexts of its types, which are themselves read without these.
        outer = active
        types = self._types(element, active, trail)
        for name in sorted(types):
            if name in outer.terms:
                active = active.with_contexts(*outer.terms[name].scoped, propagate=False)
        # 13: its members.
        return len(types) + sum(
            self._member(name, value, active, (*trail, name))
            for name, value in element.items()
            if name != "@context" and active.keyword(name) is None
        )

    def _check_keywords(self, element: JSONObject, active: ActiveContext, trail: Trail) -> None:
        seen: set[str] = set()
        for name, value in element.items():
            keyword = active.keyword(name)
            if keyword is None:
                continue
            if keyword not in {"@context", "@id", "@type"}:
                _refuse((*trail, name), "is no keyword that a credential may use")
            if keyword in seen:
                _refuse((*trail, name), f"is given twice, as {keyword} and by another name")
            seen.add(keyword)
            if keyword == "@id":
                self._check_iri(value, active, (*trail, name))

    def _types(self, element: JSONObject, active: ActiveContext, trail: Trail) -> tuple[str, ...]:
        types: list[str] = []
        for name, value in element.items():
            if active.keyword(name) == "@type":
                place = (*trail, name)
                elements = value if isinstance(value, list) else [value]
                _check_set(elements, place)
                for type_ in elements:
                    self._check_name(type_, active, place)
                    types.append(type_)
        return tuple(types)

    def _member(self, name: str, value: object, active: ActiveContext, trail: Trail) -> int:
        if ":" in name:
            _refuse(trail, "must be a plain name: an IRI would say the same under another name")
        self._check_name(name, active, trail)
        term = active.terms.get(name, _PLAIN)
        if term.coercion == "@json":
            return 1
        elements = value if isinstance(value, list) else [value]
        _check_set(elements, trail)
        return sum(
            self._value(
                element, term, active, (*trail, index) if isinstance(value, list) else trail
            )
            for index, element in enumerate(elements)
        )

    def _value(self, value: object, term: Term, active: ActiveContext, trail: Trail) -> int:
        """The statement that has the value as its object, and those the value makes itself."""
        inner = 0
        match value:
            case dict() if "@value" in value and not term.is_graph:
                self._check_value_object(value, trail)
            case dict():
                inner = self.node(value, active, term.scoped, trail)
                if term.is_graph and inner == 0:
                    _refuse(trail, "says nothing, and so would not be covered by a proof")
            case _ if term.is_graph:
                _refuse(trail, "must be an object")
            case str() if term.coercion == "@id":
                self._check_iri(value, active, trail)
            case str() if term.coercion == "@vocab":
                self._check_name(value, active.with_contexts(*term.scoped), trail)
            case None | list():
                _refuse(trail, "is null or a list in a list, which no proof would cover")
            case _:
                pass
        return 1 + inner

    @staticmethod
    def _check_value_object(value: JSONObject, trail: Trail) -> None:
        """A literal written out. Its direction would be lost, and so is refused."""
        text, language, datatype = (value.get(name) for name in ("@value", "@language", "@type"))
        is_tagged = isinstance(text, str) and "@type" not in value and isinstance(language, str)
        if not value.keys() <= _VALUE_OBJECT or not isinstance(text, str | bool | int | float):
            _refuse(trail, "must hold a value, and its type or its language at most")
        if "@language" in value and not (is_tagged and _LANGUAGE.fullmatch(str(language))):
            _refuse((*trail, "@language"), "must be the language tag of a text")
        if "@type" in value and not (isinstance(datatype, str) and is_absolute_iri(datatype)):
            _refuse((*trail, "@type"), "must be an absolute IRI")

    @staticmethod
    def _check_iri(value: object, active: ActiveContext, trail: Trail) -> None:
        if not isinstance(value, str) or not is_absolute_iri(value):
            _refuse(trail, "must be an absolute IRI")
        if value.partition(":")[0] in active.terms:
            _refuse(trail, "must be an IRI written in full, not by a prefix")

    def _check_name(self, name: object, active: ActiveContext, trail: Trail) -> None:
        """A name that must mean an IRI: a member, a type, or a value from a vocabulary."""
        if not isinstance(name, str):
            _refuse(trail, "must be a name")
        if ":" in name:
            self._check_iri(name, active, trail)
        elif not active.defines(name):
            raise UndefinedTerm(
                write_path(trail),
                "is not defined by any context, so no proof would cover it"
                if trail[-1] == name
                else f"holds {name!r}, which no context defines, so no proof would cover it",
            )
        elif name not in active.terms and _NO_IRI.search(name):
            _refuse(trail, f"holds a character that no IRI may hold: {name!r}")


def _check_set(elements: list[Any], trail: Trail) -> None:
    """JSON-LD reads a list as a set: an empty one says nothing, a double says it once."""
    if not elements:
        _refuse(trail, "is an empty list, which no proof would cover")
    scalars = [
        (type(element), element)
        for element in elements
        if isinstance(element, str | bool | int | float)
    ]
    if len(set(scalars)) != len(scalars):
        _refuse(trail, "holds a value twice, of which a proof would cover one")


def _refuse(trail: Trail, reason: str) -> Never:
    raise InvalidCredential(write_path(trail), reason)
