"""From one schema version to the next, in place: whole or not at all, and a copy first.

Version 1 has no directory. Its manifest counts the records themselves, so that all of them have to
be read at each opening. The records stay as they are; the directory is added, and counted instead.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from wallet.vault.database import SCHEMA_VERSION
from wallet.vault.directory import Directory, Slot
from wallet.vault.errors import IntegrityError
from wallet.vault.manifest import Manifest
from wallet.vault.record import kind_code
from wallet.vault.seals import COUNTED, MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.vault.seals import Seals
    from wallet.vault.store import Store

COPY_SUFFIX: Final = ".version-1"
"""What the copy is called, after the file's own name."""


def migrate(store: Store, path: Path, seals: Seals) -> None:
    """Carries an older file over; leaves one of this version alone.

    The copy beside it opens with the passphrase of this moment, and keeps what is deleted later.

    Raises:
        IntegrityError: it is not what this wallet wrote; nothing was changed.
        UnsafePath, Busy, StorageFailed: there is no copy, or no room; nothing was changed.
    """
    if store.schema_version == SCHEMA_VERSION:
        return
    store.check_structure()
    with store.reading():
        first_directory(store, seals)
    store.back_up(path.with_name(path.name + COPY_SUFFIX))
    with store.writing():
        if store.schema_version == SCHEMA_VERSION:
            return  # another process was quicker
        manifest, directory = first_directory(store, seals)
        store.add_blocks()
        meta = store.meta()
        for name in COUNTED:
            manifest = manifest.with_row(seals.meta_digest(name, meta[name]))
        for number in sorted(directory.dirty):
            sealed = seals.seal_block(number, directory.block(number) or b"")
            store.set_block(number, sealed)
            manifest = manifest.with_row(seals.block_digest(number, sealed))
        store.set_meta(MANIFEST, seals.seal_manifest(manifest))


def first_directory(store: Store, seals: Seals) -> tuple[Manifest, Directory]:
    """The directory of a file of version 1, with a manifest that counts no row yet.

    Raises:
        IntegrityError: a row was changed, removed, added or put back from earlier.
    """
    meta, directory = store.meta(), Directory()
    manifest = seals.open_manifest(meta[MANIFEST], version=1)
    digests, last, before = seals.counted(meta), 0, -1
    for row in store.records():
        content = seals.open_record(row)
        sequence = json.loads(content)["sequence"]
        # That manifest does not count numbers: only the order shows that they were not changed.
        if not (0 < row.number <= manifest.counter and before < sequence):
            raise IntegrityError("the order of the records")
        digests.append(seals.old_digest(row))
        directory.place(row.number, Slot(kind_code(content), row.id, seals.digest(row)))
        last, before = row.number, sequence
    if not manifest.describes(digests):
        raise IntegrityError("the set of records", "is not the one that was written last")
    records = len(digests) - len(COUNTED)
    return Manifest(manifest.counter, records=records, last=last), directory
