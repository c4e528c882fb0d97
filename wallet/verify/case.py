"""What a check looks at: one part of the input, the evidence, and what the verifier asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from did.document import Document, Relationship
from wallet.credentials.model import Credential, Presentation
from wallet.verify.evidence import did_of

if TYPE_CHECKING:
    from datetime import datetime

    from did.document import VerificationMethod
    from wallet.credentials.formats import Proof
    from wallet.verify.detect import Part
    from wallet.verify.evidence import Evidence, Unavailable
    from wallet.verify.policy import Policy


@dataclass(frozen=True, slots=True)
class Question:
    """What the verifier wants to know, and what they asked the holder for.

    `at` is the instant to judge for. `challenge` and `domain` are what a presentation must have
    been made for; None where the verifier asked for neither.
    """

    at: datetime
    challenge: str | None
    domain: str | None
    policy: Policy

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            msg = "a time without an offset names no instant to judge for"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Case:
    """One part of the input, with all that may be known when judging it."""

    part: Part
    evidence: Evidence
    question: Question

    @property
    def credential(self) -> Credential | None:
        """The part, where it is a credential."""
        return self.part.document if isinstance(self.part.document, Credential) else None

    @property
    def presentation(self) -> Presentation | None:
        """The part, where it is a presentation."""
        return self.part.document if isinstance(self.part.document, Presentation) else None

    @property
    def purpose(self) -> Relationship:
        """What a key must be listed for to make the part's proofs (Data Integrity 1.0, 2.3)."""
        if self.presentation is not None:
            return Relationship.AUTHENTICATION
        return Relationship.ASSERTION_METHOD

    def document(self, proof: Proof) -> Document | None:
        """The document of the DID that `proof` is said to be by, where it is in force.

        The one of when the proof was made, where that is what the verifier goes by.
        """
        answer = self.earlier(proof) or self.evidence.documents[did_of(proof)]
        return answer if isinstance(answer, Document) else None

    def earlier(self, proof: Proof) -> Document | Unavailable | None:
        """The document that was in force when `proof` was made, where today's lists no such key.

        Or that nobody could say; None where the verifier goes by today's.
        """
        if proof.created is None:
            return None
        return self.evidence.earlier.get((did_of(proof), proof.created))

    def method(self, proof: Proof) -> VerificationMethod | None:
        """The key that `proof` names, where the document of its DID lists it."""
        document = self.document(proof)
        return document.method(proof.verification_method) if document is not None else None
