"""The fields of a form: one for each kind of value that an action takes; `field_for` is the list.

A field knows no wallet. What it proposes, it asks for by a message and is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Checkbox, Input, OptionList, Select, SelectionList, Static
from textual.widgets.option_list import Option

from tui.keys import key
from tui.paths import PathSuggester
from tui.themes import MUTED
from tui.widgets.moving import MovingOptions
from wallet.actions.registry import Kind
from wallet.display import printable
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from wallet.actions.filling import Candidate, Typed
    from wallet.actions.registry import Parameter

_LABELS: Final = {Kind.CLAIMS: say("what it says")}
"""Where the help is about how one types it on the command line."""


class FormField(Vertical):
    """A label, a control, and under it what is wrong with what stands there."""

    DEFAULT_CSS = """
    FormField {
      height: auto;
      margin-bottom: 1;
    }
    FormField > .label {
      color: $text-muted;
    }
    FormField:focus-within > .label {
      color: $primary;
      text-style: bold;
    }
    FormField > .problem {
      color: $text-error;
      display: none;
    }
    FormField.-wrong > .problem {
      display: block;
    }
    FormField Input, FormField Input:focus {
      padding: 0 1;
      background: $panel;
    }
    FormField OptionList, FormField SelectionList {
      height: auto;
      max-height: 6;
      background: $panel;
      border: none;
      padding: 0 1;
    }
    """

    @dataclass
    class Changed(Message):
        """Something else was typed or ticked."""

        field: FormField

        @property
        def control(self) -> FormField:
            """The field."""
            return self.field

    def __init__(self, parameter: Parameter, language: str) -> None:
        super().__init__(id=f"field-{parameter.name}")
        self.parameter = parameter
        self.language = language

    @property
    def typed(self) -> Typed:
        """What stands there."""
        raise NotImplementedError

    def preset(self, value: Any) -> None:
        """Put an argument there, as if it had been typed."""
        raise NotImplementedError

    def controls(self) -> ComposeResult:
        """What one types into."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The label says what is wanted, and marks what is needed."""
        label = text(_LABELS.get(self.parameter.kind, self.parameter.help), self.language)
        needed = self.parameter.required and not self.parameter.empty
        yield Static(f"{label} *" if needed else label, classes="label", markup=False)
        yield from self.controls()
        yield Static(classes="problem", markup=False)

    def complain(self, sentence: str | None) -> None:
        """Say what is wrong; None where nothing is."""
        self.set_class(sentence is not None, "-wrong")
        self.query_one(".problem", Static).update(f"✗ {printable(sentence or '')}")

    def _changed(self) -> None:
        self.complain(None)
        self.post_message(self.Changed(self))


class LineField(FormField):
    """A line of text: a name, a number, a time, a path."""

    def controls(self) -> ComposeResult:
        """One line; a path is completed."""
        suggester = PathSuggester() if self.parameter.kind is Kind.PATH else None
        yield Input(compact=True, suggester=suggester)

    @property
    def typed(self) -> str:
        """The line."""
        return self.query_one(Input).value

    def preset(self, value: Any) -> None:
        """A text, or a number."""
        self.query_one(Input).value = str(value)

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        event.stop()
        self._changed()


class ListField(FormField):
    """Several texts in one line, with commas between."""

    def controls(self) -> ComposeResult:
        """One line."""
        yield Input(
            compact=True,
            placeholder=text(say("several: with commas between them"), self.language),
        )

    @property
    def typed(self) -> Typed:
        """The texts."""
        return tuple(self.query_one(Input).value.split(","))

    def preset(self, value: Any) -> None:
        """Texts."""
        self.query_one(Input).value = ", ".join(value)

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        event.stop()
        self._changed()


class ChoiceField(FormField):
    """One of a few words."""

    def controls(self) -> ComposeResult:
        """A list that opens."""
        words = (*self.parameter.choices, *self.parameter.unplanned)
        yield Select[str](
            [(word, word) for word in words],
            prompt=text(say("as usual"), self.language),
            compact=True,
        )

    @property
    def typed(self) -> str:
        """The word, or nothing."""
        value = self.query_one(Select).value
        return value if isinstance(value, str) else ""

    def preset(self, value: Any) -> None:
        """A word."""
        self.query_one(Select).value = value

    @on(Select.Changed)
    def _choosing(self, event: Select.Changed) -> None:
        event.stop()
        self._changed()


