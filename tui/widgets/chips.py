"""Filters in one line: each a chip that says what it lets through, and by which key it changes."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from wallet.display import printable


class Chip(Static):
    """One filter; a click on it changes it as its key does."""

    DEFAULT_CSS = """
    Chip {
      width: auto;
      margin-right: 2;
      color: $foreground;
    }
    Chip:hover {
      background: $panel;
    }
    Chip.-set {
      color: $text-accent;
    }
    """

    @dataclass
    class Pressed(Message):
        """It was clicked."""

        action: str

    def __init__(self, key: str, label: str, action: str, *, id: str) -> None:  # noqa: A002 - Textual's
        """`action` is the screen's, which its key does as well."""
        super().__init__(id=id, markup=False)
        self._key = key
        self._label = label
        self._action = action

    def say(self, value: str, *, narrows: bool) -> None:
        """What it lets through; `narrows` says whether that is less than all."""
        self.set_class(narrows, "-set")
        self.update(Content.assemble((self._key, "bold"), f" {self._label}: ", printable(value)))

    def on_click(self) -> None:
        """As the key."""
        self.post_message(self.Pressed(self._action))
