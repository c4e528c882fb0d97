"""The bar at the top: the rooms, which of them one is in, and whether something is under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult


class RoomTab(Static):
    """One room: its key and its name."""

    def __init__(self, key: str, name: str, title: str, *, here: bool) -> None:
        """`name` is what is told to whoever hears of a click."""
        label = Content.assemble((key, "dim"), title)
        super().__init__(label, classes="-here" if here else None, id=f"to-{name}")
        self._room = name

    def on_click(self) -> None:
        """Somebody wants to go there."""
        self.post_message(RoomBar.Chosen(self._room))


class RoomBar(Horizontal):
    """The rooms side by side; one line."""

    DEFAULT_CSS = """
    RoomBar {
      height: 1;
      background: $panel;
    }
    RoomBar RoomTab {
      width: auto;
      margin-right: 1;
      color: $text-muted;
    }
    RoomBar RoomTab:hover {
      color: $text;
    }
    RoomBar RoomTab.-here {
      color: $primary;
      text-style: bold;
    }
    RoomBar #about {
      width: 1fr;
      text-align: right;
      color: $text-muted;
    }
    """

    @dataclass
    class Chosen(Message):
        """A room was clicked."""

        room: str

    working: reactive[bool] = reactive(default=False)

    def __init__(
        self, rooms: Sequence[tuple[str, str]], here: str, *, about: str, busy: str
    ) -> None:
        """`rooms` are names and titles; `about` stands at the right, or `busy` while it works."""
        super().__init__()
        self._rooms = rooms
        self._here = here
        self._about = about
        self._busy = busy

    def compose(self) -> ComposeResult:
        """A label each, and what the wallet is called."""
        for number, (name, title) in enumerate(self._rooms, start=1):
            yield RoomTab(str(number), name, title, here=name == self._here)
        yield Static(self._about, id="about", markup=False)

    def on_resize(self) -> None:
        """There may be more room now, or less."""
        self.call_after_refresh(self._say)

    def watch_working(self) -> None:
        """Say that something is under way, or what the wallet is called."""
        if self.is_mounted:
            self._say()

    def _say(self) -> None:
        """Where there is no room for the words, dots say that something is under way."""
        place = self.query_one("#about", Static)
        said, room = self._busy if self.working else self._about, place.size.width
        if cell_len(said) > room:
            said = "…" if self.working else Content(said).truncate(room, ellipsis=True).plain
        place.update(said, layout=False)
