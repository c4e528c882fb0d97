"""The keys: one algorithm a module, and the table of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.keys.algorithm import Algorithm, DigestSigner, PrivateKey, PublicKey, Signer
from did.keys.ed25519 import ED25519
from did.keys.secp256k1 import SECP256K1

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHMS: Final[Mapping[str, Algorithm]] = MappingProxyType(
    {algorithm.name: algorithm for algorithm in (ED25519, SECP256K1)}
)

__all__ = ["ALGORITHMS", "Algorithm", "DigestSigner", "PrivateKey", "PublicKey", "Signer"]
