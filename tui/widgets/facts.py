"""Label and value, line by line, in two columns; what is long goes on below itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Grid
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.widget import Widget


class Facts(Grid):
    """The columns; the first is as wide as its widest label. Texts are shown as they are."""

    DEFAULT_CSS = """
    Facts {
      grid-size: 2;
      grid-columns: auto 1fr;
      grid-rows: auto;
      grid-gutter: 0 2;
      height: auto;
    }
    Facts > .label {
      width: auto;
      max-width: 24;
      color: $text-muted;
    }
    Facts > .value {
      width: 1fr;
    }
    """

    def __init__(self, rows: Iterable[tuple[str | Widget, str]]) -> None:
        """A label is a text, or a widget of the caller's. Texts have been made `printable`."""
        super().__init__()
        self._rows = tuple(rows)

    def compose(self) -> ComposeResult:
        """Two widgets a row."""
        for label, value in self._rows:
            if isinstance(label, str):
                yield Static(label, classes="label", markup=False)
            else:
                yield label
            yield Static(value, classes="value", markup=False)
