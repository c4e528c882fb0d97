"""ECDSA over P-384 with SHA-384 (RFC 7518, section 3.4: ES384)."""

from __future__ import annotations

from typing import ClassVar, Final, final

from did.keys.nist import NistPrivateKey, NistPublicKey, nist_algorithm
from did.values import dataclass


@final
@dataclass(frozen=True, slots=True)
class P384PublicKey(NistPublicKey):
    """A point in its compressed form, 49 bytes."""

    CURVE: ClassVar[str] = "P-384"
    SIZE: ClassVar[int] = 48


@final
class P384PrivateKey(NistPrivateKey):
    """A scalar of 48 bytes, big-endian."""

    PUBLIC_KEY: ClassVar[type[NistPublicKey]] = P384PublicKey

    __slots__ = ()


P384: Final = nist_algorithm(b"\x81\x24", P384PublicKey, P384PrivateKey)
