"""The judge: whether a plan may be shown to the person at all. Pure; it trusts no model.

Whatever wrote the plan, each step must be a registered action with arguments it takes; every
entry must be the wallet's; every text must stand in what the person wrote, character for
character; and whoever receives something must be a contact or have been typed out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, assert_never

from agent.amounts import amount_of
from agent.draft import MAX_STEPS
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.words import Units, mask
from did.errors import DIDError
from did.identifier import DID
from wallet.actions.registry import Action, Kind, Parameter
from wallet.errors import BadInput
from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agent.state import State

LONGEST_AMOUNT: Final = 12  # words


@dataclass(frozen=True, slots=True)
class Allowed:
    """The plan may be shown, and run as far as the person agrees."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Denied:
    """The plan is not even shown."""

    reason: Message


Judgement = Allowed | Denied


class _Objection(Exception):
    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def judge(
    plan: Plan,
    *,
    said: Sequence[str],
    state: State,
    actions: Mapping[str, Action],
) -> Judgement:
    """A plan, held against what the person wrote (`said`, every user turn) and the wallet."""
    case = _Case(_one_line(said), state, actions)
    try:
        match plan:
            case Steps(steps):
                case.check_all(steps)
            case Ask(action, known, _):
                case.check_known(Step(action, known), earlier=0)
            case Decline():
                pass
            case _:
                assert_never(plan)
    except _Objection as objection:
        return Denied(objection.reason)
    return Allowed(plan)


def _one_line(said: Sequence[str]) -> tuple[str, ...]:
    """Each turn as the planner read it, with its literals back in their places."""
    masked = [mask(text) for text in said]
    return tuple(turn.restore(turn.text) for turn in masked)


@dataclass(frozen=True, slots=True)
class _Case:
    said: tuple[str, ...]
    state: State
    actions: Mapping[str, Action]

    def check_all(self, steps: tuple[Step, ...]) -> None:
        """Every step, in order."""
        if not 0 < len(steps) <= MAX_STEPS:
            raise _Objection(say("a plan has one to {most} steps", most=MAX_STEPS))
        for at, step in enumerate(steps):
            self._check(step, earlier=at)

    def _check(self, step: Step, *, earlier: int) -> None:
        """One step, complete."""
        action = self.check_known(step, earlier=earlier)
        try:
            action.check(step.arguments)
        except BadInput as error:
            raise _Objection(say("{problem}", problem=error)) from error

    def check_known(self, step: Step, *, earlier: int) -> Action:
        """The arguments that are there, whether or not others are missing."""
        action = self.actions.get(step.action)
        if action is None:
            raise _Objection(say("there is no action {name}", name=step.action))
        parameters = {parameter.name: parameter for parameter in action.planned_parameters}
        for name, value in step.arguments.items():
            if name not in parameters:
                raise _Objection(
                    say("{action} takes no {name} here", action=action.name, name=name)
                )
            self._check_value(parameters[name], value, earlier)
        return action

    def _check_value(self, parameter: Parameter, value: Any, earlier: int) -> None:
        match parameter.kind:
            case Kind.DID | Kind.CREDENTIAL | Kind.CONTACT | Kind.PRODUCT:
                self._check_entry(parameter, value, earlier)
            case Kind.CHOICE:
                if value not in parameter.choices:
                    raise _Objection(say("{value} is no choice here", value=value))
            case Kind.TEXT:
                self._check_text(parameter, value)
            case Kind.TEXTS:
                self._check_said(*value)
            case Kind.CLAIMS:
                self._check_said(*value.keys(), *value.values())
            case Kind.NAMES:
                self._check_names(value)
            case Kind.AMOUNT:
                self._check_amount(value)
            case Kind.TIME | Kind.PATH | Kind.DOCUMENTS | Kind.NUMBER | Kind.FLAG:
                pass  # a time was worked out from words; the others are never planned
            case _:
                assert_never(parameter.kind)

    def _check_entry(self, parameter: Parameter, value: str, earlier: int) -> None:
        if value.startswith("$"):
            if value[1:] not in map(str, range(1, earlier + 1)):
                raise _Objection(say("{value} is the result of no earlier step", value=value))
            return
        if value in self._ids(parameter.kind, parameter.role):
            return
        if not parameter.literal:
            raise _Objection(say("the wallet does not hold {value}", value=value))
        self._check_said(value)
        if parameter.kind is not Kind.CREDENTIAL:
            self._check_did(value)

    def _check_text(self, parameter: Parameter, value: str) -> None:
        """Words that were said, or an entry where one may stand in their place."""
        if parameter.entry is None or value not in self._ids(parameter.entry, None):
            self._check_said(value)

    def _check_amount(self, value: str) -> None:
        """Some words of the person's say this amount."""
        spans = (span for line in self.said for span in _runs(line))
        if not any(amount_of(span) == value for span in spans):
            raise _Objection(say("nobody said {text}", text=value))

    def _ids(self, kind: Kind, role: str | None) -> frozenset[str]:
        match kind:
            case Kind.DID:
                return frozenset(entry.id for entry in self.state.dids)
            case Kind.CONTACT:
                return frozenset(entry.id for entry in self.state.contacts)
            case Kind.PRODUCT:
                return frozenset(entry.id for entry in self.state.products)
            case _:
                return frozenset(
                    entry.id for entry in self.state.credentials if role in {None, entry.role}
                )

    def _check_names(self, names: Sequence[str]) -> None:
        known = {claim for entry in self.state.credentials for claim in entry.claims}
        for name in names:
            if name not in known:
                raise _Objection(say("no credential has a claim {name}", name=name))

    def _check_said(self, *texts: str) -> None:
        for text in texts:
            if not text or not any(text in line for line in self.said):
                raise _Objection(say("nobody said {text}", text=text))

    def _check_did(self, text: str) -> None:
        try:
            DID.parse(text)
        except DIDError as error:
            raise _Objection(say("{text} is not a DID", text=text)) from error


def _runs(line: str) -> Iterator[str]:
    """Every run of a few neighbouring words, as long as an amount may be."""
    units = Units.of(line)
    for start in range(len(units.words)):
        text = units.words[start]
        yield text
        for at in range(start + 1, min(start + LONGEST_AMOUNT, len(units.words))):
            text += units.gaps[at - 1] + units.words[at]
            yield text
