"""Attempts: after some wrong passphrases, each further one of this process waits.

Against whoever sits down at an open terminal, or a program that asks a face of ours again and
again. It does not hold back whoever has a copy of the file: that is Argon2id's part.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

FREE: Final = 5
"""Wrong passphrases that cost nothing but the key derivation."""
LONGEST: Final = 30.0
"""Seconds; the wait doubles from one second on until it is that long."""


class Attempts:
    """Counts the wrong passphrases of one process, for whichever wallet they were."""

    def __init__(self, sleep: Callable[[float], object] = time.sleep) -> None:
        """`sleep` waits that many seconds."""
        self.sleep = sleep
        self._lock: Final = threading.Lock()
        self._wrong = 0

    @property
    def wait(self) -> float:
        """Seconds that the next attempt waits."""
        over = self._wrong - FREE
        return 0.0 if over < 0 else min(2.0 ** min(over, 10), LONGEST)

    def begin(self) -> None:
        """Wait before an attempt, whether it will be right or wrong; one attempt at a time."""
        with self._lock:
            if self.wait:
                self.sleep(self.wait)

    def wrong(self) -> None:
        """It was wrong."""
        with self._lock:
            self._wrong += 1

    def right(self) -> None:
        """It was right: whoever knows the passphrase need not wait again."""
        with self._lock:
            self._wrong = 0


ATTEMPTS: Final = Attempts()
"""Those of this process."""
