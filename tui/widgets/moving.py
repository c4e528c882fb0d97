"""Moving through what is long, with the keys of vi beside the arrows: tables, lists, text.

`j k g G`, `ctrl+d ctrl+u` for half a page, and `/` for the screen's search field, where it has
one: an input of the class `search`. `Moving` stands behind what it is mixed into, or the
styles of that would be lost: `class Steps(Tree[str], Moving)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import DataTable, Input, OptionList

from tui.keys import key
from wallet.messages import say

if TYPE_CHECKING:
    from textual.binding import BindingType

SEARCH = "search"
"""The class of the field to which `/` leads."""
CellType = TypeVar("CellType")


class Moving(Widget):
    """Keys that scroll; what has a cursor moves that, by a `move_by` and `move_to` of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("j", "move_by(1)", say("Down"), show=False),
        key("k", "move_by(-1)", say("Up"), show=False),
        key("g", "move_to(0)", say("To the top"), show=False),
        key("G", "move_to(-1)", say("To the bottom"), show=False),
        key("ctrl+d", "half(1)", say("Half a page down"), show=False),
        key("ctrl+u", "half(-1)", say("Half a page up"), show=False),
        key("slash", "search", say("Search")),
    ]

    def move_by(self, lines: int) -> None:
        """That many lines down, or up where it is less than nothing; it stops at the ends."""
        self.scroll_relative(y=lines, animate=False)

    def move_to(self, end: int) -> None:
        """To the top, or, with -1, to the bottom."""
        self.scroll_to(y=self.max_scroll_y if end else 0, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a search where there is a field for it, on the page that is seen."""
        if action == "search":
            fields = self.screen.query(f"Input.{SEARCH}")
            return any(all(part.display for part in one.ancestors_with_self) for one in fields)
        return super().check_action(action, parameters)

    def action_move_by(self, lines: int) -> None:
        """The keys `j` and `k`."""
        self.move_by(lines)

    def action_move_to(self, end: int) -> None:
        """The keys `g` and `G`."""
        self.move_to(end)

    def action_half(self, direction: int) -> None:
        """Half of what is seen."""
        self.move_by(direction * max(1, self.scrollable_content_region.height // 2))

    def action_search(self) -> None:
        """To the field in which one says what is sought."""
        self.screen.query(f"Input.{SEARCH}").first(Input).focus()


class MovingTable(DataTable[CellType], Moving):
    """A table; its rows are what one moves through."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("home", "move_to(0)", say("To the top"), show=False),
        key("end", "move_to(-1)", say("To the bottom"), show=False),
        key("h", "cursor_left", say("Left"), show=False),
        key("l", "cursor_right", say("Right"), show=False),
    ]

    def move_by(self, lines: int) -> None:
        """That many rows on."""
        last = self.row_count - 1
        if last >= 0:
            self.move_cursor(row=min(max(self.cursor_row + lines, 0), last))

    def move_to(self, end: int) -> None:
        """To the first row, or to the last."""
        self.move_by(self.row_count if end else -self.row_count)


class MovingOptions(OptionList, Moving):
    """A list to choose from; what is disabled is passed over."""

    def move_by(self, lines: int) -> None:
        """That many options on."""
        enabled = [at for at, option in enumerate(self.options) if not option.disabled]
        if not enabled:
            return
        if self.highlighted is None:
            self.highlighted = enabled[0 if lines > 0 else -1]
            return
        wanted = self.highlighted + lines
        if lines > 0:
            self.highlighted = next((at for at in enabled if at >= wanted), enabled[-1])
        else:
            self.highlighted = next((at for at in reversed(enabled) if at <= wanted), enabled[0])

    def move_to(self, end: int) -> None:
        """To the first option, or to the last."""
        if end:
            self.action_last()
        else:
            self.action_first()


class MovingScroll(VerticalScroll, Moving, can_focus=True):
    """Something long to read."""
