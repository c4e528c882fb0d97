"""Which claims of a credential a message names, and which it keeps back.

What is kept back is never shown; where all that the words list is found among the claims, no other
is. A clause keeps claims back if it denies something: "without …", "he needn't know …", 别露….
What cannot be told so is left to the model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.candidates import folded, is_slip
from agent.words import UNIT, read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_WORDS: Final = Path(__file__).with_name("claim_words.txt")
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\da-zA-Z_]+")
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
_DENIES: Final = re.compile(
    r"\b(?:without|except(?:ing| for)?|exclud(?:e|ing)|minus|barring|save for|sans|omit(?:ting)?"
    r"|(?:all|everything|anything|lot|thing)(?: \w+){0,3} (?:bar|save)|hid(?:e|es|ing|den)"
    r"|leav(?:e|es|ing)|left out|skip(?:ping)?|not|never|no(?!\.? ?\d)|none|other than|apart from"
    r"|aside from|besides|withh(?:e|o)ld(?:ing)?|conceal(?:ed|ing)?|redact(?:ed|ing)?"
    r"|black(?:ed|ing)? out|cover(?:ed|ing)? (?:up|over)|covered|(?:drop|dropping|less) (?:the|my)"
    r"|remov(?:e|ed|ing)|keep(?:ing)?|(?:is|are|stays?|remains?) (?:private|secret)|cannot"
    r"|(?:do|does|need|wo|should|ca|is|are)n['’]?t)\b|\bw/o\b|, bar\b"
    r"|[别不没唔咪勿莫毋免除隐遮盖藏删抹]|打码|拿掉|略去|保密|[以之]外|外都",
    re.IGNORECASE,
)
# What denies something, and keeps no claim back.
_EVEN_SO: Final = re.compile(
    r"\b(?:not (?:only|just)|do(?:n['’]?t| not) forget|why (?:not|don['’]?t)|if (?:\w+ )?not\b"
    r"|no (?:problem|worries|rush|hurry|more|other|thanks)"
    r"|not (?:much|anything|a thing) (?:else|more)|nothing)\b"
    r"|不[只光止但仅]|别忘|不好意思|没事|没问题|没关系|不客气|(?:别的|其他|其它|其余)[^,]*"
    r"|[级性类特分个区识告]别|免[疫费]|盖章",
    re.IGNORECASE,
)
_BESIDE: Final = re.compile(r"\bnot (?:only|just)\b|不[只光止但仅]", re.IGNORECASE)
_ALONE: Final = re.compile(
    r"\b(?:only|just|alone|nothing|no more|that's all)\b|[只仅净]|就[行够好]|即可|就可以|就得|够了",
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
    text = _ALL_BUT.sub(lambda match: f"{match[0][:-3]}bar", read(message))
    found = [*_found(text, claims, taken)]
    text = _blanked(text, names)
    named: set[str] = set()
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
            named.update(*(group.claims for group in here))
            is_only = is_only or bool(_ALONE.search(lead[-5:] + clause + text[end : end + 10]))
            is_whole = is_whole and not (_is_open(text, start, end, here) or _BESIDE.search(clause))
        denied = bool(here) and bool(denies or (is_list and denied))
    return ClaimsSaid(frozenset(named - kept), frozenset(kept), is_whole and bool(named), is_only)


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
    words = tuple(_plain(unit[0]) for unit in units)
    spoken = [(phrase, claim) for claim in claims for phrase in _phrases(claim)]
    at = 0
    while at < len(words):
        fits = {claim: fit for phrase, claim in spoken if (fit := _fit(phrase, words, at))[0]}
        best = max(fits.values(), default=(0, 0))
        length = max(1, best[0])
        if fits and not all(place in taken for place in range(at, at + length)):
            meant = frozenset(claim for claim, fit in fits.items() if fit == best)
            yield _Group(units[at].start(), units[at + length - 1].end(), meant)
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


@lru_cache(maxsize=4_096)
def _plain(word: str) -> str:
    own = folded(word)
    return own.han or own.squeezed


@lru_cache(maxsize=1_024)
def _phrases(claim: str) -> tuple[tuple[str, ...], ...]:
    """What a claim is called, each as words: by its own name, and by what people say."""
    own = " ".join(_PARTS.findall(claim)).casefold()
    return tuple(
        words
        for phrase in (own, *_spoken().get(own, ()))
        if (words := tuple(_plain(unit[0]) for unit in UNIT.finditer(read(phrase))))
    )


@lru_cache(maxsize=1)
def _spoken() -> dict[str, tuple[str, ...]]:
    """The words of a claim's name -> what else people call it."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    rows = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {name: tuple(rest.split(", ")) for name, _, rest in rows}
