"""JSON-LD 1.1 API, section 4.1: the contexts that may be named, looked up, and their parts found.

What a context says is worked out once and kept: a credential names the same two or three each time.
The contexts of a library must not change while it is in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Never

from did.values import dataclass, field, replace
from wallet.credentials.errors import UnknownContext, UnsupportedFormat
from wallet.credentials.jsonld.own import own_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.credentials.json_path import Trail

Contexts = Mapping[str, Any]
"""Contexts by address: each what stands under `@context` in the file of that address."""

MAX_NESTING: Final = 32
"""Contexts within contexts, by a term's own context or by address."""

_OF_CONTEXT: Final = frozenset(
    {"@version", "@protected", "@vocab", "@language", "@propagate", "@import", "@base", "@type"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """One context object: what it says of itself, and what it says of names.

    Two are the same only where they are one object, so that they can be found again at once.
    `@base` is left out: it has no effect in a context that is named by address (section 4.1, 5.7).
    `is_own` says that it stands in the document.
    """

    settings: Mapping[str, Any]
    definitions: Mapping[str, Any]
    is_own: bool = False

    @property
    def propagates(self) -> bool | None:
        """What it says of reaching into the objects below, if anything."""
        value = self.settings.get("@propagate")
        if value is not None and not isinstance(value, bool):
            refuse_feature("@propagate")
        return value


Locals = tuple[Local | None, ...]
"""Contexts one after the other; `None` forgets all before it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Own:
    """A context that a name brings with it which the document defines: as written, and taken apart.

    Two that are written alike say the same.
    """

    written: object
    locals: Locals

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self.written == (other.written if isinstance(other, _Own) else other)


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """The contexts that may be named, taken apart when first asked for."""

    contexts: Contexts
    _taken_apart: dict[int, tuple[object, Locals]] = field(default_factory=dict)
    _named: dict[str, Locals] = field(default_factory=dict)

    def of_document(self, value: object, trail: Trail) -> Locals:
        """The contexts that the value of a document's `@context` names.

        One that stands in the document itself is taken where it says what a known one says, or
        gives no name but those that its IRIs end in.

        Raises:
            UnknownContext: one is not known.
            InvalidCredential: one gives other names to what is signed, or is no context at all.
            TooComplex: one that stands in the document defines too many.
        """
        found: list[Local | None] = []
        for context in value if isinstance(value, list) else [value]:
            if isinstance(context, str):
                found += self._at(context, 0)
                continue
            known = next((one for one in self.contexts.values() if one == context), None)
            if known is not None:
                found += self.taken_apart(known)
                continue
            found.append(self._own(own_context(context, trail)))
        return tuple(found)

    def _own(self, context: Mapping[str, Any]) -> Local:
        """One of the document: nothing of it is kept here, where nothing is forgotten."""
        local = self._one(context, 0)
        definitions = {
            name: {**one, "@context": _Own(one["@context"], (self._own(one["@context"]),))}
            if isinstance(one, Mapping) and "@context" in one
            else one
            for name, one in local.definitions.items()
        }
        return replace(local, definitions=MappingProxyType(definitions), is_own=True)

    def taken_apart(self, value: object, depth: int = 0) -> Locals:
        """The contexts of a context: those that it names looked up, those that it imports merged.

        Raises:
            UnknownContext: it names one that is not known.
            UnsupportedFormat: it is not built as a context is, or too deep.
        """
        if isinstance(value, _Own):
            return value.locals
        if depth > MAX_NESTING:
            raise UnsupportedFormat("contexts name each other without an end, or too deep")
        kept = self._taken_apart.get(id(value))
        if kept is None:
            # The value is kept beside what it means, so that its identity stays its own.
            kept = self._taken_apart[id(value)] = (value, tuple(self._read(value, depth)))
        return kept[1]

    def _at(self, address: str, depth: int) -> Locals:
        kept = self._named.get(address)
        if kept is None:
            if address not in self.contexts:
                raise UnknownContext(address)
            kept = self._named[address] = self.taken_apart(self.contexts[address], depth + 1)
        return kept

    def _read(self, value: object, depth: int) -> Iterator[Local | None]:
        for context in value if isinstance(value, list) else [value]:
            match context:
                case None:
                    yield None
                case str():
                    yield from self._at(context, depth)
                case Mapping():
                    yield self._one(context, depth)
                case _:
                    refuse_feature("@context")

    def _one(self, context: Mapping[str, Any], depth: int) -> Local:
        """4.1, steps 5.5 to 5.6: a context object, merged into what it imports."""
        settings = {name: value for name, value in context.items() if name.startswith("@")}
        definitions = {name: value for name, value in context.items() if name not in settings}
        for name, value in settings.items():
            if name not in _OF_CONTEXT and (name, value) != ("@direction", None):
                refuse_feature(name)
        address = settings.pop("@import", None)
        settings.pop("@base", None)
        if address is not None:
            imported = self._at(address, depth) if isinstance(address, str) else ()
            if len(imported) != 1 or imported[0] is None:
                refuse_feature("@import")
            settings = {**imported[0].settings, **settings}
            definitions = {**imported[0].definitions, **definitions}
        return Local(MappingProxyType(settings), MappingProxyType(definitions))


def scoped_context(definition: object) -> tuple[object, ...]:
    """The context that a term brings with it, as it is written, or nothing."""
    if isinstance(definition, Mapping) and "@context" in definition:
        return (definition["@context"],)
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A mapping taken for itself: equal to no other, whatever that holds."""

    contexts: Contexts

    def __hash__(self) -> int:
        return id(self.contexts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.contexts is other.contexts


def library_of(contexts: Contexts) -> Library:
    """The library of these contexts, the same each time."""
    return _library(_Same(contexts))


@lru_cache(maxsize=8)
def _library(same: _Same) -> Library:
    return Library(same.contexts)


def refuse_feature(feature: str) -> Never:
    """Refuse a context for what it uses.

    Raises:
        UnsupportedFormat: always.
    """
    raise UnsupportedFormat(f"a context uses {feature!r} in a way that is not understood")
