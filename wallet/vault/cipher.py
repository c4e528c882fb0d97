"""Sub-keys of the wallet key, and the sealing of one row with XChaCha20-Poly1305.

A sub-key is keyed BLAKE2b-256 of a label (RFC 7693); a seal is
draft-irtf-cfrg-xchacha-03, section 2, with a random nonce of 24 bytes in front.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    sodium_pad,
    sodium_unpad,
)
from nacl.exceptions import CryptoError
from nacl.utils import random

from wallet.vault.errors import IntegrityError
from wallet.vault.secret import Confidential, SecretBytes

KEY_SIZE: Final = 32
NONCE_SIZE: Final = 24
TAG_SIZE: Final = 16
PADDING: Final = 256
"""Plain texts grow to a multiple of this many bytes, so that a size says little."""

_PERSON: Final = b"holdfast vault 1"


class Purpose(StrEnum):
    """What a sub-key is for. A label is written once and never reused for something else."""

    RECORDS = "records"
    INDEX = "index"
    MANIFEST = "manifest"
    ROWS = "rows"
    KEYS = "keys"


@dataclass(frozen=True, slots=True, repr=False)
class WalletKey(Confidential):
    """The 32 random bytes that everything in one wallet hangs on."""

    raw: bytes

    @classmethod
    def fresh(cls) -> Self:
        """The key of a new wallet."""
        return cls(SecretBytes(random(KEY_SIZE)))

    def subkey(self, purpose: Purpose) -> SecretBytes:
        """The 32-byte key for one purpose; knowing one tells nothing about another."""
        return SecretBytes(keyed_hash(self.raw, purpose.encode(), size=KEY_SIZE))


def keyed_hash(key: bytes, *parts: bytes, size: int) -> bytes:
    """Keyed BLAKE2b of `parts`, each preceded by its length; `size` bytes."""
    return hashlib.blake2b(joined(*parts), key=key, digest_size=size, person=_PERSON).digest()


def joined(*parts: bytes) -> bytes:
    """The parts, each preceded by its length in 4 bytes, so that no two lists look alike."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def seal(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Nonce, ciphertext and tag; opens only with the same key and context."""
    nonce = random(NONCE_SIZE)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, context, nonce, key)


def unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """What `seal` was given.

    Raises:
        CryptoError: another key, another context, or other bytes.
    """
    if len(sealed) < NONCE_SIZE + TAG_SIZE:
        raise CryptoError  # PyNaCl would raise a bare ValueError
    nonce, ciphertext = sealed[:NONCE_SIZE], sealed[NONCE_SIZE:]
    return crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, context, nonce, key)


@dataclass(frozen=True, slots=True, repr=False)
class RowCipher(Confidential):
    """Seals the rows of one table of one wallet; a row opens only in its own place.

    The context of a seal is wallet id, table, row id and version (8 bytes): a row moved to
    another wallet, table, id or version does not open.
    """

    key: bytes
    wallet: bytes
    table: str

    def seal(self, plaintext: bytes, *, row_id: bytes, version: int) -> bytes:
        """The row's sealed value, padded first (ISO/IEC 7816-4) to a multiple of `PADDING`."""
        padded = SecretBytes(sodium_pad(plaintext, PADDING))
        return seal(self.key, padded, self._context(row_id, version))

    def open(self, sealed: bytes, *, row_id: bytes, version: int, name: str) -> bytes:
        """What was sealed.

        Raises:
            IntegrityError: it is not what was sealed here; the error calls it `name`.
        """
        try:
            return sodium_unpad(unseal(self.key, sealed, self._context(row_id, version)), PADDING)
        except CryptoError:
            # `from None`: the frames below hold the key, and some crash screens show locals.
            raise IntegrityError(name) from None

    def _context(self, row_id: bytes, version: int) -> bytes:
        return joined(self.wallet, self.table.encode(), row_id, version.to_bytes(8, "big"))
