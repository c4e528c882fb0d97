"""Making the file of an embedded chain: in one step, and never over another."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from did.chain.embedded.store import APPLICATION, FORMAT, Store, failures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SCHEMA: Final = """
create table meta (chain_id integer not null, registry blob not null);
create table state (key blob primary key, value blob not null) without rowid;
create table block (
  number integer primary key, hash blob not null unique, header blob not null,
  transaction_hash blob unique, payload blob, receipt blob
);
create table log (
  block integer not null, position integer not null, address blob not null,
  topic0 blob, topic1 blob, topic2 blob, topic3 blob, data blob not null,
  primary key (block, position)
) without rowid;
create index log_by_subject on log (topic1, block);
"""


@contextmanager
def created(path: Path, *, chain_id: int, registry: bytes) -> Iterator[Store]:
    """Makes the file at `path` in one step: it is there in full, or not at all.

    Yields a store to put the first block in. When the block ends without an error, what was put
    there is synced to disk and takes its name; a file that has it already is left alone.

    Raises:
        ChainError: there is something at `path`, or the disk refuses.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with failures():
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            os.close(os.open(temporary, flags, mode=0o600))
            _lay_out(temporary, chain_id, registry)
        with Store(temporary) as store, store.writing():
            yield store
        with failures():
            _sync(temporary)
            os.link(temporary, path)  # a rename would replace what is there
            _sync(path.parent)
    finally:
        for suffix in ("", "-wal", "-shm"):
            temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)


def _lay_out(path: Path, chain_id: int, registry: bytes) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    try:
        # Readers go on while a block is written.
        database.execute("pragma journal_mode = wal")
        database.execute(f"pragma application_id = {APPLICATION}")
        database.execute(f"pragma user_version = {FORMAT}")
        database.executescript(_SCHEMA)
        database.execute("insert into meta values (?, ?)", (chain_id, registry))
    finally:
        database.close()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
