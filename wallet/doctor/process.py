"""The program itself: what is kept from others while it runs, and what it runs on."""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING, Final

from wallet.doctor.finding import broken, odd, sound
from wallet.hardening import Memory, harden
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.doctor.examined import Examined
    from wallet.doctor.finding import Finding
    from wallet.hardening import Hardened

CHECK: Final = "program"
MEMORY: Final = "memory"
_PYTHON: Final = (3, 11)
_TOO_NEW: Final = (3, 13)
_SQLITE: Final = (3, 24)
"""The first that has the form of INSERT with which the vault's directory is written."""


def memory(examined: Examined) -> Iterator[Finding]:
    """What was achieved to keep secrets in this process."""
    del examined
    yield from achieved(harden())


def achieved(hardened: Hardened) -> Iterator[Finding]:
    """What a person should know of it; nothing of it is needed for the wallet to work."""
    match hardened.memory:
        case Memory.LOCKED:
            yield sound(MEMORY, say("secrets stay out of the swap"))
        case Memory.LIMITED:
            sentence = say("secrets may be written to the swap: not enough memory may be locked")
            yield odd(MEMORY, sentence, say("encrypt the swap, or allow it: ulimit -l unlimited"))
        case Memory.UNSUPPORTED:
            sentence = say("secrets may be written to the swap: this system offers no way")
            yield odd(MEMORY, sentence, say("encrypt the swap"))
    if not hardened.private:
        yield odd(MEMORY, say("other programs of yours can read this program's memory"))
    if hardened.core_files:
        sentence = say("a crash may leave a file with secrets in it")
        yield odd(MEMORY, sentence, say("forbid such files: ulimit -c 0"))
    if hardened.scrubbed:
        names = ", ".join(hardened.scrubbed)
        yield odd(
            MEMORY,
            say("secrets stand in the environment: {names}", names=names),
            say("unset them: they are never read, and every program that is started sees them"),
        )


def versions(examined: Examined) -> Iterator[Finding]:
    """Those of Python and SQLite."""
    del examined
    yield runs_on(sys.version_info[:3], sqlite3.sqlite_version_info)


def runs_on(python: tuple[int, ...], sqlite: tuple[int, ...]) -> Finding:
    """Whether the wallet works with these versions."""
    said = say("Python {python}, SQLite {sqlite}", python=_dotted(python), sqlite=_dotted(sqlite))
    if sqlite < _SQLITE:
        return broken(CHECK, said, say("install SQLite {least} or later", least=_dotted(_SQLITE)))
    if not _PYTHON <= python < _TOO_NEW:
        return odd(CHECK, said, say("holdfast is made for Python 3.11 and 3.12"))
    return sound(CHECK, said)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
