"""Text from outside, made safe to show: one rule for the command line, the terminal UI and logs.

Control characters, escape sequences, bidirectional overrides, zero-width and private-use
characters are replaced by their code point in braces, so that nothing that arrived in a
credential can move the cursor, fake a verdict or hide in plain sight. So are letters that nothing
is seen of, and marks that pile up over other lines.
"""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST: Final = 4_000  # characters of one piece of text
MARKS: Final = 4
"""Marks on one letter: no script needs more (UAX 15 speaks of thirty, for streams)."""
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNSEEN: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""What is drawn as nothing, and is no format character (Default_Ignorable_Code_Point; Braille's
blank)."""
_PRESENTATION: Final = frozenset("\ufe0e\ufe0f")
"""Behind a symbol they only choose between two drawings of it."""


def printable(text: str) -> str:
    """`text` on one line, with everything that is not plain writing made visible."""
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    if shown.isascii() and shown.isprintable():
        return shown
    pieces, marks, before = [], 0, ""
    for character in shown:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        chosen = character in _PRESENTATION and before == "So"
        if category in _UNSAFE or (character in _UNSEEN and not chosen) or marks > MARKS:
            pieces.append(f"\\u{{{ord(character):04X}}}")
        else:
            pieces.append(character)
        before = category
    return "".join(pieces)


def printable_lines(text: str) -> str:
    """The same for text that may have lines of its own."""
    return "\n".join(map(printable, text.split("\n")))
