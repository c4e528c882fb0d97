"""The first screen of all: which language, and a new wallet or one that there was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.keys import key
from tui.opening import refuse_unwritable
from tui.screens.step import Step
from tui.widgets.moving import MovingOptions
from wallet.display import printable
from wallet.errors import WalletError
from wallet.messages import LANGUAGES, Message, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

CREATE: Final = "create"
PHRASE: Final = "phrase"
BACKUP: Final = "backup"
WAYS: Final = (
    (CREATE, say("Create a new wallet")),
    (PHRASE, say("Bring back a wallet from its recovery phrase")),
    (BACKUP, say("Bring back a wallet from a backup")),
)
_NAMES: Final[Mapping[str, str]] = {"en": "English", "zh": "中文"}
"""Each in itself: whoever reads one of them need not read the other."""


class WelcomeScreen(Step):
    """Where there is no wallet yet."""

    HEADING: ClassVar[Message] = say("Welcome")
    BINDINGS: ClassVar[list[BindingType]] = [
        key("l", "next_language", say("English / 中文")),
        key("escape", "back", say("Quit")),
    ]

    def furnish(self) -> ComposeResult:
        """The languages, the ways in, and where the wallet will lie."""
        yield self.about(
            say(
                "A wallet for your DIDs and credentials. It stays on this machine, under a"
                " passphrase that nobody else knows."
            )
        )
        yield Static(self._languages(), id="languages", classes="about", markup=False)
        yield MovingOptions(
            *(Option(self.words(words), id=way) for way, words in WAYS), id="ways", markup=False
        )
        home = printable(str(self.holdfast.session.home))
        yield Static(
            self.words(say("It will lie in {folder}", folder=home)),
            classes="label where",
            markup=False,
        )

    def on_mount(self) -> None:
        """The first way is the usual one; the model loads while the person reads."""
        self.call_after_refresh(self.holdfast.session.warm_up)  # what is shown goes before
        self._settle_in()

    def action_next_language(self) -> None:
        """The other language, here and from now on."""
        at = LANGUAGES.index(self.holdfast.language)
        language = self.holdfast.language = LANGUAGES[(at + 1) % len(LANGUAGES)]
        self.holdfast.looks = replace(self.holdfast.looks, language=language)
        self.refresh(recompose=True)
        self.call_after_refresh(self._settle_in)

    def action_back(self) -> None:
        """Nothing was made: the program ends."""
        self.app.exit()

    def on_click(self) -> None:
        """For whoever uses a mouse, the languages can be clicked."""
        if self.app.mouse_over is self.query_one("#languages"):
            self.action_next_language()

    @on(OptionList.OptionSelected, "#ways")
    def _choose(self, chosen: OptionList.OptionSelected) -> None:
        chosen.stop()
        try:
            refuse_unwritable(self.holdfast.session.home)
        except WalletError as error:
            self.complain(error)
            return
        if self.holdfast.session.exists:
            self.holdfast.first_run.unlock()
        else:
            self.holdfast.first_run.begin(str(chosen.option.id))

    def _settle_in(self) -> None:
        ways = self.query_one("#ways", MovingOptions)
        if ways.highlighted is None:
            ways.highlighted = 0
        ways.focus()

    def _languages(self) -> str:
        marks = (
            f"{'●' if one == self.holdfast.language else '○'} {_NAMES[one]}" for one in LANGUAGES
        )
        return "Language · 语言   " + "   ".join(marks) + "   (l)"
