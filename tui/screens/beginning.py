"""The first minutes in a new wallet: a DID, and a credential to play with; both can wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.keys import key
from tui.screens.step import Step
from tui.widgets.moving import MovingOptions
from wallet.messages import Message, say

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from wallet.actions.result import Result

_YES, _NO = "yes", "no"


class FirstDIDScreen(Step):
    """A first DID."""

    HEADING: ClassVar[Message] = say("Your first DID")
    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "back", say("Later"))]

    def furnish(self) -> ComposeResult:
        """What a DID is, and what it is to be called."""
        yield self.about(
            say(
                "A DID is a name that is yours alone: credentials are issued to it and by it. What"
                " you call it stays in this wallet. You will be shown what is done, and asked: y is"
                " yes, Esc is no."
            )
        )
        yield Input(self.words(say("me")), id="name")

    def on_mount(self) -> None:
        """The name can be written over."""
        field = self.query_one("#name", Input)
        field.focus()
        field.action_select_all()

    def on_input_submitted(self) -> None:
        """Show what is to be made, and make it at a yes."""
        name = self.query_one("#name", Input).value.strip()
        self.do("create_did", {"name": name} if name else {}, self._made)

    def action_back(self) -> None:
        """A DID can be made at any time; without one there is nothing a sample could be about."""
        self.app.pop_screen()

    def _made(self, _: Result) -> None:
        self.app.switch_screen(SampleScreen())


class SampleScreen(Step):
    """A credential to play with."""

    HEADING: ClassVar[Message] = say("Something to play with")
    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "back", say("Later"))]

    def furnish(self) -> ComposeResult:
        """Yes or no."""
        yield self.about(
            say(
                "A sample credential about you can be added: to look at, to verify and to present."
                " It is worth nothing. One step takes it away with all that came with it:"
                " holdfast sample remove."
            )
        )
        yield MovingOptions(
            Option(self.words(say("Add the sample")), id=_YES),
            Option(self.words(say("No, thank you")), id=_NO),
            id="sample",
            markup=False,
        )

    def on_mount(self) -> None:
        """To the list."""
        self.query_one("#sample", MovingOptions).focus()

    @on(OptionList.OptionSelected, "#sample")
    def _choose(self, chosen: OptionList.OptionSelected) -> None:
        chosen.stop()
        if chosen.option.id == _YES:
            self.do("add_sample", {"language": self.holdfast.language}, self._added)
        else:
            self.app.pop_screen()

    def _added(self, _: Result) -> None:
        self.app.pop_screen()
