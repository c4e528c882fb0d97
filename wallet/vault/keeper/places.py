"""Where a keeper listens: a socket beside the vault, which its owner alone can reach."""

from __future__ import annotations

import os
import socket
import stat
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wallet.vault.errors import StorageFailed
from wallet.vault.files import disk_errors
from wallet.vault.keeper.peers import is_our_own
from wallet.vault.keeper.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOCKET_FILE: Final = "unlocked.sock"
_LONGEST: Final = 100
"""Bytes of a socket's path that every system takes (unix(7) has 108, others 104)."""
_PATIENCE: Final = 30.0
"""Seconds for an answer. A keeper that listens has derived its key, and only signs."""


def bound(folder: Path) -> socket.socket:
    """A socket that listens in a folder; one that was there is removed.

    Raises:
        StorageFailed: it cannot be had there.
    """
    remove(folder)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with disk_errors(), _reached(folder) as address:
            listening.bind(address)
            (folder / SOCKET_FILE).chmod(0o600)
            listening.listen()
    except BaseException:
        listening.close()
        raise
    return listening


def connected(folder: Path) -> Wire | None:
    """A wire to whoever listens in a folder; None where nobody does, or it is not this user's."""
    if is_there(folder) is None:
        return None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(_PATIENCE)
    try:
        with _reached(folder) as address:
            connection.connect(address)
        if is_our_own(connection):
            return Wire(connection)
    except (OSError, StorageFailed):
        pass
    connection.close()
    return None


def is_there(folder: Path) -> int | None:
    """The inode of this user's socket in a folder, open to nobody else; None without one."""
    try:
        status = (folder / SOCKET_FILE).lstat()
    except OSError:
        return None
    own = status.st_uid == os.geteuid() and not status.st_mode & 0o077
    return status.st_ino if stat.S_ISSOCK(status.st_mode) and own else None


def remove(folder: Path) -> None:
    """Takes away what has the socket's name."""
    with disk_errors():
        (folder / SOCKET_FILE).unlink(missing_ok=True)


@contextmanager
def _reached(folder: Path) -> Iterator[str]:
    """An address of the socket that is short enough, however long the folder's path is."""
    path = str(folder / SOCKET_FILE)
    if len(os.fsencode(path)) <= _LONGEST:
        yield path
        return
    if sys.platform != "linux":
        raise StorageFailed(
            f"{folder} has too long a path to listen in", hint="keep the wallet in another folder"
        )
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET_FILE}"
    finally:
        os.close(descriptor)
