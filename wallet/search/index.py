"""The index: lines of text in memory, made from sealed segments in the vault.

A segment describes the credentials of one block of numbers, and names what the block was when it
was made; one that is behind is made anew from the credentials themselves. So the index is never
wrong, only late: nobody who stores a credential has to know of it.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.clock import now as _now
from wallet.search.label import BETWEEN, FIELD, TAG, About, Label, described, in_one_line, moment
from wallet.search.nearness import nearest
from wallet.search.segment import FORMAT, Hit, Segment
from wallet.search.words import ROLES, normal, words_of
from wallet.vault.directory import SLOTS
from wallet.vault.errors import RecordNotFound, VaultError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from wallet.vault.record import Record
    from wallet.vault.vault import Vault

_READ_AT_ONCE: Final = 32
_WORTH_KEEPING: Final = SLOTS
_LARGEST: Final = 1_000_000
"""In characters, each of which is up to six bytes in a record."""
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the credentials that a query finds, the newest first, and how many it finds."""

    labels: tuple[Label, ...]
    total: int


class SearchIndex:
    """Finds credentials of one vault. Safe to share between threads."""

    def __init__(self, vault: Vault) -> None:
        """Reads nothing yet: the first question does, or `refresh`."""
        self.vault: Final = vault
        self._lock: Final = threading.RLock()
        self._at: int | None = None
        self._segments: dict[int, Segment] = {}
        self._places: dict[str, int] = {}
        self._abouts: list[About] = []
        self._unkept: set[int] = set()
        self._made = 0

    # What is kept

    def refresh(self) -> int:
        """Catches up with the vault; gives how many blocks are not kept as they are now."""
        with self._lock:
            at = self.vault.changes
            if at != self._at:
                if self._at is None:
                    self._load()
                self._catch_up(self.vault.blocks(Kind.CREDENTIAL))
                self._at = at
            return len(self._unkept)

    def keep(self) -> None:
        """Writes what is not kept into the vault, so that the next opening need not make it."""
        with self._lock:
            if not self.refresh():
                return
            texts = list(self._places)
            gone = self._unkept - self._segments.keys()
            kept = {
                number
                for number in self._unkept - gone
                if self._segments[number].size(texts) <= _LARGEST
            }
            with self.vault.transaction():
                self.vault.put_many(
                    Kind.SEARCH, ((_id(n), self._segments[n].body(texts)) for n in sorted(kept))
                )
                for number in gone:
                    self._forget(number)
            self._unkept -= kept | gone
            self._made = 0

    def close(self) -> None:
        """Forgets it all; what took a while to make is kept first, where the vault can be written.

        To be called before the vault is closed. It can be made again, so no failure is told.
        """
        with self._lock:
            if self._made >= _WORTH_KEEPING:
                with suppress(VaultError):
                    self.keep()
            self._at, self._made = None, 0
            for held in (self._segments, self._places, self._abouts, self._unkept):
                held.clear()

    # What is asked

    def find(
        self,
        query: str = "",
        *,
        tags: Sequence[str] = (),
        known: Mapping[str, str] = _NOBODY,
        now: datetime | None = None,
        skip: int = 0,
        limit: int | None = 50,
    ) -> Found:
        """The newest credentials in which every word of the query occurs, after the first `skip`.

        Of all that have each of the `tags`, where upper and lower case are one.
        `known` are names that the person has for DIDs: an issuer is found by those, too. By `now`
        some have expired, which is a word to find them by.
        """
        total = 0
        numbers: list[int] = []
        with self._lock:
            for found in self._matching(query, known, now, tags):
                start = max(0, skip - total)
                room = None if limit is None else start + limit - len(numbers)
                numbers += found[start:room]
                total += len(found)
            return Found(self.labels(numbers), total)

    def matching(
        self,
        query: str,
        *,
        tags: Sequence[str] = (),
        known: Mapping[str, str] = _NOBODY,
        now: datetime | None = None,
    ) -> tuple[int, ...]:
        """The numbers of the credentials that `find` finds, the newest first."""
        with self._lock:
            return tuple(chain.from_iterable(self._matching(query, known, now, tags)))

    def _matching(
        self,
        query: str,
        known: Mapping[str, str],
        now: datetime | None,
        tags: Sequence[str] = (),
    ) -> Iterator[Sequence[int]]:
        """The same, block by block."""
        self.refresh()
        by = moment(now or _now())
        hits = [
            *map(Hit.of_tag, tags),
            *(Hit.of(word, self._having(word, known)) for word in words_of(query)),
        ]
        return (segment.matching(hits, by) for segment in self._newest())

    def labels(self, numbers: Iterable[int]) -> tuple[Label, ...]:
        """The credentials with those numbers, in that order; those that are gone are left out."""
        with self._lock:
            found, block, lines, places = [], -1, [""], dict[int, int]()
            for number in numbers:
                segment = self._segments.get(number // SLOTS)
                if segment is None:
                    continue
                if number // SLOTS != block:
                    block, lines = number // SLOTS, segment.lines.split(BETWEEN)
                    places = {known: at for at, known in enumerate(segment.numbers)}
                if (at := places.get(number)) is None:
                    continue
                until = segment.untils.get(at, "")
                found.append(Label.read(lines[at], self._abouts[segment.abouts[at]], until))
            return tuple(found)

    def nearest(
        self, text: str, *, known: Mapping[str, str] = _NOBODY, limit: int, newest: int
    ) -> tuple[Label, ...]:
        """At most `limit` that share the rarest words with a text, and the newest of each role.

        The newest come first.
        """
        with self._lock:
            self.refresh()
            segments = list(self._newest())
            found = set(
                nearest(text, segments, lambda word: self._having(word, known), limit=limit)
            )
            for role in ROLES:
                found.update(islice(self._having_line(f"{FIELD}{role}{FIELD}"), newest))
            return self.labels(sorted(found, reverse=True))

    def tags(self) -> Mapping[str, int]:
        """Every tag that there is, and how many credentials have it; case is ignored."""
        counts: dict[str, int] = {}
        spelled: dict[str, str] = {}
        with self._lock:
            self.refresh()
            for segment in self._newest():
                for line in segment.lines.split(BETWEEN) if TAG in segment.lines else ():
                    for tag in line.split(TAG)[1:-1]:
                        spelling = spelled.setdefault(normal(tag), tag)
                        counts[spelling] = counts.get(spelling, 0) + 1
        return dict(sorted(counts.items()))

    def named(self, name: str, *, limit: int = 50) -> tuple[Record, ...]:
        """The newest credentials that the person calls so; case is ignored."""
        line = f"{FIELD}{normal(in_one_line(name))}{FIELD}"
        with self._lock:
            self.refresh()
            numbers = list(islice(self._having_line(line), limit))
        records = self.vault.numbered(Kind.CREDENTIAL, numbers)
        return tuple(r for r in records if normal(r.body["name"]) == normal(name))

    def _having_line(self, line: str) -> Iterator[int]:
        return (
            number
            for segment in self._newest()
            if line in segment.all_own
            for number, own in zip(segment.numbers, segment.own, strict=True)
            if line in own
        )

    def _having(self, word: str, known: Mapping[str, str]) -> frozenset[int]:
        """The places of what credentials have in common that a word is in."""
        called = {did for did, name in known.items() if word in normal(name)}
        return frozenset(
            at
            for at, about in enumerate(self._abouts)
            if word in about.text or about.issuer in called
        )

    def _newest(self) -> Iterator[Segment]:
        for number in sorted(self._segments, reverse=True):
            yield self._segments[number]

    # How it is made

    def _load(self) -> None:
        """Reads what was kept; what another version of this program kept is made anew."""
        before: int | None = None
        while True:
            page = self.vault.page(Kind.SEARCH, before=before, limit=_READ_AT_ONCE)
            for record in page.records:
                if record.body["format"] == FORMAT:
                    number = int(record.id.rpartition("/")[2])
                    self._segments[number] = Segment.read(record.body, self._placed)
            if page.before is None:
                return
            before = page.before

    def _placed(self, texts: Sequence[str]) -> list[int]:
        """Where what credentials have in common stands in the list, which it is added to."""
        known = self._places
        for text in texts:
            if text not in known:
                known[text] = len(known)
                self._abouts.append(About.read(text))
        return [known[text] for text in texts]

    def _catch_up(self, blocks: Mapping[int, bytes]) -> None:
        for number in self._segments.keys() - blocks.keys():
            del self._segments[number]
            self._unkept.add(number)
        for number, made_of in blocks.items():
            known = self._segments.get(number)
            if known is None or known.made_of != made_of:
                self._make(number, made_of)

    def _make(self, number: int, made_of: bytes) -> None:
        records = self.vault.block(Kind.CREDENTIAL, number)
        if not records:  # they were deleted a moment ago
            return
        numbers = sorted(records, reverse=True)
        texts = [described(records[number].body) for number in numbers]
        lines = BETWEEN.join(text.own for text in texts)
        abouts = self._placed([text.about for text in texts])
        untils = {at: text.until for at, text in enumerate(texts) if text.until}
        self._segments[number] = Segment.made(made_of, numbers, lines, abouts, untils)
        self._unkept.add(number)
        self._made += len(numbers)

    def _forget(self, number: int) -> None:
        with suppress(RecordNotFound):  # it was never kept
            self.vault.delete(Kind.SEARCH, _id(number))


def _id(number: int) -> str:
    return f"{Kind.CREDENTIAL}/{number}"
