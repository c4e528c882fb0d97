"""What the turn before said, and a message that changes it leaves as it was (contract, rule 7).

A message is such a change where what it does not say itself is the turn's before: to whom, of what
kind, by which credential.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final, TypeVar

from agent.amounts import amount_of
from agent.claims_said import is_alone, is_more
from agent.corrections import LEAD, Corrections, added
from agent.draft import Draft, DraftStep, Handle, Names, Pairs, Span, Value, Word
from agent.state import CredentialEntry
from agent.times import NOON, says_half, time_of
from agent.words import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.claims_said import ClaimsSaid
    from agent.prompt import Prompt, Turn

V = TypeVar("V", Names, Pairs)
_MADE: Final = re.compile(
    rf"^(?:[^.;!?]{{1,60}}[.;!] )?{LEAD}(?:make (?:it|that|this)"
    r"|(?:change|push|move|shift|bring|put|delay|postpone) (?:it|that|this)(?: back| forward| up"
    r"| out)? to"
    r"|(?:it|that) should(?:'ve| have)? be(?:en)?) "
    r"(?P<value>(?:[^,.;!?]|(?<=\d)[.,](?=\d)|,(?= \d{1,2}(?::\d\d)? ?[ap]m\b| noon\b))+?)"
    r"(?: instead| please| pls| then| sorry)*(?:[,;!?] |\. |[.!?]?$)",
    re.IGNORECASE,
)
_DAY_ALONE: Final = re.compile(
    rf"{LEAD},? ?(?P<value>[^,.;!?]+?)[ ,]*(?: please)?[ ,.!]*", re.IGNORECASE
)
_LEAVE_OUT: Final = re.compile(
    rf"{LEAD}(?:without|(?:leave|take) (?:out|off)|drop|remove|omit|skip|hide|withhold|minus|except"
    r"|do(?:n['’]?t| not) (?:show|send|give|share|include|present)|not (?:the|my|his|her|their))\b",
    re.IGNORECASE,
)
_LEFT_OUT: Final = re.compile(
    r"\b(?:leave|take|keep) (?:[\w'’]+ ){1,4}(?:out|off)\b"
    r"|\bnone of (?:their|his|her) business\b",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(r"[,;:]|\b(?:and|but|just|only|keep)\b", re.IGNORECASE)
_SHORT: Final = 12  # words of a message that does nothing but leave something out
_WHOLE: Final = re.compile(
    r"\bthe (?:whole|entire) (?:thing|card|lot|document|certificate|of it)\b|\ball of it\b"
    r"|整[张張份个個]都?|全部(?:信息|内容)?都?给",
    re.IGNORECASE,
)
_ALL: Final = re.compile(r"\b(?:all|everything|the (?:lot|rest|whole))\b|[都全]", re.IGNORECASE)
_SAME_TIME: Final = re.compile(
    r",? ?\b(?:and )?(?:at )?(?:the )?same (?:time|hour)\b|\btime (?:stays|is) the same\b"
    r"|(?:同一|同样|一样的?|相同的?)(?:的?时间|时候|钟点)|(?:时间|钟点)(?:还是)?(?:不变|一样|照旧)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Carrying:
    """What there is to carry over into one message.

    Attributes:
        prompt: what the model was shown.
        before: the turn before.
    """

    prompt: Prompt
    before: Turn

    def unmixed(self, said: dict[str, Value]) -> dict[str, Value]:
        """What is said of a step; a word that is a choice there, "make it web", is no name."""
        choices = {value.text for value in said.values() if isinstance(value, Word)}
        steps = self.before.draft.steps
        earlier = dict(steps[0].arguments) if len(steps) == 1 else {}
        mixed = {
            name: earlier[name]
            for name, value in said.items()
            if isinstance(value, Span) and value.text in choices and name in earlier
        }
        return {**said, **mixed}

    def names(self, names: tuple[str, ...], said: Mapping[str, Value]) -> tuple[str, ...]:
        """Claims to show, where the message says more of those of the turn before, or less."""
        shown = [value.names for value in self._values(Names)]
        if len(shown) != 1:
            return names
        (before,) = shown
        if names == before and _WHOLE.search(self.prompt.message.typed):
            return ()
        if is_more(self.prompt.message.text):
            names = tuple(dict.fromkeys((*self._beside(before), *names)))
        entry = self.prompt.shortlist.meant(said.get("credential"))
        if not isinstance(entry, CredentialEntry) or not self._is_taken_over(said):
            return names
        of_it = self.prompt.said_of(entry)
        if dropped := self._dropped(of_it, before):
            return tuple(name for name in before if name not in dropped)
        if of_it.named or of_it.is_only or is_alone(self.prompt.message.text):
            return names
        if of_it.kept_back and _ALL.search(self.prompt.message.text):
            before = tuple(map(plain_claim, entry.claims))
        return self._left(before, entry, of_it) or names

    def _dropped(self, said: ClaimsSaid, before: tuple[str, ...]) -> set[str]:
        """Claims that a message does nothing but drop: "drop the salary"."""
        typed = self.prompt.message.typed
        named = {*map(plain_claim, said.named)}
        is_all = _LEAVE_OUT.match(typed) and not _GOES_ON.search(typed)
        return named if is_all and named < {*before} and not said.kept_back else set()

    def _left(
        self, before: tuple[str, ...], entry: CredentialEntry, said: ClaimsSaid
    ) -> tuple[str, ...]:
        """Of the claims that were to be shown, those that the credential has and is to show yet."""
        own = {*map(plain_claim, entry.claims)}
        kept_back = {*map(plain_claim, said.kept_back)}
        if kept_back and entry not in self.before.entries.values():
            return ()
        if kept_back.issuperset(before):
            # "not the level, the test date": the one that nobody was to see takes its place.
            return tuple(
                name for name in map(plain_claim, entry.claims) if name in kept_back - {*before}
            )
        return tuple(name for name in before if name in own - kept_back)

    def _beside(self, before: tuple[str, ...]) -> Iterator[str]:
        """What the turn before was to show, and what is said to come beside it."""
        for entry in self.before.entries.values():
            if isinstance(entry, CredentialEntry):
                said = self.prompt.said_of(entry)
                if said.named and not said.is_only:
                    kept = map(plain_claim, said.kept_back)
                    yield from (name for name in before if name not in {*kept})
                    yield from map(plain_claim, said.named)

    def pairs(self, pairs: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
        """Claims: of those that this message says nothing of, what an earlier one said stands."""
        earlier = [pair for value in self._values(Pairs) for pair in value.pairs]
        for pair in pairs:
            same = [other for other in earlier if other[0] == pair[0] or other[1] == pair[1]]
            is_said = any(text in self.prompt.message.text for text in pair)
            yield pair if is_said or len(same) != 1 else same[0]

    def corrections(self, said: Mapping[str, Value]) -> Corrections | None:
        """What the message corrects of the claims of the turn before, if it is about the same."""
        steps, pairs = self.before.draft.steps, self._values(Pairs)
        kind = said.get("type")
        if len(steps) != 1 or len(pairs) != 1 or not isinstance(kind, Span):
            return None
        if self.before.missing or kind.text in self.prompt.message.text:
            return None
        restore = self.prompt.restore
        earlier = {restore(name): restore(value) for name, value in pairs[0].pairs}
        return Corrections(earlier, self.prompt.message.typed)

    def corrected(self, now: datetime) -> Draft | None:
        """The turn before, corrected, where the message plainly does that and no more."""
        drafted = self.before.drafted(self.prompt.shortlist)
        if len(drafted.steps) != 1 or self.before.missing:
            return None
        (step,) = drafted.steps
        said = dict(step.arguments)
        changed: tuple[str, Value] | None
        changed = self._made_another(now) or self._left_out(said) or self._added(step)
        if changed and (changed[0] in said or changed[0] == "claims"):
            arguments = {**said, changed[0]: changed[1]}
            return Draft((DraftStep(step.action, tuple(arguments.items())),))
        found = self.corrections(said)
        return drafted if found is not None and found.certain() is not None else None

    def _added(self, step: DraftStep) -> tuple[str, Pairs] | None:
        """Claims to issue with one more, where a message says no more than that: "add grade A"."""
        claim = added(self.prompt.message.typed)
        if claim is None or step.action != "issue_credential":
            return None
        earlier = dict(step.arguments).get("claims")
        pairs = earlier.pairs if isinstance(earlier, Pairs) else ()
        return "claims", Pairs((*pairs, claim))

    def _made_another(self, now: datetime) -> tuple[str, Span] | None:
        """An amount or a time that takes the place of the one before: "make it 0.03"."""
        message = self.prompt.message.typed
        match = _MADE.match(message)
        if match is None and _SAME_TIME.search(message) and self._clock("when", now):
            match = _DAY_ALONE.fullmatch(_SAME_TIME.sub("", message))
        if match is None:
            return None
        words = Span(match["value"])
        if time_of(words.text, now, by_rule=True):
            return "when", words
        return ("amount", words) if amount_of(words.text) else None

    def _left_out(self, said: Mapping[str, Value]) -> tuple[str, Names] | None:
        """Claims to show but one, where a message says no more than that: "drop the photo"."""
        entry, shown = self.prompt.shortlist.meant(said.get("credential")), said.get("claims")
        message = self.prompt.message.typed
        if not isinstance(entry, CredentialEntry) or not (
            _LEAVE_OUT.match(message) or _LEFT_OUT.search(message)
        ):
            return None
        names = shown.names if isinstance(shown, Names) else tuple(map(plain_claim, entry.claims))
        of_it = self.prompt.said_of(entry)
        kept_back = {*map(plain_claim, of_it.kept_back)}
        left = tuple(name for name in names if name not in kept_back)
        if of_it.named or len(left) in {0, len(names)} or len(message.split()) > _SHORT:
            return None
        return "claims", Names(left)

    def moment(
        self, parameter: str, words: str, now: datetime, said: date | None = None
    ) -> str | None:
        """The day that words name, at the time of it that was named before, if that is said.

        `said` is the day that the message names.
        """
        clock = self._clock(parameter, now)
        if clock is None or not _SAME_TIME.search(self.prompt.message.text):
            return None
        day = time_of(_SAME_TIME.sub("", words), now)
        day = said.isoformat() if day is None and said is not None else day
        if day is None or "T" in day:
            return None
        return datetime.combine(datetime.fromisoformat(day), clock).isoformat()

    def half_of_day(self, parameter: str, moment: str, words: str, now: datetime) -> str:
        """A moment, in the afternoon where the one that it replaces was: "make it 5:30"."""
        clock = self._clock(parameter, now)
        if clock is None or clock.hour < NOON or "T" not in moment or says_half(words):
            return moment
        at = datetime.fromisoformat(moment)
        return at.replace(hour=at.hour + NOON).isoformat() if 0 < at.hour < NOON else moment

    def _clock(self, parameter: str, now: datetime) -> time | None:
        """The time of day that the turn before named, if it did."""
        spans = [dict(step.arguments).get(parameter) for step in self.before.draft.steps]
        moments = [time_of(span.text, now) for span in spans if isinstance(span, Span)]
        if len(moments) != 1 or moments[0] is None or "T" not in moments[0]:
            return None
        return datetime.fromisoformat(moments[0]).timetz()

    def _is_taken_over(self, said: Mapping[str, Value]) -> bool:
        """Whether the message itself does not name the credential, or whom it is shown to."""
        linked = self.prompt.shortlist.linked_handles(self.prompt.message.text)
        before = {entry.id for entry in self.before.entries.values()}
        unsaid = [
            value
            for value in said.values()
            if isinstance(value, Handle) and value.name not in linked
        ]
        return any(
            (entry := self.prompt.shortlist.meant(value)) and entry.id in before for value in unsaid
        )

    def _values(self, sort: type[V]) -> list[V]:
        values = (value for step in self.before.draft.steps for _, value in step.arguments)
        return [value for value in values if isinstance(value, sort)]


def says_less(message: str) -> bool:
    """Whether a message leaves something out of what the turn before was to show."""
    return bool(_LEAVE_OUT.match(message) or _LEFT_OUT.search(message))


def plain_claim(claim: str) -> str:
    """A claim's name as a draft has it."""
    return canonical(claim).strip(" ")
