"""Beside the conversation: what it is about, as blocks one under another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from tui.widgets.moving import MovingScroll

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.content import Content


class Subject(MovingScroll):
    """What was shown last, from its beginning."""

    DEFAULT_CSS = """
    Subject {
      border-left: solid $primary;
      padding: 0 1;
    }
    Subject:focus {
      border-left: thick $primary;
    }
    Subject > .block {
      margin-bottom: 1;
    }
    """

    def __init__(self, empty: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """`empty` is said while there is nothing."""
        super().__init__(id=id)
        self._empty = empty

    def on_mount(self) -> None:
        """Say that there is nothing yet."""
        self.mount(Static(self._empty, classes="label block", markup=False))

    def show(self, blocks: Sequence[Content]) -> None:
        """Show these in place of what is there."""
        self.remove_children()
        self.mount_all(Static(block, classes="block") for block in blocks)
        self.scroll_home(animate=False)
