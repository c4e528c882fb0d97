"""A wallet's folder, made whole under another name and put in its place in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wallet.errors import BadInput
from wallet.vault.files import disk_errors, held_folder, make_folders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

_AT_FDCWD: Final = -100
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of renameat2(2)
_ELSEWHERE: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})


@contextmanager
def placed(home: Path) -> Iterator[Path]:
    """Yields an empty folder beside `home`; it takes that name when the block ends well.

    Raises:
        BadInput: there is something at `home` already.
        Busy: another process is restoring to the same place.
    """
    refuse_occupied(home)
    with _beside(home) as folder:
        yield folder
        refuse_occupied(home)
        with disk_errors():
            _sync_all(folder)
            folder.rename(home)  # over an empty folder, too
            _sync(home.parent)


@contextmanager
def replaced(home: Path, kept: Path) -> Iterator[Path]:
    """Yields an empty folder beside `home`; at the end the two change places.

    What was at `home` is at `kept` then. On Linux there is a wallet at `home` at every moment. A
    kill at the last of them may leave the one from before there, and the new one at `kept`.
    """
    with _beside(home) as folder:
        yield folder
        if os.path.lexists(kept):
            raise BadInput(f"{str(kept)!r} exists already", hint="try again in a second")
        with disk_errors():
            _sync_all(folder)
            _exchange(folder, home, kept)
            _sync(home.parent)


def refuse_occupied(home: Path) -> None:
    """Raises `BadInput` if there is anything at `home` but an empty folder."""
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise BadInput(f"{str(home)!r} is no folder", hint="name another one with --home")
    if home.exists() and any(home.iterdir()):
        raise BadInput(f"{str(home)!r} is not empty", hint="name another folder with --home")


@contextmanager
def _beside(home: Path) -> Iterator[Path]:
    folder = home.with_name(f".{home.name}.restoring")
    with disk_errors():
        make_folders(home.parent)
    with _alone(folder):
        made = folder / "wallet"  # whoever makes a vault in it holds it, too
        try:
            made.mkdir(mode=0o700)
            yield made
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Makes the folder anew, and holds it; what an interrupted attempt left there is removed."""
    if folder.is_symlink():
        raise BadInput(f"{str(folder)!r} is in the way", hint="remove it")
    with disk_errors():
        if folder.exists():
            with _held(folder):
                shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
    with _held(folder):
        yield


def _held(folder: Path) -> AbstractContextManager[int]:
    return held_folder(folder, f"another process is restoring to {folder}")


def _exchange(folder: Path, home: Path, kept: Path) -> None:
    """What is at `home` is never in `folder`, which is removed: not for a moment."""
    folder.rename(kept)
    try:
        if _swapped(kept, home):
            return
    except OSError:
        kept.rename(folder)
        raise
    kept.rename(folder)
    home.rename(kept)
    try:
        folder.rename(home)
    except OSError:
        kept.rename(home)
        raise


def _swapped(one: Path, other: Path) -> bool:
    """Whether the two could be made to change names in one step, which not every system does."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    if renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _ELSEWHERE:
        return False
    raise OSError(code, os.strerror(code))


def _sync_all(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
