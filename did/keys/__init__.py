"""The keys: one algorithm a module, and the table of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.errors import InvalidKey, UnsupportedKey
from did.keys.algorithm import (
    Algorithm,
    DigestSigner,
    KeyAgreementKey,
    PrivateKey,
    PublicKey,
    Signer,
    SigningKey,
    Use,
    VerifyingKey,
)
from did.keys.bls12381 import BLS12381G2
from did.keys.ed25519 import ED25519
from did.keys.p256 import P256
from did.keys.p384 import P384
from did.keys.secp256k1 import SECP256K1
from did.keys.x25519 import X25519

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHMS: Final[Mapping[str, Algorithm]] = MappingProxyType(
    {
        algorithm.name: algorithm
        for algorithm in (ED25519, X25519, SECP256K1, P256, P384, BLS12381G2)
    }
)


def verifying_key(key: PublicKey) -> VerifyingKey:
    """`key`, where it verifies signatures.

    Raises:
        InvalidKey: it is for key agreement.
        UnsupportedKey: nothing here verifies the signatures of its kind.
    """
    if isinstance(key, VerifyingKey):
        return key
    raise _no_signature(key.algorithm, "verifies")


def signing_key(key: PrivateKey) -> SigningKey:
    """`key`, where it signs.

    Raises:
        InvalidKey: it is for key agreement.
        UnsupportedKey: nothing here signs with a key of its kind.
    """
    if isinstance(key, SigningKey):
        return key
    raise _no_signature(key.algorithm, "makes")


def _no_signature(algorithm: str, does: str) -> InvalidKey:
    if ALGORITHMS[algorithm].use is Use.KEY_AGREEMENT:
        return InvalidKey(f"a key of {algorithm} is for key agreement and {does} no signature")
    return UnsupportedKey(f"nothing here {does} a signature of {algorithm}")


__all__ = [
    "ALGORITHMS",
    "Algorithm",
    "DigestSigner",
    "KeyAgreementKey",
    "PrivateKey",
    "PublicKey",
    "Signer",
    "SigningKey",
    "Use",
    "VerifyingKey",
    "signing_key",
    "verifying_key",
]
