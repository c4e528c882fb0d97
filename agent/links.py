"""Which words of a message name which of the listed entries.

The model is shown an entry's handle before the words that name it, so that it need not find them
again by their letters. Of entries that share a word, the one that more of the words name has it;
where two are named as well, both stand there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from agent.candidates import IDLE, TITLES, begun, folded, is_slip, labels
from agent.phrases import ENDS
from agent.state import CredentialEntry, Entry
from agent.words import Units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WORD: Final = 2.0  # what a word counts, beside a Han character's 1
OF_ISSUER: Final = 0.6  # of the same in an issuer's name
WHOLLY: Final = 0.5  # a label that is there from end to end
MOST: Final = 3  # handles at one place
_HAN: Final = "\u3400"
_NUMBERED: Final = re.compile(r"\d+(?:\.\d+)+")
_CONTACT: Final = "P"
_ARTICLES: Final = frozenset(["the", "my", "a", "an", "our"])
_POINTING: Final = _ARTICLES | {"his", "her", "their", "that", "this", "some", "your"}
_VERBS: Final = frozenset(
    ["needs", "wants", "asks", "needed", "wanted", "asked", "says", "said", "gets", "got", "quit",
     "left", "lost", "only", "please", "pls", "some", "another"]
)  # fmt: skip
_TIES: Final = frozenset(["and", "or", "nor", "plus", "和", "跟", "与", "及", "或", "同"])


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring words that name an entry."""

    handle: str
    start: int
    end: int  # after the last
    weight: float
    is_whole: bool  # all of a label's words are there
    is_issuers: bool  # it is a credential's, and names who issued it alone


@lru_cache(maxsize=1_024)
def _units(text: str) -> tuple[str, ...]:
    """The words of a message, folded as names are; a Han character is a word."""
    return tuple(_plain(word) for word in Units.of(text).words)


@lru_cache(maxsize=8_192)
def _plain(word: str) -> str:
    own = folded(word)
    if _NUMBERED.fullmatch(word):
        return word  # a version's number is none with its points left out
    return own.han or own.squeezed


def links(text: str, entries: Sequence[tuple[str, Entry]]) -> dict[int, list[str]]:
    """Place of a word -> the handles of what it and the words after it name."""
    runs = _all_runs(text, tuple(entries))
    total = _totals(runs)

    def rank(run: _Run) -> tuple[float, float, bool]:
        return run.weight, total[run.handle], run.is_whole

    whom = {(run.start, run.end) for run in runs if run.handle[0] == _CONTACT and run.is_whole}
    found: dict[int, list[_Run]] = {}
    for run in runs:
        if run.is_issuers and (run.start, run.end) in whom and not _issued(text, run):
            continue
        if any(_is_in_name(run, other) for other in runs):
            continue
        if all(rank(other) <= rank(run) for other in _rivals(run, runs)):
            found.setdefault(run.start, []).append(run)
    return {at: [run.handle for run in few] for at, here in found.items() if (few := _few(here))}


def _is_in_name(run: _Run, other: _Run) -> bool:
    """Whether a run is but words of another kind's name: "Student" of the Student Housing Office.

    A contact's stays where it is a name alone: "Beth" of "Beth's card".
    """
    if run.handle[0] == other.handle[0] or run.is_whole or run.weight >= other.weight:
        return False
    if not (other.start <= run.start and run.end <= other.end):
        return False
    if other.handle[0] == _CONTACT:
        return other.is_whole and other.end - other.start > 1
    is_word = run.end - run.start == 1 and run.weight >= WORD
    return run.handle[0] == _CONTACT and not is_word and not other.is_issuers


def _few(runs: list[_Run]) -> list[_Run]:
    """As many as can stand at one place: of more, those that the words name best; else none."""
    if len(runs) > MOST:
        best = max(run.weight for run in runs)
        runs = [run for run in runs if run.weight == best]
    return runs if len(runs) <= MOST else []


def _issued(text: str, run: _Run) -> bool:
    """Whether what stands around a name says that something was issued by it."""
    units = Units.of(text)
    before = units.words[run.start - 1].casefold() if run.start else ""
    after = "".join(units.words[run.end : run.end + 1])
    return before in {"from", "by"} or after in {"的", "发", "开", "颁", "签", "出", "嘅"}


