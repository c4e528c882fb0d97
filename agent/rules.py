"""The contract's rules that turn a draft into a plan.

The model's words are cut and finished as phrases are, literals put back, times and amounts worked
out of what was said; an entry that nobody named is taken only where the wallet holds just one that
fits, or where an answer chooses it by its place. What then lacks is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, assert_never

from agent.amounts import amount_of, counts_another, is_in_ether, names_ether, with_point
from agent.candidates import folded, is_slip
from agent.carrying import Carrying, plain_claim
from agent.claims_said import is_more
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
from agent.happened import set_apart, set_right
from agent.judge import Said
from agent.listed import claims_left_out
from agent.mending import Mending
from agent.overlooked import Overlooked, is_courtesy
from agent.pairs import (
    named_once,
    parted,
    restated,
    tidied,
    to_its_end,
    whole_claim,
    without_article,
    written_out,
    written_out_zh,
)
from agent.phrases import ENDS, answered, named, says_nothing, whole_phrase
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.state import ContactEntry, CredentialEntry
from agent.strangers import is_anothers, is_strangers
from agent.times import day_named, time_of
from agent.widening import gone_on, narrowed, only_place, widened
from agent.words import UNIT
from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from agent.prompt import Prompt, Turn
    from agent.state import Entry, State

_NAMES: Final = frozenset({"name", "type"})  # what is cut free of the grammar around it
_HESITATION: Final = re.compile(
    r"^(?:(?:em+|um+|uh+|er+m?|h+m+|well|oh|ah|say|let's say|maybe|ok(?:ay)?|right|so)\b[,.… ]*)+",
    re.IGNORECASE,
)
_SOMEBODY: Final = re.compile(r"\b(?:her|him|them)\b", re.IGNORECASE)
_PAID_ZH: Final = re.compile(r"[转付汇打捐][^,;!?给]{0,12}给(?P<whom>[\u3400-\u9fff]{2,12})")
_HIM_ZH: Final = re.compile(r"[他她它您]|对方|人家|这|那")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_DENIED: Final = re.compile(r"(?:不是|唔係|唔系|\bnot(?: on)?) ?$", re.IGNORECASE)
_DAY_WORD: Final = re.compile(
    r"^(?:next |on |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day$|^(?:today|tomorrow)$",
    re.IGNORECASE,
)
_HAS_NAME: Final = re.compile(
    r"\b(?:have|has|got|knows?|['’]ve|['’]s)(?: already)?(?: got)? (?:my|the|our|that) name\b",
    re.IGNORECASE,
)
_TIED: Final = frozenset(["and", "plus", "my", "our", "the", "also", "n"])
_NO_KIND: Final = "credential"
_NAME: Final = "name"
_SAYS_NAME: Final = re.compile(r"\bnames?\b|\bwho\b|called|identi|[名叫谁誰]", re.IGNORECASE)
_SPOKEN_OF: Final = frozenset({Kind.DID, Kind.CREDENTIAL, Kind.PRODUCT})  # never to whom


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


def _is_said_in(arguments: Sequence[tuple[str, Value]], text: str) -> bool:
    """Whether an amount, if there is one, stands in a text."""
    amount = dict(arguments).get("amount")
    return not isinstance(amount, Span) or amount.text.replace(" ", "") in text.replace(" ", "")


def _handles(step: DraftStep) -> Iterator[str]:
    """Handles of the entries that a step is about."""
    return (value.name for _, value in step.arguments if isinstance(value, Handle))


def _after(steps: Sequence[DraftStep]) -> tuple[DraftStep, ...]:
    """The steps, where one names as its source itself or a later one: the step before it."""

    def earlier(value: Value, at: int) -> Value:
        match value:
            case Handle(name) if at and name[0] == "$" and name > f"${at}":
                return Handle(f"${at}")
            case _:
                return value

    return tuple(
        replace(step, arguments=tuple((name, earlier(value, at)) for name, value in step.arguments))
        for at, step in enumerate(steps)
    )


class _Missing:
    """The person must say it: nothing was said, or nothing that can be used."""


_MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules, for one message.

    Attributes:
        prompt: what the model was shown.
        state: the wallet.
        actions: what may be planned.
        said: the message, and the turns before it that count.
        before: the turn before, if there is one.
    """

    prompt: Prompt
    state: State
    actions: Mapping[str, Action]
    said: tuple[str, ...]
    before: Turn | None = None

    @property
    def _overlooked(self) -> Overlooked:
        return Overlooked(self.prompt, self.state.now, self.before)

    @property
    def carrying(self) -> Carrying | None:
        """What there is to carry over of the turn before, if there is one."""
        return None if self.before is None else Carrying(self.prompt, self.before)

    def plan(self, draft: Draft) -> Plan:
        """What the draft asks for, or the first question that it leaves open."""
        steps: list[Step] = []
        draft = self._timed(self._own(draft))
        texts = tuple(map(self._restored, _texts(draft)))
        for drafted in self._once(draft):
            action = self.actions[drafted.action]
            elsewhere = {
                handle
                for other in draft.steps
                if other is not drafted
                for handle in _handles(other)
            }
            known, missing = self._arguments(action, drafted, texts, elsewhere)
            known |= self._happened(action, known, draft)
            known |= self._taken_over(action, drafted, (*missing, *self._unnamed(drafted)), steps)
            known |= self._just_added(action, missing, steps)
            known |= self._alongside(action, drafted, missing, draft)
            missing = tuple(name for name in missing if name not in known)
            if missing:
                return Ask(action.name, MappingProxyType(known), missing)
            step = Step(action.name, MappingProxyType(known))
            if step in steps:  # nobody means the very same thing twice
                step = self._of_other(action, step, steps)
            if step not in steps:
                steps.append(step)
        return Steps(tuple(steps)) if steps else Decline()

    def _happened(self, action: Action, known: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
        """An event and its place, by the words that the message has for them."""
        if "event" not in {each.name for each in action.planned_parameters}:
            return {}
        line = self.prompt.message.typed
        product = next(
            (each.name for each in self.state.products if each.id == known.get("product")), ""
        )
        event, place = known.get("event", ""), known.get("place", "")
        event, place = set_right(
            event, place, product, line, partial(time_of, now=self.state.now, by_rule=True)
        )
        if [step.action for step in draft.steps].count(action.name) == 1:
            event, place = set_apart(event, place, product, line)
        return {name: text for name, text in (("event", event), ("place", place)) if text}

    def _once(self, draft: Draft) -> Iterator[DraftStep]:
        """The steps, but those of an unknown entry that another step has, the only one named."""
        linked = self.prompt.shortlist.linked_handles(self.prompt.message.text)
        for step in draft.steps:
            unknown = {name for name, value in step.arguments if isinstance(value, Unknown)}
            known = [
                value.name
                for other in draft.steps
                if other is not step and other.action == step.action
                for name, value in other.arguments
                if name in unknown and isinstance(value, Handle) and value.name in linked
            ]
            alike = [handle for handle in linked if known and handle[0] == known[0][0]]
            if len(known) != 1 or len(alike) != 1:
                yield step

    def _arguments(
        self,
        action: Action,
        drafted: DraftStep,
        texts: tuple[str, ...],
        elsewhere: Collection[str],
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What is known, by parameter, and what is missing; `elsewhere` is what others are about.

        Raises:
            ValueError: the action takes no such argument.
        """
        fitting = {
            each.name: fitting_entries(each, self.state) for each in action.planned_parameters
        }
        said = Mending(self.prompt, self.state.now, self.before).step(drafted, fitting)
        if strange := said.keys() - {each.name for each in action.planned_parameters}:
            raise ValueError(f"{action.name} takes no {strange}")
        currencies = [each for each in action.planned_parameters if each.name == "currency"]
        known: dict[str, Any] = {}
        missing: list[str] = []
        for parameter in action.planned_parameters:
            given = said.get(parameter.name)
            if given is None or isinstance(given, Unknown):
                given = None if self._names_no_kind(parameter) else given
                found = self._overlooked.value(parameter, said, texts)
                if not self._is_of_another(parameter, found, elsewhere):
                    given = found or given
            elif isinstance(given, Handle):
                given = self._overlooked.instead(parameter, given, said, texts)
            value = self._value(parameter, given, texts, said)
            if isinstance(value, _Missing):
                missing.append(parameter.name)
            elif value is not None:
                known[parameter.name] = value
            words = said.get(parameter.name)
            if parameter.kind is Kind.AMOUNT and isinstance(words, Span):
                whole = self._amount(self._restored(words.text), texts)
                if is_in_ether(whole, self.prompt.message.typed):
                    known |= {each.name: each.choices[0] for each in currencies}
        return self._without_claims_time(known, said), tuple(missing)

    def _without_claims_time(
        self, known: dict[str, Any], said: Mapping[str, Value]
    ) -> dict[str, Any]:
        """What is known but an end that a claim says: 完工日期写7月3日."""
        end, claims = said.get("expires"), known.get("claims")
        if not isinstance(end, Span) or not isinstance(claims, dict):
            return known
        words = self._restored(end.text)
        if any(words in value for value in claims.values()):
            known.pop("expires", None)
        return known

    def _names_no_kind(self, parameter: Parameter) -> bool:
        """Whether a message says but "credential", perhaps misspelt, and names none (rule 5)."""
        text = self.prompt.message.text
        if parameter.kind is not Kind.CREDENTIAL:
            return False
        if any(handle[0] == "C" for handle in self.prompt.shortlist.linked_handles(text)):
            return False
        return any(word == _NO_KIND or is_slip(_NO_KIND, word) for word in folded(text).words)

    def _is_of_another(
        self, parameter: Parameter, found: Value | None, elsewhere: Collection[str]
    ) -> bool:
        """Whether somebody whom words name was named for another step: "… and pay the boy 2"."""
        return (
            parameter.kind is Kind.CONTACT
            and isinstance(found, Handle)
            and found.name in elsewhere
            and not _SOMEBODY.search(self.prompt.message.typed)
        )

    def _own(self, draft: Draft) -> Draft:
        """The draft without steps to somebody whom an entry's own name alone speaks of.

        "Delete the credential called Pay this to Bob" pays nobody.
        """
        text, shortlist = self.prompt.message.text, self.prompt.shortlist
        within = shortlist.within_names(text)
        inside: set[str] = set()
        outside: set[str] = set()
        for at, handles in shortlist.linked_at(text).items():
            (inside if at in within else outside).update(handles)
        people = {handle for handle in inside - outside if handle[0] == "P"}
        units = tuple(UNIT.finditer(text))
        beside = "".join(" " if at in within else unit[0] for at, unit in enumerate(units))
        own = tuple(
            step
            for step in draft.steps
            if people.isdisjoint(_handles(step)) and _is_said_in(step.arguments, beside)
        )
        return Draft(own) if own else draft

    def _timed(self, draft: Draft) -> Draft:
        """The draft, with the time that the message names where the model's words are none."""
        return Draft(_after(tuple(map(self._with_time, draft.steps))))

    def _with_time(self, step: DraftStep) -> DraftStep:
        when = dict(step.arguments).get("when")
        if not isinstance(when, Span):
            return step
        by_rule = partial(time_of, now=self.state.now, by_rule=True)
        words = self._restored(when.text)
        is_denied = bool(_DENIED.search(self.prompt.message.typed.partition(words)[0]))
        is_time = time_of(words, self.state.now) or by_rule(narrowed(words, by_rule))
        if not is_denied and (is_time or self.before is not None):
            return step
        others = [value.text for _, value in step.arguments if isinstance(value, Span)]
        named = self._overlooked.when(
            tuple(each for each in others if is_denied or each != when.text)
        )
        if named is None:
            return step
        given = {**dict(step.arguments), "when": named}
        return replace(step, arguments=tuple(given.items()))

    def _of_other(self, action: Action, step: Step, steps: Sequence[Step]) -> Step:
        """A step that was drafted twice, for the one other entry that the words name plainly."""
        shortlist, message = self.prompt.shortlist, self.prompt.message.text
        for parameter in action.planned_parameters:
            if parameter.kind is not Kind.CREDENTIAL or parameter.name not in step.arguments:
                continue
            fitting = {entry.id for entry in fitting_entries(parameter, self.state)}
            named = {
                shortlist.entry(handle).id
                for handle in shortlist.linked_handles(message)
                if handle[0] == "C"
            }
            left = (named & fitting) - {each.arguments.get(parameter.name) for each in steps}
            if len(left) == 1:
                return replace(
                    step,
                    arguments=MappingProxyType({**step.arguments, parameter.name: left.pop()}),
                )
        return step

    def _unnamed(self, drafted: DraftStep) -> tuple[str, ...]:
        """Arguments that the model filled with an entry that no word of the message names."""
        shortlist, message = self.prompt.shortlist, self.prompt.message.text
        linked = shortlist.linked_handles(message)
        return tuple(
            name
            for name, value in drafted.arguments
            if isinstance(value, Handle) and value.name[0] != "$" and value.name not in linked
        )

    def _taken_over(
        self, action: Action, drafted: DraftStep, missing: tuple[str, ...], steps: list[Step]
    ) -> dict[str, Any]:
        """What a step says nothing of and the steps before it speak of one of: "it"."""
        said = dict(drafted.arguments)
        shortlist = self.prompt.shortlist
        linked = shortlist.linked_handles(self.prompt.message.text)
        named_here = {shortlist.entry(handle).id for handle in linked}
        found: dict[str, Any] = {}
        for parameter in map(action.parameter, missing):
            kind = parameter.entry or parameter.kind
            if kind not in _SPOKEN_OF or isinstance(said.get(parameter.name), Unknown):
                continue
            fitting = {
                entry.id for entry in fitting_entries(replace(parameter, kind=kind), self.state)
            }
            spoken = {
                step.arguments[other.name]
                for step in steps
                for other in self.actions[step.action].planned_parameters
                if other.kind is kind and step.arguments.get(other.name) in fitting
            }
            # In place of an entry that the model chose, one that the words name.
            if len(spoken) == 1 and (parameter.name not in said or spoken <= named_here):
                found[parameter.name] = spoken.pop()
        return found

    def _just_added(
        self, action: Action, missing: tuple[str, ...], steps: list[Step]
    ) -> dict[str, Any]:
        """Somebody whom a step before adds, and whom the message names again or calls "her"."""
        message = self.prompt.message.typed
        added = [
            (f"${place}", str(step.arguments["name"]))
            for place, step in enumerate(steps, start=1)
            if step.action == "add_contact"
        ]
        people = [name for name in missing if action.parameter(name).kind is Kind.CONTACT]
        if len(added) != 1 or len(people) != 1:
            return {}
        ((result, name),), (parameter,) = added, people
        again = message.partition(name)[2]
        is_meant = name in again or _SOMEBODY.search(again)
        return {parameter: result} if is_meant else {}

    def _alongside(
        self, action: Action, drafted: DraftStep, missing: tuple[str, ...], draft: Draft
    ) -> dict[str, Any]:
        """To whom a credential goes that another is named with: "show Olga my lease and pass"."""
        whom = [name for name in missing if action.parameter(name).kind is Kind.CONTACT]
        at = draft.steps.index(drafted)
        before = draft.steps[at - 1] if at else None
        if len(whom) != 1 or before is None or before.action != drafted.action:
            return {}
        to = self.prompt.shortlist.meant(dict(before.arguments).get(whom[0]))
        first, second = [*_handles(before)], [*_handles(drafted)]
        is_tied = any(self._are_tied(one, other) for one in first for other in second)
        return {whom[0]: to.id} if to is not None and is_tied else {}

    def _are_tied(self, first: str, second: str) -> bool:
        """Whether nothing but "and my" stands between the words for two credentials."""
        text = self.prompt.message.text
        linked = self.prompt.shortlist.linked_at(text)
        words = [unit[0].casefold() for unit in UNIT.finditer(text)]
        own = [[at for at, each in linked.items() if handle in each] for handle in (first, second)]
        if first[0] != "C" or second[0] != "C" or not all(own) or own[0][0] >= own[1][0]:
            return False
        between = words[own[0][0] + 1 : own[1][0]]
        ties = [at for at, word in enumerate(between) if word in _TIED]
        return bool(ties) and {*between[ties[0] :]} <= _TIED

    def _value(
        self,
        parameter: Parameter,
        given: Value | None,
        texts: tuple[str, ...],
        said: Mapping[str, Value],
    ) -> Any:
        """The argument; None where it is left out; `_MISSING` where the person must say it.

        `said` is all that is said for the step.
        """
        match given:
            case None:
                return self._only_one(parameter) if parameter.required else None
            case Unknown():
                return _MISSING if parameter.required else None
            case Handle(name) if name.startswith("$"):
                return name
            case Handle(name):
                return _MISSING if self._is_anothers(name) else self.prompt.shortlist.entry(name).id
            case Span(text):
                return self._text(parameter, text, texts)
            case Word(text):
                is_said = parameter.name != "currency" or any(map(names_ether, self.said))
                return text if is_said else None
            case Names(names):
                return self._claims(names, said) or None
            case Spans(spans):
                line = self.prompt.message.typed
                return [
                    whole_claim(without_article(to_its_end(self._restored(each))), line)
                    for each in spans
                ]
            case Pairs(pairs):
                return self._pairs(pairs, said, texts) or None
            case _:
                assert_never(given)

    def _is_anothers(self, handle: str) -> bool:
        """Whether the words mean somebody, or somebody's thing, that the wallet does not hold."""
        if handle[0] == "P" and self._goes_elsewhere(handle):
            return True
        shortlist, message = self.prompt.shortlist, self.prompt.message
        match shortlist.entry(handle):
            case ContactEntry() as contact:
                return is_strangers(
                    message.text, contact, shortlist.naming_others(message.text, handle)
                )
            case CredentialEntry() as credential:
                return is_anothers(message.typed, credential, self._words_beside(credential))
            case _:
                return False

    def _goes_elsewhere(self, handle: str) -> bool:
        """Whether Chinese words say that money goes to somebody else: 转0.02给修空调的王师傅."""
        message, shortlist = self.prompt.message.text, self.prompt.shortlist
        whom = [match["whom"] for match in _PAID_ZH.finditer(message)]
        return bool(whom) and not any(
            handle in shortlist.linked_handles(who) or _HIM_ZH.match(who) for who in whom
        )

    def _words_beside(self, credential: CredentialEntry) -> frozenset[str]:
        """Words of the names of contacts, and of credentials but one."""
        state = self.state
        entries: tuple[Entry, ...] = (
            *state.contacts,
            *(each for each in state.credentials if each != credential),
        )
        return frozenset(chain.from_iterable(folded(entry.name).words for entry in entries))

    def _amount(self, words: str, texts: tuple[str, ...]) -> str:
        """The words of an amount from end to end, in the turn that says it: ".02" is no 2."""
        typed = self._line_of(words)
        others = [other for other in texts if other != words]
        return with_point(widened(words, typed, others, amount_of), typed)

    def _line_of(self, words: str) -> str:
        """The turn that says words, the last one first, as it was typed."""
        own, *earlier = self._lines()
        lines = (own, *reversed(earlier))
        return next((line for line in lines if only_place(words, line) is not None), own)

    def _counts_another(self, words: str) -> bool:
        """Whether an amount is one of something that is no ether."""
        names = frozenset(chain.from_iterable(folded(name).words for name in self._known()))
        return counts_another(words, self._line_of(words), names | ENDS)

    def _pairs(
        self,
        pairs: tuple[tuple[str, str], ...],
        said: Mapping[str, Value],
        texts: tuple[str, ...],
    ) -> dict[str, str]:
        """Claims to issue, as the message and the turn before say them."""
        if self.carrying is not None:
            pairs = tuple(self.carrying.pairs(pairs))
        said_of = [(self._restored(name), self._restored(text)) for name, text in pairs]
        said_of = [*named_once(said_of, self.prompt.message.typed)]
        kind = said.get("type")
        if self.before and isinstance(kind, Span) and " " in kind.text:  # "call it a head nurse id"
            said_of = [pair for pair in said_of if kind.text not in pair[1]]
        if self.carrying and (corrections := self.carrying.corrections(said)):
            subject = said.get("subject")
            entry = self.prompt.shortlist.meant(subject)
            others = entry.id.split() if entry else ()
            return dict(tidied(corrections.merged([*parted(said_of)], others).items()))
        line = self.prompt.message.typed
        sort = self._restored(kind.text) if isinstance(kind, Span) else ""
        told, rest = written_out(said_of, line, sort)
        own = [*tidied((*told, *restated(parted(rest), line)))]
        if own and _HAN.search(line):
            own = written_out_zh(own, line)
        return dict((*own, *claims_left_out(own, line, texts, self.state.now)))

    def _claims(self, names: tuple[str, ...], said: Mapping[str, Value]) -> list[str]:
        """Claim names as the credentials have them; the model reads them as it reads all words."""
        listed = self.prompt.shortlist.credentials
        known = {plain_claim(claim): claim for each in listed for claim in each.entry.claims}
        shown = self.carrying.names(names, said) if self.carrying else names
        shown = self._without_own_name(shown, said)
        return [known.get(name, name) for name in dict.fromkeys(shown)]

    def _without_own_name(
        self, names: tuple[str, ...], said: Mapping[str, Value]
    ) -> tuple[str, ...]:
        """The claims but the name, where "only" others are said, or the name of another of them."""
        entry = self.prompt.shortlist.meant(said.get("credential"))
        if _NAME not in names or len(names) < 2 or not isinstance(entry, CredentialEntry):
            return names
        line, of_it = self.prompt.message.typed, self.prompt.said_of(entry)
        others = tuple(name for name in names if name != _NAME)
        is_theirs = any(
            re.search(
                rf"\b{of}['’]s name\b|\bnames? of (?:the |my |that )?{of}\b", line, re.IGNORECASE
            )
            for of in (re.escape(other.replace("_", " ")) for other in others)
        )
        is_had = _HAS_NAME.search(line)
        is_listed = (of_it.is_only or is_more(line)) and not of_it.kept_back
        is_unsaid = is_listed and not any(map(_SAYS_NAME.search, self.said))
        return others if is_theirs or is_had or is_unsaid else names

    def _text(self, parameter: Parameter, text: str, texts: tuple[str, ...]) -> Any:
        """What is made of a span; `texts` are the spans of all that is planned."""
        restored = self._restored(text)
        others = [other for other in texts if other != restored]
        match parameter.kind:
            case Kind.TIME:
                is_said = any(Said.of(turn).says(restored) for turn in self.said)
                by_rule = partial(time_of, now=self.state.now, by_rule=True)
                whole = widened(restored, self.prompt.message.typed, others, by_rule)
                reads = partial(time_of, now=self.state.now)
                whole = gone_on(whole, self.prompt.message.typed, others, reads)
                moment = self._moment(parameter, whole)
                moment = moment or self._moment(parameter, narrowed(whole, by_rule))
                return (is_said and moment) or _MISSING
            case Kind.AMOUNT:
                whole = self._amount(restored, texts)
                return (not self._counts_another(whole) and amount_of(whole)) or _MISSING
            case _ if parameter.name == "about" and is_courtesy(restored):
                return _MISSING
            case _ if parameter.name in _NAMES:
                free = named(restored, self._lines(), self._known())
                whole = whole_phrase(parameter.name, free, self.prompt.message.typed, others)
                if self.before and parameter.name in self.before.missing:
                    whole = answered(whole, self.prompt.message.typed)
                return _MISSING if parameter.required and says_nothing(whole) else whole
            case _:
                return whole_phrase(parameter.name, restored, self.prompt.message.typed, others)

    def _moment(self, parameter: Parameter, words: str) -> str | None:
        """The time that words name; a clock's alone belongs to the day spoken of before."""
        now = self.state.now
        if self.before is None:
            return time_of(words, now)
        message = self.prompt.message.typed
        if parameter.name in self.before.missing and time_of(message, now, by_rule=True):
            words = message  # the answer is a time and no more
        elif parameter.name in self.before.missing and time_of(
            plain := _HESITATION.sub("", message), now, by_rule=True
        ):
            words = plain
        elif parameter.name in self.before.missing:
            begun = narrowed(plain, partial(time_of, now=now, by_rule=True))
            words = begun if words in begun and begun != plain else words
        # The day that the turn before named for it, if it named one.
        spans = [dict(step.arguments).get(parameter.name) for step in self.before.draft.steps]
        days = [day_named(span.text, now) for span in spans if isinstance(span, Span)]
        day = self._day_said() or (days[0] if len(days) == 1 else None)
        carrying = Carrying(self.prompt, self.before)
        moment = carrying.moment(parameter.name, words, now, day) or time_of(words, now, day=day)
        return moment and carrying.half_of_day(parameter.name, moment, words, now)

    def _day_said(self) -> date | None:
        """The only day that the message names by a word of its own, if it does: "on Thursday"."""
        units = [unit[0] for unit in UNIT.finditer(self.prompt.message.typed)]
        runs = (" ".join(units[at : at + count]) for count in (2, 1) for at in range(len(units)))
        named = {day_named(run, self.state.now) for run in runs if _DAY_WORD.search(run)} - {None}
        return named.pop() if len(named) == 1 else None

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
        fitting = fitting_entries(parameter, self.state)
        return fitting[0].id if len(fitting) == 1 else _MISSING


def fitting_entries(parameter: Parameter, state: State) -> tuple[Entry, ...]:
    """The wallet's entries that the parameter could take."""
    return state.entries(parameter.kind, role=parameter.role)


def fits(parameter: Parameter, entry: CredentialEntry) -> bool:
    """Whether a credential is of the role that the parameter takes."""
    return parameter.role in {None, entry.role}
