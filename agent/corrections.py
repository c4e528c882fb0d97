"""Claims of a credential to be issued, where a message corrects the turn before.

What the message says of a claim is its value from now on, what it says is to be left out goes, and
all others stay as they were (contract, rule 7).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agent.claim_words import is_claim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

LEAD: Final = (
    r"(?:(?:no|nope|nah|sorry|oops|ah|ooh|oh|wait|actually|well|hang on|my mistake|please|and|but"
    r"|also|with|i meant?)\b[,.!:]* )*"
)
_OF_IT: Final = r"(?:the |that |this |his |her |their |its |a )?"
# Where a value ends: at a mark, or where something else begins.
_VALUE: Final = (
    r"(?P<value>(?:[^,.;!?]|(?<=\d)[.,](?=\d))+?)"
    r"(?=,? (?:not|instead|rather|please|pls|and|but|then|sorry|mate|i meant?)\b|[,.;!?](?!\d)|$)"
)
_ONE_WORD: Final = r"(?P<value>[\w\-+%]+)(?= please\b|[,.;!?](?!\d)|$)"
_SHOULD: Final = (
    r"(?:should(?:'ve| have)?(?: be(?:en)?| read| say)?|must be|needs to be|ought to be|to be|=|:)"
)
_IS: Final = r"(?:is|are|was|were|reads?)"
_TO: Final = r"(?:(?:from \S+ )?(?:to|into|as) )?"
_MENDS: Final = re.compile(
    r"\b(?:sorry|oops|actually|wait|mistake|instead|i meant?|(?:the )?rest (?:is|stays)"
    r"|everything else)\b",
    re.IGNORECASE,
)
_SHOULD_ZH: Final = (
    r"(?:应该|应当|要)?(?:是|写成?|填成?|为|改[成为到]|换成|[:：])"
    r"(?P<value>[^,，.。;；!！?？]+?)(?=[吧了啊呀]?(?:[,，.。;；!！?？]|$))"
)
_CHANGE: Final = r"(?:make|change|set|put|correct|fix|switch)"
# Words that a value does not begin with: they say something of the claim, or go on without one.
_NO_VALUE: Final = re.compile(
    r"(?:wrong|right|fine|ok(?:ay)?|correct|good|too|the same|unchanged|missing|still|not|as|is|are"
    r"|was|were|i|he|she|they|we|you|it|there|should|must|can|on|in|of|to|for|from|at|by|that|which|stays?|remains?|alone)\b",
    re.IGNORECASE,
)
_DROPPED: Final = (
    r"(?:without|leave out|leave off|drop|remove|omit|skip|take out|take off|strike|delete|no)"
)
_NOT: Final = r"(?:not|instead of|rather than)"
_SHORT: Final = 4  # words of a value that takes another's place


_ADDED: Final = re.compile(
    rf"{LEAD}(?:add|include) {_OF_IT}(?:an )?(?P<name>[^\W\d_]+(?: [^\W\d_]+)?):? {_VALUE}",
    re.IGNORECASE,
)


def added(message: str) -> tuple[str, str] | None:
    """A claim that a message adds, by a name that claims are known by: "add grade A"."""
    match = _ADDED.match(message)
    if match is None or not is_claim(match["name"]) or len(match["value"].split()) > _SHORT:
        return None
    return match["name"], match["value"]


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a message says of the claims of the turn before.

    Attributes:
        earlier: those claims, name -> value.
        message: the message as it was typed.
    """

    earlier: Mapping[str, str]
    message: str

    def certain(self) -> dict[str, str] | None:
        """The claims, where the message plainly corrects them: "make the shift night".

        No more than that may be said, for many a sentence has the name of a claim in it.
        """
        told = self._replaced()
        for name in self.earlier:
            own = re.escape(name)
            told |= self._value(name, rf"^{LEAD}{_CHANGE} {_OF_IT}{own} {_TO}{_VALUE}")
            told |= self._figures(name, rf"^{LEAD}{_OF_IT}{own}:? (?:{_SHOULD} )?{_VALUE}")
            if _MENDS.search(self.message):
                told |= self._value(name, rf"^{LEAD}{_OF_IT}{own} {_SHOULD} {_VALUE}")
                told |= self._value(name, rf"^{LEAD}{_OF_IT}{own}:? {_ONE_WORD}")
        left_out = {*self._left_out()}
        return self._without(left_out, told) if told or left_out else None

    def merged(
        self, drafted: Collection[tuple[str, str]], others: Collection[str] = ()
    ) -> dict[str, str]:
        """The claims with what the message says of them.

        `drafted` are the pairs that the model made of it, `others` words that name somebody.
        """
        told = self._told(rf"(?:{_SHOULD}|{_IS})")
        kept = {name for name, _ in drafted} | told.keys()
        left_out = {name for name in self.earlier if self._says(name) and name not in kept}
        more: dict[str, str] = {}
        for name, value in drafted:
            is_new = self._says(value) and not any(other in value for other in others)
            if not is_new or any(value in known or known in value for known in told.values()):
                continue
            of = name if self._says(name) else self._like(value) or name
            if of not in told and (of in self.earlier or self._says(of)):
                more[of] = value
        return self._without({*self._left_out(), *left_out}, {**more, **told})

    def _without(self, left_out: Collection[str], told: Mapping[str, str]) -> dict[str, str]:
        claims = {**self.earlier, **told}
        return {name: value for name, value in claims.items() if name not in left_out}

    def _told(self, copula: str) -> dict[str, str]:
        """Claims of which the message says what they are to be."""
        told = self._replaced()
        for name in self.earlier:
            own = re.escape(name)
            for pattern in (
                rf"^{LEAD}{_OF_IT}{own}:? {_VALUE}",
                rf"(?:,|\b(?:and|with)) {_OF_IT}{own} {_VALUE}",
                rf"\b{own} {copula} {_VALUE}",
                rf"\b{_CHANGE} {_OF_IT}{own} {_TO}{_VALUE}",
                rf"{own}{_SHOULD_ZH}",
            ):
                told |= self._value(name, pattern)
        return told

    def _value(self, name: str, pattern: str) -> dict[str, str]:
        match = re.search(pattern, self.message, re.IGNORECASE)
        if match is None or _NO_VALUE.match(match["value"]):
            return {}
        if len(match["value"].split()) > _SHORT:
            return {}
        return {name: match["value"].strip()}

    def _figures(self, name: str, pattern: str) -> dict[str, str]:
        """As `_value`, of one that was in figures and is again."""
        found = self._value(name, pattern)
        return found if all(map(_has_figures, (self.earlier[name], *found.values()))) else {}

    def _replaced(self) -> dict[str, str]:
        """Claims whose value the message denies, and what it says in its place."""
        found: dict[str, str] = {}
        for name, value in self.earlier.items():
            old = "|".join(map(re.escape, {value, value.split(" ", 1)[0]}))
            before = re.search(
                rf"(?:^|[.;!?] |, ){LEAD}(?:it(?:'s| is| was| should be) |should be "
                rf"|make (?:it|that) )?{_OF_IT}(?:{re.escape(name)} (?:is |was |should be )?)?"
                rf"(?P<value>[^,.;!?]+?)(?: please| pls)?,? {_NOT} (?:the )?(?:{old})\b",
                self.message,
                re.IGNORECASE,
            )
            after = re.search(
                rf"\bnot (?:the )?(?:{old})(?:,? but|,) {_VALUE}", self.message, re.IGNORECASE
            )
            match = before or after
            if (
                match
                and len(match["value"].split()) <= _SHORT
                and not _NO_VALUE.match(match["value"])
            ):
                found[name] = match["value"].strip()
        return found

    def _left_out(self) -> Iterator[str]:
        """Claims that are to be left out: the message says no more than that."""
        for name in self.earlier:
            pattern = (
                rf"{LEAD}{_DROPPED} {_OF_IT}(?:any )?{re.escape(name)}"
                r"(?: (?:out|off|again|altogether|then|please|though))*[.!]?"
            )
            if re.fullmatch(pattern, self.message.strip(), re.IGNORECASE):
                yield name

    def _says(self, words: str) -> bool:
        return words.casefold() in self.message.casefold()

    def _like(self, value: str) -> str | None:
        """The only earlier claim with a value of that sort: in figures, or in words."""
        alike = [
            name
            for name, other in self.earlier.items()
            if _has_figures(other) == _has_figures(value)
        ]
        return alike[0] if len(alike) == 1 else None


def _has_figures(value: str) -> bool:
    return any(map(str.isdigit, value))
