from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wallet.vault.errors import Busy, NotAVault, WrongPassphrase
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

ROOT = Path(__file__).parents[3]
PREAMBLE = """
import sys
from pathlib import Path
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault
path, passphrase = Path(sys.argv[1]), Secret("correct horse battery staple")
"""
COUNT = """
with Vault.open(path, passphrase) as vault:
    for n in range(30):
        with vault.transaction():
            n = vault.get(Kind.SETTING, "counter").body["n"]
            vault.put(Kind.SETTING, {"n": n + 1}, id="counter")
        vault.put(Kind.JOURNAL, {"by": sys.argv[2]})
"""
CREATE = """
Vault.create(path, passphrase, kdf=FLOOR)[0].close()
"""
WRITE = """
with Vault.open(path, passphrase) as vault:
    n = 0
    while True:
        with vault.transaction():
            vault.put(Kind.JOURNAL, {"n": n}, id=f"a {n}")
            vault.put(Kind.JOURNAL, {"n": n}, id=f"b {n}")
        print(n, flush=True)
        n += 1
"""
RETHINK = """
with Vault.open(path, passphrase) as vault:
    old, new = passphrase, Secret("the other passphrase")
    print("ready", flush=True)
    while True:
        vault.change_passphrase(old, new)
        old, new = new, old
"""


def start(script: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + script, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_lose_no_change(vault: Vault) -> None:
    vault.put(Kind.SETTING, {"n": 0}, id="counter")
    writers = [start(COUNT, vault.path, str(n)) for n in range(2)]
    for writer in writers:
        with writer:
            assert writer.wait(60) == 0
    assert vault.get(Kind.SETTING, "counter").body == {"n": 60}
    journal = vault.all(Kind.JOURNAL)
    assert len(journal) == 60
    assert len({record.sequence for record in journal}) == 60


def test_a_reader_sees_what_another_process_wrote(vault: Vault, passphrase: Secret) -> None:
    with Vault.open(vault.path, passphrase) as other:
        put = other.put(Kind.CONTACT, {"name": "Acme"})
        assert vault.all(Kind.CONTACT) == (put,)
        other.delete(Kind.CONTACT, put.id)
        assert vault.all(Kind.CONTACT) == ()
        mine = vault.put(Kind.CONTACT, {"name": "Bob"})
        assert other.get(Kind.CONTACT, mine.id) == mine


def test_waits_for_another_writer_and_then_says_so(vault: Vault, passphrase: Secret) -> None:
    with Vault.open(vault.path, passphrase, timeout=0.1) as other:
        with vault.transaction():
            started = time.monotonic()
            with pytest.raises(Busy):
                other.put(Kind.DID, {})
            assert 0.05 < time.monotonic() - started < 5
            assert other.all(Kind.DID) == ()
        other.put(Kind.DID, {})


def test_closing_does_not_wait_for_another_process(vault: Vault, passphrase: Secret) -> None:
    other = Vault.open(vault.path, passphrase)
    other.put(Kind.DID, {})
    with vault.transaction():
        vault.put(Kind.DID, {})
        started = time.monotonic()
        other.close()
        assert time.monotonic() - started < 2
    assert len(vault.all(Kind.DID)) == 2


def test_trying_a_passphrase_leaves_the_locks_of_an_open_vault_alone(
    vault: Vault, passphrase: Secret
) -> None:
    # POSIX drops all of a process's locks on a file when it closes any descriptor of it; SQLite
    # in another process would then take away the log under us.
    vault.put(Kind.DID, {})
    Vault.open(vault.path, passphrase).close()
    with start("Vault.open(path, passphrase).close()", vault.path) as other:
        assert other.wait(60) == 0
    assert vault.path.with_name("vault.db-wal").exists()
    vault.put(Kind.DID, {})
    assert len(vault.all(Kind.DID)) == 2


@pytest.mark.parametrize("delay", [0.0, 0.002, 0.005, 0.01, 0.02, 0.04])
def test_killed_while_writing_keeps_all_that_was_acknowledged(
    vault: Vault, passphrase: Secret, delay: float
) -> None:
    vault.close()
    with start(WRITE, vault.path) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(delay)
        writer.kill()
        acknowledged = [0, *map(int, writer.stdout.read().split())]
    with Vault.open(vault.path, passphrase) as again:
        ids = [record.id for record in again.all(Kind.JOURNAL)]
    assert len(ids) // 2 >= len(acknowledged)
    assert ids == [f"{half} {n}" for n in range(len(ids) // 2) for half in "ab"]


@pytest.mark.parametrize("delay", [0.1, 0.25, 0.4])
def test_killed_while_changing_the_passphrase_keeps_one_of_the_two(
    vault: Vault, passphrase: Secret, delay: float
) -> None:
    vault.put(Kind.DID, {}, id="kept")
    vault.close()
    with start(RETHINK, vault.path) as changer:
        assert changer.stdout is not None
        changer.stdout.readline()
        time.sleep(delay)
        changer.kill()
    opened = [
        either
        for either in (passphrase, Secret("the other passphrase"))
        if opens(vault.path, either)
    ]
    assert len(opened) == 1


def opens(path: Path, passphrase: Secret) -> bool:
    try:
        with Vault.open(path, passphrase) as vault:
            return vault.get(Kind.DID, "kept").version == 1
    except WrongPassphrase:
        return False


STRACE = shutil.which("strace")


@pytest.mark.skipif(STRACE is None, reason="needs strace")
@pytest.mark.parametrize(
    "fault",
    [
        "openat:when=1",
        "pwrite64:when=1",
        "pwrite64:when=4",
        "pwrite64:when=9",
        "fdatasync:when=1",
        "fdatasync:when=3",
        "fsync:when=1",
        "fsync:when=2",
        "rename:when=1",
        "unlink:when=1",
    ],
)
def test_killed_while_making_a_vault_leaves_a_whole_one_or_none(
    path: Path, passphrase: Secret, fault: str
) -> None:
    call, when = fault.split(":")
    path.parent.mkdir(mode=0o700)
    inject = f"inject={call}:signal=SIGKILL:{when}"
    assert STRACE is not None
    # Only calls that name the folder or a file in it count, so that loading Python does not.
    watched = [
        argument
        for name in ("", "/.vault.db.new", "/.vault.db.new-wal")
        for argument in ("-P", f"{path.parent}{name}")
    ]
    done = subprocess.run(
        [
            STRACE,
            "-f",
            "-q",
            "-o",
            "/dev/null",
            *watched,
            "-e",
            inject,
            sys.executable,
            "-c",
            PREAMBLE + CREATE,
            path,
        ],
        cwd=ROOT,
        check=False,
        capture_output=True,
    )
    if b"ptrace" in done.stderr:
        pytest.skip("no process can be traced here")
    try:
        Vault.open(path, passphrase).close()
    except NotAVault:
        assert not path.exists()
        Vault.create(path, passphrase, kdf=FLOOR)[0].close()
    assert list(path.parent.iterdir()) == [path]
