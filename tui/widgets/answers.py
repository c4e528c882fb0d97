"""The answers to many verifications, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.content import Content

from tui.themes import MUTED
from tui.widgets.badges import verdict_badge
from tui.widgets.long_list import Shape
from wallet.display import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.cli.verify.answers import Answer

_VERDICT: Final = 26
"""Cells of the column with the verdict."""


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
