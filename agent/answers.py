"""What an answer means that the agent's own question explains: its place, a name, a time.

The model reads an answer as it reads any message, and may make little of one that is no sentence:
"the second", "sunday, ten in the morning". The question is known here, so what it asked for is
looked for first; an answer that names nobody whom the wallet knows is asked about once more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from agent.candidates import folded, labels
from agent.carrying import Carrying, says_less
from agent.choosing import belonging, named_here, number_said, other, place_of
from agent.draft import Draft, DraftStep, Handle, Span, Value
from agent.following import Following, is_instead
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.rules import Rules, fitting_entries
from agent.times import time_of
from wallet.actions.registry import Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.prompt import Turn
    from agent.state import Entry

# "the bank": somebody is named, if nobody whom the wallet knows.
_SOMEBODY: Final = re.compile(
    r"(?:(?:to|from|for|it's|its) )?(?:the|my|our) "
    r"(?P<words>[^\W\d_][\w'’\-]*(?: [\w'’\-]+){0,2})[.!]?",
    re.IGNORECASE,
)
_CALLED_OFF: Final = re.compile(
    r"(?:(?:no|nope|nah|nee|hmm+|hm|um|oh|ah|ok|okay|wait|actually|sorry|well"
    r"|on second thoughts?|you know what|please|just|let's|then|hang on|hold on)\b[,.!…]* )*"
    r"(?:(?:leave|forget|drop|scrap|cancel|skip|scratch|stop) (?:it|that|this)(?: then| for now| be"
    r"| alone| there| as it is)?"
    r"(?= ?[,.;!…–-]| ?$| (?:because|since|as|cos|the|he|she|they|i|we)\b)"
    r"|let (?:it|that|this) (?:be|go|stay|stand)\b"
    r"|(?:forget|never mind) (?:i (?:said|asked|mentioned)|about (?:it|that)|all (?:of )?that)\b"
    r"|never ?mind\b(?! (?:the|that|about|my|his|her)\b)"
    r"|(?:do not|don['’]?t) (?:do (?:it|that|anything)|bother))",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"(?<=[.!?]) |, (?=forget|never mind|leave it)", re.IGNORECASE)
_SHORT: Final = 6  # words of a sentence that does nothing but take something back
_ENDING: Final = re.compile(r"\bend(?:s|ing) (?:in|on|with) (?P<end>\w+)", re.IGNORECASE)
_ENTRIES: Final = frozenset({Kind.DID, Kind.CREDENTIAL, Kind.CONTACT, Kind.PRODUCT})
_NOBODY: Final = frozenset(
    ["bad", "mistake", "fault", "end", "hell", "moment", "time", "point", "idea", "whole", "thing",
     "lot", "rest", "question", "plan", "request", "god"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answers:
    """The rules for a message that may answer the question of the turn before."""

    rules: Rules
    before: Turn

    def pointed(self, plan: Plan) -> Plan:
        """A plan with what an answer chooses: by its place, by name, as the other, or as a time."""
        if self._is_called_off(plan):
            return Decline()
        if followed := Following(self.rules, self.before).of_another(plan):
            return followed
        if self._is_unchanged(plan) and (understood := self._understood()):
            return understood
        match self._completed(plan):
            case Ask(name, known, (asked_for, *left)) as plan:
                entry = self._chosen(self.rules.actions[name].parameter(asked_for))
                if entry is None:
                    return plan
                step = Step(name, MappingProxyType({**known, asked_for: entry.id}))
                return Ask(name, step.arguments, tuple(left)) if left else Steps((step,))
            case Steps((Step() as step,)):
                return self._pointed_step(step)
            case Decline():
                return self._understood() or plan
            case _:
                return plan

    def _is_unchanged(self, plan: Plan) -> bool:
        """Whether a plan is the one before once more, though the message must change something."""
        drafted = self.before.drafted(self.rules.prompt.shortlist)
        return isinstance(plan, Steps) and plan == self.rules.plan(drafted)

    def _completed(self, plan: Plan) -> Plan:
        """A plan with what the turn before said of the step that it answers for, or corrects."""
        typed = self.rules.prompt.message.typed
        is_change, is_less = is_instead(typed), says_less(typed)
        match plan:
            case Ask(name, known, missing) if self.before.missing or is_change or is_less:
                before, action = self._known(name), self.rules.actions[name]
                more = {
                    each: before[each]
                    for each in missing
                    # "No, not him" is no request for the same once more.
                    if each in before
                    and not (is_change and action.parameter(each).kind in _ENTRIES)
                }
                told = MappingProxyType({**more, **known})
                left = tuple(each for each in missing if each not in more)
                return Ask(name, told, left) if left else Steps((Step(name, told),))
            case Steps((step,)) if is_change and not self.before.missing:
                return _with_arguments(step, self._kept(step))
            case _:
                return plan

    def _kept(self, step: Step) -> Mapping[str, Any]:
        """What the step before said as well, where this one is the same for another entry.

        But which claims are to be shown: "no, the whole card".
        """
        before, action = self._known(step.action), self.rules.actions[step.action]
        kinds = {each.name: each.kind for each in action.planned_parameters}
        is_another = any(
            value != before.get(name)
            for name, value in step.arguments.items()
            if kinds[name] in _ENTRIES
        )
        return {
            name: value
            for name, value in before.items()
            if is_another and name not in step.arguments and kinds[name] is not Kind.NAMES
        }

    def _pointed_step(self, step: Step) -> Steps:
        """A step with what an answer chooses in it."""
        changed: Mapping[str, Any] = {}
        if entry := self._by_place() or self._by_number(step.action):
            changed = {self.before.missing[0]: entry.id}
        elif beside := self._other(step.action):
            changed = {beside[0]: beside[1].id}
        elif self.before.missing:
            known = self._known(step.action)
            changed = {name: value for name, value in known.items() if name not in step.arguments}
            return _with_arguments(step, changed)
        return _with_arguments(step, changed if changed.keys() <= step.arguments.keys() else {})

    def _is_called_off(self, plan: Plan) -> bool:
        """Whether the message takes back what a plan would do once more: "actually leave it"."""
        sentences = _SENTENCE.split(self.rules.said[0])
        off = [bool(_CALLED_OFF.match(sentence)) for sentence in sentences]
        match plan:
            case Ask(action=action):
                return any(off) and action in {step.action for step in self.before.draft.steps}
            case Steps() if off[-1] and len(sentences[-1].split()) <= _SHORT:
                return True
            case Steps(steps) if any(off):
                before = {step.action for step in self.before.draft.steps}
                return {step.action for step in steps} <= before
            case _:
                return False

    def _known(self, action: str) -> Mapping[str, Any]:
        """What was said for an action before it was asked about, and holds on."""
        drafted = self.before.drafted(self.rules.prompt.shortlist)
        if [step.action for step in drafted.steps] != [action]:
            return {}
        match self.rules.plan(drafted):
            case Ask(known=known) | Steps((Step(_, known),)):
                return known
            case _:
                return {}

    def _understood(self) -> Plan | None:
        """What a message of which the model made nothing means after the turn before."""
        if self.before.missing:
            return self._answered()
        rules = self.rules
        drafted = Carrying(rules.prompt, self.before).corrected(rules.state.now)
        return None if drafted is None else rules.plan(drafted)

    def _answered(self) -> Plan | None:
        """The plan of the turn before with the answer, where the model made nothing of it."""
        drafted = self.before.drafted(self.rules.prompt.shortlist)
        if len(drafted.steps) != 1:
            return None
        (step,) = drafted.steps
        parameter = self.rules.actions[step.action].parameter(self.before.missing[0])
        message = self.rules.prompt.message
        if parameter.kind is Kind.TIME:
            if time_of(message.typed, self.rules.state.now, by_rule=True):
                return self.rules.plan(_with(step, parameter, Span(message.text.strip())))
            return None
        entry = self._chosen(parameter)
        handle = entry and self.rules.prompt.shortlist.handle(entry)
        if handle:
            return self.rules.plan(_with(step, parameter, Handle(handle)))
        said = _SOMEBODY.fullmatch(message.typed)
        is_of_entry = bool(fitting_entries(parameter, self.rules.state))
        if said and is_of_entry and _NOBODY.isdisjoint(said["words"].casefold().split()):
            return self.rules.plan(drafted)
        return None

    def _chosen(self, parameter: Parameter) -> Entry | None:
        """What an answer names, or means by "the second" or "the other one"."""
        fitting = fitting_entries(parameter, self.rules.state)
        if parameter.name in self.before.missing:
            here = named_here(self.rules.prompt)
            named = [entry for entry in here if entry in fitting] or belonging(here, fitting)
            if len(named) > 1:
                named = self._told_before(named)
            if len(named) == 1:
                return named[0]
            if (numbered := self._numbered(fitting)) is not None:
                return numbered
        if (entry := self._by_place()) in fitting:
            return entry
        return self._beside(fitting)

    def _told_before(self, named: Sequence[Entry]) -> list[Entry]:
        """Of entries that the answer names as well, those that the request names best."""
        said = set(folded(self.before.text).words)
        shared = {entry.id: len(said & _words_of(entry)) for entry in named}
        return [entry for entry in named if shared[entry.id] == max(shared.values())]

    def _other(self, action: str) -> tuple[str, Entry] | None:
        """The argument of which the other of two is meant, and that one."""
        for parameter in self.rules.actions[action].planned_parameters:
            if entry := self._beside(fitting_entries(parameter, self.rules.state)):
                return parameter.name, entry
        return None

    def _beside(self, fitting: Sequence[Entry]) -> Entry | None:
        """The other one of the two that the turn before named as well, if that is asked for."""
        chosen = [entry for entry in self.before.entries.values() if entry in fitting]
        if len(chosen) != 1:
            return None
        return other(self.rules.said[0], self.before.text, chosen[0], fitting)

    def _numbered(self, fitting: Sequence[Entry]) -> Entry | None:
        """The only one that has a number of the answer's in its name: "number 41"."""
        answer = self.rules.said[0]
        said = {word for word in folded(number_said(answer)).words if word.isdigit()}
        end = _ENDING.search(answer)
        found = [
            entry
            for entry in fitting
            if any(said.intersection(folded(label).words) for label in labels(entry))
            or (
                end
                and any(label.casefold().endswith(end["end"].casefold()) for label in labels(entry))
            )
        ]
        return found[0] if len(found) == 1 else None

    def _by_number(self, action: str) -> Entry | None:
        """The one that was asked for and has the number of an answer that names nobody."""
        if not self.before.missing:
            return None
        asked_for = self.before.missing[0]
        parameters = {each.name: each for each in self.rules.actions[action].planned_parameters}
        shortlist = self.rules.prompt.shortlist
        if asked_for not in parameters or shortlist.linked_handles(self.rules.prompt.message.text):
            return None
        return self._numbered(fitting_entries(parameters[asked_for], self.rules.state))

    def _by_place(self) -> Entry | None:
        """The entry that an answer which is no more than a place means, as the agent named them."""
        if not self.before.missing:
            return None
        named = self.before.offered or self.before.hinted
        place = place_of(self.rules.said[0], len(named))
        return None if place is None else named[place]


def _with_arguments(step: Step, more: Mapping[str, Any]) -> Steps:
    return Steps((replace(step, arguments=MappingProxyType({**step.arguments, **more})),))


def _words_of(entry: Entry) -> set[str]:
    return {word for label in labels(entry) for word in folded(label).words}


def _with(step: DraftStep, parameter: Parameter, value: Value) -> Draft:
    """A draft of the step, of which a parameter has this value."""
    kept = [(name, said) for name, said in step.arguments if name != parameter.name]
    return Draft((replace(step, arguments=(*kept, (parameter.name, value))),))
