"""Telling keys that somebody pressed from those that a paste sent.

Where a terminal, or something between it and the program, does not mark what is pasted (bracketed
paste), it arrives as keys: one right after another, faster than anybody types.
"""

from __future__ import annotations

from typing import Final

GAP: Final = 0.05  # seconds: of two keys that come closer together, neither answers anything
QUIET: Final = 0.12  # seconds without a further key, before a key counts as pressed by itself
_FAST: Final = 0.01  # seconds: three keys as close as that are a paste in any case
_KEYS: Final = 3


class Bursts:
    """When keys came. Times are seconds, and of keys as they were read, not as they are handled."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._run = 1

    def hear(self, at: float) -> None:
        """A key, or a paste that was marked as one; of the same moment, only the first counts."""
        if at == self._last:
            return
        self._run = self._run + 1 if at - self._last < _FAST else 1
        self._last = at

    def follows(self, at: float) -> bool:
        """Whether a key at that time, not heard yet, comes right after another."""
        return at - self._last < GAP

    @property
    def is_paste(self) -> bool:
        """Whether nobody types as fast as the last keys came."""
        return self._run >= _KEYS
