from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from wallet.vault.derivation import KeyPath
from wallet.vault.errors import IntegrityError, NewerVault, VaultError, WrongPassphrase
from wallet.vault.header import FLOOR
from wallet.vault.migration import COPY_SUFFIX
from wallet.vault.record import KIND_CODES, Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

ROOT = Path(__file__).parents[3]
FIRST = ROOT / "tests/vectors/holdfast-vault/v1"
EXPECTED = json.loads((FIRST / "expected.json").read_text())
OPEN = """
import sys
from pathlib import Path
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault
Vault.open(Path(sys.argv[1]), Secret("correct horse battery staple")).close()
"""


def copied(source: Path, folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    for file in source.parent.glob("vault.db*"):
        shutil.copyfile(file, folder / file.name)
        (folder / file.name).chmod(0o600)
    return folder / "vault.db"


@pytest.fixture(params=["vault.db", "crashed/vault.db"])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return copied(FIRST / request.param, tmp_path / "wallet")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return copied(FIRST / "vault.db", tmp_path / "wallet")


def listing(vault: Vault) -> list[dict[str, Any]]:
    return [
        {
            "kind": record.kind,
            "id": record.id,
            "version": record.version,
            "created": record.created.isoformat(),
            "sequence": record.sequence,
            "body": record.body,
        }
        for kind in Kind
        for record in vault.all(kind)
    ]


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        ((version,),) = connection.execute("PRAGMA user_version")
    return int(version)


def run(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_carries_all_records_over(first: Path, passphrase: Secret) -> None:
    with Vault.open(first, passphrase) as vault:
        assert listing(vault) == EXPECTED["records"]
        counts = {kind: vault.count(kind) for kind in Kind}
    assert sum(counts.values()) == len(EXPECTED["records"])
    assert version_of(first) == 2
    with Vault.open(first, passphrase) as again:
        assert listing(again) == EXPECTED["records"]


def test_goes_on_where_the_older_version_stopped(whole: Path, passphrase: Secret) -> None:
    with Vault.open(whole, passphrase) as vault:
        new = vault.put(Kind.CREDENTIAL, {"n": 1})
        changed = vault.put(Kind.CONTACT, {"n": 2}, id="Bob")
        vault.delete(Kind.CREDENTIAL, "cred-00000000")
        assert new.sequence > max(record["sequence"] for record in EXPECTED["records"])
        assert changed.version == 2
        assert vault.page(Kind.CREDENTIAL, limit=1).records == (new,)
    with Vault.open(whole, passphrase) as again:
        assert again.get(Kind.CREDENTIAL, new.id) == new


def test_leaves_a_copy_that_the_older_version_wrote(first: Path, passphrase: Secret) -> None:
    Vault.open(first, passphrase).close()
    copy = first.with_name(first.name + COPY_SUFFIX)
    assert sorted(first.parent.iterdir()) == [first, copy]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert version_of(copy) == 1
    with Vault.open(copy, passphrase) as older:
        assert listing(older) == EXPECTED["records"]


def test_an_older_copy_gives_way(whole: Path, passphrase: Secret) -> None:
    copy = whole.with_name(whole.name + COPY_SUFFIX)
    copy.symlink_to("/dev/null")
    Vault.open(whole, passphrase).close()
    assert version_of(copy) == 1
    assert not copy.is_symlink()


def test_a_wrong_passphrase_carries_nothing_over(whole: Path) -> None:
    before = whole.read_bytes()
    with pytest.raises(WrongPassphrase):
        Vault.open(whole, Secret("wrong"))
    assert whole.read_bytes() == before
    assert list(whole.parent.iterdir()) == [whole]


def test_reads_an_older_file_without_changing_it(whole: Path, passphrase: Secret) -> None:
    before = whole.read_bytes()
    with Vault.open(whole, passphrase, read_only=True) as vault:
        assert listing(vault) == EXPECTED["records"]
        assert vault.page(Kind.JOURNAL, limit=2).before is not None
    assert whole.read_bytes() == before
    assert list(whole.parent.iterdir()) == [whole]


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM record WHERE number = 2"],
        ["UPDATE record SET sealed = zeroblob(length(sealed)) WHERE number = 2"],
        ["UPDATE record SET version = version + 1 WHERE number = 2"],
        ["UPDATE record SET number = 0 WHERE number = 3"],
        ["UPDATE record SET number = 4000 WHERE number = 3"],
        ["UPDATE record SET number = -number"],
        ["UPDATE record SET number = 9223372036854775807 WHERE number = 3"],
        ["INSERT INTO record SELECT 99, x'09', version, sealed FROM record WHERE number = 1"],
        ["UPDATE meta SET value = zeroblob(296) WHERE name = 'manifest'"],
        ["CREATE TABLE block (number INTEGER PRIMARY KEY, sealed BLOB NOT NULL)"],
        ["PRAGMA user_version = 2"],
    ],
    ids=lambda value: value[0],
)
def test_carries_nothing_over_that_was_changed(
    whole: Path, passphrase: Secret, statements: list[str]
) -> None:
    run(whole, *statements)
    before = whole.read_bytes()
    with pytest.raises(IntegrityError):
        Vault.open(whole, passphrase)
    assert whole.read_bytes() == before
    assert not whole.with_name(whole.name + COPY_SUFFIX).exists()


