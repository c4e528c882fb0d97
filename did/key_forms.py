"""The forms in which a verification method may write its key.

Controlled Identifiers 1.0, section 2.2; for the types before it, the registry of DID extensions.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from did.encoding import decode_base58btc, decode_multikey, from_jwk
from did.errors import InvalidKey, UnsupportedKey, quoted
from did.keys import ALGORITHMS, Algorithm, PublicKey
from did.values import dataclass

_MATERIAL: Final = frozenset(
    {
        "publicKeyMultibase",
        "publicKeyJwk",
        "publicKeyBase58",
        "publicKeyHex",
        "publicKeyBase64",
        "publicKeyPem",
        "publicKeyGpg",
        "blockchainAccountId",
        "ethereumAddress",
    }
)
"""The properties that say which key a method is. Two in one method could name two keys."""

_ACCOUNT: Final = frozenset({"blockchainAccountId", "ethereumAddress"})

_SECRET: Final = frozenset(
    {
        "secretKeyMultibase",
        "secretKeyJwk",
        "privateKeyMultibase",
        "privateKeyJwk",
        "privateKeyBase58",
        "privateKeyHex",
        "privateKeyPem",
    }
)


@dataclass(frozen=True, slots=True)
class _Form:
    """What a type of verification method allows: the one algorithm, if it names one, and where."""

    algorithm: str | None
    properties: tuple[str, ...]


_OLD: Final = ("publicKeyBase58", "publicKeyHex", "publicKeyBase64", "publicKeyJwk")
"""Where a key lay before Multikey; all but the last hold bytes that only the type explains."""

_FORMS: Final[Mapping[str, _Form]] = MappingProxyType(
    {
        "Multikey": _Form(None, ("publicKeyMultibase",)),
        "JsonWebKey": _Form(None, ("publicKeyJwk",)),
        "JsonWebKey2020": _Form(None, ("publicKeyJwk",)),
        "Ed25519VerificationKey2020": _Form("Ed25519", ("publicKeyMultibase",)),
        "Ed25519VerificationKey2018": _Form("Ed25519", _OLD),
        "X25519KeyAgreementKey2020": _Form("X25519", ("publicKeyMultibase",)),
        "X25519KeyAgreementKey2019": _Form("X25519", _OLD),
        "EcdsaSecp256k1VerificationKey2019": _Form("secp256k1", (*_OLD, "publicKeyMultibase")),
        "EcdsaSecp256r1VerificationKey2019": _Form("P-256", (*_OLD, "publicKeyMultibase")),
        "P256Key2021": _Form("P-256", ("publicKeyMultibase", "publicKeyBase58")),
        "P384Key2021": _Form("P-384", ("publicKeyMultibase", "publicKeyBase58")),
        "P521Key2021": _Form("P-521", ("publicKeyMultibase", "publicKeyBase58")),
        "Bls12381G2Key2020": _Form("BLS12381G2", ("publicKeyBase58",)),
    }
)
TYPES: Final = frozenset(_FORMS)
"""The types of verification methods whose keys are read."""
_ACCOUNT_TYPES: Final = frozenset(
    {"EcdsaSecp256k1RecoveryMethod2020", "BlockchainVerificationMethod2021"}
)
"""The types of methods that name the account of a key, and not the key itself."""


def read_key(method: Mapping[str, Any]) -> PublicKey:
    """The key that a verification method, as JSON, holds.

    Raises:
        InvalidKey: it holds none, two, a broken one, one that its type does not allow, or a secret.
        UnsupportedKey: its type, or the algorithm of its key, is not known here.
    """
    if not isinstance(kind := method.get("type"), str):
        raise InvalidKey("the verification method has no type")
    if kind in _ACCOUNT_TYPES and _ACCOUNT & method.keys():
        raise UnsupportedKey(f"the {kind} names an account on a blockchain and holds no key")
    if (form := _FORMS.get(kind)) is None:
        raise UnsupportedKey(
            f"verification methods of the type {quoted(kind)} are not supported",
            hint=f"supported: {', '.join(_FORMS)}",
        )
    if secrets := sorted(_SECRET & method.keys()):
        raise InvalidKey(f"the method gives away a private key in {secrets[0]!r}")
    material = sorted(_MATERIAL & method.keys())
    if len(material) != 1 or material[0] not in form.properties:
        raise InvalidKey(
            f"a {kind} holds its key in {' or '.join(form.properties)}, "
            f"and this one in {' and '.join(material) or 'nothing'}"
        )
    key = _read(material[0], method[material[0]], form.algorithm)
    if form.algorithm not in {None, key.algorithm}:
        raise InvalidKey(f"a {kind} holds a key of {form.algorithm}, not of {key.algorithm}")
    return key


def _read(name: str, value: object, algorithm: str | None) -> PublicKey:
    match name, value:
        case "publicKeyMultibase", str():
            return decode_multikey(value)
        case "publicKeyJwk", Mapping():
            return from_jwk(value)
        case "publicKeyBase58", str() if algorithm:
            return _from_bytes(ALGORITHMS[algorithm], decode_base58btc(f"z{value}"))
        case "publicKeyHex", str() if algorithm:
            return _from_bytes(ALGORITHMS[algorithm], _from_hex(value))
        case "publicKeyBase64", str() if algorithm:
            return _from_bytes(ALGORITHMS[algorithm], _from_base64(value))
        case _:
            raise InvalidKey(f"{name!r} is not of the right JSON type")


def _from_bytes(algorithm: Algorithm, data: bytes) -> PublicKey:
    """The key, which on a curve with two coordinates may also be written in full: 4, x and y."""
    if len(algorithm.coordinates) == 2 and data[:1] == b"\x04":
        if len(data) != 1 + 2 * algorithm.size:
            raise InvalidKey(f"the uncompressed {algorithm.name} public key is not of its length")
        data = algorithm.join((data[1 : 1 + algorithm.size], data[1 + algorithm.size :]))
    return algorithm.public_key(data)


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise InvalidKey("'publicKeyHex' is not hexadecimal") from error


def _from_base64(text: str) -> bytes:
    """RFC 4648, section 4: with padding."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise InvalidKey("'publicKeyBase64' is not in base64") from error
