"""The vault's header: how a passphrase becomes the key that wraps the wallet key.

Argon2id (RFC 9106) through libsodium, one lane. The header is canonical JSON in plain text; it is
the associated data of the wrapped key, so that changing it changes the passphrase's meaning, and
it is held between a floor and a ceiling, so that it can neither weaken the wallet nor exhaust the
machine before the passphrase is known to be right.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13
from nacl.exceptions import CryptoError
from nacl.utils import random

from wallet.vault.cipher import KEY_SIZE, WalletKey, seal, unseal
from wallet.vault.errors import IntegrityError, NewerVault, VaultError, WrongPassphrase
from wallet.vault.secret import SecretBytes

if TYPE_CHECKING:
    from wallet.vault.secret import Secret

VERSION: Final = 1
_KDF: Final = "argon2id13"
_SALT_SIZE: Final = 16
_WALLET_ID_SIZE: Final = 16
_MAX_SIZE: Final = 512
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class KdfCost:
    """What trying one passphrase costs.

    An instance is always within 3 passes over 64 MiB and 10 passes over 1 GiB.
    """

    ops: int
    """Passes over the memory."""
    mem: int
    """Memory in bytes, a multiple of 1024."""

    def __post_init__(self) -> None:
        """Raises `VaultError` outside the bounds."""
        whole = type(self.ops) is int and type(self.mem) is int and self.mem % 1024 == 0
        if not (whole and 3 <= self.ops <= 10 and 64 * _MIB <= self.mem <= 1024 * _MIB):
            raise VaultError(
                f"a cost of {self.ops} passes over {self.mem} bytes is outside the bounds",
                hint="from 3 passes over 64 MiB to 10 passes over 1 GiB",
            )


FLOOR: Final = KdfCost(ops=3, mem=64 * _MIB)
DEFAULT: Final = KdfCost(ops=3, mem=192 * _MIB)
"""About half a second of one core; see docs/keys.md for the figures."""


@dataclass(frozen=True, slots=True)
class Header:
    """The plain part of a vault: which wallet it is, and how its key is wrapped."""

    wallet: bytes
    """16 random bytes that name the wallet, and nothing else about it."""
    cost: KdfCost
    salt: bytes
    """16 random bytes."""

    @classmethod
    def fresh(cls, cost: KdfCost) -> Self:
        """The header of a new wallet."""
        return cls(wallet=random(_WALLET_ID_SIZE), cost=cost, salt=random(_SALT_SIZE))

    def renewed(self, cost: KdfCost) -> Header:
        """The same wallet's header for another passphrase."""
        return Header(wallet=self.wallet, cost=cost, salt=random(_SALT_SIZE))

    def to_bytes(self) -> bytes:
        """The canonical form: sorted names, no white space, ASCII."""
        members = {
            "kdf": _KDF,
            "mem": self.cost.mem,
            "ops": self.cost.ops,
            "salt": self.salt.hex(),
            "version": VERSION,
            "wallet": self.wallet.hex(),
        }
        return json.dumps(members, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Reads the canonical form and no other.

        Raises:
            NewerVault: its version is higher than this program knows.
            IntegrityError: it is malformed, or its cost is outside the bounds.
        """
        members = _members(data)
        version = members.get("version")
        if type(version) is int and version > VERSION:
            raise NewerVault(
                f"the vault is of version {version}, this program reads up to {VERSION}",
                hint="upgrade holdfast",
            )
        try:
            header = cls(
                wallet=bytes.fromhex(members["wallet"]),
                cost=KdfCost(ops=members["ops"], mem=members["mem"]),
                salt=bytes.fromhex(members["salt"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise IntegrityError("the header", "is malformed") from error
        except VaultError as error:
            raise IntegrityError(
                "the header", "asks for a key derivation outside the bounds"
            ) from error
        sizes = (len(header.wallet), len(header.salt))
        if sizes != (_WALLET_ID_SIZE, _SALT_SIZE) or header.to_bytes() != data:
            raise IntegrityError("the header", "is malformed")
        return header

    def wrap(self, wallet_key: WalletKey, passphrase: Secret) -> bytes:
        """The wallet key, sealed under the passphrase."""
        return seal(self._wrapping_key(passphrase), wallet_key.raw, self.to_bytes())

    def unwrap(self, wrapped: bytes, passphrase: Secret) -> WalletKey:
        """The wallet key.

        Raises:
            WrongPassphrase: or a damaged header or wrapped key.
        """
        try:
            key = self._wrapping_key(passphrase)
            return WalletKey(SecretBytes(unseal(key, wrapped, self.to_bytes())))
        except CryptoError:
            # `from None`: the frames below hold the key, and some crash screens show locals.
            raise WrongPassphrase from None

    def _wrapping_key(self, passphrase: Secret) -> SecretBytes:
        # NFKD as in ERC-2335, so that a keyboard's way of composing accents does not matter.
        # No local name for the text: some crash screens show locals.
        try:
            return SecretBytes(
                crypto_pwhash_alg(
                    KEY_SIZE,
                    unicodedata.normalize("NFKD", passphrase.expose_secret()).encode(),
                    self.salt,
                    self.cost.ops,
                    self.cost.mem,
                    crypto_pwhash_ALG_ARGON2ID13,
                )
            )
        except RuntimeError:  # how PyNaCl reports that memory ran out
            raise VaultError(
                "the passphrase could not be processed",
                hint=f"unlocking needs {self.cost.mem // _MIB} MiB of free memory",
            ) from None


def _members(data: bytes) -> dict[str, Any]:
    if len(data) > _MAX_SIZE:
        raise IntegrityError("the header", "is malformed")
    try:
        members = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise IntegrityError("the header", "is malformed") from error
    if not isinstance(members, dict):
        raise IntegrityError("the header", "is malformed")
    return members
