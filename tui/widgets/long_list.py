"""A list of thousands: only what is seen is asked for and drawn, and no row is a widget.

A list knows how many rows there are and holds some pages of them. It asks for a page when it comes
into sight, and whoever has the rows fills it in. What one row looks like is its `Shape`: a line, or
several, alone or side by side.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Generic, TypeVar

from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.keys import key
from tui.themes import MUTED
from tui.widgets.moving import Moving
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.segment import Segment
    from textual import events
    from textual.binding import BindingType
    from textual.style import Style
    from textual.widget import Widget

T = TypeVar("T")

PAGE: Final = 50
"""Rows that are asked for at once."""
_HELD: Final = 20
"""Pages that are kept."""


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """What a row looks like.

    Attributes:
        draw: its lines in so many cells, each cut to them.
        height: how many lines it has.
        width: how wide it wants to be; as many stand side by side as there is room for. None for
            one alone.
    """

    draw: Callable[[T, int], Sequence[Content]]
    height: int = 1
    width: int | None = None


class LongList(ScrollView, Moving, Generic[T], can_focus=True):
    """Rows that one moves through, of which one is chosen."""

    DEFAULT_CSS = """
    LongList {
      height: 1fr;
      scrollbar-gutter: stable;
      overflow-x: hidden;
    }
    LongList > .long-list--cursor {
      background: $block-cursor-blurred-background;
    }
    LongList:focus > .long-list--cursor {
      color: $block-cursor-foreground;
      background: $block-cursor-background;
      text-style: $block-cursor-text-style;
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"long-list--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", say("Open")),
        key("down", "move_by(1)", say("Down"), show=False),
        key("up", "move_by(-1)", say("Up"), show=False),
        key("l,right", "aside(1)", say("Right"), show=False),
        key("h,left", "aside(-1)", say("Left"), show=False),
        key("pagedown", "screenful(1)", say("A page down"), show=False),
        key("pageup", "screenful(-1)", say("A page up"), show=False),
        key("home", "move_to(0)", say("To the top"), show=False),
        key("end", "move_to(-1)", say("To the bottom"), show=False),
    ]

    @dataclass
    class Needed(Message):
        """These rows came into sight, and are not here."""

        list: Widget
        start: int
        count: int

        @property
        def control(self) -> Widget:
            """Which list it is."""
            return self.list

    @dataclass
    class Moved(Message):
        """Another row has the cursor."""

        list: Widget
        at: int

        @property
        def control(self) -> Widget:
            """Which list it is."""
            return self.list

    @dataclass
    class Chosen(Message):
        """A row was chosen, by Enter or by two clicks."""

        list: Widget
        at: int

        @property
        def control(self) -> Widget:
            """Which list it is."""
            return self.list

    cursor: reactive[int] = reactive(0)

    def __init__(self, shape: Shape[T], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._shape = shape
        self._total = 0
        self._pages: OrderedDict[int, Sequence[T]] = OrderedDict()
        self._asked: set[int] = set()

    # What it shows

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._total

    @property
    def chosen(self) -> T | None:
        """The row that has the cursor, if it is here."""
        return self.row(self.cursor)

    def row(self, at: int) -> T | None:
        """A row, if it is here."""
        page = self._pages.get(at // PAGE, ())
        return page[at % PAGE] if at < self._total and at % PAGE < len(page) else None

    def begin(self, total: int, *, at: int = 0) -> None:
        """Other rows, so many; the cursor is at one of them."""
        self._count(total)
        self._pages.clear()
        self._asked.clear()
        self._measure()
        self.cursor = max(0, min(at, total - 1))
        self._show_cursor()
        self._look()
        self.refresh()

    def grow(self, total: int) -> None:
        """More rows behind those that there are; what is seen stays where it is."""
        self._pages.pop(self._total // PAGE, None)  # it was not full, and is asked for again
        self._asked.discard(self._total // PAGE)
        self._count(total)
        self._measure()
        self._look()
        self.refresh()

    def _count(self, total: int) -> None:
        """A row can be chosen where there is one, and the keys that are shown say so."""
        any_before, self._total = bool(self._total), total
        if any_before != bool(total):
            self.screen.refresh_bindings()

    def fill(self, start: int, rows: Sequence[T]) -> None:
        """Rows that were needed."""
        number = start // PAGE
        self._asked.discard(number)
        self._pages[number] = rows
        while len(self._pages) > _HELD:
            self._pages.popitem(last=False)
        first, last = self._in_sight
        if start <= last and first < start + len(rows):
            self.refresh()

    def take(self, shape: Shape[T]) -> None:
        """Another look for the same rows."""
        self._shape = shape
        self._measure()
        self._show_cursor()
        self.refresh()

    # How it is drawn

    @property
    def abreast(self) -> int:
        """How many stand side by side."""
        if self._shape.width is None:
            return 1
        return max(1, self._width // self._shape.width)

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _measure(self) -> None:
        lines = -(-self._total // self.abreast) * self._shape.height
        self.virtual_size = Size(self._width, lines)

    def render_line(self, y: int) -> Strip:
        """One line of what is seen."""
        base, line = self.visual_style, y + int(self.scroll_y)
        first, within = divmod(line, self._shape.height)
        first *= self.abreast
        if first >= self._total:
            return Strip.blank(self.size.width, base.rich_style)
        cells = self._width // self.abreast
        segments = [
            segment
            for at in range(first, min(first + self.abreast, self._total))
            for segment in self._cell(at, within, cells, base)
        ]
        return Strip(segments).extend_cell_length(self.size.width, base.rich_style)

    def _cell(self, at: int, within: int, cells: int, base: Style) -> list[Segment]:
        row = self.row(at)
        lines: Sequence[Content] = ()
        if row is not None:
            lines = self._shape.draw(row, cells)
        elif within == 0:
            lines = (Content.styled("…", MUTED),)
        line = lines[within] if within < len(lines) else Content("")
        has_cursor = at == self.cursor and (within < len(lines) or row is None)
        if has_cursor:
            base = self.get_visual_style("long-list--cursor")
            line = line.without_spans if self.has_focus else line
        content = line.truncate(cells, ellipsis=True, pad=True)
        return content.render_segments(base)

    # What is needed

    @property
    def _in_sight(self) -> tuple[int, int]:
        """The first row of which anything is seen, and the one behind the last."""
        rows = -(-self.size.height // self._shape.height) + 1
        top = int(self.scroll_y) // self._shape.height
        return top * self.abreast, (top + rows) * self.abreast

    def _look(self) -> None:
        """Ask for the pages that are not here, and in sight, or a screenful away from it."""
        if not self._total or not self.size.height:
            return
        first, last = self._in_sight
        seen = last - first
        first, last = max(0, first - seen), min(last + seen, self._total - 1)
        for number in range(first // PAGE, last // PAGE + 1):
            if number in self._pages:
                self._pages.move_to_end(number)
            elif number not in self._asked:
                self._asked.add(number)
                start = number * PAGE
                count = min(PAGE, self._total - start)
                self.post_message(self.Needed(self, start, count))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Something else came into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._look()

    def on_resize(self, _: events.Resize) -> None:
        """More or less has room."""
        self._measure()
        self._show_cursor()
        self._look()

    # The cursor

    def watch_cursor(self, before: int, now: int) -> None:
        """Show where it is."""
        if before != now:
            self._show_cursor()
            self.refresh()
            self.post_message(self.Moved(self, now))

    def _show_cursor(self) -> None:
        if self._total and self.size.height:
            line = self.cursor // self.abreast * self._shape.height
            region = Region(0, line, max(1, self._width), self._shape.height)
            self.scroll_to_region(region, animate=False, force=True)

    def move_by(self, lines: int) -> None:
        """So many lines of rows on."""
        self._go(self.cursor + lines * self.abreast)

    def move_to(self, end: int) -> None:
        """To the first row, or to the last."""
        self._go(self._total - 1 if end else 0)

    def _go(self, at: int) -> None:
        self.cursor = max(0, min(at, self._total - 1))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be chosen where there is nothing."""
        if action == "choose":
            return self._total > 0
        if action == "aside":
            return self.abreast > 1
        return super().check_action(action, parameters)

    def action_aside(self, by: int) -> None:
        """To a neighbour at the side."""
        self._go(self.cursor + by)

    def action_half(self, direction: int) -> None:
        """Half of what is seen."""
        self.move_by(direction * max(1, self.size.height // self._shape.height // 2))

    def action_screenful(self, direction: int) -> None:
        """All of what is seen."""
        self.move_by(direction * max(1, self.size.height // self._shape.height - 1))

    def action_choose(self) -> None:
        """The row that has the cursor."""
        if self._total:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """A click moves there, two choose."""
        offset = event.get_content_offset(self)
        if offset is None or not self._total:
            return
        line = (offset.y + int(self.scroll_y)) // self._shape.height
        cells = max(1, self._width // self.abreast)
        at = line * self.abreast + min(offset.x // cells, self.abreast - 1)
        if at < self._total:
            self.cursor = at
            if event.chain > 1:
                self.action_choose()
