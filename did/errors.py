"""What can go wrong with an identifier, its keys or its document.

DIDError
├── InvalidDID                    the text is not a DID
│   └── InvalidKeyInDID               the key that the DID is has another length than its kind
├── InvalidDIDURL                 the text is not a DID URL, or asks for what no DID URL here can
├── InvalidKey                    the bytes or text are no key: base, codec, length or point
│   ├── InvalidKeyLength              the key has another length than its kind
│   └── UnsupportedKey                a well-formed key of a kind that cannot be used here
├── InvalidDocument               the JSON is not a DID document, or is another DID's
├── InvalidVerificationMethod     a verification method was wanted, and this is something else
├── InvalidRelationship           the verification method may not be used for what it was wanted
├── NotFound                      it was looked for, and is not there
├── UnsupportedMethod             nobody here can resolve DIDs of this method
├── UnsupportedOption             an option of resolving is malformed, or at odds with another
│   └── InvalidKeyFormat              a key is wanted as a type that the method gives none as
├── FeatureNotSupported           an option or a version that is well formed and not to be had here
│   └── UnsupportedKeyFormat          a key is wanted as a type that none is given as here
├── RepresentationNotSupported    the document is wanted in a media type not made here
├── UnknownNetwork                the DID lives on a network that is neither embedded nor configured
├── InsecureAddress               the address must not be asked: http, private, sends elsewhere
├── TooLarge                      the answer is longer than anything honest
├── Unreachable                   whoever knows the answer could not be asked
├── NeverSign                     a transaction or typed data that is never signed
├── InternalError                 something broke here, and says nothing about the DID
└── ChainError                    the chain, or the node that speaks for it, failed
    ├── ChainBusy                     another process is writing the chain
    ├── NodesDisagree                 nodes of one chain give different answers
    ├── NotChainBound                 the registry may be another contract on another chain
    └── TransactionFailed             the chain took the transaction and reverted it
        └── InsufficientFunds             the sender cannot pay for the transaction
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

DID_VOCABULARY: Final = "https://www.w3.org/ns/did#"
"""Where DID Resolution 1.0, section 11, defines the types of its errors."""
SECURITY_VOCABULARY: Final = "https://w3id.org/security#"
"""Where Controlled Identifiers 1.0, section 3.5, defines the types of its own."""

_DID_CODES: Final = frozenset(
    {
        "invalidDid",
        "invalidDidUrl",
        "invalidDidDocument",
        "notFound",
        "representationNotSupported",
        "methodNotSupported",
        "invalidOptions",
        "featureNotSupported",
        "internalError",
    }
)
_SECURITY_CODES: Final = frozenset(
    {"invalidVerificationMethod", "invalidRelationshipForVerificationMethod"}
)


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

    def problem(self) -> dict[str, str]:
        """The error as a problem details object (RFC 9457): `type`, `title`, `detail`, `code`.

        DID Resolution 1.0, section 11, writes an error so, `type` being a URL. The codes in
        camelCase are of the drafts before it and of DID Core 1.0, and much software still looks for
        one: it stands beside as the extension member `code`. What has a code and no type of either
        standard is of the type of what it is a kind of, and in the end INTERNAL_ERROR, for it is no
        answer that the algorithm knows.
        """
        known = _DID_CODES | _SECURITY_CODES
        kinds = (kind.code for kind in type(self).__mro__ if issubclass(kind, DIDError))
        code = next(code for code in kinds if code in known)
        vocabulary = SECURITY_VOCABULARY if code in _SECURITY_CODES else DID_VOCABULARY
        name = _words(code).replace(" ", "_").upper()
        title = re.sub(r"\b(did|url)\b", lambda word: word[0].upper(), _words(self.code))
        return {
            "type": vocabulary + name,
            "title": title[:1].upper() + title[1:],
            "detail": str(self),
            "code": self.code,
        }


def _words(code: str) -> str:
    """A name in camelCase as words in lower case."""
    return re.sub(r"(?=[A-Z])", " ", code).lower()


def quoted(text: str) -> str:
    """`text` as a message may repeat it: escaped, and too short to fill the screen."""
    return repr(text if len(text) <= 100 else f"{text[:99]}…")


class InvalidDID(DIDError):
    """The text does not follow the grammar of DID Core, section 3.1, or of its method."""

    code = "invalidDid"


class InvalidKeyInDID(InvalidDID):
    """The DID is a key, which has another length than keys of its kind (did:key Method 0.9)."""

    code = "invalidPublicKeyLength"


class InvalidDIDURL(DIDError):
    """The text does not follow the grammar of DID Core, section 3.2."""

    code = "invalidDidUrl"


class InvalidKey(DIDError):
    """No key: the wrong base, codec, length or point, or more than a public key should say."""

    code = "invalidPublicKey"


class InvalidKeyLength(InvalidKey):
    """The bytes are more or fewer than those of a public key of that kind."""

    code = "invalidPublicKeyLength"


class UnsupportedKey(InvalidKey):
    """A key of a kind for which there is no algorithm here, which says nothing against it."""

    code = "unsupportedPublicKeyType"
    undecided = True


class InvalidDocument(DIDError):
    """The JSON breaks a rule of DID Core, section 5, or describes another DID than was asked."""

    code = "invalidDidDocument"


class InvalidVerificationMethod(DIDError):
    """What the DID URL names is no verification method (Controlled Identifiers, section 3.3)."""

    code = "invalidVerificationMethod"


class InvalidRelationship(DIDError):
    """The document does not let the method be used so (Controlled Identifiers, section 3.3)."""

    code = "invalidRelationshipForVerificationMethod"


class NotFound(DIDError):
    """Whoever knows the answer was asked, and there is no such thing."""

    code = "notFound"


class UnsupportedMethod(DIDError):
    """There is no resolver here for the DID's method."""

    code = "methodNotSupported"
    undecided = True


