"""JSON-LD in safe mode, canonicalized: RDF Dataset Canonicalization (RDFC-1.0)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from did.values import dataclass
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.jsonld.canonical import HashAlgorithm, canonical_form
from wallet.credentials.jsonld.context import Meanings
from wallet.credentials.jsonld.engines import read_statements
from wallet.credentials.jsonld.guard import read
from wallet.credentials.jsonld.library import Contexts, Library, library_of
from wallet.credentials.jsonld.pruning import Pruner
from wallet.credentials.jsonld.survey import words_in

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Contexts", "HashAlgorithm", "canonicalize"]


def canonicalize(
    document: Mapping[str, Any],
    *,
    contexts: Contexts = SHIPPED,
    vocabulary: bool = True,
    algorithm: HashAlgorithm = HashAlgorithm.SHA_256,
) -> bytes:
    """The canonical N-Quads of a JSON-LD document, UTF-8, of which nothing is lost.

    `contexts` must not change while they are in use. Without `vocabulary`, a name that only a
    catch-all (`@vocab`) defines, as it does any typing mistake, is not defined. `algorithm` is the
    hash of RDFC-1.0, which a suite may choose by its key.

    Raises:
        UndefinedTerm: a member or a type means nothing where it stands.
        UnknownContext: a context is not among `contexts`.
        InvalidCredential: something else would not be covered, or could be read in two ways.
        UnsupportedFormat: a context uses what cannot be judged.
        TooComplex: the document is too large, or its graph could take unreasonably long.
    """
    words = words_in(document)
    tools = _tools(library_of(contexts))
    reading = read(document, tools.meanings, vocabulary=vocabulary)
    contexts_used = tools.pruner.pruned([local for _, local in reading.gaps], words)
    for (place, _), context in zip(reading.gaps, contexts_used, strict=True):
        place["@context"] = context
    statements = read_statements(
        reading.document, reading.statements, is_intricate=reading.is_intricate
    )
    return canonical_form(statements, algorithm=algorithm)


@dataclass(frozen=True, slots=True)
class _Tools:
    meanings: Meanings
    pruner: Pruner


@lru_cache(maxsize=8)
def _tools(library: Library) -> _Tools:
    return _Tools(Meanings(library), Pruner(library))
