"""The turns before a message, from the plans that the contract writes for them.

A plan holds what words came to, not the words: a time and an amount are looked for again in what
the person wrote then, and left out where nothing there comes to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from agent.amounts import amount_of, with_point
from agent.candidates import labels
from agent.draft import Draft, DraftStep, Handle, Names, Pairs, Span, Spans, Value, Word
from agent.links import links
from agent.prompt import Turn
from agent.state import ContactEntry, CredentialEntry, DIDEntry, Entry, ProductEntry, State
from agent.times import time_of
from agent.words import Masked, Units, canonical, mask
from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LONGEST_RUN: Final = 16  # words of a time or an amount
_SORTS: Final = {
    Kind.DID: DIDEntry, Kind.CREDENTIAL: CredentialEntry, Kind.CONTACT: ContactEntry,
    Kind.PRODUCT: ProductEntry,
}  # fmt: skip


def turns(
    history: Sequence[Mapping[str, Any]], state: State, actions: Mapping[str, Action]
) -> list[Turn]:
    """The contract's `history`, as the planner keeps it.

    Raises:
        KeyError, TypeError: the history is not of the contract's shape.
    """
    literals: dict[str, str] = {}
    found = []
    for place, turn in enumerate(history):
        if turn["role"] != "user":
            continue
        answer = history[place + 1] if place + 1 < len(history) else {}
        said = mask(turn["text"], literals)
        literals = said.literals
        found.append(_Reader(said, state, actions).turn(turn["text"], answer))
    return found


class _Reader:
    """One exchange, read."""

    def __init__(self, said: Masked, state: State, actions: Mapping[str, Action]) -> None:
        self._said = said
        self._state = state
        self._actions = actions
        self._entries: dict[str, Entry] = {}

    def turn(self, text: str, answer: Mapping[str, Any]) -> Turn:
        """What was said, and what it became."""
        plan = answer.get("plan") or []
        missing: tuple[str, ...] = ()
        offered: tuple[Entry, ...] = ()
        hinted: tuple[Entry, ...] = ()
        if plan and plan[0]["action"] == "ask":
            asked = plan[0]["arguments"]
            plan = [{"action": asked["action"], "arguments": asked.get("known") or {}}]
            missing = tuple(asked["missing"])
            offered = self._offered(asked["action"], missing, answer.get("text", ""))
            hinted = self._hinted(asked["action"], missing, answer.get("text", ""))
        steps = tuple(self._step(step) for step in plan if step["action"] in self._actions)
        return Turn(text, Draft(steps), missing, self._entries, offered, hinted)

    def _step(self, step: Mapping[str, Any]) -> DraftStep:
        given = step.get("arguments") or {}
        arguments = []
        for parameter in self._actions[step["action"]].planned_parameters:
            if parameter.name in given:
                value = self._value(parameter, given[parameter.name])
                if value is not None:
                    arguments.append((parameter.name, value))
        return DraftStep(step["action"], tuple(arguments))

    def _value(self, parameter: Parameter, value: Any) -> Value | None:
        if isinstance(value, str) and value.startswith("$"):
            return Handle(value)
        match parameter.kind:
            case Kind.DID | Kind.CREDENTIAL | Kind.CONTACT | Kind.PRODUCT:
                return self._entry(parameter.kind, value) or self._span(value)
            case Kind.CHOICE:
                return Word(value)
            case Kind.CLAIMS:
                return Pairs(tuple((self._as_read(k), self._as_read(v)) for k, v in value.items()))
            case Kind.NAMES:
                return Names(tuple(canonical(name).strip(" ") for name in value))
            case Kind.TEXTS:
                return Spans(tuple(map(self._as_read, value)))
            case Kind.TIME:
                return self._run(lambda run: time_of(run, self._state.now) == value)
            case Kind.AMOUNT:
                typed = self._said.typed
                return self._run(lambda run: amount_of(with_point(run, typed)) == str(value))
            case _:
                known = self._entry(parameter.entry, value) if parameter.entry else None
                return known or self._span(value)

    def _entry(self, kind: Kind, id_: str) -> Handle | None:
        entry = next((entry for entry in self._state.entries(kind) if entry.id == id_), None)
        if entry is None:
            return None
        name = f"X{len(self._entries) + 1}"
        self._entries[name] = entry
        return Handle(name)

    def _span(self, text: str) -> Span:
        return Span(self._as_read(text))

    def _as_read(self, text: str) -> str:
        """A text of the person's as the model reads it."""
        return self._said.reads(text) or canonical(text).strip(" ")

    def _run(self, fits: Callable[[str], bool]) -> Span | None:
        """The longest run of words that fits."""
        units = Units.of(self._said.typed)
        run = next((run for run in _runs(units) if fits(run)), None)
        return self._span(run) if run else None

    def _kinds(self, action: str, missing: tuple[str, ...]) -> frozenset[Kind]:
        """The kinds of entries that were asked for."""
        if action not in self._actions:
            return frozenset()
        return frozenset(
            parameter.kind
            for parameter in self._actions[action].planned_parameters
            if parameter.name in missing and parameter.kind in _SORTS
        )

    def _offered(self, action: str, missing: tuple[str, ...], said: str) -> tuple[Entry, ...]:
        """The entries that the agent named when it asked, in the order it named them."""
        kinds = self._kinds(action, missing)
        found = [
            (min(places), entry)
            for kind in kinds
            for entry in self._state.entries(kind)
            if (places := [at for label in labels(entry) if (at := _place(label, said)) >= 0])
        ]
        found.sort(key=lambda pair: pair[0])
        return tuple(entry for _, entry in found) if len(found) > 1 else ()

    def _hinted(self, action: str, missing: tuple[str, ...], said: str) -> tuple[Entry, ...]:
        """The entries that a part of the name stands for, each alone: "pallet 14 or pallet 41?"."""
        kinds = self._kinds(action, missing)
        known = {
            f"{kind.value}{place}": entry
            for kind in kinds
            for place, entry in enumerate(self._state.entries(kind))
        }
        linked = links(canonical(said), tuple(known.items()))
        alone = [handles[0] for _, handles in sorted(linked.items()) if len(handles) == 1]
        found = tuple(known[handle] for handle in dict.fromkeys(alone))
        return found if len(found) > 1 else ()


def _place(label: str, said: str) -> int:
    return canonical(said).casefold().find(canonical(label).casefold())


def _runs(units: Units) -> Iterator[str]:
    """Runs of neighbouring words, the longest first."""
    count = len(units.words)
    for length in range(min(count, LONGEST_RUN), 0, -1):
        for start in range(count - length + 1):
            gaps = (*units.gaps[start : start + length - 1], "")
            words = units.words[start : start + length]
            yield "".join(word + gap for word, gap in zip(words, gaps, strict=True))