class UnsupportedOption(DIDError):
    """An option of resolving or dereferencing cannot be followed, so no answer would be to it."""

    code = "invalidOptions"
    undecided = True


class FeatureNotSupported(DIDError):
    """What was asked for means something, and cannot be had here: an option, an old version."""

    code = "featureNotSupported"
    undecided = True


class InvalidKeyFormat(UnsupportedOption):
    """The did:key Method gives no key as a method of that type (0.9, section 3.1.3)."""

    code = "invalidPublicKeyType"


class UnsupportedKeyFormat(FeatureNotSupported):
    """The did:key Method may give a key as a method of that type, and here it is not done."""

    code = "unsupportedPublicKeyType"


class RepresentationNotSupported(DIDError):
    """The media type asked for with `accept` is none that a document can be given in here."""

    code = "representationNotSupported"
    undecided = True


class UnknownNetwork(DIDError):
    """The DID names a network that cannot be asked from here."""

    code = "unknownNetwork"
    undecided = True


class InsecureAddress(DIDError):
    """The address must not be asked: not https, not public, or its server sends elsewhere."""

    undecided = True


class TooLarge(DIDError):
    """The answer is longer than is read, and so was not read."""

    undecided = True


class Unreachable(DIDError):
    """Nobody answered, or not in time."""

    code = "unreachable"
    undecided = True


class NeverSign(DIDError):
    """What was to be signed is of a kind that is never signed, whoever agrees."""


class InternalError(DIDError):
    """A part of this library failed in a way it should not; `__cause__` is for its developers."""

    undecided = True


class ChainError(DIDError):
    """The chain, or the node that speaks for it, gave no usable answer."""

    code = "chainError"
    undecided = True


class ChainBusy(ChainError):
    """One process writes a chain at a time, and another is doing so."""


class NodesDisagree(ChainError):
    """Nodes that speak for one chain gave different answers; none of them is believed."""


class NotChainBound(ChainError):
    """The registry's address can hold another contract on another chain."""


class TransactionFailed(ChainError):
    """The chain refused or reverted a transaction; the message is its reason."""


class InsufficientFunds(TransactionFailed):
    """The sender holds less than the transaction's value and the most its gas may cost."""
