"""What can go wrong with BBS signatures and proofs.

BbsError
├── NoProof             bytes that are no signature, commitment or proof, or one that does not hold
└── TooManyMessages     a signature would be over more messages than are looked at here
"""

from __future__ import annotations

from did.errors import DIDError


class BbsError(DIDError):
    """Something is wrong with a BBS signature, commitment or proof."""


class NoProof(BbsError):
    """Bytes that are none, or that were checked and do not hold."""


class TooManyMessages(BbsError):
    """More messages than are looked at here."""
