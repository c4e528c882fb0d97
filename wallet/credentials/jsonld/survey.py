"""The size of a document, and the words in it, found without asking what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import TooComplex
from wallet.credentials.strict_json import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_VALUES: Final = 10_000
MAX_CONTEXTS: Final = 256
MAX_HELD: Final = 32
"""Contexts that stand in the document itself."""
MAX_HELD_NAMES: Final = 2048
"""Names that these define, all together: each context is put upon all that came before it."""
MAX_LEVELS: Final = MAX_DEPTH + 8
"""A presentation adds its own levels to those of the credentials in it."""


def words_in(document: Mapping[str, Any]) -> set[str]:
    """Every name and every text in a document: whatever in it could be a term is among them.

    Raises:
        TooComplex: it has too many values, is nested too deep, or names or holds too many contexts.
    """
    words: set[str] = set()
    values, named, held, defined, depth = 0, 0, 0, 0, 0
    level: list[object] = [document]
    while level:
        values += len(level)
        depth += 1
        if values > MAX_VALUES:
            raise TooComplex(
                f"the document has {values} values or more, and at most {MAX_VALUES} may be"
            )
        if depth > MAX_LEVELS:
            raise TooComplex(f"the document is nested deeper than {MAX_LEVELS}")
        below: list[object] = []
        for value in level:
            if isinstance(value, str):
                words.add(value)
            elif isinstance(value, dict):
                words.update(value)
                below += value.values()
                if "@context" in value:
                    contexts = _contexts_in(value)
                    named += len(contexts)
                    own = [len(context) for context in contexts if isinstance(context, dict)]
                    held, defined = held + len(own), defined + sum(own)
            elif isinstance(value, list):
                below += value
        level = below
    _check_contexts(named, held, defined)
    return words


def _contexts_in(value: Mapping[str, Any]) -> list[object]:
    own = value["@context"]
    return own if isinstance(own, list) else [own]


def _check_contexts(named: int, held: int, defined: int) -> None:
    if named > MAX_CONTEXTS:
        raise TooComplex(f"the document names {named} contexts, and at most {MAX_CONTEXTS} may")
    if held > MAX_HELD:
        raise TooComplex(f"the document holds {held} contexts, and at most {MAX_HELD} may be")
    if defined > MAX_HELD_NAMES:
        raise TooComplex(
            f"the contexts that the document holds define {defined} names, and at most"
            f" {MAX_HELD_NAMES} may be"
        )
