"""The conversation: a turn is a stream of events that any face draws.

Understand, plan, judge; ask for what is missing; show each deed and wait for the answer; do it;
report. A turn is a generator: it yields events, and `NeedsConsent` is answered by sending an
`Answer` back. Closing the generator anywhere leaves nothing half done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias, assert_never, runtime_checkable

from agent.explaining import explained
from agent.judge import Allowed, Denied, judge
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.planner import plan
from agent.prompt import TURNS_KEPT, Turn
from agent.referring import Spoken
from agent.state import CredentialEntry, state_of
from agent.talking import Talk
from did.errors import DIDError
from wallet.actions import PLANNED
from wallet.actions.consent import (
    Declined,
    decide,
    proposed,
    refuse,
    revised,
    run,
    unanswered,
)
from wallet.actions.explaining import why
from wallet.actions.journal import Asker
from wallet.actions.moment import Moment
from wallet.actions.reading import reading
from wallet.actions.stepping import after, filled
from wallet.errors import WalletError
from wallet.memory import language
from wallet.messages import Message, language_of, say
from wallet.pending import PendingPlan, PlannedStep, keep

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from agent.model import Model
    from agent.state import Entry
    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.actions.registry import Action
    from wallet.actions.result import Result
    from wallet.verify.report import Report
    from wallet.wallet import Wallet


@runtime_checkable
class Stoppable(Protocol):
    """A model that can be called off while it answers."""

    def cancel(self) -> None:
        """Stop; whoever asked gets an error."""
        ...


@dataclass(frozen=True, slots=True)
class Planned:
    """What was understood, before anything is done."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Asked:
    """Something is missing; the next message may say it."""

    ask: Ask
    question: Message


@dataclass(frozen=True, slots=True)
class NeedsConsent:
    """A deed, worked out to the last byte, waits for an answer."""

    proposal: Proposal
    place: int  # which step of the plan, from 1
    steps: int  # how many the plan has
    pending: PendingPlan  # what is kept where nobody answers: this step, and those after it


@dataclass(frozen=True, slots=True)
class Ran:
    """A step was done."""

    step: Step
    result: Result


@dataclass(frozen=True, slots=True)
class Refused:
    """The person said no; the steps after it are not done either."""

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class NotServed:
    """The wallet does nothing about this message."""

    reason: Message


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences that explain or remind; nothing is done."""

    sentences: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Spoke:
    """A piece of what an instruct model says in its own words; the last one is empty."""

    piece: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A step failed; the steps after it are not done."""

    error: WalletError | DIDError


Event = Planned | Asked | NeedsConsent | Ran | Refused | NotServed | Told | Spoke | Failed
TurnOfEvents: TypeAlias = "Generator[Event, Answer | None, None]"

_UNSERVED = say(
    "I cannot help with that. I can create and publish DIDs, keep contacts, issue, show, verify"
    " and present credentials, pay, remind you, and keep the logs of products."
)
_QUESTIONS: Mapping[str, Message] = {
    "did": say("Which DID?"),
    "credential": say("Which credential?"),
    "verifier": say("To whom?"),
    "subject": say("About whom is it?"),
    "holder": say("Whom shall I ask?"),
    "type": say("What sort of credential?"),
    "name": say("Under what name?"),
    "query": say("What shall I look for?"),
    "source": say("From which file?"),
    "expires": say("Until when does it hold?"),
    "to": say("To whom?"),
    "amount": say("How much, in ether?"),
    "about": say("What shall I remind you of?"),
    "when": say("When?"),
    "endpoint": say("At what address?"),
    "product": say("Which product?"),
    "event": say("What happened?"),
}


