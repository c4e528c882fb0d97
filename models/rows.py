"""Cases as rows of token numbers, packed to one length.

A row holds several conversations side by side; each sees itself alone and counts its places from
nought. A token's part says what it is for: nothing, a prompt's, an answer's, or copying's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from models.tokenizer import END, PAD, SPECIAL, START

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from models.cases import Lesson
    from models.tokenizer import Tokenizer

LENGTH: Final = 512  # tokens in a row
NOTHING, PROMPT, ANSWER, COPY = range(4)


@dataclass(frozen=True, slots=True)
class Rows:
    """Arrays of one shape, [rows, LENGTH].

    Attributes:
        tokens: token numbers, uint16.
        places: each token's place in its own text, uint16.
        blocks: which text of the row a token belongs to, from 1; 0 is padding. uint8.
        parts: what predicting this token from the one before it is for, uint8.
        scenes: of each row, the scenes of its cases, in the order of their blocks.
    """

    tokens: np.ndarray
    places: np.ndarray
    blocks: np.ndarray
    parts: np.ndarray
    scenes: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """One conversation, or a row of copies: tokens and what each is for."""

    tokens: list[int]
    parts: list[int]
    scene: str


def text_of(lesson: Lesson, tokenizer: Tokenizer) -> Text:
    """A lesson as the model reads and writes it."""
    asked = [START, *tokenizer.encode(lesson.asked)]
    answer = [*tokenizer.encode(f"{lesson.draft.write_short()}\n"), END]
    parts = [NOTHING, *[PROMPT] * (len(asked) - 1), *[ANSWER] * len(answer)]
    return Text(asked + answer, parts, f"{lesson.lang} {lesson.scene}")


def copying(tokenizer: Tokenizer, rng: Random) -> Text:
    """Random tokens, and then runs out of them: nothing to be learnt but to copy."""
    line = rng.choices(range(len(SPECIAL), len(tokenizer.tokens)), k=rng.randint(8, 60))
    tokens, parts = [START, *line], [NOTHING] * (len(line) + 1)
    for _ in range(rng.randint(2, 6)):
        at = rng.randrange(len(line) - 3)
        run = line[at : at + rng.randint(3, 12)]
        tokens += run
        parts += [NOTHING, *[COPY] * (len(run) - 1)]
    return Text(tokens, parts, "copy")


def packed(texts: Iterable[Text]) -> Rows:
    """Texts side by side, rows filled as far as the next one fits; longer ones are left out."""
    rows: list[list[Text]] = []
    room: list[int] = []
    for text in texts:
        size = len(text.tokens)
        if size > LENGTH:
            continue
        # The few rows that were begun last are tried: a perfect fit is not worth the search.
        at = next((at for at in range(max(0, len(rows) - 8), len(rows)) if room[at] >= size), None)
        if at is None:
            rows.append([])
            room.append(LENGTH)
            at = len(rows) - 1
        rows[at].append(text)
        room[at] -= size
    shape = (len(rows), LENGTH)
    tokens, places = np.full(shape, PAD, np.uint16), np.zeros(shape, np.uint16)
    blocks, parts = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    for number, row in enumerate(rows):
        at = 0
        for block, text in enumerate(row, start=1):
            end = at + len(text.tokens)
            tokens[number, at:end] = text.tokens
            places[number, at:end] = np.arange(end - at)
            blocks[number, at:end] = block
            parts[number, at:end] = text.parts
            at = end
    return Rows(tokens, places, blocks, parts, tuple(tuple(t.scene for t in row) for row in rows))


def joined(parts: list[Rows]) -> Rows:
    """Rows of several arrays in one."""
    return Rows(
        np.concatenate([each.tokens for each in parts]),
        np.concatenate([each.places for each in parts]),
        np.concatenate([each.blocks for each in parts]),
        np.concatenate([each.parts for each in parts]),
        tuple(scenes for each in parts for scenes in each.scenes),
    )


def batches(rows: Rows, size: int) -> Iterator[Rows]:
    """So many rows at a time; what is left over is left out."""
    for at in range(0, len(rows.tokens) - size + 1, size):
        cut = slice(at, at + size)
        yield Rows(
            rows.tokens[cut], rows.places[cut], rows.blocks[cut], rows.parts[cut], rows.scenes[cut]
        )
