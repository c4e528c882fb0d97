"""Faults: what strikes a process from below, by `faults.c` loaded into it before the C library."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Final, NoReturn

PREFIX: Final = "holdfast-torture-"
LIBRARY: Final = "faults.so"
SOURCE: Final = Path(__file__).with_name("faults.c")


class Calls(IntFlag):
    """Which calls are counted, and may be struck."""

    WRITE = 1
    SYNC = 2
    NAME = 4
    ALL = 7


class Strike(IntEnum):
    """What happens at the call that is struck."""

    DIE = 1
    """The process is killed before it."""
    TEAR = 2
    """Half of it is written, and the process is killed."""
    FAIL = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """The `at`-th call of those kinds inside a folder is struck; at 0, none."""

    calls: Calls
    at: int
    strike: Strike
    number: int = errno.EIO
    lasting: bool = False
    """Whether all later ones fail, too."""

    def arm(self, folder: Path) -> None:
        """Begin to count, in this process and those it forks."""
        what = (self.calls, self.at, self.strike, self.number, self.lasting)
        ctypes.CDLL(None).torture_arm(os.fsencode(folder), *map(int, what))


def disarm() -> None:
    """Nothing is struck any more."""
    ctypes.CDLL(None).torture_arm(b"", 0, 0, 0, 0, 0)


def seen() -> int:
    """How many calls were counted since a fault was armed."""
    return int(ctypes.CDLL(None).torture_seen())


def shift_clock(seconds: int) -> None:
    """Sets the clock that this process sees; the monotonic one goes on."""
    ctypes.CDLL(None).torture_shift(ctypes.c_long(seconds))


def loaded() -> bool:
    """Whether this process can be struck."""
    return hasattr(ctypes.CDLL(None), "torture_arm")


def load() -> None:
    """Start this program again with the library, where there is a compiler to build it."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None or loaded():
        return
    library = Path(tempfile.mkdtemp(prefix=PREFIX)) / LIBRARY
    built = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=False
    )
    if built.returncode == 0:
        _again(library)


def unload() -> None:
    """Removes what `load` built, and nothing else that may have been preloaded."""
    library = Path(os.environ.get("LD_PRELOAD", ""))
    if library.name == LIBRARY and library.parent.name.startswith(PREFIX):
        library.unlink()
        library.parent.rmdir()


def _again(library: Path) -> NoReturn:
    sys.stdout.flush()
    os.execve(  # noqa: S606 -- this very program
        sys.executable,
        [sys.executable, *sys.orig_argv[1:]],
        {**os.environ, "LD_PRELOAD": str(library)},
    )
