"""The processes that judge, asked without waiting in between: one task at a time for each.

Each is started anew rather than forked, so that it holds no secret of this process. One that takes
too long is ended and replaced, as is one that died.
"""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

from wallet.frames import LENGTHS, frame_of
from wallet.serving.problems import Problem
from wallet.serving.verifying import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.judging import Asked

# The folder of this program comes last on the path: it hides nothing.
PROGRAM: Final = """
import sys
sys.path.append(sys.argv[1])
from wallet.serving.worker import serve
serve()
"""
_ROOT: Final = Path(__file__).parents[2]
_LONGEST_ANSWER: Final = 32 << 20


class _Worker:
    """One process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process: Final = process
        self.told = 0  # which state of the status lists it knows

    @classmethod
    async def started(cls, asked: Asked) -> Self:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", PROGRAM, str(_ROOT)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdin is not None  # noqa: S101 - made with pipes
        process.stdin.write(frame_of(None, pickle.dumps(asked)))
        return cls(process)

    async def do(self, head: Mapping[str, object], body: bytes) -> Answer:
        """Raises `EOFError` or OSError where the process died."""
        writer, reader = self._process.stdin, self._process.stdout
        assert writer is not None  # noqa: S101 - as above
        assert reader is not None  # noqa: S101
        writer.write(frame_of(head, body))
        await writer.drain()
        of_head, of_body = LENGTHS.unpack(await reader.readexactly(LENGTHS.size))
        if of_head > 3 or of_body > _LONGEST_ANSWER:
            raise EOFError
        answered = await reader.readexactly(of_head + of_body)
        return Answer(HTTPStatus(int(answered[:of_head])), answered[of_head:])

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()


class Pool:
    """`size` workers, for as long as it is entered."""

    def __init__(self, asked: Asked, *, size: int, patience: float) -> None:
        """`patience` is how many seconds a task may take."""
        self._asked: Final = asked
        self._size: Final = size
        self._patience: Final = patience
        self._idle: Final[asyncio.LifoQueue[_Worker]] = asyncio.LifoQueue()
        self._workers: Final[set[_Worker]] = set()
        self._lists: Mapping[str, str] = MappingProxyType({})
        self._edition = 0

    async def __aenter__(self) -> Self:
        for _ in range(self._size):
            self._idle.put_nowait(await self._started())
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(worker.end() for worker in self._workers))

    def publish(self, lists: Mapping[str, str]) -> None:
        """These status lists are what stands at addresses of the server, from the next task on."""
        self._lists = MappingProxyType(dict(lists))
        self._edition += 1

    async def do(self, task: str, body: bytes) -> Answer:
        """The answer to a task.

        Raises:
            Problem: it took too long, or the process that did it died.
        """
        worker = await self._idle.get()
        head: dict[str, object] = {"task": task}
        if worker.told != self._edition:
            head["lists"] = dict(self._lists)
            worker.told = self._edition
        try:
            async with asyncio.timeout(self._patience):
                answer = await worker.do(head, body)
        except TimeoutError as error:
            worker = await self._replaced(worker)
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"it could not be found out within {self._patience:g} seconds",
                check="effort",
            ) from error
        except (EOFError, OSError) as error:
            worker = await self._replaced(worker)
            raise Problem(
                HTTPStatus.INTERNAL_SERVER_ERROR, "the process that judged it died"
            ) from error
        except asyncio.CancelledError:
            # Half a question or half an answer is in its pipes.
            worker = await asyncio.shield(self._replaced(worker))
            raise
        finally:
            self._idle.put_nowait(worker)
        return answer

    async def _replaced(self, worker: _Worker) -> _Worker:
        self._workers.discard(worker)
        await worker.end()
        return await self._started()

    async def _started(self) -> _Worker:
        worker = await _Worker.started(self._asked)
        self._workers.add(worker)
        return worker
