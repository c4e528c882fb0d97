"""From a message to a plan: prompt, grammar, model, and then rules.

The model says which actions were asked for and which words and entries belong to them. What
follows from that is not left to it: literals are put back, times are worked out of words that the
person said, what is missing is found, and an entry that nobody named is taken only where the wallet
holds just one that fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, assert_never

from agent.amounts import amount_of, names_ether
from agent.draft import (
    Draft,
    DraftStep,
    Handle,
    Names,
    Pairs,
    Span,
    Spans,
    Unknown,
    Value,
    Word,
)
from agent.errors import MessageTooLong, ModelFailed
from agent.instruct import line_of
from agent.judge import Said
from agent.phrases import named, thing_issued
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.prompt import LONGEST_MESSAGE, TURNS_KEPT, Prompt, Turn, compose
from agent.state import CredentialEntry
from agent.times import time_of
from agent.widening import widened
from agent.words import canonical
from wallet.actions import PLANNED
from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agent.model import Model
    from agent.state import Entry, State

MOST_OFFERED: Final = 4
_NAMES: Final = frozenset({"name", "type"})  # what is cut free of the grammar around it


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and the turn that a later message may refer to."""

    plan: Plan
    turn: Turn


def plan(
    message: str,
    state: State,
    model: Model,
    *,
    history: Sequence[Turn] = (),
    actions: Mapping[str, Action] = PLANNED,
) -> Planned:
    """What the message asks for.

    Raises:
        MessageTooLong: there is more text than the model can read.
        ModelFailed, NoModel: the model gave no answer.
    """
    if len(message) > LONGEST_MESSAGE:
        raise MessageTooLong(
            f"that is more than {LONGEST_MESSAGE} characters", hint="say it in fewer words"
        )
    prompt = compose(state, history, message)
    line = line_of(model, prompt, actions)
    said = (message, *(turn.text for turn in history[-TURNS_KEPT:]))
    try:
        draft = Draft.read(line)
        understood = _Rules(prompt, state, actions, said).plan(draft)
    except (ValueError, KeyError) as error:
        raise ModelFailed("the model's answer cannot be read", hint="say it again") from error
    if not isinstance(understood, Ask):
        return Planned(understood, Turn(message, draft, (), _entries(draft, prompt)))
    offered = _offered(understood, actions[understood.action], prompt)
    turn = Turn(message, draft, understood.missing, _entries(draft, prompt), offered)
    return Planned(understood, turn)


def _offered(ask: Ask, action: Action, prompt: Prompt) -> tuple[Entry, ...]:
    """The few entries that the message may mean by what is asked for first."""
    parameter = action.parameter(ask.missing[0])
    entries = prompt.shortlist.named(parameter.kind)
    fitting = tuple(
        entry
        for entry in entries
        if not isinstance(entry, CredentialEntry) or _fits(parameter, entry)
    )
    return fitting if 1 < len(fitting) <= MOST_OFFERED else ()


def _entries(draft: Draft, prompt: Prompt) -> dict[str, Entry]:
    """What the draft's handles stand for."""
    values = [value for step in draft.steps for _, value in step.arguments]
    names = [value.name for value in values if isinstance(value, Handle)]
    return {name: prompt.shortlist.entry(name) for name in names if not name.startswith("$")}


def _texts(draft: Draft) -> Iterator[str]:
    """The words of the message that the draft makes something of."""
    for step in draft.steps:
        for _, value in step.arguments:
            match value:
                case Span(text):
                    yield text
                case Spans(texts):
                    yield from texts
                case Pairs(pairs):
                    yield from chain.from_iterable(pairs)
                case Handle() | Unknown() | Word() | Names():
                    pass
                case _:
                    assert_never(value)


class _Missing:
    """The person must say it: nothing was said, or nothing that can be used."""


_MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class _Rules:
    """The contract's rules that turn a draft into a plan."""

    prompt: Prompt
    state: State
    actions: Mapping[str, Action]
    said: tuple[str, ...]

    def plan(self, draft: Draft) -> Plan:
        steps: list[Step] = []
        texts = tuple(map(self._restored, _texts(draft)))
        for drafted in draft.steps:
            action = self.actions[drafted.action]
            known, missing = self._arguments(action, drafted, texts)
            if missing:
                return Ask(action.name, MappingProxyType(known), missing)
            step = Step(action.name, MappingProxyType(known))
            if step not in steps:  # nobody means the very same thing twice
                steps.append(step)
        return Steps(tuple(steps)) if steps else Decline()

    def _arguments(
        self, action: Action, drafted: DraftStep, texts: tuple[str, ...]
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What is known, by parameter, and what is missing.

        Raises:
            ValueError: the action takes no such argument.
        """
        said = dict(drafted.arguments)
        if strange := said.keys() - {each.name for each in action.planned_parameters}:
            raise ValueError(f"{action.name} takes no {strange}")
        currencies = [each for each in action.planned_parameters if each.name == "currency"]
        known: dict[str, Any] = {}
        missing: list[str] = []
        for parameter in action.planned_parameters:
            given = said.get(parameter.name) or self._overlooked(parameter, said)
            value = self._value(parameter, given, texts)
            if isinstance(value, _Missing):
                missing.append(parameter.name)
            elif value is not None:
                known[parameter.name] = value
            if parameter.kind is Kind.AMOUNT and self._is_in_ether(said.get(parameter.name)):
                known |= {each.name: each.choices[0] for each in currencies}
        return known, tuple(missing)

    def _value(self, parameter: Parameter, said: Value | None, texts: tuple[str, ...]) -> Any:
        """The argument; None where it is left out; `_MISSING` where the person must say it."""
        match said:
            case None:
                return self._only_one(parameter) if parameter.required else None
            case Unknown():
                return _MISSING if parameter.required else None
            case Handle(name):
                return name if name.startswith("$") else self.prompt.shortlist.entry(name).id
            case Span(text):
                return self._text(parameter, text, texts)
            case Word(text):
                return text
            case Names(names):
                return self._claims(names)
            case Spans(texts):
                return [self._restored(text) for text in texts]
            case Pairs(pairs):
                return {self._restored(name): self._restored(text) for name, text in pairs}
            case _:
                assert_never(said)

    def _is_in_ether(self, said: Value | None) -> bool:
        """Whether an amount's own words name ether: "0.3ETH", "half an ether"."""
        return isinstance(said, Span) and names_ether(self._restored(said.text))

    def _claims(self, names: tuple[str, ...]) -> list[str]:
        """Claim names as the credentials have them; the model reads them as it reads all words."""
        listed = self.prompt.shortlist.credentials
        known = {canonical(c).strip(" "): c for each in listed for c in each.entry.claims}
        return [known.get(name, name) for name in names]

    def _text(self, parameter: Parameter, text: str, texts: tuple[str, ...]) -> Any:
        """What is made of a span; `texts` are the spans of all that is planned."""
        restored = self._restored(text)
        others = [other for other in texts if other != restored]
        match parameter.kind:
            case Kind.TIME:
                is_said = any(Said.of(turn).says(restored) for turn in self.said)
                by_rule = partial(time_of, now=self.state.now, by_rule=True)
                whole = widened(restored, self.prompt.message.typed, others, by_rule)
                return (is_said and time_of(whole, self.state.now)) or _MISSING
            case Kind.AMOUNT:
                whole = widened(restored, self.prompt.message.typed, others, amount_of)
                return amount_of(whole) or _MISSING
            case _ if parameter.name in _NAMES:
                return named(restored, self._lines(), self._known())
            case _:
                return restored

    def _overlooked(self, parameter: Parameter, said: Mapping[str, Value]) -> Value | None:
        """What is to be issued to whom, where the model left it out and the message says it."""
        if parameter.name != "type" or not isinstance(said.get("subject"), Handle | Span):
            return None
        thing = thing_issued(self.prompt.message.text)
        return None if thing is None else Span(thing)

    def _lines(self) -> tuple[str, ...]:
        """What was said, as it was typed; literals are marks."""
        return tuple(line.typed for line in (self.prompt.message, *self.prompt.earlier))

    def _known(self) -> Iterator[str]:
        """What the wallet's DIDs, contacts and products are called."""
        state = self.state
        entries: tuple[Entry, ...] = (*state.dids, *state.contacts, *state.products)
        return (entry.name for entry in entries)

    def _restored(self, text: str) -> str:
        return self.prompt.restore(text)

    def _only_one(self, parameter: Parameter) -> Any:
        fitting = _fitting(parameter, self.state)
        return fitting[0].id if len(fitting) == 1 else _MISSING


def _fitting(parameter: Parameter, state: State) -> tuple[Entry, ...]:
    """The wallet's entries that the parameter could take."""
    match parameter.kind:
        case Kind.DID:
            return state.dids
        case Kind.CONTACT:
            return state.contacts
        case Kind.PRODUCT:
            return state.products
        case Kind.CREDENTIAL:
            return tuple(entry for entry in state.credentials if _fits(parameter, entry))
        case _:
            return ()


def _fits(parameter: Parameter, entry: CredentialEntry) -> bool:
    return parameter.role in {None, entry.role}
