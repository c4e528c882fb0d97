"""Choosing a passphrase: typed twice, with a meter that says how soon somebody would guess it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.message import Message as TextualMessage
from textual.widgets import Input

from tui.screens.step import Step
from tui.widgets.meter import Meter
from wallet.messages import Message, say
from wallet.vault.secret import Secret
from wallet.vault.strength import Score, Strength, strength

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

ENOUGH: Final = Score.FAIR
"""What is weaker is taken at the second Enter only."""


class ChoosingScreen(Step):
    """The passphrase of a new wallet."""

    HEADING: ClassVar[Message] = say("Choose a passphrase")

    @dataclass
    class Measured(TextualMessage):
        """How strong what was typed is; of what was typed itself it says nothing."""

        strength: Strength | None
        turn: int

    def __init__(self, then: Callable[[Secret], None]) -> None:
        """`then` is called with the passphrase."""
        super().__init__()
        self._then = then
        self._turn = 0
        self._strength: Strength | None = None
        self._waiting = self._warned = False

    def furnish(self) -> ComposeResult:
        """Two fields, and the meter of the first."""
        yield self.about(
            say(
                "It opens this wallet on this machine. Nobody can tell you what it was: what"
                " brings your keys back without it is the recovery phrase."
            )
        )
        yield Input(placeholder=self.words(say("Passphrase")), password=True, id="passphrase")
        yield Meter(self.words)
        yield Input(placeholder=self.words(say("Once more")), password=True, id="again")

    @on(Input.Changed, "#passphrase")
    def _type(self) -> None:
        """The event is not looked at: it holds what was typed, and shows it."""
        self.silence()
        self._turn += 1
        self._strength, self._warned = None, False
        self._measure(Secret(self.query_one("#passphrase", Input).value), self._turn)

    @work(thread=True, exclusive=True, group="strength")
    def _measure(self, passphrase: Secret, turn: int) -> None:
        found = strength(passphrase) if passphrase else None
        self.post_message(self.Measured(found, turn))

    @on(Measured)
    def _show(self, measured: Measured) -> None:
        if measured.turn != self._turn:
            return  # something else was typed meanwhile
        self._strength = measured.strength
        self.query_one(Meter).show(measured.strength)
        if self._waiting:
            self._decide()

    def on_input_submitted(self) -> None:
        """From the first field to the second, and then on.

        The event is not asked which field it is of: it holds what was typed, and shows it.
        """
        if self.query_one("#passphrase", Input).has_focus:
            self.query_one("#again", Input).focus()
            return
        self._decide()

    def _decide(self) -> None:
        """Take it, or say why not."""
        first, again = self.query_one("#passphrase", Input), self.query_one("#again", Input)
        self._waiting = False
        if not first.value:
            self.object(self.words(say("the passphrase is empty")))
            first.focus()
        elif first.value != again.value:
            again.value = ""
            self.object(self.words(say("the two passphrases differ")))
            again.focus()
        elif self._strength is None:
            self._waiting = True  # it is measured within a moment
        elif self._strength.score < ENOUGH and not self._warned:
            self._warned = True
            weak = say("Such a passphrase is guessed soon. Enter once more takes it all the same.")
            self.object(self.words(weak))
        else:
            (passphrase, _) = self.take("passphrase", "again")
            self._then(passphrase)
