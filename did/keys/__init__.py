"""The keys: one algorithm a module, and the table of them.

A module is loaded when the first key of its kind is met.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeGuard

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

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACES: Final = {
    "Ed25519": ("did.keys.ed25519", "ED25519"),
    "X25519": ("did.keys.x25519", "X25519"),
    "secp256k1": ("did.keys.secp256k1", "SECP256K1"),
    "P-256": ("did.keys.p256", "P256"),
    "P-384": ("did.keys.p384", "P384"),
    "P-521": ("did.keys.p521", "P521"),
    "BLS12381G2": ("did.keys.bls12381", "BLS12381G2"),
}


class _Algorithms(Mapping[str, Algorithm]):
    """The algorithms by name; which there are is known without loading one."""

    __slots__ = ("_loaded",)

    def __init__(self) -> None:
        self._loaded: Final[dict[str, Algorithm]] = {}

    def __getitem__(self, name: str) -> Algorithm:
        if (found := self._loaded.get(name)) is None:
            module, constant = _PLACES[name]
            found = self._loaded[name] = getattr(import_module(module), constant)
        return found

    def __contains__(self, name: object) -> bool:
        return name in _PLACES

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


ALGORITHMS: Final[Mapping[str, Algorithm]] = _Algorithms()


def verifying_key(key: PublicKey) -> VerifyingKey:
    """`key`, where it verifies signatures.

    Raises:
        InvalidKey: it is for key agreement.
        UnsupportedKey: nothing here verifies the signatures of its kind.
    """
    if _verifies(key):
        return key
    raise _no_signature(key.algorithm, "verifies")


def _verifies(key: PublicKey) -> TypeGuard[VerifyingKey]:
    # `isinstance` of a protocol looks at each of its members: twenty times as slow.
    return hasattr(key, "verify")


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
