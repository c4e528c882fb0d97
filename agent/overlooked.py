"""What a message says and the model left out of its draft, or mixed up.

Nothing here makes a deed of a message, or an argument of words that something else was made of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

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
    from collections.abc import Mapping
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
_TO_WHOM: Final = frozenset(["show", "send", "give", "pay", "hand", "to"])
_OFFICE: Final = frozenset(["the", "my", "our"])
_POINTS: Final = re.compile(
    r"\b(?:show|send|give|present|hand|forward|e?-?mail|pay|pass|ask|tip)"
    r"(?: it| that| this| these| those)?(?: over)?(?: to)? (?:her|him|them)\b",
    re.IGNORECASE,
)
_WITH: Final = re.compile(
    r"\bwith (?:an? |the )?(?P<name>[a-z]+(?: [a-z]+)?) (?:of )?(?P<value>[\w\-]+)[.!]?$",
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
        if parameter.kind is Kind.CONTACT and (handle := self._pointed_at(texts)) is not None:
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
            case "type" if isinstance(said.get("subject"), Handle | Span):
                thing = thing_issued(self.prompt.message.text)
                return None if thing is None else Span(thing)
            case "subject":
                handles = self._unused(texts)
                return Handle(handles.pop()) if len(handles) == 1 else None
            case "place" if isinstance(said.get("event"), Span):
                return self._place(texts)
            case "filter":
                line = self.prompt.message.typed
                told = deeds_told(line) or listed(line)
                return None if told is None else Span(told)
            case "about" if isinstance(said.get("when"), Span):
                return self._rest(texts)
            case "when":
                return self._when(texts)
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

    def _when(self, texts: tuple[str, ...]) -> Span | None:
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

    def _pointed_at(self, texts: tuple[str, ...]) -> str | None:
        """The only contact that is named, where "her" or "them" says to whom: "show her my card".

        Or where the deed stands right before "the" and a word of the name: "send the surgery …".
        """
        text = self.prompt.message.text
        handles = self._unused(texts)
        if len(handles) != 1:
            return None
        (handle,) = handles
        words = [unit[0].casefold() for unit in UNIT.finditer(text)]
        starts = [
            at for at, each in self.prompt.shortlist.linked_at(text).items() if handle in each
        ]
        before = [words[max(0, at - 2) : at] for at in starts]
        is_to = any(each[:1] and each[0] in _TO_WHOM and each[1:] == ["the"] for each in before)
        is_known = handle in self.prompt.shortlist.plain(text)
        is_office = any(each[-1:] and each[-1] in _OFFICE for each in before)
        if is_to or (_POINTS.search(text) and (is_known or is_office)):
            return handle
        return None

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


def is_courtesy(text: str) -> bool:
    """Whether words are only said to somebody: "thank you kindly"."""
    return not _POLITE.sub("", text).strip(" ,.:-")
