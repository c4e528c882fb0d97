"""The questions that a child process is asked, read while it answers: one may be called off."""

from __future__ import annotations

import json
import queue
import threading
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator


class Questions:
    """The lines of a stream, in order; `{"cancel": 3}` is no question, but calls number 3 off."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
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
        for line in self._stream:
            said = json.loads(line)
            if "cancel" in said:
                self._called_off = max(self._called_off, said["cancel"])
            else:
                self._waiting.put(said)
        self._waiting.put(None)
