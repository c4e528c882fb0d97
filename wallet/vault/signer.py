"""Signers: they sign with a key of the vault, whoever holds it, and never give it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from did.keys import verifying_key
from did.keys.secp256k1 import Secp256k1PublicKey
from wallet.vault.errors import VaultError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.bbs.parties import Signature
    from did.keys import VerifyingKey
    from did.keys.bls12381 import Bls12381G2PublicKey
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
        self.public_key: Final[VerifyingKey] = verifying_key(keys.public_key(key))

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


@final
class BbsSigner:
    """A `did.bbs.parties.Issuer`. Works while its vault is open."""

    __slots__ = ("_key", "_keys", "public_key")

    def __init__(self, keys: Keys, key: KeyRef) -> None:
        """Made by `Vault.bbs_signer`."""
        # Deferred: few wallets have to do with BBS.
        from did.keys.bls12381 import Bls12381G2PublicKey  # noqa: PLC0415

        public_key = keys.public_key(key)
        if not isinstance(public_key, Bls12381G2PublicKey):
            raise VaultError(f"the key at {key} is of {public_key.algorithm}, not BLS12381G2")
        self._keys: Final = keys
        self._key: Final = key
        self.public_key: Final[Bls12381G2PublicKey] = public_key

    def sign_messages(
        self, header: bytes, messages: Sequence[bytes], commitment: bytes | None = None, /
    ) -> bytes:
        """The 80-byte signature. Raises `BbsError`, and `Locked` once the vault is closed."""
        return self._keys.sign_messages(self._key, header, messages, commitment)

    def __repr__(self) -> str:
        return f"BbsSigner({self._key})"


@final
class VaultHolder:
    """A `did.bbs.parties.Holder`, by the secret of the phrase, towards one issuer."""

    __slots__ = ("_issuer", "_keys")

    def __init__(self, keys: Keys, issuer: str) -> None:
        """Made by `Vault.bbs_holder`."""
        self._keys: Final = keys
        self._issuer: Final = issuer

    def commitment(self) -> bytes:
        """What the issuer is given to bind a credential to: a point, and a proof, made anew.

        The point is the same each time; without the secret it tells nothing. Raises `Locked`.
        """
        return self._keys.commit(self._issuer)

    def holds(self, signature: Signature, /) -> bool:
        """Whether the signature is bound to the secret, and holds. Raises as `Keys.holds`."""
        return self._keys.holds(self._issuer, signature)

    def prove(
        self, signature: Signature, presentation_header: bytes, disclosed: Sequence[int], /
    ) -> bytes:
        """A proof of such a signature. Raises as `Keys.prove`."""
        return self._keys.prove(self._issuer, signature, presentation_header, disclosed)
