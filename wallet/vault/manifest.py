"""The manifest: a keyed hash over the set of all rows, so that a missing or older one is noticed.

Each row's seal proves that the wallet once wrote it there. Only the sum of all proves that it is
the one written last, and that no other is gone. A row counts as a keyed 512-bit hash; the sum is
taken modulo 2^512 (MSet-Add-Hash of Clarke et al., "Incremental Multiset Hash Functions and Their
Application to Memory Integrity Checking", 2003), so that a change costs two hashes whatever the
size of the wallet. A whole file put back from earlier is not noticed: that takes a memory outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from wallet.vault.cipher import keyed_hash

_HASH_SIZE: Final = 64
_MODULUS: Final = 1 << (8 * _HASH_SIZE)


@dataclass(frozen=True, slots=True)
class Manifest:
    """How many rows there are, their sum, and how many changes led here."""

    counter: int = 0
    """Changes so far: one for each row put, replaced or deleted. Never falls."""
    count: int = 0
    total: int = 0

    def with_row(self, digest: int) -> Manifest:
        """After a row was added."""
        return Manifest(self.counter + 1, self.count + 1, (self.total + digest) % _MODULUS)

    def without_row(self, digest: int) -> Manifest:
        """After a row was deleted."""
        return Manifest(self.counter + 1, self.count - 1, (self.total - digest) % _MODULUS)

    def replacing(self, old: int, new: int) -> Manifest:
        """After a row was written anew."""
        return replace(self, counter=self.counter + 1, total=(self.total - old + new) % _MODULUS)

    def describes(self, digests: list[int]) -> bool:
        """Whether these are the rows, in whatever order."""
        return self.count == len(digests) and self.total == sum(digests) % _MODULUS

    def to_bytes(self) -> bytes:
        """8 bytes of counter, 8 of count, 64 of total, big-endian."""
        return (
            self.counter.to_bytes(8, "big")
            + self.count.to_bytes(8, "big")
            + self.total.to_bytes(_HASH_SIZE, "big")
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Reads what `to_bytes` wrote; the caller has authenticated it."""
        return cls(
            counter=int.from_bytes(data[:8], "big"),
            count=int.from_bytes(data[8:16], "big"),
            total=int.from_bytes(data[16:], "big"),
        )


def row_digest(key: bytes, table: str, row_id: bytes, version: int, value: bytes) -> int:
    """What one row adds to the sum: keyed BLAKE2b-512 of everything in it."""
    parts = (table.encode(), row_id, version.to_bytes(8, "big"), value)
    return int.from_bytes(keyed_hash(key, *parts, size=_HASH_SIZE), "big")
