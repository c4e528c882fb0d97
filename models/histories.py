"""The turns before a message, from the plans that an evaluation set writes for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.draft import Draft, Handle, Names, Pairs, Span, Spans, Word
from agent.prompt import Turn, compose
from models.drafting import drafted
from models.told import Meaning, Step
from wallet.actions import PLANNED
from wallet.actions.registry import Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.state import State


def turns(history: Sequence[dict[str, Any]], state: State, message: str) -> list[Turn]:
    """The contract's `history` as the planner keeps it; a time's words are not in a plan."""
    said = list(_exchanges(history))
    blank = [Turn(text, Draft(), missing) for text, _, missing in said]
    prompt = compose(state, blank, message)
    found = []
    for text, plan, missing in said:
        steps = tuple(_step(step, state) for step in plan if step["action"] in PLANNED)
        found.append(Turn(text, drafted(steps, prompt) or Draft(), missing))
    return found


def _exchanges(
    history: Sequence[dict[str, Any]],
) -> Iterator[tuple[str, list[dict[str, Any]], tuple[str, ...]]]:
    """What the person said, what it became, and what was asked back."""
    for place, turn in enumerate(history):
        if turn["role"] != "user":
            continue
        answer = history[place + 1] if place + 1 < len(history) else {}
        plan = answer.get("plan", [])
        asked = plan[0]["arguments"] if plan and plan[0]["action"] == "ask" else None
        if asked is None:
            yield turn["text"], plan, ()
        else:
            step = {"action": asked["action"], "arguments": asked.get("known", {})}
            yield turn["text"], [step], tuple(asked["missing"])


def _step(step: dict[str, Any], state: State) -> Step:
    action = PLANNED[step["action"]]
    meanings: dict[str, Meaning] = {}
    for name, value in step["arguments"].items():
        parameter = action.parameter(name)
        if parameter.kind is not Kind.TIME:
            meanings[name] = _meaning(parameter, value, state)
    return Step(action.name, meanings)


def _meaning(parameter: Parameter, value: Any, state: State) -> Meaning:
    if isinstance(value, str) and value.startswith("$"):
        return Handle(value)
    match parameter.kind:
        case Kind.DID | Kind.CREDENTIAL | Kind.CONTACT:
            entries = (*state.dids, *state.credentials, *state.contacts)
            return next((entry for entry in entries if entry.id == value), Span(value))
        case Kind.CHOICE:
            return Word(value)
        case Kind.CLAIMS:
            return Pairs(tuple(value.items()))
        case Kind.NAMES:
            return Names(tuple(value))
        case Kind.TEXTS:
            return Spans(tuple(value))
        case _:
            return Span(value)
