"""GBNF, the grammars of llama.cpp: how a text and a choice are written in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def either(choices: Iterable[str]) -> str | None:
    """One of several rules; None where there is none to choose from."""
    listed = list(choices)
    return f"({' | '.join(listed)})" if listed else None


def literal(text: str) -> str:
    """A GBNF string; every character outside printable ASCII and every escape by number."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    if character in '"\\' or not 0x20 <= code < 0x7F:
        return f"\\U{code:08X}"
    return character
