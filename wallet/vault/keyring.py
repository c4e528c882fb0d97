"""`Keyring`: the keys that sign, held in this process; and a passphrase that makes one.

A private key is derived for one signature and dropped; between two signatures only the sealed
phrase and its sub-key are held.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, final

from wallet.vault.attempts import ATTEMPTS, Attempts
from wallet.vault.cipher import Purpose, RowCipher
from wallet.vault.errors import Locked, VaultError, WrongPassphrase
from wallet.vault.header import Header
from wallet.vault.keys import DataKeys
from wallet.vault.sealed_key import (
    TABLE,
    SealedKey,
    open_key,
    read_private_jwk,
    seal_key,
    write_private_jwk,
)
from wallet.vault.secret import Confidential, SecretBytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from did.bbs.parties import SecretHolder, Signature
    from did.keys import PrivateKey, PublicKey, SigningKey
    from wallet.vault.cipher import WalletKey
    from wallet.vault.derivation import KeyPath
    from wallet.vault.phrase import RecoveryPhrase
    from wallet.vault.sealed_key import KeyRef
    from wallet.vault.secret import Secret

_ID: Final = b"phrase"


def seal_phrase(phrase: RecoveryPhrase, wallet: bytes, wallet_key: WalletKey) -> bytes:
    """The recovery phrase as it lies in the vault, under a sub-key of its own."""
    return _cipher(wallet, wallet_key).seal(phrase.to_bytes(), row_id=_ID, version=0)


@final
class Keyring(Confidential):
    """The `Keys` of one wallet, which derives private keys from the sealed recovery phrase.

    The journal's key alone is kept until the vault is locked: every deed is signed with it, and it
    stands for nobody.
    """

    __slots__ = ("_cipher", "_journal", "_sealed")

    def __init__(self, sealed_phrase: bytes, wallet: bytes, wallet_key: WalletKey) -> None:
        self._sealed: Final = sealed_phrase
        self._cipher: RowCipher | None = _cipher(wallet, wallet_key)
        self._journal: PrivateKey | None = None

    def check(self) -> None:
        """Raises `IntegrityError` where the recovery phrase does not open."""
        self._open()

    def lock(self) -> None:
        """Drops the sub-key: from now on nothing is derived or signed."""
        self._cipher = self._journal = None

    def public_key(self, key: KeyRef, /) -> PublicKey:
        """The public half of a key."""
        return self._private_key(key).public_key

    def sign(self, key: KeyRef, message: bytes, /) -> bytes:
        """The signature of a key."""
        return self._signing_key(key).sign(message)

    def sign_digest(self, path: KeyPath, digest: bytes, /) -> bytes:
        """The recoverable signature over 32 bytes, of the secp256k1 key at `path`."""
        if path.algorithm != "secp256k1":
            raise VaultError(f"the key at {path} is of {path.algorithm}, not secp256k1")
        # Deferred, here and below: a wallet is opened by who signs nothing, too.
        from did.keys.secp256k1 import Secp256k1PrivateKey  # noqa: PLC0415

        return Secp256k1PrivateKey(self._secret(path)).sign_digest(digest)

    def seal_key(self, jwk: bytes, /) -> SealedKey:
        """A private JWK as a record may hold it."""
        return seal_key(read_private_jwk(jwk), self._sealing)

    def expose_jwk(self, key: KeyRef, /) -> SecretBytes:
        """The private half of a key as a JWK, in UTF-8."""
        if not isinstance(key, SealedKey) and key.holds_value:
            raise VaultError(f"the key at {key} is of an account, and is not given out")
        return write_private_jwk(self._private_key(key))

    def expose_phrase(self) -> RecoveryPhrase:
        """The recovery phrase itself."""
        from wallet.vault.phrase import RecoveryPhrase  # noqa: PLC0415 - as above

        return RecoveryPhrase.from_bytes(self._open())

    def sign_messages(
        self, key: KeyRef, header: bytes, messages: Sequence[bytes], commitment: bytes | None, /
    ) -> bytes:
        """A BBS signature."""
        # Deferred, here and below: few wallets have to do with BBS.
        from did.bbs.parties import KeyIssuer  # noqa: PLC0415
        from did.keys.bls12381 import Bls12381G2PrivateKey  # noqa: PLC0415

        private = self._private_key(key)
        if not isinstance(private, Bls12381G2PrivateKey):
            raise VaultError(f"the key at {key} is of {private.algorithm}, not BLS12381G2")
        return KeyIssuer(private).sign_messages(header, messages, commitment)

    def commit(self, issuer: str, /) -> bytes:
        """A commitment to the holder's secret."""
        from did.bbs.blind import commit  # noqa: PLC0415 - as above

        holder = self._holder(issuer)
        return commit([holder.secret], blind=holder.blind).with_proof

    def holds(self, issuer: str, signature: Signature, /) -> bool:
        """Whether a signature is bound to that secret."""
        return self._holder(issuer).holds(signature)

    def prove(
        self,
        issuer: str,
        signature: Signature,
        presentation_header: bytes,
        disclosed: Sequence[int],
        /,
    ) -> bytes:
        """A proof of a signature that is."""
        return self._holder(issuer).prove(signature, presentation_header, disclosed)

    def _holder(self, issuer: str) -> SecretHolder:
        from did.bbs.parties import SecretHolder  # noqa: PLC0415 - as above
        from wallet.vault.derivation import holder_blind, holder_secret  # noqa: PLC0415

        seed = self.expose_phrase().expose_seed()
        return SecretHolder(holder_secret(seed), holder_blind(seed, issuer))

    def _signing_key(self, key: KeyRef) -> SigningKey:
        from did.keys import signing_key  # noqa: PLC0415 - as above

        return signing_key(self._private_key(key))

    def _private_key(self, key: KeyRef) -> PrivateKey:
        if isinstance(key, SealedKey):
            return open_key(key, self._sealing)
        from wallet.vault.derivation import KeyPath  # noqa: PLC0415 - as above

        if key != KeyPath.journal():
            return self._derived(key)
        if self._journal is None:
            self._journal = self._derived(key)
        return self._journal

    def _derived(self, path: KeyPath) -> PrivateKey:
        from did.keys import ALGORITHMS  # noqa: PLC0415 - as above

        return ALGORITHMS[path.algorithm].private_key(self._secret(path))

    def _secret(self, path: KeyPath) -> SecretBytes:
        from wallet.vault.derivation import derive  # noqa: PLC0415 - as above

        return derive(self.expose_phrase().expose_seed(), path)

    @property
    def _sealing(self) -> RowCipher:
        """What seals imported keys: the same sub-key, in a place of its own."""
        if self._cipher is None:
            raise Locked
        return replace(self._cipher, table=TABLE)

    def _open(self) -> SecretBytes:
        if self._cipher is None:
            raise Locked
        return SecretBytes(
            self._cipher.open(self._sealed, row_id=_ID, version=0, name="the recovery phrase")
        )


