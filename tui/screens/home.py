"""Home: the conversation, and beside it what it is about."""

from __future__ import annotations

import json
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message as TextualMessage
from textual.widgets import Input, Static

from agent.conversation import (
    Asked,
    Event,
    Failed,
    NeedsConsent,
    NotServed,
    Planned,
    Ran,
    Refused,
    Spoke,
    Told,
)
from agent.lines import spoken
from agent.plan import Decline
from tui.keys import key
from tui.screens.room import Room
from tui.widgets.transcript import Transcript
from wallet.cli.render import report_lines, result_lines
from wallet.display import printable_lines
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from wallet.actions.result import Result, Table


class HomeScreen(Room):
    """Where a person spends the day."""

    ROOM = "home"

    @dataclass
    class Happened(TextualMessage):
        """Something to draw."""

        event: Event

    @dataclass
    class Ended(TextualMessage):
        """The turn is over."""

        problem: BaseException | None

    @dataclass
    class Reminded(TextualMessage):
        """What is due, where anything is."""

        sentences: tuple[Message, ...]

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "stop", say("Stop"))]

    @property
    def speaks(self) -> str:
        """The language of what was said last."""
        return self.holdfast.session.language

    def furnish(self) -> ComposeResult:
        """Conversation, what it is about, and where to write."""
        with Horizontal(id="rooms"):
            yield Transcript(id="transcript")
            with VerticalScroll(id="beside"):
                yield Static(
                    self.words(say("What you ask about is shown here.")),
                    id="subject",
                    markup=False,
                )
        yield Input(placeholder=self.words(say("Ask for something in your own words")), id="say")

    def on_mount(self) -> None:
        """Say how to begin."""
        hello = say(
            "Welcome. Try: create a DID called work; add a contact; issue a credential;"
            " show my credentials. Nothing is signed or sent before you said yes."
        )
        self.query_one(Transcript).add([self.words(hello)], sort="wallet")
        self.action_focus_input()
        self.holdfast.session.due().add_done_callback(self._tell_due)

    def action_focus_input(self) -> None:
        """Back to where one writes."""
        self.query_one("#say", Input).focus()

    def action_stop(self) -> None:
        """Call the turn that runs off; where none does, back to where one writes."""
        if self.query_one("#say", Input).disabled:
            self.holdfast.session.cancel()
        self.action_focus_input()

    @on(Input.Submitted, "#say")
    def _say(self, submitted: Input.Submitted) -> None:
        """Say it; one turn at a time."""
        message = submitted.value.strip()
        if not message:
            return
        submitted.input.value = ""
        submitted.input.disabled = True
        self.query_one(Transcript).add([f"> {message}"], sort="you")
        turn = self.holdfast.session.say(
            message,
            draw=lambda event: self._post(self.Happened(event)),
            ask=self.ask,
        )
        turn.add_done_callback(lambda done: self._post(self.Ended(done.exception())))

    def _post(self, message: TextualMessage) -> None:
        """From the wallet's thread; a screen that is gone needs no message."""
        self.post_message(message)

    def _tell_due(self, due: Future[tuple[Message, ...]]) -> None:
        """From the wallet's thread. A reminder that cannot be read is told by what asks for it."""
        if not due.cancelled() and due.exception() is None and due.result():
            self._post(self.Reminded(due.result()))

    @on(Reminded)
    def _remind(self, reminded: Reminded) -> None:
        line = "; ".join(self.words(sentence) for sentence in reminded.sentences)
        self.query_one(Transcript).add([line], sort="wallet")

    @on(Ended)
    def _end(self, ended: Ended) -> None:
        self.query_one("#say", Input).disabled = False
        self.action_focus_input()
        if ended.problem is not None and not isinstance(ended.problem, CancelledError):
            raise ended.problem

    @on(Happened)
    def _happen(self, happened: Happened) -> None:
        self._draw(happened.event)

    def _draw(self, event: Event) -> None:
        language = self.holdfast.session.language
        transcript = self.query_one(Transcript)
        match event:
            case Planned(plan) if not isinstance(plan, Decline):
                transcript.add(
                    [text(say("plan: {plan}", plan=spoken(plan)), language)], sort="plan"
                )
            case Asked(_, question):
                transcript.add([text(question, language)], sort="wallet")
            case Ran(_, result):
                self._show(result, language)
            case Refused():
                transcript.add([text(say("not done"), language)], sort="warning")
            case NotServed(reason):
                transcript.add([text(reason, language)], sort="wallet")
            case Told(sentences):
                lines = [text(sentence, language) for sentence in sentences]
                transcript.add(lines, sort="wallet")
            case Spoke(piece):
                transcript.speak(piece, lead=text(say("the model says:"), language))
            case Failed(error):
                hint = [error.hint] if error.hint else []
                transcript.add([str(error), *hint], sort="error")
            case NeedsConsent() | Planned():
                pass

    def _show(self, result: Result, language: str) -> None:
        self.query_one(Transcript).add(_short(result, language), sort="wallet")
        beside = list(_beside(result, language))
        if beside:
            self.query_one("#subject", Static).update(printable_lines("\n".join(beside)))


def _short(result: Result, language: str) -> Iterator[str]:
    """What stands in the conversation."""
    yield text(result.summary, language)
    if result.saved is not None:
        yield text(say("saved as {file}", file=result.saved), language)
    if result.next is not None:
        yield text(say("next: {next}", next=result.next), language)


def _beside(result: Result, language: str) -> Iterator[str]:
    """What stands beside it: a report, a list, a document, or what was done in full."""
    if result.report is not None:
        yield from report_lines(result.report, language)
    elif result.table is not None:
        yield from _cards(result.table, language)
    elif result.document is not None:
        yield from json.dumps(result.document, ensure_ascii=False, indent=2).split("\n")
    elif result.facts:
        yield from result_lines(result, language)


def _cards(table: Table, language: str) -> Iterator[str]:
    """Each row as lines of its own, since the column is narrow."""
    for row in table.rows:
        for heading, cell in zip(table.headings, row, strict=True):
            shown = text(cell, language) if isinstance(cell, Message) else cell
            if shown:
                yield f"{text(heading, language)}: {shown}"
        yield ""
