"""Signers: they sign with a key of the recovery phrase, and never give it out.

Only an unlocked vault has the `Keyring` that a signer needs. A private key is derived for one
signature and dropped; between two signatures only the sealed phrase and its sub-key are held.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Final, final

from did.encoding import to_jwk
from did.keys import ALGORITHMS, signing_key
from did.keys.secp256k1 import Secp256k1PrivateKey, Secp256k1PublicKey
from wallet.vault.cipher import Purpose, RowCipher
from wallet.vault.derivation import KeyPath, derive
from wallet.vault.errors import Locked, VaultError
from wallet.vault.phrase import Language, RecoveryPhrase
from wallet.vault.secret import Confidential

if TYPE_CHECKING:
    from did.keys import SigningKey, VerifyingKey
    from wallet.vault.cipher import WalletKey

_ID: Final = b"phrase"


def seal_phrase(phrase: RecoveryPhrase, wallet: bytes, wallet_key: WalletKey) -> bytes:
    """The recovery phrase as it lies in the vault, under a sub-key of its own."""
    content = phrase.language.encode() + b"\0" + phrase.expose_entropy()
    return _cipher(wallet, wallet_key).seal(content, row_id=_ID, version=0)


@final
class Keyring(Confidential):
    """Derives private keys from the sealed recovery phrase, each when it is needed.

    The journal's key alone is kept until the vault is locked: every deed is signed with it, and it
    stands for nobody.
    """

    __slots__ = ("_cipher", "_journal", "_sealed")

    def __init__(self, sealed_phrase: bytes, wallet: bytes, wallet_key: WalletKey) -> None:
        """Raises `IntegrityError` if the phrase does not open."""
        self._sealed: Final = sealed_phrase
        self._cipher: RowCipher | None = _cipher(wallet, wallet_key)
        self._journal: SigningKey | None = None
        self.expose_phrase()

    def lock(self) -> None:
        """Drops the sub-key: from now on nothing is derived or signed."""
        self._cipher = self._journal = None

    def signing_key(self, path: KeyPath) -> SigningKey:
        """The key at `path`."""
        if path != KeyPath.journal():
            return self._derived(path)
        if self._journal is None:
            self._journal = self._derived(path)
        return self._journal

    def secp256k1(self, path: KeyPath) -> Secp256k1PrivateKey:
        """The secp256k1 key at `path`."""
        return Secp256k1PrivateKey(self._derive(path, "secp256k1"))

    def expose_jwk(self, path: KeyPath) -> bytes:
        """The private key at `path` as a JWK (RFC 7518, section 6.2.2; RFC 8037), in UTF-8."""
        if path.holds_value:
            raise VaultError(f"the key at {path} is of an account, and is not given out")
        secret = self._secret(path)
        public = to_jwk(self.signing_key(path).public_key)
        return json.dumps({**public, "d": _base64url(secret)}, separators=(",", ":")).encode()

    def _derived(self, path: KeyPath) -> SigningKey:
        return signing_key(ALGORITHMS[path.algorithm].private_key(self._secret(path)))

    def _derive(self, path: KeyPath, algorithm: str) -> bytes:
        if path.algorithm != algorithm:
            raise VaultError(f"the key at {path} is of {path.algorithm}, not {algorithm}")
        return self._secret(path)

    def _secret(self, path: KeyPath) -> bytes:
        return derive(self.expose_phrase().expose_seed(), path)

    def expose_phrase(self) -> RecoveryPhrase:
        """The recovery phrase itself. Raises `Locked`."""
        if self._cipher is None:
            raise Locked
        content = self._cipher.open(self._sealed, row_id=_ID, version=0, name="the recovery phrase")
        language, _, entropy = content.partition(b"\0")
        return RecoveryPhrase(entropy, Language(language.decode()))


@final
class VaultSigner:
    """A `did.keys.Signer`. Works while its vault is open."""

    __slots__ = ("_keyring", "_path", "public_key")

    def __init__(self, keyring: Keyring, path: KeyPath) -> None:
        """Made by `Vault.signer`."""
        self._keyring: Final = keyring
        self._path: Final = path
        self.public_key: Final[VerifyingKey] = keyring.signing_key(path).public_key

    def sign(self, message: bytes, /) -> bytes:
        """The signature, as its algorithm has it. Raises `Locked` once the vault is closed."""
        return self._keyring.signing_key(self._path).sign(message)

    def __repr__(self) -> str:
        return f"VaultSigner({self._path})"


@final
class Secp256k1Signer:
    """A `did.keys.DigestSigner`. Works while its vault is open."""

    __slots__ = ("_keyring", "_path", "public_key")

    def __init__(self, keyring: Keyring, path: KeyPath) -> None:
        """Made by `Vault.digest_signer`."""
        self._keyring: Final = keyring
        self._path: Final = path
        self.public_key: Final[Secp256k1PublicKey] = keyring.secp256k1(path).public_key

    def sign(self, message: bytes, /) -> bytes:
        """The 64-byte signature r‖s over SHA-256 of the message. Raises `Locked`."""
        return self._keyring.secp256k1(self._path).sign(message)

    def sign_digest(self, digest: bytes, /) -> bytes:
        """The 65-byte recoverable signature r‖s‖v over 32 bytes. Raises `Locked`."""
        return self._keyring.secp256k1(self._path).sign_digest(digest)

    def __repr__(self) -> str:
        return f"Secp256k1Signer({self._path})"


def _cipher(wallet: bytes, wallet_key: WalletKey) -> RowCipher:
    return RowCipher(wallet_key.subkey(Purpose.KEYS), wallet, "meta")


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
