"""Backups that were made to mislead, damaged, cut off, or whose restoring was killed."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import tempfile
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.torture.children import Child
from tests.torture.deeds import FILE, new_vault, repeat_salts, secret
from tests.torture.rows import Row
from wallet.backup.age import encrypt
from wallet.backup.age.keys import Passphrase
from wallet.backup.errors import BackupError
from wallet.backup.reading import opened
from wallet.backup.restoring import New, restore_new
from wallet.backup.writing import Source, write_backup
from wallet.clock import now
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.torture.rows import Scale

KEY: Final = Passphrase(Secret("a backup's own passphrase"), work=4)
RECORDS: Final = {f"record {n}": {"n": n, "x": "x" * 1_000} for n in range(40)}
_HOSTILE: Final = Path(__file__).parents[1] / "wallet" / "backup" / "test_hostile_backups.py"
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 -- a folder of our own is made in it


def backups(scale: Scale) -> Iterator[Row]:
    """Restore each, and look what is there."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None) as name:
        folder = Path(name)
        mark = "refused by name, nothing is left"
        forged = itertools.islice(_forged(), 0, None, min(scale.calls, 20))
        yield _each(Row("backups made by somebody with the key", mark), folder, forged)
        file = _written(folder)
        whole = file.read_bytes()
        yield _each(Row("a backup, each byte changed", mark), folder, _flipped(whole, scale.bytes))
        yield _each(Row("a backup cut at each length", mark), folder, _cut(whole, scale.bytes))
        row = Row("kill -9 while restoring", "the whole wallet or none, then it restores")
        yield _killed(row, folder, file, max(10, scale.kills // 5))


def _forged() -> Iterator[tuple[str, bytes]]:
    """What the tests forge, for whoever has the key."""
    spec = spec_from_file_location("hostile", _HOSTILE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, data in module.FORGED:
        yield name, b"".join(encrypt([data], [KEY]))


def _written(folder: Path) -> Path:
    path = new_vault(folder / "template")
    with Vault.open(path, secret(0)) as vault:
        for id_, body in RECORDS.items():
            vault.put(Kind.CONTACT, body, id=id_)
        source = Source(path.parent, vault, None)
        return write_backup(source, folder / "whole.age", [KEY], now()).path


def _flipped(whole: bytes, step: int) -> Iterator[tuple[str, bytes]]:
    for place in range(0, len(whole), step):
        flipped = bytes([whole[place] ^ (1 << place % 8)])
        yield f"byte {place}", whole[:place] + flipped + whole[place + 1 :]


def _cut(whole: bytes, step: int) -> Iterator[tuple[str, bytes]]:
    for size in range(0, len(whole), step):
        yield f"length {size}", whole[:size]


def _each(row: Row, folder: Path, changed: Iterator[tuple[str, bytes]]) -> Row:
    file, home = folder / "backup.age", folder / "home"
    for name, data in changed:
        file.write_bytes(data)
        row.count("backups")
        try:
            _restored(file, home)
        except BackupError as error:
            row.count(type(error).__name__)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is the failure
            row.fail(f"{name}: {type(error).__name__}: {error}")
        else:
            row.fail(f"{name}: it was restored")
        if left := [path.name for path in folder.iterdir() if "home" in path.name]:
            row.fail(f"{name}: it left {left}")
            shutil.rmtree(home, ignore_errors=True)
    return row


def _restored(file: Path, home: Path) -> None:
    with opened(file, [KEY]) as parts:
        restore_new(parts, home, New(FILE, secret(0), lambda _: None, FLOOR))


def _killed(row: Row, folder: Path, file: Path, kills: int) -> Row:
    home = folder / "killed" / "home"

    def restore(say: Callable[[bytes], object]) -> None:
        repeat_salts(7)
        _restored(file, home)
        say(b"R")

    repeat_salts(7)
    _restored(file, folder / "killed" / "first")  # the key is derived, and remembered
    shutil.rmtree(folder / "killed" / "first")
    started = time.perf_counter()
    Child.of(restore).ended()
    longest = (time.perf_counter() - started) * 1.1
    for number in range(kills):
        shutil.rmtree(home, ignore_errors=True)
        child = Child.of(restore)
        time.sleep(random.uniform(0, longest))  # noqa: S311 -- any moment will do
        said = child.kill()
        row.count("kills")
        row.count("killed before it was there", not home.exists())
        if said and not home.exists():
            row.fail(f"{number}: it was acknowledged, and is not there")
        if home.exists() and _held(home) != RECORDS:
            row.fail(f"{number}: it is there, and not whole")
    shutil.rmtree(home, ignore_errors=True)
    _restored(file, home)
    left = sorted(path.name for path in home.parent.iterdir())
    if left != ["home"] or _held(home) != RECORDS:
        row.fail(f"restored at last, there is {left}")
    return row


def _held(home: Path) -> dict[str, Any]:
    with Vault.open(home / FILE, secret(0)) as vault:
        return {
            record.id: json.loads(json.dumps(dict(record.body)))
            for record in vault.all(Kind.CONTACT)
        }
