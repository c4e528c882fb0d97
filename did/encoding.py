"""Public keys as text, both ways: Multikey and JWK.

Controlled Identifiers 1.0, sections 2.2.2 (Multikey) and 2.2.3 (JsonWebKey); RFC 7517, RFC 7518,
section 6.2, RFC 8037 and RFC 8812; for BLS12-381, draft-ietf-cose-bls-key-representations-08.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did import base_encodings
from did.base_encodings import MAX_BASE58, NotEncoded, encode_base58btc, encode_base64url
from did.errors import InvalidKey, UnsupportedKey, quoted
from did.keys import ALGORITHMS, Use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys import PublicKey

__all__ = [
    "MAX_BASE58",
    "decode_base58btc",
    "decode_base64url",
    "decode_multicodec",
    "decode_multikey",
    "encode_base58btc",
    "encode_base64url",
    "encode_multicodec",
    "encode_multikey",
    "from_jwk",
    "to_jwk",
]

_REMEMBERED: Final = 512
"""How many keys are kept as values and as text: a batch has few issuers, each named many times."""

_PREFIXES: Final[Mapping[bytes, str]] = MappingProxyType(
    {
        b"\xed\x01": "Ed25519",
        b"\xec\x01": "X25519",
        b"\xe7\x01": "secp256k1",
        b"\x80\x24": "P-256",
        b"\x81\x24": "P-384",
        b"\x82\x24": "P-521",
        b"\xeb\x01": "BLS12381G2",
    }
)
"""Each algorithm by the multicodec of its public keys, two bytes: to load that one alone."""
_OPERATIONS: Final[Mapping[Use, frozenset[str]]] = MappingProxyType(
    {
        Use.SIGNATURE: frozenset({"verify"}),
        Use.KEY_AGREEMENT: frozenset({"deriveKey", "deriveBits"}),
    }
)
"""Of the operations that a JWK may list (RFC 7517, section 4.3), those of its kind of key."""

_PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""RFC 7518, sections 6.2.2, 6.3.2 and 6.4."""


def encode_multicodec(key: PublicKey) -> bytes:
    """`key` behind the prefix that says its kind."""
    return ALGORITHMS[key.algorithm].multicodec + key.raw


def decode_multicodec(data: bytes) -> PublicKey:
    """The key that `data` is: a varint of the multicodec table, then the key's own bytes.

    Raises:
        InvalidKey: the varint is broken, not the shortest or not a key's, or the bytes are no key
            of its kind.
        UnsupportedKey: there is no algorithm for its kind.
    """
    if (name := _PREFIXES.get(data[:2])) is None:
        raise _unsupported(data)
    return ALGORITHMS[name].public_key(data[2:])


def _unsupported(data: bytes) -> InvalidKey:
    """Why bytes with that prefix are no key to be used; a number without a name may be one."""
    # Deferred: the whole table of codecs, for what most never meet.
    from multiformats import multicodec, varint  # noqa: PLC0415

    try:
        code = varint.decode_raw(data)[0]
    except ValueError:
        return InvalidKey("the key does not begin with a multicodec prefix")
    codec = multicodec.get(code=code) if multicodec.exists(code=code) else None
    if codec is not None and (codec.tag != "key" or codec.name.endswith("-priv")):
        return InvalidKey(f"the multicodec prefix says {codec.name!r}, which is no public key")
    kind = hex(code) if codec is None else codec.name
    return UnsupportedKey(
        f"keys of the kind {kind!r} are not supported", hint=f"supported: {_known()}"
    )


def encode_multikey(key: PublicKey) -> str:
    """`key` as the value of `publicKeyMultibase`: `z6Mk…` for Ed25519, `zQ3s…` for secp256k1."""
    return _encoded(encode_multicodec(key))


_encoded: Final = lru_cache(_REMEMBERED)(encode_base58btc)


