"""Merkle trees of RFC 6962, section 2.1, over SHA-256: one hash that stands for any number of them.

Leaves and inner nodes are hashed with different first bytes, so that neither passes for the other.
SHA-256 is the RFC's hash: its vectors and other programs' checks apply, the standard library has
it, and a contract could check a path with the chain's own function for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

HASH_SIZE: Final = 32
MAX_SIZE: Final = 1 << 63
"""The most leaves that a path may speak of: no path is longer than 63 hashes."""


class InvalidPath(ValueError):
    """No tree of that size has such a path to such a leaf."""


def leaf_hash(entry: bytes) -> bytes:
    """The 32-byte hash of a leaf: of 0x00 and what it is for."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash of an inner node: of 0x01 and the hashes below it."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Path:
    """The way from a leaf to the root: RFC 6962, section 2.1.1, "Merkle audit path".

    `index` is the leaf's place, counted from 0, in a tree of `size` leaves; `siblings` are the
    hashes beside the way, of 32 bytes each, the lowest first.
    """

    index: int
    size: int
    siblings: tuple[bytes, ...]

    def root(self, leaf: bytes) -> bytes:
        """The root of the tree that has the leaf hash `leaf` there (RFC 9162, 2.1.3.2).

        Raises:
            InvalidPath: no tree of that size has a path of this form.
        """
        if not 0 <= self.index < self.size <= MAX_SIZE:
            raise InvalidPath(f"no leaf has the index {self.index} in a tree of {self.size}")
        if any(len(one) != HASH_SIZE for one in (leaf, *self.siblings)):
            raise InvalidPath(f"a hash in the path is not of {HASH_SIZE} bytes")
        index, last, root = self.index, self.size - 1, leaf
        for sibling in self.siblings:
            if not last:
                raise InvalidPath("the path is longer than the tree is high")
            if index & 1 or index == last:
                root = node_hash(sibling, root)
                # Where the tree is not full, a last node rises until it has a left neighbour.
                while index and not index & 1:
                    index, last = index >> 1, last >> 1
            else:
                root = node_hash(root, sibling)
            index, last = index >> 1, last >> 1
        if last:
            raise InvalidPath("the path ends below the root")
        return root


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree: `levels` are the hashes of its leaves, then those above them, up to its root."""

    levels: tuple[tuple[bytes, ...], ...]

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> Self:
        """The tree over leaf hashes, any number of them.

        Raises:
            InvalidPath: a hash is not of 32 bytes.
        """
        level = tuple(leaves)
        if any(len(leaf) != HASH_SIZE for leaf in level):
            raise InvalidPath(f"a leaf's hash is not of {HASH_SIZE} bytes")
        levels = [level]
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2], strict=False)
            alone = level[-1:] if len(level) & 1 else ()  # rises as it is
            level = (*(node_hash(left, right) for left, right in pairs), *alone)
            levels.append(level)
        return cls(tuple(levels))

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return len(self.levels[0])

    @property
    def root(self) -> bytes:
        """The 32 bytes that stand for all leaves in their order; of none, the hash of nothing."""
        return self.levels[-1][0] if self.size else hashlib.sha256().digest()

    def path(self, index: int) -> Path:
        """The path of the leaf with that index.

        Raises:
            InvalidPath: there is no such leaf.
        """
        if not 0 <= index < self.size:
            raise InvalidPath(f"no leaf has the index {index} in a tree of {self.size}")
        siblings: list[bytes] = []
        for height, level in enumerate(self.levels[:-1]):
            beside = (index >> height) ^ 1
            siblings += level[beside : beside + 1]
        return Path(index, self.size, tuple(siblings))
