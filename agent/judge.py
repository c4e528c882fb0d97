"""The judge: whether a plan may be shown to the person at all. Pure; it trusts no model.

Whatever wrote the plan, each step must be a registered action with arguments it takes, and each
argument must come from somewhere (`Source`): an entry must be the wallet's; a text must stand in
what the person wrote, character for character, and a DID, an account, a link or a path whole; and
whoever receives something must be a contact or have been typed out, and be no double of a contact
that the person named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, assert_never

from agent.amounts import amount_of
from agent.draft import MAX_STEPS
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.words import UNIT, Units, mask
from did.errors import DIDError
from did.identifier import DID
from wallet.actions.registry import Action, Kind, Parameter
from wallet.errors import BadInput
from wallet.lookalikes import looks_like
from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.state import State

LONGEST_AMOUNT: Final = 12  # words
_OF_ADDRESSES: Final = frozenset(".:/@\\_")
# Where an address goes on after what looks like a whole one: "./a.age" in "./a.age.txt".
_GOES_ON: Final = re.compile(r"(?<=[0-9A-Za-z])[._:/\\@%](?=[0-9A-Za-z])")
_BEGAN: Final = re.compile(r"(?<=[0-9A-Za-z])[._/\\@%](?=[0-9A-Za-z])")
_MINUS: Final = ("-", "\u2212", "\uff0d")
_NEGATIVE: Final = frozenset({"minus", "negative", "负", "負"})
PAYS: Final = "send_payment"  # to an account, too
_ACCOUNT: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)


# What an action makes that a later step may use; nothing else that one gives back is an entry.
_MAKES: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "create_did": Kind.DID,
        "issue_credential": Kind.CREDENTIAL,
        "import_credential": Kind.CREDENTIAL,
        "add_contact": Kind.CONTACT,
    }
)


class Source(Enum):
    """Where an argument comes from; there is no other place."""

    WALLET = "an entry of the wallet"
    TYPED = "words of the person's"
    STEP = "the result of an earlier step"
    ACTION = "one of the choices that the action declares"
    RULE = "worked out from words by a rule of the planner's, such as a time"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The plan may be shown, and run as far as the person agrees.

    `sources` says of each step where its arguments come from.
    """

    plan: Plan
    sources: tuple[Mapping[str, Source], ...] = field(default=(), compare=False)


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
    case = _Case(tuple(map(Said.of, said)), state, actions)
    sources: tuple[Mapping[str, Source], ...] = ()
    try:
        match plan:
            case Steps(steps):
                sources = case.check_all(steps)
            case Ask(action, known, _):
                sources = (case.check_known(Step(action, known), ()),)
            case Decline():
                pass
            case _:
                assert_never(plan)
    except _Objection as objection:
        return Denied(objection.reason)
    return Allowed(plan, sources)


@dataclass(frozen=True, slots=True)
class Said:
    """A turn of the person's as the planner read it, its literals back in their places.

    `cuts` are the places in the line where nothing is cut in two that is one: a word, or a DID, an
    account, a link or a path, which is another one without its end.
    """

    line: str
    cuts: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Said:
        """What was said, as it was typed."""
        masked = mask(text)
        line, cuts = "", {0}
        for piece, is_word in _pieces(masked.typed):
            whole = masked.literals.get(piece, piece)
            inside = (at for at in range(len(whole)) if not is_word or _may_cut(whole, at))
            cuts |= {len(line) + at for at in inside}
            line += whole
            cuts.add(len(line))
        joined = {match.start() for match in _GOES_ON.finditer(line)}
        joined |= {match.end() for match in _BEGAN.finditer(line)}
        return cls(line, frozenset(cuts - joined))

    def says(self, text: str) -> bool:
        """Whether the text stands there, and is no part of something that is one."""
        at = self.line.find(text)
        while at >= 0:
            if at in self.cuts and at + len(text) in self.cuts:
                return True
            at = self.line.find(text, at + 1)
        return False

    def names(self, name: str) -> bool:
        """Whether a name stands there, in capitals or not."""
        return name.casefold() in self.line.casefold()


