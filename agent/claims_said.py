"""Which claims of a credential a message names, and which it keeps back.

What is kept back is never shown; where all that the words list is found among the claims, no other
is. A clause keeps claims back if it denies something: "without …", "he needn't know …", 别露….
What cannot be told so is left to the model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from agent.candidates import is_slip
from agent.claim_words import parts_of, phrases_for, plain_word
from agent.claims_in_short import short_names, short_names_zh, stands_alone
from agent.words import UNIT, read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_LONG: Final = 6  # letters of a word that is known in spite of a slip
_CLAUSE: Final = re.compile(
    r"[.;:!?]|(?<!\d),|,(?!\d)|(?<!not )\b(?:but|just|only|though|then|so)\b"
    r"|(?<!不)(?:但|只|仅|净|而)",
    re.IGNORECASE,
)
_ALL_BUT: Final = re.compile(
    r"\b(?:all|everything|anything|the (?:lot|whole thing))(?: \w+){0,3} but\b",
    re.IGNORECASE,
)
# "nothing on it except my name" is "only my name".
_NOTHING_BUT: Final = re.compile(
    r"(?P<before>(?:\bnothing|\bno \w+|(?:\b(?:not|never|without)|n['’]?t)\b(?: [\w'’]+){0,6}?"
    r" any(?:thing| \w+))"
    r"(?: (?!but\b)[\w'’]+){0,4}? )(?P<except>excepting|except|but|save|bar|barring|beyond|besides"
    r"|(?:other|more)(?= than\b)|(?:apart|aside)(?= from\b))\b",
    re.IGNORECASE,
)
_MARK: Final = re.compile(r"[,.;:!?]")
_COUNTED: Final = re.compile(
    r"\b(?P<count>two|three|four|five|[2-5]) (?:things|details|bits|pieces|items|facts|fields)\b",
    re.IGNORECASE,
)
_COUNTS: Final = {"two": 2, "three": 3, "four": 4, "five": 5}
_DENIES: Final = re.compile(
    r"\b(?:without|except(?:ing| for)?|exclud(?:e|ing)|minus|barring|save for|sans|omit(?:ting)?"
    r"|(?:all|everything|anything|lot|thing)(?: \w+){0,3} (?:bar|save)|hid(?:e|es|ing|den)"
    r"|leav(?:e|es|ing)|left out|skip(?:ping)?|not|never|no(?!\.? ?\d)|none|other than|apart from"
    r"|aside from|besides|withh(?:e|o)ld(?:ing)?|conceal(?:ed|ing)?|redact(?:ed|ing)?"
    r"|black(?:ed|ing)? out|cover(?:ed|ing)? (?:up|over)|covered|(?:drop|dropping|less) (?:the|my)"
    r"|remov(?:e|ed|ing)|keep(?:ing)?|(?:is|are|stays?|remains?) (?:private|secret)|cannot"
    r"|(?:do|does|did|need|wo|should|must|ca|is|are)n['’]?t|wouldn['’]?t (?:want|like))\b"
    r"|\bw/o\b|, bar\b"
    r"|[别不没唔咪勿莫毋免除隐遮盖藏删抹]|打码|拿掉|略去|保密|[以之]外|外都",
    re.IGNORECASE,
)
# What denies something, and keeps no claim back.
_EVEN_SO: Final = re.compile(
    r"\b(?:not (?:only|just)|do(?:n['’]?t| not) (?:forget|leave out|skip|omit)"
    r"|why (?:not|don['’]?t)|if (?:\w+ )?not\b"
    r"|no (?:problem|worries|rush|hurry|more|other|thanks)"
    r"|not (?:much|anything|an? (?:single )?\w+|one (?:single )?\w+) (?:else|more|further)"
    r"|nothing)\b"
    r"|不[只光止但仅]|别忘|不好意思|没事|没问题|没关系|不客气|(?:别的|其他|其它|其余)[^,]*"
    r"|[级性类特分个区识告]别|免[疫费]|盖章",
    re.IGNORECASE,
)
_BESIDE: Final = re.compile(r"\bnot (?:only|just)\b|不[只光止但仅]", re.IGNORECASE)
_ALONE: Final = re.compile(
    r"\b(?:only|just|alone|nothing|no more|that's all|that is all|(?:is|are) (?:all|enough)|will do"
    r"|suffices?)\b|[只仅净]|就[行够好]|即可|就可以|就得|够了",
    re.IGNORECASE,
)
_MORE: Final = re.compile(
    r"\b(?:also|as well|too|add|adding|include|plus|along with|on top)\b"
    r"|[还也连]|一起|一并|加上|补上|埋",
    re.IGNORECASE,
)
_FILLING: Final = re.compile(
    r"\b(?:and|or|nor|plus|as well as|my|the|his|her|their|its|a|an|of|either|both)\b"
    r"|和|跟|及|以及|还有|同|与|或|[\s,&]",
    re.IGNORECASE,
)
# A list with something that is no claim known here, after those that are or before them.
_GOES_ON: Final = re.compile(
    r" ?(?:and|&|plus|as well as) (?!nothing|no |that|then|show|send|give|let|please|not|only|just"
    r"|keep|hide|leave|skip|do|don|it|this|also (?:show|send))\w"
    r"|(?:和|跟|及|以及|还有|同|与)(?=[\u3400-\u9fff])",
    re.IGNORECASE,
)
_WENT_ON: Final = re.compile(
    r"\w (?:and|&|plus|as well as)(?: (?:my|the|his|her|their))? ?$"
    r"|[\u3400-\u9fff](?:和|跟|及|以及|还有|同|与)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ClaimsSaid:
    """Claims that the words name, and those that they keep back.

    `is_whole` is whether all that the words list is found; `is_only`, whether they say themselves
    that it is all.
    """

    named: frozenset[str] = frozenset()
    kept_back: frozenset[str] = frozenset()
    is_whole: bool = False
    is_only: bool = False

    def exact(self, claims: Sequence[str], *, after_others: bool) -> tuple[str, ...] | None:
        """All that is to be shown, where the words leave no doubt.

        `after_others`: an earlier turn was about some of the claims, which may be meant as well.
        """
        if self.named and self.is_whole and (self.is_only or not after_others):
            return tuple(name for name in claims if name in self.named)
        if self.kept_back and not self.named and not after_others:
            return tuple(name for name in claims if name not in self.kept_back)
        return None


@dataclass(frozen=True, slots=True)
class _Group:
    """Words that name claims: where they begin and end."""

    start: int
    end: int
    claims: frozenset[str]


def is_more(message: str) -> bool:
    """Whether a message adds to what was said before."""
    return bool(_MORE.search(read(message)))


def is_alone(message: str) -> bool:
    """Whether a message says of something that it is all."""
    return bool(_ALONE.search(read(message)))


def claims_said(
    message: str,
    claims: Sequence[str],
    taken: Collection[int] = frozenset(),
    names: Collection[int] = frozenset(),
) -> ClaimsSaid:
    """What a message says of a credential's claims.

    `taken` are places of words that are an entry's name from end to end, `names` of any that name
    one: the first name no claim, and none of them denies anything.
    """
    return _said(message, tuple(claims), frozenset(taken), frozenset(names))


@lru_cache(maxsize=64)
def _said(
    message: str, claims: tuple[str, ...], taken: frozenset[int], names: frozenset[int]
) -> ClaimsSaid:
    """As `claims_said`; the grammar and the rules ask of the same ones several times."""
    text = _NOTHING_BUT.sub(_only, read(message))
    text = _ALL_BUT.sub(lambda match: f"{match[0][:-3]}bar", text)
    found = [*_found(text, claims, taken)]
    text = _blanked(text, names)
    named: list[tuple[bool, _Group]] = []
    kept: set[str] = set()
    is_whole, is_only, denied, unknown = True, False, False, False
    for start, end in _clauses(text):
        here = [group for group in found if start <= group.start and group.end <= end]
        clause = text[start:end]
        lead = text[:start].rstrip()
        around = _without(clause, start, here)
        plain = _EVEN_SO.sub("", around)
        denies = _DENIES.search(plain)
        is_list = bool(here) and not _FILLING.sub("", around)
        # "only my shoe size, name and photo": what is listed first is no claim known here.
        is_whole = is_whole and not (is_list and unknown and lead.endswith(","))
        unknown = not here and bool(_ALONE.search(lead[-5:]) and plain.strip())
        if not here:
            pass
        elif denies or (is_list and denied and lead.endswith(",")):
            kept.update(*(group.claims for group in here))
        else:
            named += ((bool(_ALONE.search(lead[-5:])), group) for group in here)
            is_only = is_only or bool(_ALONE.search(lead[-5:] + clause + text[end : end + 14]))
            is_whole = is_whole and not (_is_open(text, start, end, here) or _BESIDE.search(clause))
        denied = bool(here) and bool(denies or (is_list and denied))
    shown = _shown(named, text) - kept
    is_all = _are_all(text, shown)
    is_only = is_only or is_all or bool(shown and _NOTHING_BUT.search(read(message)))
    return ClaimsSaid(shown, frozenset(kept), bool(named) and (is_whole or is_all), is_only)


def _shown(named: Sequence[tuple[bool, _Group]], text: str) -> frozenset[str]:
    """Claims that words name; "my degree, only the grade" does not speak of the claim `degree`.

    `named` are groups with whether an "only" stands before them; in the text, names of entries are
    blank.
    """
    is_said_only = any(is_only and not _is_blank(text, group) for is_only, group in named)
    return frozenset(
        claim
        for is_only, group in named
        if is_only or not (is_said_only and _is_blank(text, group))
        for claim in group.claims
    )


def _is_blank(text: str, group: _Group) -> bool:
    return not text[group.start : group.end].strip("_ ")


def _only(match: re.Match[str]) -> str:
    """What denies all but a few, as the words that name those alone; as long as before."""
    word = match["except"]
    return match["before"] + ("only".ljust(len(word)) if len(word) >= len("only") else "but")


def _are_all(text: str, claims: Collection[str]) -> bool:
    """Whether the words count what is to be shown, and have named as many: "two things, …"."""
    counts = (match["count"].casefold() for match in _COUNTED.finditer(text))
    return any(_COUNTS.get(count) == len(claims) or count == str(len(claims)) for count in counts)


def _blanked(text: str, places: Collection[int]) -> str:
    """A text without the words at some places, as long as before."""
    for place, unit in enumerate(UNIT.finditer(text)):
        if place in places:
            text = text[: unit.start()] + "_" * len(unit[0]) + text[unit.end() :]
    return text


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _CLAUSE.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _without(clause: str, start: int, groups: Sequence[_Group]) -> str:
    """What a clause says beside the words that name claims."""
    for group in reversed(groups):
        clause = clause[: group.start - start] + " " + clause[group.end - start :]
    return clause


def _is_open(text: str, start: int, end: int, groups: Sequence[_Group]) -> bool:
    """Whether something that is no claim stands in one list with those that are."""
    ends = {group.end for group in groups}
    starts = {group.start for group in groups}
    for group in groups:
        after = _GOES_ON.match(text[group.end : end])
        goes_on = after and not any(at >= group.end and at - group.end <= 12 for at in starts)
        before = _WENT_ON.search(text[start : group.start])
        went_on = before and not any(at <= group.start and group.start - at <= 12 for at in ends)
        if goes_on or went_on:
            return True
    return False


def _found(text: str, claims: Sequence[str], taken: Collection[int]) -> Iterator[_Group]:
    """Words that name claims; the longest where several might, and those without a slip."""
    units = list(UNIT.finditer(text))
    words = tuple(plain_word(unit[0]) for unit in units)
    spoken = [(phrase, claim) for claim in claims for phrase in phrases_for(claim)]
    names = {claim: parts_of(claim) for claim in claims}
    spoken += short_names_zh(names)
    short = short_names(names)
    ends = [
        place
        for place, (left, right) in enumerate(pairwise(units), start=1)
        if _MARK.search(text, left.end(), right.start())
    ]
    at = 0
    while at < len(words):
        here = words[: next((end for end in ends if end > at), None)]
        fits = {claim: fit for phrase, claim in spoken if (fit := _fit(phrase, here, at))[0]}
        best = max(fits.values(), default=(0, 0))
        length = max(1, best[0])
        if fits and not all(place in taken for place in range(at, at + length)):
            meant = frozenset(claim for claim, fit in fits.items() if fit == best)
            yield _Group(units[at].start(), units[at + length - 1].end(), meant)
        elif not fits and words[at] in short and stands_alone(text, *units[at].span()):
            yield _Group(*units[at].span(), frozenset((short[words[at]],)))
        at += length


def _fit(phrase: tuple[str, ...], words: tuple[str, ...], at: int) -> tuple[int, int]:
    """How many words from a place on are the phrase, and how many of them without a slip."""
    if words[at] == "".join(phrase):
        return 1, 1
    here = words[at : at + len(phrase)]
    if len(here) != len(phrase) or not all(map(_is, phrase, here)):
        return 0, 0
    return len(phrase), sum(map(str.__eq__, phrase, here))


def _is(word: str, said: str) -> bool:
    return said in (word, f"{word}s") or (len(word) >= _LONG and is_slip(word, said))
