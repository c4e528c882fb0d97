"""A plan as a person reads it: its steps, in words, each with how it stands."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wallet.actions import PLANNED
from wallet.display import printable
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.plan import Step


class State(StrEnum):
    """How a step stands, as the sign that is shown."""

    TO_DO = "·"
    DONE = "✓"
    NOT_DONE = "✗"


# What a person calls the arguments of a plan.
_CALLED: Final = {
    "method": say("method"),
    "name": say("name"),
    "endpoint": say("endpoint"),
    "type": say("type"),
    "subject": say("subject"),
    "claims": say("claims"),
    "expires": say("expires"),
    "filter": say("filter"),
    "credential": say("credential"),
    "verifier": say("verifier"),
    "holder": say("holder"),
    "source": say("source"),
    "to": say("to"),
    "amount": say("amount"),
    "currency": say("currency"),
    "about": say("about"),
    "when": say("when"),
    "query": say("query"),
    "product": say("product"),
    "event": say("event"),
    "place": say("place"),
    "path": say("path"),
    "topic": say("topic"),
}


def plan_lines(steps: Sequence[Step], done: int, *, ended: bool, language: str) -> str:
    """The steps, of which the first ones are done; where it ended, the others never will be."""
    after = State.NOT_DONE if ended else State.TO_DO
    return "\n".join(
        f"{State.DONE if at < done else after} {_step(at + 1, step, len(steps), language)}"
        for at, step in enumerate(steps)
    )


def _step(place: int, step: Step, steps: int, language: str) -> str:
    """What it does, and with what."""
    what = text(say(PLANNED[step.action].help), language)
    given = _given(step.arguments, language)
    number = f"{place}. " if steps > 1 else ""
    return f"{number}{what} ({given})" if given else f"{number}{what}"


def _given(arguments: Mapping[str, object], language: str) -> str:
    return ", ".join(
        f"{text(_CALLED.get(name, say(name)), language)}: {_value(value, language)}"
        for name, value in arguments.items()
    )


def _value(value: object, language: str) -> str:
    match value:
        case str() if value.startswith("$") and value[1:].isdecimal():
            return text(say("what step {number} makes", number=value[1:]), language)
        case dict():
            return ", ".join(f"{name}={_value(one, language)}" for name, one in value.items())
        case list() | tuple():
            return ", ".join(_value(one, language) for one in value)
        case _:
            return printable(str(value))
