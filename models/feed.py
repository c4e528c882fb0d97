"""Training rows without end, drawn by several processes at once."""

from __future__ import annotations

import multiprocessing
import os
from queue import Empty
from random import Random
from typing import TYPE_CHECKING, Final, Self

from models.cases import Cases
from models.phrasebook import EVERYBODY, LANGUAGES, Authors
from models.rows import Rows, copying, joined, packed, text_of
from models.tokenizer import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from models.cases import Lesson
    from models.phrasebook import Split
    from models.rows import Text

POOL: Final = 160  # wallets drawn at a time
EACH: Final = 4  # cases about a wallet
COPIES: Final = 0.03  # rows of copying for each case
WAIT: Final = 300  # seconds for rows; without any the other processes are dead


def draw(
    tokenizer: Tokenizer,
    split: Split,
    seed: int,
    authors: Authors = EVERYBODY,
    *,
    copies: float = COPIES,
    written: Sequence[Text] = (),
    share: float = 0.0,
) -> Iterator[Rows]:
    """Rows of cases of both languages, without end.

    `share` is how many of `written` there are for each case that is drawn.
    """
    rng = Random(seed)
    sources = [Cases(lang, split, rng.randrange(1 << 30), authors) for lang in LANGUAGES]
    while True:
        texts = [
            text_of(case.lesson, tokenizer)
            for number in range(POOL)
            for case in sources[number % len(sources)].some(EACH)
        ]
        texts += rng.sample(written, min(len(written), int(len(texts) * share)))
        texts += [copying(tokenizer, rng) for _ in range(int(len(texts) * copies))]
        rng.shuffle(texts)
        yield packed(texts)


class Feed:
    """Processes that draw rows, each with a seed of its own."""

    def __init__(
        self,
        path: Path,
        *,
        seed: int,
        workers: int,
        authors: Authors = EVERYBODY,
        written: Sequence[Lesson] = (),
        share: float = 0.0,
    ) -> None:
        """`share` is how many of `written` there are for each case that is drawn."""
        tokenizer = Tokenizer.load(path)
        texts = [text_of(lesson, tokenizer) for lesson in written]
        context = multiprocessing.get_context("spawn")
        self._queue = context.Queue(maxsize=4 * workers)
        self._workers = [
            context.Process(
                target=_work,
                args=(self._queue, path, seed + number, authors, texts, share),
                daemon=True,
            )
            for number in range(workers)
        ]
        self._kept: Rows | None = None
        self._rng = Random(seed)

    def __enter__(self) -> Self:
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.terminate()

    def rows(self, count: int) -> Rows:
        """So many rows, mixed from several draws."""
        parts = [self._kept] if self._kept is not None else []
        have = sum(len(part.tokens) for part in parts)
        while have < 2 * count:
            part = self._queue.get(timeout=WAIT)
            parts.append(part)
            have += len(part.tokens)
        mixed = joined(parts)
        order = list(range(len(mixed.tokens)))
        self._rng.shuffle(order)
        taken, kept = order[:count], order[count:]
        self._kept = _picked(mixed, kept)
        return _picked(mixed, taken)

    def waiting(self) -> bool:
        """Whether the processes are behind: nothing is ready."""
        try:
            return bool(self._queue.empty())
        except (Empty, NotImplementedError):
            return False


def _picked(rows: Rows, at: list[int]) -> Rows:
    return Rows(rows.tokens[at], rows.places[at], rows.blocks[at], rows.parts[at])


def _work(
    queue: multiprocessing.Queue[Rows],
    path: Path,
    seed: int,
    authors: Authors,
    written: Sequence[Text],
    share: float,
) -> None:
    os.nice(5)
    tokenizer = Tokenizer.load(path)
    for rows in draw(tokenizer, "train", seed, authors, written=written, share=share):
        queue.put(Rows(rows.tokens, rows.places, rows.blocks, rows.parts))
