"""`Vault`: one person's records and keys in one encrypted file."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self, final

from wallet.vault.cipher import Purpose, WalletKey, keyed_hash
from wallet.vault.database import TIMEOUT
from wallet.vault.errors import IntegrityError, Locked, RecordNotFound, VaultError
from wallet.vault.header import DEFAULT, Header, KdfCost
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.record import Kind, Record, checked_id, plain_json
from wallet.vault.sealed import SealedRows, first_manifest
from wallet.vault.secret import Confidential
from wallet.vault.signer import Keyring, Secp256k1Signer, VaultSigner, seal_phrase
from wallet.vault.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from did.keys import DigestSigner, PublicKey, Signer
    from wallet.vault.derivation import KeyPath
    from wallet.vault.secret import Secret

_ROW_ID_SIZE: Final = 16


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, repr=False)
class _Unlocked(Confidential):
    """What is held while the vault is open."""

    store: Store
    rows: SealedRows
    keyring: Keyring
    index_key: bytes

    @classmethod
    def of(cls, store: Store, wallet: bytes, wallet_key: WalletKey) -> _Unlocked:
        rows = SealedRows(store, wallet, wallet_key)
        keyring = Keyring(rows.meta()["phrase"], wallet, wallet_key)
        return cls(store, rows, keyring, wallet_key.subkey(Purpose.INDEX))

    def row_id(self, kind: Kind, id: str) -> bytes:  # noqa: A002 -- the field's own name
        """What stands in the file instead of kind and id: a keyed hash, so that neither is told."""
        return keyed_hash(self.index_key, kind.encode(), id.encode(), size=_ROW_ID_SIZE)

    def read(self, row_id: bytes, version: int, content: bytes, kind: Kind) -> Record | None:
        """The record in an opened row; `None` if it is of another kind."""
        record = Record.read(content, kind, version)
        if record is not None and self.row_id(kind, record.id) != row_id:
            raise IntegrityError(f"record {row_id.hex()}", "is sealed under another name")
        return record


@final
class Vault:
    """An open vault. Safe to share between threads; each process opens its own.

    Every method raises `Locked` once it is closed, `IntegrityError` when the file is not what
    this wallet wrote, and `Busy`, `StorageFailed` or `StorageFull` when it cannot be had.
    """

    __slots__ = ("_clock", "_unlocked", "path")

    def __init__(self, path: Path, unlocked: _Unlocked, clock: Callable[[], datetime]) -> None:
        """Made by `create` and `open`."""
        self._unlocked: _Unlocked | None = unlocked
        self._clock: Final = clock
        self.path: Final = path

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: Secret,
        *,
        phrase: RecoveryPhrase | None = None,
        kdf: KdfCost = DEFAULT,
        clock: Callable[[], datetime] = utc_now,
    ) -> tuple[Self, RecoveryPhrase]:
        """Makes a vault, and opens it; gives the recovery phrase this once.

        `phrase` is that of a wallet to be recovered; without one, a new one of 12 words is drawn.

        Raises:
            AlreadyExists: there is one at `path`.
            UnsafePath: the folder is open to other users, or a link.
            VaultError: the passphrase is empty.
        """
        _refuse_empty(passphrase)
        phrase = phrase or RecoveryPhrase.generate()
        header, wallet_key = Header.fresh(kdf), WalletKey.fresh()
        wallet = header.wallet
        meta = {
            "header": header.to_bytes(),
            "wallet_key": header.wrap(wallet_key, passphrase),
            "phrase": seal_phrase(phrase, wallet, wallet_key),
        }
        meta["manifest"] = first_manifest(meta, wallet, wallet_key)
        Store.create(path, meta)
        return cls._open(path, wallet, wallet_key, TIMEOUT, clock), phrase

    @classmethod
    def open(
        cls,
        path: Path,
        passphrase: Secret,
        *,
        timeout: float = TIMEOUT,
        clock: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Opens the vault at `path`; `timeout` is how many seconds to wait for another writer.

        Nothing is written, not even beside the file, before the passphrase is known to be right.

        Raises:
            WrongPassphrase: or a damaged header.
            NotAVault, NewerVault, UnsafePath: nothing was touched.
        """
        meta = Store.peek(path, timeout=timeout)
        header = Header.parse(meta["header"])
        wallet_key = header.unwrap(meta["wallet_key"], passphrase)
        return cls._open(path, header.wallet, wallet_key, timeout, clock)

    @classmethod
    def _open(
        cls,
        path: Path,
        wallet: bytes,
        wallet_key: WalletKey,
        timeout: float,
        clock: Callable[[], datetime],
    ) -> Self:
        store = Store.open(path, timeout=timeout)
        try:
            return cls(path, _Unlocked.of(store, wallet, wallet_key), clock)
        except BaseException:
            store.close()
            raise

    def close(self) -> None:
        """Drops the keys and closes the file; signers stop. Closing twice is nothing."""
        unlocked, self._unlocked = self._unlocked, None
        if unlocked is not None:
            unlocked.keyring.lock()
            unlocked.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def change_passphrase(self, old: Secret, new: Secret, *, kdf: KdfCost | None = None) -> None:
        """Wraps the wallet key anew; the records stay as they are. `kdf` may change the cost.

        Raises:
            WrongPassphrase: `old` is not the passphrase; nothing was touched.
            VaultError: `new` is empty.
        """
        _refuse_empty(new)
        rows = self._held.rows
        with rows.changing():
            meta = rows.meta()
            header = Header.parse(meta["header"])
            wallet_key = header.unwrap(meta["wallet_key"], old)
            renewed = header.renewed(kdf or header.cost)
            rows.set_meta("header", renewed.to_bytes())
            rows.set_meta("wallet_key", renewed.wrap(wallet_key, new))

    # Records

    def put(self, kind: Kind, body: Mapping[str, Any], *, id: str | None = None) -> Record:  # noqa: A002
        """Adds a record, or replaces the body of the one with that kind and id.

        Without an id a random one of 32 hexadecimal digits is drawn.

        Raises:
            InvalidRecord: the body is not JSON, too large or too deep, or the id is no id.
        """
        held, plain = self._held, plain_json(body)
        id_ = secrets.token_hex(16) if id is None else checked_id(id)
        row_id = held.row_id(kind, id_)
        with held.rows.changing() as sequence:
            before = self._find(held, kind, id_)
            if before is None:
                record = Record(kind, id_, 1, self._clock().astimezone(UTC), sequence, plain)
            else:
                record = replace(before, version=before.version + 1, body=plain)
            held.rows.put(row_id, record.version, record.to_bytes())
        return record

    def get(self, kind: Kind, id: str) -> Record:  # noqa: A002 -- the field's own name
        """The record with that kind and id.

        Raises:
            RecordNotFound: there is none.
        """
        held = self._held
        with held.rows.reading():
            record = self._find(held, kind, checked_id(id))
        if record is None:
            raise RecordNotFound(kind, id)
        return record

    def all(self, kind: Kind) -> tuple[Record, ...]:
        """All records of a kind, the oldest first."""
        held = self._held
        with held.rows.reading():
            found = [held.read(*row, kind) for row in held.rows.all()]
        return tuple(sorted((r for r in found if r is not None), key=lambda r: r.sequence))

    def delete(self, kind: Kind, id: str) -> None:  # noqa: A002 -- the field's own name
        """Removes a record; its bytes in the file are overwritten.

        Raises:
            RecordNotFound: there is none.
        """
        held = self._held
        with held.rows.changing():
            removed = held.rows.remove(held.row_id(kind, checked_id(id)))
        if not removed:
            raise RecordNotFound(kind, id)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Groups changes: all of them happen, or, when the block fails, none.

        Other writers wait meanwhile, so nothing slow belongs inside. A block inside another is
        part of it.
        """
        with self._held.rows.changing():
            yield

    @staticmethod
    def _find(held: _Unlocked, kind: Kind, id: str) -> Record | None:  # noqa: A002
        row_id = held.row_id(kind, id)
        found = held.rows.get(row_id)
        return None if found is None else held.read(row_id, *found, kind)

    # Keys

    def signer(self, path: KeyPath) -> Signer:
        """Signs with the key at `path`, while the vault is open."""
        return VaultSigner(self._held.keyring, path)

    def digest_signer(self, path: KeyPath) -> DigestSigner:
        """Signs 32-byte digests, such as a transaction's, with the secp256k1 key at `path`.

        Raises:
            VaultError: the key at `path` is of another algorithm.
        """
        return Secp256k1Signer(self._held.keyring, path)

    def public_key(self, path: KeyPath) -> PublicKey:
        """The public key at `path`."""
        return self.signer(path).public_key

    @contextmanager
    def unsafe_expose_jwk(self, path: KeyPath) -> Iterator[bytes]:
        """The private key at `path` as a JWK (RFC 7518, section 6.2.2; RFC 8037), in UTF-8.

        For a child process that signs in a format we cannot; only through a pipe, never as an
        argument, in the environment or in a file.

        Raises:
            VaultError: it is the key of an account.
        """
        yield self._held.keyring.expose_jwk(path)

    @property
    def _held(self) -> _Unlocked:
        if self._unlocked is None:
            raise Locked
        return self._unlocked


def _refuse_empty(passphrase: Secret) -> None:
    if not passphrase:
        raise VaultError("the passphrase is empty")
