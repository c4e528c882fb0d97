"""Sealed rows: the store under lock and key, and under its manifest.

Every row opens only in its place, and all rows together must be those that were written last.
They are checked when the vault is opened, and again whenever another process has changed them.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wallet.vault.cipher import Purpose, RowCipher
from wallet.vault.errors import IntegrityError, VaultError
from wallet.vault.manifest import Manifest, row_digest
from wallet.vault.secret import Confidential
from wallet.vault.store import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wallet.vault.cipher import WalletKey
    from wallet.vault.store import Store

_MANIFEST: Final = "manifest"
_COUNTED: Final = ("header", "wallet_key", "phrase")
"""The `meta` rows that the manifest counts: an old one put back is noticed like an old record."""


@dataclass(frozen=True, slots=True, repr=False)
class _Seals(Confidential):
    """The keys that rows and their manifest are sealed and counted with."""

    record: RowCipher
    manifest: RowCipher
    digest_key: bytes

    @classmethod
    def of(cls, wallet: bytes, wallet_key: WalletKey) -> _Seals:
        return cls(
            record=RowCipher(wallet_key.subkey(Purpose.RECORDS), wallet, "record"),
            manifest=RowCipher(wallet_key.subkey(Purpose.MANIFEST), wallet, "meta"),
            digest_key=wallet_key.subkey(Purpose.ROWS),
        )

    def digest(self, row: Row) -> int:
        return row_digest(self.digest_key, "record", row.id, row.version, row.sealed)

    def meta_digest(self, name: str, value: bytes) -> int:
        return row_digest(self.digest_key, "meta", name.encode(), 0, value)

    def seal_manifest(self, manifest: Manifest) -> bytes:
        return self.manifest.seal(manifest.to_bytes(), row_id=_MANIFEST.encode(), version=0)

    def open_manifest(self, sealed: bytes) -> Manifest:
        name = "the manifest"
        data = self.manifest.open(sealed, row_id=_MANIFEST.encode(), version=0, name=name)
        return Manifest.from_bytes(data)

    def open_record(self, row: Row) -> bytes:
        name = f"record {row.id.hex()}"
        return self.record.open(row.sealed, row_id=row.id, version=row.version, name=name)


@dataclass(slots=True)
class _Change:
    """A transaction on its way."""

    manifest: Manifest
    failed: bool = False


def first_manifest(meta: Mapping[str, bytes], wallet: bytes, wallet_key: WalletKey) -> bytes:
    """The sealed manifest of a wallet without records."""
    seals = _Seals.of(wallet, wallet_key)
    manifest = Manifest()
    for name in _COUNTED:
        manifest = manifest.with_row(seals.meta_digest(name, meta[name]))
    return seals.seal_manifest(manifest)


class SealedRows:
    """The rows of an unlocked vault. Reads stand in `reading`, writes in `changing`."""

    def __init__(self, store: Store, wallet: bytes, wallet_key: WalletKey) -> None:
        """Checks every row.

        Raises:
            IntegrityError: a row was changed, removed, added or put back from earlier.
        """
        self._store: Final = store
        self._seals: Final = _Seals.of(wallet, wallet_key)
        self._change: _Change | None = None
        self._checked_at: int | None = None
        with self.reading():
            pass

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All reads in the block see one moment, which has been checked."""
        with self._store.reading():
            if self._change is None:
                self._check()
            yield

    @contextmanager
    def changing(self) -> Iterator[int]:
        """All changes in the block happen, or none. Yields how many changes came before.

        A block inside another joins it; if the inner one fails, so does the whole.
        """
        with self._store.lock:
            if self._change is None:
                yield from self._outer_change()
            else:
                yield from self._inner_change(self._change)

    def _outer_change(self) -> Iterator[int]:
        with self._store.writing():
            self._check()
            before = self._manifest()
            change = self._change = _Change(before)
            try:
                yield before.counter
                _refuse_if_failed(change)
                if change.manifest != before:
                    self._store.set_meta(_MANIFEST, self._seals.seal_manifest(change.manifest))
            finally:
                self._change = None

    def _inner_change(self, change: _Change) -> Iterator[int]:
        _refuse_if_failed(change)
        try:
            yield change.manifest.counter
        except BaseException:
            change.failed = True
            raise

    def get(self, row_id: bytes) -> tuple[int, bytes] | None:
        """Version and content of a row."""
        row = self._store.record(row_id)
        return None if row is None else (row.version, self._seals.open_record(row))

    def all(self) -> Iterator[tuple[bytes, int, bytes]]:
        """Id, version and content of every row, in no order."""
        for row in self._store.records():
            yield row.id, row.version, self._seals.open_record(row)

    def put(self, row_id: bytes, version: int, content: bytes) -> None:
        """Adds a row, or replaces the one with that id."""
        change = self._changed
        sealed = self._seals.record.seal(content, row_id=row_id, version=version)
        old, new = self._store.record(row_id), Row(row_id, version, sealed)
        if old is None:
            self._store.insert(new)
            change.manifest = change.manifest.with_row(self._seals.digest(new))
        else:
            self._store.update(new)
            digests = self._seals.digest(old), self._seals.digest(new)
            change.manifest = change.manifest.replacing(*digests)

    def remove(self, row_id: bytes) -> bool:
        """Deletes the row with that id; whether there was one."""
        change, old = self._changed, self._store.record(row_id)
        if old is None:
            return False
        self._store.delete(row_id)
        change.manifest = change.manifest.without_row(self._seals.digest(old))
        return True

    def meta(self) -> dict[str, bytes]:
        """The header, the wrapped wallet key and the sealed phrase, by name."""
        return self._store.meta()

    def set_meta(self, name: str, value: bytes) -> None:
        """Replaces the header or the wrapped wallet key."""
        change, old = self._changed, self._store.meta()[name]
        self._store.set_meta(name, value)
        digests = self._seals.meta_digest(name, old), self._seals.meta_digest(name, value)
        change.manifest = change.manifest.replacing(*digests)

    @property
    def _changed(self) -> _Change:
        if self._change is None:
            raise VaultError("a row was written outside a transaction")
        return self._change

    def _manifest(self) -> Manifest:
        return self._seals.open_manifest(self._store.meta()[_MANIFEST])

    def _check(self) -> None:
        at = self._store.data_version
        if at == self._checked_at:
            return
        meta, rows = self._store.meta(), self._store.records()
        manifest = self._seals.open_manifest(meta[_MANIFEST])
        digests = [self._seals.meta_digest(name, meta[name]) for name in _COUNTED]
        digests += [self._seals.digest(row) for row in rows]
        if not manifest.describes(digests):
            raise self._what_is_wrong(rows, manifest.count - len(digests))
        self._checked_at = at

    def _what_is_wrong(self, rows: list[Row], missing: int) -> IntegrityError:
        for row in rows:
            try:
                self._seals.open_record(row)
            except IntegrityError as error:
                return error
        if missing > 0:
            return IntegrityError("the set of records", f"lacks {missing} that were there")
        if missing < 0:
            return IntegrityError("the set of records", f"holds {-missing} that were deleted")
        return IntegrityError("the set of records", "holds one put back from earlier")


def _refuse_if_failed(change: _Change) -> None:
    if change.failed:
        raise VaultError("a part of this transaction failed, so nothing of it was kept")