def _totals(runs: Iterable[_Run]) -> dict[str, float]:
    """Handle -> how well all its runs name it together."""
    total: dict[str, float] = {}
    for run in runs:
        total[run.handle] = total.get(run.handle, 0.0) + run.weight
    return total


def plainly(text: str, entries: Sequence[tuple[str, Entry]]) -> frozenset[str]:
    """Handles of what words of the message name better than they name any other of the kind.

    Not where "and" or the like ties the words to what may be another of them; and a contact is
    named from end to end or by a part of the name that stands alone, or somebody else may be meant.
    """
    words = _units(text)
    runs = _all_runs(text, tuple(entries))
    total = _totals(runs)
    return frozenset(
        run.handle
        for run in runs
        if run.weight >= WORD
        and all(
            (other.weight, total[other.handle]) < (run.weight, total[run.handle])
            for other in _rivals(run, runs)
        )
        and (run.handle[0] != _CONTACT or run.is_whole or _stands_alone(text, run))
        and not _is_tied(words, run)
    )


def _stands_alone(text: str, run: _Run) -> bool:
    """Whether a part of a name is all that is said of one: no other name is beside it."""
    units = Units.of(text)
    own = units.words[run.start : run.end]
    if any(word[0] >= _HAN for word in own) or run.weight < WORD * len(own):
        return False
    before = units.words[run.start - 1] if run.start and units.gaps[run.start - 1] == " " else ""
    is_last = run.end == len(units.words) or units.gaps[run.end - 1] != " "
    after = "" if is_last else units.words[run.end]
    if before.casefold() in _POINTING or before[:1].isupper() or after[:1].isupper():
        return False
    return own[0][0].isupper() or not after or after.casefold() in ENDS | _VERBS


def named_wholly(text: str, entries: Sequence[tuple[str, Entry]]) -> frozenset[int]:
    """Places of words that are an entry's name from end to end, and nothing else then."""
    runs = _all_runs(text, tuple(entries))
    return frozenset(
        place
        for run in runs
        if run.is_whole and all(other.weight <= run.weight for other in _rivals(run, runs))
        for place in range(run.start, run.end)
    )


def naming(text: str, entries: Sequence[tuple[str, Entry]]) -> frozenset[int]:
    """Places of words that are part of an entry's name."""
    runs = _all_runs(text, tuple(entries))
    return frozenset(place for run in runs for place in range(run.start, run.end))


def _is_tied(words: Sequence[str], run: _Run) -> bool:
    """Whether "and" or the like stands beside the run, an article between them or none."""
    before = [word for word in words[: run.start] if word not in _ARTICLES]
    return not _TIES.isdisjoint((*before[-1:], *words[run.end : run.end + 1]))


@lru_cache(maxsize=8)
def _all_runs(text: str, entries: tuple[tuple[str, Entry], ...]) -> tuple[_Run, ...]:
    """All runs of a message: the prompt, the grammar and the rules ask of the same one."""
    words = _units(text)
    return tuple(run for handle, entry in entries for run in _runs(words, handle, entry))


def _rivals(run: _Run, runs: Iterable[_Run]) -> Iterator[_Run]:
    """Runs that share a word with it and name another entry of the kind."""
    for other in runs:
        if (
            other.handle[0] == run.handle[0]
            and other.start < run.end
            and run.start < other.end
            and other.handle != run.handle
        ):
            yield other


