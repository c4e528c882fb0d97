"""A room of several pages under tabs, which are turned by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import TabbedContent

from tui.keys import key
from tui.screens.room import Room
from tui.widgets.moving import Moving
from wallet.messages import say

if TYPE_CHECKING:
    from textual.binding import BindingType


class PagedRoom(Room):
    """It furnishes a `TabbedContent` with the id `pages`; `PAGES` are the ids of its panes."""

    PAGES: ClassVar[tuple[str, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [
        key("right_square_bracket,right,l", "page(1)", say("Next page"), show=False),
        key("left_square_bracket,left,h", "page(-1)", say("Previous page"), show=False),
    ]

    @property
    def page(self) -> str:
        """The page that is seen."""
        return self.query_one("#pages", TabbedContent).active

    def turn_to(self, page: str) -> None:
        """Another page."""
        self.set_focus(None)  # or what is hidden now would give up the focus later, for the new one
        self.query_one("#pages", TabbedContent).active = page
        self.call_after_refresh(self.focus_page)

    def focus_page(self) -> None:
        """To what can be moved through on the page that is seen, if there is anything."""
        pane = self.query_one("#pages", TabbedContent).active_pane
        inner = pane.query("*").results(Moving) if pane is not None else ()
        self.set_focus(next((one for one in inner if one.display), None))

    def action_page(self, step: int) -> None:
        """The next page, or the one before."""
        self.turn_to(self.PAGES[(self.PAGES.index(self.page) + step) % len(self.PAGES)])

    @on(TabbedContent.TabActivated, "#pages")
    def _turned(self) -> None:
        """Other keys work there."""
        self.refresh_bindings()
