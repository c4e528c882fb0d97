"""The index: lines of text in memory, made from sealed segments in the vault.

A segment describes the credentials of one block of numbers, and names what the block was when it
was made; one that is behind is made anew from the credentials themselves. So the index is never
wrong, only late: nobody who stores a credential has to know of it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from wallet.search.words import described, normal, words_of
from wallet.vault.errors import RecordNotFound
from wallet.vault.record import Kind, Page

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from wallet.vault.record import Record
    from wallet.vault.vault import Vault

_FORMAT: Final = 1
_READ_AT_ONCE: Final = 32
_BETWEEN: Final = "\xa0"
"""Between the texts of a segment: a space that NFKC leaves in none of them, nor JSON escapes."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """The credentials of one block, the newest first."""

    made_of: bytes
    """What the block's records were, as `Vault.blocks` has it."""
    numbers: tuple[int, ...]
    own: tuple[str, ...]
    abouts: tuple[int, ...]
    """For each, where its other text stands in the index's list of them."""
    all_own: str
    all_abouts: frozenset[int]


class SearchIndex:
    """Finds credentials of one vault. Safe to share between threads."""

    def __init__(self, vault: Vault, kind: Kind = Kind.CREDENTIAL) -> None:
        """Reads nothing yet: the first question does, or `refresh`."""
        self._vault: Final = vault
        self._kind: Final = kind
        self._lock: Final = threading.RLock()
        self._at: int | None = None
        self._segments: dict[int, _Segment] = {}
        self._abouts: dict[str, int] = {}
        self._unkept: set[int] = set()

    def refresh(self) -> int:
        """Catches up with the vault; gives how many blocks are not kept as they are now."""
        with self._lock:
            at = self._vault.changes
            if at != self._at:
                if self._at is None:
                    self._load()
                self._catch_up(self._vault.blocks(self._kind))
                self._at = at
            return len(self._unkept)

    def keep(self) -> None:
        """Writes what is not kept into the vault, so that the next opening need not make it."""
        with self._lock:
            if not self.refresh():
                return
            texts = list(self._abouts)
            kept = [
                (self._id(number), _body(self._segments[number], texts))
                for number in sorted(self._unkept & self._segments.keys())
            ]
            with self._vault.transaction():
                self._vault.put_many(Kind.SEARCH, kept)
                for number in self._unkept - self._segments.keys():
                    self._forget(number)
            self._unkept.clear()

    def find(
        self,
        query: str,
        *,
        known: Mapping[str, str] | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Page:
        """The newest credentials in which every word of the query occurs, or the older ones.

        `known` are names that the person has for DIDs: an issuer is found by those, too.
        """
        with self._lock:
            self.refresh()
            numbers = list(islice(self._matches(words_of(query), known or {}, before), limit + 1))
        records = self._vault.numbered(self._kind, numbers[:limit])
        return Page(records, numbers[limit - 1] if len(numbers) > limit > 0 else None)

    def named(self, name: str, *, limit: int = 50) -> tuple[Record, ...]:
        """The newest credentials that the person calls so; case is ignored."""
        wanted = normal(name)
        with self._lock:
            self.refresh()
            found = (
                number
                for segment in self._newest(None)
                if wanted in segment.all_own
                for number, own in zip(segment.numbers, segment.own, strict=True)
                if wanted in own
            )
            numbers = list(found)
        records = self._vault.numbered(self._kind, numbers)
        return tuple(r for r in records if normal(r.body["name"]) == wanted)[:limit]

    def _matches(
        self, words: tuple[str, ...], known: Mapping[str, str], before: int | None
    ) -> Iterator[int]:
        hits = [(word, self._about_hits(word, known)) for word in words]
        for segment in self._newest(before):
            for at in _matching(segment, hits):
                if before is None or segment.numbers[at] < before:
                    yield segment.numbers[at]

    def _about_hits(self, word: str, known: Mapping[str, str]) -> frozenset[int]:
        called = tuple(normal(did) for did, name in known.items() if word in normal(name))
        hits = {at for text, at in self._abouts.items() if word in text}
        if called:
            hits |= {
                at for text, at in self._abouts.items() if not set(called).isdisjoint(text.split())
            }
        return frozenset(hits)

    def _newest(self, before: int | None) -> Iterator[_Segment]:
        for number in sorted(self._segments, reverse=True):
            segment = self._segments[number]
            if before is None or segment.numbers[-1] < before:
                yield segment

    def _load(self) -> None:
        """Reads what was kept; what another version of this program kept is made anew."""
        before: int | None = None
        while True:
            page = self._vault.page(Kind.SEARCH, before=before, limit=_READ_AT_ONCE)
            for record in page.records:
                kind, _, number = record.id.partition("/")
                if kind == self._kind and record.body["format"] == _FORMAT:
                    self._segments[int(number)] = self._read(record.body)
            if page.before is None:
                return
            before = page.before

    def _read(self, body: Mapping[str, Any]) -> _Segment:
        known, own = self._abouts, body["own"].split(_BETWEEN)
        at = [known.setdefault(text, len(known)) for text in body["abouts"].split(_BETWEEN)]
        made_of = bytes.fromhex(body["made_of"])
        return _segment(made_of, body["numbers"], own, [at[n] for n in body["about"]])

    def _catch_up(self, blocks: Mapping[int, bytes]) -> None:
        for number in self._segments.keys() - blocks.keys():
            del self._segments[number]
            self._unkept.add(number)
        for number, made_of in blocks.items():
            known = self._segments.get(number)
            if known is None or known.made_of != made_of:
                self._make(number, made_of)

    def _make(self, number: int, made_of: bytes) -> None:
        records = self._vault.block(self._kind, number)
        numbers = sorted(records, reverse=True)
        texts = [described(records[number].body) for number in numbers]
        abouts = [self._abouts.setdefault(text.about, len(self._abouts)) for text in texts]
        if records:  # else they were deleted a moment ago
            self._segments[number] = _segment(made_of, numbers, [t.own for t in texts], abouts)
            self._unkept.add(number)

    def _forget(self, number: int) -> None:
        try:
            self._vault.delete(Kind.SEARCH, self._id(number))
        except RecordNotFound:
            return  # it was never kept

    def _id(self, number: int) -> str:
        return f"{self._kind}/{number}"


def _segment(
    made_of: bytes, numbers: Collection[int], own: Collection[str], abouts: Collection[int]
) -> _Segment:
    joined = "\n".join(own)
    return _Segment(made_of, tuple(numbers), tuple(own), tuple(abouts), joined, frozenset(abouts))


def _matching(segment: _Segment, hits: list[tuple[str, frozenset[int]]]) -> Collection[int]:
    """Where in the segment those stand in which each word occurs, in one text or the other."""
    left: Collection[int] = range(len(segment.numbers))
    own, abouts = segment.own, segment.abouts
    for word, in_about in hits:
        if in_about.isdisjoint(segment.all_abouts):
            left = [at for at in left if word in own[at]] if word in segment.all_own else ()
        elif not in_about.issuperset(segment.all_abouts):
            left = [at for at in left if abouts[at] in in_about or word in own[at]]
        if not left:
            break
    return left


def _body(segment: _Segment, texts: list[str]) -> dict[str, Any]:
    """A segment as a record's body, with the texts that several share only once."""
    used = sorted(segment.all_abouts)
    place = {at: n for n, at in enumerate(used)}
    return {
        "format": _FORMAT,
        "made_of": segment.made_of.hex(),
        "numbers": list(segment.numbers),
        "own": _BETWEEN.join(segment.own),
        "abouts": _BETWEEN.join(texts[at] for at in used),
        "about": [place[at] for at in segment.abouts],
    }
