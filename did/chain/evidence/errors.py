"""Why evidence proves nothing here: it is wrong, it lacks a part, or nobody vouches for its blocks.

InvalidEvidence          it contradicts itself, or is none
├── EvidenceLacks            a part of it is not there
└── NotAccepted              it rests on blocks that are not accepted

All of them leave a DID undecided: whoever gives bad evidence of a DID says nothing against the DID.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from did.errors import ChainError

if TYPE_CHECKING:
    from did.chain.evidence.accepted import BlockName
    from did.chain.evidence.evidence import EthrEvidence


class InvalidEvidence(ChainError):
    """The evidence does not show what it should, or is none; the message is the reason."""


class EvidenceLacks(InvalidEvidence):
    """A part is missing without which nothing is shown. `evidence` is what there is, if it is."""

    def __init__(
        self, message: str, *, hint: str | None = None, evidence: EthrEvidence | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.evidence = evidence


class NotAccepted(InvalidEvidence):
    """The evidence rests on blocks that nobody here accepts: `blocks`, the newest first."""

    def __init__(
        self, message: str, *, hint: str | None = None, blocks: tuple[BlockName, ...] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.blocks = blocks
