"""A QR code on the whole screen, as large as it has to be and no larger."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.keys import key
from wallet.display import printable
from wallet.errors import BadInput
from wallet.messages import say
from wallet.qr import make

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType


class QRScreen(ModalScreen[None]):
    """A text as a QR code; where it does not fit, why, and what to do."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape,q,enter", "back", say("Back"))]
    DEFAULT_CSS = """
    QRScreen {
      align: center middle;
      background: $background;
    }
    QRScreen > Vertical {
      width: auto;
      height: auto;
    }
    QRScreen Static {
      width: auto;
      max-width: 100%;
    }
    QRScreen #title {
      color: $text-muted;
    }
    """

    def __init__(self, title: str, text: str) -> None:
        """`title` says what it is of."""
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """The code, and a line under it."""
        with Vertical():
            yield Static(id="code", markup=False)
            yield Static(printable(self._title), id="title", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """In a larger window there may be room for it; it is never cut."""
        code = self.query_one("#code", Static)
        try:
            made = make(self._text, columns=event.size.width, rows=event.size.height)
        except BadInput as error:
            code.update("\n".join(map(printable, filter(None, (str(error), error.hint)))))
            return
        lines = made.lines(light=not self.app.current_theme.dark)
        code.update("\n".join(lines))
        self.query_one("#title").display = made.rows < event.size.height

    def action_back(self) -> None:
        """Close it."""
        self.dismiss()
