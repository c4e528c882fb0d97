"""Issuers of SD-JWT VCs that are named by an address: their keys stand where it says.

SD-JWT-based Verifiable Credentials, section 5: the metadata lies below `/.well-known` of the
address's host, names the same issuer, and has its keys, or the address of a set of them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from did.document import Document, Relationship, VerificationMethod
from did.encoding import from_jwk
from did.errors import DIDError, InvalidDocument
from did.identifier import DID
from did.strict_json import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from did.keys import PublicKey
    from wallet.verify.sources import Get

SCHEME: Final = "https://"
MAX_KEYS: Final = 100
_PLACE: Final = "/.well-known/jwt-vc-issuer"
_JSON: Final = "application/json"
_HINTS: Final = frozenset({"kid", "use", "alg", "key_ops", "x5c", "x5t", "x5t#S256", "x5u"})
"""Members of a JWK that say what it is for, or who else vouches for it."""


def issuer_document(issuer: str, get: Get) -> Document:
    """The keys of an issuer as a document; each is called by the address, `#` and its `kid`.

    Raises:
        InvalidDocument: what stands there is no such metadata, or is another issuer's.
        DIDError: as `get` does.
    """
    raw = read_object(get(metadata_address(issuer), accept=_JSON).data)
    if raw.get("issuer") != issuer:
        raise InvalidDocument("what stands at the issuer's address is of another issuer")
    match raw:
        case {"jwks": dict() as keys, **rest} if "jwks_uri" not in rest:
            pass
        case {"jwks_uri": str(address), **rest} if "jwks" not in rest:
            if not address.startswith(SCHEME):
                raise InvalidDocument("the issuer's keys stand at an address that is not https")
            keys = read_object(get(address, accept=_JSON).data)
        case _:
            raise InvalidDocument("the issuer's metadata must have its keys, or their address")
    methods = tuple(_methods(issuer, keys))
    ids = tuple(method.id for method in methods)
    if len(set(ids)) != len(ids):
        raise InvalidDocument("two keys of the issuer are called alike")
    none: dict[Relationship, tuple[str, ...]] = dict.fromkeys(Relationship, ())
    return Document(
        did=DID("web", urlsplit(issuer).netloc.replace(":", "%3A")),
        raw=MappingProxyType(raw),
        verification_methods=methods,
        relationships=MappingProxyType({**none, Relationship.ASSERTION_METHOD: ids}),
        services=(),
        controllers=(),
    )


def metadata_address(issuer: str) -> str:
    """Where an issuer's metadata stands: between the host and the path of its address.

    Raises:
        InvalidDocument: it is no address of an issuer.
    """
    try:
        parts = urlsplit(issuer)
    except ValueError as error:
        raise InvalidDocument("the issuer is named by what is no address") from error
    if parts.scheme != "https" or not parts.netloc or "@" in parts.netloc:
        raise InvalidDocument("the issuer is named by what is no https address")
    if parts.query or parts.fragment or "?" in issuer or "#" in issuer:
        raise InvalidDocument("an issuer's address has no query and no fragment")
    return f"{SCHEME}{parts.netloc}{_PLACE}{parts.path.rstrip('/')}"


def _methods(issuer: str, keys: Mapping[str, Any]) -> Iterator[VerificationMethod]:
    listed = keys.get("keys")
    if not isinstance(listed, list) or len(listed) > MAX_KEYS:
        raise InvalidDocument(f"the issuer's keys are no list of at most {MAX_KEYS}")
    for number, jwk in enumerate(listed):
        if not isinstance(jwk, dict) or not isinstance(jwk.get("kid", ""), str):
            raise InvalidDocument("a key of the issuer is no JWK")
        yield VerificationMethod(
            id=f"{issuer}#{jwk.get('kid', f'key {number}')}",
            type="JsonWebKey",
            controller=issuer,
            public_key=_key(jwk),
            raw=MappingProxyType(jwk),
        )


def _key(jwk: Mapping[str, Any]) -> PublicKey | None:
    """The key, where it can be used; one that cannot does not take the others with it."""
    if jwk.get("use", "sig") != "sig":
        return None
    try:
        return from_jwk({name: value for name, value in jwk.items() if name not in _HINTS})
    except DIDError:
        return None
