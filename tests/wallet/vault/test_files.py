from __future__ import annotations

import errno
import fcntl
import os
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wallet.vault.database import connect, sqlite_errors
from wallet.vault.errors import (
    AlreadyExists,
    Busy,
    Locked,
    NotAVault,
    StorageFailed,
    StorageFull,
    UnsafePath,
)
from wallet.vault.files import created_whole, disk_errors
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.store import Store
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.vault.secret import Secret

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
ROOT = Path(__file__).parents[3]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o277])
def test_is_for_its_owner_alone_whatever_the_umask(
    path: Path, passphrase: Secret, mask: int
) -> None:
    with umask(mask):
        vault, _ = Vault.create(path, passphrase, kdf=FLOOR)
        with vault:
            vault.put(Kind.DID, {})
            modes = {file.name: mode(file) for file in path.parent.iterdir()}
    assert modes == {"vault.db": 0o600, "vault.db-wal": 0o600, "vault.db-shm": 0o600}
    assert mode(path.parent) == 0o700


def test_closes_an_empty_folder_to_others_and_leaves_one_in_use(
    tmp_path: Path, passphrase: Secret
) -> None:
    for name, content, expected in (("empty", None, 0o700), ("used", "a.txt", 0o755)):
        folder = tmp_path / name
        folder.mkdir()
        folder.chmod(0o755)
        if content is not None:
            (folder / content).touch()
        Vault.create(folder / "vault.db", passphrase, kdf=FLOOR)[0].close()
        assert mode(folder) == expected


def test_makes_the_folders_above(tmp_path: Path, passphrase: Secret) -> None:
    path = tmp_path / "a" / "b" / "vault.db"
    Vault.create(path, passphrase, kdf=FLOOR)[0].close()
    assert mode(path.parent) == 0o700


@pytest.mark.parametrize("open_to", [0o720, 0o702, 0o777])
def test_refuses_a_folder_that_others_can_write(
    vault: Vault, passphrase: Secret, tmp_path: Path, open_to: int
) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(open_to)
    with pytest.raises(UnsafePath, match="other users can write") as caught:
        Vault.create(folder / "vault.db", passphrase, kdf=FLOOR)
    assert caught.value.hint == f"chmod 700 {folder}"
    assert list(folder.iterdir()) == []
    vault.close()
    vault.path.parent.chmod(open_to)
    with pytest.raises(UnsafePath):
        Vault.open(vault.path, passphrase)


@pytest.mark.parametrize("open_to", [0o640, 0o604, 0o660])
def test_refuses_a_file_that_others_can_read(
    vault: Vault, passphrase: Secret, open_to: int
) -> None:
    vault.close()
    vault.path.chmod(open_to)
    with pytest.raises(UnsafePath, match="open to other users") as caught:
        Vault.open(vault.path, passphrase)
    assert caught.value.hint == f"chmod 600 {vault.path}"


def test_refuses_a_symbolic_link(vault: Vault, passphrase: Secret, tmp_path: Path) -> None:
    vault.close()
    folder, file = tmp_path / "folder", vault.path.with_name("link.db")
    folder.symlink_to(vault.path.parent)
    file.symlink_to(vault.path)
    for link in (folder / "vault.db", file):
        with pytest.raises(UnsafePath, match="symbolic link"):
            Vault.open(link, passphrase)
    with pytest.raises(UnsafePath, match="symbolic link"):
        Vault.create(folder / "other.db", passphrase, kdf=FLOOR)


def test_never_follows_a_dangling_link(path: Path, passphrase: Secret, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    path.parent.mkdir(mode=0o700)
    path.symlink_to(target)
    with pytest.raises(AlreadyExists):
        Vault.create(path, passphrase, kdf=FLOOR)
    path.rename(path.with_name(f".{path.name}.new"))
    Vault.create(path, passphrase, kdf=FLOOR)[0].close()
    assert not target.exists()


@needs_root
def test_refuses_what_belongs_to_another_user(vault: Vault, passphrase: Secret) -> None:
    vault.close()
    os.chown(vault.path, 1000, -1)
    with pytest.raises(UnsafePath, match="another user"):
        Vault.open(vault.path, passphrase)
    os.chown(vault.path, 0, -1)
    os.chown(vault.path.parent, 1000, -1)
    with pytest.raises(UnsafePath, match="another user"):
        Vault.open(vault.path, passphrase)


def test_refuses_what_is_no_file(tmp_path: Path, passphrase: Secret) -> None:
    for missing in (tmp_path / "none", tmp_path / "none" / "vault.db"):
        with pytest.raises(NotAVault, match="there is no wallet at") as caught:
            Vault.open(missing, passphrase)
        assert caught.value.hint == "make one: holdfast init"
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotAVault, match="is not a file"):
        Vault.open(tmp_path / "folder", passphrase)
    (tmp_path / "file").touch()
    with pytest.raises(NotAVault):
        Vault.open(tmp_path / "file" / "vault.db", passphrase)
    with pytest.raises(UnsafePath, match="not a folder"):
        Vault.create(tmp_path / "file" / "vault.db", passphrase, kdf=FLOOR)
    with pytest.raises(StorageFailed):
        Vault.open(tmp_path / ("x" * 300), passphrase)


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_does_not_start_beside_the_log_of_a_lost_vault(
    path: Path, passphrase: Secret, suffix: str
) -> None:
    path.parent.mkdir(mode=0o700)
    path.with_name(path.name + suffix).touch()
    with pytest.raises(AlreadyExists):
        Vault.create(path, passphrase, kdf=FLOOR)


