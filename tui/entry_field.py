"""The field of a form in which an entry of the wallet is searched for and picked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.fields import FormField
from tui.keys import key
from tui.themes import MUTED
from tui.widgets.moving import MovingOptions
from wallet.display import printable
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from wallet.actions.filling import Candidate
    from wallet.actions.registry import Parameter


class EntryField(FormField):
    """An entry of the wallet: what is typed is searched for, and one of what is found picked."""

    DEFAULT_CSS = """
    EntryField > OptionList {
      display: none;
    }
    EntryField:focus-within > OptionList.-some {
      display: block;
    }
    EntryField > .note {
      display: none;
    }
    EntryField.-picked > .note {
      display: block;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "into", say("To what was found"), show=False),
    ]

    @dataclass
    class Sought(Message):
        """Something is looked for; `offer` is how to answer."""

        field: EntryField
        words: str

    def __init__(self, parameter: Parameter, language: str) -> None:
        super().__init__(parameter, language)
        self._offered: tuple[Candidate, ...] = ()
        self._picked = ""

    def controls(self) -> ComposeResult:
        """A line, what was found, and what stands there now."""
        yield Input(compact=True, placeholder=text(say("type to search"), self.language))
        yield MovingOptions(compact=True)
        yield Static(classes="label note", markup=False)

    @property
    def typed(self) -> str:
        """What the action is given."""
        return self.query_one(Input).value

    def preset(self, value: Any) -> None:
        """An id or a name; what that is, is asked for."""
        self._pick(str(value))
        self.post_message(self.Sought(self, str(value)))

    def offer(self, candidates: Sequence[Candidate]) -> None:
        """What was found; of what was picked, what it is."""
        if self._picked:
            for one in candidates:
                if self._picked in {one.value, one.shown}:
                    self._note(one)
            candidates = ()
        self._offered = tuple(candidates)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(map(_option, candidates))
        options.set_class(bool(candidates), "-some")

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        event.stop()
        self._changed()
        if event.value != self._picked:
            self._seek(event.value)

    def _note(self, candidate: Candidate) -> None:
        said = " · ".join(filter(None, (candidate.shown, candidate.more)))
        self.set_class(said != self._picked, "-picked")
        self.query_one(".note", Static).update(printable(said))

    def _seek(self, words: str) -> None:
        self._picked = ""
        self.remove_class("-picked")
        self.post_message(self.Sought(self, words))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Propose something at once, unless it was picked already."""
        if isinstance(event.widget, Input) and not self._picked:
            self._seek(self.typed)

    @on(Input.Submitted)
    def _submitting(self, event: Input.Submitted) -> None:
        """Enter takes the only one that was found."""
        if len(self._offered) == 1 and event.value.strip():
            self._take(self._offered[0])

    @on(OptionList.OptionSelected)
    def _selecting(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take(self._offered[event.option_index])
        self.screen.focus_next()

    def _take(self, candidate: Candidate) -> None:
        self._pick(candidate.value)
        self._note(candidate)

    def _pick(self, value: str) -> None:
        self._picked = value
        self.query_one(Input).value = value
        self.offer(())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is somewhere to go where something was found."""
        if action == "into":
            return bool(self._offered) and self.query_one(Input).has_focus
        return super().check_action(action, parameters)

    def action_into(self) -> None:
        """From the line to what was found."""
        options = self.query_one(OptionList)
        options.highlighted = 0
        options.focus()


def _option(candidate: Candidate) -> Option:
    more = printable(candidate.more)
    shown = Content.assemble(printable(candidate.shown), "  ", (more, MUTED))
    return Option(shown)
