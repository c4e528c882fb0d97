"""One child process, asked by lines and answering by lines, each in its time."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_ANSWER: Final = 16 * 1024 * 1024
"""The longest answer read, in bytes: what was asked comes back with a proof in it."""
_CHUNK: Final = 64 * 1024


class Died(Exception):
    """The child ended, or closed its output, before a whole line of answer."""


class TooLate(Exception):
    """There was no whole line of answer in the time given."""


@final
class Child:
    """A process that was started and is not ended before `end`.

    It knows nothing of the environment, so no proxy and no path that could send it somewhere, and
    has a session of its own, so that Ctrl-C is for its parent. `in_step` is whether it has answered
    one line to each, which is what makes another question safe.
    """

    __slots__ = ("_input", "_output", "_process", "in_step")

    def __init__(self, command: Sequence[str]) -> None:
        """Raises `OSError` where it cannot be started."""
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            bufsize=0,
            start_new_session=True,
        )
        assert self._process.stdin  # noqa: S101 - as was asked for
        assert self._process.stdout  # noqa: S101
        self._input, self._output = self._process.stdin, self._process.stdout
        for stream in (self._input, self._output):
            os.set_blocking(stream.fileno(), False)
        self.in_step = True

    def exchange(self, line: bytes, timeout: float) -> bytes:
        """The line answered to a line. That the child dies after it does not take it back.

        Raises:
            Died: there will be none.
            TooLate: there was none in `timeout` seconds, or it is endless.
        """
        end = time.monotonic() + timeout
        left, answer = memoryview(line), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._input, selectors.EVENT_WRITE)
            selector.register(self._output, selectors.EVENT_READ)
            while (seconds := end - time.monotonic()) > 0 and len(answer) <= MAX_ANSWER:
                for key, _ in selector.select(seconds):
                    if key.fileobj is self._input:
                        left = self._send(left)
                        if not left:
                            selector.unregister(self._input)
                    elif self._receive(answer):
                        told, _, more = bytes(answer).partition(b"\n")
                        self.in_step = self.in_step and not left and not more
                        return told
        raise TooLate

    def _send(self, left: memoryview) -> memoryview:
        """What is still to be written; nothing where the child does not listen any more."""
        try:
            return left[os.write(self._input.fileno(), left[:_CHUNK]) :]
        except BrokenPipeError:
            self.in_step = False
            return left[:0]

    def _receive(self, answer: bytearray) -> bool:
        """Whether the line is whole now."""
        chunk = os.read(self._output.fileno(), _CHUNK)
        if not chunk:
            raise Died
        answer += chunk
        return b"\n" in chunk

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        self._process.kill()
        self._close()
        self._process.wait()

    def forget(self) -> None:
        """Leave it to the process that started it, from which this one was forked off."""
        self._close()
        self._process.returncode = 0  # not this process's to wait for

    def _close(self) -> None:
        for stream in (self._input, self._output):
            stream.close()
