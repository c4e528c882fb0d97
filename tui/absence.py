"""Telling that nobody is there: no key, no mouse, no paste for a while, or a machine that slept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.vault.keeper.listening import Clocks, Watch

if TYPE_CHECKING:
    from collections.abc import Callable

TICK: Final = 1.0
"""Seconds between two looks at the clocks."""
CLOCKS: Final = Clocks()
"""Those of the system."""
_MINUTE: Final = 60.0


class Absence:
    """How long nobody has touched anything."""

    def __init__(self, minutes: Callable[[], float], clocks: Clocks = CLOCKS) -> None:
        """It begins now; `minutes` are how long is too long, 0 for no time at all being too long.

        That the machine slept, or that its clock was set, is told in any case.
        """
        self._minutes: Final = minutes
        self._clocks: Final = clocks
        self.begin()

    def begin(self) -> None:
        """Somebody is there."""
        minutes = self._minutes()
        self._watch = Watch(minutes * _MINUTE if minutes > 0 else float("inf"), self._clocks)

    @property
    def is_over(self) -> bool:
        """Whether nobody was there for too long, the machine slept, or its clock jumped."""
        return self._watch.is_over

    def stir(self) -> bool:
        """Somebody touched something; whether that was in time."""
        if self.is_over:
            return False
        self.begin()
        return True
