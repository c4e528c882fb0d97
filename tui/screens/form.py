"""A form for any action: a field for each thing that it needs to know, then the consent dialog.

What is wrong is said beside its field; what no single field can be blamed for, under the last one.
The form stays until the deed is done, or the person goes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Collapsible, Input, Static

from tui.entry_field import EntryField
from tui.field_table import field_for
from tui.fields import FormField, TicksField
from tui.keys import key
from tui.screens.room import Room
from wallet.actions.filling import candidates, filled, missing
from wallet.actions.parts import is_shown_by_parts
from wallet.actions.registry import Kind
from wallet.actions.selective import is_selective
from wallet.display import printable
from wallet.entries import credential
from wallet.errors import WalletError
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from did.errors import DIDError
    from wallet.actions.filling import Candidate
    from wallet.actions.registry import Action, Parameter
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


class FormScreen(Room):
    """A form, on top of the room that it was called from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+s", "submit", say("Go on"), priority=True),
        key("escape", "back", say("Back")),
        key("down", "app.focus_next", say("Next field"), show=False),
        key("up", "app.focus_previous", say("Previous field"), show=False),
    ]
    DEFAULT_CSS = """
    FormScreen #title {
      padding: 0 1;
      color: $primary;
      text-style: bold;
    }
    FormScreen #fields {
      padding: 1 1 0 1;
      height: 1fr;
      max-width: 100;
    }
    FormScreen Collapsible {
      border: none;
      padding: 0;
      background: transparent;
    }
    FormScreen #problem {
      color: $text-error;
      margin-bottom: 1;
      display: none;
    }
    FormScreen #buttons {
      height: auto;
    }
    FormScreen Button {
      margin-right: 2;
    }
    """

    def __init__(
        self,
        action: Action,
        values: Mapping[str, Any],
        *,
        room: str,
        then: Callable[[Result], None] | None = None,
    ) -> None:
        """`values` are arguments that are known already; `room` is where it was called from."""
        super().__init__()
        self.action = action
        self._values = values
        self._room = room
        self._then = then

    @property
    def room(self) -> str:
        """The room that it was called from."""
        return self._room

    # What it looks like

    def furnish(self) -> ComposeResult:
        """The title, the fields, and what to press."""
        yield Static(self.words(self.action.help), id="title", markup=False)
        with VerticalScroll(id="fields", can_focus=False):
            yield from self.lead()
            shown, further = self._parted()
            for parameter in shown:
                yield field_for(parameter, self.holdfast.language)
            if further:
                with Collapsible(title=self.words(say("More")), collapsed=True):
                    for parameter in further:
                        yield field_for(parameter, self.holdfast.language)
            yield Static(id="problem", markup=False)
            with Horizontal(id="buttons"):
                yield Button(self.words(say("Go on")), id="go-on", variant="primary", compact=True)
                yield Button(self.words(say("Back")), id="go-back", compact=True)

    def lead(self) -> ComposeResult:
        """What stands before the fields of the action."""
        yield from ()

    def _parted(self) -> tuple[Sequence[Parameter], Sequence[Parameter]]:
        """What is usually said, and what hardly ever is."""
        parameters = [one for one in self.action.parameters if one.name not in self.hidden]
        usual = [one for one in parameters if self.is_usual(one)]
        return usual, [one for one in parameters if one not in usual]

    @property
    def hidden(self) -> frozenset[str]:
        """The parameters that have no field of their own."""
        return frozenset()

    def is_usual(self, parameter: Parameter) -> bool:
        """Whether its field is seen at once."""
        return (
            parameter.required
            or parameter.name in self._values
            or (parameter.planned and self.action.planned)
            or not self.action.planned
        )

    @property
    def fields(self) -> Iterator[FormField]:
        """All of them, from the top."""
        return iter(self.query(FormField).results(FormField))

    def field(self, name: str) -> FormField:
        """The one for a parameter."""
        return self.query_one(f"#field-{name}", FormField)

    def on_mount(self) -> None:
        """What is known stands there; the first field that is empty has the focus.

        Where all of it is known, the last has it: that is what is to be another.
        """
        for name, value in self._values.items():
            self.field(name).preset(value)
        last: Widget | None = None
        for control in self.query_one("#fields").query(_CONTROLS).results():
            field = next((one for one in control.ancestors if isinstance(one, FormField)), None)
            is_known = field is not None and field.parameter.name in self._values
            last = control if control.focusable and field is not None else last
            if control.focusable and not is_known:
                last = control
                break
        if last is not None:
            last.focus()

    # What is proposed while one types

    @on(EntryField.Sought)
    def _seek(self, sought: EntryField.Sought) -> None:
        parameter, field = sought.field.parameter, sought.field
        kind = parameter.entry or parameter.kind

        def offer(found: list[Candidate]) -> None:
            if field.is_attached and field.typed == sought.words:
                field.offer(found)

        self.look(lambda wallet: candidates(wallet, kind, sought.words, role=parameter.role), offer)

    @on(FormField.Changed)
    def _change(self, changed: FormField.Changed) -> None:
        parameter = changed.field.parameter
        if parameter.kind is Kind.CREDENTIAL and self.query(TicksField):
            reference = str(changed.field.typed)
            self.look(lambda wallet: _claims(wallet, reference), self._offer_claims)

    def _offer_claims(self, found: tuple[Sequence[str], bool]) -> None:
        claims, free = found
        note = "" if free or not claims else self.words(_ALL_OF_THEM)
        for ticks in self.query(TicksField):
            ticks.offer(claims, note, free=free)

    # Going on

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "go-on":
            self.action_submit()
        elif event.button.id == "go-back":
            self.action_back()

    def action_back(self) -> None:
        """Back to where one came from; nothing is done."""
        self.dismiss()

    def action_submit(self) -> None:
        """Have it worked out and shown for consent, unless a field is wrong."""
        self._blame(None)
        found = filled(self.action, {one.parameter.name: one.typed for one in self.fields})
        self._mark({name: self.words(why) for name, why in found.problems.items()})
        if not found.problems:
            arguments = found.arguments
            self.look(
                lambda wallet: missing(wallet, self.action, arguments),
                lambda problems: self._propose(arguments, problems),
            )

    def _propose(self, arguments: Mapping[str, Any], problems: Mapping[str, Exception]) -> None:
        self._mark({name: str(error) for name, error in problems.items()})
        if not problems:
            self.do(self.action.name, arguments, self._done)

    def _done(self, result: Result) -> None:
        if self._then is not None:
            self._then(result)
        self.dismiss()

    def _mark(self, problems: Mapping[str, str]) -> None:
        """Say beside each field what is wrong with it, and go to the first."""
        for one in self.fields:
            one.complain(problems.get(one.parameter.name))
        for wrong in self.query(".-wrong"):
            for opened in wrong.ancestors:
                if isinstance(opened, Collapsible):
                    opened.collapsed = False
            for control in wrong.query(_CONTROLS).results():
                control.focus()
                return

    def complain(self, error: WalletError | DIDError) -> None:
        """What is wrong with all of it together stands where one goes on."""
        hint = f"\n{error.hint}" if error.hint else ""
        self._blame(f"{error}{hint}")

    def _blame(self, sentence: str | None) -> None:
        problem = self.query_one("#problem", Static)
        problem.display = sentence is not None
        lines = map(printable, (sentence or "").split("\n"))
        problem.update("✗ " + "\n  ".join(lines))
        if sentence is not None:
            self.call_after_refresh(problem.scroll_visible, animate=False)


_CONTROLS: Final = "Input, Select, Checkbox, SelectionList"
_ALL_OF_THEM: Final = say("this credential's format cannot hide claims: all of them are shown")


def _claims(wallet: Wallet, reference: str) -> tuple[tuple[str, ...], bool]:
    """The claims of the credential that stands there, if it is one; whether some can be hidden."""
    try:
        found = credential(wallet.index, reference).credential
    except WalletError:
        return (), False
    return found.claims, is_selective(found) or is_shown_by_parts(found)
