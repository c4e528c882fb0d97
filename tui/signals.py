"""What the system tells the program: to end, that its terminal is gone, or to pause.

The program is not ended and not stopped where it stands: the keys go first, and what was shown.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

ENDING: Final = ("SIGTERM", "SIGHUP")


def heed(*, end: Callable[[], None], pause: Callable[[], None]) -> Callable[[], None]:
    """Have `end` and `pause` called in the running event loop when the system says so.

    Gives what stops the process, as the terminal's driver does it: it leaves the terminal as it
    was, and takes it again once the process goes on.
    """
    if sys.platform == "win32":
        return _nothing
    loop = asyncio.get_running_loop()
    for name in ENDING:
        loop.add_signal_handler(getattr(signal, name), end)
    before = signal.getsignal(signal.SIGTSTP)
    loop.add_signal_handler(signal.SIGTSTP, pause)

    def stop() -> None:
        if callable(before):
            before(signal.SIGTSTP, None)

    return stop


def _nothing() -> None:
    """There is no stopping here."""