class Conversation:
    """What was said so far with one wallet, and the next turn."""

    def __init__(
        self, wallet: Wallet, model: Model, *, actions: Mapping[str, Action] = PLANNED
    ) -> None:
        self._wallet = wallet
        self._model = model
        self._actions = actions
        self._talk = Talk(wallet, model)
        self._turns: list[Turn] = []
        self._spoken = Spoken()
        self._report: Report | None = None  # the last one that was shown
        self._left: tuple[PlannedStep, ...] = ()  # what was shown last, and not agreed to
        self.language = "en"

    def say(self, message: str) -> TurnOfEvents:
        """One turn."""
        self.language = language(self._wallet.vault) or language_of(message)
        told = explained(message, report=self._report, steps=self._left, actions=self._actions)
        if told:
            yield Told(told)
            yield from self._speak(message, told)
            return
        try:
            judgement = self._understand(message)
        except WalletError as error:
            yield Failed(error)
            return
        match judgement:
            case Denied(reason):
                yield NotServed(reason)
            case Allowed(allowed):
                self._left = ()
                yield Planned(allowed)
                yield from self._answer(allowed, message)
            case _:
                assert_never(judgement)

    def leave(self, asked: NeedsConsent) -> None:
        """Nobody could be asked about a deed: keep it for `approve`; its turn is closed."""
        with self._wallet.vault.transaction():
            keep(self._wallet.vault, asked.pending)
            unanswered(self._wallet, asked.proposal, asked=Asker.AGENT)

    def break_off(self, asked: NeedsConsent, error: BaseException | None = None) -> None:
        """The question was broken off: write it down; its turn is closed, and nothing waits."""
        broken = KeyboardInterrupt() if error is None else error
        unanswered(self._wallet, asked.proposal, asked=Asker.AGENT, error=broken)

    def cancel(self) -> None:
        """Call off what the model is asked now, from any thread; its turn ends with `Failed`."""
        if isinstance(self._model, Stoppable):
            self._model.cancel()

    def _understand(self, message: str) -> Allowed | Denied:
        said = (*(turn.text for turn in self._turns), message)
        state = state_of(self._wallet, " ".join(said))
        planned = plan(message, state, self._model, history=self._turns, actions=self._actions)
        meant = planned.plan
        if not planned.turn.offered:  # of several that were named, one has to be chosen
            meant = self._spoken.filled(meant, message, state, self._actions)
        judgement = judge(meant, said=said, state=state, actions=self._actions)
        self._turns = [*self._turns, planned.turn][-TURNS_KEPT:]
        return judgement

    def _answer(self, plan: Plan, message: str) -> TurnOfEvents:
        match plan:
            case Decline() if self._talk.is_possible():
                yield from self._speak(message, (_UNSERVED,))
            case Decline():
                yield NotServed(_UNSERVED)
            case Ask():
                yield Asked(plan, self._question(plan))
            case Steps(steps):
                yield from self._run(steps, message)
            case _:
                assert_never(plan)

    def _speak(self, message: str, facts: tuple[Message, ...]) -> TurnOfEvents:
        """What an instruct model says about it; nothing where the model only plans."""
        try:
            if self._talk.is_possible():
                for piece in self._talk.answer(message, tuple(map(str, facts)), self.language):
                    yield Spoke(piece)
                yield Spoke("")
        except WalletError as error:
            yield Spoke("")
            yield Failed(error)

    def _run(self, steps: tuple[Step, ...], message: str) -> TurnOfEvents:
        made: list[str | None] = []
        try:
            for step in steps:
                done = yield from self._step(steps, made)
                if done is None:
                    return
                arguments = filled(self._actions[step.action], step.arguments, made)
                self._spoken.remember(arguments, self._actions[step.action], done.made)
                made.append(done.made)
                yield Ran(step, done)
                yield from self._comment(step, done, message)
        except (WalletError, DIDError) as error:
            yield Failed(error)
        finally:
            # Of what was broken off half done, a correction would do the first half again.
            done_with = steps[: len(made)]
            if len(made) < len(steps) and any(
                self._actions[step.action].needs_consent for step in done_with
            ):
                self._turns.clear()

    def _comment(self, step: Step, done: Result, message: str) -> TurnOfEvents:
        """What is said beside a result: an explanation, or an instruct model's own words."""
        if step.action == "help":
            yield from self._speak(message, (done.summary,))
        if done.report is not None:
            self._report = done.report
            if told := why(done.report):
                yield Told(told)

    def _step(
        self, steps: tuple[Step, ...], made: list[str | None]
    ) -> Generator[Event, Answer | None, Result | None]:
        """Do the step after those that made what they made; None where the person said no."""
        step = steps[len(made)]
        action = self._actions[step.action]
        arguments = filled(action, step.arguments, made)
        if not action.needs_consent:
            return reading(self._wallet, action, arguments, asked=Asker.AGENT)
        moment = Moment.of(self._wallet)
        with moment.held(self._wallet) as held:
            proposal = proposed(held, action, arguments, asked=Asker.AGENT, can_type=True)
        left = [PlannedStep(one.action, one.arguments) for one in steps]
        kept = PendingPlan(
            proposal.digest,
            after(left, made, self._actions),
            proposal.statement.plain(),
            moment.at,
            moment.seed,
        )
        self._left = kept.steps
        answer = yield NeedsConsent(proposal, len(made) + 1, len(steps), kept)
        if answer is None:
            raise TypeError("a NeedsConsent is answered by sending an Answer")
        decision = decide(proposal, answer)
        self._left = () if answer.yes else self._left
        if isinstance(decision, Declined):
            refuse(self._wallet, proposal, decision, asked=Asker.AGENT)
            if (others := revised(step.arguments, answer)) is not None:
                asked_anew = replace(step, arguments=others)
                at = len(made)
                return (yield from self._step((*steps[:at], asked_anew, *steps[at + 1 :]), made))
            yield Refused(proposal)
            return None
        return run(self._wallet, proposal, decision, asked=Asker.AGENT)

    def _question(self, ask: Ask) -> Message:
        """What the agent asks back, with the choices where there are few."""
        name = ask.missing[0]
        parameter = self._actions[ask.action].parameter(name)
        offered = self._turns[-1].offered if self._turns else ()
        if offered:
            choices = "; ".join(f"{at}. {_label(each)}" for at, each in enumerate(offered, start=1))
            return say("Which one: {choices}?", choices=choices)
        return _QUESTIONS.get(name, say("What about {parameter}?", parameter=say(parameter.help)))


def _label(entry: Entry) -> str:
    """What to call an entry so that it is told from others of its name."""
    if not isinstance(entry, CredentialEntry):
        return entry.name or entry.id
    label = entry.name or entry.type
    return f"{label} ({entry.issuer})" if entry.issuer else label
