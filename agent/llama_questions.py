"""The questions that a child process is asked, read while it answers: one may be called off."""

from __future__ import annotations

import json
import os
import queue
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK: Final = 1 << 16


class Questions:
    """The lines of a pipe, in order; `{"cancel": 3}` is no question, but calls number 3 off."""

    def __init__(self, descriptor: int) -> None:
        """`descriptor` is the pipe's; nobody else reads from it."""
        self._descriptor = descriptor
        self._waiting: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._current = 0
        self._called_off = 0
        threading.Thread(target=self._read, daemon=True).start()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while (question := self._waiting.get()) is not None:
            self._current = question.get("number", self._current + 1)
            yield question

    def cancelled(self) -> bool:
        """Whether the question that was handed out last is called off."""
        return self._called_off >= self._current

    def _read(self) -> None:
        received = b""
        while chunk := os.read(self._descriptor, _CHUNK):
            *lines, received = (received + chunk).split(b"\n")
            said = [json.loads(line) for line in lines]
            # What was called off meanwhile is not begun.
            self._called_off = max([self._called_off, *(one.get("cancel", 0) for one in said)])
            for one in said:
                if "cancel" not in one:
                    self._waiting.put(one)
        self._waiting.put(None)
