"""Processes that judge for this one: fed lazily, answering in order, and replaced when they die.

Each is started anew rather than forked, so that it holds no secret and no lock of this process; it
ends when its input does, as it would if this process were killed. One thread for each of them sends
a chunk and waits for its answers, so that neither side ever writes while the other one does.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from wallet.cli.verify.answers import Answer, Shape, unjudged
from wallet.cli.verify.inputs import Document, Unreadable
from wallet.frames import read_frame, write_frame
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

    from wallet.cli.verify.inputs import Input
    from wallet.judging import Asked

Chunk: TypeAlias = "list[Input]"
Opening: TypeAlias = tuple[dict[str, Any], bytes]

# The folder of this program comes last on the path: it hides nothing.
PROGRAM: Final = """
import sys
sys.path.append(sys.argv[1])
from wallet.cli.verify.worker import serve
serve()
"""
_ROOT: Final = Path(__file__).parents[3]
_BROKE_OFF: Final = "its verification broke off: the process that judged it died"


class Gone(Exception):
    """A worker died, or was told to."""


class Worker:
    """One process that judges."""

    def __init__(self, opening: Opening, program: str) -> None:
        self._process: Final = subprocess.Popen(
            [sys.executable, "-P", "-c", program, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._opening: Opening | None = opening

    def judge(self, chunk: Chunk) -> list[Answer]:
        """The answers to a chunk, one for each input. Raises `Gone`."""
        assert self._process.stdin is not None  # noqa: S101 - made with pipes
        assert self._process.stdout is not None  # noqa: S101
        try:
            if self._opening is not None:
                write_frame(self._process.stdin, *self._opening)
                self._opening = None
            write_frame(self._process.stdin, *packed(chunk))
            frame = read_frame(self._process.stdout)
        except OSError as error:
            raise Gone from error
        if frame is None or len(frame[0]) != len(chunk):
            raise Gone
        return [Answer(*values) for values in frame[0]]

    def end(self) -> None:
        """End it now, and wait until it has."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # something was still on its way to it
                    stream.close()


def packed(chunk: Chunk) -> tuple[list[list[Any]], bytes]:
    """A chunk as a frame: name, line, and the size of the data or why there is none."""
    items = [
        [
            input_.name,
            input_.line,
            len(input_.data) if isinstance(input_, Document) else input_.reason,
        ]
        for input_ in chunk
    ]
    return items, b"".join(input_.data for input_ in chunk if isinstance(input_, Document))


def unpacked(items: list[list[Any]], body: bytes) -> Iterator[Input]:
    """The inputs of a frame."""
    start = 0
    for name, line, size in items:
        if isinstance(size, str):
            yield Unreadable(name, line, size)
        else:
            yield Document(name, line, body[start : start + size])
            start += size


class Pool:
    """`size` workers, for as long as it is entered."""

    def __init__(self, size: int, asked: Asked, shape: Shape, *, program: str = PROGRAM) -> None:
        """`program` is what a worker runs; its argument is the folder that this room is in."""
        self._size: Final = size
        self._shape: Final = shape
        self._program: Final = program
        self._opening: Final = (shape.plain(), pickle.dumps(asked))
        self._idle: Final[SimpleQueue[Worker]] = SimpleQueue()
        self._workers: Final[set[Worker]] = set()
        self._lock: Final = threading.Lock()
        self._closed = False
        self._threads: Final = ThreadPoolExecutor(size)

    def __enter__(self) -> Self:
        for _ in range(self._size):
            self._idle.put(self._started())
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.end()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def answers(self, chunks: Iterable[Chunk]) -> Iterator[list[Answer]]:
        """The answers to each chunk, in order. As many are read ahead as keep everybody busy."""
        rest = iter(chunks)
        waiting: deque[Future[list[Answer]]] = deque(
            self._threads.submit(self._judge, chunk) for chunk in islice(rest, 2 * self._size + 1)
        )
        while waiting:
            yield waiting.popleft().result()
            for chunk in islice(rest, 1):
                waiting.append(self._threads.submit(self._judge, chunk))

    def _judge(self, chunk: Chunk) -> list[Answer]:
        """By the next idle worker; where it dies, one by one, to find which input it died of."""
        try:
            return self._tried(chunk)
        except Gone:
            return [self._alone(input_) for input_ in chunk]

    def _alone(self, input_: Input) -> Answer:
        try:
            return self._tried([input_])[0]
        except Gone:
            verdict = Verdict.INDETERMINATE
            return unjudged(input_.name, input_.line, verdict, _BROKE_OFF, self._shape)

    def _tried(self, chunk: Chunk) -> list[Answer]:
        worker = self._idle.get()
        try:
            found = worker.judge(chunk)
        except Gone:
            worker = self._replaced(worker)
            raise
        finally:
            self._idle.put(worker)
        return found

    def _replaced(self, worker: Worker) -> Worker:
        with self._lock:
            if self._closed:
                return worker
            worker.end()
            self._workers.discard(worker)
        return self._started()

    def _started(self) -> Worker:
        with self._lock:
            if self._closed:
                raise Gone
            worker = Worker(self._opening, self._program)
            self._workers.add(worker)
        return worker
