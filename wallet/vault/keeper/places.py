"""Where a keeper listens: a socket beside the vault, which its owner alone can reach."""

from __future__ import annotations

import os
import socket
import stat
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wallet.vault.errors import StorageFailed, Unanswered
from wallet.vault.keeper.peers import is_our_own

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOCKET_FILE: Final = "unlocked.sock"
_LONGEST: Final = 100
"""Bytes of a socket's path that every system takes (unix(7) has 108, others 104)."""
PATIENCE: Final = 30.0
"""Seconds for an answer. A keeper that listens has derived its key, and only signs."""
_PAUSE: Final = 0.05
"""Seconds before another try, where more programs wait than the system lets wait."""


def bound(folder: Path) -> tuple[socket.socket, int]:
    """A socket that listens in a folder, and its inode; one that was there is removed.

    Raises:
        StorageFailed: it cannot be had there.
    """
    remove(folder)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        place = folder / SOCKET_FILE
        with _refused("to make", place), _reached(folder) as address:
            listening.bind(address)
            place.chmod(0o600)
            listening.listen()
            return listening, place.lstat().st_ino
    except BaseException:
        listening.close()
        raise


def connected(folder: Path, patience: float) -> socket.socket | None:
    """A connection to whoever listens in a folder, with `patience` in seconds as its timeout.

    None where nobody listens, or it is not this user's.

    Raises:
        Unanswered: so many wait to be heard that no other may.
    """
    if not is_there(folder):
        return None
    deadline = time.monotonic() + patience
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(patience)
        try:
            with _reached(folder) as address:
                connection.connect(address)
            if is_our_own(connection):
                return connection
        except (BlockingIOError, TimeoutError):  # unix(7): EAGAIN
            connection.close()
            if time.monotonic() > deadline:
                raise Unanswered from None
            time.sleep(_PAUSE)
            continue
        except (OSError, StorageFailed):
            pass
        connection.close()
        return None


def is_there(folder: Path) -> bool:
    """Whether this user's socket is in a folder, and open to nobody else."""
    try:
        status = (folder / SOCKET_FILE).lstat()
    except OSError:
        return False
    own = status.st_uid == os.geteuid() and not status.st_mode & 0o077
    return stat.S_ISSOCK(status.st_mode) and own


def inode(folder: Path) -> int | None:
    """That of what has the socket's name; None where there is nothing, or it cannot be seen."""
    try:
        return (folder / SOCKET_FILE).lstat().st_ino
    except OSError:
        return None


def remove(folder: Path) -> None:
    """Takes away what has the socket's name.

    Raises:
        StorageFailed: it cannot be removed.
    """
    place = folder / SOCKET_FILE
    with _refused("to remove", place):
        place.unlink(missing_ok=True)


@contextmanager
def _refused(doing: str, place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "that name is the socket's" if isinstance(error, IsADirectoryError) else None
        raise StorageFailed(
            f"the disk refuses {doing} {str(place)!r}: {error.strerror}", hint=hint
        ) from error


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
