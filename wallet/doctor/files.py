"""The files of the home folder: whose they are, who may read them, and what was left behind."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final, assert_never

from wallet.doctor.finding import broken, odd, sound
from wallet.messages import say
from wallet.profiles import PROFILES_FOLDER
from wallet.resolution import CHAIN_FILE
from wallet.vault.files import VAULT_FILE
from wallet.vault.migration import COPY_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wallet.doctor.examined import Examined
    from wallet.doctor.finding import Finding
    from wallet.messages import Message

CHECK: Final = "files"
DISK: Final = "disk"
LEAST: Final = 1 << 20
"""Bytes of room without which nothing can be written."""
ENOUGH: Final = 16 << 20
"""Bytes of room beside the wallet's own size, for its log, a copy and a backup."""
_NAMED: Final = 5
_UNFINISHED: Final = (".holdfast-", f".{VAULT_FILE}.", f".{CHAIN_FILE}.")
"""How the names of files begin that are being written, until they are whole."""


class _Problem(Enum):
    """What may be wrong with a file; that others read the vault is worse than that of the rest."""

    LINK = auto()
    OWNER = auto()
    WRITABLE = auto()
    VAULT = auto()
    READABLE = auto()


@dataclass(frozen=True, slots=True)
class _File:
    """A file or folder, its path from the home folder, and what the system says of it."""

    name: str
    status: os.stat_result


def files(examined: Examined) -> Iterator[Finding]:
    """Modes, owners and links of every file, and what no program needs any more."""
    home = examined.home
    if not os.path.lexists(home):
        yield odd(CHECK, say("there is no folder {home}", home=home), say("holdfast init"))
        return
    found = [_File(".", home.lstat()), *_below(home)]
    problems = [*_problems(found), *_left_over(home, found)]
    yield from problems
    if not problems:
        yield sound(CHECK, say("files and folders, all for their owner alone: {n}", n=len(found)))


def disk(examined: Examined) -> Iterator[Finding]:
    """Whether there is room for what the wallet writes next."""
    free = examined.free(examined.home)
    size = sum(one.status.st_size for one in _below(examined.home))
    room = say("room on the disk: {n} MiB", n=free >> 20)
    if free < LEAST:
        yield broken(DISK, room, say("make room: nothing can be written"))
    elif free < ENOUGH + 2 * size:
        yield odd(DISK, room, say("make room: a backup may not fit"))
    else:
        yield sound(DISK, room)


def _below(folder: Path) -> Iterator[_File]:
    """Everything in a folder and in those in it, but for other profiles; links are not followed."""

    def refuse(error: OSError) -> None:
        raise error

    for top, folders, names in os.walk(folder, onerror=refuse if folder.is_dir() else None):
        for name in (*folders, *names):
            path = Path(top, name)
            yield _File(str(path.relative_to(folder)), path.lstat())
        if Path(top) == folder and PROFILES_FOLDER in folders:
            folders.remove(PROFILES_FOLDER)


def _problems(found: Iterable[_File]) -> Iterator[Finding]:
    """What is wrong with them, a finding for each kind of problem."""
    kinds: dict[_Problem, list[str]] = defaultdict(list)
    for one in found:
        if (problem := _problem(one)) is not None:
            kinds[problem].append(one.name)
    for problem in _Problem:
        if names := kinds.get(problem):
            yield _described(problem, _listed(names))


def _problem(one: _File) -> _Problem | None:
    mode = one.status.st_mode
    if stat.S_ISLNK(mode):
        return _Problem.LINK
    if one.status.st_uid != os.geteuid():
        return _Problem.OWNER
    if mode & 0o022:
        return _Problem.WRITABLE
    if mode & 0o077:
        return _Problem.VAULT if one.name.startswith(VAULT_FILE) else _Problem.READABLE
    return None


def _described(problem: _Problem, names: str) -> Finding:
    private = say("chmod 600 for a file, chmod 700 for a folder")
    match problem:
        case _Problem.LINK:
            advice = say("put the file itself in its place, or remove the link")
            return broken(CHECK, say("links to elsewhere: {names}", names=names), advice)
        case _Problem.OWNER:
            advice = say("find out who put it there; then chown it, or remove it")
            return broken(CHECK, say("not yours: {names}", names=names), advice)
        case _Problem.WRITABLE:
            return broken(CHECK, say("other users can write to: {names}", names=names), private)
        case _Problem.VAULT:
            return broken(CHECK, say("other users can read: {names}", names=names), private)
        case _Problem.READABLE:
            return odd(CHECK, say("other users can read: {names}", names=names), private)
        case _:
            assert_never(problem)


def _left_over(home: Path, found: Iterable[_File]) -> Iterator[Finding]:
    """What an interrupted command, a new version or a restored backup left behind."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for one in found:
        name = Path(one.name).name
        if name.startswith(_UNFINISHED):
            kinds["unfinished"].append(one.name)
        elif name == VAULT_FILE + COPY_SUFFIX:
            kinds["copy"].append(one.name)
    if home.parent.is_dir():
        beside = [path.name for path in home.parent.glob(f"{_literal(home.name)}.before-*")]
        kinds["before"] = [f"../{name}" for name in sorted(beside)]
        if os.path.lexists(home.with_name(f".{home.name}.restoring")):
            kinds["unfinished"].append(f"../.{home.name}.restoring")
    for kind, names in kinds.items():
        if names:
            yield odd(CHECK, *_about(kind, _listed(names)))


def _about(kind: str, names: str) -> tuple[Message, Message]:
    match kind:
        case "unfinished":
            return (
                say("left by a command that was interrupted: {names}", names=names),
                say("delete it, when no holdfast is running"),
            )
        case "copy":
            return (
                say("a copy of the vault from before it was carried over: {names}", names=names),
                say("delete it: it opens with an old passphrase, and keeps what you deleted"),
            )
        case _:
            return (
                say("a wallet that a restored one took the place of: {names}", names=names),
                say("delete it, when nothing in it is missed"),
            )


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown}, … (+{more})" if more > 0 else shown
