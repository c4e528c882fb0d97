"""Text from outside, made safe to show: one rule for the command line, the terminal UI and logs.

Control characters, escape sequences, bidirectional overrides, zero-width and private-use
characters are replaced by their code point in braces, so that nothing that arrived in a
credential can move the cursor, fake a verdict or hide in plain sight.
"""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST: Final = 4_000  # characters of one piece of text
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str) -> str:
    """`text` on one line, with everything that is not plain writing made visible."""
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    if shown.isascii() and shown.isprintable():
        return shown
    return "".join(map(_visible, shown))


def printable_lines(text: str) -> str:
    """The same for text that may have lines of its own."""
    return "\n".join(map(printable, text.split("\n")))


def _visible(character: str) -> str:
    if unicodedata.category(character) in _UNSAFE:
        return f"\\u{{{ord(character):04X}}}"
    return character
