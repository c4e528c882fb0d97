"""`Cache`: one file of what the network said before, which may be lost at any time.

It keeps documents (`did.cache.DocumentStore`), the final logs of chains
(`did.chain.history.HistoryStore`) and what stood at addresses, such as status lists, in one SQLite
file, and nothing secret; but which DIDs somebody
asks about is nobody's business, and so the file is its owner's alone to read. Whatever goes wrong
with it, nothing is kept and nothing found: a full disk, a folder that cannot be written and another
process that writes too long are no errors. A file that is damaged, or not ours, is set aside.
"""

from __future__ import annotations

import errno
import json
import sqlite3
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from did.cache import KeptDocument
from did.chain.history import KeptHistory
from did.errors import InvalidDocument
from did.frozen import thaw
from did.strict_json import read_json
from wallet.cache.file import (
    MAX_VALUE,
    NotOurs,
    OtherFormat,
    files,
    is_damage,
    open_file,
    open_to_read,
    transaction,
)
from wallet.clock import now
from wallet.files import free_path, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAX_BYTES: Final = 32 << 20
"""The most kept altogether, in bytes of values; the file has some more."""
MAX_ENTRIES: Final = 4096
PATIENCE: Final = 1.0
"""Seconds to wait for another process that is writing; then nothing is kept."""

_TOTAL: Final = "SELECT count(*), coalesce(sum(size), 0), min(kept) FROM entry"
_EVICT: Final = """DELETE FROM entry WHERE number IN (
    SELECT number FROM (
        SELECT number,
            row_number() OVER newest AS place,
            sum(size) OVER newest AS total
        FROM entry WINDOW newest AS (ORDER BY number DESC)
    ) WHERE place > ? OR total > ?
)"""
_SLACK: Final = 16
"""The part of a bound by which it is undercut once it is reached."""
_DOCUMENT: Final = "document"
_HISTORY: Final = "history"
_BODY: Final = "body"


@dataclass(frozen=True, slots=True)
class Figures:
    """How much is kept: entries, the bytes of their values, and when the oldest was got."""

    entries: int
    bytes: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Body:
    """What stood at an address, and when."""

    data: bytes = field(repr=False)
    retrieved: datetime


