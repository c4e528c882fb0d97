"""What goes to the clipboard, and how: OSC 52, which a terminal passes on, through SSH as well.

It can be written that way, and not read: whether it holds what was put there nobody can tell. What
is copied is text, whatever it was: no control character goes with it into somebody's shell.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from wallet.files import free_path, write_new

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CLEARED_AFTER: Final = 30.0  # seconds, for a secret
_KEPT: Final = frozenset("\n\t")
_WITHOUT: Final = frozenset({"Apple_Terminal"})
"""Terminals that are known to take no OSC 52, as TERM_PROGRAM names them."""
_DUMB: Final = frozenset({"dumb", "linux"})


def copied(text: str) -> str:
    """The text as it may stand in a clipboard: control characters are made visible."""
    return "".join(
        f"\\u{{{ord(sign):04X}}}"
        if unicodedata.category(sign) == "Cc" and sign not in _KEPT
        else sign
        for sign in text
    )


def has_clipboard(environment: Mapping[str, str]) -> bool:
    """Whether the terminal may have one; of most one cannot know."""
    program, terminal = environment.get("TERM_PROGRAM", ""), environment.get("TERM", "")
    return program not in _WITHOUT and terminal not in _DUMB


def into_file(home: Path, text: str) -> Path:
    """The same into a new file of the wallet's folder, for its owner alone."""
    return write_new(free_path(home / "outbox" / "copied.txt"), f"{copied(text)}\n".encode())
