"""What can go wrong with a credential.

CredentialError
├── InvalidJSON         the bytes are not the strict JSON that every reader would read alike
├── InvalidCBOR         nor the strict CBOR
├── InvalidCredential   the JSON is not a credential or presentation of the VC Data Model
│   └── UndefinedTerm       something in it would not be covered by the proof
├── NotInDocument       a JSON pointer leads nowhere, or to what cannot be shown by itself
├── UnknownContext      it names a JSON-LD context that this wallet does not ship
├── TooComplex          judging it could take longer than a person would wait
├── UnsupportedFormat   it is secured in a way that this wallet cannot check
├── ProofInvalid        the proof was checked and does not hold
└── DidkitFailed        the reader of older credentials gave no answer: nothing is known
"""

from __future__ import annotations

from wallet.errors import WalletError


class CredentialError(WalletError):
    """Something is wrong with a credential or presentation, or cannot be found out."""


class InvalidJSON(CredentialError):
    """The bytes are not strict JSON."""


class InvalidCBOR(CredentialError):
    """The bytes are not strict CBOR."""


class InvalidCredential(CredentialError):
    """The document breaks a rule of the VC Data Model, at a place that is named."""

    def __init__(self, path: str, reason: str, *, hint: str | None = None) -> None:
        """`path` is where, as a JSONPath such as `$.issuer`; `reason` completes the sentence."""
        super().__init__(f"{path} {reason}", hint=hint)
        self.path = path
        self.reason = reason


class UndefinedTerm(InvalidCredential):
    """A name that no context defines: JSON-LD would drop it, and no proof would cover it."""


class NotInDocument(CredentialError):
    """A JSON pointer that leads to no part of the document that could be shown by itself."""


class UnknownContext(CredentialError):
    """A JSON-LD context that is not among those shipped. Contexts are never fetched."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"the context {url!r} is not known",
            hint="contexts are never fetched: only those shipped with the wallet are used",
        )
        self.url = url


class TooComplex(CredentialError):
    """The document could take unreasonably long to canonicalize."""


class UnsupportedFormat(CredentialError):
    """Secured in a way that this wallet cannot check, which says nothing for or against it."""


class ProofInvalid(CredentialError):
    """The proof was checked and does not hold."""


class DidkitFailed(CredentialError):
    """The child process that reads VCDM 1.1 proofs gave no answer; the proof is undecided."""
