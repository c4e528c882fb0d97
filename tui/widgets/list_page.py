"""A tab that holds a list, or says what to do where the list is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import TabPane
from textual.widgets.option_list import Option

from tui.widgets.empty import Empty
from tui.widgets.moving import MovingOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.content import Content


class ListPage(TabPane):
    """The list has the id `NAME-list`, where the page has the id `NAME`."""

    DEFAULT_CSS = """
    ListPage {
      padding: 0 1;
    }
    ListPage MovingOptions, ListPage MovingOptions:focus {
      height: 1fr;
      border: none;
      padding: 0;
      background: $background;
    }
    """

    def __init__(self, title: str, *, empty: str, what: str, id: str) -> None:  # noqa: A002 - Textual's
        """`empty` says what is missing, `what` what to do then."""
        super().__init__(title, id=id)
        self._empty = empty
        self._what = what

    def compose(self) -> ComposeResult:
        """Both; neither is seen before it is known whether there is anything."""
        empty = Empty(self._empty, self._what, id=f"no-{self.id}")
        listed = MovingOptions(id=f"{self.id}-list")
        empty.display = listed.display = False
        yield empty
        yield listed

    @property
    def listed(self) -> MovingOptions:
        """The list."""
        return self.query_one(MovingOptions)

    @property
    def at(self) -> int | None:
        """Which row is highlighted."""
        return self.listed.highlighted

    def show(self, prompts: Sequence[Content]) -> None:
        """Other rows; the same place stays highlighted."""
        listed, before = self.listed, self.at or 0
        self.query_one(Empty).display = not prompts
        listed.display = bool(prompts)
        listed.clear_options()
        listed.add_options(map(Option, prompts))
        listed.highlighted = min(before, len(prompts) - 1) if prompts else None
