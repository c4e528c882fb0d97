"""ECDSA over P-256 with SHA-256 (RFC 7518, section 3.4: ES256)."""

from __future__ import annotations

from typing import ClassVar, Final, final

from did.keys.nist import NistPrivateKey, NistPublicKey, nist_algorithm
from did.values import dataclass


@final
@dataclass(frozen=True, slots=True)
class P256PublicKey(NistPublicKey):
    """A point in its compressed form, 33 bytes."""

    CURVE: ClassVar[str] = "P-256"
    SIZE: ClassVar[int] = 32


@final
class P256PrivateKey(NistPrivateKey):
    """A scalar of 32 bytes, big-endian."""

    PUBLIC_KEY: ClassVar[type[NistPublicKey]] = P256PublicKey

    __slots__ = ()


P256: Final = nist_algorithm(b"\x80\x24", P256PublicKey, P256PrivateKey)
