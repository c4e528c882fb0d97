"""How much memory is free, and so whether a model has room in it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.errors import NoModel

if TYPE_CHECKING:
    from agent.models.gguf import Header

CONTEXT: Final = 4_096  # tokens that are kept of a conversation at most
_WORKING: Final = 64 << 20  # bytes, for what is computed and for the process
_FREE: Final = re.compile(rb"^MemAvailable:\s+(\d{1,15}) kB$", re.MULTILINE)


def require_room(header: Header, free: int | None = None) -> None:
    """Refuse a model that is too large for this machine; `free` is what there is, in bytes.

    Raises:
        NoModel: it is.
    """
    needed = header.memory(min(header.context, CONTEXT)) + _WORKING
    there = free_memory() if free is None else free
    if there is not None and needed > there:
        raise NoModel(
            f"the model is too large: it takes {size(needed)} of memory, and {size(there)} are free"
        )


def free_memory() -> int | None:
    """The bytes that a new process may have; None where the system does not say."""
    limits = (_available(), _allowed())
    return min((limit for limit in limits if limit is not None), default=None)


def size(count: int) -> str:
    """A number of bytes, for people."""
    number = float(count)
    for unit in ("B", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.3g} {unit}" if unit != "B" else f"{count} B"
        number /= 1024
    return f"{number:.3g} GiB"


def _available() -> int | None:
    try:
        with Path("/proc/meminfo").open("rb") as file:
            said = _FREE.search(file.read(1 << 16))
        if said:
            return int(said[1]) * 1024
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        try:
            return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError):
            return None


def _allowed() -> int | None:
    """What this group of processes may have, in containers (cgroup v2)."""
    try:
        said = Path("/sys/fs/cgroup/memory.max").read_bytes().strip()
    except OSError:
        return None
    return int(said) if said.isdigit() else None