def test_a_file_of_this_version_is_not_read_as_an_older_one(
    whole: Path, passphrase: Secret
) -> None:
    Vault.open(whole, passphrase).close()
    run(whole, "DROP TABLE block", "PRAGMA user_version = 1")
    with pytest.raises(IntegrityError, match="the manifest"):
        Vault.open(whole, passphrase)


def test_a_later_version_is_refused_and_not_touched(whole: Path, passphrase: Secret) -> None:
    run(whole, "PRAGMA user_version = 3")
    before = whole.read_bytes()
    for read_only in (False, True):
        with pytest.raises(NewerVault, match="version 3"):
            Vault.open(whole, passphrase, read_only=read_only)
    assert whole.read_bytes() == before
    assert list(whole.parent.iterdir()) == [whole]


def test_no_kind_ever_gets_another_code() -> None:
    written = "did credential presentation request contact product reminder setting transaction"
    written += " anchoring status_list journal search"
    assert [*KIND_CODES.items()][:13] == [
        (Kind(kind), code) for code, kind in enumerate(written.split(), start=1)
    ]


STRACE = shutil.which("strace")
CALLS = {"pwrite64": 24, "fdatasync": 4, "fsync": 3, "rename": 1, "unlink": 2, "ftruncate": 1}


@pytest.mark.slow
@pytest.mark.skipif(STRACE is None, reason="needs strace")
@pytest.mark.parametrize(
    "fault", [f"{call}:when={n}" for call, most in CALLS.items() for n in range(1, most + 1, 3)]
)
def test_killed_at_any_moment_leaves_the_older_or_the_newer(
    whole: Path, passphrase: Secret, fault: str
) -> None:
    call, when = fault.split(":")
    assert STRACE is not None
    names = ("", "/vault.db", "/vault.db-wal", "/.vault.db.version-1.new", "/vault.db.version-1")
    watched = [word for name in names for word in ("-P", f"{whole.parent}{name}")]
    inject = f"inject={call}:signal=SIGKILL:{when}"
    command = [STRACE, "-f", "-q", "-o", "/dev/null", *watched, "-e", inject]
    done = subprocess.run(
        [*command, sys.executable, "-c", OPEN, whole], cwd=ROOT, check=False, capture_output=True
    )
    if b"ptrace" in done.stderr:
        pytest.skip("no process can be traced here")
    assert done.returncode in {0, -signal.SIGKILL, 128 + signal.SIGKILL}
    with Vault.open(whole, passphrase) as vault:
        assert listing(vault) == EXPECTED["records"]
    with Vault.open(whole.with_name(whole.name + COPY_SUFFIX), passphrase) as copy:
        assert listing(copy) == EXPECTED["records"]


def test_two_processes_carry_it_over_once(whole: Path, passphrase: Secret) -> None:
    command = [sys.executable, "-c", OPEN, str(whole)]
    openers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(2)]
    codes = [opener.wait(60) for opener in openers]
    assert 0 in codes  # the other may have been told that a copy is being made
    with Vault.open(whole, passphrase) as vault:
        assert listing(vault) == EXPECTED["records"]


def test_reading_only_writes_nothing(tmp_path: Path, passphrase: Secret) -> None:
    path = tmp_path / "wallet" / "vault.db"
    made, _ = Vault.create(path, passphrase, kdf=FLOOR)
    with made:
        kept = made.put(Kind.DID, {}, id="kept")
    before = path.read_bytes(), path.stat().st_mtime_ns
    with Vault.open(path, passphrase, read_only=True) as vault:
        assert vault.all(Kind.DID) == (kept,)
        for attempt in (
            lambda: vault.put(Kind.DID, {}),
            lambda: vault.delete(Kind.DID, "kept"),
            lambda: vault.change_passphrase(passphrase, Secret("new")),
        ):
            with pytest.raises(VaultError, match="for reading only"):
                attempt()
        assert vault.signer(KeyPath.did_key(0)).sign(b"message")
        assert list(path.parent.iterdir()) == [path]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_reading_only_sees_what_another_writes(tmp_path: Path, passphrase: Secret) -> None:
    path = tmp_path / "wallet" / "vault.db"
    Vault.create(path, passphrase, kdf=FLOOR)[0].close()
    with Vault.open(path, passphrase, read_only=True) as vault:
        assert vault.all(Kind.DID) == ()
        with Vault.open(path, passphrase) as other:
            put = other.put(Kind.DID, {})
            assert vault.all(Kind.DID) == (put,)
        again = vault.all(Kind.DID)
        assert again == (put,)
    with Vault.open(path, passphrase) as later, Vault.open(path, passphrase, read_only=True) as ro:
        later.delete(Kind.DID, put.id)
        assert ro.all(Kind.DID) == ()
