"""Which claims a credential makes, by every name that they may be known by.

VC Data Model 2.0, section 4.8: claims stand below `credentialSubject`, one object or several, and
nested. JSON-LD 1.1, section 3.2: a context gives a claim's name a meaning, an IRI. A name is folded
to letters and digits without case, so that "birth date", `birthDate` and `birth_date` are one; an
IRI counts by its last part. Folding finds too much rather than too little.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path: TypeAlias = "tuple[frozenset[str], ...]"
"""From the subject down to a claim: at each step, every name that the step is known by."""
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+")
_DEPTH: Final = 100
_CONTEXT: Final = "@context"


def wanted_names(text: str) -> tuple[str, ...]:
    """What a person wrote for a claim, or a type, as the folded names of each step of its path.

    A dotted path has several, an IRI one.
    """
    parts = [_last(text)] if _is_iri(text) else text.split(".")
    return tuple(folded for part in parts if (folded := fold(part)))


def matches(claim: str, path: Path) -> bool:
    """Whether a path ends in the claim that a person wrote."""
    wanted = wanted_names(claim)
    steps = path[-len(wanted) :]
    in_steps = len(steps) == len(wanted) and all(
        name in known for name, known in zip(wanted, steps, strict=True)
    )
    # A name with a dot in it is one step.
    return in_steps or bool(path and "".join(wanted) in path[-1])


def fold(name: str) -> str:
    """The name without case, accents of width, spaces and punctuation."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def type_names(types: tuple[str, ...]) -> frozenset[str]:
    """The folded names of types; an IRI counts by its last part, too."""
    return frozenset(name for type_ in types for name in (fold(type_), fold(_last(type_))))


def claims_of(document: Mapping[str, Any], contexts: Mapping[str, Any]) -> tuple[Path, ...]:
    """Every claim of a credential's subjects, nested ones and those around them too.

    `contexts` are those that can be known, by address. What is nested deeper than 100 is left to
    those who read credentials, who refuse it.
    """
    meanings: dict[str, set[str]] = {}
    for context in _contexts_in(document, 0):
        _gather(context, contexts, meanings, 0)
    return tuple(_walk(document.get("credentialSubject"), (), meanings))


def _walk(value: Any, path: Path, meanings: Mapping[str, set[str]]) -> Iterator[Path]:
    if len(path) > _DEPTH:
        return
    if isinstance(value, list | tuple):
        for item in value:
            yield from _walk(item, path, meanings)
    elif hasattr(value, "items"):
        for name, member in value.items():
            known = {fold(name), fold(_last(name)), *meanings.get(name, ())}
            below = (*path, frozenset(known))
            yield below
            yield from _walk(member, below, meanings)


def _contexts_in(value: Any, depth: int) -> Iterator[Any]:
    """Every `@context` of a document, also those further down."""
    if depth > _DEPTH:
        return
    if isinstance(value, list | tuple):
        for item in value:
            yield from _contexts_in(item, depth + 1)
    elif hasattr(value, "items"):
        for name, member in value.items():
            if name == _CONTEXT:
                yield member
            else:
                yield from _contexts_in(member, depth + 1)


def _gather(
    context: Any, known: Mapping[str, Any], meanings: dict[str, set[str]], depth: int
) -> None:
    """Add what a context says that terms mean, wherever in it that is said."""
    if depth > _DEPTH:
        return
    if isinstance(context, list | tuple):
        for one in context:
            _gather(one, known, meanings, depth + 1)
    elif isinstance(context, str):
        _gather(known.get(context), {}, meanings, depth + 1)
    elif hasattr(context, "items"):
        for term, definition in context.items():
            if term == _CONTEXT:
                _gather(definition, known, meanings, depth + 1)
                continue
            meaning = definition.get("@id") if hasattr(definition, "get") else definition
            if isinstance(meaning, str) and not term.startswith("@"):
                # A short form, "person:birthDate", has the same last part as the whole.
                meanings.setdefault(term, set()).add(fold(_last(meaning)))
            if hasattr(definition, "get"):
                _gather(definition.get(_CONTEXT), known, meanings, depth + 1)


def _is_iri(text: str) -> bool:
    return _IRI.fullmatch(text) is not None


def _last(text: str) -> str:
    """What comes after the last `/`, `#` or `:` of an IRI; another name as it is."""
    return re.split("[/#:]", text.rstrip("/#:"))[-1] if _is_iri(text) else text
