"""Credentials as lines of a table and as cards, for a list of thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from tui.themes import MUTED
from tui.widgets.badges import badge
from tui.widgets.card import card_lines
from tui.widgets.long_list import Shape
from wallet.display import printable
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.overview import Listed

_CARD: Final = 38
"""Cells that a card wants."""
_STANDING: Final = 15
_ENDS: Final = 16
_ROLE: Final = 8
_TAGS: Final = 20
_WITH_ROLE: Final = 96
_WITH_TAGS: Final = 120
"""From how many cells on there is room for more columns."""


def table(language: str) -> Shape[Listed]:
    """A line each: name, issuer, standing, end; with room, role and tags."""

    def draw(row: Listed, cells: int) -> Sequence[Content]:
        label = row.label
        issuer = Content.styled(printable(row.issuer), "" if row.is_known else MUTED)
        columns = [
            Content(printable(label.shown)),
            issuer,
            badge(row.standing, language),
            Content(text(row.ends, language)),
            Content.styled(text(say(label.role), language), MUTED),
            Content.styled(" ".join(f"#{printable(tag)}" for tag in label.tags), "$text-accent"),
        ]
        return (_line(columns, cells),)

    return Shape(draw)


def headings(cells: int, language: str) -> Content:
    """What stands above the table."""
    names = (say("Name"), say("Issuer"), say("State"), say("Until"), say("Role"), say("Tags"))
    return _line([Content.styled(text(name, language), "bold") for name in names], cells)


def cards(language: str) -> Shape[Listed]:
    """A card each, side by side, with an empty line under it."""

    def draw(row: Listed, cells: int) -> Sequence[Content]:
        inner = max(1, cells - 3)
        bar = Content.styled("▌ ", "$primary")
        return tuple(
            Content.assemble(bar, line.truncate(inner, ellipsis=True, pad=True))
            for line in card_lines(row, language)
        )

    return Shape(draw, height=5, width=_CARD)


def _line(columns: Sequence[Content], cells: int) -> Content:
    widths = _widths(cells)
    return Content(" ").join(
        column.truncate(width, ellipsis=True, pad=True)
        for column, width in zip(columns, widths, strict=False)
    )


def _widths(cells: int) -> list[int]:
    """Of the columns that there is room for; what is left is for the names."""
    fixed = [_STANDING, _ENDS]
    fixed += [_ROLE] if cells >= _WITH_ROLE else []
    fixed += [_TAGS] if cells >= _WITH_TAGS else []
    left = max(2, cells - sum(fixed) - len(fixed) - 1)
    name = left * 3 // 5
    return [max(1, name), max(1, left - name), *fixed]
