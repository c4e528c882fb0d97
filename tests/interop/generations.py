"""What ethr-did-resolver is known to do otherwise than Holdfast: all else is a difference.

Holdfast writes documents as version 14 does. Version 12 changed how keys are written, so that there
are two generations; each has its rules, which say the same as one of its documents in the words of
ours, and its names of refusals. `DEFECT` is of both.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.encoding import decode_base58btc, encode_base58btc, from_jwk, to_jwk
from did.errors import InvalidKey
from did.keys.secp256k1 import SECP256K1, Secp256k1PublicKey, address

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    JSON = dict[str, Any]
    Rule = Callable[[JSON, JSON], JSON]
    """A document of theirs as it would be without this difference from ours, the second."""

CONTEXTS: Final = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/secp256k1recovery-2020/v2",
    "https://w3id.org/security/v3-unstable",
]
KINDS: Final = MappingProxyType(
    {
        "EcdsaSecp256k1VerificationKey2019": "Secp256k1",
        "Ed25519VerificationKey2018": "Ed25519",
        "X25519KeyAgreementKey2019": "X25519",
        "RSAVerificationKey2018": "RSA",
    }
)
"""What attributes call the kind of a key, by what version 11 makes its type, if it changes it."""

PROPERTIES: Final[Mapping[str, Callable[[str], bytes]]] = MappingProxyType(
    {
        "publicKeyHex": bytes.fromhex,
        "publicKeyBase64": base64.b64decode,
        "publicKeyBase58": lambda text: decode_base58btc(f"z{text}"),
        "publicKeyPem": str.encode,
        "value": bytes.fromhex,
    }
)
"""How version 11 writes a key, as the attribute asks."""


def _contexts(theirs: JSON, ours: JSON) -> JSON:
    if theirs["@context"] != CONTEXTS or ours["@context"][:2] != CONTEXTS[:2]:
        return theirs
    return {**theirs, "@context": ours["@context"]}


def _keys(theirs: JSON, _ours: JSON) -> JSON:
    methods = [_newer(method) for method in theirs["verificationMethod"]]
    return {**theirs, "verificationMethod": methods}


def _newer(method: JSON) -> JSON:
    """A verification method as version 14 writes it; unchanged where it holds no key."""
    held = next((name for name in PROPERTIES if name in method), None)
    if held is None:
        return method
    key, kind = PROPERTIES[held](method[held]), KINDS.get(method["type"], method["type"])
    type_, written = kind, {held: method[held]}
    match kind:
        case "Secp256k1":
            if (jwk := _jwk(key)) is None:
                return method
            type_, written = "EcdsaSecp256k1VerificationKey2019", {"publicKeyJwk": jwk}
        case "Ed25519":
            type_, written = "Ed25519VerificationKey2020", _multibase(b"\xed\x01" + key)
        case "X25519":
            type_, written = "X25519KeyAgreementKey2020", _multibase(b"\xec\x01" + key)
        case "Multikey":
            written = _multibase(key)
        case _ if held == "publicKeyPem":
            written = {"value": key.hex()}
    kept = {name: value for name, value in method.items() if name != held}
    return {**kept, "type": type_, **written}


def _multibase(key: bytes) -> JSON:
    return {"publicKeyMultibase": encode_base58btc(key)}


def _jwk(key: bytes) -> JSON | None:
    """The JWK of a point of secp256k1, compressed or not, or None where it is no such point."""
    xy = key[1:] if len(key) == 65 else key
    try:
        raw = SECP256K1.join((xy[:32], xy[32:])) if len(xy) == 64 else key
        return to_jwk(Secp256k1PublicKey(raw))
    except InvalidKey:
        return None


def _no_points(theirs: JSON, _ours: JSON) -> JSON:
    return without(
        theirs,
        {
            method["id"]
            for method in theirs["verificationMethod"]
            if KINDS.get(method["type"]) == "Secp256k1"
            and "publicKeyJwk" not in method
            and _newer(method) is method
        },
    )


def _agreement(theirs: JSON, ours: JSON) -> JSON:
    named = {method["id"] for method in theirs["verificationMethod"]}
    document = without(theirs, set(theirs.get("keyAgreement", ())) - named)
    # A key that is said anew has the place it had before it was taken back.
    mine = ours.get("keyAgreement", [])
    if sorted(document.get("keyAgreement", [])) != sorted(mine) or not mine:
        return document
    return {**document, "keyAgreement": mine}


def _own_key(theirs: JSON, ours: JSON) -> JSON:
    """Adds the public key of the DID where the account of that key is the controller's."""
    name = f"{ours['id']}#controllerKey"
    own: JSON = next((one for one in ours["verificationMethod"] if one["id"] == name), {})
    methods: list[JSON] = theirs["verificationMethod"]
    key = from_jwk(own["publicKeyJwk"]) if own else None
    if not methods or own in methods or not isinstance(key, Secp256k1PublicKey):
        return theirs
    if methods[0]["blockchainAccountId"].rpartition(":")[2] != address(key):
        return theirs
    relationships = {
        relationship: [theirs[relationship][0], name, *theirs[relationship][1:]]
        for relationship in ("authentication", "assertionMethod")
    }
    methods = [methods[0], own, *methods[1:]]
    return {**theirs, "@context": ours["@context"], "verificationMethod": methods, **relationships}


def without(document: JSON, ids: Collection[str]) -> JSON:
    """The document without the entries of those ids and what refers to them."""
    kept = {
        name: [entry for entry in value if _id(entry) not in ids]
        if isinstance(value, list) and name != "@context"
        else value
        for name, value in document.items()
    }
    optional = ("keyAgreement", "service")
    return {name: value for name, value in kept.items() if value or name not in optional}


def _id(entry: Any) -> Any:
    """What an entry is called, or the reference that it is."""
    return entry["id"] if isinstance(entry, dict) else entry


DEFECT: Final = "what a block itself ends is listed in it: a delegate revoked, a validity of none"
"""Both compare `validTo >= now`, where a revocation's `validTo` is its block's time. The registry's
`validDelegate` says no from that block on."""


@dataclass(frozen=True, slots=True)
class Generation:
    """Rules by what they are about, in order; the same of refusals by their codes, theirs, ours."""

    rules: Mapping[str, Rule]
    refusals: Mapping[tuple[str, str], str]


OLDER: Final = Generation(
    MappingProxyType(
        {
            "11: the same three contexts in each document": _contexts,
            "11: keys have older types and properties": _keys,
            "11: a Secp256k1 key that is no point of the curve is listed": _no_points,
            "11: keyAgreement remembers keys that were taken back": _agreement,
        }
    ),
    MappingProxyType(
        {("notFound", "invalidDid"): "11: a DID whose public key is no point is not found"}
    ),
)
NEWER: Final = Generation(
    MappingProxyType(
        {"14: its public key is missing once a DID has its own account back": _own_key}
    ),
    MappingProxyType(
        {("internalError", "unknownNetwork"): "14: an unknown network is an internal error"}
    ),
)


def generation(major: int) -> Generation:
    """What is known of that major version."""
    return OLDER if major < 12 else NEWER
