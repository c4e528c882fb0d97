"""What a message says and the model left out of its draft, or mixed up.

Nothing here makes a deed of a message, or an argument of words that something else was made of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from agent.candidates import folded
from agent.carrying import plain_claim
from agent.claim_words import is_claim
from agent.draft import Handle, Names, Pairs, Span, Unknown, Value
from agent.happened import deeds_told
from agent.phrases import listed, places_said, thing_issued
from agent.state import CredentialEntry
from agent.times import time_of
from agent.widening import narrowed, places
from agent.words import DID_MARKS, PLACE_MARKS, UNIT
from wallet.actions.registry import Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from agent.prompt import Prompt, Turn

_LONGEST_TIME: Final = 8  # words
_REMINDING: Final = re.compile(
    r"(?:(?:please|pls|plz|can you|could you) )?(?:set (?:me )?(?:a |an )?)?remind(?:er)?(?: me)?"
    r"(?: on| at| for|:)? ?",
    re.IGNORECASE,
)
_COURTESY: Final = (
    r"(?:please|pls|plz|(?:many )?thanks|thx|ta|cheers|thank you|bless you|mate|love|dear"
    r"|(?:if|would|could|will|can) you(?:'d| would| could| can| don't mind)?"
    r"(?: be so (?:kind|good))?"
    r"|if (?:that's|it's) (?:ok(?:ay)?|all ?right|no trouble)|(?:very |(?:ever )?so )?(?:much|kind)"
    r"(?: of you)?|(?:i'd |we'd )?(?:be )?(?:very |so |most |much )?"
    r"(?:appreciated?(?: it| that)?|obliged|grateful)"
    r"|a (?:lot|bunch|million)|kindly|in advance|(?:that's|you're) (?:very |so )?kind"
    r"|there's a (?:good )?(?:dear|love|lad|lass|girl))"
)
# Said to somebody: what stands at the end, and all that a last part of the sentence is.
_POLITE: Final = re.compile(
    rf"^ ?(?:to|that|about) |(?:,? (?:please|pls|plz|thanks|thx|ta))+$"
    rf"|(?:^|[,.!;:\-] ?){_COURTESY}(?:,? (?:and )?{_COURTESY})*$",
    re.IGNORECASE,
)
_TO_WHOM: Final = frozenset(["show", "send", "give", "issue", "pay", "hand", "let", "to"])
# Beside a name: somebody else may be meant as well, or it is no person's.
_TIES: Final = frozenset(["and", "or", "nor", "the"])
_GIVES: Final = _TO_WHOM - {"to"}
_BEFORE_NAMES: Final = frozenset(["the", "my", "our", "for", "on", "of", "against", "to"])
_PAYS: Final = frozenset(["pay", "send", "give", "transfer", "wire", "tip"])
_OF_TYPE: Final = re.compile(r"\bof type (?P<type>\w+)")
_NOT: Final = re.compile(
    r"\bnot (?:(?:the|my|to|for|from|of) )*$|(?:不是|唔係|唔系)$", re.IGNORECASE
)
_OFFICE: Final = frozenset(["the", "my", "our"])
_POINTS: Final = re.compile(
    r"\b(?:show|send|give|present|hand|forward|e?-?mail|pay|pass|ask|tip)"
    r"(?: it| that| this| these| those)?(?: over)?(?: to)? (?:her|him|them)\b"
    r"|\b(?:issue|write|make|draw|sign|grant|award)(?: out| up)? (?:her|him|them)\b"
    r"|\b(?:present|show|send|give|forward|hand)(?: [\w'’]+){1,4} to (?:her|him|them)\b"
    r"|\b(?:request|ask for|want|need)(?: to see)? (?:her|his|their) \w",
    re.IGNORECASE,
)
_WITH: Final = re.compile(
    r"\bwith (?:an? |the )?(?P<name>[a-z]+(?: [a-z]+)?) (?:of )?(?P<value>[\w\-]+)"
    r"(?=[.!]?$| on (?:it|that|there)\b)",
    re.IGNORECASE,
)
_LITERAL: Final = frozenset({"source", "endpoint", "did"})  # arguments that are typed out


@dataclass(frozen=True, slots=True)
class Overlooked:
    """What there is to find in one message, after the turn before it."""

    prompt: Prompt
    now: datetime
    before: Turn | None

    def value(
        self, parameter: Parameter, said: Mapping[str, Value], texts: tuple[str, ...]
    ) -> Value | None:
        """What the message says, where the model left it out or found it nowhere."""
        if parameter.kind is Kind.CONTACT:
            pays = parameter.name == "to"
            if (handle := self._pointed_at(texts, pays=pays)) is not None:
                return Handle(handle)
        is_unknown = isinstance(said.get(parameter.name), Unknown) and parameter.name != "about"
        return (
            self._literal(parameter, texts)
            if is_unknown
            else self._left_out(parameter, said, texts)
        )

    def _left_out(
        self, parameter: Parameter, said: Mapping[str, Value], texts: tuple[str, ...]
    ) -> Value | None:
        """What the message says of an argument that the model says nothing of."""
        match parameter.name:
            case "type":
                return self._sort(said)
            case "subject" | "product":
                return self._entry(parameter.name, texts)
            case "place" if isinstance(said.get("event"), Span):
                return self._place(texts)
            case "filter":
                line = self.prompt.message.typed
                told = deeds_told(line) or listed(line)
                return None if told is None else Span(told)
            case "about" if isinstance(said.get("when"), Span):
                return self._rest(texts)
            case "when":
                return self.when(texts)
            case "claims" if parameter.kind is Kind.NAMES:
                return self._claims_alone(said)
            case "claims" if parameter.kind is Kind.CLAIMS:
                return self._claim_said(texts)
            case _:
                return self._literal(parameter, texts)

    def instead(
        self, parameter: Parameter, given: Handle, said: Mapping[str, Value], texts: tuple[str, ...]
    ) -> Value:
        """What the words mean in place of an entry that they do not name, or name somebody with."""
        if given.name[0] == "$":
            return given
        if (meant := self._not_denied(given)) is not None:
            return meant
        linked = self.prompt.shortlist.linked_at(self.prompt.message.text)
        named_at = {at for at, handles in linked.items() if given.name in handles}
        if not named_at:
            is_typed = parameter.literal and parameter.kind is not Kind.CONTACT
            return (is_typed and self._literal(parameter, texts)) or given
        if parameter.kind is not Kind.CREDENTIAL:
            return given
        people = {value.name for value in said.values() if isinstance(value, Handle)} - {given.name}
        spent = {at for at, handles in linked.items() if not people.isdisjoint(handles)}
        wholly = self.prompt.shortlist.named_wholly(self.prompt.message.text)
        others = {
            handle
            for at, handles in linked.items()
            for handle in handles
            if at in wholly and at not in spent and self._fits(handle, parameter)
        }
        return Handle(others.pop()) if named_at <= spent and len(others) == 1 else given

    def _not_denied(self, given: Handle) -> Handle | None:
        """The other one that words name, where they say that the given one is not meant."""
        text = self.prompt.message.text
        places = [unit.start() for unit in UNIT.finditer(text)]
        linked = self.prompt.shortlist.linked_at(text)
        named = {
            handle: [at for at, handles in linked.items() if handle in handles]
            for handles in linked.values()
            for handle in handles
            if handle[0] == given.name[0]
        }
        denied = {
            handle
            for handle, found in named.items()
            if all(_NOT.search(text[: places[at]]) for at in found)
        }
        others = named.keys() - denied
        return Handle(others.pop()) if given.name in denied and len(others) == 1 else None

    def _fits(self, handle: str, parameter: Parameter) -> bool:
        """Whether a handle is of a credential that a parameter takes."""
        entry = self.prompt.shortlist.entry(handle)
        return isinstance(entry, CredentialEntry) and parameter.role in {None, entry.role}

    def _rest(self, texts: tuple[str, ...]) -> Span | None:
        """What there is to remind of, where a message is that, a time, and the word for it."""
        line = self.prompt.message.typed
        (when, *more) = texts or ("",)
        when = narrowed(when, partial(time_of, now=self.now, by_rule=True))
        before, found, after = line.partition(when)
        lead = _REMINDING.fullmatch(before)
        rest = _POLITE.sub("", after.rstrip(" .!?")).strip(" ,.:-")
        if more or not found or lead is None or len(rest.split()) not in range(2, 9):
            return None
        return Span(rest)

    def when(self, texts: tuple[str, ...]) -> Span | None:
        """The only time that a message names, where nothing else was made of its words."""
        line = self.prompt.message.typed
        taken = [place for text in texts for place in places(text, line)]
        units = [(unit.start(), unit.end()) for unit in UNIT.finditer(line)]
        found = [
            (first, last)
            for at, (first, _) in enumerate(units)
            for _, last in units[at : at + _LONGEST_TIME]
            if not any(start < last and first < end for start, end in taken)
            and time_of(line[first:last], self.now, by_rule=True) is not None
        ]
        longest = max(found, key=lambda run: run[1] - run[0], default=None)
        if longest is None or any(not longest[0] <= run[0] <= longest[1] for run in found):
            return None
        return Span(line[slice(*longest)])

    def _entry(self, parameter: str, texts: tuple[str, ...]) -> Handle | None:
        """The only entry that may be meant: a contact of which nothing else was made, a product."""
        handles = self._product_alone() if parameter == "product" else self._unused(texts)
        return Handle(handles.pop()) if len(handles) == 1 else None

    def _product_alone(self) -> set[str]:
        """The products that words name, where no other word stands with them: "for the van"."""
        text = self.prompt.message.text
        words = [unit[0].casefold() for unit in UNIT.finditer(text)]
        named = [
            (at, handle)
            for at, handles in self.prompt.shortlist.linked_at(text).items()
            for handle in handles
            if handle[0] == "G"
        ]
        first = min((at for at, _ in named), default=0)
        is_alone = first == 0 or words[first - 1] in _BEFORE_NAMES
        return {handle for _, handle in named} if is_alone else set()

    def _sort(self, said: Mapping[str, Value]) -> Span | None:
        """What is to be issued, or of what type a service is, where the message says so plainly."""
        thing = None
        if isinstance(said.get("subject"), Handle | Span):
            thing = thing_issued(self.prompt.message.text)
        elif isinstance(said.get("endpoint"), Span):
            match = _OF_TYPE.search(self.prompt.message.typed)
            thing = match and match["type"]
        return None if thing is None else Span(thing)

    def _literal(self, parameter: Parameter, texts: tuple[str, ...]) -> Span | None:
        """The only DID, link or file of the message, where one is wanted and none was used."""
        if not parameter.required or not (parameter.literal or parameter.name in _LITERAL):
            return None
        of_places = parameter.kind is Kind.CREDENTIAL or parameter.name in {"source", "endpoint"}
        message = self.prompt.message
        found = [
            mark
            for mark in (PLACE_MARKS if of_places else DID_MARKS)
            if mark in message.text and not any(message.literals[mark] in text for text in texts)
        ]
        return Span(found[0]) if len(found) == 1 else None

    def _place(self, texts: tuple[str, ...]) -> Span | None:
        """Words that are plainly a place, and no time, and of which nothing else was made."""
        line = self.prompt.message.typed
        taken = [place for text in texts for place in places(text, line)]
        free = [
            line[first:last]
            for first, last in places_said(line)
            if not any(start < last and first < end for start, end in taken)
            and time_of(line[first:last], self.now, by_rule=True) is None
        ]
        return Span(free[0]) if len(free) == 1 else None

    def _claims_alone(self, said: Mapping[str, Value]) -> Names | None:
        """Claims that alone are to be shown, by the words: not the whole credential."""
        match said.get("credential"):
            case Handle(name) if not name.startswith("$"):
                entry = self.prompt.shortlist.entry(name)
            case _:
                return None
        if not isinstance(entry, CredentialEntry):
            return None
        found = self.prompt.said_of(entry)
        meant = None
        if found.is_only or found.kept_back:
            meant = self.prompt.exact_claims(entry)
        return Names(tuple(map(plain_claim, meant))) if meant else None

    def _claim_said(self, texts: tuple[str, ...]) -> Pairs | None:
        """A claim that is known by that name, with its value: "with tier gold"."""
        line = self.prompt.message.typed
        match = _WITH.search(line)
        if match is None or not is_claim(match["name"]):
            return None
        taken = [place for text in texts for place in places(text, line)]
        if any(start < match.end() and match.start("name") < end for start, end in taken):
            return None
        return Pairs(((match["name"], match["value"]),))

    def _pointed_at(self, texts: tuple[str, ...], *, pays: bool) -> str | None:
        """The only contact that is named, where "her" or "them" says to whom: "show her my card".

        Or where the deed stands right before "the" and a word of the name: "send the surgery …".
        Nobody is paid but whom the last word for paying stands before.
        """
        text = self.prompt.message.text
        unused = self._unused(texts)
        units = tuple(UNIT.finditer(text))
        words = [unit[0].casefold() for unit in units]
        linked = self.prompt.shortlist.linked_at(text)
        starts = [
            (at, handle) for at, each in linked.items() for handle in each if handle in unused
        ]
        plain = self.prompt.shortlist.plain(text)
        last = max((at for at, word in enumerate(words) if word in _PAYS), default=-1)
        to = {
            handle
            for at, handle in starts
            if _is_whom(words[:at], is_plain=handle in plain) and (not pays or at > last >= at - 2)
        }
        if len(to) == 1:
            return to.pop()
        points = _POINTS.search(text)
        if points is None:
            return None
        if len(unused) == 1:
            (handle,) = unused
            offices = (words[at - 1] for at, each in starts if each == handle and at)
            is_named = any(
                self._is_named_first(handle, at) for at, each in starts if each == handle
            )
            is_known = is_named or handle in plain or not _OFFICE.isdisjoint(offices)
            return handle if is_known else None
        before = {
            handle
            for at, handle in starts
            if units[at].end() <= points.start() and self._is_named_first(handle, at)
        }
        return before.pop() if len(before) == 1 else None

    def _is_named_first(self, handle: str, at: int) -> bool:
        """Whether a word of the message is the first of a contact's name, written as names are."""
        units = [unit[0] for unit in UNIT.finditer(self.prompt.message.typed)]
        own = folded(self.prompt.shortlist.entry(handle).name).words
        is_first = units[at][:1].isupper() and own[:1] == folded(units[at]).words[:1]
        return is_first and _TIES.isdisjoint((*units[max(0, at - 1) : at], *units[at + 1 : at + 2]))

    def _unused(self, texts: tuple[str, ...]) -> set[str]:
        """Handles of the contacts that words name of which nothing else was made."""
        message = self.prompt.message
        taken = [place for text in texts for place in places(text, message.typed)]
        starts = [unit.start() for unit in UNIT.finditer(message.typed)]
        return {
            handle
            for at, handles in self.prompt.shortlist.linked_at(message.text).items()
            for handle in handles
            if handle[0] == "P" and not any(first <= starts[at] < last for first, last in taken)
        }


def _is_whom(before: Sequence[str], *, is_plain: bool) -> bool:
    """Whether words end in what says to whom: "show the", or "pay" where the name is plain."""
    match before:
        case [*_, word, "the"] if word in _TO_WHOM:
            return True
        case [*_, word]:
            return is_plain and word in _GIVES
        case _:
            return False


def is_courtesy(text: str) -> bool:
    """Whether words are only said to somebody: "thank you kindly"."""
    return not _POLITE.sub("", text).strip(" ,.:-")
