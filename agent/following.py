"""A message that means the turn before once more, of another: "the same to the bank", 也给彭老师看.

Or that puts one in another's place: "no, the vets, not the mart". It names an entry and no deed, so
the model may make little of it; which deed is meant, and what of it stays, the turn before said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from agent.carrying import plain_claim
from agent.choosing import belonging, named_here
from agent.draft import Draft, DraftStep, Handle, Names
from agent.plan import Ask, Decline, Plan, Steps
from agent.rules import Rules, fitting_entries
from agent.state import CredentialEntry
from agent.words import UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.prompt import Turn
    from agent.state import Entry
    from wallet.actions.registry import Parameter

_SHORT: Final = 12  # words of a message that says no more than of whom
_ONCE_MORE: Final = re.compile(
    r"\bthe same\b|\bsame (?:amount|for|to|with|goes|thing|again)\b|\b(?:too|as well)\b[.!?]?$"
    r"|^and also\b"
    r"|^(?:(?:ok(?:ay)?|and|now|right|so|yes|yeah)\b[, ]*)*(?:(?:how|what) about|also)\b"
    r"|^[也再](?=给|讓|让|跟|向|问|发|把|要)|也(?:一样|同样|照样|要|来一份)|一样(?:处理|办|来)|同样",
    re.IGNORECASE,
)
_INSTEAD: Final = re.compile(
    r"^(?:no\b|nope\b|nah\b|not (?!only\b|just\b|yet\b|bad\b|really\b|now\b)|i said\b"
    r"|make that\b|sorry\b|wait\b|oops\b|actually\b|scratch that|i meant?\b|my (?:bad|mistake)\b"
    r"|wrong )|[,.;–-] ?not (?!only\b|just\b|yet\b)|\b(?:sorry|i mean(?:t)?|instead)[.!]?$"
    r"|, sorry\b|不是|[说搞弄写打选]错|错了|不对|应该[是给]|应为|[换改]成|[换改]给|唔[係系]",
    re.IGNORECASE,
)


def is_instead(message: str) -> bool:
    """Whether a message says that something was not meant so."""
    return bool(_INSTEAD.search(message))


@dataclass(frozen=True, slots=True)
class Following:
    """What a message may change of the one step that the turn before was."""

    rules: Rules
    before: Turn

    def of_another(self, plan: Plan) -> Plan | None:
        """The step before for another entry; None where the message means no such thing.

        `plan` is what the model made of the message: nothing, a question, or the very same again.
        """
        drafted = self.before.drafted(self.rules.prompt.shortlist)
        if self.before.missing or len(drafted.steps) != 1 or not self._is_meant(plan, drafted):
            return None
        changed = [*self._changed(drafted.steps[0])]
        if len(changed) != 1:
            return None
        found = self.rules.plan(Draft((changed[0],)))
        return found if isinstance(found, Steps) else None

    def _is_meant(self, plan: Plan, before: Draft) -> bool:
        """Whether the plan made nothing of what the message says of somebody else."""
        typed = self.rules.prompt.message.typed
        if sum(1 for _ in UNIT.finditer(typed)) > _SHORT:
            return False
        match plan:
            case Decline() | Ask():
                return is_instead(typed) or bool(_ONCE_MORE.search(typed))
            case Steps((step,)) if step.action == before.steps[0].action:
                # "The same" is no more of a credential than was shown before.
                is_less = {name for name, _ in before.steps[0].arguments} > step.arguments.keys()
                is_same = plan == self.rules.plan(before)
                return is_same or (is_less and bool(_ONCE_MORE.search(typed)))
            case _:
                return False

    def _changed(self, step: DraftStep) -> Iterator[DraftStep]:
        """The step with the one other entry that the message names, for each that it may stand."""
        shortlist = self.rules.prompt.shortlist
        for parameter in self.rules.actions[step.action].planned_parameters:
            said = dict(step.arguments).get(parameter.name)
            if not isinstance(said, Handle) or (earlier := shortlist.meant(said)) is None:
                continue
            others = [entry for entry in self._named(parameter) if entry.id != earlier.id]
            handle = shortlist.handle(others[0]) if len(others) == 1 else None
            if handle is not None and _has_claims(others[0], step):
                arguments = {**dict(step.arguments), parameter.name: Handle(handle)}
                yield replace(step, arguments=tuple(arguments.items()))

    def _named(self, parameter: Parameter) -> list[Entry]:
        prompt = self.rules.prompt
        fitting = fitting_entries(parameter, self.rules.state)
        named = named_here(prompt)
        return [entry for entry in named if entry in fitting] or belonging(named, fitting)


def _has_claims(entry: Entry, step: DraftStep) -> bool:
    """Whether what is to be shown of a credential stands in it."""
    shown = dict(step.arguments).get("claims")
    if not isinstance(entry, CredentialEntry) or not isinstance(shown, Names):
        return True
    return {*shown.names} <= {*map(plain_claim, entry.claims)}
