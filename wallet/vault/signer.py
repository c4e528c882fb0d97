"""Signers: they sign with a key of the vault, whoever holds it, and never give it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from did.keys.secp256k1 import Secp256k1PublicKey
from wallet.vault.errors import VaultError

if TYPE_CHECKING:
    from did.keys import VerifyingKey
    from wallet.vault.derivation import KeyPath
    from wallet.vault.keys import Keys
    from wallet.vault.sealed_key import KeyRef


@final
class VaultSigner:
    """A `did.keys.Signer`. Works while its vault is open."""

    __slots__ = ("_key", "_keys", "public_key")

    def __init__(self, keys: Keys, key: KeyRef) -> None:
        """Made by `Vault.signer`."""
        self._keys: Final = keys
        self._key: Final = key
        self.public_key: Final[VerifyingKey] = keys.public_key(key)

    def sign(self, message: bytes, /) -> bytes:
        """The signature, as its algorithm has it. Raises `Locked` once the vault is closed."""
        return self._keys.sign(self._key, message)

    def __repr__(self) -> str:
        return f"VaultSigner({self._key})"


@final
class Secp256k1Signer:
    """A `did.keys.DigestSigner`. Works while its vault is open."""

    __slots__ = ("_keys", "_path", "public_key")

    def __init__(self, keys: Keys, path: KeyPath) -> None:
        """Made by `Vault.digest_signer`."""
        if path.algorithm != "secp256k1":
            raise VaultError(f"the key at {path} is of {path.algorithm}, not secp256k1")
        self._keys: Final = keys
        self._path: Final = path
        public_key = keys.public_key(path)
        assert isinstance(public_key, Secp256k1PublicKey)  # noqa: S101 - of that algorithm
        self.public_key: Final = public_key

    def sign(self, message: bytes, /) -> bytes:
        """The 64-byte signature r‖s over SHA-256 of the message. Raises `Locked`."""
        return self._keys.sign(self._path, message)

    def sign_digest(self, digest: bytes, /) -> bytes:
        """The 65-byte recoverable signature r‖s‖v over 32 bytes. Raises `Locked`."""
        return self._keys.sign_digest(self._path, digest)

    def __repr__(self) -> str:
        return f"Secp256k1Signer({self._path})"