def test_one_process_makes_a_wallet_at_a_time(path: Path, passphrase: Secret) -> None:
    path.parent.mkdir(mode=0o700)
    folder = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    with pytest.raises(Busy):
        Vault.create(path, passphrase, kdf=FLOOR)
    os.close(folder)
    Vault.create(path, passphrase, kdf=FLOOR)[0].close()


def fail_while_making(path: Path) -> None:
    with created_whole(path) as temporary:
        temporary.write_bytes(b"half")
        raise RuntimeError


def test_an_attempt_that_fails_leaves_nothing(path: Path) -> None:
    with pytest.raises(RuntimeError):
        fail_while_making(path)
    assert list(path.parent.iterdir()) == []


def test_what_a_killed_attempt_left_is_removed(path: Path, passphrase: Secret) -> None:
    path.parent.mkdir(mode=0o700)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(f".{path.name}.new{suffix}").write_bytes(b"half")
    Vault.create(path, passphrase, kdf=FLOOR)[0].close()
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EIO, StorageFailed),
        (errno.EROFS, StorageFailed),
    ],
)
def test_tells_a_full_disk_from_a_broken_one(number: int, kind: type[StorageFailed]) -> None:
    with pytest.raises(StorageFailed) as caught, disk_errors():
        raise OSError(number, os.strerror(number))
    assert type(caught.value) is kind


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="could not be used"), sqlite_errors():
        connect(tmp_path / "none.db", "mode=rw", 0.0)
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_closed_once(vault: Vault) -> None:
    vault.close()
    store = Store.open(vault.path)
    store.close()
    store.close()
    with pytest.raises(Locked):
        store.meta()


def test_a_disk_that_refuses_is_named(tmp_path: Path, passphrase: Secret) -> None:
    with pytest.raises(StorageFailed, match="the disk refuses"):
        Vault.create(tmp_path / ("x" * 300) / "vault.db", passphrase, kdf=FLOOR)


FILL = """
import resource, sys
from pathlib import Path
from wallet.vault.errors import StorageFailed
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
vault = Vault.open(Path(sys.argv[1]), Secret("correct horse battery staple"))
vault.put(Kind.DID, {}, id="kept")
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    with vault.transaction():
        for n in range(1000):
            vault.put(Kind.CONTACT, {"n": n, "x": "x" * 1000})
except StorageFailed as error:
    print(type(error).__name__, len(vault.all(Kind.CONTACT)), len(vault.all(Kind.DID)))
"""


def test_what_finds_no_room_is_not_kept_and_the_rest_is(vault: Vault, passphrase: Secret) -> None:
    vault.close()
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(vault.path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["StorageFailed", "0", "1"]
    with Vault.open(vault.path, passphrase) as again:
        assert again.all(Kind.CONTACT) == ()
        again.put(Kind.CONTACT, {})


@needs_root
def test_a_full_disk_is_named(tmp_path: Path, passphrase: Secret) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=400k,mode=700", "tmpfs", disk], check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        vault, _ = Vault.create(disk / "vault.db", passphrase, kdf=FLOOR)
        kept = fill(vault)
        vault.close()
        with Vault.open(disk / "vault.db", passphrase) as again:
            assert len(again.all(Kind.CONTACT)) == kept
    finally:
        subprocess.run(["/bin/umount", disk], check=True)


def fill(vault: Vault) -> int:
    for kept in range(1000):
        try:
            vault.put(Kind.CONTACT, {"x": "x" * 10_000})
        except StorageFull:
            return kept
    raise AssertionError("the disk was never full")


@pytest.mark.parametrize("what", ["removed", "moved", "replaced"])
def test_nothing_is_written_into_a_file_that_nobody_would_find(vault: Vault, what: str) -> None:
    made = vault.put(Kind.CONTACT, {"name": "Acme"})
    elsewhere = vault.path.with_name("elsewhere")
    vault.path.rename(elsewhere)
    if what == "removed":
        elsewhere.unlink()
    elif what == "replaced":
        vault.path.write_bytes(elsewhere.read_bytes())
    with pytest.raises(StorageFailed, match="moved, removed or replaced") as caught:
        vault.put(Kind.CONTACT, {"name": "Bob"})
    assert "the change was not made" in str(caught.value.hint)
    assert vault.all(Kind.CONTACT) == (made,)
    if what == "moved":
        elsewhere.rename(vault.path)
        vault.put(Kind.CONTACT, {"name": "Bob"})
