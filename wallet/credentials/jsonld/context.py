"""JSON-LD 1.1 API, section 4.1: what the names in a document mean, at each place in it.

What a context comes to after another is worked out once and kept.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.values import dataclass, field, replace
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.jsonld.library import Library, Locals, refuse_feature
from wallet.credentials.jsonld.renamed import Renamed, renamed_in
from wallet.credentials.jsonld.terms import Term, define_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


MAX_KEPT: Final = 100_000
"""Terms in what is kept, some tens of megabytes; beyond, all is forgotten and begun anew."""

_NOTHING: Final[Mapping[str, Term]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class ActiveContext:
    """The names that mean something at one place. `previous` holds where it came by a type.

    `aliases` are those names that stand for keywords, each with its own. `is_own_vocabulary` says
    that the vocabulary stands in the document.
    """

    terms: Mapping[str, Term] = field(default_factory=lambda: _NOTHING)
    vocabulary: str | None = None
    previous: ActiveContext | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    is_own_vocabulary: bool = False

    def keyword(self, name: str) -> str | None:
        """The keyword that a member name is, or stands for."""
        return name if name.startswith("@") else self.aliases.get(name)

    def defines(self, name: str) -> bool:
        """Whether a name without a colon means an IRI here."""
        term = self.terms.get(name)
        if term is None:
            return self.vocabulary is not None
        return term.iri is not None and ":" in term.iri


NO_CONTEXT: Final = ActiveContext()


@dataclass(frozen=True, slots=True, eq=False)
class Meanings:
    """Contexts put one upon another, of one library."""

    library: Library
    _kept: dict[tuple[ActiveContext, Locals, bool, bool], ActiveContext] = field(
        default_factory=dict
    )
    _size: list[int] = field(default_factory=lambda: [0])
    _renamed: list[Renamed] = field(default_factory=list)

    def has_another_name(self, iri: str) -> bool:
        """Whether a known context calls it otherwise than by the end of it."""
        if not self._renamed:
            self._renamed.append(renamed_in(self.library))
        return self._renamed[0].holds(iri)

    def upon(
        self,
        active: ActiveContext,
        local: Locals,
        *,
        propagate: bool = True,
        override: bool = False,
    ) -> ActiveContext:
        """4.1 Context Processing: what names mean after `local`.

        A context of a type does not `propagate` into the objects below; one of a property may
        `override` what is protected.

        Raises:
            InvalidCredential: it redefines or forgets what is protected, or stands in the document
                and names what has another name.
            UnsupportedFormat: it uses what is not understood.
        """
        key = (active, local, propagate, override)
        result = self._kept.get(key)
        if result is None:
            result = self._worked_out(active, local, propagate=propagate, override=override)
            self._size[0] += len(result.terms) + 1
            if self._size[0] > MAX_KEPT:
                self._kept.clear()
                self._size[0] = 0
            self._kept[key] = result
        return result

    def _worked_out(
        self, active: ActiveContext, local: Locals, *, propagate: bool, override: bool
    ) -> ActiveContext:
        propagate = _propagation(local, propagate=propagate)
        result = active
        if not propagate and active.previous is None:
            result = replace(active, previous=active)
        for context in local:
            if context is None:
                result = _forgotten(result, propagate=propagate, override=override)
            else:
                terms, vocabulary = define_terms(
                    context, result.terms, result.vocabulary, override=override
                )
                if context.is_own:
                    self._check_own(terms[name] for name in context.definitions)
                aliases = {name: term.keyword for name, term in terms.items() if term.keyword}
                is_own = context.is_own if "@vocab" in context.settings else None
                result = replace(
                    result,
                    terms=terms,
                    vocabulary=vocabulary,
                    aliases=aliases,
                    is_own_vocabulary=result.is_own_vocabulary if is_own is None else is_own,
                )
        return result

    def _check_own(self, terms: Iterable[Term]) -> None:
        for iri in (term.iri for term in terms if term.iri is not None):
            if self.has_another_name(iri):
                raise InvalidCredential(
                    child(ROOT, "@context"),
                    f"has a name for {iri}, which a known context gives one",
                )


def _propagation(local: Locals, *, propagate: bool) -> bool:
    said = [context.propagates for context in local if context is not None]
    if any(value is not None for value in said):
        if len(local) != 1:
            refuse_feature("@propagate")
        return said[0] is True
    return propagate


def _forgotten(active: ActiveContext, *, propagate: bool, override: bool) -> ActiveContext:
    if not override and any(term.is_protected for term in active.terms.values()):
        raise InvalidCredential(ROOT, "is not usable as JSON-LD: null forgets what is protected")
    return ActiveContext(previous=None if propagate else active.previous)
