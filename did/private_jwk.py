"""Private keys as JWKs, both ways: RFC 7517; RFC 7518, section 6.2.2; RFC 8037; RFC 8812."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.confidential import SecretBytes, SecretText
from did.encoding import decode_base64url, encode_base64url, from_jwk, to_jwk
from did.errors import InvalidKey
from did.keys import ALGORITHMS, Use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys import PrivateKey

_OPERATIONS: Final[Mapping[Use, frozenset[str]]] = MappingProxyType(
    {
        Use.SIGNATURE: frozenset({"sign"}),
        Use.KEY_AGREEMENT: frozenset({"deriveKey", "deriveBits"}),
    }
)
"""Of the operations that a JWK may list (RFC 7517, section 4.3), those of its private half."""


def unsafe_encode_private_jwk(key: PrivateKey) -> dict[str, str]:
    """`key` as a JWK, which whoever reads it can use, with no members but those of its kind."""
    return {**to_jwk(key.public_key), "d": encode_base64url(SecretBytes(key.expose_secret()))}


def hushed(value: Any) -> Any:
    """The same JWK or JWK set, with private halves as text that says nothing in a traceback."""
    if not isinstance(value, dict):
        return value
    # Nothing is called here that could raise: until then this frame shows them.
    keys = value["keys"] if "keys" in value and isinstance(value["keys"], list) else []
    for jwk in (value, *keys):
        if isinstance(jwk, dict) and "d" in jwk and isinstance(jwk["d"], str):
            jwk["d"] = SecretText(jwk["d"])
    return value


def decode_private_jwk(jwk: Mapping[str, Any]) -> PrivateKey:
    """The private key that `jwk` is; members not needed for it (`kid`, `alg`) are passed over.

    Raises:
        InvalidKey: no private key, one meant for what its kind does not do, or one whose public
            half is another's.
        UnsupportedKey: there is no algorithm for its type and curve.
    """
    members = dict(jwk)
    text, operations = members.pop("d", None), members.pop("key_ops", None)
    public = from_jwk(members)
    if not isinstance(text, str):
        raise InvalidKey("the JWK holds no private key ('d')")
    algorithm = ALGORITHMS[public.algorithm]
    if operations is not None and not _lists(operations, algorithm.use):
        raise InvalidKey("the JWK's 'key_ops' do not name what its private key is for")
    # `from None`: nothing that has seen a secret is shown.
    try:
        secret = SecretBytes(decode_base64url(text))
    except InvalidKey:
        raise InvalidKey("the JWK's 'd' is not in base64url") from None
    if len(secret) != algorithm.secret_size:  # in its full width, as RFC 7518 has it
        raise InvalidKey(f"the JWK's 'd' has {len(secret)} bytes, not {algorithm.secret_size}")
    key = algorithm.private_key(secret)
    if key.public_key != public:
        raise InvalidKey("the JWK's public half is not that of its private half")
    return key


def _lists(operations: object, use: Use) -> bool:
    return isinstance(operations, list | tuple) and any(
        one in operations for one in _OPERATIONS[use]
    )
