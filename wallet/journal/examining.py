"""Examining a journal: whether it is what its key signed, and else which entries are not.

Each entry holds the hash of the one before, signature included, so that the signature of the last
speaks for all of them: where the chain holds, one is looked at. Where it does not, all are, and
they say which entries are their key's own; what those leave open was changed, dropped or put in.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from wallet.journal.entry import GENESIS, carried_by, digest_of, hash_of, is_signed, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from did.keys import VerifyingKey


class Fault(StrEnum):
    """What is wrong with an entry; completes the sentence "entry 5 …"."""

    CHANGED = "was changed, or signed with another key"
    MISSING = "is missing"
    MOVED = "stands in another place"
    TWICE = "stands there twice"
    INSERTED = "was put in: it is none of this journal's"
    UNCHAINED = "does not follow the entry before it"
    BEYOND = "comes after the head"
    CARRIED = "carries over other entries than those that are there"
    HEAD = "is not the one that the head names"
    HEAD_CHANGED = "the head was changed, or signed with another key"
    OUTSIDE = "without a chain is carried over by no other"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, and where; `number` is that of the entry, or its place where it was put in."""

    number: int
    fault: Fault

    def __str__(self) -> str:
        if self.fault is Fault.HEAD_CHANGED:
            return self.fault.value
        place = "what stands in place" if self.fault is Fault.INSERTED else "entry"
        return f"{place} {self.number} {self.fault.value}"


@dataclass(frozen=True, slots=True)
class Journalled:
    """A journal as it is found, in the vault or in a file; nothing in it is trusted yet.

    Attributes:
        entries: those of the chain, in the order they stand.
        count: how many the head names.
        head: the hash of the last, by the head.
        before: entries without a chain, which entries of the chain carry over.
    """

    entries: Sequence[Any]
    count: int
    head: str
    before: Sequence[Mapping[str, Any]] = ()


def examine(journal: Journalled, key: VerifyingKey) -> tuple[Finding, ...]:
    """What is wrong with a journal, from its first entry on; nothing where it holds."""
    found = () if _holds(journal, key) else tuple(_faults(journal, key))
    return tuple(sorted((*found, *_carried(journal)), key=lambda finding: finding.number))


def unclaimed(journal: Journalled) -> int:
    """How many entries without a chain are carried over by no entry."""
    stated = (carried_by(entry) for entry in journal.entries)
    return len(journal.before) - sum(claim[0] for claim in stated if claim)


def _holds(journal: Journalled, key: VerifyingKey) -> bool:
    previous = GENESIS
    for number, entry in enumerate(journal.entries, 1):
        if number_of(entry) != number or entry.get("previous") != previous:
            return False
        if (hash_ := hash_of(entry)) is None:
            return False
        previous = hash_
    whole = len(journal.entries) == journal.count and previous == journal.head
    return whole and (not journal.entries or is_signed(journal.entries[-1], key))


def _faults(journal: Journalled, key: VerifyingKey) -> Iterator[Finding]:
    entries = journal.entries
    own = [_own_number(entry, journal.count, key) for entry in entries]
    kept = _longest_rise(own)
    faults = [*_out_of_order(own, kept), *_between(journal, own, kept), *_links(entries, kept)]
    if not faults:  # the key itself signed two journals
        faults.append(Finding(journal.count, Fault.HEAD))
    yield from faults


def _own_number(entry: Any, count: int, key: VerifyingKey) -> int | None:
    """The number of an entry that the key signed; one beyond the head is told by its sign."""
    number = number_of(entry)
    if number is None or number < 1 or not is_signed(entry, key):
        return None
    return number if number <= count else -number


def _longest_rise(own: Sequence[int | None]) -> dict[int, int]:
    """The most entries that stand in the order of their numbers: number by place."""
    tails: list[int] = []  # the lowest number that a rise of each length ends in
    places: list[int] = []  # and its place
    before: dict[int, int | None] = {}
    for place, number in enumerate(own):
        if number is None or number < 0:
            continue
        length = bisect_left(tails, number)
        before[place] = places[length - 1] if length else None
        tails[length : length + 1] = [number]
        places[length : length + 1] = [place]
    kept: dict[int, int] = {}
    step = places[-1] if places else None
    while step is not None:
        number = own[step]
        assert number is not None  # noqa: S101 - only such have a place in `before`
        kept[step] = number
        step = before[step]
    return dict(sorted(kept.items()))


def _out_of_order(own: Sequence[int | None], kept: Mapping[int, int]) -> Iterator[Finding]:
    """Entries of the key's own that stand where they do not belong."""
    seen = set(kept.values())
    for place, number in enumerate(own):
        if number is None or place in kept:
            continue
        if number < 0:
            yield Finding(-number, Fault.BEYOND)
        elif number in seen:
            yield Finding(number, Fault.TWICE)
        else:
            seen.add(number)
            yield Finding(number, Fault.MOVED)


def _between(
    journal: Journalled, own: Sequence[int | None], kept: Mapping[int, int]
) -> Iterator[Finding]:
    """What lies between two entries that stand where they belong: changed, missing, or put in."""
    somewhere = {number for number in own if number is not None}
    start, first = 0, 1
    for place, number in [*kept.items(), (len(own), journal.count + 1)]:
        strange = [at for at in range(start, place) if own[at] is None]
        wanted = (gone for gone in range(first, number) if gone not in somewhere)
        for at in strange:
            gone = next(wanted, None)
            yield Finding(at + 1, Fault.INSERTED) if gone is None else Finding(gone, Fault.CHANGED)
        yield from (Finding(gone, Fault.MISSING) for gone in wanted)
        start, first = place + 1, number + 1


def _links(entries: Sequence[Any], kept: Mapping[int, int]) -> Iterator[Finding]:
    """Entries of the key's own that follow another than the one before them."""
    hashes = {0: GENESIS}
    for place, number in kept.items():
        previous = entries[place].get("previous")
        if hashes.get(number - 1, previous) != previous:
            yield Finding(number, Fault.UNCHAINED)
        hashes = {number: hash_of(entries[place]) or ""}


def _carried(journal: Journalled) -> Iterator[Finding]:
    """Entries that state another digest of what came before the chain than it has."""
    start = 0
    for place, entry in enumerate(journal.entries, 1):
        if (claim := carried_by(entry)) is not None:
            count, digest = claim
            part = journal.before[start : start + count]
            if len(part) != count or digest_of(part) != digest:
                yield Finding(number_of(entry) or place, Fault.CARRIED)
            start += count
