"""Evidence of what a registry says of one identity, as of one block: `EthrEvidence`.

It is what a node told, kept for who has no node. Nothing in it is believed; `check` shows what
follows from it and from the hashes of blocks that somebody else accepts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from did.chain.evidence.checking import proven, roots_of
from did.chain.evidence.errors import InvalidEvidence
from did.chain.evidence.form import MAX_SIZE, fields_of, form_of
from did.errors import InvalidDocument
from did.strict_json import read_object

if TYPE_CHECKING:
    from did.chain.evidence.accepted import BlockHashes, BlockName
    from did.chain.evidence.checking import Proven
    from did.chain.evidence.parts import EvidenceBlock
    from did.chain.evidence.tries import StateProof


@dataclass(frozen=True, slots=True)
class EthrEvidence:
    """What a chain said of an identity, an account of 20 bytes, in its `registry`.

    `blocks` go from the newest to the oldest. The first is the one as of which the evidence is, and
    `state` shows what its state has as the identity's last change. `lacking` names what whoever
    gathered it did not get.
    """

    chain_id: int
    registry: str
    identity: bytes
    state: StateProof | None
    blocks: tuple[EvidenceBlock, ...]
    lacking: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, form: Any) -> Self:
        """The evidence that a JSON object is. Nothing is said yet of whether it shows anything.

        Raises:
            InvalidEvidence: it is none, of another version, or larger than any.
        """
        return cls(**fields_of(form))

    def to_json(self) -> dict[str, Any]:
        """The evidence as a JSON object."""
        return form_of(self)

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """The evidence that a file of JSON is. Raises `InvalidEvidence`."""
        try:
            form = read_object(text, limit=MAX_SIZE)
        except InvalidDocument as error:
            raise InvalidEvidence(f"the evidence cannot be read: {error}") from error
        return cls.from_json(form)

    def serialized(self) -> bytes:
        """The evidence as a file of JSON."""
        return json.dumps(self.to_json(), separators=(",", ":")).encode() + b"\n"

    @property
    def roots(self) -> tuple[BlockName, ...]:
        """The blocks that have to be accepted for the rest to follow, the newest first.

        The first is the one as of which the evidence is. Raises `InvalidEvidence`.
        """
        return roots_of(self)

    def check(self, accepted: BlockHashes, *, registry: str | None = None) -> Proven:
        """What is so if the accepted blocks are the chain's.

        `registry` is where the chain has its registry of DIDs, as whoever checks knows it. Without
        it, that is the published one, or one whose address is bound to the chain's id.

        Raises:
            InvalidEvidence: it does not show a whole history. `EvidenceLacks`: it lacks a part.
            NotAccepted: it rests on a block that is not accepted.
        """
        return proven(self, accepted, registry=registry)