@final
class Passphrase(Confidential):
    """`Unlocks` by a passphrase, in this process."""

    __slots__ = ("_attempts", "_passphrase")

    def __init__(self, passphrase: Secret, attempts: Attempts = ATTEMPTS) -> None:
        """`attempts` counts the wrong ones, and makes those after some of them wait."""
        self._passphrase: Final = passphrase
        self._attempts: Final = attempts

    def unlock(self, meta: Mapping[str, bytes], /) -> tuple[DataKeys, Keyring]:
        """The keys of the vault whose `meta` rows those are."""
        wallet, wallet_key = self.unwrap(meta)
        return DataKeys.of(wallet, wallet_key), Keyring(meta["phrase"], wallet, wallet_key)

    def unwrap(self, meta: Mapping[str, bytes]) -> tuple[bytes, WalletKey]:
        """The wallet's id and its key.

        Raises:
            WrongPassphrase: or a damaged header.
        """
        header = Header.parse(meta["header"])
        self._attempts.begin()
        try:
            wallet_key = header.unwrap(meta["wallet_key"], self._passphrase)
        except WrongPassphrase:
            self._attempts.wrong()
            raise
        self._attempts.right()
        return header.wallet, wallet_key


def _cipher(wallet: bytes, wallet_key: WalletKey) -> RowCipher:
    return RowCipher(wallet_key.subkey(Purpose.KEYS), wallet, "meta")
