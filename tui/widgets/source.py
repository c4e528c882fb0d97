"""The line in which one says what is to be looked at: a path typed, a file dropped, a text pasted.

A terminal writes the path of a file that is dropped on it, as a paste.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import Input

from tui.paths import PathSuggester

if TYPE_CHECKING:
    from textual import events


class Source(Input):
    """Gives on what was pasted, whole, and what was typed once Enter is pressed."""

    DEFAULT_CSS = """
    Source, Source:focus {
      padding: 0 1;
      background: $panel;
    }
    """

    @dataclass
    class Given(Message):
        """A text, however long: a path, a link, or a document itself."""

        text: str = field(repr=False)

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(placeholder=placeholder, compact=True, suggester=PathSuggester(), id=id)

    def _on_paste(self, event: events.Paste) -> None:
        """Textual would take the first line of it."""
        event.prevent_default()
        event.stop()
        if event.text.strip():
            self.post_message(self.Given(event.text))

    async def action_submit(self) -> None:
        """Enter."""
        if self.value.strip():
            self.post_message(self.Given(self.value))
