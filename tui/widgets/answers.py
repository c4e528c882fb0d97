"""The answers to many verifications, a line each, which come faster than anybody reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual import on
from textual.content import Content
from textual.message import Message

from tui.themes import MUTED
from tui.widgets.badges import verdict_badge
from tui.widgets.long_list import LongList, Shape
from wallet.cli.verify.answers import Answer
from wallet.cli.verify.tally import Tally
from wallet.display import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.timer import Timer

_VERDICT: Final = 26
"""Cells of the column with the verdict."""
DRAWN_AFTER: Final = 0.1
"""Seconds for which answers are gathered before they are drawn: each time costs a whole layout."""


class Answers(LongList[Answer]):
    """A list that grows; what is drawn of it is some of them at a time."""

    @dataclass
    class Drawn(Message):
        """More of them are seen."""

    def __init__(self, language: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(answer_line(language), id=id)
        self.answers: list[Answer] = []
        self.tally = Tally()
        self._waiting: Timer | None = None

    def begin_anew(self) -> None:
        """None of them."""
        self.answers, self.tally = [], Tally()
        self._stop_waiting()
        self.begin(0)

    def add(self, some: Sequence[Answer]) -> None:
        """More of them."""
        self.answers += some
        for answer in some:
            self.tally.add(answer.verdict)
        if self._waiting is None:
            self._waiting = self.set_timer(DRAWN_AFTER, self.draw)

    def draw(self) -> None:
        """Draw at once what was gathered."""
        self._stop_waiting()
        self.grow(len(self.answers))
        self.post_message(self.Drawn())

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    @on(LongList.Needed)
    def _fill(self, needed: LongList.Needed) -> None:
        needed.stop()
        self.fill(needed.start, self.answers[needed.start : needed.start + needed.count])


def answer_line(language: str) -> Shape[Answer]:
    """A verdict, the end of what it is called, and why."""

    def draw(answer: Answer, cells: int) -> Sequence[Content]:
        width = min(_VERDICT, cells // 3)
        verdict = verdict_badge(answer.verdict, language).truncate(width, ellipsis=True, pad=True)
        room = cells - width - 2
        name = _end(printable(answer.name), room // 2 if answer.why else room)
        why = Content.styled(_why(answer), MUTED)
        return (Content(" ").join((verdict, Content(name), why)),)

    return Shape(draw)


def _why(answer: Answer) -> str:
    """The findings against it, which stand in the person's language under the verdict."""
    return "; ".join(line.strip() for line in answer.text.split("\n")[1:] if line.strip())


def _end(name: str, cells: int) -> str:
    """The end of a path tells more than its beginning."""
    if cell_len(name) <= cells:
        return name
    while name and cell_len(name) > cells - 1:
        name = name[1:]
    return f"…{name}"
