"""`Journal`: the chain of entries in a vault, added to by any number of processes.

Entry 5 is the record `entry-5`, so that the newest are read without the others; a record beside
them holds the head. Entries that earlier releases wrote have ids without a meaning and no chain:
an entry of the chain states how many there are and their digest, and so carries them over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from wallet.journal.entry import (
    CARRIED,
    GENESIS,
    carried_by,
    chained,
    digest_of,
    hash_of,
    is_read,
)
from wallet.journal.examining import Journalled, unclaimed
from wallet.journal.head import Head
from wallet.vault.derivation import KeyPath
from wallet.vault.errors import RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from did.keys import Signer
    from wallet.vault.record import Record
    from wallet.vault.vault import Vault

    Body = Mapping[str, Any]

HEAD_ID: Final = "journal"
"""The head's id among the records of the kind `SETTING`."""
CARRY: Final = "carry_journal"
"""What an entry that carries others over calls its action."""
_PAGE: Final = 64
"""Entries that are read at once."""
_ID: Final = re.compile(r"entry-([1-9][0-9]{0,14})")


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the chain goes, and what is to be known of it without reading all of it.

    Attributes:
        count: how many entries it has.
        hash: that of the last entry.
        carried: how many entries it carries over.
        reads: how many of all these entries are of what only reads.
    """

    count: int = 0
    hash: str = GENESIS
    carried: int = 0
    reads: int = 0


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest entries, and how many there are.

    Attributes:
        entries: the newest of those that were asked for, oldest first.
        count: how many there are of those that were asked for.
        reads: how many there are of what only reads.
    """

    entries: tuple[Body, ...]
    count: int
    reads: int


class Journal:
    """The journal of one wallet."""

    __slots__ = ("_clock", "_vault")

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._vault: Final = vault
        self._clock: Final = clock

    @property
    def signer(self) -> Signer:
        """Signs with the journal's key; what it signs is verified with its `public_key`."""
        return self._vault.signer(KeyPath.journal())

    def append(self, facts: Body, *, patience: float | None = None) -> Body:
        """Add an entry of these facts; the entry. Other writers wait, and chain theirs to it.

        `patience` is how many seconds to wait for another writer, where that is not the vault's.
        """
        signer = self.signer  # the key is derived before others have to wait
        with self._vault.transaction(patience=patience):
            place = self._place()
            if place is None:  # the first entry of all, or the first with a chain
                place = self._carry(_Place(), self._vault.all(Kind.JOURNAL), signer)
            return self._add(place, facts, signer)

    def carry_over(self) -> int:
        """Have the chain state which entries have none, and are stated nowhere yet; how many."""
        signer = self.signer
        with self._vault.transaction():
            records = self._vault.all(Kind.JOURNAL)
            found = _parted(records)
            new = found.before[len(found.before) - unclaimed(found) :]
            if new:
                self._state(self._place() or _Place(), new, signer)
        return len(new)

    def head(self) -> Head:
        """How far the journal goes now, signed."""
        place = self._place() or _Place()
        return Head.of(place.count, place.hash, at=self._clock(), signer=self.signer)

    def latest(self, limit: int, *, reads: bool = True) -> Latest:
        """The newest entries, at most `limit` of them; without `reads`, none of what only reads."""
        place = self._place()
        if place is None:
            found = _parted(self._vault.all(Kind.JOURNAL)).before
            shown = [one for one in found if reads or not is_read(one)]
            return Latest(tuple(shown[-limit:]), len(shown), sum(map(is_read, found)))
        left_out = 0 if reads else place.reads
        count = place.count + place.carried - left_out
        wanted = (entry for entry in self._backwards(place) if reads or not is_read(entry))
        newest = [*islice(wanted, min(limit, count))]
        newest.reverse()
        if len(newest) < limit and place.carried:
            newest = [one for one in self.everything() if reads or not is_read(one)][-limit:]
        return Latest(tuple(newest), count, place.reads)

    def everything(self) -> list[Body]:
        """All entries, in the order in which they were written."""
        return [record.body for record in self._vault.all(Kind.JOURNAL)]

    def found(self) -> Journalled:
        """The journal as it is now, to be examined."""
        place = self._place() or _Place()
        return _parted(self._vault.all(Kind.JOURNAL), place)

    def _add(self, place: _Place, facts: Body, signer: Signer, *, reads: int = 0) -> Body:
        """Add an entry after a place; `reads` is how many of what only reads it carries over."""
        number = place.count + 1
        entry = chained(facts, number=number, previous=place.hash, signer=signer)
        claim = carried_by(entry)
        carried = place.carried + (claim[0] if claim else 0)
        reads += place.reads + is_read(entry)
        head = {"count": number, "hash": hash_of(entry), "carried": carried, "reads": reads}
        self._vault.put(Kind.JOURNAL, entry, id=_id(number))
        self._vault.put(Kind.SETTING, head, id=HEAD_ID)
        return entry

    def _carry(self, place: _Place, records: tuple[Record, ...], signer: Signer) -> _Place:
        before = [record.body for record in records]
        return self._state(place, before, signer) if before else place

    def _state(self, place: _Place, before: Sequence[Body], signer: Signer) -> _Place:
        """Add an entry that carries others over."""
        facts = {
            "action": CARRY,
            "at": self._clock().isoformat(timespec="seconds"),
            "outcome": "done",
            CARRIED: {"count": len(before), "digest": digest_of(before)},
        }
        self._add(place, facts, signer, reads=sum(map(is_read, before)))
        return self._place() or place

    def _backwards(self, place: _Place) -> Iterator[Body]:
        """The entries of the chain up to a place, the newest first; they are read page by page."""
        before: int | None = None
        while True:
            page = self._vault.page(Kind.JOURNAL, before=before, limit=_PAGE)
            for record in page.records:
                match = _ID.fullmatch(record.id)
                if match is not None and int(match[1]) <= place.count:
                    yield record.body
            if page.before is None:
                return
            before = page.before

    def _place(self) -> _Place | None:
        """Where the chain ends; None where there is none yet."""
        try:
            body = self._vault.get(Kind.SETTING, HEAD_ID).body
        except RecordNotFound:
            place = None
        else:
            # Whoever wrote a head without `reads` wrote no entry of what only reads either.
            place = _Place(body["count"], body["hash"], body["carried"], body.get("reads", 0))
        if not self._has((place or _Place()).count + 1):
            return place
        # Records without their head, or with an earlier one: a restored backup may be so.
        found = _parted(self._vault.all(Kind.JOURNAL))
        carried = len(found.before) - unclaimed(found)
        reads = sum(map(is_read, (*found.before[:carried], *found.entries)))
        return _Place(found.count, found.head, carried, reads)

    def _has(self, number: int) -> bool:
        try:
            self._vault.get(Kind.JOURNAL, _id(number))
        except RecordNotFound:
            return False
        return True


def _id(number: int) -> str:
    return f"entry-{number}"


def _parted(records: tuple[Record, ...], place: _Place | None = None) -> Journalled:
    """Records of the journal: those of the chain up to a place, or to the last, and the others."""
    numbered: dict[int, Body] = {}
    before: list[Body] = []
    for record in records:
        match = _ID.fullmatch(record.id)
        if match is None:
            before.append(record.body)
        elif place is None or int(match[1]) <= place.count:  # another process may have added some
            numbered[int(match[1])] = record.body
    entries = [numbered[number] for number in sorted(numbered)]
    if place is None:
        last = hash_of(entries[-1]) if entries else None
        place = _Place(max(numbered, default=0), last or GENESIS)
    return Journalled(entries, place.count, place.hash, before)
