"""A document in safe mode, from JSON to the RDF statements that it makes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from did.values import dataclass
from wallet.credentials.jsonld.context import Meanings
from wallet.credentials.jsonld.engines import read_statements
from wallet.credentials.jsonld.guard import Reading, read
from wallet.credentials.jsonld.library import Contexts, Library, library_of
from wallet.credentials.jsonld.pruning import Pruner
from wallet.credentials.jsonld.survey import words_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Quad


def statements_of(
    document: Mapping[str, Any], contexts: Contexts, *, vocabulary: bool = True
) -> list[Quad]:
    """All statements of a document, with doubles, unordered. Raises as `canonicalize` does."""
    words = words_in(document)
    tools = _tools(library_of(contexts))
    reading = read(document, tools.meanings, vocabulary=vocabulary)
    contexts_used = tools.pruner.pruned([local for _, local in reading.gaps], words)
    for (place, _), context in zip(reading.gaps, contexts_used, strict=True):
        place["@context"] = context
    return read_statements(reading.document, reading.statements, is_intricate=reading.is_intricate)


def walk(document: Mapping[str, Any], contexts: Contexts) -> Reading:
    """What a walk through a document finds, no engine being asked. Raises as `canonicalize`."""
    words_in(document)
    return read(document, _tools(library_of(contexts)).meanings)


@dataclass(frozen=True, slots=True)
class _Tools:
    meanings: Meanings
    pruner: Pruner


@lru_cache(maxsize=8)
def _tools(library: Library) -> _Tools:
    return _Tools(Meanings(library), Pruner(library))
