"""The store: rows of sealed bytes and transactions over them, and nothing that knows a key."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from wallet.files import state_of
from wallet.vault.database import (
    TIMEOUT,
    add_blocks,
    check_application,
    check_schema,
    check_structure,
    connect,
    meta_rows,
    prepare,
    reading_mode,
    sqlite_errors,
    write_schema,
)
from wallet.vault.errors import Busy, IntegrityError, Locked, StorageFailed
from wallet.vault.files import check_vault_file, created_whole, disk_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_COLUMNS: Final = "number, id, version, sealed"
_AT_ONCE: Final = 256
"""Rows in one answer of SQLite, so that few are in memory."""
_BELOW_ALL: Final = -(1 << 63)


@dataclass(frozen=True, slots=True)
class Row:
    """One sealed record as it stands in the file; nothing in it is trusted yet."""

    number: int
    id: bytes
    version: int
    sealed: bytes


class Store:
    """An open file. Safe to share between threads, and between processes that each open it."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, mode: str, timeout: float
    ) -> None:
        """Made by `Store.open`."""
        self._path: Final = path
        self._timeout: Final = timeout
        self._connection: sqlite3.Connection | None = connection
        self._openings: int = 0
        self._frozen: tuple[int, ...] | None = state_of(path) if "immutable" in mode else None
        self._place: Final = _place_of(path)
        self.read_only: Final = "ro" in mode
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
            # Closing would do it, too, and keep to itself that there was no room for it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    @classmethod
    def peek(cls, path: Path, *, timeout: float = TIMEOUT) -> dict[str, bytes]:
        """The `meta` rows, read without changing anything: no byte, no time, no file beside it.

        Raises:
            NotAVault, NewerVault, UnsafePath, IntegrityError, Busy, StorageFailed
        """
        check_vault_file(path)
        with (
            sqlite_errors(),
            closing(connect(path, reading_mode(path), timeout)) as connection,
        ):
            connection.execute("PRAGMA trusted_schema = OFF")
            check_application(connection, path)
            check_schema(connection)
            return meta_rows(connection)

    @classmethod
    def open(cls, path: Path, *, timeout: float = TIMEOUT, read_only: bool = False) -> Self:
        """Opens the file for writing or only for reading; `timeout` is for other writers, in s.

        Raises:
            NotAVault, NewerVault, UnsafePath, IntegrityError, Busy, StorageFailed
        """
        mode = reading_mode(path) if read_only else "mode=rw"
        return cls(path, _connected(path, mode, timeout), mode, timeout)

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
                if not self.read_only:
                    connection.execute("PRAGMA busy_timeout = 0")
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def interrupt(self) -> None:
        """Makes what another thread asks of SQLite fail at once."""
        connection = self._connection
        if connection is not None:
            with suppress(sqlite3.ProgrammingError):  # closed meanwhile
                connection.interrupt()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All reads in the block see one moment. Inside `writing`, its own."""
        with self.lock:
            if self._open.in_transaction:
                yield
                return
            self._thaw()
            with self._as_it_was(), self._transaction("BEGIN"):
                yield

    @contextmanager
    def writing(self, patience: float | None = None) -> Iterator[None]:
        """All changes in the block happen, or none; other writers wait. Does not nest.

        IMMEDIATE, because a reader that turns writer fails at once when another wrote meanwhile.
        `patience` is how many seconds this one waits for another, instead of the file's timeout.
        A file that was removed or replaced meanwhile can be written to, and nobody would find it.

        Raises:
            StorageFailed: the file is not where it was opened.
        """
        with self.lock, self._waiting(patience), self._transaction("BEGIN IMMEDIATE"):
            yield
            if self._place != _place_of(self._path):
                raise StorageFailed(
                    f"the wallet's file {str(self._path)!r} was moved, removed or replaced",
                    hint="the change was not made; put the file back, or open the wallet again",
                )

    @contextmanager
    def _waiting(self, patience: float | None) -> Iterator[None]:
        if patience is None:
            yield
            return
        self._run(f"PRAGMA busy_timeout = {round(patience * 1000)}")
        try:
            yield
        finally:
            if self._connection is not None:
                self._run(f"PRAGMA busy_timeout = {round(self._timeout * 1000)}")

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

    def _thaw(self) -> None:
        """A file that was opened as immutable is opened anew once somebody has written to it."""
        if self._frozen is None or self._frozen == state_of(self._path):
            return
        self._open.close()
        mode = reading_mode(self._path)
        self._frozen = state_of(self._path) if "immutable" in mode else None
        self._connection = _connected(self._path, mode, self._timeout)
        self._openings += 1

    @contextmanager
    def _as_it_was(self) -> Iterator[None]:
        """What reads as damage, because an immutable file was written to, is none."""
        try:
            yield
        except IntegrityError as error:
            if self._frozen is None or self._frozen == state_of(self._path):
                raise
            hint = "try again when it is done"
            raise Busy("another process is using the wallet", hint=hint) from error

    @property
    def moment(self) -> tuple[int, int]:
        """Changes when another connection has changed the file."""
        ((version,),) = self._run("PRAGMA data_version")
        return self._openings, int(version)

    @property
    def schema_version(self) -> int:
        """That of the tables, whose names and columns are checked with it."""
        with sqlite_errors():
            return check_schema(self._open)

    def check_structure(self) -> None:
        """Every page is sound, and the indexes agree with the tables. Reads the whole file."""
        with sqlite_errors():
            check_structure(self._open)

    def back_up(self, path: Path) -> None:
        """Makes a copy of the file as it stands, whole or not at all; an older copy gives way.

        Raises:
            UnsafePath, Busy, StorageFailed: see `created_whole`.
        """
        with disk_errors():
            path.unlink(missing_ok=True)
        with (
            created_whole(path) as temporary,
            sqlite_errors(),
            closing(connect(temporary, "mode=rw", TIMEOUT)) as copy,
        ):
            self._open.backup(copy)

    def add_blocks(self) -> None:
        """Makes tables of schema version 1 those of version 2."""
        with sqlite_errors():
            add_blocks(self._open)

    def meta(self) -> dict[str, bytes]:
        """The `meta` rows by name; all four, always."""
        with sqlite_errors():
            return meta_rows(self._open)

    def set_meta(self, name: str, value: bytes) -> None:
        """Replaces a `meta` row."""
        self._run("UPDATE meta SET value = ? WHERE name = ?", value, name)

    def blocks(self) -> dict[int, bytes]:
        """The sealed blocks of the directory by number."""
        found = dict(self._run("SELECT number, sealed FROM block"))
        if not all(isinstance(sealed, bytes) for sealed in found.values()):
            raise IntegrityError("the directory")
        return found

    def set_block(self, number: int, sealed: bytes | None) -> None:
        """Adds, replaces or removes a block of the directory."""
        if sealed is None:
            self._run("DELETE FROM block WHERE number = ?", number)
        else:
            replace = (
                "INSERT INTO block (number, sealed) VALUES (?, ?)"
                " ON CONFLICT (number) DO UPDATE SET sealed = excluded.sealed"
            )
            self._run(replace, number, sealed)

    def count(self) -> int:
        """How many rows of records there are."""
        ((count,),) = self._run("SELECT count(*) FROM record")
        return int(count)

    def record(self, row_id: bytes) -> Row | None:
        """The record with that id."""
        found = self._run(f"SELECT {_COLUMNS} FROM record WHERE id = ?", row_id)  # noqa: S608
        return _row(found[0]) if found else None

    def numbered(self, numbers: Iterable[int]) -> Iterator[Row]:
        """The records with those numbers that there are, in the order of the numbers given."""
        wanted = list(numbers)
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            ask = f"SELECT {_COLUMNS} FROM record WHERE number IN ({marks})"  # noqa: S608
            found = {row.number: row for row in map(_row, self._run(ask, *some))}
            yield from (found[number] for number in some if number in found)

    def records(self) -> Iterator[Row]:
        """All records, by number. Raises `IntegrityError` where they do not come in that order."""
        last = _BELOW_ALL
        ask = f"SELECT {_COLUMNS} FROM record WHERE number > ? ORDER BY number LIMIT {_AT_ONCE}"  # noqa: S608
        while found := self._run(ask, last):
            if found[-1][0] <= last:  # the file's tree is damaged: it would go round for ever
                raise IntegrityError("the set of records", "is out of order")
            yield from map(_row, found)
            last = found[-1][0]

    def insert(self, row: Row) -> None:
        """Adds a record whose number and id are new."""
        insert = "INSERT INTO record (number, id, version, sealed) VALUES (?, ?, ?, ?)"
        self._run(insert, row.number, row.id, row.version, row.sealed)

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


def _connected(path: Path, mode: str, timeout: float) -> sqlite3.Connection:
    check_vault_file(path)
    with sqlite_errors():
        connection = connect(path, mode, timeout)
        try:
            check_application(connection, path)
            prepare(connection, read_only="ro" in mode)
            check_schema(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _row(found: tuple[object, object, object, object]) -> Row:
    """SQLite stores any type in any column: an attacker's row need not be of ours."""
    number, id_, version, sealed = found
    if not (
        isinstance(number, int)
        and isinstance(id_, bytes)
        and isinstance(version, int)
        and isinstance(sealed, bytes)
    ):
        raise IntegrityError("a row of the record table")
    if version < 0:
        raise IntegrityError(f"record {id_.hex()}")
    return Row(number, id_, version, sealed)


def _place_of(path: Path) -> tuple[int, int] | None:
    """Which file it is, however often it was written to; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
