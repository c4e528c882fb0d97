"""A field for a recovery phrase: it completes words, and says which of them are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.widgets import TextArea

from tui.keys import key
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.binding import BindingType


class PhraseArea(TextArea):
    """Wraps as a sentence does; Enter hands it in, and the right arrow takes what is offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("right", "cursor_right", say("Complete the word")),
    ]
    DEFAULT_CSS = """
    PhraseArea {
      height: 4;
    }
    """

    @dataclass
    class Submitted(Message):
        """Enter was pressed; what was typed is read from the field."""

    def __init__(self, words: Iterable[str], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        """`words` are what is offered."""
        super().__init__(id=id, soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
        self._words = sorted(words)

    def update_suggestion(self) -> None:
        """The rest of the word at the end, where only one begins so."""
        begun = self.text.lower().split(" ")[-1].split("\n")[-1]
        fitting = [word for word in self._words if begun and word.startswith(begun)]
        at_end = self.cursor_location == self.document.end
        self.suggestion = fitting[0][len(begun) :] if at_end and len(fitting) == 1 else ""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted())
            return
        await super()._on_key(event)

    def forget(self) -> None:
        """Leave nothing in the field, nor in what could be undone."""
        self.load_text("")
        self.history.clear()
