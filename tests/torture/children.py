"""Children: deeds in a process of their own, which says what it has done through a pipe."""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.torture.deeds import life, secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.torture.deeds import State

READY: Final = b"R"
DONE: Final = b"."
FAILED: Final = 3


@dataclass(slots=True)
class Child:
    """A forked process."""

    pid: int
    pipe: int
    said: bytes = b""

    @classmethod
    def of(cls, work: Callable[[Callable[[bytes], object]], object]) -> Child:
        """Forks: loading is done, so that the moment of a kill falls into the work."""
        reading, writing = os.pipe()
        sys.stdout.flush()
        if pid := os.fork():
            os.close(writing)
            return cls(pid, reading)
        code = FAILED
        try:
            os.close(reading)
            work(lambda what: os.write(writing, what))
            code = 0
        except BaseException:  # noqa: BLE001 -- whatever it was, the parent must know
            os.write(writing, traceback.format_exc().encode())
        finally:
            os._exit(code)

    def listen(self, seconds: float = 0.0) -> bytes:
        """All that it has said until now; waits that long for something to be said."""
        while select.select([self.pipe], [], [], seconds)[0]:
            if not (heard := os.read(self.pipe, 65_536)):
                break
            self.said += heard
            seconds = 0.0
        return self.said

    def kill(self) -> bytes:
        """Kill it; what it had said by then."""
        os.kill(self.pid, signal.SIGKILL)
        return self.ended()[1]

    def ended(self) -> tuple[int, bytes]:
        """Waits for its end: the exit code, or the signal below zero, and all it said."""
        while heard := os.read(self.pipe, 65_536):
            self.said += heard
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status), self.said


def living(path: Path, seed: int, start: State) -> Callable[[Callable[[bytes], object]], None]:
    """Work that lives a life in a vault, and says each deed that is done."""

    def work(say: Callable[[bytes], object]) -> None:
        with Vault.open(path, secret(start.passphrase)) as vault:
            say(READY)
            state = start
            for deed in life(seed, start):
                deed.do(vault, state)
                say(DONE)
                state = deed.after(state)

    return work
