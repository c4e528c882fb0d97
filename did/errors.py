"""What can go wrong with an identifier, its keys or its document.

DIDError
├── InvalidDID              the text is not a DID
├── InvalidDIDURL           the text is not a DID URL, or asks for what no DID URL here can
├── InvalidKey              the bytes or text are no key: base, codec, length or point
│   └── UnsupportedKey          a well-formed key of a kind that cannot be used here
├── InvalidDocument         the JSON is not a DID document, or is another DID's
├── NotFound                it was looked for, and is not there
├── UnsupportedMethod       nobody here can resolve DIDs of this method
├── UnknownNetwork          the DID lives on a network that is neither embedded nor configured
├── Unreachable             whoever knows the answer could not be asked
└── ChainError              the chain, or the node that speaks for it, failed
    ├── ChainBusy               another process is writing the chain
    └── TransactionFailed       the chain took the transaction and reverted it
"""

from __future__ import annotations

from typing import ClassVar


class DIDError(Exception):
    """Something is wrong with a DID, or could not be found out.

    `code` is the error's name in DID Resolution or in the registry of DID extensions, camelCase.
    `undecided` says that nothing was learned: the DID may be good, and must not be trusted.
    """

    code: ClassVar[str] = "internalError"
    undecided: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        """`message` is a clause in lower case; `hint` tells the person what to do about it."""
        super().__init__(message)
        self.hint = hint


def quoted(text: str) -> str:
    """`text` as a message may repeat it: escaped, and too short to fill the screen."""
    return repr(text if len(text) <= 100 else f"{text[:99]}…")


class InvalidDID(DIDError):
    """The text does not follow the grammar of DID Core, section 3.1, or of its method."""

    code = "invalidDid"


class InvalidDIDURL(DIDError):
    """The text does not follow the grammar of DID Core, section 3.2."""

    code = "invalidDidUrl"


class InvalidKey(DIDError):
    """No key: the wrong base, codec, length or point, or more than a public key should say."""

    code = "invalidPublicKey"


class UnsupportedKey(InvalidKey):
    """A key of a kind for which there is no algorithm here, which says nothing against it."""

    code = "unsupportedPublicKeyType"
    undecided = True


class InvalidDocument(DIDError):
    """The JSON breaks a rule of DID Core, section 5, or describes another DID than was asked."""

    code = "invalidDidDocument"


class NotFound(DIDError):
    """Whoever knows the answer was asked, and there is no such thing."""

    code = "notFound"


class UnsupportedMethod(DIDError):
    """There is no resolver here for the DID's method."""

    code = "methodNotSupported"
    undecided = True


class UnknownNetwork(DIDError):
    """The DID names a network that cannot be asked from here."""

    code = "unknownNetwork"
    undecided = True


class Unreachable(DIDError):
    """Nobody answered, or not in time."""

    code = "unreachable"
    undecided = True


class ChainError(DIDError):
    """The chain, or the node that speaks for it, gave no usable answer."""

    code = "chainError"
    undecided = True


class ChainBusy(ChainError):
    """One process writes a chain at a time, and another is doing so."""


class TransactionFailed(ChainError):
    """The chain refused or reverted a transaction; the message is its reason."""
