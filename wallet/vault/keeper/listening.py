"""A keeper that listens: for a while, in the wallet's folder, to programs of the same user.

It ends when its time is over, when it is told to (`holdfast lock`), when the machine sleeps or its
clock has jumped, and when its socket was taken away or opened to others.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NoReturn, Self, final

from wallet.vault.errors import StorageFailed
from wallet.vault.files import held_folder
from wallet.vault.keeper.peers import is_our_own
from wallet.vault.keeper.places import bound, inode, is_there, remove
from wallet.vault.keeper.sleep import when_it_sleeps
from wallet.vault.keeper.wire import BrokenWire, Wire

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from wallet.vault.keeper.answering import Held

TICK: Final = 1.0
"""Seconds between two looks at the clocks."""
SLACK: Final = 10.0
"""Seconds by which two clocks may differ before the machine is taken to have slept."""
AT_ONCE: Final = 32
"""Programs that are answered at once; the next waits until one of them hangs up."""


def _awake() -> float:
    """Seconds that the machine has been awake."""
    return time.monotonic()


def _since_boot() -> float:
    """Seconds, those asleep among them, where the system counts them."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


@dataclass(frozen=True, slots=True)
class Clocks:
    """What a listener's time is told by, each in seconds."""

    awake: Callable[[], float] = _awake
    since_boot: Callable[[], float] = _since_boot
    wall: Callable[[], float] = time.time


@final
class Watch:
    """Says when a listener's time is over."""

    def __init__(self, seconds: float, clocks: Clocks = Clocks()) -> None:
        """It begins now."""
        self._clocks: Final = clocks
        self._end: Final = clocks.awake() + seconds
        self._asleep: Final = clocks.since_boot() - clocks.awake()
        self._ahead: Final = clocks.wall() - clocks.awake()

    @property
    def is_over(self) -> bool:
        """Whether the time has passed, the machine was asleep, or somebody set its clock."""
        awake = self._clocks.awake()
        slept = self._clocks.since_boot() - awake - self._asleep
        jumped = self._clocks.wall() - awake - self._ahead
        return awake >= self._end or slept > SLACK or abs(jumped) > SLACK


@final
class Listener:
    """The socket, and the threads that answer on it."""

    def __init__(
        self, held: Held, folder: Path, listening: tuple[socket.socket, int], seconds: int
    ) -> None:
        """Made by `start`; `listening` is as `bound` gives it."""
        self._held: Final = held
        self._folder: Final = folder
        self._socket: Final = listening[0]
        self._inode: Final = listening[1]
        self._watch: Final = Watch(seconds)
        self._over: Final = threading.Event()
        self._turns: Final = threading.BoundedSemaphore(AT_ONCE)
        self.until: Final = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)

    @classmethod
    def start(cls, held: Held, folder: Path, seconds: int) -> Self:
        """Listens from now on; whoever listened in that folder before does so no longer.

        Raises:
            Busy, UnsafePath, StorageFailed: a socket cannot be had there.
        """
        with held_folder(folder, f"another process is unlocking the wallet in {folder}"):
            listening = bound(folder)
        listener = cls(held, folder, listening, seconds)
        os.chdir("/")  # the folder's disk may be unmounted
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: listener.end_at_once())
        threading.Thread(target=listener._accept, daemon=True).start()
        when_it_sleeps(listener.end)
        return listener

    def end(self) -> None:
        """Have `wait` return. No signal handler may: it may have interrupted `wait` itself."""
        self._over.set()

    def end_at_once(self) -> NoReturn:
        """End the process, from wherever it is."""
        with suppress(StorageFailed):
            self._leave()
        os._exit(0)

    def wait(self) -> None:
        """Until it is over. The process ends then, and with it the threads that still answer."""
        while not self._over.wait(TICK):
            if self._watch.is_over or not self._has_its_place():
                break
        with suppress(StorageFailed):  # a disk that is full, or has gone: the process ends anyway
            self._leave()

    def _has_its_place(self) -> bool:
        """Whether it can still be found, and told to end."""
        return is_there(self._folder) and inode(self._folder) == self._inode

    def _leave(self) -> None:
        """Nobody finds it any more."""
        if inode(self._folder) == self._inode:
            remove(self._folder)

    def _accept(self) -> None:
        try:
            while True:
                self._turns.acquire()
                self._accept_one()
        finally:
            self.end()  # nobody is left who would hear that it is to end

    def _accept_one(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except OSError:  # too many open files, perhaps: whoever asks waits
            self._turns.release()
            self._over.wait(TICK)
            return
        threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        wire = Wire(connection)
        try:
            if is_our_own(connection):
                self._talk(wire)
        except BrokenWire:
            pass
        finally:
            wire.close()
            self._turns.release()

    def _talk(self, wire: Wire) -> None:
        while not self._over.is_set():
            question = wire.receive()
            if self._watch.is_over:  # it slept, and nobody has looked since
                self.end()
                return
            match question:
                case {"ask": "end"}:
                    self.end()
                    threading.Event().wait()  # whoever asked hears of the end by our hanging up
                case {"ask": "until"}:
                    wire.send({"until": self.until.isoformat()})
                case {"ask": "unlock"}:
                    raise BrokenWire
                case _:
                    wire.send(self._held.answer(question, trusted=False))
