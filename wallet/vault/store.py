"""The store: rows of sealed bytes and transactions over them, and nothing that knows a key."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from wallet.vault.database import (
    TIMEOUT,
    check_application,
    check_schema,
    check_structure,
    connect,
    meta_rows,
    prepare,
    sqlite_errors,
    write_schema,
)
from wallet.vault.errors import IntegrityError, Locked
from wallet.vault.files import check_vault_file, created_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One sealed record as it stands in the file; nothing in it is trusted yet."""

    id: bytes
    version: int
    sealed: bytes


class Store:
    """An open file. Safe to share between threads, and between processes that each open it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Made by `Store.open`."""
        self._connection: sqlite3.Connection | None = connection
        self.lock: Final = threading.RLock()
        """Held for the length of a transaction; whoever decides by its state holds it too."""

    @classmethod
    def create(cls, path: Path, meta: Mapping[str, bytes]) -> None:
        """Makes the file with its first `meta` rows, whole or not at all.

        Raises:
            AlreadyExists, UnsafePath, Busy, StorageFailed: see `created_whole`.
        """
        with (
            created_whole(path) as temporary,
            sqlite_errors(),
            closing(connect(temporary, "mode=rw", TIMEOUT)) as connection,
        ):
            prepare(connection)
            connection.execute("BEGIN IMMEDIATE")
            write_schema(connection)
            connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
            connection.execute("COMMIT")

    @classmethod
    def peek(cls, path: Path, *, timeout: float = TIMEOUT) -> dict[str, bytes]:
        """The `meta` rows, read without changing anything: no byte, no time, no file beside it.

        Raises:
            NotAVault, NewerVault, UnsafePath, IntegrityError, Busy, StorageFailed
        """
        check_vault_file(path)
        # A database in WAL mode can be read without its two companions only as an immutable
        # file, which is what it is while no process has it open and none left a -wal behind.
        alone = not path.with_name(f"{path.name}-wal").exists()
        mode = "mode=ro&immutable=1" if alone else "mode=ro"
        with sqlite_errors(), closing(connect(path, mode, timeout)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            check_application(connection, path)
            check_schema(connection)
            return meta_rows(connection)

    @classmethod
    def open(cls, path: Path, *, timeout: float = TIMEOUT) -> Self:
        """Opens the file for reading and writing; `timeout` in seconds is for other writers.

        Raises:
            NotAVault, NewerVault, UnsafePath, IntegrityError, Busy, StorageFailed
        """
        check_vault_file(path)
        with sqlite_errors():
            connection = connect(path, "mode=rw", timeout)
            try:
                check_application(connection, path)
                prepare(connection)
                check_schema(connection)
                check_structure(connection)
            except BaseException:
                connection.close()
                raise
        return cls(connection)

    def close(self) -> None:
        """Writes the log back into the file and closes it; closing twice is nothing."""
        with self.lock:
            if self._connection is None:
                return
            connection, self._connection = self._connection, None
            # What cannot be written back now, because another process reads or the disk is full,
            # is safe in the log until the next one closes.
            with closing(connection), suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute("PRAGMA busy_timeout = 0")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All reads in the block see one moment. Inside `writing`, its own."""
        with self.lock:
            if self._open.in_transaction:
                yield
                return
            with self._transaction("BEGIN"):
                yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All changes in the block happen, or none; other writers wait. Does not nest.

        IMMEDIATE, because a reader that turns writer fails at once when another wrote meanwhile.
        """
        with self.lock, self._transaction("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        connection = self._open
        self._run(begin)
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            # Closed meanwhile, or rolled back by SQLite itself because the disk is full.
            if self._connection is not None and connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    @property
    def data_version(self) -> int:
        """A number that changes when another connection has changed the file."""
        ((version,),) = self._run("PRAGMA data_version")
        return int(version)

    def meta(self) -> dict[str, bytes]:
        """The `meta` rows by name; all four, always."""
        with sqlite_errors():
            return meta_rows(self._open)

    def set_meta(self, name: str, value: bytes) -> None:
        """Replaces a `meta` row."""
        self._run("UPDATE meta SET value = ? WHERE name = ?", value, name)

    def record(self, row_id: bytes) -> Row | None:
        """The record with that id."""
        found = self._run("SELECT id, version, sealed FROM record WHERE id = ?", row_id)
        return _row(found[0]) if found else None

    def records(self) -> list[Row]:
        """All records; the order means nothing."""
        return [_row(found) for found in self._run("SELECT id, version, sealed FROM record")]

    def insert(self, row: Row) -> None:
        """Adds a record whose id is new."""
        insert = "INSERT INTO record (id, version, sealed) VALUES (?, ?, ?)"
        self._run(insert, row.id, row.version, row.sealed)

    def update(self, row: Row) -> None:
        """Replaces the record with the row's id."""
        update = "UPDATE record SET version = ?, sealed = ? WHERE id = ?"
        self._run(update, row.version, row.sealed, row.id)

    def delete(self, row_id: bytes) -> None:
        """Removes a record."""
        self._run("DELETE FROM record WHERE id = ?", row_id)

    def _run(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        with sqlite_errors():
            return self._open.execute(statement, arguments).fetchall()

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise Locked
        return self._connection


def _row(found: tuple[object, object, object]) -> Row:
    """SQLite stores any type in any column: an attacker's row need not be of ours."""
    id_, version, sealed = found
    if not (isinstance(id_, bytes) and isinstance(version, int) and isinstance(sealed, bytes)):
        raise IntegrityError("a row of the record table")
    if version < 0:
        raise IntegrityError(f"record {id_.hex()}")
    return Row(id_, version, sealed)
