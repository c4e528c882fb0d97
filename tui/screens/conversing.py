"""A room in which one talks: turns and commands, one at a time, and what is kept of them."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from textual import on
from textual.message import Message as TextualMessage

from agent.conversation import Event, Ran
from did.errors import DIDError
from tui import slash
from tui.cards import statement_blocks, usage_blocks
from tui.screens.room import Room
from tui.slash import Doing, Explaining, Going, Own
from tui.telling import Telling
from tui.widgets.composer import Composer
from tui.widgets.piece import Looked
from tui.widgets.subject import Subject
from tui.widgets.transcript import Transcript
from wallet.actions import ACTIONS
from wallet.actions.result import Undo
from wallet.errors import BadInput, NotConsented, WalletError
from wallet.messages import Message, say
from wallet.talk import Sort, Talk, keep, recall

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.slash import Command
    from wallet.actions.registry import Action
    from wallet.actions.result import Result

HELLO: Final = say(
    "Welcome. Try: create a DID called work; add a contact; issue a credential;"
    " show my credentials. Nothing is signed or sent before you said yes."
)
_ANSWERS: Final = frozenset({Sort.WALLET, Sort.MODEL, Sort.WARNING, Sort.ERROR})


class ConversationRoom(Room):
    """It furnishes a `Transcript`, a `Subject` and a `Composer`."""

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

    def __init__(self) -> None:
        super().__init__()
        self._turn: Future[Any] | None = None
        self._cleared: Talk | None = None

    @property
    def speaks(self) -> str:
        """The language of what was said last; before anything was, the program's."""
        return self.holdfast.session.language or self.holdfast.language

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

    def on_mount(self) -> None:
        """Show what was said before, or say how to begin."""
        self.telling = Telling(
            self.transcript, self.subject, remember=self._remember, leads=self.leads_beside
        )
        self.look(recall, self._recall)
        self.holdfast.session.due().add_done_callback(self._tell_due)

    def tell(self, message: Message) -> None:
        """Say it in the conversation."""
        self.telling.say(Sort.WALLET, self.words(message))

    def complain(self, error: WalletError | DIDError) -> None:
        """Say in the conversation what went wrong."""
        self.telling.complain(error)

    def leads_beside(self) -> str:
        """How to see what stands beside, where it is hidden."""
        return ""

    # What is said and done

    def hear_you(self, message: str) -> None:
        """The person says something; they want to see what comes of it."""
        self.transcript.follow()
        self.telling.say(Sort.YOU, message)

    async def take(self, message: str) -> None:
        """A message, or a command."""
        self.hear_you(message)
        if slash.is_command(message):
            try:
                await self._obey(slash.parse(message, self.holdfast.language))
            except BadInput as error:
                self.complain(error)
            return
        session = self.holdfast.session
        turn = session.say(
            message, draw=lambda event: self._post(self.Happened(event)), ask=self.ask
        )
        self._start(turn, lambda _: None)

    def carry_out(
        self,
        action: Action,
        arguments: Mapping[str, Any],
        then: Callable[[Result], None] | None = None,
    ) -> None:
        """What a person asked for by name; `then` is told what came of it."""

        def done(result: Result) -> None:
            self._carried_out(action.name, result)
            if then is not None:
                then(result)

        session = self.holdfast.session
        future = (
            session.do(action.name, arguments, ask=self.ask)
            if action.needs_consent
            else session.read(action.name, arguments)
        )
        self._start(future, done)

    def do(
        self,
        action: str,
        arguments: Mapping[str, Any],
        then: Callable[[Result], None] | None = None,
    ) -> None:
        """As in any room; what came of it is told in the conversation."""
        self.carry_out(ACTIONS[action], arguments, then)

    def _remember(self, undo: Undo) -> None:
        self.holdfast.undoable = undo

    def _carried_out(self, action: str, result: Result) -> None:
        self.telling.show(result, self.holdfast.language)
        if action == "lock":
            self.holdfast.action_lock()
        else:
            self.load()

    async def _obey(self, command: Command) -> None:
        match command:
            case Going(room):
                self.holdfast.action_go(room)
            case Explaining(action):
                self.tell(say(action.help))
                self.subject.show(usage_blocks(action, self.holdfast.language))
            case Doing(action, arguments):
                self.carry_out(action, arguments)
            case Own.COPY:
                self._copy_last()
            case Own.UNDO:
                await self._take_back()
            case Own.CLEAR:
                await self._clear()
            case Own.KEYS:
                self.holdfast.action_keys()
            case Own.QUIT:
                await self.run_action("app.quit")
            case Own.EDIT:
                await self.run_action("edit")

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
        if not self.display:
            return  # it is being taken down
        await self.telling.hear(happened.event, self.speaks)
        if isinstance(happened.event, Ran) and happened.event.step.action == "lock":
            self.holdfast.action_lock()

    @on(Room.Asking)
    def _show_question(self, asking: Room.Asking) -> None:
        self.subject.show(statement_blocks(asking.question.proposal.statement, self.speaks))

    @on(Ended)
    async def _end(self, ended: Ended) -> None:
        self._turn = None
        if not self.display:
            return  # it is being taken down
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

    # What is kept of it

    def _recall(self, talk: Talk) -> None:
        for line in talk.lines:
            self.composer.history.add(line)
        if talk.entries:
            until = self.words(say("until here, what was said before"))
            self.transcript.resume(talk.entries, until=until)
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

    async def _clear(self) -> None:
        self._cleared = self._talk
        await self.transcript.clear()
        self.composer.history.clear()
        self.holdfast.session.start_over()
        self._keep(Talk())
        self.tell(say("the conversation is empty; /undo brings it back"))

    # What was done, taken back; what was said, copied

    async def _take_back(self) -> None:
        undo = self.holdfast.undoable
        if self._cleared is not None:
            cleared, self._cleared = self._cleared, None
            await self.transcript.clear()
            self._recall(cleared)
            self._keep(self._talk)
        elif undo is None:
            self.tell(say("there is nothing to take back"))
        else:
            self.holdfast.take_back()

    @on(Transcript.TakenBack)
    def _take_back_that(self, taken: Transcript.TakenBack) -> None:
        undo = taken.said.value
        if isinstance(undo, Undo) and not self.busy:
            self.carry_out(ACTIONS[undo.action], undo.arguments)

    @on(Looked)
    def _look_at(self, looked: Looked) -> None:
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
