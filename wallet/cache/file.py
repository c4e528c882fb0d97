"""The file of the cache: how it is opened, what must stand in it, and what its errors mean."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION_ID: Final = 0x48464B54
"""The letters "HFKT" in ASCII: marks the file as ours (SQLite file format, offset 68)."""
FORMAT: Final = 1
"""Kept as `user_version`. A file of another is dropped: what was in it can be asked for again."""

MAX_VALUE: Final = 4 << 20
"""The longest value kept, in bytes."""

_SCHEMA: Final = """CREATE TABLE entry (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    kept INTEGER NOT NULL,
    size INTEGER NOT NULL,
    about BLOB NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (kind, key)
)"""
_INDEX: Final = "CREATE INDEX entry_size ON entry (size, kept)"
"""Sums are read from it alone, without the pages of the values."""
_OBJECTS: Final = {
    ("table", "entry", _SCHEMA),
    ("index", "entry_size", _INDEX),
    ("index", "sqlite_autoindex_entry_1", None),
}
_PRIVATE: Final = 0o600
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class NotOurs(Exception):
    """The file is another program's, or damaged."""


class OtherFormat(Exception):
    """The file is a cache of another version of this program."""


def open_to_read(path: Path, patience: float) -> sqlite3.Connection:
    """The file at `path`, of which no byte is changed, nor is anything made beside it.

    Raises: as `open_file`.
    """
    alone = not path.with_name(f"{path.name}-wal").exists()
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,  # as below
    )
    try:
        _harden(database)
        _check(database)
    except BaseException:
        database.close()
        raise
    return database


def open_file(path: Path, patience: float) -> sqlite3.Connection:
    """The file at `path`, made if there is none. `patience` is in seconds.

    Raises:
        sqlite3.Error, OSError: it cannot be used.
        NotOurs: it is damaged, or another program's.
        OtherFormat: it is of another version of this program.
    """
    _make(path)
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,  # `Cache` has a lock of its own
    )
    try:
        _prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _make(path: Path) -> None:
    """An empty file at `path` where there is none, and in any case one for its owner alone.

    SQLite would give it the permissions of the folder, and its journals those of the file. One that
    is there is not opened: closing it would drop the locks that SQLite has on it in this process.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    mode = path.lstat().st_mode
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a plain file", str(path))
    if stat.S_IMODE(mode) != _PRIVATE:
        path.chmod(_PRIVATE)


def _prepare(database: sqlite3.Connection) -> None:
    """A file that is ours, or one that was empty and now is. Raises `NotOurs`, `OtherFormat`."""
    _harden(database)
    database.execute("PRAGMA secure_delete = ON")
    if _state(database) != (0, 0, set()):
        _check(database)
        return
    database.execute("PRAGMA journal_mode = WAL")
    with transaction(database):
        # Another process may have been here first.
        if _state(database) == (0, 0, set()):
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {FORMAT}")
            database.execute(_SCHEMA)
            database.execute(_INDEX)
    _check(database)


def _harden(database: sqlite3.Connection) -> None:
    """What a stranger wrote into the file is not run, and is not longer than what we write."""
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * MAX_VALUE)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON"):
        database.execute(f"PRAGMA {pragma}")


def _state(database: sqlite3.Connection) -> tuple[int, int, set[tuple[Any, ...]]]:
    """The file's application, the format of its tables, and these."""
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return application, version, set(database.execute("SELECT type, name, sql FROM sqlite_master"))


def _check(database: sqlite3.Connection) -> None:
    application, version, objects = _state(database)
    if application != APPLICATION_ID:
        raise NotOurs
    if version != FORMAT:
        raise OtherFormat
    if objects != _OBJECTS:
        raise NotOurs
    # A cache may lose what was kept last in a power cut, but not be damaged by one.
    database.execute("PRAGMA synchronous = NORMAL")


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside is there afterwards, or nothing is. Raises `sqlite3.Error`."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")


def files(path: Path) -> tuple[Path, ...]:
    """The file and what SQLite writes beside it."""
    return (path, *(path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm")))


def is_damage(error: sqlite3.Error | OSError) -> bool:
    """Whether the file is broken, rather than busy, full or out of reach."""
    # Text that is no UTF-8 has no code, and is a damage too.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return isinstance(error, sqlite3.Error) and code & 0xFF in _DAMAGED
