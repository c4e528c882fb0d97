"""What "it" means: the entry of the wanted kind that was done something with last.

Only where the plan lacks an entry and the message has such a word, and never for whom something
goes to: people are named. What is filled in is checked and shown like anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from agent.plan import Ask, Plan, Step, Steps
from agent.state import CredentialEntry
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.state import Entry, State
    from wallet.actions.registry import Action, Parameter

KEPT: Final = 20
"""How many entries are remembered as spoken of."""
_WORDS: Final = re.compile(
    r"\b(?:it|this|that|this one|that one|the same(?: one)?)\b"
    r"|它|[这那這]一?[个個份]|[刚剛]才|[刚剛][刚剛]",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Spoken:
    """The ids of entries that were done something with, the last one first."""

    ids: list[str] = field(default_factory=list)

    def remember(self, step: Mapping[str, Any], action: Action, made: str | None) -> None:
        """A step was done with these arguments, and made that."""
        used = [
            value
            for name, value in step.items()
            if _names_entry(action.parameter(name)) and isinstance(value, str)
        ]
        new = [made, *used] if made else used
        self.ids = [*new, *(id_ for id_ in self.ids if id_ not in new)][:KEPT]

    def filled(self, plan: Plan, message: str, state: State, actions: Mapping[str, Action]) -> Plan:
        """The plan with what "it" means in the place of what it lacks."""
        if not isinstance(plan, Ask) or not _WORDS.search(message):
            return plan
        action, found = actions[plan.action], {}
        for name in plan.missing:
            if (id_ := self._meant(action.parameter(name), state)) is not None:
                found[name] = id_
                break  # one word means one entry
        known = MappingProxyType({**plan.known, **found})
        left = tuple(name for name in plan.missing if name not in found)
        return Ask(plan.action, known, left) if left else Steps((Step(plan.action, known),))

    def _meant(self, parameter: Parameter, state: State) -> str | None:
        fitting = {
            entry.id
            for entry in _entries(parameter.kind, state)
            if not isinstance(entry, CredentialEntry) or parameter.role in {None, entry.role}
        }
        return next((id_ for id_ in self.ids if id_ in fitting), None)


def _names_entry(parameter: Parameter) -> bool:
    return parameter.kind in {Kind.DID, Kind.CREDENTIAL, Kind.PRODUCT}


def _entries(kind: Kind, state: State) -> Sequence[Entry]:
    match kind:
        case Kind.DID:
            return state.dids
        case Kind.CREDENTIAL:
            return state.credentials
        case Kind.PRODUCT:
            return state.products
        case _:
            return ()
