"""`Vault`: one person's records and keys in one encrypted file."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Self, final

from wallet.vault.attempts import ATTEMPTS, Attempts
from wallet.vault.cipher import WalletKey
from wallet.vault.database import TIMEOUT
from wallet.vault.errors import (
    IntegrityError,
    Locked,
    RecordNotFound,
    VaultError,
)
from wallet.vault.files import remove_vault
from wallet.vault.header import DEFAULT, Header, KdfCost
from wallet.vault.keyring import Keyring, Passphrase, seal_phrase
from wallet.vault.keys import DataKeys
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.record import KIND_CODES, Kind, Page, Record, checked_id, plain_json
from wallet.vault.sealed import AT_ONCE, first_manifest
from wallet.vault.secret import Secret
from wallet.vault.signer import BbsSigner, Secp256k1Signer, VaultHolder, VaultSigner
from wallet.vault.store import Store
from wallet.vault.unlocked import Unlocked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from did.keys import DigestSigner, PublicKey, Signer
    from wallet.vault.derivation import KeyPath
    from wallet.vault.keys import Keys, Unlocks
    from wallet.vault.sealed_key import KeyRef, SealedKey


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _unheard(_: IntegrityError) -> None:
    """The next call says it."""


@final
class Vault:
    """An open vault. Safe to share between threads; each process opens its own.

    Every method raises `Locked` once it is closed, `IntegrityError` when the file is not what
    this wallet wrote, and `Busy`, `StorageFailed` or `StorageFull` when it cannot be had.
    """

    __slots__ = ("_clock", "_damage", "_draw", "_on_damage", "_unlocked", "path")

    def __init__(
        self, path: Path, clock: Callable[[], datetime], draw: Callable[[int], bytes]
    ) -> None:
        """Made by `create` and `open`."""
        self._unlocked: Unlocked | None = None
        self._damage: IntegrityError | None = None
        self._on_damage: Callable[[IntegrityError], None] = _unheard
        self._clock: Final = clock
        self._draw: Final = draw
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
        draw: Callable[[int], bytes] = secrets.token_bytes,
    ) -> tuple[Self, RecoveryPhrase]:
        """Makes a vault, and opens it; gives the recovery phrase this once.

        `phrase` is that of a wallet to be recovered; without one, a new one of 12 words is drawn.
        The ids of records come from `draw`; no key does.

        Raises:
            AlreadyExists: there is one at `path`.
            UnsafePath: the folder is open to other users, or a link.
            VaultError: the passphrase is empty.
        """
        _refuse_empty(passphrase)
        phrase = phrase or RecoveryPhrase.generate()
        header, wallet_key = Header.fresh(kdf), WalletKey.fresh()
        meta = {
            "header": header.to_bytes(),
            "wallet_key": header.wrap(wallet_key, passphrase),
            "phrase": seal_phrase(phrase, header.wallet, wallet_key),
        }
        data_keys = DataKeys.of(header.wallet, wallet_key)
        meta["manifest"] = first_manifest(meta, data_keys)
        keys = Keyring(meta["phrase"], header.wallet, wallet_key)
        Store.create(path, meta)
        made = cls(path, clock, draw)
        try:
            made._unlock(Store.open(path), data_keys, keys, AT_ONCE)
        except BaseException:
            # Nobody has seen its phrase, and it would stand in the way of a second try.
            remove_vault(path)
            raise
        return made, phrase

    @classmethod
    def open(  # noqa: PLR0913 - each has a default but two
        cls,
        path: Path,
        by: Secret | Unlocks,
        *,
        timeout: float = TIMEOUT,
        clock: Callable[[], datetime] = utc_now,
        draw: Callable[[int], bytes] = secrets.token_bytes,
        read_only: bool = False,
        at_once: int = AT_ONCE,
        on_damage: Callable[[IntegrityError], None] = _unheard,
        attempts: Attempts = ATTEMPTS,
    ) -> Self:
        """Opens the vault at `path`, by its passphrase or by who holds its keys in another process.

        `timeout` is how many seconds to wait for another writer. The ids of records come from
        `draw`.

        Nothing is written, not even beside the file, before the passphrase is known to be right;
        `read_only`, nothing is written at all. A file of an older version is carried over, after
        a copy of it was made beside it.

        All of it is checked, or, of more than `at_once` records, the directory of all and a few.
        Each of the others is checked when it is read, and all of them by a thread. If that finds
        damage, `on_damage` is told there and then, and from then on every method raises it and
        every signer is locked.

        After five wrong passphrases of this process it waits before the next, ever longer.

        Raises:
            WrongPassphrase: or a damaged header.
            NotAVault, NewerVault, UnsafePath: nothing was touched.
        """
        unlocks = Passphrase(by, attempts) if isinstance(by, Secret) else by
        data_keys, keys = unlocks.unlock(Store.peek(path, timeout=timeout))
        opened = cls(path, clock, draw)
        opened._on_damage = on_damage
        try:
            store = Store.open(path, timeout=timeout, read_only=read_only)
            opened._unlock(store, data_keys, keys, at_once)
        except BaseException:
            keys.lock()
            raise
        return opened

    def _unlock(self, store: Store, data_keys: DataKeys, keys: Keys, at_once: int) -> None:
        try:
            unlocked = self._unlocked = Unlocked.of(
                self.path, store, data_keys, keys, at_once=at_once, damaged=self._stop
            )
        except BaseException:
            store.close()
            raise
        if unlocked.check is not None:
            unlocked.check.start()

    def _stop(self, damage: IntegrityError) -> None:
        """What the late check found ends it all."""
        self._damage = damage
        if self._unlocked is not None:
            self._unlocked.keys.lock()
        self._on_damage(damage)

    @property
    def read_only(self) -> bool:
        """Whether it was opened for reading only, so that every change raises `VaultError`."""
        return self._held.store.read_only

    def check(self) -> None:
        """Returns once all of the file has been checked, which a large one is after opening.

        Not from within a transaction. Raises `IntegrityError` if it was damaged.
        """
        late = self._held.check
        if late is not None:
            late.wait()

    def drop_keys(self) -> None:
        """Drops the keys at once, from any thread; what still works with them gets `Locked`.

        The file stays open until whoever opened it calls `close`.
        """
        unlocked = self._unlocked
        if unlocked is not None:
            unlocked.keys.lock()

    def close(self) -> None:
        """Drops the keys and closes the file; signers stop. Closing twice is nothing."""
        unlocked, self._unlocked = self._unlocked, None
        if unlocked is not None:
            unlocked.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def change_passphrase(
        self,
        old: Secret,
        new: Secret,
        *,
        kdf: KdfCost | None = None,
        attempts: Attempts = ATTEMPTS,
    ) -> None:
        """Wraps the wallet key anew; the records stay as they are. `kdf` may change the cost.

        Raises:
            WrongPassphrase: `old` is not the passphrase; nothing was touched.
            VaultError: `new` is empty.
        """
        _refuse_empty(new)
        rows = self._held.rows
        with rows.changing():
            meta = rows.meta()
            _, wallet_key = Passphrase(old, attempts).unwrap(meta)
            header = Header.parse(meta["header"])
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
        id_ = self._draw(16).hex() if id is None else checked_id(id)
        with held.rows.changing():
            return self._put(held, kind, id_, plain)

    def put_many(
        self, kind: Kind, entries: Iterable[tuple[str | None, Mapping[str, Any]]]
    ) -> tuple[str, ...]:
        """Puts many records in one transaction, each as `put` does; gives their ids.

        `entries` are ids and bodies. They may come one by one: no more than one is held.
        """
        held, ids = self._held, []
        with held.rows.changing():
            for id_, body in entries:
                ids.append(self._draw(16).hex() if id_ is None else checked_id(id_))
                self._put(held, kind, ids[-1], plain_json(body))
        return tuple(ids)

    def _put(self, held: Unlocked, kind: Kind, id: str, plain: dict[str, Any]) -> Record:  # noqa: A002
        before, sequence = held.find(kind, id), held.rows.counter
        if before is None:
            record = Record(kind, id, 1, self._clock().astimezone(UTC), sequence, plain)
        else:
            record = replace(before, version=before.version + 1, body=plain)
        held.rows.put(held.row_id(kind, id), record.version, record.to_bytes())
        return record

    def get(self, kind: Kind, id: str) -> Record:  # noqa: A002 -- the field's own name
        """The record with that kind and id.

        Raises:
            RecordNotFound: there is none.
        """
        held = self._held
        with held.rows.reading():
            record = held.find(kind, checked_id(id))
        if record is None:
            raise RecordNotFound(kind, id)
        return record

    def all(self, kind: Kind) -> tuple[Record, ...]:
        """All records of a kind, the oldest first; of many, ask for a `page`."""
        held = self._held
        with held.rows.reading():
            return held.all(kind)

    def count(self, kind: Kind) -> int:
        """How many records there are of a kind."""
        held = self._held
        with held.rows.reading():
            return held.rows.directory.count(KIND_CODES[kind])

    def page(
        self, kind: Kind, *, before: int | None = None, skip: int = 0, limit: int = 50
    ) -> Page:
        """The newest records of a kind, or the newest of those that a page says are older.

        `skip` is how many of them are passed over.
        """
        held = self._held
        with held.rows.reading():
            newest = held.rows.directory.newest(KIND_CODES[kind], before)
            numbers = list(islice(newest, skip, skip + limit + 1))
            records = held.numbered(kind, numbers[:limit])
        return Page(records, numbers[limit - 1] if len(numbers) > limit > 0 else None)

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
    def transaction(self, *, patience: float | None = None) -> Iterator[None]:
        """Groups changes: all of them happen, or, when the block fails, none.

        Other writers wait meanwhile, so nothing slow belongs inside. A block inside another is
        part of it. `patience` is how many seconds to wait for another writer, where that is not
        what was said in `open`.
        """
        with self._held.rows.changing(patience):
            yield

    def each(self) -> Iterator[Record]:
        """Every record of every kind, the oldest first, as it stood when the first was asked for.

        One at a time is held. The vault is read until the last one was given, or the iterator is
        closed; nothing can be put by this `Vault` meanwhile. What a search was made with is left
        out: it can be made again.
        """
        held = self._held
        with held.rows.reading():
            for row_id, version, content in held.rows.all():
                record = Record.of(content, version)
                if held.row_id(record.kind, record.id) != row_id:
                    raise IntegrityError(f"record {row_id.hex()}", "is sealed under another name")
                if record.kind is not Kind.SEARCH:
                    yield record

    def restore(self, record: Record) -> bool:
        """Adds a record as it once stood, in another vault perhaps: id, version and time are kept.

        It comes after all that are there. Whether it was added: not where there is one of its id.

        Raises:
            InvalidRecord: the body is not JSON, too large or too deep, or the id is no id.
        """
        held, plain = self._held, plain_json(record.body)
        row_id = held.row_id(record.kind, checked_id(record.id))
        with held.rows.changing() as sequence:
            if held.rows.get(row_id) is not None:
                return False
            added = replace(record, sequence=sequence, body=plain)
            held.rows.put(row_id, added.version, added.to_bytes())
        return True

    # For what is made from the records, such as an index

    @property
    def changes(self) -> int:
        """How many changes there were; the same number, and nothing has changed."""
        held = self._held
        with held.rows.reading():
            return held.rows.counter

    def blocks(self, kind: Kind) -> Mapping[int, bytes]:
        """The records of a kind in blocks of numbers, with what changes when one of them does."""
        held = self._held
        with held.rows.reading():
            return held.rows.directory.fingerprints(KIND_CODES[kind])

    def block(self, kind: Kind, number: int) -> Mapping[int, Record]:
        """The records of a kind in one block, by number: the higher, the newer."""
        held = self._held
        with held.rows.reading():
            numbers = tuple(held.rows.directory.numbers_in(number, KIND_CODES[kind]))
            return dict(zip(numbers, held.numbered(kind, numbers), strict=True))

    def numbered(self, kind: Kind, numbers: Iterable[int]) -> tuple[Record, ...]:
        """The records of a kind with those numbers; what was deleted meanwhile is left out."""
        held, code = self._held, KIND_CODES[kind]
        with held.rows.reading():
            slots = ((n, held.rows.directory.slot(n)) for n in numbers)
            return held.numbered(kind, [n for n, slot in slots if slot and slot.kind == code])

    # Keys

    def signer(self, key: KeyRef) -> Signer:
        """Signs with a key, while the vault is open.

        Raises:
            IntegrityError: what was imported is not what was sealed here under that name.
        """
        return VaultSigner(self._held.keys, key)

    def digest_signer(self, path: KeyPath) -> DigestSigner:
        """Signs 32-byte digests, such as a transaction's, with the secp256k1 key at `path`.

        Raises:
            VaultError: the key at `path` is of another algorithm.
        """
        return Secp256k1Signer(self._held.keys, path)

    def bbs_signer(self, key: KeyRef) -> BbsSigner:
        """Signs many messages at once, with a key of BLS12-381.

        Raises:
            VaultError: it is a key of another algorithm.
        """
        return BbsSigner(self._held.keys, key)

    def bbs_holder(self, issuer: str) -> VaultHolder:
        """Shows what that issuer bound to the secret of the phrase, while the vault is open."""
        return VaultHolder(self._held.keys, issuer)

    def public_key(self, key: KeyRef) -> PublicKey:
        """The public half of a key."""
        return self._held.keys.public_key(key)

    def seal_key(self, jwk: bytes) -> SealedKey:
        """A private key of another program, a JWK in UTF-8, to be put as a record of `Kind.KEY`.

        Raises:
            VaultError: it is no private key that signs.
        """
        return self._held.keys.seal_key(jwk)

    def unsafe_expose_phrase(self) -> RecoveryPhrase:
        """The recovery phrase, for a backup that is sealed before it reaches a file."""
        return self._held.keys.expose_phrase()

    @contextmanager
    def unsafe_expose_jwk(self, key: KeyRef) -> Iterator[bytes]:
        """The private half of a key as a JWK (RFC 7518, section 6.2.2; RFC 8037), in UTF-8.

        For a child process that signs in a format we cannot; only through a pipe, never as an
        argument, in the environment or in a file.

        Raises:
            VaultError: it is the key of an account.
        """
        yield self._held.keys.expose_jwk(key)

    @property
    def _held(self) -> Unlocked:
        if self._damage is not None:
            raise self._damage.with_traceback(None)
        if self._unlocked is None:
            raise Locked
        return self._unlocked


def _refuse_empty(passphrase: Secret) -> None:
    if not passphrase:
        raise VaultError("the passphrase is empty")
