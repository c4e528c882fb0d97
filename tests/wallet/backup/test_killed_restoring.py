from __future__ import annotations

import itertools
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from wallet.entries import contacts
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import create_wallet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.wallet import Wallet

ROOT: Final = Path(__file__).parents[3]
KILLS: Final = 10
# Restores, each time in a process forked off, which is killed after some seconds.
PROGRAM: Final = """
import json, os, signal, sys, time
from pathlib import Path
from did.chain.recursion import recursion_limit
from wallet.backup.age.keys import Passphrase
from wallet.backup.reading import opened
from wallet.backup.restoring import New, restore_new, restore_over
from wallet.journal.journal import Journal
from wallet.vault.header import FLOOR
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault, utc_now

with recursion_limit():
    import did.chain.embedded.evm  # loaded once for all of them

def note(vault):
    journal = Journal(vault, utc_now)
    journal.carry_over()
    journal.append({"action": "restore_backup"})

def restore(file, home, kept):
    passphrase = Secret("another passphrase")
    new = New("vault.db", passphrase, note, FLOOR)
    with opened(Path(file), [Passphrase(Secret("a backup's own passphrase"), work=4)]) as parts:
        if kept is None:
            restore_new(parts, Path(home), new)
        else:
            earlier = Vault.open(Path(home, "vault.db"), passphrase)
            restore_over(parts, Path(home), new, earlier=earlier, kept=Path(kept))

for line in sys.stdin:
    seconds, *arguments = json.loads(line)
    child = os.fork()
    if child == 0:
        try:
            restore(*arguments)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
# Puts a folder in the place of another, and is killed before the step of that number: a folder or a
# file made, moved or removed, or the system asked whether it exchanges names.
REPLACE: Final = """
import os, signal, sys
from pathlib import Path
from wallet.backup.placing import replaced
home, kept, steps = Path(sys.argv[1]), Path(sys.argv[2]), iter(range(1, int(sys.argv[3])))
STEPS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "ctypes.dlsym"}
def hook(event, _):
    if event in STEPS and next(steps, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
with replaced(home, kept) as folder:
    (folder / "new").touch()
"""


class Restorer:
    """Another process that restores a backup, and may be killed over it."""

    def __init__(self, process: subprocess.Popen[str], file: Path) -> None:
        self._process = process
        self._file = file

    def restore(
        self, home: Path, *, kept: Path | None = None, seconds: float | None = None
    ) -> bool:
        """Whether it came to its end."""
        asked = (seconds, str(self._file), str(home), None if kept is None else str(kept))
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        assert code in {0, -signal.SIGKILL}
        return code == 0

    def duration(self, home: Path) -> float:
        """Seconds that it takes to restore, once the process has loaded what it needs."""
        assert self.restore(home.with_name(f"{home.name}-before"))
        started = time.monotonic()
        assert self.restore(home)
        return time.monotonic() - started


@pytest.fixture
def restorer(small: Wallet, backups: Any) -> Iterator[Restorer]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Restorer(process, backups.write(small))
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A wallet that a backup is to take the place of."""
    home = tmp_path / "old"
    with create_wallet(home, Secret("another passphrase"), kdf=FLOOR)[0] as wallet:
        wallet.vault.put(Kind.CONTACT, {"name": "Old", "did": "did:web:a.example"}, id="Old")
    return home


def who(home: Path, backups: Any) -> str:
    """Whose wallet it is, by its only contact, after all of it was read."""
    with backups.open(home) as wallet:
        records = list(wallet.vault.each())
        (contact,) = contacts(wallet.vault)
        if contact.name == "Mei":
            kinds = {record.kind for record in records}
            assert {Kind.DID, Kind.CREDENTIAL, Kind.JOURNAL} <= kinds
            assert wallet.chains.embedded().request("eth_blockNumber") == "0x1"
    return str(contact.name)


def inside(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def moments(longest: float) -> list[float]:
    """One at random in each part of a span of seconds, the last after its end."""
    longest *= 1.1
    return [longest * (part + random.random()) / KILLS for part in range(KILLS)]  # noqa: S311


def test_killed_at_any_moment_leaves_a_whole_wallet_or_none(
    restorer: Restorer, backups: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    for seconds in moments(restorer.duration(tmp_path / "timed")):
        shutil.rmtree(folder / "home", ignore_errors=True)
        restorer.restore(folder / "home", seconds=seconds)
        assert inside(folder) <= {"home", ".home.restoring"}
        if (folder / "home").exists():
            assert who(folder / "home", backups) == "Mei"
    shutil.rmtree(folder / "home", ignore_errors=True)
    assert restorer.restore(folder / "home")
    assert inside(folder) == {"home"}


def test_killed_at_any_moment_of_replacing_leaves_the_old_wallet_or_the_new(
    restorer: Restorer, backups: Any, old: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    home, kept = folder / "home", folder / "kept"
    for seconds in moments(restorer.duration(tmp_path / "timed")):
        shutil.copytree(old, home)
        restorer.restore(home, kept=kept, seconds=seconds)
        assert who(home, backups) == "Old" or who(kept, backups) == "Old"
        shutil.rmtree(folder)


def replace(home: Path, kept: Path, *, step: int) -> bool:
    command = [sys.executable, "-c", REPLACE, str(home), str(kept), str(step)]
    code = subprocess.run(command, check=False, cwd=ROOT).returncode
    assert code in {0, -signal.SIGKILL}
    return code == 0


def test_killed_at_any_step_of_replacing_loses_nothing_that_was_there(tmp_path: Path) -> None:
    home, kept, again = tmp_path / "home", tmp_path / "kept", tmp_path / "again"
    for step in itertools.count(1):
        home.mkdir()
        (home / "old").touch()
        done = replace(home, kept, step=step)
        assert inside(home) in ({"old"}, {"new"})
        # What the next one removes is not what was there.
        assert replace(home, again, step=1_000)
        assert not [name for name in inside(tmp_path) if name.startswith(".")]
        assert inside(home) == {"new"}
        assert {"old"} in [inside(folder) for folder in (kept, again) if folder.exists()]
        for folder in (home, kept, again):
            shutil.rmtree(folder, ignore_errors=True)
        if done:
            break
    assert step > 4
