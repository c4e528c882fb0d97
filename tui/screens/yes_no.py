"""A question about the program, with two answers; what is about the wallet is `tui.consent`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from tui.keys import key
from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.app import HoldfastApp


class YesNoScreen(ModalScreen[bool]):
    """No is the default, and has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,n", "dismiss(False)", say("No")),
        key("left,up,h,k", "app.focus_previous", say("Left"), show=False),
        key("right,down,l,j", "app.focus_next", say("Right"), show=False),
    ]
    DEFAULT_CSS = """
    YesNoScreen {
      align: center middle;
    }
    YesNoScreen > Vertical {
      width: 60;
      max-width: 100%;
      height: auto;
      border: round $warning;
      background: $surface;
      padding: 1 2;
    }
    YesNoScreen Horizontal {
      height: auto;
      align-horizontal: right;
      margin-top: 1;
    }
    YesNoScreen Button {
      margin-left: 2;
    }
    """

    def __init__(self, question: Sequence[Message], *, yes: Message, no: Message) -> None:
        """`question` are sentences, one a line."""
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """The sentences and two buttons."""
        words = cast("HoldfastApp", self.app).words
        with Vertical():
            yield Static("\n".join(map(words, self._question)), markup=False)
            with Horizontal():
                yield Button(words(self._no), id="no", variant="primary", compact=True)
                yield Button(words(self._yes), id="yes", variant="warning", compact=True)

    def on_mount(self) -> None:
        """Enter is a no at first."""
        self.query_one("#no", Button).focus()

    @on(Button.Pressed)
    def _press(self, pressed: Button.Pressed) -> None:
        pressed.stop()
        self.dismiss(pressed.button.id == "yes")
