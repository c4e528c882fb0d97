"""The manifest: a keyed hash over what must stand in the file, so that older parts are noticed.

Each row's seal proves that the wallet once wrote it there. Only the sum of all proves that it is
the one written last, and that no other is gone. The manifest counts the rows of `meta` and the
blocks of the directory, which in turn hold a hash of each record; in schema version 1 it counted
the records themselves. A row counts as a keyed 512-bit hash; the sum is taken modulo 2^512
(MSet-Add-Hash of Clarke et al., "Incremental Multiset Hash Functions and Their Application to
Memory Integrity Checking", 2003), so that a change costs two hashes whatever the size of the
wallet. A whole file put back from earlier is not noticed: that takes a memory outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from wallet.vault.cipher import keyed_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

_HASH_SIZE: Final = 64
_MODULUS: Final = 1 << (8 * _HASH_SIZE)


@dataclass(frozen=True, slots=True)
class Manifest:
    """How many rows are counted, their sum, and how many changes led here."""

    counter: int = 0
    """Changes so far: one for each record put, replaced or deleted. Never falls."""
    count: int = 0
    """Rows in the sum."""
    total: int = 0
    records: int = 0
    """Records in the wallet."""
    last: int = 0
    """The highest number that a record was ever given. Never falls: no number is used twice."""

    def with_row(self, digest: int) -> Manifest:
        """After a row was added to the sum."""
        return replace(self, count=self.count + 1, total=(self.total + digest) % _MODULUS)

    def without_row(self, digest: int) -> Manifest:
        """After a row was taken out of the sum."""
        return replace(self, count=self.count - 1, total=(self.total - digest) % _MODULUS)

    def changed(self, *, records: int = 0) -> Manifest:
        """After a change, by which there are so many records more, or fewer."""
        last = self.last + max(records, 0)
        return replace(self, counter=self.counter + 1, records=self.records + records, last=last)

    def describes(self, digests: Iterable[int]) -> bool:
        """Whether these are the rows, in whatever order."""
        found = list(digests)
        return self.count == len(found) and self.total == sum(found) % _MODULUS

    def to_bytes(self) -> bytes:
        """8 bytes of counter, 8 of count, 64 of total, 8 of records, 8 of last, big-endian."""
        return (
            self.counter.to_bytes(8, "big")
            + self.count.to_bytes(8, "big")
            + self.total.to_bytes(_HASH_SIZE, "big")
            + self.records.to_bytes(8, "big")
            + self.last.to_bytes(8, "big")
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Reads what `to_bytes` wrote, in version 1 without the last two; it is authenticated."""
        return cls(
            counter=int.from_bytes(data[:8], "big"),
            count=int.from_bytes(data[8:16], "big"),
            total=int.from_bytes(data[16:80], "big"),
            records=int.from_bytes(data[80:88], "big"),
            last=int.from_bytes(data[88:], "big"),
        )


def row_digest(key: bytes, table: str, row_id: bytes, version: int, value: bytes) -> int:
    """What one row adds to the sum: keyed BLAKE2b-512 of everything in it."""
    parts = (table.encode(), row_id, version.to_bytes(8, "big"), value)
    return int.from_bytes(keyed_hash(key, *parts, size=_HASH_SIZE), "big")
