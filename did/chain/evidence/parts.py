"""A block as evidence has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from did.chain.evidence.ancestry import Past


@dataclass(frozen=True, slots=True)
class EvidenceBlock:
    """A block's header, as encoded, and what of the block is needed.

    `receipts` are all the receipts of a block that changed the identity, as encoded (EIP-2718), and
    None of a block that is here for its header. `past` leads to an older block, which its parent
    alone does not reach.
    """

    header: bytes
    receipts: tuple[bytes, ...] | None = None
    past: Past | None = None
