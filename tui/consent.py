"""The consent dialog: what will be done, and a yes that cannot happen by accident.

No is the default and has the focus; Esc is no. A yes is the key `y` or a click, never Enter, never
a paste, and no key counts that was pressed before the dialog could be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from wallet.actions.consent import Answer, By
from wallet.cli.render import statement_lines
from wallet.display import printable
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from wallet.actions.proposal import Proposal

GRACE: Final = 0.4  # seconds in which no key counts


class ConsentScreen(ModalScreen[Answer]):
    """Asks for consent to one proposal."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "agree", "Yes"),
        ("n", "refuse", "No"),
        ("escape", "refuse", "No"),
    ]
    DEFAULT_CSS = """
    ConsentScreen {
      align: center bottom;
      background: $background 40%;
    }
    ConsentScreen > Vertical {
      width: 100%;
      max-width: 110;
      height: auto;
      max-height: 80%;
      border: thick $warning;
      background: $surface;
      padding: 0 1;
    }
    ConsentScreen #statement {
      height: auto;
      max-height: 16;
    }
    ConsentScreen Horizontal {
      height: auto;
      align-horizontal: right;
    }
    ConsentScreen Button {
      margin-left: 2;
    }
    """

    def __init__(
        self,
        proposal: Proposal,
        language: str,
        *,
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self._proposal = proposal
        self._language = language
        self._clock = clock
        self._shown = clock()

    def compose(self) -> ComposeResult:
        """The statement, the digest and two buttons."""
        lines = map(printable, statement_lines(self._proposal.statement, self._language))
        with Vertical():
            with VerticalScroll(id="statement"):
                yield Static("\n".join(lines), markup=False)
            yield Static(
                text(say("digest {digest}", digest=self._proposal.digest[:16]), self._language),
                classes="label",
                markup=False,
            )
            with Horizontal():
                yield Button(text(say("No (Esc)"), self._language), id="no", variant="primary")
                yield Button(text(say("Yes (y)"), self._language), id="yes", variant="warning")

    def on_mount(self) -> None:
        """No has the focus, and from now on the dialog can be read."""
        self._shown = self._clock()
        self.query_one("#no", Button).focus()

    def on_key(self, event: events.Key) -> None:
        """Keys pressed too early are swallowed, and Enter presses No alone."""
        enter_on_yes = event.key == "enter" and self.query_one("#yes", Button).has_focus
        if enter_on_yes or self._clock() - self._shown < GRACE:
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """A paste answers nothing."""
        event.stop()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A click, or Enter on No."""
        event.stop()
        self.dismiss(Answer(yes=event.button.id == "yes", by=By.DIALOG))

    def action_agree(self) -> None:
        """Yes, if the dialog could be read."""
        if self._clock() - self._shown >= GRACE:
            self.dismiss(Answer(yes=True, by=By.DIALOG))

    def action_refuse(self) -> None:
        """No; a no is never too early."""
        self.dismiss(Answer(yes=False, by=By.DIALOG))
