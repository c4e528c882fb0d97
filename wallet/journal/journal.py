"""`Journal`: the chain of entries in a vault, added to by any number of processes.

Entry 5 is the record `entry-5`, so that the newest are read without the others; a record beside
them holds the head. Entries that earlier releases wrote have ids without a meaning and no chain:
an entry of the chain states how many there are and their digest, and so carries them over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wallet.journal.entry import CARRIED, GENESIS, carried_by, chained, digest_of, hash_of
from wallet.journal.examining import Journalled, unclaimed
from wallet.journal.head import Head
from wallet.vault.derivation import KeyPath
from wallet.vault.errors import RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from did.keys import Signer
    from wallet.vault.record import Record
    from wallet.vault.vault import Vault

    Body = Mapping[str, Any]

HEAD_ID: Final = "journal"
"""The head's id among the records of the kind `SETTING`."""
CARRY: Final = "carry_journal"
"""What an entry that carries others over calls its action."""
_ID: Final = re.compile(r"entry-([1-9][0-9]{0,14})")


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the chain goes, the hash of its last entry, and how many entries it carries over."""

    count: int = 0
    hash: str = GENESIS
    carried: int = 0


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

    def append(self, facts: Body) -> Body:
        """Add an entry of these facts; the entry. Other writers wait, and chain theirs to it."""
        signer = self.signer  # the key is derived before others have to wait
        with self._vault.transaction():
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

    def latest(self, limit: int) -> tuple[list[Body], int]:
        """The newest entries, at most `limit` of them, oldest first; and how many there are."""
        place = self._place()
        if place is None:
            before = _parted(self._vault.all(Kind.JOURNAL)).before
            return [*before[-limit:]], len(before)
        numbers = range(max(0, place.count - limit) + 1, place.count + 1)
        newest = [self._vault.get(Kind.JOURNAL, _id(number)).body for number in numbers]
        if len(newest) < limit and place.carried:
            newest = self.everything()[-limit:]
        return newest, place.count + place.carried

    def everything(self) -> list[Body]:
        """All entries, in the order in which they were written."""
        return [record.body for record in self._vault.all(Kind.JOURNAL)]

    def found(self) -> Journalled:
        """The journal as it is now, to be examined."""
        place = self._place() or _Place()
        return _parted(self._vault.all(Kind.JOURNAL), place)

    def _add(self, place: _Place, facts: Body, signer: Signer) -> Body:
        number = place.count + 1
        entry = chained(facts, number=number, previous=place.hash, signer=signer)
        claim = carried_by(entry)
        carried = place.carried + (claim[0] if claim else 0)
        head = {"count": number, "hash": hash_of(entry), "carried": carried}
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
        self._add(place, facts, signer)
        return self._place() or place

    def _place(self) -> _Place | None:
        """Where the chain ends; None where there is none yet."""
        try:
            body = self._vault.get(Kind.SETTING, HEAD_ID).body
        except RecordNotFound:
            place = None
        else:
            place = _Place(body["count"], body["hash"], body["carried"])
        if not self._has((place or _Place()).count + 1):
            return place
        # Records without their head, or with an earlier one: a restored backup may be so.
        found = _parted(self._vault.all(Kind.JOURNAL))
        return _Place(found.count, found.head, len(found.before) - unclaimed(found))

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
