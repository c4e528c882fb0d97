"""The conversation as it went: who said what, oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

from wallet.display import printable_lines

if TYPE_CHECKING:
    from collections.abc import Iterable


class Transcript(VerticalScroll):
    """Follows what is added as long as the person has not scrolled up."""

    DEFAULT_CSS = """
    Transcript {
      padding: 0 1;
    }
    Transcript > Static {
      margin-bottom: 1;
    }
    Transcript > .you {
      color: $primary;
      text-style: bold;
    }
    Transcript > .model {
      color: $text-muted;
    }
    Transcript > .plan {
      color: $text-muted;
    }
    """

    _spoken: str = ""
    _speaking: Static | None = None

    def speak(self, piece: str, *, lead: str) -> None:
        """Add to what a model is saying, after `lead`; the empty piece ends it."""
        if not piece:
            self._speaking = None
            return
        if self._speaking is None:
            self._spoken = f"{lead} "
            self._speaking = Static(self._spoken, classes="model", markup=False)
            self.mount(self._speaking)
        follows = self.scroll_offset.y >= self.max_scroll_y
        self._spoken += printable_lines(piece)
        self._speaking.update(self._spoken)
        if follows:
            self.call_after_refresh(self.scroll_end, animate=False)

    def add(self, lines: Iterable[str], *, sort: str) -> None:
        """Add a piece: `sort` is `you`, `plan`, `wallet`, `warning` or `error`."""
        self._speaking = None  # what was being said was called off
        follows = self.scroll_offset.y >= self.max_scroll_y
        shown = printable_lines("\n".join(lines))
        self.mount(Static(shown, classes=sort, markup=False))
        if follows:
            self.call_after_refresh(self.scroll_end, animate=False)