def _pieces(line: str) -> Iterator[tuple[str, bool]]:
    """The words of a line and what stands between them, in order; and which it is."""
    rest = line
    for word in Units.of(line).words:
        before, _, rest = rest.partition(word)
        yield before, False
        yield word, True
    yield rest, False


def _may_cut(word: str, at: int) -> bool:
    """Whether a word may end or begin there: at its ends, and at a hyphen, but in no address."""
    if at == 0:
        return True
    is_address = not _OF_ADDRESSES.isdisjoint(word)
    return not is_address and not (word[at - 1].isalnum() and word[at].isalnum())


@dataclass(frozen=True, slots=True)
class _Case:
    said: tuple[Said, ...]
    state: State
    actions: Mapping[str, Action]

    def check_all(self, steps: tuple[Step, ...]) -> tuple[Mapping[str, Source], ...]:
        """Every step, in order; where their arguments come from."""
        if not 0 < len(steps) <= MAX_STEPS:
            raise _Objection(say("a plan has one to {most} steps", most=MAX_STEPS))
        return tuple(self._check(step, steps[:at]) for at, step in enumerate(steps))

    def _check(self, step: Step, earlier: tuple[Step, ...]) -> Mapping[str, Source]:
        """One step, complete."""
        sources = self.check_known(step, earlier)
        try:
            self.actions[step.action].check(step.arguments)
        except BadInput as error:
            raise _Objection(say("{problem}", problem=error)) from error
        return sources

    def check_known(self, step: Step, earlier: tuple[Step, ...]) -> Mapping[str, Source]:
        """The arguments that are there, whether or not others are missing."""
        action = self.actions.get(step.action)
        if action is None:
            raise _Objection(say("there is no action {name}", name=step.action))
        parameters = {parameter.name: parameter for parameter in action.planned_parameters}
        sources: dict[str, Source] = {}
        for name, value in step.arguments.items():
            if name not in parameters:
                raise _Objection(
                    say("{action} takes no {name} here", action=action.name, name=name)
                )
            sources[name] = self._source(action, parameters[name], value, earlier)
        return sources

    def _source(
        self, action: Action, parameter: Parameter, value: Any, earlier: tuple[Step, ...]
    ) -> Source:
        match parameter.kind:
            case Kind.DID | Kind.CREDENTIAL | Kind.CONTACT | Kind.PRODUCT:
                return self._entry(action, parameter, value, earlier)
            case Kind.CHOICE if value in parameter.choices:
                return Source.ACTION
            case Kind.CHOICE:
                raise _Objection(say("{value} is no choice here", value=value))
            case Kind.TEXT | Kind.TEXTS | Kind.CLAIMS:
                return self._words(parameter, value)
            case Kind.NAMES:
                return self._names(value)
            case Kind.AMOUNT:
                return self._amount(value)
            case Kind.TIME:
                return Source.RULE
            case Kind.PATH | Kind.DOCUMENTS | Kind.NUMBER | Kind.FLAG:
                raise _Objection(  # none of these is planned, and so nobody said it
                    say("{action} takes no {name} here", action=action.name, name=parameter.name)
                )
            case _:
                assert_never(parameter.kind)

    def _entry(
        self, action: Action, parameter: Parameter, value: str, earlier: tuple[Step, ...]
    ) -> Source:
        if value.startswith("$"):
            return self._step(parameter, value, earlier)
        if value in self._ids(parameter.kind, parameter.role):
            if parameter.kind is Kind.CONTACT:
                self._refuse_double(value)
            return Source.WALLET
        if not parameter.literal:
            raise _Objection(say("the wallet does not hold {value}", value=value))
        source = self._typed(value)
        is_account = action.name == PAYS and _ACCOUNT.fullmatch(value)
        if parameter.kind is not Kind.CREDENTIAL and not is_account:
            self._check_did(value)
        return source

    def _step(self, parameter: Parameter, value: str, earlier: tuple[Step, ...]) -> Source:
        """The result of an earlier step, if that makes what is wanted."""
        if value[1:] not in map(str, range(1, len(earlier) + 1)):
            raise _Objection(say("{value} is the result of no earlier step", value=value))
        made = _MAKES.get(earlier[int(value[1:]) - 1].action)
        whom = {Kind.CONTACT: {Kind.CONTACT, Kind.DID}}  # a DID of the wallet's is somebody, too
        if made not in whom.get(parameter.kind, {parameter.kind}):
            raise _Objection(say("{value} is nothing that could stand here", value=value))
        return Source.STEP

    def _refuse_double(self, name: str) -> None:
        """Nobody is taken for the contact whose name the person wrote."""
        if any(said.names(name) for said in self.said):
            return
        for other in self.state.contacts:
            if looks_like(other.name, name) and any(said.names(other.name) for said in self.said):
                raise _Objection(
                    say("{name} looks like {other}, and is somebody else", name=name,
                        other=other.name)
                )  # fmt: skip

    def _amount(self, value: str) -> Source:
        """Some words of the person's say this amount, and are no part of those for another."""
        if not any(value in _amounts(said.line) for said in self.said):
            raise _Objection(say("nobody said {text}", text=value))
        return Source.TYPED

    def _ids(self, kind: Kind, role: str | None) -> frozenset[str]:
        return frozenset(entry.id for entry in self.state.entries(kind, role=role))

    def _names(self, names: Sequence[str]) -> Source:
        known = {claim for entry in self.state.credentials for claim in entry.claims}
        for name in names:
            if name not in known:
                raise _Objection(say("no credential has a claim {name}", name=name))
        return Source.WALLET

    def _words(
        self, parameter: Parameter, value: str | Mapping[str, str] | Sequence[str]
    ) -> Source:
        if isinstance(value, str):
            is_entry = parameter.entry is not None and value in self._ids(parameter.entry, None)
            return Source.WALLET if is_entry else self._typed(value)
        return self._typed(*value, *(value.values() if isinstance(value, Mapping) else ()))

    def _typed(self, *texts: str) -> Source:
        for text in texts:
            if not text or not any(said.says(text) for said in self.said):
                raise _Objection(say("nobody said {text}", text=text))
        return Source.TYPED

    def _check_did(self, text: str) -> None:
        try:
            DID.parse(text)
        except DIDError as error:
            raise _Objection(say("{text} is not a DID", text=text)) from error


