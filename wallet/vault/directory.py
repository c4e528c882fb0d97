"""The directory: which records there are, of which kinds, and a hash of each. Sealed in blocks.

A record has a number, given once and in order. A block lists 256 numbers in a row, and always has
the same size, so that it tells nobody how many records there are of a kind. The manifest counts
the blocks, and they are checked whenever the file is opened: from then on each single record can
be told to be the one written last, and a record that is missing can be told from one that never
was, without reading the others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SLOTS: Final = 256
"""Numbers in a block."""
HASH_SIZE: Final = 16
"""Of a row's id, and of the hash of a row."""
BLOCK_SIZE: Final = SLOTS * (1 + 2 * HASH_SIZE)

_IDS: Final = SLOTS
_HASHES: Final = SLOTS * (1 + HASH_SIZE)
_FREE: Final = 0
_FEW: Final = 100
"""Up to so many questions for an id, going through all blocks is quicker than making a set."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What the directory says about one number."""

    kind: int
    """The code of the record's kind, from 1 to 255."""
    row_id: bytes
    digest: bytes


class Directory:
    """The blocks of one wallet, opened. A change is remembered as `dirty` until it is written."""

    __slots__ = ("_asked", "_blocks", "_fingerprints", "_ids", "dirty")

    def __init__(self, blocks: Mapping[int, bytes] | None = None) -> None:
        """`blocks` by number, as they were sealed."""
        self._blocks: Final = {n: bytearray(block) for n, block in (blocks or {}).items()}
        self._ids: set[bytes] | None = None
        self._asked = 0
        self._fingerprints: Final[dict[int, dict[int, bytes]]] = {}
        self.dirty: Final[set[int]] = set()
        """Numbers of blocks that were changed since they were written."""

    def __len__(self) -> int:
        return sum(SLOTS - block.count(_FREE, 0, SLOTS) for block in self._blocks.values())

    def block(self, number: int) -> bytes | None:
        """A block as it is to be sealed; `None` for one that lists nothing any more."""
        block = self._blocks.get(number)
        return None if block is None else bytes(block)

    def slot(self, number: int) -> Slot | None:
        """What is listed under a number."""
        block, at = self._blocks.get(number // SLOTS), number % SLOTS
        if block is None or block[at] == _FREE:
            return None
        return Slot(block[at], _item(block, _IDS, at), _item(block, _HASHES, at))

    def lists(self, row_id: bytes) -> bool:
        """Whether there is a record with that id."""
        self._asked += 1
        if self._ids is None and self._asked < _FEW:
            return any(block.find(row_id, _IDS, _HASHES) >= 0 for block in self._blocks.values())
        if self._ids is None:
            self._ids = self._all_ids()
        return row_id in self._ids

    def _all_ids(self) -> set[bytes]:
        ids: set[bytes] = set()
        for block in self._blocks.values():
            column = bytes(block[_IDS:_HASHES])
            ids.update(column[at : at + HASH_SIZE] for at in range(0, len(column), HASH_SIZE))
        return ids - {bytes(HASH_SIZE)}  # where nothing is listed

    def place(self, number: int, slot: Slot) -> None:
        """Lists a record, or lists it anew."""
        block = self._blocks.setdefault(number // SLOTS, bytearray(BLOCK_SIZE))
        _set(block, number % SLOTS, slot)
        self._touch(number // SLOTS)
        if self._ids is not None:
            self._ids.add(slot.row_id)

    def clear(self, number: int) -> None:
        """Lists nothing under that number any more."""
        block, at = self._blocks[number // SLOTS], number % SLOTS
        if self._ids is not None:
            self._ids.discard(_item(block, _IDS, at))
        _set(block, at, Slot(_FREE, bytes(HASH_SIZE), bytes(HASH_SIZE)))
        self._touch(number // SLOTS)
        if block.count(_FREE, 0, SLOTS) == SLOTS:
            del self._blocks[number // SLOTS]

    def count(self, kind: int) -> int:
        """How many records there are of a kind."""
        return sum(block.count(kind, 0, SLOTS) for block in self._blocks.values())

    def numbers(self, kind: int) -> Iterator[int]:
        """The numbers of a kind's records, the oldest first."""
        for number in sorted(self._blocks):
            yield from self.numbers_in(number, kind)

    def numbers_in(self, number: int, kind: int) -> Iterator[int]:
        """The numbers of a kind's records in one block, the oldest first."""
        block = self._blocks.get(number, b"")
        at = block.find(kind, 0, SLOTS)
        while at >= 0:
            yield number * SLOTS + at
            at = block.find(kind, at + 1, SLOTS)

    def newest(self, kind: int, before: int | None = None) -> Iterator[int]:
        """The numbers of a kind's records, the newest first, from below `before`."""
        for number in sorted(self._blocks, reverse=True):
            end = SLOTS if before is None else min(max(before - number * SLOTS, 0), SLOTS)
            block = self._blocks[number]
            at = block.rfind(kind, 0, end)
            while at >= 0:
                yield number * SLOTS + at
                at = block.rfind(kind, 0, at)

    def fingerprints(self, kind: int) -> dict[int, bytes]:
        """By block, a hash of a kind's records in it; it changes when one of them does."""
        found = {}
        for number, block in sorted(self._blocks.items()):
            if kind in block[:SLOTS]:
                known = self._fingerprints.setdefault(number, {})
                if kind not in known:
                    known[kind] = _fingerprint(block, kind)
                found[number] = known[kind]
        return found

    def _touch(self, number: int) -> None:
        self.dirty.add(number)
        self._fingerprints.pop(number, None)


def _fingerprint(block: bytearray, kind: int) -> bytes:
    if block.count(kind, 0, SLOTS) == SLOTS:  # as after an import
        slots, hashes = bytes(range(SLOTS)), bytes(block[_HASHES:])
    else:
        slots = bytes(at for at in range(SLOTS) if block[at] == kind)
        hashes = b"".join(_item(block, _HASHES, at) for at in slots)
    return hashlib.blake2b(slots + hashes, digest_size=HASH_SIZE).digest()


def _item(block: bytearray, column: int, at: int) -> bytes:
    start = column + at * HASH_SIZE
    return bytes(block[start : start + HASH_SIZE])


def _set(block: bytearray, at: int, slot: Slot) -> None:
    block[at] = slot.kind
    for column, value in ((_IDS, slot.row_id), (_HASHES, slot.digest)):
        start = column + at * HASH_SIZE
        block[start : start + HASH_SIZE] = value
