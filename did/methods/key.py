"""did:key: a DID that is its own public key, and so is never published, changed or revoked.

The did:key Method 0.7, section 3.1 (creation of the document); Multikey of Controlled Identifiers.
Of the two multibases that 0.9 allows, the algorithms read base58-btc alone, and so does this.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from did.document import Document, Relationship
from did.encoding import decode_multikey, encode_multikey
from did.errors import (
    InvalidDID,
    InvalidKey,
    InvalidKeyInDID,
    InvalidKeyLength,
    UnsupportedKey,
    quoted,
)
from did.identifier import DID
from did.keys import ALGORITHMS, Use
from did.keys.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys import PublicKey

MAX_REMEMBERED: Final = 1024
"""How many documents are kept in memory."""

_CONTEXT: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
_SIGNING: Final[tuple[Relationship, ...]] = tuple(
    r for r in Relationship if r is not Relationship.KEY_AGREEMENT
)


def key_did(key: PublicKey) -> DID:
    """The DID that `key` is."""
    return DID("key", encode_multikey(key))


class Key:
    """The method `key`."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The method's name."""
        return "key"

    def resolve(
        self, did: DID, _options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did`, made of nothing but the key in it.

        Every version of it is the same, so that `versionId` and `versionTime` change nothing.

        Raises:
            InvalidDID: what follows `did:key:` is no key; `InvalidKeyInDID`, it is one of another
                length than its kind. A key has one text alone, so that no two DIDs have the same.
            UnsupportedKey: it is a key of a kind that is not known here.
        """
        return _resolved(did), {}


@lru_cache(maxsize=MAX_REMEMBERED)
def _resolved(did: DID) -> Document:
    """The document, made once: whoever checks many credentials meets few issuers."""
    try:
        key = decode_multikey(did.method_specific_id)
    except UnsupportedKey:
        raise
    except InvalidKey as error:
        refusal = InvalidKeyInDID if isinstance(error, InvalidKeyLength) else InvalidDID
        raise refusal(f"{quoted(str(did))} holds no key: {error}", hint=error.hint) from error
    return Document.parse(_document(did, key))


def _document(did: DID, key: PublicKey) -> dict[str, Any]:
    """The document, with `key` for all that its kind can do.

    Beside a key of Ed25519 stands the X25519 key made of it.
    """
    own = _multikey(did, key)
    methods = [own]
    agrees = ALGORITHMS[key.algorithm].use is Use.KEY_AGREEMENT
    uses = dict.fromkeys((Relationship.KEY_AGREEMENT,) if agrees else _SIGNING, own["id"])
    if isinstance(key, Ed25519PublicKey):
        methods.append(agreement := _multikey(did, key.key_agreement_key()))
        uses[Relationship.KEY_AGREEMENT] = agreement["id"]
    return {
        "@context": list(_CONTEXT),
        "id": str(did),
        "verificationMethod": methods,
        **{relationship.value: [id_] for relationship, id_ in uses.items()},
    }


def _multikey(did: DID, key: PublicKey) -> dict[str, str]:
    text = encode_multikey(key)
    return {
        "id": f"{did}#{text}",
        "type": "Multikey",
        "controller": str(did),
        "publicKeyMultibase": text,
    }
