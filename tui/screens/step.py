"""What the screens before and around the first day share: one thing each, and a way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.message import Message as TextualMessage
from textual.widgets import Input, Static

from tui.keys import key
from tui.screens.room import Room
from tui.widgets.key_line import KeyLine
from tui.widgets.progress import Progress
from wallet.display import printable_lines
from wallet.messages import Message, say
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import PurePath

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from did.errors import DIDError
    from tui.opening import Way
    from wallet.errors import WalletError


class Step(Room):
    """A panel in the middle with one thing to do; what went wrong is said in it."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "step.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "back", say("Back"))]
    HEADING: ClassVar[Message] = say("Welcome")

    @dataclass
    class Begun(TextualMessage):
        """A step of what takes a moment is under way."""

        step: Message

    def compose(self) -> ComposeResult:
        """The panel and the keys; there are no other rooms yet."""
        with VerticalScroll(classes="panel", can_focus=False):
            yield Static(self.holdfast.title, classes="name", markup=False)
            yield Static(self.words(self.HEADING), classes="heading", markup=False)
            yield from self.furnish()
            yield Static("", id="problem", classes="error", markup=False)
            yield Progress()
        yield KeyLine()

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._under_way > 0

    def about(self, message: Message) -> Static:
        """A paragraph that says what this is about."""
        return Static(self.words(message), classes="about", markup=False)

    def go_in(self, way: Way, steps: Sequence[Message], then: Callable[[bool], None]) -> None:
        """Open the wallet by that way, and show how far it is."""
        self.silence()
        self.query_one(Progress).begin([self.words(step) for step in steps])
        self._enable(yes=False)

        def tell(step: Message) -> None:
            self.post_message(self.Begun(step))

        self._await(self.holdfast.session.open_by(way, tell), then)

    @on(Begun)
    def _advance(self, begun: Begun) -> None:
        self.query_one(Progress).at(self.words(begun.step))

    def complain(self, error: WalletError | DIDError) -> None:
        """Say in the panel what went wrong, and let the person try again."""
        self.object(str(error) + (f"\n{error.hint}" if error.hint else ""))

    def object(self, sentence: str) -> None:
        """Say in the panel what is not as it should be."""
        self.query_one(Progress).end()
        self._enable(yes=True)
        problem = self.query_one("#problem", Static)
        problem.update(printable_lines(sentence))
        problem.add_class("said")
        problem.scroll_visible(animate=False)
        if not self.focused:
            self.focus_first()

    def silence(self) -> None:
        """Nothing is wrong any more."""
        for problem in self.query("#problem"):
            problem.remove_class("said")

    def focus_first(self) -> None:
        """To the first field that can be written to."""
        for field in self.query(Input):
            if not field.disabled and field.display:
                field.focus()
                return

    def take(self, *fields: str) -> list[Secret]:
        """What stands in the fields; the fields are emptied."""
        taken = []
        for name in fields:
            field = self.query_one(f"#{name}", Input)
            taken.append(Secret(field.value))
            field.value = ""
        return taken

    def action_back(self) -> None:
        """To the step before; nothing was done yet. What is under way comes to its end first."""
        if not self.busy:
            self.app.pop_screen()

    def _enable(self, *, yes: bool) -> None:
        for field in self.query(Input):
            field.disabled = not yes
