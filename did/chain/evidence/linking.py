"""Finding ways from one block to older ones, for evidence to show (`ancestry`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from did.chain.evidence.ancestry import HISTORY, WINDOW, Past, kept_hash, slot_of
from did.chain.evidence.errors import InvalidEvidence
from did.chain.evidence.fetching import Fetched, fetch_all, fetch_proof
from did.chain.refusal import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.chain import Chain

MAX_PARENTS: Final = 4_096
"""The most headers that are there for nothing but the way."""

MAX_LEAPS: Final = 512
"""The most hashes out of states: four million blocks."""

_SHORT: Final = 8
"""How many headers are about as long as what shows one hash out of a state."""


@dataclass(slots=True)
class Way:
    """From the newest of some blocks to all the others, as far as the chain shows it.

    `blocks` go from the newest to the oldest; `pasts` are what states of them say, by number.
    """

    chain: Chain
    blocks: list[Fetched]
    pasts: dict[int, Past] = field(default_factory=dict)
    parents_left: int = MAX_PARENTS
    leaps_left: int = MAX_LEAPS

    @classmethod
    def through(cls, chain: Chain, wanted: Sequence[Fetched]) -> Way:
        """The way through all of `wanted`, from the newest on; it may have gaps.

        Raises:
            ChainError, Unreachable: the chain gave no answer.
        """
        way = cls(chain, [wanted[0]])
        for target in wanted[1:]:
            way._reach(target)
            way.blocks.append(target)
        return way

    def _reach(self, target: Fetched) -> None:
        between = self.blocks[-1].header.number - target.header.number - 1
        if (between > _SHORT and self._leap(target)) or between > self.parents_left:
            return
        first = target.header.number + 1
        found = fetch_all(self.chain, range(first + between - 1, first - 1, -1))
        if len(found) == between:
            self.blocks += found.values()
            self.parents_left -= between

    def _leap(self, target: Fetched) -> bool:
        """Goes to `target` by what states keep. If that leads nowhere, nothing has changed."""
        block, goal = self.blocks[-1], target.header.number
        blocks: list[Fetched] = []
        pasts: dict[int, Past] = {}
        while block.header.number - goal > 1:
            if self.leaps_left <= len(pasts):
                return False
            older = max(goal, block.header.number - WINDOW)
            if (past := self._past(block, older)) is None:
                self.leaps_left = 0  # nor is there any use in asking for older ones
                return False
            pasts[block.header.number] = past
            if older == goal:
                break
            if older not in (found := fetch_all(self.chain, [older])):
                return False
            block = found[older]
            blocks.append(block)
        self.blocks += blocks
        self.pasts |= pasts
        self.leaps_left -= len(pasts)
        return True

    def _past(self, block: Fetched, older: int) -> Past | None:
        at = block.header.number
        try:
            (proof,) = fetch_proof(self.chain, HISTORY, [slot_of(older)], at)
            past = Past(older, proof)
            kept_hash(block.header, past)
        except (RequestRefused, InvalidEvidence):  # no such contract, or no such state any more
            return None
        return past
