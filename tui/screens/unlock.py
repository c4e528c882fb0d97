"""The passphrase of a wallet that is there, or what knows it already; and a way for who forgot."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.keys import key
from tui.opening import UNLOCKING, by_passphrase, examined, unasked
from tui.screens.step import Step
from tui.screens.welcome import BACKUP, PHRASE, WAYS
from tui.widgets.moving import MovingOptions
from wallet.display import printable
from wallet.errors import WalletError
from wallet.messages import Message, say

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


PAINTED: Final = 0.05  # seconds after which the first screen is there, and others have their turn


class UnlockScreen(Step):
    """Where there is a wallet, and it is locked."""

    HEADING: ClassVar[Message] = say("The wallet is locked")
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "back", say("Quit")),
        key("ctrl+k", "unasked", say("Ask the keyring")),
        key("ctrl+r", "forgotten", say("Forgot it?")),
    ]

    def __init__(self, *, asks_others: bool = False) -> None:
        """`asks_others` first, who may know the passphrase: not after somebody locked it."""
        super().__init__()
        self._asks_others = asks_others
        self._others_know = False
        self._is_usable = True

    def furnish(self) -> ComposeResult:
        """One field."""
        home = printable(str(self.holdfast.session.home))
        yield Static(home, classes="label", markup=False)
        yield Input(placeholder=self.words(say("Passphrase")), password=True, id="passphrase")

    def on_mount(self) -> None:
        """What is shown first goes before what is looked up."""
        self.focus_first()
        self.set_timer(PAINTED, self._look_at_it)  # what waits for a refresh goes before the paint

    def _look_at_it(self) -> None:
        """See what it is, and whether the passphrase has to be typed at all."""
        session = self.holdfast.session
        session.warm_up()
        try:
            self._others_know = examined(session.place)
        except WalletError as error:
            self._is_usable = False
            self.complain(error)
            self._enable(yes=False)
            self.refresh_bindings()
            return
        self.refresh_bindings()
        if self._asks_others and self._others_know:
            self.action_unasked()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The footer tells the truth."""
        match action:
            case "unasked":
                return self._others_know and self._is_usable
            case "forgotten":
                return not self.holdfast.session.read_only
            case _:
                return super().check_action(action, parameters)

    def on_input_submitted(self) -> None:
        """Try the passphrase. The event is not looked at: it shows what was typed."""
        (passphrase,) = self.take("passphrase")
        if passphrase:
            self.go_in(by_passphrase(passphrase), UNLOCKING, self._opened)
        else:
            self.object(self.words(say("the passphrase is empty")))

    def action_unasked(self) -> None:
        """By what `holdfast unlock` left behind, or the system's keyring."""
        if not self.busy:
            self.go_in(unasked, UNLOCKING, self._opened)

    def action_forgotten(self) -> None:
        """What can be done without it."""
        if not self.busy:
            self.app.push_screen(ForgottenScreen())

    def action_back(self) -> None:
        """Nothing is open: the program ends."""
        self.app.exit()

    def _opened(self, is_open: bool) -> None:  # noqa: FBT001 - as the session answers
        if is_open:
            self.holdfast.enter()
        else:
            self._enable(yes=True)
            self.focus_first()


class ForgottenScreen(Step):
    """Nobody knows the passphrase any more."""

    HEADING: ClassVar[Message] = say("Without the passphrase")

    def furnish(self) -> ComposeResult:
        """What is lost, and the two ways that are left."""
        yield self.about(
            say(
                "What is sealed in this wallet stays sealed without its passphrase. Its folder is"
                " kept under another name, and a new wallet takes its place: with the keys of the"
                " recovery phrase, or with all that a backup holds."
            )
        )
        ways = (Option(self.words(words), id=way) for way, words in WAYS if way in {PHRASE, BACKUP})
        yield MovingOptions(*ways, id="ways", markup=False)

    def on_mount(self) -> None:
        """To the list."""
        self.query_one("#ways", MovingOptions).focus()

    @on(OptionList.OptionSelected, "#ways")
    def _choose(self, chosen: OptionList.OptionSelected) -> None:
        chosen.stop()
        self.holdfast.first_run.begin(str(chosen.option.id), over=True)
