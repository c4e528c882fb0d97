"""Alt with a digit is a key, as terminals send it: Escape and the digit.

Textual reads the sign in it that a Mac's keyboard has there, so that Alt+2 would write "™".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

if TYPE_CHECKING:
    from textual.keys import Keys

_ESCAPE: Final = "\x1b"


@dataclass(frozen=True, slots=True)
class _Named:
    """A key by its name, as one of Textual's `Keys`, which has none of these."""

    value: str


def heed_alt_digits() -> None:
    """Have what reads the terminal take them for keys from now on."""
    known = cast("dict[str, tuple[Keys, ...]]", ANSI_SEQUENCES_KEYS)
    for digit in "0123456789":
        known[f"{_ESCAPE}{digit}"] = (cast("Keys", _Named(f"alt+{digit}")),)
