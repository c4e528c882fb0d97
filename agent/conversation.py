"""The conversation: a turn is a stream of events that any face draws.

Understand, plan, judge; ask for what is missing; show each deed and wait for the answer; do it;
report. A turn is a generator: it yields events, and `NeedsConsent` is answered by sending an
`Answer` back. Closing the generator anywhere leaves nothing half done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from agent.judge import Allowed, Denied, judge
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.planner import plan
from agent.prompt import TURNS_KEPT, Turn
from agent.state import CredentialEntry, state_of
from did.errors import DIDError
from wallet.actions import PLANNED
from wallet.actions.consent import Declined, decide, proposed, refuse, run, unanswered
from wallet.actions.journal import Asker
from wallet.actions.registry import Kind
from wallet.errors import WalletError
from wallet.messages import Message, language_of, say

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from agent.model import Model
    from agent.state import Entry
    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.actions.registry import Action
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


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
class Failed:
    """A step failed; the steps after it are not done."""

    error: WalletError | DIDError


Event = Planned | Asked | NeedsConsent | Ran | Refused | NotServed | Failed
TurnOfEvents: TypeAlias = "Generator[Event, Answer | None, None]"

# Only an entry can be an earlier step's result; "$1" in a text is what the person wrote.
_ENTRIES = frozenset({Kind.DID, Kind.CREDENTIAL, Kind.CONTACT, Kind.PRODUCT})
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
        self._turns: list[Turn] = []
        self.language = "en"

    def say(self, message: str) -> TurnOfEvents:
        """One turn."""
        self.language = language_of(message)
        try:
            judgement = self._understand(message)
        except WalletError as error:
            yield Failed(error)
            return
        match judgement:
            case Denied(reason):
                yield NotServed(reason)
            case Allowed(allowed):
                yield Planned(allowed)
                yield from self._answer(allowed)
            case _:
                assert_never(judgement)

    def leave(self, proposal: Proposal) -> None:
        """Write down that nobody could be asked about a deed; its turn is closed."""
        unanswered(self._wallet, proposal, asked=Asker.AGENT)

    def _understand(self, message: str) -> Allowed | Denied:
        state = state_of(self._wallet)
        planned = plan(message, state, self._model, history=self._turns, actions=self._actions)
        said = (*(turn.text for turn in self._turns), message)
        judgement = judge(planned.plan, said=said, state=state, actions=self._actions)
        self._turns = [*self._turns, planned.turn][-TURNS_KEPT:]
        return judgement

    def _answer(self, plan: Plan) -> TurnOfEvents:
        match plan:
            case Decline():
                yield NotServed(_UNSERVED)
            case Ask():
                yield Asked(plan, self._question(plan))
            case Steps(steps):
                yield from self._run(steps)
            case _:
                assert_never(plan)

    def _run(self, steps: tuple[Step, ...]) -> TurnOfEvents:
        made: list[str | None] = []
        for place, step in enumerate(steps, start=1):
            try:
                done = yield from self._step(step, made, place, len(steps))
            except (WalletError, DIDError) as error:
                yield Failed(error)
                return
            if done is None:
                return
            made.append(done.made)
            yield Ran(step, done)

    def _step(
        self, step: Step, made: list[str | None], place: int, steps: int
    ) -> Generator[Event, Answer | None, Result | None]:
        """Do one step; None where the person said no."""
        action = self._actions[step.action]
        arguments = {
            name: _filled(value, made) if action.parameter(name).kind in _ENTRIES else value
            for name, value in step.arguments.items()
        }
        if action.propose is None:
            assert action.read is not None  # noqa: S101 - an action has one or the other
            return action.read(self._wallet, arguments)
        proposal = proposed(self._wallet, action.propose, arguments, asked=Asker.AGENT)
        answer = yield NeedsConsent(proposal, place, steps)
        if answer is None:
            raise TypeError("a NeedsConsent is answered by sending an Answer")
        decision = decide(proposal, answer)
        if isinstance(decision, Declined):
            refuse(self._wallet, proposal, decision, asked=Asker.AGENT)
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


def _filled(value: Any, made: list[str | None]) -> Any:
    """The value, with an earlier step's result in place of `$1`."""
    if isinstance(value, str) and value.startswith("$"):
        return made[int(value[1:]) - 1] or value
    return value
