"""The file of an embedded chain: one SQLite database, written by one process at a time.

A block, all that it changes in the state and all that it logs are one transaction of SQLite's, so
that a process killed in the middle of one leaves the chain as it was before. SQLite's own write
lock is what makes the writer the only one; it is had before the head of the chain is looked at.
"""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Self

from did.errors import ChainBusy, ChainError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE: Final = 5.0
"""How long a writer waits for another one to be done, in seconds."""

APPLICATION: Final = 0x48464348  # "HFCH"
FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block as it is stored: the encodings that the roots in its header stand for.

    `header`, `payload` (the signed transaction) and `receipt` are as consensus encodes them. Each
    block has one transaction; the first block of a chain has none.
    """

    number: int
    hash: bytes
    header: bytes
    transaction_hash: bytes | None = None
    payload: bytes | None = None
    receipt: bytes | None = None


@dataclass(frozen=True, slots=True)
class LogRow:
    """What a contract told the world: up to four topics of 32 bytes, and data."""

    block: int
    position: int
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


class Store:
    """An open file. One instance may be shared by threads: they take turns."""

    def __init__(self, path: Path, *, read_only: bool = False, patience: float = PATIENCE) -> None:
        """The file at `path`, which `creation.created` made.

        `read_only`, nothing is written, neither to it nor beside it, as long as no other process
        has left SQLite's log there. `patience` is how long a write waits for another process's to
        end, in seconds.

        Raises:
            ChainError: there is none, or it is of another version.
        """
        _check_file(path)
        self._turn: Final = threading.RLock()
        self._path: Final = path
        self._read_only: Final = read_only
        self._patience: Final = patience
        self._closed = False
        self._database = self._connected()
        try:
            self.chain_id, self.registry = self._opened(path, read_only=read_only)
        except BaseException:
            self._database.close()
            raise

    def _connected(self) -> sqlite3.Connection:
        mode = reading_mode(self._path) if self._read_only else "mode=rw"
        self._seen = _state(self._path) if "immutable" in mode else None
        with failures():
            return sqlite3.connect(
                f"{self._path.absolute().as_uri()}?{mode}",
                uri=True,
                timeout=self._patience,
                isolation_level=None,
                check_same_thread=False,
            )

    def _opened(self, path: Path, *, read_only: bool) -> tuple[int, bytes]:
        with failures():
            (application,) = self._database.execute("pragma application_id").fetchone()
            (version,) = self._database.execute("pragma user_version").fetchone()
            if (application, version) != (APPLICATION, FORMAT):
                raise ChainError(f"{path} is not the file of a chain that this version can read")
            if not read_only:
                # Every acknowledged transaction survives a power cut, at the price of a sync each.
                self._database.execute("pragma synchronous = full")
            # A file may come from a stranger: what its schema computes is not run.
            self._database.execute("pragma trusted_schema = off")
            row = self._database.execute("select chain_id, registry from meta").fetchone()
        chain_id, registry = _typed(row, int, bytes)
        return chain_id, registry

    def close(self) -> None:
        """Close the file. It can be closed twice."""
        with self._turn:
            self._closed = True
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever others write meanwhile."""
        with self._turn, failures():
            if self._database.in_transaction:  # inside `writing`, which sees what it wrote
                yield
                return
            self._catch_up()
            with self._settled():
                self._database.execute("begin")
                try:
                    yield
                finally:
                    self._database.execute("rollback")

    def _catch_up(self) -> None:
        """Open anew a file that was opened as one that nobody writes to, once somebody has."""
        if self._seen is not None and not self._closed and self._seen != _state(self._path):
            self._database.close()
            self._database = self._connected()
            self._opened(self._path, read_only=True)

    @contextmanager
    def _settled(self) -> Iterator[None]:
        """What was read while somebody began to write to such a file may be half of it."""
        try:
            yield
        except (sqlite3.Error, ChainError) as error:
            if self._seen is None or self._seen == _state(self._path):
                raise
            raise ChainBusy(
                "another process is writing the chain", hint="try again in a moment"
            ) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is written inside is there afterwards, or, where an error ends it, nothing.

        Raises:
            ChainBusy: another process has been writing all the time that was waited.
        """
        with self._turn, failures():
            self._database.execute("begin immediate")
            try:
                yield
                self._database.execute("commit")
            except BaseException:
                if self._database.in_transaction:  # SQLite undoes some by itself: a full disk
                    self._database.execute("rollback")
                raise

    def get(self, key: bytes) -> bytes | None:
        """What the state has under `key`."""
        row = self._asked("select value from state where key = ?", (key,)).fetchone()
        return None if row is None else _typed(row, bytes)[0]

    def put(self, key: bytes, value: bytes) -> None:
        """Keep `value` under `key` of the state."""
        self._database.execute("insert or replace into state values (?, ?)", (key, value))

    def remove(self, key: bytes) -> None:
        """Forget what is under `key` of the state."""
        self._database.execute("delete from state where key = ?", (key,))

    def add_block(self, block: BlockRow, logs: tuple[LogRow, ...] = ()) -> None:
        """Keep a block and what its transaction logged."""
        row = (block.number, block.hash, block.header)
        transaction = (block.transaction_hash, block.payload, block.receipt)
        self._database.execute("insert into block values (?, ?, ?, ?, ?, ?)", row + transaction)
        for log in logs:
            topics: list[bytes | None] = [*log.topics, *(None,) * (4 - len(log.topics))]
            self._database.execute(
                "insert into log values (?, ?, ?, ?, ?, ?, ?, ?)",
                (log.block, log.position, log.address, *topics, log.data),
            )

    def head(self) -> int:
        """The number of the last block."""
        row = self._asked("select max(number) from block").fetchone()
        number: int = _typed(row, int)[0]
        return number

    def block(self, number: int) -> BlockRow | None:
        """The block with that number."""
        return self._block("number", number)

    def block_of_hash(self, hash_: bytes) -> BlockRow | None:
        """The block with that hash."""
        return self._block("hash", hash_)

    def block_of_transaction(self, hash_: bytes) -> BlockRow | None:
        """The block that holds the transaction with that hash."""
        return self._block("transaction_hash", hash_)

    def logs(
        self,
        first: int,
        last: int,
        *,
        addresses: tuple[bytes, ...] = (),
        topics: tuple[tuple[bytes, ...], ...] = (),
        limit: int,
    ) -> tuple[LogRow, ...]:
        """The logs of blocks from `first` to `last`, in order, and at most `limit`.

        Empty `addresses` are any. For each position of `topics` the log has one of those listed,
        and any where none is listed.
        """
        conditions = ["block between ? and ?"]
        values: list[int | bytes] = [first, last]
        listed = [("address", addresses), *((f"topic{n}", ts) for n, ts in enumerate(topics))]
        for column, accepted in listed:
            if accepted:
                conditions.append(f"{column} in ({', '.join('?' * len(accepted))})")
                values.extend(accepted)
        query = (
            "select block, position, address, data, topic0, topic1, topic2, topic3 from log"  # noqa: S608  # no values in it
            f" where {' and '.join(conditions)} order by block, position limit ?"
        )
        rows = self._asked(query, (*values, limit))
        return tuple(_log(row) for row in rows)

    def _asked(self, query: str, values: tuple[int | bytes, ...] = ()) -> sqlite3.Cursor:
        if not self._database.in_transaction:
            self._catch_up()
        return self._database.execute(query, values)

    def _block(self, column: str, value: int | bytes) -> BlockRow | None:
        columns = "number, hash, header, transaction_hash, payload, receipt"
        query = f"select {columns} from block where {column} = ?"  # noqa: S608  # constants
        row = self._asked(query, (value,)).fetchone()
        if row is None:
            return None
        held = (NoneType,) * 3 if row[3] is None else (bytes,) * 3
        return BlockRow(*_typed(row, int, bytes, bytes, *held))


def _log(row: tuple[Any, ...]) -> LogRow:
    topics = [topic for topic in row[4:] if topic is not None]
    _typed(row[:4], int, int, bytes, bytes)
    _typed(tuple(topics), *(bytes for _ in topics))
    return LogRow(row[0], row[1], row[2], tuple(topics), row[3])


def _typed(row: Any, *types: type) -> tuple[Any, ...]:
    """`row`, whose columns have these types: SQLite itself keeps anything anywhere."""
    if not isinstance(row, tuple) or not all(map(isinstance, row, types)):
        raise ChainError("the chain's file is damaged")
    return row


def reading_mode(path: Path) -> str:
    """How SQLite is to open a file without a byte written to it or beside it.

    A file in WAL mode is read without its two companions only as an immutable one, which is what it
    is while nothing stands in a log beside it.
    """
    return "mode=ro&immutable=1" if _log_size(path) == 0 else "mode=ro"


def _log_size(path: Path) -> int:
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size
    except OSError:
        return 0


def _state(path: Path) -> tuple[int, ...]:
    """What tells whether somebody wrote to a file, or is about to."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns, _log_size(path)


def _check_file(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        raise ChainError(f"there is no chain at {path}: {error.strerror}") from error
    if not stat.S_ISREG(mode):
        raise ChainError(f"{path} is not a file")


@contextmanager
def failures() -> Iterator[None]:
    """Turns what the disk and SQLite raise into errors of this room."""
    try:
        yield
    except FileExistsError as error:
        raise ChainError("there is a chain already, and it is left as it is") from error
    except OSError as error:
        raise ChainError(f"the disk refuses: {error.strerror}") from error
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            raise ChainBusy(
                "another process is writing the chain", hint="try again in a moment"
            ) from error
        raise ChainError(f"the chain's file cannot be used: {error}") from error
    except sqlite3.Error as error:
        raise ChainError(f"the chain's file cannot be used: {error}") from error
