"""A plan: what the agent understood, as data. It does nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Step:
    """One action and its arguments; `"$1"` stands for what the first step makes."""

    action: str
    arguments: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Steps:
    """Actions to be done in order."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """An action that lacks something that the person must say.

    Attributes:
        action: the action.
        known: what they said already.
        missing: the parameters that are needed.
    """

    action: str
    known: Mapping[str, Any]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decline:
    """Not a request that the wallet serves."""


Plan = Steps | Ask | Decline


def to_json(plan: Plan) -> list[dict[str, Any]]:
    """The plan as the agent's contract writes it: a list of steps."""
    match plan:
        case Steps(steps):
            return [{"action": s.action, "arguments": dict(s.arguments)} for s in steps]
        case Ask(action, known, missing):
            arguments = {"action": action, "known": dict(known), "missing": list(missing)}
            return [{"action": "ask", "arguments": arguments}]
        case Decline():
            return [{"action": "none", "arguments": {}}]
