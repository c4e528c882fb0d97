"""What is held while a vault is open, and how records are read out of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallet.vault.checking import LateCheck
from wallet.vault.cipher import keyed_hash
from wallet.vault.directory import HASH_SIZE
from wallet.vault.errors import IntegrityError
from wallet.vault.migration import migrate
from wallet.vault.record import KIND_CODES, Kind, Record
from wallet.vault.sealed import SealedRows
from wallet.vault.seals import Seals
from wallet.vault.secret import Confidential

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from wallet.vault.keys import DataKeys, Keys
    from wallet.vault.store import Store


@dataclass(frozen=True, slots=True, repr=False)
class Unlocked(Confidential):
    """The file, its rows and the keys. Reads stand in `rows.reading`, writes in `rows.changing`."""

    store: Store
    rows: SealedRows
    keys: Keys
    index_key: bytes
    check: LateCheck | None
    """Of a large file, while not all of it was checked in the opening."""

    @classmethod
    def of(
        cls,
        path: Path,
        store: Store,
        data_keys: DataKeys,
        keys: Keys,
        *,
        at_once: int,
        damaged: Callable[[IntegrityError], None],
    ) -> Unlocked:
        """Carries an older file over, and checks it: see `SealedRows`."""
        seals = Seals.of(data_keys)
        if not store.read_only:
            migrate(store, path, seals)
        rows = SealedRows(store, seals, at_once=at_once)
        keys.check()
        check = None if rows.few else LateCheck(path, seals, _idle(store), damaged)
        return cls(store, rows, keys, data_keys.index, check)

    def close(self) -> None:
        """Drops the keys and closes the file."""
        self.keys.lock()
        if self.check is not None:
            self.check.stop()
        self.store.close()

    def row_id(self, kind: Kind, id: str) -> bytes:  # noqa: A002 -- the field's own name
        """What stands in the file instead of kind and id: a keyed hash, so that neither is told."""
        return keyed_hash(self.index_key, kind.encode(), id.encode(), size=HASH_SIZE)

    def find(self, kind: Kind, id: str) -> Record | None:  # noqa: A002 -- as above
        """The record with that kind and id."""
        row_id = self.row_id(kind, id)
        found = self.rows.get(row_id)
        return None if found is None else self._read(row_id, *found, kind)

    def numbered(self, kind: Kind, numbers: Iterable[int]) -> tuple[Record, ...]:
        """The records with those numbers, which are all of that kind."""
        return tuple(self._read(*row, kind) for row in self.rows.numbered(numbers))

    def all(self, kind: Kind) -> tuple[Record, ...]:
        """All records of a kind, the oldest first. No row of another kind is read."""
        return self.numbered(kind, self.rows.directory.numbers(KIND_CODES[kind]))

    def _read(self, row_id: bytes, version: int, content: bytes, kind: Kind) -> Record:
        record = Record.read(content, kind, version)
        if record is None or self.row_id(kind, record.id) != row_id:
            raise IntegrityError(f"record {row_id.hex()}", "is sealed under another name")
        return record


def _idle(store: Store) -> Callable[[], None]:
    def wait() -> None:
        # For a while only: who waits for the check in a transaction would wait for ever.
        if store.lock.acquire(timeout=1):
            store.lock.release()

    return wait
