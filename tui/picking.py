"""A dialog in which one of a few things is picked: a filter, an order, a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.keys import key
from tui.widgets.moving import MovingOptions
from wallet.display import printable
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType


class PickScreen(ModalScreen[int | None]):
    """Gives back which one was picked, by its place; None for none."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape,q", "back", say("Back"))]
    DEFAULT_CSS = """
    PickScreen {
      align: center middle;
      background: $background 40%;
    }
    PickScreen > MovingOptions {
      width: auto;
      min-width: 30;
      max-width: 90%;
      height: auto;
      max-height: 90%;
      border: round $primary;
      background: $surface;
      padding: 0 1;
    }
    """

    def __init__(self, title: str, options: Sequence[str], *, at: int = 0) -> None:
        """`at` is the one that counts now."""
        super().__init__()
        self._title = title
        self._options = options
        self._at = at

    def compose(self) -> ComposeResult:
        """The list."""
        listed = MovingOptions(
            *(
                Option(Content(f"{'•' if at == self._at else ' '} {printable(option)}"))
                for at, option in enumerate(self._options)
            )
        )
        listed.border_title = printable(self._title).replace("[", "\\[")
        yield listed

    def on_mount(self) -> None:
        """What counts now has the cursor."""
        listed = self.query_one(MovingOptions)
        listed.highlighted = self._at
        listed.focus()

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_index)

    def action_back(self) -> None:
        """None of them."""
        self.dismiss(None)