def _amounts(line: str) -> frozenset[str]:
    """The amounts that a line says: "two hundred" is 200, and not 2."""
    found: list[tuple[int, int, str]] = []
    for start, end, text in _runs(line):
        amount = amount_of(text)
        if amount is not None:
            found.append((start, end, amount))
    return frozenset(
        amount
        for start, end, amount in found
        if all(other == amount or first > start or last < end for first, last, other in found)
    )


def _runs(line: str) -> Iterator[tuple[int, int, str]]:
    """Every run of neighbouring words, as long as an amount may be, but what is below zero.

    The places of its first word and of the last stand before it; a point that begins it is its own.
    """
    units = Units.of(line)
    first, *_ = UNIT.split(line, maxsplit=1)
    for start, gap in enumerate((first, *units.gaps)[: len(units.words)]):
        if start and _is_minus(units.words[start - 1], gap):
            continue
        text = f".{units.words[start]}" if gap.endswith(".") else units.words[start]
        yield start, start, text
        for at in range(start + 1, min(start + LONGEST_AMOUNT, len(units.words))):
            text += units.gaps[at - 1] + units.words[at]
            yield start, at, text


def _is_minus(word: str, gap: str) -> bool:
    """Whether a word, and what stands between it and the next, turn that below zero."""
    return gap.endswith(_MINUS) or (word.casefold() in _NEGATIVE and not gap.strip())
