"""How far a batch is, in one line on a terminal that is written over again and again."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

from wallet.cli import render
from wallet.messages import text

if TYPE_CHECKING:
    from wallet.cli.verify.tally import Tally

_PAUSE: Final = 0.1  # seconds between two drawings
_CLEARED: Final = "\r\x1b[K"


class Progress:
    """The line; `shown` says whether there is one at all."""

    def __init__(self, tally: Tally, language: str, *, shown: bool) -> None:
        self._tally: Final = tally
        self._language: Final = language
        self._shown: Final = shown
        self._stands = False
        self._next = 0.0

    def clear(self) -> None:
        """Make room for what is printed to the same terminal."""
        if self._stands:
            sys.stderr.write(_CLEARED)
            sys.stderr.flush()
            self._stands = False

    def draw(self) -> None:
        """Write it anew, unless that was just done."""
        if self._shown and time.monotonic() > self._next:
            line = text(self._tally.summary(self._language), self._language)
            sys.stderr.write(_CLEARED + render.cut(line))
            sys.stderr.flush()
            self._stands = True
            self._next = time.monotonic() + _PAUSE


def wanted(*, quiet: bool) -> bool:
    """Whether somebody looks on."""
    return not quiet and sys.stderr.isatty()
