"""Which claims of a credential a message names, and which it says to leave out.

The grammar then offers no claim that the person wants kept back; and where all that they list is
found among the credential's claims, no other. What cannot be told so is left to the model.
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
_OWN: Final = r"(?:my|the|his|her|their|its|our|a|an|any|of|for|on|me|to|them|him|both|either)"
_VERB: Final = (
    r"(?:show|share|send|give|reveal|includ|tell|disclos|let|add|put|pass|mention|need|want|hand|see)"
    r"(?:e|ing)?"
)
# What stands before claims that are to be left out, and what stands after them.
_BUT: Final = re.compile(
    rf"(?:\b(?:without|except(?:ing| for)?|exclud(?:e|ing)|minus|sans|omit(?:ting)?|hid(?:e|ing)"
    rf"|leav(?:e|ing) (?:out|off)|skip(?:ping)?|not|never|other than|apart from|aside from|besides"
    rf"|(?:all|everything|anything|the lot)(?: \w+){{0,2}} but|withhold(?:ing)?|conceal(?:ing)?"
    rf"|redact(?:ing)?|black(?:ing)? out|cover(?:ing)?(?: up)?|drop(?:ping)?|remov(?:e|ing)"
    rf"|keep(?:ing)? (?:back|out)|(?:don['’]?t|do not|doesn['’]?t|needn['’]?t|won['’]?t) {_VERB})"
    rf"(?: {_OWN}| {_VERB})* ?"
    r"|(?:别|不要|不用|不必|不能|不想|不给|不可以|不可|不|勿|莫|唔好|唔使|唔要|唔俾|咪|毋须|无须|无需|免"
    r"|除开|除了|除去|除|去掉|隐藏|隐去|隐掉|遮住|遮掉|盖住|盖掉|抹掉|略去|藏起|避开|撇开|拿掉|删掉|剔除|排除)"
    r"(?:露出|露|给|出示|出|显示|展示|看到|看|带|包括|包含|透露|公开|泄露|说|提供|写|放|俾|畀|睇|让|他们?|她们?"
    r"|人家|人|佢哋?|对方|知道|我的|我|的|嘅)*)$",
    re.IGNORECASE,
)
_KEPT: Final = re.compile(
    r" (?:hidden|out\b|left out|blacked|covered|excluded|withheld|concealed|redacted|omitted"
    r"|removed|private|secret|to (?:my|your)self|off\b|aside"
    r"|(?:is|are|can|should|must|to)? ?(?:stays?|be"
    r"|remains?) (?:hidden|private|out|secret)|(?:is|are) (?:not|none)|isn['’]?t|aren['’]?t"
    r"|not (?:shown|needed|included))"
    r"|(?:就|都|也|嘅|这项|那项|一项|这栏|那栏|这些|先|等)*(?:别|不|唔|隐|遮|盖|去掉|除外|免|保密|藏|略|拿掉|删"
    r"|抹|收起|打码|以外|之外|咪|勿|莫|毋)",
    re.IGNORECASE,
)
_NO: Final = re.compile(
    r"\b(?:not|no|never|without|except\w*|hid\w*|omit\w*|leave|leaving|skip\w*|minus|but|cover\w*"
    r"|keep\w*|redact\w*|drop\w*|remov\w*)\b|n['’]?t\b|[不别没唔咪勿莫免除隐遮盖毋删]",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(
    r"[.;:!?]|(?<!\d),(?!\d)|(?<!not )\b(?:but|just|only|though|then)\b|(?<!不)(?:但|只|仅|净)",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"[ ,]*(?:and|&|plus|or|nor|as well as|和|跟|及|以及|还有|同|与|连同|加上?)?"
    r"(?: (?:my|the|his|her|their))? ?",
    re.IGNORECASE,
)
# A list that goes on with something that is no claim known here, before or after those that are.
_GOES_ON: Final = re.compile(
    r" ?(?:, ?)?(?:and|&|plus|as well as) (?!nothing|no |that|then|show|send|give|let|please|not"
    r"|only|just|keep|hide|leave|skip|do|don|it|this|also show|also send)\w"
    r"|(?:和|跟|及|以及|还有|同|与)(?=[\u3400-\u9fff])",
    re.IGNORECASE,
)
_WENT_ON: Final = re.compile(
    r"\w(?:,? (?:and|&|plus|as well as)(?: (?:my|the|his|her|their))?|和|跟|及|以及|还有|同|与) ?$"
    r"|\b(?:only|just|showing|with)(?: \w+){1,3},(?: (?:my|the|his|her|their))? ?$"
    r"|[只仅净][\u3400-\u9fff]{2,8}, ?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ClaimsSaid:
    """Claims that the words name, and those that they keep back.

    `is_whole` is whether what the words list is found entire, so that no other can be meant.
    """

    named: frozenset[str]
    kept_back: frozenset[str]
    is_whole: bool

    def offered(self, claims: Collection[str], *, is_first: bool) -> frozenset[str]:
        """What of a credential's claims may be meant; more than is listed, after earlier turns."""
        is_all = self.is_whole and is_first
        return (self.named if is_all else frozenset(claims)) - self.kept_back


@dataclass(frozen=True, slots=True)
class _Group:
    """Claims side by side: where their words begin and end, and whether they are to be shown."""

    start: int
    end: int
    claims: frozenset[str]
    last: frozenset[str]  # those after the last comma


def claims_said(
    message: str, claims: Sequence[str], taken: Collection[int] = frozenset()
) -> ClaimsSaid:
    """What a message says of a credential's claims; `taken` are places of an entry's own words."""
    text = read(message)
    named: set[str] = set()
    kept: set[str] = set()
    is_whole = True
    for group in _groups(text, claims, taken):
        before, after = text[: group.start], text[group.end :]
        clause = text[_begins(before) : group.end + _ends(after)]
        if _BUT.search(before):
            kept |= group.claims
        elif _KEPT.match(after):
            kept |= group.last  # of what stands before a comma, it may say nothing
            is_whole = is_whole and group.last == group.claims
        elif _NO.search(clause):
            is_whole = False
        else:
            named |= group.claims
            is_whole = is_whole and not (_GOES_ON.match(after) or _WENT_ON.search(before))
    return ClaimsSaid(frozenset(named - kept), frozenset(kept), is_whole and bool(named - kept))


def _begins(before: str) -> int:
    return max((match.end() for match in _CLAUSE.finditer(before)), default=0)


def _ends(after: str) -> int:
    match = _CLAUSE.search(after)
    return match.start() if match else len(after)


def _groups(text: str, claims: Sequence[str], taken: Collection[int]) -> Iterator[_Group]:
    """Claims that stand side by side, as groups."""
    group: _Group | None = None
    for found in _found(text, claims, taken):
        if group and _BETWEEN.fullmatch(between := text[group.end : found.start]):
            last = found.last if "," in between else group.last | found.last
            group = _Group(group.start, found.end, group.claims | found.claims, last)
            continue
        if group:
            yield group
        group = found
    if group:
        yield group


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
            yield _Group(units[at].start(), units[at + length - 1].end(), meant, meant)
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
