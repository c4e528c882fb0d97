"""Contexts without the terms that a document cannot use: an engine reads them in a tenth the time.

What a processor takes from a context is looked up by name (JSON-LD 1.1 API, sections 5.1 and 5.2):
names that stand in the document, as a member, a type, a value or the prefix of one; and names that
stand in the definitions of those. So a term that is named nowhere in the document, nor by a term
that is kept, changes nothing in what comes out. Terms are kept by name alone, wherever they are
defined, and nothing is asked about what they mean. What an unused term could still do is make a
context invalid, as one that redefines what is protected: that is judged before, on the whole of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass, field
from wallet.credentials.errors import TooComplex
from wallet.credentials.jsonld.library import (
    MAX_NESTING,
    Library,
    Locals,
    refuse_feature,
    scoped_context,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wallet.credentials.jsonld.library import Local

MAX_KEPT: Final = 100_000
"""Terms in what is kept; beyond, all is forgotten and begun anew."""

MAX_TERMS: Final = 20_000
"""Terms in one context with all that its terms bring with them."""


@dataclass(frozen=True, slots=True)
class _Index:
    """The terms of a context at all depths: each with the names that its definitions hold."""

    names: frozenset[str]
    mentions: Mapping[str, AbstractSet[str]]
    always: AbstractSet[str]
    """Names that the contexts hold outside of definitions."""


@dataclass(frozen=True, slots=True, eq=False)
class Pruner:
    """Makes small contexts of large ones, of one library."""

    library: Library
    _indices: dict[Locals, _Index] = field(default_factory=dict)
    _pruned: dict[tuple[Locals, AbstractSet[str]], Any] = field(default_factory=dict)
    _size: list[int] = field(default_factory=lambda: [0])

    def pruned(self, places: Iterable[Locals], words: AbstractSet[str]) -> list[Any]:
        """The values of `@context` for places that have these contexts.

        `words` are all names and texts in the document.

        Raises:
            UnknownContext: a context names one that is not known.
            UnsupportedFormat: a context is not built as one, or contexts name each other endlessly.
            TooComplex: a context says too much.
        """
        places = tuple(places)
        indices = [self._index(local) for local in dict.fromkeys(places)]
        used = _closure(indices, words)
        return [self._written(local, self._index(local).names & used) for local in places]

    def _index(self, local: Locals) -> _Index:
        index = self._indices.get(local)
        if index is None:
            mentions: defaultdict[str, set[str]] = defaultdict(set)
            always: set[str] = set()
            for context in self._all_in(local, 0):
                always.update(_texts(context.settings))
                for name, definition in context.definitions.items():
                    mentions[name].update(_mentioned(name, definition))
            index = _Index(frozenset(mentions), mentions, always)
            self._make_room(len(mentions))
            self._indices[local] = index
        return index

    def _all_in(self, local: Locals, depth: int) -> Iterator[Local]:
        """All contexts in a context, those of its terms too, each once."""
        seen: set[Local] = set()
        waiting = [(context, depth) for context in local if context is not None]
        while waiting:
            context, depth = waiting.pop()
            if context in seen:
                continue
            if depth > MAX_NESTING:
                refuse_feature("@context")
            seen.add(context)
            yield context
            for definition in context.definitions.values():
                for value in scoped_context(definition):
                    scoped = self.library.taken_apart(value)
                    waiting += [(one, depth + 1) for one in scoped if one is not None]

    def _written(self, local: Locals, used: AbstractSet[str]) -> Any:
        key = (local, used)
        written = self._pruned.get(key)
        if written is None:
            size = [0]
            written = self._write(local, used, 0, size)
            self._make_room(size[0])
            self._pruned[key] = written
        return written

    def _write(self, local: Locals, used: AbstractSet[str], depth: int, size: list[int]) -> Any:
        if depth > MAX_NESTING:
            refuse_feature("@context")
        contexts: list[dict[str, Any] | None] = []
        for context in local:
            if context is None:
                contexts.append(None)
                continue
            terms = {
                name: self._definition(context.definitions[name], used, depth, size)
                for name in context.definitions
                if name in used
            }
            size[0] += 1 + len(terms)
            if size[0] > MAX_TERMS:
                raise TooComplex(f"a context brings more than {MAX_TERMS} terms with it")
            contexts.append({**context.settings, **terms})
        # Alone it is no list: section 4.1, step 2, asks only such a one whether it propagates.
        return contexts[0] if len(contexts) == 1 else contexts

    def _definition(
        self, definition: Any, used: AbstractSet[str], depth: int, size: list[int]
    ) -> Any:
        for value in scoped_context(definition):
            local = self.library.taken_apart(value)
            return {**definition, "@context": self._write(local, used, depth + 1, size)}
        return definition

    def _make_room(self, size: int) -> None:
        self._size[0] += size + 1
        if self._size[0] > MAX_KEPT:
            self._indices.clear()
            self._pruned.clear()
            self._size[0] = size + 1


def _closure(indices: Iterable[_Index], words: AbstractSet[str]) -> set[str]:
    """The terms that are named in the document, or in the definition of one that is."""
    indices = tuple(indices)
    used: set[str] = set()
    waiting = {*words, *(word.partition(":")[0] for word in words if ":" in word)}
    for index in indices:
        waiting.update(index.always)
    while waiting:
        found: set[str] = set()
        for index in indices:
            for name in index.names & waiting:
                if name not in used:
                    found |= index.mentions[name]
        used |= waiting
        waiting = found - used
    return used


def _mentioned(name: str, definition: Any) -> Iterator[str]:
    if isinstance(definition, Mapping):
        definition = {key: value for key, value in definition.items() if key != "@context"}
    yield from _texts((name, definition))


def _texts(value: object) -> Iterator[str]:
    """All texts in a value, and the prefix of each."""
    match value:
        case str():
            yield value
            yield value.partition(":")[0]
        case Mapping():
            for name, member in value.items():
                yield from _texts(name)
                yield from _texts(member)
        case list() | tuple():
            for element in value:
                yield from _texts(element)
        case _:
            pass