class FlagField(FormField):
    """Said or not said."""

    def compose(self) -> ComposeResult:
        """A box with its label beside it."""
        yield Checkbox(Content(text(self.parameter.help, self.language)), compact=True, id="box")
        yield Static(classes="problem", markup=False)

    @property
    def typed(self) -> bool:
        """Whether it is ticked."""
        return self.query_one(Checkbox).value

    def preset(self, value: Any) -> None:
        """Ticked or not."""
        self.query_one(Checkbox).value = bool(value)

    @on(Checkbox.Changed)
    def _ticking(self, event: Checkbox.Changed) -> None:
        event.stop()
        self._changed()


class TicksField(FormField):
    """Some of the names that there are; ticked are those that are meant."""

    def controls(self) -> ComposeResult:
        """Boxes, and a sentence about them."""
        yield SelectionList[str](compact=True)
        yield Static(classes="label note", markup=False)

    @property
    def typed(self) -> Typed:
        """What is ticked, in the order in which it stands there; all is as good as nothing."""
        ticks = self.query_one(SelectionList)
        ticked = tuple(str(one) for one in ticks.selected)
        return () if len(ticked) == ticks.option_count else ticked

    def preset(self, value: Any) -> None:
        """Names, which are offered already."""
        ticks: SelectionList[str] = self.query_one(SelectionList)
        ticks.deselect_all()
        for name in value:
            ticks.select(name)

    def offer(self, names: Sequence[str], note: str, *, free: bool) -> None:
        """These names, all of them ticked; `free` says whether they can be unticked."""
        ticks: SelectionList[str] = self.query_one(SelectionList)
        ticks.clear_options()
        ticks.add_options([(Content(printable(name)), name, True) for name in names])
        ticks.disabled = not free
        self.query_one(".note", Static).update(note)

    @on(SelectionList.SelectedChanged)
    def _ticking(self, event: SelectionList.SelectedChanged[str]) -> None:
        event.stop()
        self._changed()


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


class ClaimsField(FormField):
    """Claims, a name and a value each; there is always one more line to write on."""

    DEFAULT_CSS = """
    ClaimsField > #claims {
      height: auto;
    }
    ClaimsField .claim {
      height: 1;
    }
    ClaimsField .claim > .name {
      width: 24;
      max-width: 40%;
      margin-right: 1;
    }
    ClaimsField .claim > .value {
      width: 1fr;
    }
    """

    def controls(self) -> ComposeResult:
        """The first line."""
        with Vertical(id="claims"):
            yield self._line("", "", "")

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Names and values, as they stand there."""
        return tuple(
            (line.query_one(".name", Input).value, line.query_one(".value", Input).value)
            for line in self.query(".claim")
        )

    @property
    def typed(self) -> Typed:
        """Names and values."""
        return self.lines

    def preset(self, value: Any) -> None:
        """Claims by name."""
        self.begin([(name, "", said) for name, said in value.items()])

    def begin(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """Lines of a name, a hint and a value; what was said already under such a name stays."""
        said = {name: value for name, value in self.lines if value}
        names = {name for name, _, _ in lines}
        kept = [(name, "", value) for name, value in said.items() if name not in names]
        fresh = [(name, hint, value or said.get(name, "")) for name, hint, value in lines]
        place = self.query_one("#claims", Vertical)
        place.remove_children()
        place.mount_all(self._line(*line) for line in (*fresh, *kept, ("", "", "")))

    def _line(self, name: str, hint: str, value: str) -> Horizontal:
        called = Input(
            name,
            placeholder=text(say("claim"), self.language),
            compact=True,
            classes="name",
        )
        says = Input(
            value,
            placeholder=hint or text(say("what it says"), self.language),
            compact=True,
            classes="value",
        )
        return Horizontal(called, says, classes="claim")

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        event.stop()
        self._changed()
        lines = self.query(".claim")
        if lines and any(one.value for one in lines.last().query(Input)):
            self.query_one("#claims", Vertical).mount(self._line("", "", ""))


def field_for(parameter: Parameter, language: str) -> FormField:
    """The field for a parameter, by its kind."""
    kind = parameter.entry or parameter.kind
    return _FIELDS.get(kind, LineField)(parameter, language)


def _option(candidate: Candidate) -> Option:
    more = printable(candidate.more)
    shown = Content.assemble(printable(candidate.shown), "  ", (more, MUTED))
    return Option(shown)


_FIELDS: Final[Mapping[Kind, Callable[[Parameter, str], FormField]]] = {
    Kind.DID: EntryField,
    Kind.CREDENTIAL: EntryField,
    Kind.CONTACT: EntryField,
    Kind.PRODUCT: EntryField,
    Kind.CHOICE: ChoiceField,
    Kind.CLAIMS: ClaimsField,
    Kind.NAMES: TicksField,
    Kind.TEXTS: ListField,
    Kind.DOCUMENTS: ListField,
    Kind.FLAG: FlagField,
}