class Cache:
    """What is kept in the file at `path`, which is opened when it is first needed.

    One instance may be shared by threads, and the file by processes. No method but `forget` raises.
    """

    def __init__(
        self,
        path: Path,
        *,
        max_bytes: int = MAX_BYTES,
        max_entries: int = MAX_ENTRIES,
        patience: float = PATIENCE,
        read_only: bool = False,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """`max_bytes` and `max_entries` bound what is kept; the oldest goes first.

        `patience` is how long another process that writes is waited for, in seconds. `read_only`,
        nothing is kept, and no file is changed or made.
        """
        self._path: Final = path
        self._bounds: Final = (max_entries, max_bytes)
        self._patience: Final = patience
        self._read_only: Final = read_only
        self._clock: Final = clock
        self._dropped_here: Final = set[tuple[str, str]]()
        self._seen: tuple[int, ...] = ()
        self._turn: Final = threading.RLock()
        self._database: sqlite3.Connection | None = None

    def load_document(self, did: str, version: str, /) -> KeptDocument | None:
        """The document kept last of that version, or None."""
        row = self._loaded(_DOCUMENT, _key(did, version))
        if row is None:
            return None
        kept, about, value = row
        retrieved = _instant(kept)
        return None if retrieved is None else KeptDocument(value, about, retrieved)

    def keep_document(self, did: str, version: str, kept: KeptDocument, /) -> None:
        """Keep it in place of what was kept of that version before."""
        at = int(kept.retrieved.timestamp())
        self._keep(_DOCUMENT, _key(did, version), at, kept.metadata, kept.document)

    def drop_document(self, did: str, version: str, /) -> None:
        """Keep it no longer. Where that cannot be written down, all goes that was kept."""
        if self._read_only:
            self._dropped_here.add((_DOCUMENT, _key(did, version)))
        elif not self._dropped(_DOCUMENT, _key(did, version)):
            with suppress(OSError):
                self.forget()

    def load(self, chain_id: int, registry: str, identity: bytes, /) -> KeptHistory | None:
        """The final logs kept of that identity, or None."""
        row = self._loaded(_HISTORY, _key(str(chain_id), registry.lower(), identity.hex()))
        if row is None:
            return None
        try:
            through, logs = (read_json(part, limit=MAX_VALUE) for part in row[1:])
        except InvalidDocument:
            return None
        if type(through) is not int or not isinstance(logs, list):
            return None
        return KeptHistory(through, tuple(logs)) if all(type(e) is dict for e in logs) else None

    def keep(self, chain_id: int, registry: str, identity: bytes, kept: KeptHistory, /) -> None:
        """Keep it in place of what was kept of that identity before."""
        key = _key(str(chain_id), registry.lower(), identity.hex())
        at = int(self._clock().timestamp())
        # What is no JSON would not come back as it was.
        with suppress(TypeError, ValueError):
            logs = json.dumps([thaw(log) for log in kept.logs]).encode()
            self._keep(_HISTORY, key, at, json.dumps(kept.through).encode(), logs)

    def load_body(self, url: str, /) -> Body | None:
        """What stood at an address when it was asked for last, or None."""
        row = self._loaded(_BODY, _key(url))
        if row is None:
            return None
        kept, _, value = row
        retrieved = _instant(kept)
        return None if retrieved is None else Body(value, retrieved)

    def keep_body(self, url: str, body: Body, /) -> None:
        """Keep it in place of what was kept of that address before."""
        self._keep(_BODY, _key(url), int(body.retrieved.timestamp()), b"", body.data)

    def figures(self) -> Figures:
        """How much is kept now."""
        found = self._rows(_TOTAL)
        match found:
            case [(int() as entries, int() as size, int() as oldest)]:
                return Figures(entries, size, _instant(oldest))
            case _:
                return Figures(0, 0, None)

    def forget(self) -> None:
        """Remove the file with all that is kept.

        Raises:
            OSError: it is still there.
        """
        if self._read_only:
            raise OSError(errno.EROFS, "nothing is to be changed", str(self._path))
        with self._turn:
            self.close()
            for file in files(self._path):
                file.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file. It is opened again when it is needed."""
        with self._turn:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _loaded(self, kind: str, key: str) -> tuple[int, bytes, bytes] | None:
        if (kind, key) in self._dropped_here:
            return None
        found = self._rows(
            "SELECT kept, about, value FROM entry WHERE kind = ? AND key = ?", kind, key
        )
        match found:
            case [(int() as kept, bytes() as about, bytes() as value)]:
                return kept, about, value
            case _:
                return None

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """What `query` gives, and nothing where that cannot be known."""
        with self._turn, self._mending():
            if (database := self._opened(create=False)) is not None:
                found = database.execute(query, values).fetchall()
                # What somebody wrote to meanwhile may have been read in two halves.
                if not self._read_only or self._seen == state_of(self._path):
                    return found
        return []

    def _keep(self, kind: str, key: str, at: int, about: bytes, value: bytes) -> None:
        if self._read_only or len(about) + len(value) > MAX_VALUE:
            return
        with self._turn, self._mending():
            if (database := self._opened(create=True)) is not None:
                with transaction(database):
                    database.execute(
                        "INSERT OR REPLACE INTO entry (kind, key, kept, size, about, value)"
                        " VALUES (?, ?, ?, ?, ?, ?)",
                        (kind, key, at, len(about) + len(value), about, value),
                    )
                    self._evict(database)

    def _evict(self, database: sqlite3.Connection) -> None:
        """Let the oldest go where there is too much, and some more: looking for them takes time."""
        entries, size, _ = database.execute(_TOTAL).fetchone()
        if entries > self._bounds[0] or size > self._bounds[1]:
            bounds = [bound - bound // _SLACK for bound in self._bounds]
            database.execute(_EVICT, bounds)

    def _dropped(self, kind: str, key: str) -> bool:
        """Whether there is no such entry any more."""
        with self._turn, self._mending():
            database = self._opened(create=False)
            if database is not None:
                with transaction(database):
                    database.execute("DELETE FROM entry WHERE kind = ? AND key = ?", (kind, key))
            return True
        return False

    @contextmanager
    def _mending(self) -> Iterator[None]:
        """Whatever goes wrong inside ends it, in silence, and leaves a file that can be used."""
        try:
            yield
        except NotOurs:
            self._set_aside()
        except (sqlite3.Error, OSError) as error:
            self.close()
            if is_damage(error):
                self._set_aside()

    def _set_aside(self) -> None:
        """Give the file another name, with what SQLite has written beside it.

        A journal left behind would be played into the next file.
        """
        self.close()
        if self._read_only:
            return
        aside = free_path(self._path.with_stem(f"{self._path.stem}-damaged"))
        with suppress(OSError):
            for file, new in zip(files(self._path), files(aside), strict=True):
                with suppress(FileNotFoundError):
                    file.rename(new)

    def _opened(self, *, create: bool) -> sqlite3.Connection | None:
        """The open file; None where there is none and none is to be made.

        Raises:
            sqlite3.Error, OSError, NotOurs: it cannot be used.
        """
        if self._read_only:
            return self._opened_to_read()
        if self._database is None and (create or self._path.exists()):
            try:
                self._database = open_file(self._path, self._patience)
            except OtherFormat:
                self.forget()
                self._database = open_file(self._path, self._patience) if create else None
        return self._database

    def _opened_to_read(self) -> sqlite3.Connection | None:
        """The same, of which nothing is changed; opened anew once somebody else wrote to it."""
        if (seen := state_of(self._path)) != self._seen:
            self.close()
        if self._database is None and self._path.exists():
            self._seen = seen
            with suppress(OtherFormat):
                self._database = open_to_read(self._path, self._patience)
        return self._database


def _key(*parts: str) -> str:
    """Several texts as one that no other texts make."""
    return json.dumps(parts)


def _instant(seconds: int) -> datetime | None:
    """A Unix time; None where the calendar has no such time."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
