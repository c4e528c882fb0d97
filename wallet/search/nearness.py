"""Which of many credentials a sentence is likely about: those that share its rarest words."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from wallet.search.segment import Hit
from wallet.search.words import normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wallet.search.segment import Segment

_MAX_PIECES: Final = 40
_SHORTEST: Final = 3
_START: Final = 4
"""Letters by which a misspelt word is found still."""
_HAN: Final = r"\u3400-\u9fff\uf900-\ufaff"
_RUN: Final = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[\-'’.:][^\W_{_HAN}]+)*")


def nearest(
    text: str,
    segments: Sequence[Segment],
    having: Callable[[str], frozenset[int]],
    *,
    limit: int,
) -> list[int]:
    """The numbers of at most `limit` credentials; `having` gives the abouts that a word is in.

    A word that hardly tells one credential from another is left out.
    """
    total = sum(len(segment.numbers) for segment in segments)
    scores: defaultdict[int, float] = defaultdict(float)
    for piece in _pieces(text):
        found = _found(piece, segments, having)
        if not found and len(piece) > _START:
            found = _found(piece[:_START], segments, having)
        if found and (len(found) <= limit or len(found) * 4 <= total):
            telling = math.log(1 + total / len(found))
            for number in found:
                scores[number] += telling
    return sorted(scores, key=lambda number: (scores[number], number), reverse=True)[:limit]


def _found(
    piece: str, segments: Sequence[Segment], having: Callable[[str], frozenset[int]]
) -> list[int]:
    hits = [Hit((piece,), having(piece))]
    return [number for segment in segments for number in segment.matching(hits, "")]


def _pieces(text: str) -> Iterator[str]:
    """The words of a text; of Chinese, which has no spaces, each two characters in a row."""
    pieces: dict[str, None] = {}
    for run in _RUN.findall(normal(text)):
        if re.match(rf"[{_HAN}]", run):
            pieces.update((run[at : at + 2], None) for at in range(max(1, len(run) - 1)))
        elif len(run) >= _SHORTEST or run.isdigit():
            pieces[run] = None
    yield from list(pieces)[:_MAX_PIECES]
