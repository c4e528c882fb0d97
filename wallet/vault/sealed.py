"""Sealed rows: the store under lock and key, under its directory and its manifest.

Every row opens only in its place, and must be the one that was written there last; one that is
missing is noticed when it is asked for. Few rows are checked all together when the vault is opened
and whenever another process has changed them. Of many, a sample is, and the rest afterwards.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wallet.vault.checking import (
    Contents,
    check_count,
    check_records,
    is_listed,
    put_back,
    read_contents,
    refuse_count,
)
from wallet.vault.directory import Slot
from wallet.vault.errors import VaultError
from wallet.vault.manifest import Manifest
from wallet.vault.record import kind_code
from wallet.vault.seals import COUNTED, MANIFEST, Seals
from wallet.vault.store import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wallet.vault.directory import Directory
    from wallet.vault.keys import DataKeys
    from wallet.vault.store import Store

AT_ONCE: Final = 2_000
"""Up to so many records are checked in full before the first is shown."""
_SAMPLE: Final = 64


@dataclass(slots=True)
class _Change:
    """A transaction on its way."""

    manifest: Manifest
    failed: bool = False


def first_manifest(meta: Mapping[str, bytes], keys: DataKeys) -> bytes:
    """The sealed manifest of a wallet without records."""
    seals, manifest = Seals.of(keys), Manifest(counter=len(COUNTED))
    for digest in seals.counted(meta):
        manifest = manifest.with_row(digest)
    return seals.seal_manifest(manifest)


class SealedRows:
    """The rows of an unlocked vault. Reads stand in `reading`, writes in `changing`."""

    def __init__(self, store: Store, seals: Seals, *, at_once: int = AT_ONCE) -> None:
        """Checks every row, or of more than `at_once` a sample.

        Raises:
            IntegrityError: a row was changed, removed, added or put back from earlier.
        """
        self._store: Final = store
        self._seals: Final = seals
        self._at_once: Final = at_once
        self._change: _Change | None = None
        self._contents: Contents | None = None
        self._checked_at: tuple[int, int] | None = None
        with self.reading():
            self.few: Final = self._are_few(self._held)
            if self.few:
                store.check_structure()
            else:
                self._check_sample(self._held)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All reads in the block see one moment, whose directory has been checked."""
        with self._store.reading():
            if self._change is None:
                self._check()
            yield

    @contextmanager
    def changing(self, patience: float | None = None) -> Iterator[int]:
        """All changes in the block happen, or none. Yields how many changes came before.

        A block inside another joins it; if the inner one fails, so does the whole. `patience`: see
        `Store.writing`.
        """
        if self._store.read_only:
            raise VaultError("the wallet was opened for reading only")
        with self._store.lock:
            if self._change is None:
                yield from self._outer_change(patience)
            else:
                yield from self._inner_change(self._change)

    def _outer_change(self, patience: float | None) -> Iterator[int]:
        try:
            with self._store.writing(patience):
                self._check()
                before = self._held.manifest
                change = self._change = _Change(before)
                yield before.counter
                _refuse_if_failed(change)
                contents = self._written(change.manifest) if change.manifest != before else None
        except BaseException:
            # The directory was changed along with the file, and the file was rolled back.
            self._contents = self._checked_at = None
            raise
        finally:
            self._change = None
        if contents is not None:
            self._contents = contents

    def _inner_change(self, change: _Change) -> Iterator[int]:
        _refuse_if_failed(change)
        try:
            yield change.manifest.counter
        except BaseException:
            change.failed = True
            raise

    def _written(self, manifest: Manifest) -> Contents:
        """Writes the blocks that were changed, and the manifest that counts them."""
        held = self._held
        digests, directory = held.digests, held.directory
        for number in sorted(directory.dirty):
            block = directory.block(number)
            sealed = None if block is None else self._seals.seal_block(number, block)
            self._store.set_block(number, sealed)
            if number in digests:
                manifest = manifest.without_row(digests.pop(number))
            if sealed is not None:
                digests[number] = self._seals.block_digest(number, sealed)
                manifest = manifest.with_row(digests[number])
        directory.dirty.clear()
        sealed = self._seals.seal_manifest(manifest)
        self._store.set_meta(MANIFEST, sealed)
        return replace(held, sealed=sealed, manifest=manifest)

    @property
    def directory(self) -> Directory:
        """Which records there are. To be asked in `reading` or in `changing`."""
        return self._held.directory

    @property
    def counter(self) -> int:
        """How many changes there were until now; the same number, and nothing has changed."""
        return (self._held if self._change is None else self._change).manifest.counter

    def get(self, row_id: bytes) -> tuple[int, bytes] | None:
        """Version and content of a row."""
        row = self._row(row_id)
        return None if row is None else (row.version, self._seals.open_record(row))

    def numbered(self, numbers: Iterable[int]) -> Iterator[tuple[bytes, int, bytes]]:
        """Id, version and content of the rows with those numbers, all of which are listed."""
        wanted = list(numbers)
        count = 0
        for row in self._store.numbered(wanted):
            self._refuse_unlisted(row)
            yield row.id, row.version, self._seals.open_record(row)
            count += 1
        refuse_count(len(wanted) - count)

    def all(self) -> Iterator[tuple[bytes, int, bytes]]:
        """Id, version and content of every row, the oldest first."""
        count = 0
        for row in self._store.records():
            self._refuse_unlisted(row)
            yield row.id, row.version, self._seals.open_record(row)
            count += 1
        refuse_count(len(self.directory) - count)

    def put(self, row_id: bytes, version: int, content: bytes) -> None:
        """Adds a row, or replaces the one with that id."""
        change, code = self._changed, kind_code(content)
        sealed = self._seals.record.seal(content, row_id=row_id, version=version)
        old = self._row(row_id)
        number = change.manifest.last + 1 if old is None else old.number
        new = Row(number, row_id, version, sealed)
        if old is None:
            self._store.insert(new)
            change.manifest = change.manifest.changed(records=1)
        else:
            self._store.update(new)
            change.manifest = change.manifest.changed()
        self.directory.place(number, Slot(code, row_id, self._seals.digest(new)))

    def remove(self, row_id: bytes) -> bool:
        """Deletes the row with that id; whether there was one."""
        change, old = self._changed, self._row(row_id)
        if old is None:
            return False
        self._store.delete(row_id)
        self.directory.clear(old.number)
        change.manifest = change.manifest.changed(records=-1)
        return True

    def meta(self) -> dict[str, bytes]:
        """The header, the wrapped wallet key and the sealed phrase, by name."""
        return self._store.meta()

    def set_meta(self, name: str, value: bytes) -> None:
        """Replaces the header or the wrapped wallet key."""
        change, old = self._changed, self._store.meta()[name]
        self._store.set_meta(name, value)
        manifest = change.manifest.without_row(self._seals.meta_digest(name, old))
        change.manifest = manifest.with_row(self._seals.meta_digest(name, value)).changed()

    def _row(self, row_id: bytes) -> Row | None:
        row = self._store.record(row_id)
        if row is not None:
            self._refuse_unlisted(row)
        elif self.directory.lists(row_id):
            refuse_count(1)
        return row

    def _refuse_unlisted(self, row: Row) -> None:
        if not is_listed(row, self.directory, self._seals):
            self._seals.open_record(row)  # what does not even open is named
            raise put_back()

    @property
    def _changed(self) -> _Change:
        if self._change is None:
            raise VaultError("a row was written outside a transaction")
        return self._change

    @property
    def _held(self) -> Contents:
        if self._contents is None:
            raise VaultError("a row was read outside a transaction")
        return self._contents

    def _check(self) -> None:
        at = self._store.moment
        if at == self._checked_at:
            return
        known = self._contents
        if known is None or known.sealed != self._store.meta()[MANIFEST]:
            self._contents = None
            self._contents = read_contents(self._store, self._seals)
        contents = self._held
        if self._are_few(contents):
            check_records(self._store, contents, self._seals)
        else:
            check_count(self._store, contents.manifest)
        self._checked_at = at

    def _are_few(self, contents: Contents) -> bool:
        return max(contents.manifest.records, self._store.count()) <= self._at_once

    def _check_sample(self, contents: Contents) -> None:
        last = contents.manifest.last
        numbers = random.sample(range(1, last + 1), min(_SAMPLE, last))
        listed = [n for n in numbers if contents.directory.slot(n) is not None]
        for _ in self.numbered(listed):
            pass


def _refuse_if_failed(change: _Change) -> None:
    if change.failed:
        raise VaultError("a part of this transaction failed, so nothing of it was kept")
