"""Checking a file against its own manifest: the directory, and each record against the directory.

The manifest and the directory are checked at once, whatever the size of the wallet. Every record
is checked as it is read; all of them, and the file's structure, in the opening where they are few,
and else by a thread of its own.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wallet.vault.directory import Directory
from wallet.vault.errors import IntegrityError, VaultError
from wallet.vault.migration import first_directory
from wallet.vault.seals import MANIFEST
from wallet.vault.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.vault.manifest import Manifest
    from wallet.vault.seals import Seals
    from wallet.vault.store import Row

GRACE: Final = 0.3
"""Seconds that the thread lets pass, so that the first page is not kept waiting."""
_CHUNK: Final = 64


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says of itself at one moment, checked but for the records."""

    sealed: bytes
    """The manifest as it stands there."""
    manifest: Manifest
    directory: Directory
    digests: dict[int, int]
    """What each block adds to the manifest's sum."""


def read_contents(store: Store, seals: Seals) -> Contents:
    """The manifest and the directory, in full.

    Raises:
        IntegrityError: they are not what was written last.
    """
    sealed = store.meta()[MANIFEST]
    if store.schema_version == 1:
        manifest, directory = first_directory(store, seals)
        return Contents(sealed, manifest, directory, {})
    manifest, blocks = seals.open_manifest(sealed), store.blocks()
    digests = {number: seals.block_digest(number, block) for number, block in blocks.items()}
    if not manifest.describes([*seals.counted(store.meta()), *digests.values()]):
        raise IntegrityError("the set of records", "is not the one that was written last")
    opened = {number: seals.open_block(number, block) for number, block in blocks.items()}
    return Contents(sealed, manifest, Directory(opened), digests)


def is_listed(row: Row, directory: Directory, seals: Seals) -> bool:
    """Whether the row is the record that was written last under its number."""
    slot = directory.slot(row.number)
    return slot is not None and (slot.row_id, slot.digest) == (row.id, seals.digest(row))


def check_count(store: Store, manifest: Manifest) -> None:
    """There are as many rows as records.

    Raises:
        IntegrityError: there are fewer, or more.
    """
    refuse_count(manifest.records - store.count())


def refuse_count(missing: int) -> None:
    """Raises `IntegrityError` if records are missing, or if there are some too many."""
    if missing > 0:
        raise IntegrityError("the set of records", f"lacks {missing} that were there")
    if missing < 0:
        raise IntegrityError("the set of records", f"holds {-missing} that were deleted")


def check_records(
    store: Store,
    contents: Contents,
    seals: Seals,
    pause: Callable[[], None] = lambda: None,
) -> None:
    """Every row is the record that was written last there; `pause` is called now and then.

    Raises:
        IntegrityError: one was changed, removed, added or put back from earlier.
    """
    count, odd = 0, False
    for row in store.records():
        if not is_listed(row, contents.directory, seals):
            seals.open_record(row)  # what does not even open is named
            odd = True
        count += 1
        if count % _CHUNK == 0:
            pause()
    refuse_count(contents.manifest.records - count)
    if odd:
        raise put_back()


def put_back() -> IntegrityError:
    """A record that the wallet wrote, but not last."""
    return IntegrityError("the set of records", "holds one put back from earlier")


class LateCheck:
    """Checks a large file in full while its wallet is in use, over a connection of its own."""

    def __init__(
        self,
        path: Path,
        seals: Seals,
        yielding: Callable[[], None],
        damaged: Callable[[IntegrityError], None],
    ) -> None:
        """`yielding` returns when nobody else is at work; `damaged` is told what was found."""
        self._path: Final = path
        self._seals: Final = seals
        self._yielding: Final = yielding
        self._damaged: Final = damaged
        self._hurry: Final = threading.Event()
        self._stopped: bool = False
        self._store: Store | None = None
        self._failure: VaultError | None = None
        self._thread: Final = threading.Thread(target=self._run, name="vault check", daemon=True)

    def start(self) -> None:
        """Begins in a moment."""
        self._thread.start()

    def wait(self) -> None:
        """Until all is checked.

        Raises:
            IntegrityError: the file is not what this wallet wrote.
            Busy, StorageFailed: it could not be read.
        """
        self._hurry.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure.with_traceback(None)

    def stop(self) -> None:
        """Gives up; what was not checked by now is not."""
        self._stopped = True
        self._hurry.set()
        store = self._store
        if store is not None:
            store.interrupt()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        self._hurry.wait(GRACE)
        try:
            if not self._stopped:
                self._check()
        except IntegrityError as error:
            self._failure = error
            if not self._stopped:
                self._damaged(error)
        except VaultError as error:
            self._failure = error

    def _check(self) -> None:
        store = self._store = Store.open(self._path, read_only=True)
        try:
            with store.reading():
                contents = read_contents(store, self._seals)
                check_records(store, contents, self._seals, self._pause)
                self._pause()
                store.check_structure()
        finally:
            store.close()

    def _pause(self) -> None:
        if self._stopped:
            raise VaultError("the wallet was closed before all of it was checked")
        if not self._hurry.is_set():
            self._yielding()
