"""What stands where there is nothing: that there is nothing, and what a person can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from wallet.display import printable, printable_lines

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Empty(Vertical):
    """A sentence, and under it what to do."""

    DEFAULT_CSS = """
    Empty {
      height: 1fr;
      align: center middle;
      padding: 1 2;
    }
    Empty > .title {
      width: auto;
      max-width: 100%;
      color: $primary;
      text-style: bold;
      margin-bottom: 1;
    }
    Empty > .what {
      width: auto;
      max-width: 100%;
      color: $text-muted;
    }
    """

    def __init__(self, title: str, what: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """`title` says what is missing; `what`, what to do, perhaps on several lines."""
        super().__init__(id=id)
        self._title = title
        self._what = what

    def compose(self) -> ComposeResult:
        """Two texts."""
        yield Static(printable(self._title), classes="title", markup=False)
        yield Static(printable_lines(self._what), classes="what", markup=False)

    def say(self, title: str, what: str) -> None:
        """Other words in their place."""
        self._title, self._what = title, what
        if self.is_mounted:
            self.query_one(".title", Static).update(printable(title))
            self.query_one(".what", Static).update(printable_lines(what))
