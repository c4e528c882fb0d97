"""RFC 7518, section 3.1, RFC 8037, RFC 8812 and RFC 9864: the signatures read and made here.

An algorithm is of one kind of key, and the key decides: a token that names another algorithm than
its key's is refused, so that no key is ever used as another kind, or as a shared secret.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from did.errors import quoted
from did.values import dataclass
from wallet.credentials.errors import InvalidCredential, ProofInvalid, UnsupportedFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys import PublicKey, VerifyingKey


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """`name` stands in `alg`; `key` is the name in `did.keys.ALGORITHMS`; `size` is in bytes."""

    name: str
    key: str
    size: int


SIGNATURES: Final[Mapping[str, SignatureAlgorithm]] = MappingProxyType(
    {
        algorithm.name: algorithm
        for algorithm in (
            SignatureAlgorithm("EdDSA", "Ed25519", 64),
            SignatureAlgorithm("Ed25519", "Ed25519", 64),  # the same by the name of RFC 9864
            SignatureAlgorithm("ES256", "P-256", 64),
            SignatureAlgorithm("ES384", "P-384", 96),
            SignatureAlgorithm("ES512", "P-521", 132),
            SignatureAlgorithm("ES256K", "secp256k1", 64),
        )
    }
)

# The first of each kind of key: EdDSA, which every reader knows, and not yet its younger name.
_BY_KEY: Final[Mapping[str, SignatureAlgorithm]] = MappingProxyType(
    {algorithm.key: algorithm for algorithm in reversed(tuple(SIGNATURES.values()))}
)
_SUPPORTED: Final = ", ".join(SIGNATURES)


def read_algorithm(name: object) -> SignatureAlgorithm:
    """The algorithm that a header names in `alg`, spelled exactly so.

    Raises:
        InvalidCredential: what it names proves nothing of anyone: none, or a shared secret.
        UnsupportedFormat: a signature that cannot be checked here.
    """
    if not isinstance(name, str):
        raise InvalidCredential("header.alg", "must be the name of an algorithm")
    if (algorithm := SIGNATURES.get(name)) is not None:
        return algorithm
    if name.lower() == "none" or not name:
        raise InvalidCredential("header.alg", "says that nobody signed it")
    if name.upper().startswith("HS"):
        raise InvalidCredential("header.alg", "is of a shared secret, which proves no issuer")
    raise UnsupportedFormat(
        f"the JWT is signed with {quoted(name)}, which is not supported",
        hint=f"supported: {_SUPPORTED}",
    )


def algorithm_of(key: PublicKey) -> SignatureAlgorithm:
    """The algorithm in which a key of that kind signs. Raises `UnsupportedFormat`."""
    if (algorithm := _BY_KEY.get(key.algorithm)) is None:
        raise UnsupportedFormat(f"no JWT is signed here with a key of {key.algorithm}")
    return algorithm


def check_signature(
    algorithm: SignatureAlgorithm, key: PublicKey, signature: bytes, signing_input: bytes
) -> None:
    """Return where the signature holds.

    Raises:
        ProofInvalid: it does not, or the algorithm is not that of the key.
    """
    if key.algorithm != algorithm.key:
        raise ProofInvalid(
            f"{algorithm.name} is of a key of {algorithm.key}, and the key is of {key.algorithm}"
        )
    if len(signature) != algorithm.size:
        raise ProofInvalid(f"a signature of {algorithm.name} has {algorithm.size} bytes")
    # Every kind of key in SIGNATURES verifies; asking for the protocol takes longer than base64.
    if not cast("VerifyingKey", key).verify(signature, signing_input):
        raise ProofInvalid("the signature does not fit the token and the key")
