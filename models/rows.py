"""Cases as rows of token numbers.

Cases about one wallet share the tokens of its entries: a row is those, then block after block,
each seeing the entries and itself alone, and each placed as though it came right after them. So
the network learns from four conversations for the price of two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from models.tokenizer import END, PAD, SPECIAL, START

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from models.cases import Case, Cases
    from models.tokenizer import Tokenizer

PROMPT_WEIGHT: Final = 0.08  # of a prompt's token in the loss, where an answer's is 1
COPY_WEIGHT: Final = 0.5
LONGEST_ROW: Final = 760


@dataclass(frozen=True, slots=True)
class Row:
    """One wallet and conversations about it. All lists are as long as `tokens`."""

    tokens: list[int]
    positions: list[int]
    blocks: list[int]  # 0: the wallet's entries; 1 and on: a conversation
    weights: list[float]  # of predicting this token from the one before
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of about one length; arrays are [rows, length]."""

    tokens: np.ndarray
    positions: np.ndarray
    blocks: np.ndarray  # -1: padding
    weights: np.ndarray
    cases: tuple[tuple[Case, ...], ...] = ()


def rows(cases: Iterable[Case], tokenizer: Tokenizer) -> Iterator[Row]:
    """One row for each list of entries that the cases' prompts begin with."""
    by_entries: dict[str, list[Case]] = {}
    for case in cases:
        by_entries.setdefault(_entries(case), []).append(case)
    for entries, group in by_entries.items():
        yield _row(entries, group, tokenizer)


def _entries(case: Case) -> str:
    return "".join(f"{line}\n" for line in case.prompt.shortlist.lines())


def _row(entries: str, cases: list[Case], tokenizer: Tokenizer) -> Row:
    tokens = [START, *tokenizer.encode(entries)]
    start = len(tokens)
    positions = list(range(start))
    blocks = [0] * start
    weights = [0.0] * start
    kept = []
    for case in cases:
        asked = tokenizer.encode(case.prompt.text.removeprefix(entries))
        answer = [*tokenizer.encode(f"{case.draft.write()}\n"), END]
        if len(tokens) + len(asked) + len(answer) > LONGEST_ROW:
            break
        kept.append(case)
        length = len(asked) + len(answer)
        tokens += asked + answer
        positions += range(start, start + length)
        blocks += [len(kept)] * length
        weights += [0.0, *[PROMPT_WEIGHT] * (len(asked) - 1), *[1.0] * len(answer)]
    return Row(tokens, positions, blocks, weights, tuple(kept))


def copying(tokenizer: Tokenizer, rng: Random) -> Row:
    """Rows of random tokens, and then runs out of them: nothing to be learnt but to copy."""
    tokens, positions, blocks, weights = [START], [0], [0], [0.0]
    for block in range(1, 5):
        line = rng.choices(range(len(SPECIAL), len(tokenizer.tokens)), k=rng.randint(8, 60))
        row, counted = list(line), [0.0] * len(line)
        for _ in range(rng.randint(2, 6)):
            at = rng.randrange(len(line) - 3)
            run = line[at : at + rng.randint(3, 12)]
            row += run
            counted += [0.0, *[COPY_WEIGHT] * (len(run) - 1)]
        tokens += row
        positions += range(1, 1 + len(row))
        blocks += [block] * len(row)
        weights += counted
    return Row(tokens, positions, blocks, weights, ())


def batched(rows: list[Row], size: int) -> Iterator[Batch]:
    """Rows of like length together, at most `size` tokens with their padding."""
    pending: list[Row] = []
    for row in sorted(rows, key=lambda row: len(row.tokens)):
        if pending and len(row.tokens) * (len(pending) + 1) > size:
            yield _batch(pending)
            pending = []
        pending.append(row)
    if pending:
        yield _batch(pending)


def _batch(rows: list[Row]) -> Batch:
    length = max(len(row.tokens) for row in rows)

    def padded(
        lists: list[list[int]] | list[list[float]], filling: float, kind: type
    ) -> np.ndarray:
        return np.array([[*each, *[filling] * (length - len(each))] for each in lists], dtype=kind)

    return Batch(
        padded([row.tokens for row in rows], PAD, np.int64),
        padded([row.positions for row in rows], 0, np.int64),
        padded([row.blocks for row in rows], -1, np.int64),
        padded([row.weights for row in rows], 0, np.float32),
        tuple(row.cases for row in rows),
    )


def drawn(
    sources: list[Cases], tokenizer: Tokenizer, count: int, each: int, rng: Random
) -> list[Row]:
    """`count` wallets of languages by turns, with `each` cases about every one."""
    found: list[Row] = []
    for number in range(count):
        found += rows(sources[number % len(sources)].some(each), tokenizer)
    rng.shuffle(found)
    return [row for row in found if row.cases]
