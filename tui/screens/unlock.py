"""Before the wallet is open: its passphrase, or a new wallet and its recovery phrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from textual import on
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Footer, Input, LoadingIndicator, Static

from did.errors import DIDError
from wallet.cli.init import phrase_lines
from wallet.display import printable
from wallet.errors import WalletError
from wallet.messages import say
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from concurrent.futures import Future

    from textual.app import ComposeResult

    from tui.app import HoldfastApp


READING: Final = 1.0  # seconds for which the recovery phrase stays in any case


class _PassphraseScreen(Screen[None]):
    """A passphrase field, a line for what went wrong, and something that takes a moment."""

    @dataclass
    class Done(Message):
        """What was begun is done, or has failed."""

        work: Future[Any]

    @property
    def holdfast(self) -> HoldfastApp:
        """The app, by its own class."""
        return cast("HoldfastApp", self.app)

    def wait_for(self, work: Future[Any]) -> None:
        """Show that something is under way, and hear of its end."""
        self.working(busy=True)
        work.add_done_callback(lambda done: self.post_message(self.Done(done)))

    def settled(self, done: Done) -> bool:
        """Whether it went well; if not, the person is told why."""
        problem = done.work.exception()
        if isinstance(problem, WalletError | DIDError):
            self.complain(str(problem))
            return False
        if problem is not None:
            raise problem
        return True

    def complain(self, sentence: str) -> None:
        """Say what went wrong, and let the person try again."""
        self.working(busy=False)
        self.query_one("#problem", Static).update(printable(sentence))
        self.query_one(Input).focus()

    def working(self, *, busy: bool) -> None:
        """Show that something is under way."""
        self.query_one(LoadingIndicator).display = busy
        for field in self.query(Input):
            field.disabled = busy

    def take(self, *fields: str) -> list[Secret]:
        """What stands in the fields; the fields are emptied."""
        taken = []
        for name in fields:
            field = self.query_one(f"#{name}", Input)
            taken.append(Secret(field.value))
            field.value = ""
        return taken


class UnlockScreen(_PassphraseScreen):
    """The passphrase of a wallet that is there."""

    def compose(self) -> ComposeResult:
        """A field in the middle."""
        words = self.holdfast.words
        with Vertical(classes="panel"):
            yield Static(self.holdfast.title, classes="name", markup=False)
            yield Static(str(self.holdfast.session.home), classes="label", markup=False)
            yield Input(placeholder=words(say("Passphrase")), password=True, id="passphrase")
            yield Static("", id="problem", classes="error", markup=False)
            yield LoadingIndicator()
        yield Footer()

    def on_mount(self) -> None:
        """Nothing is under way yet."""
        self.working(busy=False)

    def on_input_submitted(self) -> None:
        """Try the passphrase."""
        (passphrase,) = self.take("passphrase")
        if not passphrase:
            self.complain(self.holdfast.words(say("the passphrase is empty")))
            return
        self.wait_for(self.holdfast.session.unlock(passphrase))

    @on(_PassphraseScreen.Done)
    def _unlocked(self, done: _PassphraseScreen.Done) -> None:
        if self.settled(done):
            self.holdfast.enter()


class CreateScreen(_PassphraseScreen):
    """A new wallet: a passphrase twice, and then the recovery phrase, once."""

    def compose(self) -> ComposeResult:
        """Two fields in the middle."""
        words = self.holdfast.words
        with Vertical(classes="panel"):
            yield Static(self.holdfast.title, classes="name", markup=False)
            yield Static(
                words(say("There is no wallet yet. Choose a passphrase; only you know it.")),
                classes="label",
            )
            yield Input(placeholder=words(say("Passphrase")), password=True, id="passphrase")
            yield Input(placeholder=words(say("Once more")), password=True, id="again")
            yield Static("", id="problem", classes="error", markup=False)
            yield LoadingIndicator()
        yield Footer()

    def on_mount(self) -> None:
        """Nothing is under way yet."""
        self.working(busy=False)

    def on_input_submitted(self) -> None:
        """From the first field to the second, and then on.

        The event is not asked which field it is of: it holds what was typed, and shows it.
        """
        if self.query_one("#passphrase", Input).has_focus:
            self.query_one("#again", Input).focus()
            return
        passphrase, again = self.take("passphrase", "again")
        if not passphrase:
            self.complain(self.holdfast.words(say("the passphrase is empty")))
        elif passphrase != again:
            self.complain(self.holdfast.words(say("the two passphrases differ")))
        else:
            self.wait_for(self.holdfast.session.create(passphrase))

    @on(_PassphraseScreen.Done)
    def _created(self, done: _PassphraseScreen.Done) -> None:
        if self.settled(done):
            self.app.push_screen(PhraseScreen(done.work.result()))


class PhraseScreen(Screen[None]):
    """The recovery phrase, shown once."""

    def __init__(self, phrase: Secret) -> None:
        super().__init__()
        self._phrase = phrase
        self._shown = 0.0

    @property
    def holdfast(self) -> HoldfastApp:
        """The app, by its own class."""
        return cast("HoldfastApp", self.app)

    def compose(self) -> ComposeResult:
        """The words, numbered, and a button to go on."""
        lines = phrase_lines(self._phrase.expose_secret(), self.holdfast.language)
        with Vertical(classes="panel"):
            yield Static("\n".join(lines), markup=False, id="phrase")
            yield Button(self.holdfast.words(say("I wrote it down")), variant="primary")
        yield Footer()

    def on_mount(self) -> None:
        """From now on it can be read."""
        self._shown = self.holdfast.clock()

    def on_button_pressed(self) -> None:
        """Go on; an Enter too many on the screen before must not lose the phrase."""
        if self.holdfast.clock() - self._shown >= READING:
            self.holdfast.enter()
