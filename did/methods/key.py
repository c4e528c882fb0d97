"""did:key: a DID that is its own public key, and so is never published, changed or revoked.

The did:key Method 0.7, section 3.1 (creation of the document); Multikey of Controlled Identifiers.
Of the two multibases that 0.9 allows, the algorithms read base58-btc alone, and so does this.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from did.document import Document, Relationship
from did.encoding import decode_multikey, encode_multikey, to_jwk
from did.errors import (
    InvalidDID,
    InvalidKey,
    InvalidKeyFormat,
    InvalidKeyInDID,
    InvalidKeyLength,
    UnsupportedKey,
    UnsupportedKeyFormat,
    quoted,
)
from did.identifier import DID
from did.key_forms import TYPES
from did.keys import ALGORITHMS, Use
from did.keys.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys import PublicKey

MAX_REMEMBERED: Final = 1024
"""How many documents are kept in memory."""

FORMAT: Final = "publicKeyFormat"
"""The parameter that says as what a key is given (section 3.1.2)."""

_DID_CONTEXT: Final = "https://www.w3.org/ns/did/v1"
_MULTIKEY: Final = "Multikey"
_CONTEXTS: Final = {
    _MULTIKEY: "https://w3id.org/security/multikey/v1",
    "JsonWebKey": "https://w3id.org/security/jwk/v1",
}
"""What a key can be given as, each with its context."""
_STABLE: Final = frozenset(
    {"JsonWebKey2020", "Ed25519VerificationKey2020", "X25519KeyAgreementKey2020"}
)
"""What the method lets it be given as, too; here it is not."""
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

    @property
    def parameters(self) -> frozenset[str]:
        """What may be asked for beside the standard's parameters; none is experimental here."""
        return frozenset({FORMAT, "enableExperimentalPublicKeyTypes"})

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did`, made of nothing but the key in it.

        Every version of it is the same, so that `versionId` and `versionTime` change nothing.

        Raises:
            UnsupportedKeyFormat, InvalidKeyFormat: the key is wanted as what it is not given as.
            InvalidDID: what follows `did:key:` is no key; `InvalidKeyInDID`, it is one of another
                length than its kind. A key has one text alone, so that no two DIDs have the same.
            UnsupportedKey: it is a key of a kind that is not known here.
        """
        return _resolved(did, _format(options)), {}


def _format(options: Mapping[str, str]) -> str:
    wanted = options.get(FORMAT, _MULTIKEY)
    if wanted in _CONTEXTS:
        return wanted
    if wanted in TYPES and wanted not in _STABLE:
        raise InvalidKeyFormat(f"no key is given as {quoted(wanted)} any more")
    hint = f"supported: {', '.join(_CONTEXTS)}"
    raise UnsupportedKeyFormat(f"keys are not given as {quoted(wanted)}", hint=hint)


@lru_cache(maxsize=MAX_REMEMBERED)
def _resolved(did: DID, kind: str) -> Document:
    """The document, made once: whoever checks many credentials meets few issuers."""
    try:
        key = decode_multikey(did.method_specific_id)
    except UnsupportedKey:
        raise
    except InvalidKey as error:
        refusal = InvalidKeyInDID if isinstance(error, InvalidKeyLength) else InvalidDID
        raise refusal(f"{quoted(str(did))} holds no key: {error}", hint=error.hint) from error
    return Document.parse(_document(did, key, kind))


def _document(did: DID, key: PublicKey, kind: str) -> dict[str, Any]:
    """The document, with `key` for all that its kind can do.

    Beside a key of Ed25519 stands the X25519 key made of it.
    """
    own = _method(did, key, kind)
    methods = [own]
    agrees = ALGORITHMS[key.algorithm].use is Use.KEY_AGREEMENT
    uses = dict.fromkeys((Relationship.KEY_AGREEMENT,) if agrees else _SIGNING, own["id"])
    if isinstance(key, Ed25519PublicKey):
        methods.append(agreement := _method(did, key.key_agreement_key(), kind))
        uses[Relationship.KEY_AGREEMENT] = agreement["id"]
    return {
        "@context": [_DID_CONTEXT, _CONTEXTS[kind]],
        "id": str(did),
        "verificationMethod": methods,
        **{relationship.value: [id_] for relationship, id_ in uses.items()},
    }


def _method(did: DID, key: PublicKey, kind: str) -> dict[str, Any]:
    text = encode_multikey(key)
    material = {"publicKeyMultibase": text} if kind == _MULTIKEY else {"publicKeyJwk": to_jwk(key)}
    return {"id": f"{did}#{text}", "type": kind, "controller": str(did), **material}
