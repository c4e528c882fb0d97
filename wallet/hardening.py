"""Hardening: what a process that holds secrets shuts before it holds any.

Nothing of it keeps out whoever is root, or whoever can already run code inside the process. It
keeps the secrets out of core files, out of the swap where the system allows, and from other
programs of the same user, which could otherwise read the memory and the environment (proc(5),
prctl(2), mlockall(2); on macOS ptrace(2)).
"""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ctypes

_PR_SET_DUMPABLE: Final = 4  # linux/prctl.h
_PT_DENY_ATTACH: Final = 31  # macOS: sys/ptrace.h
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4  # linux/mman.h
_PREFIX: Final = "HOLDFAST_"
_SECRET_WORDS: Final = ("PASS", "PHRASE", "SECRET", "SEED", "KEY", "TOKEN", "PIN")
_FOR_CHILDREN: Final = (
    *("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "HOME", "LANG", "LC_ALL", "TMPDIR"),
    *("VIRTUAL_ENV", "SYSTEMROOT", "DBUS_SYSTEM_BUS_ADDRESS"),
    # Without them, an interpreter that is not where it was built does not start.
    *("PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
)


class Memory(StrEnum):
    """Whether what the process holds may be written to the swap."""

    LOCKED = "locked"
    """No page of it goes there."""
    LIMITED = "limited"
    """It may: this user may not lock as much memory as unlocking a wallet takes."""
    UNSUPPORTED = "unsupported"
    """It may: this system offers no way."""


@dataclass(frozen=True, slots=True)
class Hardened:
    """What was achieved. Nothing of it is needed for the wallet to work."""

    core_files: bool
    """Whether a crash may still leave a core file."""
    private: bool
    """Whether other programs of the same user are kept from the memory and the environment."""
    memory: Memory
    scrubbed: tuple[str, ...]
    """The names of the variables that were taken out of the environment."""


@cache
def harden() -> Hardened:
    """Shut what can be shut, in this process and before it reads a secret. Never raises.

    It is done once; again, it costs nothing and says what was achieved. A program started from
    here gets the limit on core files and the scrubbed environment, and nothing else of it.
    """
    library = _library()
    return Hardened(
        core_files=not _without_core_files(),
        private=library is not None and _made_private(library),
        memory=Memory.UNSUPPORTED if library is None else _locked(library),
        scrubbed=_scrubbed(library),
    )


def clean_environment() -> dict[str, str]:
    """What a child process of ours needs to find its modules, and nothing that may be a secret."""
    return {name: os.environ[name] for name in _FOR_CHILDREN if name in os.environ}


def _library() -> ctypes.CDLL | None:
    """The C library, where it is one that `harden` knows."""
    if sys.platform not in {"linux", "darwin"}:
        return None
    try:
        # Deferred: it takes a millisecond, and nothing but a vault needs it.
        import ctypes  # noqa: PLC0415

        return ctypes.CDLL(None)
    except (ImportError, OSError):
        return None


def _without_core_files() -> bool:
    try:
        # Deferred: Windows has no such module, and no core files.
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except ImportError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _made_private(library: ctypes.CDLL) -> bool:
    try:
        if sys.platform == "darwin":
            # No debugger may attach. The system itself keeps programs from each other's memory.
            return bool(library.ptrace(_PT_DENY_ATTACH, 0, None, 0) == 0)
        # Not dumpable: the files in /proc belong to root, and ptrace(2) is refused.
        return bool(library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
    except AttributeError:  # a C library without it
        return False


def _locked(library: ctypes.CDLL) -> Memory:
    """Locks pages as they are touched, so that what is large and unused costs nothing.

    What is mapped from now on is locked at once. Going through what is there already takes
    milliseconds, and happens while the wallet's key is derived.
    """
    if sys.platform != "linux":
        return Memory.UNSUPPORTED  # macOS has the call, and refuses it; its swap is encrypted
    if not _may_lock_without_bound():
        # It would succeed now, and the key derivation would find no memory later.
        return Memory.LIMITED
    to_come = _MCL_FUTURE | _MCL_ONFAULT
    try:
        if library.mlockall(to_come) != 0:
            return Memory.LIMITED
        whole = (to_come | _MCL_CURRENT,)
        threading.Thread(target=library.mlockall, args=whole, daemon=True).start()
    except AttributeError:  # a C library without it
        return Memory.UNSUPPORTED
    except RuntimeError:  # no thread can be started
        return Memory.LIMITED
    return Memory.LOCKED


def _may_lock_without_bound() -> bool:
    try:
        import resource  # noqa: PLC0415 - as above

        soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    except (ImportError, AttributeError, OSError, ValueError):
        return False
    return soft == resource.RLIM_INFINITY or os.geteuid() == 0


def _scrubbed(library: ctypes.CDLL | None) -> tuple[str, ...]:
    """No secret is ever read from the environment; one that was put there is taken out."""
    names = tuple(name for name in os.environ if _is_secret(name))
    for name in names:
        if library is not None:
            _overwrite(library, name)
        del os.environ[name]
    return names


def _overwrite(library: ctypes.CDLL, name: str) -> None:
    """Unsetting a variable leaves its value where the process was started with it."""
    import ctypes  # noqa: PLC0415 - as above

    try:
        getenv, length = library.getenv, library.strlen
    except AttributeError:
        return
    getenv.restype, getenv.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    length.restype, length.argtypes = ctypes.c_size_t, [ctypes.c_void_p]
    if place := getenv(os.fsencode(name)):
        ctypes.memset(place, 0, length(place))


def _is_secret(name: str) -> bool:
    return name.startswith(_PREFIX) and any(word in name for word in _SECRET_WORDS)
