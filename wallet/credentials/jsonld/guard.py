"""Safe mode: a document is taken as JSON-LD only where all of it would be covered by a proof.

JSON-LD drops what no context defines, without a word (JSON-LD 1.1 API, section 5.1). What is
dropped is not signed, so anyone could add or change it. The walk below follows the expansion
algorithm, refuses whatever it would drop or could read in two ways, and counts the statements that
must come out, so that another processor's output can be held against it. It also writes down what
that processor is given, with a gap for the contexts: what it has not walked, no other one sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass, field
from wallet.credentials.jsonld.context import NO_CONTEXT, ActiveContext, Meanings
from wallet.credentials.jsonld.library import library_of
from wallet.credentials.jsonld.literals import read_number, read_value_object
from wallet.credentials.jsonld.maps import read_map
from wallet.credentials.jsonld.names import check_iri, check_name
from wallet.credentials.jsonld.refusals import check_set, refuse
from wallet.credentials.jsonld.terms import PLAIN, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wallet.credentials.json_path import Trail
    from wallet.credentials.jsonld.library import Contexts, Locals

_NODE_KEYWORDS: Final = frozenset({"@context", "@id", "@type"})


@dataclass(slots=True)
class Reading:
    """What a walk found: how many statements there must be, and the document for an engine.

    `gaps` are the objects that have contexts, each with these, to be filled in under `@context`.
    `is_intricate` says that an object has several types that bring contexts of their own. `root` is
    the identifier of what the graph being walked is about. `nameless` are the objects of the given
    document that stand for a thing and have no identifier, in its order; `has_graphs` says that
    there are graphs in it.
    """

    statements: int = 0
    is_intricate: bool = False
    root: str | None = None
    document: dict[str, Any] = field(default_factory=dict)
    gaps: list[tuple[dict[str, Any], Locals]] = field(default_factory=list)
    nameless: list[Mapping[str, Any]] = field(default_factory=list)
    has_graphs: bool = False


def _brings_context(active: ActiveContext, name: str) -> bool:
    return name in active.terms and bool(active.terms[name].scoped)


def count_statements(document: Mapping[str, Any], contexts: Contexts) -> int:
    """The number of RDF statements that the document makes, all of it being covered.

    Raises:
        CredentialError: as `read` does.
    """
    return read(document, Meanings(library_of(contexts))).statements


def read(document: Mapping[str, Any], meanings: Meanings, *, vocabulary: bool = True) -> Reading:
    """Walk a document whose size has been looked at. Without `vocabulary`, `@vocab` defines none.

    Raises:
        UndefinedTerm: a member or a type means nothing where it stands.
        UnknownContext: a context is not known.
        InvalidCredential: something else would be lost, or could be read in two ways.
        UnsupportedFormat: a context uses what cannot be judged.
    """
    walk = Walk(meanings, vocabulary=vocabulary)
    walk.reading.document = walk.node(document, NO_CONTEXT, (), None, is_root=True)
    return walk.reading


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk through a document; `reading` is what it has found so far."""

    meanings: Meanings
    vocabulary: bool = field(kw_only=True)
    reading: Reading = field(default_factory=Reading)

    def node(
        self,
        element: Mapping[str, Any],
        active: ActiveContext,
        trail: Trail,
        term: Term | None,
        *,
        from_map: bool = False,
        nameless: bool = False,
        is_root: bool = False,
    ) -> dict[str, Any]:
        """5.1.2 Expansion, steps 7 to 13: an object that stands for a thing with properties."""
        # 7: a context that came by the type of the object around this one ends here.
        if active.previous is not None and not from_map and not _is_reference(element, active):
            active = active.previous
        # 8, 9: the context of the property this stands under, then the object's own.
        if term is not None and term.scoped:
            active = self.scoped(active, term, override=True)
        copy: dict[str, Any] = {}
        if "@context" in element:
            local = self.meanings.library.of_document(element["@context"], trail)
            active = self.meanings.upon(active, local)
            copy["@context"] = None
            self.reading.gaps.append((copy, local))
        keywords, types = self._keywords(element, active, trail)
        # 10, 11: the contexts of its types, which are themselves read without these.
        within = active
        bringing = [name for name in sorted(types) if _brings_context(active, name)]
        for name in bringing:
            within = self.scoped(within, active.terms[name], propagate=False)
        if len(bringing) > 1:
            self.reading.is_intricate = True
        self.reading.statements += len(types)
        if within is not active:
            _check_keywords_again(element, keywords, within, trail)
        if nameless and "@id" in keywords.values():
            refuse(trail, "has an identifier beside that of the map")
        if not nameless and "@id" not in keywords.values():
            self.reading.nameless.append(element)
        self._check_told_once(element, keywords, trail, is_root=is_root)
        self._members(element, keywords, within, trail, copy)
        return copy

    def _check_told_once(
        self,
        element: Mapping[str, Any],
        keywords: Mapping[str, str],
        trail: Trail,
        *,
        is_root: bool,
    ) -> None:
        """Of the document the document alone tells; other objects in its graph may refer to it.

        Two objects with one identifier make the same statements whichever of them says what: the
        end of a credential, or its status, could be moved to where nobody looks for it.
        """
        name = next((name for name, keyword in keywords.items() if keyword == "@id"), None)
        if is_root:
            self.reading.root = None if name is None else element[name]
        elif name is not None and not element.keys() <= {name, "@context"}:
            self.check_told_outside(element[name], trail)

    def check_told_outside(self, identifier: str, trail: Trail) -> None:
        """Refuse an object with members, at `trail`, that has the identifier of the document."""
        if identifier == self.reading.root:
            refuse(trail, "says more of the document itself, outside of where it is looked for")

    def _members(
        self,
        element: Mapping[str, Any],
        keywords: Mapping[str, str],
        active: ActiveContext,
        trail: Trail,
        copy: dict[str, Any],
    ) -> None:
        """5.1.2 Expansion, step 13: what an object says, once its contexts are known."""
        terms = active.terms
        for name, value in element.items():
            if name in keywords:
                if name != "@context":
                    copy[name] = value
                continue
            term = terms.get(name)
            # The most common case, at once: a text under a name that says nothing more of it.
            if term is not None and term.is_plain and isinstance(value, str):
                self.reading.statements += 1
                copy[name] = value
            else:
                copy[name] = self._member(name, value, active, (*trail, name))

    def scoped(
        self, active: ActiveContext, term: Term, *, propagate: bool = True, override: bool = False
    ) -> ActiveContext:
        """What names mean within the context that a term brings with it."""
        local = self.meanings.library.taken_apart(term.scoped[0])
        return self.meanings.upon(active, local, propagate=propagate, override=override)

    def _keywords(
        self, element: Mapping[str, Any], active: ActiveContext, trail: Trail
    ) -> tuple[dict[str, str], tuple[str, ...]]:
        """Check `@id` and `@type` by all their names, and that there is no other; the types too."""
        keywords: dict[str, str] = {}
        types: tuple[str, ...] = ()
        aliases = active.aliases
        for name, value in element.items():
            keyword = name if name.startswith("@") else aliases.get(name)
            if keyword is None:
                continue
            if keyword not in _NODE_KEYWORDS:
                refuse((*trail, name), "is no keyword that a credential may use")
            if keyword in keywords.values():
                refuse((*trail, name), f"is given twice, as {keyword} and by another name")
            keywords[name] = keyword
            if keyword == "@id":
                check_iri(value, active, (*trail, name))
            elif keyword == "@type":
                types = self._types(value, active, (*trail, name))
        return keywords, types

    def _types(self, value: object, active: ActiveContext, trail: Trail) -> tuple[str, ...]:
        elements = value if isinstance(value, list) else [value]
        check_set(elements, trail)
        for type_ in elements:
            self.check_name(type_, active, trail)
        return tuple(elements)

    def _member(self, name: str, value: object, active: ActiveContext, trail: Trail) -> Any:
        """5.1.2 Expansion, steps 13.5 to 13.14: what stands under a name."""
        if ":" in name:
            refuse(trail, "must be a plain name: an IRI would say the same under another name")
        self.check_name(name, active, trail)
        term = active.terms.get(name, PLAIN)
        if term.coercion == "@json":
            self.reading.statements += 1
            return value
        if term.container == ("@list",):
            # A list that is written out is taken for the list itself.
            if not isinstance(value, dict) or "@list" not in value:
                self.reading.statements += 1
                return self._list(value, term, active, trail)
        elif term.container not in {(), ("@graph",)} and isinstance(value, dict):
            return read_map(self, value, term, active, trail)
        return self._set(value, term, active, trail)

    def _set(self, value: object, term: Term, active: ActiveContext, trail: Trail) -> Any:
        if not isinstance(value, list):
            return self.value(value, term, active, trail)
        check_set(value, trail)
        return [
            self.value(element, term, active, (*trail, index))
            for index, element in enumerate(value)
        ]

    def _list(self, value: object, term: Term, active: ActiveContext, trail: Trail) -> list[Any]:
        """JSON-LD 1.1 API, section 7.3: a list, of two statements for each place in it."""
        copies = []
        for index, element in enumerate(value if isinstance(value, list) else [value]):
            place = (*trail, index)
            self.reading.statements += 1
            # Elsewhere a list in a list is read as a part of it, and its bounds are lost.
            if isinstance(element, list) and term.container == ("@list",):
                self.reading.statements += 1
                copies.append(self._list(element, term, active, place))
            else:
                copies.append(self.value(element, term, active, place))
        return copies

    def value(self, value: object, term: Term, active: ActiveContext, trail: Trail) -> Any:
        """The statement that has the value as its object, and those the value makes itself."""
        self.reading.statements += 1
        match value:
            case dict():
                return self._object(value, term, active, trail)
            case _ if "@graph" in term.container:
                refuse(trail, "must be an object")
            case str():
                self._check_text(value, term, active, trail)
            case bool():
                pass
            case int() | float():
                return self._number(value, term, active, trail)
            case _:
                refuse(trail, "is null or a list in a list, which no proof would cover")
        return value

    def _number(
        self, value: float, term: Term, active: ActiveContext, trail: Trail
    ) -> int | dict[str, Any]:
        datatype = term.coercion if term.coercion and ":" in term.coercion else None
        number = read_number(value, datatype, trail)
        if isinstance(number, dict):
            check_iri(number["@type"], active, trail)
        return number

    def _check_text(self, text: str, term: Term, active: ActiveContext, trail: Trail) -> None:
        # 4.2: the context of a property holds for plain values too, but overrides nothing.
        if term.scoped:
            active = self.scoped(active, term)
        if term.coercion == "@id":
            check_iri(text, active, trail)
        elif term.coercion == "@vocab":
            self.check_name(text, active, trail)

    def _object(
        self, value: dict[str, Any], term: Term, active: ActiveContext, trail: Trail
    ) -> dict[str, Any]:
        """A graph, a literal written out, a list written out, or a thing."""
        if "@graph" in term.container:
            before, root = self.reading.statements, self.reading.root
            self.reading.has_graphs = True
            copy = self.node(value, active, trail, term, is_root=True)
            self.reading.root = root
            if self.reading.statements == before:
                refuse(trail, "says nothing, and so would not be covered by a proof")
            return copy
        if any(active.keyword(name) == "@value" for name in value):
            return read_value_object(value, active, trail)
        if value.keys() == {"@list"}:
            return {"@list": self._list(value["@list"], term, active, (*trail, "@list"))}
        return self.node(value, active, trail, term)

    def check_name(self, name: object, active: ActiveContext, trail: Trail) -> None:
        """Check a name as this walk would have it."""
        check_name(name, active, trail, vocabulary=self.vocabulary)
        if active.is_own_vocabulary and isinstance(name, str) and name not in active.terms:
            iri = f"{active.vocabulary}{name}"
            if self.meanings.has_another_name(iri):
                refuse(trail, f"is a name for {iri}, which a known context gives one")


def _check_keywords_again(
    element: Mapping[str, Any], keywords: dict[str, str], active: ActiveContext, trail: Trail
) -> None:
    """Check names against the contexts of the types: one may make of a name an identifier."""
    for name, value in element.items():
        keyword = active.keyword(name)
        if keyword == keywords.get(name):
            continue
        if keyword != "@id" or name in keywords or "@id" in keywords.values():
            refuse((*trail, name), "means something else by the type of its object")
        check_iri(value, active, (*trail, name))
        keywords[name] = keyword


def _is_reference(element: Iterable[str], active: ActiveContext) -> bool:
    """Whether an object is an identifier alone."""
    names = tuple(element)
    return len(names) == 1 and active.keyword(names[0]) == "@id"
