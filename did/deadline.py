"""A time by which all is done: `Deadline`, and a socket on which nothing waits beyond it."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from did.errors import Unreachable

if TYPE_CHECKING:
    import socket

    from _typeshed import WriteableBuffer


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the asker gives up: `at` on the monotonic clock, `seconds` after it began."""

    authority: str
    seconds: float
    at: float

    @classmethod
    def after(cls, seconds: float, authority: str) -> Self:
        """That many seconds from now; `authority` is who has to answer until then."""
        return cls(authority, seconds, time.monotonic() + seconds)

    def left(self) -> float:
        """The seconds left, more than none. Raises `Unreachable`."""
        if (left := self.at - time.monotonic()) <= 0:
            raise self.missed()
        return left

    def missed(self) -> Unreachable:
        """What to raise when it has passed."""
        return Unreachable(
            f"{self.authority} takes longer than {self.seconds:g} seconds", hint="try again later"
        )


class TimedSocket:
    """A connected socket as `http.client` needs it, on which nothing waits beyond the deadline.

    A timeout of the socket's own begins anew with every byte: whoever sends one a second would
    never be late. It is closed by whoever opened it.
    """

    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        self._opened = opened
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Sends all of `data`. Raises `OSError` or `Unreachable`."""
        self._opened.settimeout(self._deadline.left())
        self._opened.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What is received, as a file."""
        return io.BufferedReader(_Reading(self._opened, self._deadline))

    def close(self) -> None:
        """Nothing: `http.client` closes before it reads the body."""


class _Reading(io.RawIOBase):
    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        self._opened = opened
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self._opened.settimeout(self._deadline.left())
        return self._opened.recv_into(buffer)
