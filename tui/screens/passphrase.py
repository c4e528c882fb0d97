"""What takes the passphrase once more: another passphrase, and seeing the recovery phrase."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.keys import key
from tui.screens.room import Room
from tui.widgets.meter import Meter
from wallet.actions.secrets import change_passphrase, show_phrase
from wallet.cli.init import phrase_lines
from wallet.display import printable
from wallet.messages import say
from wallet.vault.secret import Secret
from wallet.vault.strength import strength

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from did.errors import DIDError
    from wallet.actions.result import Result
    from wallet.errors import WalletError
    from wallet.messages import Message
    from wallet.vault.phrase import RecoveryPhrase

SHOWN: Final = 60.0  # seconds for which the recovery phrase stays
WARNED: Final = 20.0  # seconds for which it is said what did not come with a new passphrase


class _Asking(Room):
    """Fields that are emptied as they are read."""

    ROOM = "settings"
    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "back", say("Back"))]
    DEFAULT_CSS = """
    _Asking Vertical {
      max-width: 76;
      height: auto;
      padding: 1 2;
    }
    _Asking Input {
      margin-top: 1;
    }
    """

    def action_back(self) -> None:
        """To the settings."""
        self.empty()
        self.dismiss()

    def empty(self) -> None:
        """Nothing that was typed stays."""
        for field in self.query(Input):
            field.value = ""

    def taken(self, name: str) -> Secret:
        """What stands in a field."""
        return Secret(self.query_one(f"#{name}", Input).value)

    def complain(self, error: WalletError | DIDError) -> None:
        """Under the fields."""
        self.object(str(error))

    def object(self, sentence: str) -> None:
        """Say what is wrong, and let the person try again."""
        self.query_one("#problem", Static).update(printable(sentence))
        self.query(Input).first().focus()


class ChangeScreen(_Asking):
    """The old passphrase, and the new one twice."""

    def furnish(self) -> ComposeResult:
        """Three fields, and the meter of the second."""
        with Vertical():
            yield Static(self.words(say("Change the passphrase of the wallet")), markup=False)
            yield Input(placeholder=self.words(say("Passphrase")), password=True, id="old")
            yield Input(placeholder=self.words(say("New passphrase")), password=True, id="new")
            yield Meter(self.words)
            yield Input(placeholder=self.words(say("Once more")), password=True, id="again")
            yield Static("", id="problem", classes="error", markup=False)

    @on(Input.Changed, "#new")
    def _type(self, changed: Input.Changed) -> None:
        changed.stop()
        new = self.taken("new")
        self.query_one(Meter).show(strength(new) if new else None)

    @on(Input.Submitted)
    def _enter(self, submitted: Input.Submitted) -> None:
        """On to the next field, and from the last one to the deed."""
        submitted.stop()
        if not self.query_one("#again", Input).has_focus:
            self.focus_next()
            return
        old, new, again = (self.taken(name) for name in ("old", "new", "again"))
        self.empty()
        if new != again:
            self.object(self.words(say("the two passphrases differ")))
        else:
            remarks: list[Message] = []
            self.look(
                lambda wallet: change_passphrase(wallet, old, new, remarks.append),
                lambda result: self._changed(result, remarks),
            )

    def _changed(self, result: Result, remarks: Sequence[Message]) -> None:
        """Say so, and what did not come with it: somebody has to see to that."""
        self.tell(result.summary)
        for remark in remarks:
            said = printable(self.words(remark))
            self.notify(said, severity="warning", timeout=WARNED, markup=False)
        self.dismiss()


class _Words(Static):
    """The phrase; what is selected with a mouse may lie in a clipboard for years."""

    ALLOW_SELECT = False


class RevealScreen(_Asking):
    """The passphrase, and then the recovery phrase, for a minute."""

    BINDINGS: ClassVar[list[BindingType]] = [key("y", "copy", say("Copy"))]
    _phrase: Secret | None = None

    def furnish(self) -> ComposeResult:
        """A field, and the place for the words."""
        with Vertical():
            yield Static(
                self.words(say("Whoever sees the recovery phrase has every key of this wallet.")),
                classes="warning",
                markup=False,
            )
            yield Input(placeholder=self.words(say("Passphrase")), password=True, id="old")
            yield Static("", id="problem", classes="error", markup=False)
            yield _Words("", id="phrase", markup=False)

    @on(Input.Submitted)
    def _enter(self, submitted: Input.Submitted) -> None:
        submitted.stop()
        passphrase = self.taken("old")
        self.empty()
        self.look(lambda wallet: show_phrase(wallet, passphrase), self._show)

    def _show(self, phrase: RecoveryPhrase) -> None:
        self.query_one("#problem", Static).update("")
        self.query_one("#old", Input).display = False
        self._phrase = Secret(phrase.expose_secret())
        self.refresh_bindings()
        lines = phrase_lines(phrase.expose_secret(), self.holdfast.language)
        self.query_one("#phrase", Static).update("\n".join(lines))
        self.set_timer(SHOWN, self.action_back)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to copy once it is shown."""
        if action == "copy":
            return self._phrase is not None
        return super().check_action(action, parameters)

    def action_copy(self) -> None:
        """To the clipboard, after a question."""
        if self._phrase is not None:
            self.holdfast.copy_secret(self._phrase)

    def action_back(self) -> None:
        """To the settings; the words are gone."""
        self._hide()
        super().action_back()

    def on_screen_suspend(self) -> None:
        """Whatever covers it, it does not come back with the words."""
        self._hide()

    def _hide(self) -> None:
        self._phrase = None
        self.query_one("#phrase", Static).update("")
