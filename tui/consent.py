"""The consent dialog: what will be done, and a yes that cannot happen by accident.

No is the default and has the focus; Esc is no. A yes is the key `y` or a click, never Enter, never
a paste, and no key counts that was pressed before the dialog could be read. Where something has to
be typed beside the yes, there is no yes before it stands there, letter for letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

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


class _Typed(Input):
    """A field that is typed into: a paste is not something that a person has read."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()


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
            if (wanted := self._proposal.to_type) is not None:
                yield Static(
                    text(
                        say(
                            "To agree, type it here, then Enter and y: {wanted}",
                            wanted=printable(wanted),
                        ),
                        self._language,
                    ),
                    markup=False,
                )
                yield _Typed(id="typed")
            with Horizontal():
                yield Button(text(say("No (Esc)"), self._language), id="no", variant="primary")
                yield Button(
                    text(say("Yes (y)"), self._language),
                    id="yes",
                    variant="warning",
                    disabled=wanted is not None,
                )

    @property
    def _typed(self) -> str | None:
        """What stands in the field, if there is one."""
        fields = self.query("#typed")
        return fields.only_one(_Typed).value if fields else None

    @property
    def _is_typed(self) -> bool:
        """Whether all stands there that has to be typed."""
        return self._typed == self._proposal.to_type

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

    @on(Input.Changed, "#typed")
    def _type(self, event: Input.Changed) -> None:
        """There is a yes to be pressed as long as the right thing stands in the field."""
        event.stop()
        self.query_one("#yes", Button).disabled = not self._is_typed

    @on(Input.Submitted, "#typed")
    def _typed_all(self, event: Input.Submitted) -> None:
        """Enter agrees to nothing: it leads from the field to the yes."""
        event.stop()
        if self._is_typed:
            self.query_one("#yes", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A click, or Enter on No."""
        event.stop()
        self._answer(yes=event.button.id == "yes")

    def action_agree(self) -> None:
        """Yes, if the dialog could be read."""
        if self._clock() - self._shown >= GRACE:
            self._answer(yes=True)

    def _answer(self, *, yes: bool) -> None:
        if not yes or self._is_typed:
            self.dismiss(Answer(yes=yes, by=By.DIALOG, typed=self._typed if yes else None))

    def action_refuse(self) -> None:
        """No; a no is never too early."""
        self._answer(yes=False)
