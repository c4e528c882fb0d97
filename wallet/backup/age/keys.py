"""Who can open an age file: a passphrase (scrypt) or X25519 keys (c2sp.org/age)."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from did.confidential import Confidential, SecretBytes
from wallet.backup.age.bech32 import NotBech32, decode, encode
from wallet.backup.age.errors import AgeError, BadHeader
from wallet.backup.age.header import Stanza, decoded, derived, encoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.vault.secret import Secret

FILE_KEY_SIZE: Final = 16
WORK: Final = 18
"""log2 of scrypt's cost for a new file: 256 MiB, under a second."""
MAX_WORK: Final = 20
"""The most that is spent on a file of somebody's: a gibibyte."""

_SCRYPT_INFO: Final = b"age-encryption.org/v1/scrypt"
_X25519_INFO: Final = b"age-encryption.org/v1/X25519"
_WRAPPED: Final = FILE_KEY_SIZE + 16
_NONCE: Final = bytes(12)
_WORK: Final = re.compile(r"[1-9][0-9]{0,2}")


class Recipient(Protocol):
    """Somebody a file is for."""

    def wrap(self, file_key: bytes, /) -> Stanza:
        """The file key for them alone."""
        ...


class Unlocks(Protocol):
    """Something that may open a file."""

    def unwrap(self, stanzas: Sequence[Stanza], /) -> bytes | None:
        """The file key, or None where none of the stanzas is for it. Raises `BadHeader`."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Passphrase(Confidential):
    """A passphrase; a file for it is for nobody else beside."""

    secret: Secret
    work: int = WORK

    def wrap(self, file_key: bytes, /) -> Stanza:
        """See `Recipient`."""
        salt = secrets.token_bytes(16)
        arguments = ("scrypt", encoded(salt), str(self.work))
        return Stanza(arguments, _seal(self._key(salt, self.work), file_key))

    def unwrap(self, stanzas: Sequence[Stanza], /) -> bytes | None:
        """See `Unlocks`."""
        if not any(stanza.arguments[0] == "scrypt" for stanza in stanzas):
            return None
        if len(stanzas) != 1 or len(stanzas[0].arguments) != 3:
            raise BadHeader("its header is malformed")
        _, salt_text, work = stanzas[0].arguments
        salt = decoded(salt_text.encode())
        if len(salt) != 16 or not _WORK.fullmatch(work) or len(stanzas[0].body) != _WRAPPED:
            raise BadHeader("its header is malformed")
        if int(work) > MAX_WORK:
            raise BadHeader(f"its passphrase asks for 2^{work} rounds of work, too many")
        return _unseal(self._key(salt, int(work)), stanzas[0].body)

    def _key(self, salt: bytes, work: int) -> SecretBytes:
        try:
            return SecretBytes(
                hashlib.scrypt(
                    self.secret.expose_secret().encode(),
                    salt=_SCRYPT_INFO + salt,
                    n=1 << work,
                    r=8,
                    p=1,
                    maxmem=(1 << work) * 1024 + (1 << 20),
                    dklen=32,
                )
            )
        except (MemoryError, ValueError):
            # `from None`: the frames below hold the passphrase.
            raise AgeError(f"its passphrase needs {1 << max(work - 10, 0)} MiB of memory") from None


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An age public key, `age1…`."""

    raw: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `age1…`. Raises `AgeError`."""
        return cls(_key(text, "age", f"{text!r:.80} is no age public key"))

    def __str__(self) -> str:
        return encode("age", self.raw)

    def wrap(self, file_key: bytes, /) -> Stanza:
        """See `Recipient`."""
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        key = _agreed(ephemeral, self.raw, salt=share + self.raw)
        if key is None:
            raise AgeError("an age public key of low order cannot be used")
        return Stanza(("X25519", encoded(share)), _seal(key, file_key))


@dataclass(frozen=True, slots=True, repr=False)
class Identity(Confidential):
    """An age private key, `AGE-SECRET-KEY-1…`."""

    raw: bytes

    @classmethod
    def parse(cls, text: Secret) -> Self:
        """Reads `AGE-SECRET-KEY-1…`. Raises `AgeError`, which never quotes it."""
        return cls(_key(text.expose_secret(), "age-secret-key-", "that is no age private key"))

    @property
    def public_key(self) -> PublicKey:
        """Whom files for this key name."""
        private = X25519PrivateKey.from_private_bytes(self.raw)
        return PublicKey(private.public_key().public_bytes_raw())

    def unwrap(self, stanzas: Sequence[Stanza], /) -> bytes | None:
        """See `Unlocks`."""
        for stanza in stanzas:
            if stanza.arguments[0] == "X25519" and (found := self._unwrap(stanza)) is not None:
                return found
        return None

    def _unwrap(self, stanza: Stanza) -> bytes | None:
        if len(stanza.arguments) != 2 or len(stanza.body) != _WRAPPED:
            raise BadHeader("its header is malformed")
        share = decoded(stanza.arguments[1].encode())
        if len(share) != 32:
            raise BadHeader("its header is malformed")
        private = X25519PrivateKey.from_private_bytes(self.raw)
        key = _agreed(private, share, salt=share + self.public_key.raw)
        if key is None:
            raise BadHeader("its header is malformed")
        return _unseal(key, stanza.body)


def _key(text: str, prefix: str, complaint: str) -> SecretBytes:
    try:
        found, data = decode(text)
    except NotBech32:
        raise AgeError(complaint) from None  # the frames below hold the text
    if found != prefix or len(data) != 32:
        raise AgeError(complaint)
    return SecretBytes(data)


def _agreed(private: X25519PrivateKey, public: bytes, *, salt: bytes) -> bytes | None:
    """The wrapping key; None where the two agree on nothing (a point of low order)."""
    try:
        shared = SecretBytes(private.exchange(X25519PublicKey.from_public_bytes(public)))
    except ValueError:
        return None
    return derived(shared, salt=salt, info=_X25519_INFO)


def _seal(key: bytes, file_key: bytes) -> bytes:
    return ChaCha20Poly1305(key).encrypt(_NONCE, file_key, None)


def _unseal(key: bytes, body: bytes) -> SecretBytes | None:
    try:
        return SecretBytes(ChaCha20Poly1305(key).decrypt(_NONCE, body, None))
    except InvalidTag:
        return None
