"""The two sorts of keys that a passphrase opens: those that read the vault, and those that sign.

What reads, `DataKeys`, is held by whoever has the vault open. What signs, `Keys`, need not be in
the same process: `wallet.vault.keyring` holds it here, `wallet.vault.keeper` in a child.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, Protocol, Self

from wallet.vault.cipher import Purpose
from wallet.vault.secret import Confidential

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from did.bbs.parties import Signature
    from did.keys import PublicKey
    from wallet.vault.cipher import WalletKey
    from wallet.vault.derivation import KeyPath
    from wallet.vault.phrase import RecoveryPhrase
    from wallet.vault.sealed_key import KeyRef, SealedKey


@dataclass(frozen=True, slots=True, repr=False)
class DataKeys(Confidential):
    """What records are read and written with; no private key can be had by it.

    Attributes:
        wallet: the 16 bytes that name the wallet.
        records: the sub-key of the records' seals, 32 bytes; so are the others.
        index: that of the names under which records lie.
        manifest: that of the directory's and the manifest's seals.
        rows: that of the digests which the manifest counts.
    """

    wallet: bytes
    records: bytes
    index: bytes
    manifest: bytes
    rows: bytes

    @classmethod
    def of(cls, wallet: bytes, wallet_key: WalletKey) -> Self:
        """Those of a wallet."""
        return cls(
            wallet,
            records=wallet_key.subkey(Purpose.RECORDS),
            index=wallet_key.subkey(Purpose.INDEX),
            manifest=wallet_key.subkey(Purpose.MANIFEST),
            rows=wallet_key.subkey(Purpose.ROWS),
        )


DATA_KEYS: Final = tuple(field.name for field in fields(DataKeys))
"""The names of the members of `DataKeys`."""


class Keys(Protocol):
    """Signs with the keys of one wallet, and never gives one out unless it is asked by name.

    Everything raises `Locked` once `lock` was called.
    """

    def check(self) -> None:
        """Raises `IntegrityError` where the recovery phrase does not open."""
        ...

    def public_key(self, key: KeyRef, /) -> PublicKey:
        """The public half of a key.

        Raises:
            IntegrityError: what was imported is not what was sealed here under that name.
        """
        ...

    def sign(self, key: KeyRef, message: bytes, /) -> bytes:
        """The signature of a key, as its algorithm has it.

        Raises:
            IntegrityError: as `public_key`.
            UnsupportedKey: keys of its kind sign no single message.
        """
        ...

    def sign_messages(
        self, key: KeyRef, header: bytes, messages: Sequence[bytes], commitment: bytes | None, /
    ) -> bytes:
        """A BBS signature of a key of BLS12-381, blind where there is a holder's commitment.

        Raises:
            VaultError: it is a key of another kind.
            BbsError: the commitment does not hold, or there are too many messages.
        """
        ...

    def commit(self, issuer: str, /) -> bytes:
        """A commitment to the holder's secret, and a proof, for the issuer with that DID."""
        ...

    def holds(self, issuer: str, signature: Signature, /) -> bool:
        """Whether a signature holds, bound to what was committed to for an issuer.

        Raises:
            BbsError: it is over too many messages.
        """
        ...

    def prove(
        self,
        issuer: str,
        signature: Signature,
        presentation_header: bytes,
        disclosed: Sequence[int],
        /,
    ) -> bytes:
        """A proof of such a signature, which tells the messages at those places.

        Raises:
            BbsError: the signature is none, or is over too many messages.
            ValueError: a place is not that of a message.
        """
        ...

    def sign_digest(self, path: KeyPath, digest: bytes, /) -> bytes:
        """The 65-byte recoverable signature r‖s‖v over 32 bytes, of the secp256k1 key at `path`.

        Raises:
            VaultError: the key at `path` is of another algorithm.
        """
        ...

    def seal_key(self, jwk: bytes, /) -> SealedKey:
        """A private key of another program, a JWK in UTF-8, as a record may hold it.

        Raises:
            VaultError: it is no private key that signs.
        """
        ...

    def expose_jwk(self, key: KeyRef, /) -> bytes:
        """The private half of a key as a JWK (RFC 7518, section 6.2.2; RFC 8037), in UTF-8.

        Raises:
            VaultError: it is the key of an account.
        """
        ...

    def expose_phrase(self) -> RecoveryPhrase:
        """The recovery phrase itself."""
        ...

    def lock(self) -> None:
        """From now on nothing is derived or signed. Locking twice is nothing."""
        ...


class Unlocks(Protocol):
    """What opens a vault: a passphrase, or somebody who was given it before."""

    def unlock(self, meta: Mapping[str, bytes], /) -> tuple[DataKeys, Keys]:
        """The keys of the vault whose `meta` rows those are.

        Raises:
            WrongPassphrase: or a damaged header.
            Locked: whoever was to open it does not hold the wallet's key.
        """
        ...
