"""The vault's file and folder: nobody else's, and never half made."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from wallet.vault.errors import (
    AlreadyExists,
    Busy,
    NotAVault,
    StorageFailed,
    StorageFull,
    UnsafePath,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VAULT_FILE: Final = "vault.db"
"""What the vault is called in the wallet's folder."""
COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""What SQLite writes beside a database, as suffixes of its name."""

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turns an `OSError` into `StorageFull` or `StorageFailed`."""
    try:
        yield
    except OSError as error:
        kind = StorageFull if error.errno in _NO_ROOM else StorageFailed
        raise kind(f"the disk refuses: {error.strerror}") from error


def check_vault_file(path: Path) -> None:
    """Refuses a vault that another user could read, replace or have placed there.

    Raises:
        NotAVault: there is no regular file at `path`.
        UnsafePath: the file or its folder is a link, another user's, or open to others.
    """
    try:
        file = path.lstat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotAVault(f"there is no wallet at {path}", hint="make one: holdfast init") from error
    except OSError as error:
        raise StorageFailed(f"{path} cannot be read: {error.strerror}") from error
    _check_folder(path.parent)
    if stat.S_ISLNK(file.st_mode):
        raise UnsafePath(f"{path} is a symbolic link", hint="name the file itself")
    if not stat.S_ISREG(file.st_mode):
        raise NotAVault(f"{path} is not a file")
    if file.st_uid != os.geteuid():
        raise UnsafePath(f"{path} belongs to another user")
    if file.st_mode & 0o077:
        raise UnsafePath(f"{path} is open to other users", hint=f"chmod 600 {path}")


@contextmanager
def created_whole(path: Path) -> Iterator[Path]:
    """Makes the file at `path` in one step: it is there in full, or not at all.

    Yields an empty file of mode 0600 under a temporary name; when the block ends without an
    error it is synced to disk and takes its own name. What an interrupted attempt left behind
    is removed. Missing folders are made, with mode 0700 whatever the umask.

    Raises:
        AlreadyExists: there is a vault, or part of one, at `path`.
        UnsafePath: the folder is a link, another user's, or open for others to write.
        Busy: another process is making a file in this folder.
    """
    temporary = path.with_name(f".{path.name}.new")
    with disk_errors():
        _prepare_folder(path.parent)
    with held_folder(path.parent, f"another process is making a wallet in {path.parent}") as folder:
        _refuse_to_overwrite(path)
        with disk_errors():
            _remove(temporary)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            file = os.open(temporary, flags, mode=0o600)
        try:
            with disk_errors():
                os.fchmod(file, 0o600)  # whatever the umask took away
            yield temporary
            with disk_errors():
                os.fsync(file)
                temporary.rename(path)
                _sync_folder(folder, path)
        finally:
            os.close(file)
            with suppress(OSError):  # the next attempt removes what is left of this one
                _remove(temporary)


def _prepare_folder(folder: Path) -> None:
    """Makes the folder, or closes an empty one to others; one in use is left as it is."""
    make_folders(folder.parent)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        _check_folder(folder)
        if any(folder.iterdir()):
            return
    folder.chmod(0o700)


def make_folders(folder: Path) -> None:
    """Makes a folder and those it lies in, where they are missing, each with mode 0700.

    Raises:
        OSError: one of them cannot be made.
    """
    if folder.is_dir():
        return
    make_folders(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        folder.chmod(0o700)  # whatever the umask took away


def _check_folder(folder: Path) -> None:
    status = folder.lstat()
    if stat.S_ISLNK(status.st_mode):
        raise UnsafePath(f"{folder} is a symbolic link", hint="name the folder itself")
    if not stat.S_ISDIR(status.st_mode):
        raise UnsafePath(f"{folder} is not a folder")
    if status.st_uid != os.geteuid():
        raise UnsafePath(f"{folder} belongs to another user")
    if status.st_mode & 0o022:
        raise UnsafePath(f"other users can write to {folder}", hint=f"chmod 700 {folder}")


@contextmanager
def held_folder(folder: Path, busy: str) -> Iterator[int]:
    """Holds the folder against others who would; yields its descriptor.

    Raises:
        Busy: somebody holds it, in the words of `busy`.
    """
    with disk_errors():
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(busy) from error
        yield descriptor
    finally:
        os.close(descriptor)


def _refuse_to_overwrite(path: Path) -> None:
    # SQLite would replay an old -wal file into a new database of the same name.
    for suffix in ("", *COMPANIONS):
        existing = path.with_name(path.name + suffix)
        if os.path.lexists(existing):
            raise AlreadyExists(f"{existing} exists already", hint="it is never overwritten")


def remove_vault(path: Path) -> None:
    """Removes a vault that was just made, and what SQLite wrote beside it, as far as it can be."""
    with suppress(OSError):
        _remove(path)


def _sync_folder(folder: int, path: Path) -> None:
    """Makes the new name last; where that fails, there is to be no file that was refused."""
    try:
        os.fsync(folder)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _remove(temporary: Path) -> None:
    for suffix in ("", *COMPANIONS):
        temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)