def decode_multikey(text: str) -> PublicKey:
    """The key that a value of `publicKeyMultibase` is.

    Raises:
        InvalidKey: not in base58-btc, too long, or no key.
        UnsupportedKey: there is no algorithm for its kind.
    """
    return _decoded(text)


@lru_cache(_REMEMBERED)  # what is refused is never kept, and so neither is a text without an end
def _decoded(text: str) -> PublicKey:
    return decode_multicodec(decode_base58btc(text))


def decode_base58btc(text: str) -> bytes:
    """The bytes of a text in multibase, of which only base58-btc is read. Raises `InvalidKey`."""
    try:
        return base_encodings.decode_base58btc(text)
    except NotEncoded as error:
        raise InvalidKey(f"the key {error}") from error


def to_jwk(key: PublicKey) -> dict[str, str]:
    """`key` as a JSON Web Key with the members that its kind requires, and no others."""
    algorithm = ALGORITHMS[key.algorithm]
    coordinates = zip(algorithm.coordinates, algorithm.split(key.raw), strict=True)
    return {
        "kty": algorithm.kty,
        "crv": algorithm.name,
        **{name: encode_base64url(value) for name, value in coordinates},
    }


def from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """The public key that `jwk` is; members not needed for it (`kid`, `alg`) are passed over.

    Raises:
        InvalidKey: no key, one meant for what its kind does not do, or one that gives away its
            private half.
        UnsupportedKey: there is no algorithm for its type and curve.
    """
    if _PRIVATE_MEMBERS & jwk.keys():
        raise InvalidKey("the JWK holds a private key", hint="whoever has seen it can sign with it")
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if not isinstance(kty, str) or not isinstance(crv, str | None):
        raise InvalidKey("the JWK has no type ('kty')")
    algorithm = ALGORITHMS.get(crv or "")
    if algorithm is None or algorithm.kty != kty:
        raise UnsupportedKey(
            f"JWKs of the type {quoted(kty)} and curve {quoted(crv or '')} are not supported",
            hint=f"supported: {_known()}",
        )
    _check_purpose(jwk, algorithm.use)
    coordinates = tuple(_coordinate(jwk, name, algorithm.size) for name in algorithm.coordinates)
    return algorithm.public_key(algorithm.join(coordinates))


def _check_purpose(jwk: Mapping[str, Any], use: Use) -> None:
    """What the JWK says that it is for, if anything, must be what its kind of key can do.

    A public key does nothing itself in key agreement, and may then list no operation.
    """
    operations = jwk.get("key_ops", tuple(_OPERATIONS[use]))
    if not isinstance(operations, list | tuple):
        raise InvalidKey("the JWK's 'key_ops' is not a list")
    passive = not operations and use is Use.KEY_AGREEMENT
    listed = passive or any(operation in operations for operation in _OPERATIONS[use])
    if jwk.get("use", use) != use or not listed:
        purpose = "signatures" if use is Use.SIGNATURE else "key agreement"
        raise InvalidKey(f"the JWK is not meant for {purpose}, and its curve is for nothing else")


def _coordinate(jwk: Mapping[str, Any], name: str, size: int) -> bytes:
    """A coordinate in its full width (RFC 7518, section 6.2.1.2; RFC 8037, section 2)."""
    text = jwk.get(name)
    if not isinstance(text, str):
        raise InvalidKey(f"the JWK has no {name!r}")
    if len(value := decode_base64url(text)) != size:
        raise InvalidKey(f"the JWK's {name!r} has {len(value)} bytes, not {size}")
    return value


def decode_base64url(text: str) -> bytes:
    """The bytes of a text without padding that is the one text for them (RFC 7515, section 2).

    Raises `InvalidKey`.
    """
    try:
        return base_encodings.decode_base64url(text)
    except NotEncoded as error:
        raise InvalidKey("the JWK is not in base64url") from error


def _known() -> str:
    return ", ".join(ALGORITHMS)
