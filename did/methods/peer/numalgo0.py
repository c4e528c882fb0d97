"""did:peer of numalgo 0: one key, with all that may be done with it. What did:key is.

The Peer DID Method Specification, "Method 0: inception key without doc".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.document import Relationship
from did.encoding import decode_multikey, encode_multikey
from did.errors import InvalidDID, InvalidKey, UnsupportedKey, quoted
from did.identifier import DID
from did.keys import ALGORITHMS, Use
from did.keys.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from did.keys import PublicKey

_CONTEXT: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
_SIGNING: Final = tuple(r for r in Relationship if r is not Relationship.KEY_AGREEMENT)


def peer0_did(key: PublicKey) -> DID:
    """The DID that `key` is."""
    return DID("peer", f"0{encode_multikey(key)}")


def document(did: DID) -> dict[str, Any]:
    """The document of a DID of numalgo 0, as JSON.

    Raises:
        InvalidDID: what follows the digit is no key.
        UnsupportedKey: it is a key of a kind that is not known here.
    """
    text = did.method_specific_id[1:]
    try:
        key = decode_multikey(text)
    except UnsupportedKey:
        raise
    except InvalidKey as error:
        raise InvalidDID(f"{quoted(str(did))} holds no key: {error}", hint=error.hint) from error
    methods = [_multikey(did, text)]
    if isinstance(key, Ed25519PublicKey):
        methods.append(_multikey(did, encode_multikey(key.key_agreement_key())))
    signs = ALGORITHMS[key.algorithm].use is Use.SIGNATURE
    agrees = not signs or len(methods) > 1
    return {
        "@context": list(_CONTEXT),
        "id": str(did),
        "verificationMethod": methods,
        **{relationship.value: [methods[0]["id"]] for relationship in _SIGNING if signs},
        **({Relationship.KEY_AGREEMENT.value: [methods[-1]["id"]]} if agrees else {}),
    }


def _multikey(did: DID, text: str) -> dict[str, str]:
    return {
        "id": f"{did}#{text}",
        "type": "Multikey",
        "controller": str(did),
        "publicKeyMultibase": text,
    }
