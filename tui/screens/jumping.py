"""Jump mode: a letter over everything that can have the focus, and over the rooms; type it."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

from tui.keys import key
from tui.widgets.bar import RoomTab
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"


def labels(count: int) -> list[str]:
    """That many labels, none of which begins another."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    pairs = ("".join(pair) for pair in product(LETTERS, repeat=2))
    return [pair for pair, _ in zip(pairs, range(count), strict=False)]


def targets(screen: Screen[Any]) -> list[Widget]:
    """What can be jumped to: what is seen of what takes the focus, and of the rooms."""
    found = [*screen.query(RoomTab), *screen.focus_chain]
    return [
        widget
        for widget in dict.fromkeys(found)
        if widget.region and screen.region.contains(widget.region.x, widget.region.y)
    ]


class JumpScreen(ModalScreen[Widget | None]):
    """Labels over what is below; any other key leads back."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "dismiss(None)", say("Back"))]
    DEFAULT_CSS = """
    JumpScreen {
      background: $background 30%;
    }
    JumpScreen Static {
      position: absolute;
      width: auto;
      height: 1;
      background: $warning;
      color: $background;
      text-style: bold;
    }
    """

    def __init__(self, widgets: Sequence[Widget]) -> None:
        """`widgets` are those of the screen below."""
        super().__init__()
        self._by_label = dict(zip(labels(len(widgets)), widgets, strict=True))
        self._typed = ""

    def compose(self) -> ComposeResult:
        """A label at the beginning of each."""
        for name, widget in self._by_label.items():
            label = Static(f" {name} ", markup=False)
            label.styles.offset = (widget.region.x, widget.region.y)
            yield label

    def on_key(self, event: events.Key) -> None:
        """The letters of a label."""
        event.stop()
        event.prevent_default()
        self._typed += event.character or "\0"
        if self._typed in self._by_label:
            self.dismiss(self._by_label[self._typed])
        elif not any(name.startswith(self._typed) for name in self._by_label):
            self.dismiss(None)
