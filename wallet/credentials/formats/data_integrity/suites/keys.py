"""What a suite takes from the key it signs with: the hash, and the size of a signature.

Data Integrity EdDSA Cryptosuites 1.0, section 3; Data Integrity ECDSA Cryptosuites 1.0, section 3.
"""

from __future__ import annotations

from hashlib import sha256, sha384
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class KeyKind:
    """The keys of one algorithm: what documents are hashed with, and bytes of a signature."""

    hash: Callable[[bytes], Any]
    signature_size: int

    def digest(self, data: bytes) -> bytes:
        """The hash of `data`."""
        digest: bytes = self.hash(data).digest()
        return digest


KEY_KINDS: Final[Mapping[str, KeyKind]] = MappingProxyType(
    {
        "Ed25519": KeyKind(sha256, 64),
        "P-256": KeyKind(sha256, 64),
        "P-384": KeyKind(sha384, 96),
    }
)
"""By the name that `did.keys` gives the algorithm."""
