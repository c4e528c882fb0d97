"""Whose blocks are believed: the hashes that whoever checks evidence accepts as of a chain.

A hash says neither of which chain its block is nor whether the chain kept it. Both are what is
accepted, on the word of a node, an explorer, a settings file or a signer; nothing else is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, Self

from did.chain.hexadecimal import data
from did.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, order=True)
class BlockName:
    """A block of a chain: its number, and its hash of 32 bytes."""

    chain_id: int
    number: int
    hash: bytes

    def __str__(self) -> str:
        return f"block {self.number} of chain {self.chain_id}, {data(self.hash)}"


class BlockHashes(Protocol):
    """Who knows which blocks a chain has."""

    def accepts(self, block: BlockName, /) -> bool:
        """Whether the chain has that block, under that number, for good."""
        ...


@dataclass(frozen=True, slots=True)
class AcceptedBlocks:
    """Blocks that are accepted by name: no chain has two of one number."""

    names: frozenset[BlockName] = frozenset()
    _by_number: Mapping[tuple[int, int], bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = {(name.chain_id, name.number): name.hash for name in self.names}
        if len(found) != len(self.names):
            raise ChainError("two blocks of one chain with the same number cannot both be accepted")
        object.__setattr__(self, "_by_number", MappingProxyType(found))

    @classmethod
    def of(cls, names: Iterable[BlockName]) -> Self:
        """The blocks with these names. Raises `ChainError` where two have one number."""
        return cls(frozenset(names))

    def accepts(self, block: BlockName, /) -> bool:
        """Whether it is one of them."""
        return self._by_number.get((block.chain_id, block.number)) == block.hash


@dataclass(frozen=True, slots=True)
class AcceptedHash:
    """One block of a chain that is accepted by its hash alone; its number is what it says."""

    chain_id: int
    hash: bytes

    def accepts(self, block: BlockName, /) -> bool:
        """Whether it is that one."""
        return (block.chain_id, block.hash) == (self.chain_id, self.hash)
