"""The SQLite database: how it is opened, what must stand in it, and what its errors mean.

Three tables. `meta` holds the header, the wrapped wallet key, the sealed recovery phrase and the
sealed manifest; `record` holds sealed records under ids that say nothing; `block` holds the
directory of the records, in sealed blocks of one size. Ordinary rowid tables: without rowids,
random keys make the file three times as large.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.vault.errors import (
    Busy,
    IntegrityError,
    NewerVault,
    NotAVault,
    StorageFailed,
    StorageFull,
    VaultError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION_ID: Final = 0x486F6C64
"""The letters "Hold" in ASCII: marks the file as ours (SQLite file format, offset 68)."""
SCHEMA_VERSION: Final = 2
"""Kept as `user_version`; a change of the tables is a step from one to the next."""
TIMEOUT: Final = 10.0
"""Seconds to wait for another process that is writing."""
MAX_VALUE_SIZE: Final = 16 * 1024 * 1024
"""The largest sealed value in bytes; SQLite refuses to read a larger one."""

_SCHEMA: Final = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
    """CREATE TABLE record (
        number INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        version INTEGER NOT NULL,
        sealed BLOB NOT NULL
    )""",
    "CREATE TABLE block (number INTEGER PRIMARY KEY, sealed BLOB NOT NULL)",
)
_FIRST_OBJECTS: Final = frozenset(
    {
        ("table", "meta", _SCHEMA[0]),
        ("index", "sqlite_autoindex_meta_1", None),
        ("table", "record", _SCHEMA[1]),
        ("index", "sqlite_autoindex_record_1", None),
    }
)
_OBJECTS: Final = MappingProxyType(
    {1: _FIRST_OBJECTS, 2: _FIRST_OBJECTS | {("table", "block", _SCHEMA[2])}}
)
"""What stands in the table of tables, by schema version."""
_META: Final = frozenset({"header", "wallet_key", "phrase", "manifest"})
_READING: Final = ("trusted_schema = OFF", "cell_size_check = ON", "temp_store = MEMORY")
_WRITING: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",
    "secure_delete = ON",
)
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG})
_UNWRITABLE: Final = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def connect(path: Path, mode: str, timeout: float) -> sqlite3.Connection:
    """A connection that never creates a file, starts no transaction by itself, attaches nothing."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}",
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=False,  # `Store` has a lock of its own
    )
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_SIZE)
    return connection


def prepare(connection: sqlite3.Connection, *, read_only: bool = False) -> None:
    """Durable at each commit, deleted data overwritten, nothing in temporary files."""
    for pragma in _READING if read_only else (*_READING, *_WRITING):
        connection.execute(f"PRAGMA {pragma}")


def write_schema(connection: sqlite3.Connection) -> None:
    """Makes a new, empty database ours."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    for statement in _SCHEMA:
        connection.execute(statement)


def add_blocks(connection: sqlite3.Connection) -> None:
    """From schema version 1 to 2, in the transaction that is open: adds the directory's table."""
    connection.execute(_SCHEMA[2])
    connection.execute("PRAGMA user_version = 2")


def reading_mode(path: Path) -> str:
    """How a file is opened without a byte written to it or beside it.

    A database in WAL mode can be read without its two companions only as an immutable file,
    which is what it is while no process has it open and none left a -wal behind.
    """
    alone = not path.with_name(f"{path.name}-wal").exists()
    return "mode=ro&immutable=1" if alone else "mode=ro"


def check_application(connection: sqlite3.Connection, path: Path) -> None:
    """Asked of SQLite and not of the file: closing a file of our own would drop SQLite's locks."""
    try:
        ((application,),) = connection.execute("PRAGMA application_id").fetchall()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
            raise
        application = None
    if application != APPLICATION_ID:
        raise NotAVault(f"{path} is not a wallet")


def check_schema(connection: sqlite3.Connection) -> int:
    """Only our tables: no view, trigger or column that someone else added is ever run.

    Gives the schema version, of which there may be older ones than this program's.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise NewerVault(
            f"the wallet's tables are of version {version}, this program knows {SCHEMA_VERSION}",
            hint="upgrade holdfast",
        )
    objects = frozenset(connection.execute("SELECT type, name, sql FROM sqlite_master"))
    if objects != _OBJECTS.get(version):
        raise IntegrityError("the file's table of tables")
    return int(version)


def check_structure(connection: sqlite3.Connection) -> None:
    """Every page is sound, and the indexes agree with the tables."""
    (result,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if result != "ok":
        raise IntegrityError("the file's structure")


def meta_rows(connection: sqlite3.Connection) -> dict[str, bytes]:
    """The four rows of `meta` by name."""
    rows = dict(connection.execute("SELECT name, value FROM meta"))
    if rows.keys() != _META or not all(isinstance(value, bytes) for value in rows.values()):
        raise IntegrityError("the meta table")
    return rows


@contextmanager
def sqlite_errors() -> Iterator[None]:
    """Turns SQLite's errors into the vault's (sqlite.org/rescode.html)."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translated(error) from error


def _translated(error: sqlite3.Error) -> VaultError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)  # text that is not UTF-8
    if code == sqlite3.SQLITE_FULL:
        return StorageFull("there is no room on the disk", hint="the change was not made")
    primary = code & 0xFF
    if primary in _BUSY:
        return Busy("another process is using the wallet", hint="try again when it is done")
    if primary in _DAMAGED:
        return IntegrityError("the file's structure")
    hint = "where nothing can be written: --read-only" if primary in _UNWRITABLE else None
    return StorageFailed(f"the wallet's file could not be used: {error}", hint=hint)