def _runs(words: tuple[str, ...], handle: str, entry: Entry) -> Iterable[_Run]:
    """The runs of words that name an entry, each with how well it does."""
    spoken = [(label, 1.0) for label in labels(entry)]
    if isinstance(entry, CredentialEntry) and not entry.issuer.startswith("did:"):
        spoken.append((entry.issuer, OF_ISSUER))
    weights: dict[int, float] = {}
    found: list[tuple[int, frozenset[int]]] = []  # a label's length, and where its words stand
    own_name: set[int] = set()
    for label, share in spoken:
        own = folded(label)
        here = dict((*_latin(words, own.words), *_chinese(words, own.han)))
        found.append((len(own.words) + len(own.han.replace(" ", "")), frozenset(here)))
        own_name.update(here if share == 1.0 else ())
        for at, weight in here.items():
            weights[at] = max(weights.get(at, 0.0), weight * share)
    places = sorted(weights)
    start = 0
    for place, at in enumerate(places):
        if place + 1 < len(places) and places[place + 1] == at + 1:
            continue
        chosen = places[start : place + 1]
        start = place + 1
        weight = sum(weights[each] for each in chosen)
        is_whole = any(
            length == len(own.intersection(chosen))
            for length, own in found
            if not own.isdisjoint(chosen)
        )
        weight += WHOLLY if is_whole else 0.0
        is_issuers = own_name.isdisjoint(chosen)
        yield _Run(handle, chosen[0], at + 1, round(weight, 3), is_whole, is_issuers)


def _latin(words: tuple[str, ...], own: tuple[str, ...]) -> Iterable[tuple[int, float]]:
    """Words of the message that are a label's, or slips of them."""
    if not own:
        return
    wholly = " ".join(own)
    told: dict[int, int] = {}  # place in the message -> in the label
    for at, word in enumerate(words):
        if not word or word[0] >= _HAN:
            continue
        for place, each in enumerate(own):
            if word == each:
                if _tells(each):
                    told.setdefault(at, place)
                    yield at, WORD
                elif " ".join(words[at : at + len(own)]) == wholly and place == 0:
                    yield from ((at + more, WORD) for more in range(len(own)))
                break
            if len(each) > 2 and each not in IDLE | TITLES and is_slip(each, word):
                told.setdefault(at, place)
                yield at, WORD * 0.8
                break
        else:
            yield from _in_short(words, at, own, told)
    yield from _beside(words, own, told)


def _in_short(
    words: tuple[str, ...], at: int, own: tuple[str, ...], told: dict[int, int]
) -> Iterator[tuple[int, float]]:
    """A word that names a label as one with another of its words, or cut short before the next."""
    if weight := _joined(words[at], own):
        yield at, weight
    elif (cut := begun(own, words[at : at + 2])) is not None:
        told.setdefault(at, cut)
        yield at, WORD * 0.8


def _joined(word: str, own: tuple[str, ...]) -> float:
    """How well a word names a label, or two words of it, that it writes as one: "HP-2270"."""
    if len(own) > 1 and len(word) > 4 and word == "".join(own):
        return WORD * len(own)
    if "." in word:
        parts = tuple(word.split("."))
        is_there = any(own[at : at + len(parts)] == parts for at in range(len(own)))
        return WORD * len(parts) if is_there else 0.0
    is_code = len(word) > 2 and any(map(str.isdigit, word))
    is_two = is_code or len(word) > 4
    return WORD * 2 if is_two and any(word == a + b for a, b in pairwise(own)) else 0.0


def _tells(word: str) -> bool:
    """Whether a word of a label says something on its own."""
    return word not in IDLE and len(word) > 1


def _beside(
    words: tuple[str, ...], own: tuple[str, ...], told: dict[int, int]
) -> Iterable[tuple[int, float]]:
    """Words that tell nothing on their own, next to one that does as in the label: zone `d`."""
    for start, place in told.items():
        for step in (1, -1):
            at, each = start + step, place + step
            while 0 <= at < len(words) and 0 <= each < len(own):
                if words[at] != own[each] or _tells(own[each]):
                    break
                yield at, WORD
                at, each = at + step, each + step


def _chinese(words: tuple[str, ...], han: str) -> Iterable[tuple[int, float]]:
    """Runs of two or more characters of a label, or a label of one."""
    if not han:
        return
    at = 0
    while at < len(words):
        length = 0
        while (
            at + length < len(words)
            and words[at + length][:1] >= _HAN
            and "".join(words[at : at + length + 1]) in han
        ):
            length += 1
        if length > 1 or (length == 1 and len(han) == 1):
            yield from ((at + more, 1.0) for more in range(length))
        at += max(1, length)
