"""Words that belong to a time or an amount and were left out of its span: "two" of "two hundred".

Cut short, it is another one. So the span is widened to the most of its neighbours that are one time
or one amount with it, by the wallet's own rules, and that nothing else was made of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent.words import UNIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_BEFORE: Final = 4  # words, or Han characters, that it may begin earlier
_AFTER: Final = 7  # and end later
_MORE: Final = re.compile(r", (?P<rest>[^,.;!?]+)")
_DAY: Final = r"\b[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?"
_YEAR: Final = re.compile(r"\d{4}")
_ENDS: Final = frozenset(".;!?。；！？,，、\"'“”()（）")


def widened(text: str, line: str, others: Iterable[str], reads: Callable[[str], object]) -> str:
    """The longest run of the line's words around a span that can be read, or the span itself.

    `others` are the spans that something else was made of.
    """
    start = only_place(text, line)
    if start is None:
        return text
    taken = [place for other in others for place in places(other, line)]
    runs = (
        (first, last)
        for first, last in _around(line, start, start + len(text))
        if not any(first < after and before < last for before, after in taken)
    )
    longest = sorted(runs, key=lambda run: run[0] - run[1])
    wider = (line[first:last] for first, last in longest)
    return next(filter(reads, wider), text)


def gone_on(text: str, line: str, others: Iterable[str], reads: Callable[[str], object]) -> str:
    """A time with what stands behind a comma and is more of it: ", 2032", ", quarter to four"."""
    if _YEAR.fullmatch(text) and (day := re.search(rf"{_DAY}, {text}\b", line)) and reads(day[0]):
        return day[0]
    at = only_place(text, line)
    more = None if at is None else _MORE.match(line, at + len(text))
    if at is None or more is None:
        return text
    taken = [place for other in others for place in places(other, line)]
    ends = [unit.end() for unit in UNIT.finditer(line, *more.span("rest"))]
    for end in reversed(ends[:_AFTER]):
        rest = line[more.start("rest") : end]
        is_free = not any(first < end and at + len(text) < last for first, last in taken)
        is_more = _YEAR.fullmatch(rest) or "T" in str(reads(rest) or "")
        if is_free and is_more and reads(line[at:end]):
            return line[at:end]
    return text


def narrowed(text: str, reads: Callable[[str], object]) -> str:
    """The longest beginning of a span that can be read, in whole words, or the span itself."""
    ends = [match.end() for match in UNIT.finditer(text)]
    shorter = (text[:end] for end in reversed(ends))
    return text if reads(text) else next(filter(reads, shorter), text)


def _around(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where longer runs begin and end; none goes over a mark that ends a phrase."""
    words = [match.span() for match in UNIT.finditer(line)]
    before = [at for at, _ in words if at < start and _ENDS.isdisjoint(line[at:start])]
    after = [at for _, at in words if at > end and _ENDS.isdisjoint(line[end:at])]
    for first in (start, *before[-_BEFORE:]):
        for last in (end, *after[:_AFTER]):
            if (first, last) != (start, end):
                yield first, last


def only_place(text: str, line: str) -> int | None:
    """Where a text stands in a line, if it stands there once."""
    found = [at for at, _ in places(text, line)]
    return found[0] if len(found) == 1 else None


def places(text: str, line: str) -> Iterator[tuple[int, int]]:
    """Where a text stands in a line."""
    at = line.find(text) if text else -1
    while at >= 0:
        yield at, at + len(text)
        at = line.find(text, at + 1)
