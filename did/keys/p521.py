"""ECDSA over P-521 with SHA-512 (RFC 7518, section 3.4: ES512).

The field has 521 bits: a coordinate, and each half of a signature, has 66 bytes, the first 0 or 1.
"""

from __future__ import annotations

from typing import ClassVar, Final, final

from did.keys.nist import NistPrivateKey, NistPublicKey, nist_algorithm
from did.values import dataclass


@final
@dataclass(frozen=True, slots=True)
class P521PublicKey(NistPublicKey):
    """A point in its compressed form, 67 bytes."""

    CURVE: ClassVar[str] = "P-521"
    SIZE: ClassVar[int] = 66


@final
class P521PrivateKey(NistPrivateKey):
    """A scalar of 66 bytes, big-endian."""

    PUBLIC_KEY: ClassVar[type[NistPublicKey]] = P521PublicKey

    __slots__ = ()


P521: Final = nist_algorithm(b"\x82\x24", P521PublicKey, P521PrivateKey)
