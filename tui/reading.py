"""A dialog in which one reads something long: a code, a document, what a deed would come to.

It changes nothing. Where the reading leads to a deed, Enter goes on to the consent dialog, which
is the one that asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.keys import key
from tui.widgets.moving import MovingScroll
from wallet.display import printable
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content


class ReadingScreen(ModalScreen[bool]):
    """Shows something; true is given back where the person goes on from there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,q", "back", say("Back")),
        key("enter", "go_on", say("Go on")),
    ]
    DEFAULT_CSS = """
    ReadingScreen {
      align: center middle;
      background: $background 40%;
    }
    ReadingScreen > Vertical {
      width: auto;
      min-width: 40;
      max-width: 96%;
      height: auto;
      max-height: 96%;
      border: round $primary;
      background: $surface;
      padding: 0 1;
    }
    ReadingScreen MovingScroll {
      width: auto;
      max-width: 100%;
      height: auto;
      max-height: 100%;
    }
    ReadingScreen Static {
      width: auto;
      max-width: 100%;
    }
    """

    def __init__(
        self,
        title: Message,
        body: Content | str,
        language: str,
        *,
        leads_to: Message | None = None,
    ) -> None:
        """`leads_to` is what Enter does; without it, Enter goes back as well."""
        super().__init__()
        self._title = title
        self._body = body
        self._language = language
        self._leads_to = leads_to

    def compose(self) -> ComposeResult:
        """The text, in a frame that says what it is and which keys work."""
        with Vertical() as frame, MovingScroll():
            yield Static(self._body, id="body", markup=False)
        frame.border_title = printable(text(self._title, self._language)).replace("[", "\\[")
        back = text(say("Esc: back"), self._language)
        if self._leads_to is not None:
            on = text(say("Enter: {deed}", deed=self._leads_to), self._language)
            back = f"{on} · {back}"
        frame.border_subtitle = back

    def on_mount(self) -> None:
        """What is long can be scrolled at once."""
        self.query_one(MovingScroll).focus()

    def action_back(self) -> None:
        """Close it."""
        self.dismiss(result=False)

    def action_go_on(self) -> None:
        """Close it, and do what it leads to."""
        self.dismiss(result=self._leads_to is not None)
