"""What a check looks at: one part of the input, the evidence, and what the verifier asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from did.document import Document, Relationship
from did.values import dataclass, field
from wallet.credentials.errors import CredentialError
from wallet.credentials.model import Credential, Presentation
from wallet.verify.evidence import did_of

if TYPE_CHECKING:
    from datetime import datetime

    from did.document import VerificationMethod
    from wallet.credentials.formats import Proof
    from wallet.verify.detect import Part
    from wallet.verify.evidence import Evidence, Unavailable
    from wallet.verify.place import Place
    from wallet.verify.policy import Policy

MAX_CANDIDATES = 8
"""How many keys are tried for a proof that names none."""


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
    # What every check asks anew, by the identity of a proof of the part.
    _documents: dict[int, Document | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _methods: dict[int, VerificationMethod | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def place(self) -> Place:
        """Where the part stands in the input."""
        return self.part.place

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
        key = id(proof)
        if key not in self._documents:
            answer = self.earlier(proof) or self.evidence.documents[did_of(proof)]
            self._documents[key] = answer if isinstance(answer, Document) else None
        return self._documents[key]

    def earlier(self, proof: Proof) -> Document | Unavailable | None:
        """The document that was in force when `proof` was made, where today's lists no such key.

        Or that nobody could say; None where the verifier goes by today's.
        """
        if proof.created is None or not self.evidence.earlier:
            return None
        return self.evidence.earlier.get((did_of(proof), proof.created))

    def method(self, proof: Proof) -> VerificationMethod | None:
        """The key that `proof` names, where the document of its DID lists it.

        A JWT may name its issuer alone (RFC 7515 leaves `kid` to choice): then it is the first of
        the issuer's keys for the purpose that its signature is right for, or else their first.
        """
        key = id(proof)
        if key not in self._methods:
            self._methods[key] = self._method(proof)
        return self._methods[key]

    def _method(self, proof: Proof) -> VerificationMethod | None:
        if (document := self.document(proof)) is None:
            return None
        if "#" in proof.verification_method:
            return document.method(proof.verification_method)
        candidates = [
            method
            for method in document.verification_methods
            if document.authorizes(method.id, self.purpose)
        ][:MAX_CANDIDATES]
        right = (method for method in candidates if self._fits(proof, method))
        return next(right, candidates[0] if candidates else None)

    def _fits(self, proof: Proof, method: VerificationMethod) -> bool:
        format_ = self.part.format_of(proof)
        if format_ is None:
            return False
        try:
            format_.verify(self.part.document.document, proof, method)
        except CredentialError:
            return False
        return True
