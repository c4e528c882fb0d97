"""What known contexts give another name than the end of its IRI.

A name of a document's own is the end of its IRI. Where a known context calls the same IRI
otherwise, there are two names for it, and whoever holds the document could choose: the end of a
proof, `expires`, is `expiration` in its IRI, where nobody would look for it. So these IRIs are no
document's own to name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from did.values import dataclass
from wallet.credentials.errors import CredentialError
from wallet.credentials.jsonld.terms import define_terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.jsonld.library import Library, Locals
    from wallet.credentials.jsonld.terms import Term

_DELIMITERS: Final = re.compile(r"[#/:]")


@dataclass(frozen=True, slots=True)
class Renamed:
    """IRIs that have names of their own in the known contexts."""

    iris: frozenset[str]
    vocabularies: tuple[str, ...]

    def holds(self, iri: str) -> bool:
        """Whether a known context has, or would make, another name for it than its end."""
        return iri in self.iris or any(
            iri.startswith(vocabulary) and _DELIMITERS.search(iri, len(vocabulary))
            for vocabulary in self.vocabularies
        )


def renamed_in(library: Library) -> Renamed:
    """What the contexts of a library name so, those that their terms bring with them too."""
    found = _Found(library, set(), set(), set())
    for context in library.contexts.values():
        found.add(context, {}, None)
    return Renamed(frozenset(found.iris), tuple(sorted(found.vocabularies)))


@dataclass(frozen=True, slots=True)
class _Found:
    library: Library
    iris: set[str]
    vocabularies: set[str]
    seen: set[int]

    def add(self, context: object, before: Mapping[str, Term], vocabulary: str | None) -> None:
        """Add what a context says after others; one that cannot be used names nothing."""
        if id(context) in self.seen:
            return
        self.seen.add(id(context))
        try:
            terms, vocabulary = self._after(self.library.taken_apart(context), before, vocabulary)
        except CredentialError:
            return
        if vocabulary is not None:
            self.vocabularies.add(vocabulary)
        for name, term in terms.items():
            if term is before.get(name):
                continue
            iri = term.iri or ""
            if ":" in iri and _DELIMITERS.split(iri)[-1] != name:
                self.iris.add(iri)
            for scoped in term.scoped:
                self.add(scoped, terms, vocabulary)

    @staticmethod
    def _after(
        local: Locals, terms: Mapping[str, Term], vocabulary: str | None
    ) -> tuple[Mapping[str, Term], str | None]:
        for context in local:
            if context is None:
                terms, vocabulary = {}, None
            else:
                terms, vocabulary = define_terms(context, terms, vocabulary, override=True)
        return terms, vocabulary
