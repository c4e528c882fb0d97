"""Many inputs, each answered in its turn: the first few here, what then follows on all processors.

Starting a worker takes as long as some hundreds of verifications: a handful never pays for one.
"""

from __future__ import annotations

import os
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from wallet.cli.verify.answers import answer
from wallet.cli.verify.inputs import Document
from wallet.judging import Judge

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from wallet.cli.verify.answers import Answer, Shape
    from wallet.cli.verify.inputs import Input
    from wallet.judging import Asked

FIRST: Final = 96
"""How many inputs are judged here before workers are started for the others."""
CHUNK: Final = 48
"""How many inputs a worker is given at once, so that sending them costs next to nothing."""
CHUNK_BYTES: Final = 1 << 18
"""After how many bytes no further input is put with them."""


def processors() -> int:
    """How many processes may work at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def answered(
    inputs: Iterator[Input], asked: Asked, shape: Shape, jobs: int
) -> Generator[list[Answer]]:
    """The answers, in the order of the inputs, some at a time. No more is held than is at work."""
    with Judge(asked) as judge:
        for input_ in inputs if jobs == 1 else islice(inputs, FIRST):
            yield [answer(input_, judge, shape)]
    if (following := next(inputs, None)) is None:
        return
    # Deferred: threads, pipes and processes, for those who have hundreds.
    from wallet.cli.verify.pool import Pool  # noqa: PLC0415

    with Pool(jobs, asked, shape) as pool:
        yield from pool.answers(chunks(chain([following], inputs)))


def chunks(inputs: Iterator[Input], *, most: int = CHUNK) -> Iterator[list[Input]]:
    """The inputs, so many at a time at the most."""
    chunk: list[Input] = []
    size = 0
    for input_ in inputs:
        chunk.append(input_)
        size += len(input_.data) if isinstance(input_, Document) else 0
        if len(chunk) == most or size > CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
