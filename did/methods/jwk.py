"""did:jwk: a DID that is a JSON Web Key, and so is never published, changed or revoked.

The did:jwk Method Specification; RFC 7517 for the key.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from did.document import Document, Relationship
from did.encoding import decode_base64url, encode_base64url, from_jwk, to_jwk
from did.errors import InvalidDID, InvalidDocument, InvalidKey, UnsupportedKey, quoted
from did.identifier import DID
from did.keys import ALGORITHMS
from did.strict_json import read_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys import PublicKey

MAX_REMEMBERED: Final = 1024
"""How many documents are kept in memory."""

_CONTEXT: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/jws-2020/v1",
)
_PURPOSES: Final = frozenset({"use", "key_ops", "alg"})
"""The members that say what a key is for (RFC 7517, sections 4.2 to 4.4), not which key it is."""


def jwk_did(key: PublicKey) -> DID:
    """The DID of `key`, whose JWK says what it is for, in the canonical form of RFC 8785.

    A key has many texts as a JWK, and each of them is another DID: this is the one made here.
    """
    jwk = {**to_jwk(key), "use": ALGORITHMS[key.algorithm].use.value}
    return DID("jwk", encode_base64url(rfc8785.dumps(jwk)))


class Jwk:
    """The method `jwk`."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The method's name."""
        return "jwk"

    def resolve(
        self, did: DID, _options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did`, made of nothing but the key in it.

        Every version of it is the same, so that `versionId` and `versionTime` change nothing. A key
        of a kind that is not known here has a document all the same.

        Raises:
            InvalidDID: what follows `did:jwk:` is no public key.
        """
        return _resolved(did), {}


@lru_cache(maxsize=MAX_REMEMBERED)
def _resolved(did: DID) -> Document:
    """The document, made once: whoever checks many credentials meets few issuers."""
    try:
        jwk = read_object(decode_base64url(did.method_specific_id))
        _check(jwk)
    except (InvalidDocument, InvalidKey) as error:
        raise InvalidDID(
            f"{quoted(str(did))} holds no public key: {error}", hint=error.hint
        ) from error
    return Document.parse(_document(did, jwk))


def _check(jwk: Mapping[str, Any]) -> None:
    """Raises `InvalidKey` where `jwk` is no public key."""
    if not isinstance(jwk.get("use", ""), str):
        raise InvalidKey("the JWK's 'use' is not a string")
    try:
        from_jwk({name: value for name, value in jwk.items() if name not in _PURPOSES})
    except UnsupportedKey:
        return


def _document(did: DID, jwk: Mapping[str, Any]) -> dict[str, Any]:
    method = {
        "id": f"{did}#0",
        "type": "JsonWebKey2020",
        "controller": str(did),
        "publicKeyJwk": jwk,
    }
    return {
        "@context": list(_CONTEXT),
        "id": str(did),
        "verificationMethod": [method],
        **{relationship.value: [method["id"]] for relationship in _relationships(jwk.get("use"))},
    }


def _relationships(use: str | None) -> tuple[Relationship, ...]:
    """What the key may be used for; one that does not say (`use`) may be used for everything."""
    match use:
        case "enc":
            return (Relationship.KEY_AGREEMENT,)
        case "sig":
            return tuple(r for r in Relationship if r is not Relationship.KEY_AGREEMENT)
        case _:
            return tuple(Relationship)
