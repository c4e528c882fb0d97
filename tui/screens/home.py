"""Home: the conversation, beside it what it is about, and below it where one writes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import SuspendNotSupported
from textual.containers import Horizontal, Vertical
from textual.message import Message as TextualMessage
from textual.widgets import Static

from tui import mentions
from tui.cards import recognized_blocks
from tui.editing import NoEditor, edited, editor_of
from tui.keys import key
from tui.pasting import Putting, Receiving, Way, is_told, ways
from tui.rooms import ROOMS
from tui.screens.conversing import ConversationRoom
from tui.slash import Doing
from tui.suggesting import may_suggest, suggested
from tui.widgets.choices import Choice
from tui.widgets.composer import Composer, Field
from tui.widgets.subject import Subject
from tui.widgets.transcript import Transcript
from wallet.display import printable
from wallet.messages import say
from wallet.recognizing import Recognized, recognize
from wallet.talk import Sort

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.mentions import Mention

_LABELS: Final = {
    Sort.YOU: say("you"),
    Sort.WALLET: say("wallet"),
    Sort.PLAN: say("plan"),
    Sort.MODEL: say("model"),
}
_FACTS: Final = 3
"""That are told of what is pasted."""
_SHORT: Final = 2_000
"""In characters: what is longer is looked at beside the UI."""


class Below(Static):
    """Says that the conversation goes on below, and leads there."""

    class Pressed(TextualMessage):
        """Somebody clicked it."""

    def on_click(self) -> None:
        """To the latest."""
        self.post_message(self.Pressed())


class HomeScreen(ConversationRoom):
    """Where a person spends the day."""

    ROOM = "home"
    CSS_PATH = "home.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "stop", say("Stop")),
        key("escape", "back", say("Back"), show=False),
        key("f2", "beside", say("Beside")),
        key("alt+2", "app.go('credentials')", say("Rooms"), label=f"alt+1…{len(ROOMS)}"),
        key("ctrl+o", "edit", say("Write in your editor"), show=False),
        key("ctrl+end", "latest", say("To the latest"), show=False),
    ]

    @dataclass
    class Suggested(TextualMessage):
        """Completions of what stood before the cursor."""

        before: str
        choices: list[Choice]

    @dataclass
    class Told(TextualMessage):
        """What a pasted text is."""

        text: str
        found: Recognized

    def __init__(self) -> None:
        super().__init__()
        self._known: tuple[Mention, ...] = ()
        self._known_at: int | None = None

    def furnish(self) -> ComposeResult:
        """Conversation, what it is about, and where to write."""
        with Horizontal(id="rooms"):
            with Vertical(id="middle"):
                labels = {sort: self.words(label) for sort, label in _LABELS.items()}
                yield Transcript(labels, id="transcript")
                below = say("more below · Ctrl+End: to the latest")
                yield Below(self.words(below), id="latest", markup=False)
            yield Subject(self.words(say("What you ask about is shown here.")), id="subject")
        yield Composer(
            self.words(say("Ask in your own words; / for commands, @ for names")),
            searching=self.words(say("search what you typed")),
        )

    def on_mount(self) -> None:
        """One writes first."""
        self.action_focus_input()

    def load(self) -> None:
        """What can be named, where that may have changed."""
        at = self._known_at
        self.look(lambda wallet: mentions.anew(wallet, at), self._know)

    def _know(self, found: tuple[int, tuple[Mention, ...]] | None) -> None:
        if found is not None:
            self._known_at, self._known = found

    def leads_beside(self) -> str:
        """By a key, where there is no room for it."""
        return self.words(say("F2 shows it in full")) if self.has_class("-narrow") else ""

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to stop, or else somewhere to go back to."""
        match action:
            case "stop":
                return self.busy and not self.has_class("-over")
            case "back":
                return not self.busy or self.has_class("-over")
            case _:
                return super().check_action(action, parameters)

    def action_focus_input(self) -> None:
        """Back to where one writes."""
        self.composer.field.focus()

    def action_stop(self) -> None:
        """Call off what runs."""
        self.holdfast.session.cancel()
        self.action_focus_input()

    def action_back(self) -> None:
        """Back to where one writes, from wherever one is."""
        self.remove_class("-over")
        self.refresh_bindings()
        self.action_focus_input()

    def action_beside(self) -> None:
        """Show what stands beside, or hide it; over the conversation where there is no room."""
        self.toggle_class("-over" if self.has_class("-narrow") else "-alone")
        self.refresh_bindings()
        if self.has_class("-narrow") and self.has_class("-over"):
            self.subject.focus()
        else:
            self.action_focus_input()

    def action_edit(self) -> None:
        """Write the message in an editor; the app waits for it, since this screen may be gone."""
        if (found := recognize(self.composer.text)).is_secret:
            self._refuse(found)
        else:
            self.holdfast.run_worker(self._edit(), group="edit", exclusive=True)

    async def _edit(self) -> None:
        app, problem = self.holdfast, None
        before = self.composer.text
        try:
            command = editor_of(os.environ)
            written = await edited(
                before,
                command,
                suspended=app.set_aside,
                may_go_on=lambda: app.session.is_open,
            )
        except SuspendNotSupported:
            written, problem = before, NoEditor("this terminal cannot be left to an editor")
        except NoEditor as error:
            written, problem = before, error
        if not self.is_attached or not app.session.is_open:
            return
        if problem is not None:
            self.complain(problem)
        elif written != before:
            self.composer.write("")
            self.composer.field.put(written)

    def on_resize(self) -> None:
        """What lay over the conversation stands beside it again where there is room."""
        if not self.has_class("-narrow"):
            self.remove_class("-over")

    @on(Below.Pressed)
    def action_latest(self) -> None:
        """To the latest."""
        self.transcript.follow()

    @on(Field.Turned)
    def _turn_pages(self, turned: Field.Turned) -> None:
        self.transcript.page(turned.pages)

    @on(Transcript.Behind)
    def _say_behind(self, behind: Transcript.Behind) -> None:
        self.query_one("#latest").set_class(behind.is_behind, "-shown")

    # Completions

    @on(Composer.Changed)
    def _changed(self, changed: Composer.Changed) -> None:
        if may_suggest(changed.before):
            self._suggest(changed.before)
        else:
            self.composer.offer(())

    @work(thread=True, exclusive=True, group="suggest")
    def _suggest(self, before: str) -> None:
        choices = suggested(before, self._known, self.holdfast.language)
        self.post_message(self.Suggested(before, choices))

    @on(Suggested)
    def _offer(self, offered: Suggested) -> None:
        if self.composer.before == offered.before:
            self.composer.offer(offered.choices)

    # What is pasted

    @on(Field.Pasted)
    def _pasted(self, pasted: Field.Pasted) -> None:
        if len(pasted.text) <= _SHORT:
            self.post_message(self.Told(pasted.text, recognize(pasted.text)))
        else:
            self._recognize(pasted.text)

    @work(thread=True, group="recognize")
    def _recognize(self, pasted: str) -> None:
        self.post_message(self.Told(pasted, recognize(pasted)))

    @on(Told)
    def _told(self, told: Told) -> None:
        """Offer what can be done with it; in the middle of a message it is put in."""
        found = told.found
        if found.is_secret:
            self._refuse(found)
        elif is_told(found) and not self.composer.text.strip() and not self.busy:
            self.subject.show(recognized_blocks(found, self.holdfast.language))
            self._tell_pasted(found)
            self.composer.offer(
                [
                    Choice("", label=self.words(way.label), value=way)
                    for way in ways(found, told.text)
                ]
            )
            self.action_focus_input()
        else:
            self.composer.field.put(told.text)

    def _tell_pasted(self, found: Recognized) -> None:
        """Say what it is, and the first of what it says of itself, where the panel is hidden."""
        facts = ", ".join(
            f"{self.words(label)}: {printable(value)}" for label, value in found.facts[:_FACTS]
        )
        lines = [self.words(say("{what} was pasted; choose what to do with it", what=found.title))]
        lines += [facts] if facts else []
        lines += [self.words(found.warning)] if found.warning is not None else []
        self.telling.say(Sort.WALLET, "\n".join(lines))

    def _refuse(self, found: Recognized) -> None:
        """Say that it is a secret; it goes nowhere."""
        warning = found.warning or say("not shown")
        line = say("{what}: it was not taken. {warning}", what=found.title, warning=warning)
        self.telling.say(Sort.WARNING, self.words(line))

    @on(Composer.Chosen)
    def _chosen(self, chosen: Composer.Chosen) -> None:
        way = chosen.choice.value
        if isinstance(way, Way):
            match way.does:
                case Putting(words):
                    self.composer.field.put(words)
                case Receiving(words):
                    self._receive(words)
                case Doing(action, arguments):
                    self.hear_you(self.words(way.label))
                    self.carry_out(action, arguments)

    def _receive(self, words: str) -> None:
        from tui.screens.receiving import ReceivingScreen  # noqa: PLC0415 - deferred: a further screen

        self.holdfast.push_screen(ReceivingScreen(words))

    # What is said

    @on(Composer.Sent)
    async def _say(self, sent: Composer.Sent) -> None:
        """Say it; one turn at a time, and never a secret."""
        message = sent.text.strip()
        if not message:
            return
        if (found := recognize(message)).is_secret:
            self.composer.write("")
            self._refuse(found)
            return
        if self.busy:
            self.notify(self.words(say("one thing at a time: Esc stops what runs")), markup=False)
            return
        self.composer.write("")
        self.composer.history.add(message)
        await self.take(message)
