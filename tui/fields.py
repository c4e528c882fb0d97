"""The fields of a form: what they have in common, and those of plain values.

A field knows no wallet. What it proposes, it asks for by a message and is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Checkbox, Input, Select, SelectionList, Static

from tui.paths import PathSuggester
from wallet.actions.registry import Kind
from wallet.display import printable
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from wallet.actions.filling import Typed
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
