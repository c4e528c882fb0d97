from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wallet.vault.keeper.child import Keeper
from wallet.vault.keeper.connecting import Listening
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wallet.vault.secret import Secret


class Processes:
    """The keepers that a test started, seen from outside."""

    @staticmethod
    def children(of: int) -> set[int]:
        """The children of a process that are keepers."""
        found = set()
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                if folder.name.isdecimal() and _parent(folder) == of:
                    command = (folder / "cmdline").read_bytes()
                    if b"wallet.vault.keeper.process" in command:
                        found.add(int(folder.name))
        return found

    def ours(self) -> set[int]:
        """Those of this process."""
        return self.children(os.getpid())

    @staticmethod
    def is_gone(pid: int) -> bool:
        """Whether a process ends within some seconds, waited for or not."""
        for _ in range(200):
            if not _running(Path(f"/proc/{pid}/task")):
                return True
            time.sleep(0.05)
        return False


def _running(threads: Path) -> bool:
    """Whether any thread runs: the first may be a zombie while another still holds the sockets."""
    try:
        return any(_state(thread)[0] not in {"Z", "X"} for thread in threads.iterdir())
    except OSError:
        return False


def _state(folder: Path) -> list[str]:
    """The fields of proc(5)'s `stat` from the third on: state, parent, …"""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def _parent(folder: Path) -> int:
    return int(_state(folder)[1])


@pytest.fixture
def processes() -> Processes:
    return Processes()


@pytest.fixture
def locked(vault: Vault) -> Vault:
    """A vault that is closed, of which only the file is left."""
    vault.close()
    return vault


@pytest.fixture
def kept(locked: Vault, passphrase: Secret) -> Iterator[Vault]:
    """The vault, opened by a keeper of our own."""
    with Vault.open(locked.path, Keeper().with_passphrase(passphrase)) as opened:
        yield opened


@pytest.fixture
def unlock(locked: Vault, passphrase: Secret, processes: Processes) -> Iterator[Callable[..., int]]:
    """Leaves a keeper behind that listens for so many seconds; gives its process id."""
    made = []

    def unlocking(seconds: int = 60) -> int:
        before = processes.ours()
        keeper = Keeper().with_passphrase(passphrase)
        with Vault.open(locked.path, keeper, read_only=True):
            (pid,) = processes.ours() - before
            keeper.listen(str(locked.path.parent), seconds)
        made.append(pid)
        return pid

    yield unlocking
    found = Listening.found(locked.path.parent)
    if found is not None:
        found.end()
    assert all(map(processes.is_gone, made))
