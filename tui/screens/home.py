"""Home: the conversation, and beside it what it is about."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.message import Message as TextualMessage
from textual.widgets import Static

from agent.conversation import Event, Ran
from did.errors import DIDError
from tui import mentions, slash
from tui.cards import recognized_blocks, statement_blocks, usage_blocks
from tui.keys import key
from tui.pasting import Putting, Way, is_told, ways
from tui.screens.room import Room
from tui.slash import Doing, Explaining, Going, Own
from tui.suggesting import suggested
from tui.telling import Telling
from tui.widgets.choices import Choice
from tui.widgets.composer import Composer, Field
from tui.widgets.subject import Subject
from tui.widgets.transcript import Transcript
from wallet.actions import ACTIONS
from wallet.actions.result import Undo
from wallet.errors import BadInput, NotConsented, WalletError
from wallet.messages import Message, say
from wallet.recognizing import Recognized, recognize
from wallet.talk import Sort, Talk, keep, recall

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.mentions import Mention
    from tui.slash import Command
    from wallet.actions.registry import Action
    from wallet.actions.result import Result

LABELS: Final = {
    Sort.YOU: say("you"),
    Sort.WALLET: say("wallet"),
    Sort.PLAN: say("plan"),
    Sort.MODEL: say("model"),
}
_ANSWERS: Final = frozenset({Sort.WALLET, Sort.MODEL, Sort.WARNING, Sort.ERROR})
HELLO: Final = say(
    "Welcome. Try: create a DID called work; add a contact; issue a credential;"
    " show my credentials. Nothing is signed or sent before you said yes."
)
_SHORT: Final = 2_000
"""In characters: what is longer is looked at beside the UI."""


class HomeScreen(Room):
    """Where a person spends the day."""

    ROOM = "home"
    CSS_PATH = "home.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape", "stop", say("Stop")),
        key("f2", "beside", say("Beside")),
        key("ctrl+end", "latest", say("To the latest"), show=False),
    ]

    @dataclass
    class Happened(TextualMessage):
        """Something to draw."""

        event: Event

    @dataclass
    class Ended(TextualMessage):
        """What was asked for is done, or has failed."""

        work: Future[Any]
        then: Callable[[Any], None]

    @dataclass
    class Reminded(TextualMessage):
        """What is due, where anything is."""

        sentences: tuple[Message, ...]

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
        self._turn: Future[Any] | None = None
        self._known: tuple[Mention, ...] = ()
        self._cleared: Talk | None = None

    # What there is

    @property
    def speaks(self) -> str:
        """The language of what was said last."""
        return self.holdfast.session.language

    @property
    def busy(self) -> bool:
        """Whether something that was asked for is under way."""
        return self._turn is not None

    @property
    def transcript(self) -> Transcript:
        """The conversation."""
        return self.query_one(Transcript)

    @property
    def subject(self) -> Subject:
        """What stands beside it."""
        return self.query_one(Subject)

    @property
    def composer(self) -> Composer:
        """Where one writes."""
        return self.query_one(Composer)

    def furnish(self) -> ComposeResult:
        """Conversation, what it is about, and where to write."""
        with Horizontal(id="rooms"):
            with Vertical(id="middle"):
                labels = {sort: self.words(label) for sort, label in LABELS.items()}
                yield Transcript(labels, id="transcript")
                below = say("more below · Ctrl+End: to the latest")
                yield Static(self.words(below), id="latest", markup=False)
            yield Subject(self.words(say("What you ask about is shown here.")), id="subject")
        yield Composer(
            self.words(say("Ask in your own words; / for commands, @ for names")),
            searching=self.words(say("search what you typed")),
        )

    def on_mount(self) -> None:
        """Show what was said before, or say how to begin."""
        self.telling = Telling(self.transcript, self.subject)
        self.look(recall, self._recall)
        self.holdfast.session.due().add_done_callback(self._tell_due)
        self.action_focus_input()

    def load(self) -> None:
        """What can be named, which may have changed meanwhile."""
        self.look(mentions.entries, self._know)

    def _know(self, known: tuple[Mention, ...]) -> None:
        self._known = known

    def tell(self, message: Message) -> None:
        """Say it in the conversation."""
        self.telling.say(Sort.WALLET, self.words(message))

    def complain(self, error: WalletError | DIDError) -> None:
        """Say in the conversation what went wrong."""
        self.telling.complain(error)

    # What was said before

    def _recall(self, talk: Talk) -> None:
        for line in talk.lines:
            self.composer.history.add(line)
        if talk.entries:
            self.transcript.resume(talk.entries)
            self.transcript.divide(self.words(say("until here, what was said before")))
        else:
            self.tell(HELLO)

    @property
    def _talk(self) -> Talk:
        hello = self.words(HELLO)
        said = (said.entry for said in self.transcript.said)
        entries = tuple(entry for entry in said if entry.text != hello)
        return Talk(entries, self.composer.history.lines)

    def _keep(self, talk: Talk) -> None:
        self.look(lambda wallet: keep(wallet, talk), lambda _: None)

    # Keys

    def action_focus_input(self) -> None:
        """Back to where one writes."""
        self.composer.field.focus()

    def action_stop(self) -> None:
        """Call off what runs; where nothing does, back to where one writes."""
        if self.has_class("-over"):
            self.remove_class("-over")
        elif self.busy:
            self.holdfast.session.cancel()
        self.action_focus_input()

    def action_beside(self) -> None:
        """Show what stands beside, or hide it; over the conversation where there is no room."""
        self.toggle_class("-over" if self.has_class("-narrow") else "-alone")
        if self.has_class("-narrow") and self.has_class("-over"):
            self.subject.focus()
        else:
            self.action_focus_input()

    def action_latest(self) -> None:
        """To the latest."""
        self.transcript.follow()

    @on(Field.Turned)
    def _turn_pages(self, turned: Field.Turned) -> None:
        self.transcript.page(turned.pages)

    @on(Transcript.Behind)
    def _say_behind(self, behind: Transcript.Behind) -> None:
        self.query_one("#latest").set_class(behind.is_behind, "-shown")

    def on_click(self, event: Any) -> None:
        """The hint leads to the latest."""
        if getattr(event.widget, "id", None) == "latest":
            self.action_latest()

    # Completions

    @on(Composer.Changed)
    def _changed(self, changed: Composer.Changed) -> None:
        self._suggest(changed.before)

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
            self.tell(say("{what} was pasted; choose what to do with it", what=found.title))
            self.composer.offer(
                [
                    Choice("", label=self.words(way.label), value=way)
                    for way in ways(found, told.text)
                ]
            )
            self.action_focus_input()
        else:
            self.composer.field.put(told.text)

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
                case Doing(action, arguments):
                    self._hear_you(self.words(way.label))
                    self._do(action, arguments)

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
        self._hear_you(message)
        if slash.is_command(message):
            try:
                await self._run(slash.parse(message, self.holdfast.language))
            except BadInput as error:
                self.complain(error)
            return
        session = self.holdfast.session
        turn = session.say(
            message, draw=lambda event: self._post(self.Happened(event)), ask=self.ask
        )
        self._start(turn, lambda _: None)

    def _hear_you(self, message: str) -> None:
        self.transcript.follow()
        self.telling.say(Sort.YOU, message)

    async def _run(self, command: Command) -> None:
        match command:
            case Going(room):
                self.holdfast.action_go(room)
            case Explaining(action):
                self.tell(say(action.help))
                self.subject.show(usage_blocks(action, self.holdfast.language))
            case Doing(action, arguments):
                self._do(action, arguments)
            case Own.COPY:
                self._copy_last()
            case Own.UNDO:
                await self._take_back()
            case Own.CLEAR:
                await self._clear()
            case Own.QUIT:
                await self.run_action("app.quit")

    def _do(self, action: Action, arguments: Any) -> None:
        session = self.holdfast.session
        future = (
            session.do(action.name, arguments, ask=self.ask)
            if action.needs_consent
            else session.read(action.name, arguments)
        )
        self._start(future, lambda result: self._done(action.name, result))

    def _done(self, action: str, result: Result) -> None:
        self.telling.show(result, self.holdfast.language)
        if action == "lock":
            self.holdfast.action_lock()
        else:
            self.load()

    # How it goes

    def _start(self, work: Future[Any], then: Callable[[Any], None]) -> None:
        self._turn = work
        self.composer.say_busy(self.words(say("working … Esc stops")))
        self.refresh_bindings()
        work.add_done_callback(lambda done: self._post(self.Ended(done, then)))

    def _post(self, message: TextualMessage) -> None:
        """From the wallet's thread; a screen that is gone needs no message."""
        self.post_message(message)

    @on(Happened)
    async def _happen(self, happened: Happened) -> None:
        await self.telling.hear(happened.event, self.holdfast.session.language)
        if isinstance(happened.event, Ran) and happened.event.step.action == "lock":
            self.holdfast.action_lock()

    @on(Room.Asking)
    def _show_question(self, asking: Room.Asking) -> None:
        self.subject.show(statement_blocks(asking.question.proposal.statement, self.speaks))

    @on(Ended)
    async def _end(self, ended: Ended) -> None:
        self._turn = None
        self.composer.say_busy("")
        self.refresh_bindings()
        await self.telling.end()
        try:
            ended.then(ended.work.result())
        except CancelledError:
            return  # the wallet was locked meanwhile
        except NotConsented:
            self.telling.say(Sort.WARNING, self.words(say("not done")))
        except (WalletError, DIDError) as error:
            self.complain(error)
        self._keep(self._talk)

    def _tell_due(self, due: Future[tuple[Message, ...]]) -> None:
        """From the wallet's thread. A reminder that cannot be read is told by what asks for it."""
        if not due.cancelled() and due.exception() is None and due.result():
            self._post(self.Reminded(due.result()))

    @on(Reminded)
    def _remind(self, reminded: Reminded) -> None:
        line = "; ".join(self.words(sentence) for sentence in reminded.sentences)
        self.telling.say(Sort.WALLET, line)

    # What the conversation itself does

    @on(Transcript.Looked)
    def _look_at(self, looked: Transcript.Looked) -> None:
        if looked.said.beside:
            self.subject.show(looked.said.beside)

    @on(Transcript.Copied)
    def _copy(self, copied: Transcript.Copied) -> None:
        self._copy_text(copied.said.entry.text)

    def _copy_last(self) -> None:
        answers = [said.entry.text for said in self.transcript.said if said.entry.sort in _ANSWERS]
        if answers:
            self._copy_text(answers[-1])

    def _copy_text(self, words: str) -> None:
        self.app.copy_to_clipboard(words)
        self.notify(self.words(say("copied")), markup=False)

    @on(Transcript.TakenBack)
    def _take_back_that(self, taken: Transcript.TakenBack) -> None:
        undo = taken.said.value
        if isinstance(undo, Undo) and not self.busy:
            self._do(ACTIONS[undo.action], undo.arguments)

    async def _take_back(self) -> None:
        undo = self.telling.undo
        if self._cleared is not None:
            cleared, self._cleared = self._cleared, None
            await self.transcript.clear()
            self._recall(cleared)
            self._keep(self._talk)
        elif undo is None:
            self.tell(say("there is nothing to take back"))
        else:
            self.telling.undo = None
            self._do(ACTIONS[undo.action], undo.arguments)

    async def _clear(self) -> None:
        self._cleared = self._talk
        await self.transcript.clear()
        self.composer.history.clear()
        self._keep(Talk())
        self.tell(say("the conversation is empty; /undo brings it back"))
