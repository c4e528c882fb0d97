"""Telling a conversation: its events as pieces of the transcript, and beside it what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from agent.plan import Steps
from tui.cards import result_blocks
from tui.planned import plan_lines
from tui.slash import as_typed_here
from tui.widgets.piece import Said
from wallet.messages import say, text
from wallet.talk import Entry, Sort

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.content import Content

    from agent.plan import Step
    from did.errors import DIDError
    from tui.widgets.piece import Piece
    from tui.widgets.subject import Subject
    from tui.widgets.transcript import Transcript
    from wallet.actions.result import Result, Undo
    from wallet.errors import WalletError
    from wallet.messages import Message


class Telling:
    """Draws what happens."""

    def __init__(
        self,
        transcript: Transcript,
        subject: Subject,
        *,
        remember: Callable[[Undo], None],
        leads: Callable[[], str],
    ) -> None:
        """`remember` is told what takes back what was done last.

        `leads` says how to see what stands beside, where it is hidden, or else nothing.
        """
        self._transcript = transcript
        self._subject = subject
        self._plan: Piece | None = None
        self._steps: tuple[Step, ...] = ()
        self._done = 0
        self._language = "en"
        self._remember = remember
        self._leads = leads

    def say(self, sort: Sort, words: str, beside: tuple[Content, ...] = ()) -> Piece:
        """Somebody says something."""
        return self._transcript.add(Said(Entry(sort, words), beside))

    async def hear(self, event: Event, language: str) -> None:
        """Something happened in a turn."""
        self._language = language
        if isinstance(event, Spoke):
            await self._transcript.speak(event.piece)
            return
        await self._transcript.hush()
        match event:
            case Planned(plan):
                self._begin(plan.steps if isinstance(plan, Steps) else ())
            case Asked(_, question):
                self.say(Sort.WALLET, text(question, language))
            case Ran(_, result):
                self._step_done()
                self.show(result, language)
            case Refused():
                self.say(Sort.WARNING, text(say("not done"), language))
            case NotServed(reason):
                self.say(Sort.WALLET, text(reason, language))
            case Told(sentences):
                self._tell(sentences, language)
            case Failed(error):
                self.complain(error)
            case NeedsConsent():
                pass  # the dialog says it

    async def end(self) -> None:
        """The turn is over, however it ended."""
        await self._transcript.hush()
        self._draw_plan(ended=True)
        self._plan = None

    def show(self, result: Result, language: str) -> None:
        """A result: short in the conversation, in full beside it."""
        lines = [text(result.summary, language)]
        if result.saved is not None:
            lines.append(text(say("saved as {file}", file=result.saved), language))
        if result.next is not None:
            lines.append(text(say("next: {next}", next=result.next), language))
        if result.undo is not None:
            lines.append(text(say("to take it back: /undo"), language))
            self._remember(result.undo)
        blocks = result_blocks(result, language)
        if blocks and (leads := self._leads()):
            lines.append(leads)
        entry = Entry(Sort.WALLET, as_typed_here("\n".join(lines)))
        self._transcript.add(Said(entry, blocks, result.undo))
        if blocks:
            self._subject.show(blocks)

    def complain(self, error: WalletError | DIDError) -> None:
        """Say what went wrong, and what can be done about it."""
        hint = as_typed_here(error.hint or "")
        self.say(Sort.ERROR, "\n".join(filter(None, (str(error), hint))))

    def _tell(self, sentences: Sequence[Message], language: str) -> None:
        self.say(Sort.WALLET, "\n".join(text(sentence, language) for sentence in sentences))

    def _begin(self, steps: tuple[Step, ...]) -> None:
        self._steps, self._done, self._plan = steps, 0, None
        if steps:
            self._plan = self.say(Sort.PLAN, self._lines(ended=False))

    def _step_done(self) -> None:
        self._done += 1
        self._draw_plan(ended=False)

    def _draw_plan(self, *, ended: bool) -> None:
        if self._plan is not None:
            self._plan.rewrite(self._lines(ended=ended))

    def _lines(self, *, ended: bool) -> str:
        return plan_lines(self._steps, self._done, ended=ended, language=self._language)
