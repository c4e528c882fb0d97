from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from did.cache import KeptDocument
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.cache import Cache
from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.cli.parser import OWN
from wallet.clock import now
from wallet.resolution import CACHE_FILE
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Says = Callable[..., tuple[int, str, str]]

PASSPHRASE = "correct horse battery staple"
ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
KEPT = "did:web:kept.example"


def do(wallet: Wallet, name: str, /, **arguments: Any) -> Result:
    propose = ACTIONS[name].propose
    assert propose is not None
    proposal = propose(wallet, arguments)
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))


@pytest.fixture(scope="module")
def furnished(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wallet that has something of everything, and a backup of it."""
    tmp_path = tmp_path_factory.mktemp("furnished")
    home = shutil.copytree(template, tmp_path / "wallet")
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        do(wallet, "create_did", name="work")
        do(wallet, "publish_did", did="work")
        do(wallet, "add_contact", name="Acme", did=ACME)
        do(wallet, "issue_credential", type="Degree", subject="Acme", claims={"gpa": "3.9"})
        do(wallet, "add_policy", rule="never-above", limit="1")
        secret = tmp_path / "secret"
        secret.write_text("a passphrase for the backup")
        do(wallet, "back_up", path=str(tmp_path / "w.age"), passphrase_file=str(secret))
    with closing(Cache(home / CACHE_FILE)) as cache:
        document = b'{"id": "%s"}' % KEPT.encode()
        cache.keep_document(KEPT, "", KeptDocument(document, b"{}", now()))
    return tmp_path


@pytest.fixture
def lived_in(furnished: Path, tmp_path: Path) -> Path:
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    return tmp_path / "wallet"


@pytest.fixture
def says(lived_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Says:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)

    def said(*words: str) -> tuple[int, str, str]:
        common = ("--home", str(lived_in), "--passphrase-file", str(passphrase), "--read-only")
        code = main([*words, *common])
        return code, *capsys.readouterr()

    return said


def everything(folder: Path) -> dict[str, tuple[object, ...]]:
    """Every file and folder, what is in it, and when it was changed."""
    found: dict[str, tuple[object, ...]] = {}
    for path in (folder, *folder.rglob("*")):
        status = path.stat()
        content = hashlib.sha256(path.read_bytes()).digest() if path.is_file() else None
        found[str(path)] = (content, status.st_mtime_ns, status.st_mode, status.st_ino)
    return found


READING: list[tuple[str, ...]] = [
    ("did", "list"),
    ("did", "show", "work"),
    ("list",),
    ("show", "Degree"),
    ("search", "gpa"),
    ("search", "degree"),
    ("balance",),
    ("contact", "list"),
    ("deleted",),
    ("template", "list"),
    ("qr", "show", "work"),
    ("policy", "list"),
    ("history",),
    ("history", "--all"),
    ("history", "verify"),
    ("status", "list"),
    ("chain", "pending"),
    ("chain", "status"),
    ("trust", "list"),
    ("context", "list"),
    ("help", "DID"),
    ("verify", "Degree"),
    ("did", "resolve", "work-is-no-did"),
    ("did", "resolve", KEPT, "--offline"),
    ("doctor",),
    ("doctor", "--locked"),
]


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_what_only_reads_works_and_changes_nothing(
    words: tuple[str, ...], says: Says, lived_in: Path
) -> None:
    before = everything(lived_in)
    code, out, err = says(*words)
    assert everything(lived_in) == before
    if words[-1] == "work-is-no-did":
        assert code == ExitCode.FAILED
    elif words[0] != "doctor":  # the model may be missing here
        assert (code, err) == (ExitCode.DONE, "")
    assert out or code


def test_a_backup_is_read_back_and_nothing_is_remembered(
    says: Says, lived_in: Path, tmp_path: Path
) -> None:
    before = everything(lived_in)
    secret = ("--backup-passphrase-file", str(tmp_path / "secret"))
    code, out, _ = says("backup", "verify", str(tmp_path / "w.age"), *secret)
    assert code == ExitCode.DONE
    assert "the backup is sound" in out
    assert everything(lived_in) == before


def test_the_chain_is_read_and_can_be_taken_away(says: Says, lived_in: Path) -> None:
    before = everything(lived_in)
    with open_wallet(lived_in, Secret(PASSPHRASE), read_only=True) as wallet:
        own = wallet.vault.all(Kind.DID)[0].body["did"]
    assert says("did", "resolve", own)[0] == ExitCode.DONE
    assert says("chain", "export", str(lived_in.parent / "chain.jsonl"))[0] == ExitCode.DONE
    assert everything(lived_in) == before


CHANGING: list[tuple[str, ...]] = [
    ("chain", "use", "embedded"),
    ("chain", "serve", "--port", "0"),
    ("chain", "import", "no-such-file"),
    ("context", "add", "no-such-file", "--url", "https://school.example/v1"),
    ("context", "remove", "https://school.example/v1"),
    ("trust", "add", ACME),
    ("trust", "remove", ACME),
    ("trust", "import", "no-such-file", "--signer", ACME),
    ("restore", "no-such-file"),
    ("init",),
    ("passphrase",),
    ("profile", "use", "--none"),
    ("backup", "no-such-folder/backup.age"),
    ("export", "wallet", "wallet.json"),
    ("export", "keys", "keys.json", "--private"),
    ("import-wallet", "no-such-file"),
    ("did", "create", "--yes"),
    ("delete", "Degree", "--yes"),
    ("tag", "Degree", "work", "--yes"),
    ("sample", "add", "--yes"),
    ("contact", "add", "Eve", ACME),
    ("history", "export", "journal.json"),
]


@pytest.mark.parametrize("words", CHANGING, ids=" ".join)
def test_what_changes_something_is_refused_before_anything_is_asked(
    words: tuple[str, ...],
    lived_in: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nobody can be asked for a passphrase or a yes, and nobody is.
    monkeypatch.setattr("wallet.cli.terminal._TERMINAL", str(tmp_path / "none" / "tty"))
    monkeypatch.chdir(tmp_path)
    before = everything(tmp_path)
    assert main([*words, "--home", str(lived_in), "--read-only"]) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert "and the wallet is open for reading only" in err.splitlines()[0]
    assert err.splitlines()[1:] == ["holdfast: hint: leave --read-only out"]
    assert everything(tmp_path) == before


def test_a_verb_is_refused_unless_it_says_that_it_reads() -> None:
    assert {verb for verb, load in OWN.items() if load().reads} == {
        *{words[: len(verb)] for words in READING for verb in OWN if words[: len(verb)] == verb},
        *(("chain", "export"), ("chain", "receipt"), ("profile", "list"), ("qr", "read")),
        # Actions, which are refused as such; the first reads a backup back, too.
        *(("backup",), ("export", "wallet"), ("export", "keys"), ("import-wallet",)),
        ("unlock",),  # with --status; without it, it refuses by itself
        ("serve",),  # with --verify-only; what signs is refused before anybody is asked
    }


def test_what_the_cache_is_to_drop_is_dropped_for_this_command(lived_in: Path) -> None:
    before = everything(lived_in)
    with closing(Cache(lived_in / CACHE_FILE, read_only=True)) as cache:
        assert cache.load_document(KEPT, "") is not None
        cache.keep_document(ACME, "", KeptDocument(b"{}", b"{}", now()))
        assert cache.load_document(ACME, "") is None
        cache.drop_document(KEPT, "")
        assert cache.load_document(KEPT, "") is None
        with pytest.raises(OSError, match="nothing is to be changed"):
            cache.forget()
    assert everything(lived_in) == before


def test_a_cache_that_is_damaged_is_left_where_it_is(lived_in: Path) -> None:
    (lived_in / CACHE_FILE).write_bytes(b"no database at all" * 100)
    before = everything(lived_in)
    with closing(Cache(lived_in / CACHE_FILE, read_only=True)) as cache:
        assert cache.load_document(KEPT, "") is None
        assert cache.figures().entries == 0
    assert everything(lived_in) == before


def test_a_cache_that_is_not_there_is_not_made(home: Path) -> None:
    with closing(Cache(home / CACHE_FILE, read_only=True)) as cache:
        assert cache.load_document(KEPT, "") is None
    assert not (home / CACHE_FILE).exists()


def test_a_reader_sees_what_is_written_meanwhile(lived_in: Path) -> None:
    with (
        closing(Cache(lived_in / CACHE_FILE, read_only=True)) as reader,
        closing(Cache(lived_in / CACHE_FILE)) as writer,
        open_wallet(lived_in, Secret(PASSPHRASE), read_only=True) as read,
        open_wallet(lived_in, Secret(PASSPHRASE)) as written,
    ):
        assert reader.load_document(ACME, "") is None
        writer.keep_document(ACME, "", KeptDocument(b"{}", b"{}", now()))
        assert reader.load_document(ACME, "") is not None
        chain = read.chains.chosen()
        block = chain.request("eth_blockNumber")
        do(written, "rotate_key", did="work")
        assert chain.request("eth_blockNumber") != block


READ_ONLY = """
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 75
! touch "$1/canary" 2>/dev/null || exit 76
home="$1"; shift
exec "$@" --home "$home" --read-only
"""


def unchangeable(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs a command over a folder in which nothing can be changed."""
    command = [sys.executable, "-P", "-m", "wallet.cli.main", *words]
    if os.geteuid():
        for path in (*home.rglob("*"), home):
            path.chmod(0o500 if path.is_dir() else 0o400)
        command += ["--home", str(home), "--read-only"]
    elif (unshare := shutil.which("unshare")) is not None:
        command = [unshare, "-m", "sh", "-c", READ_ONLY, "sh", str(home), *command]
    else:
        pytest.skip("root writes to every folder, and nothing can be mounted here")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if os.geteuid():
        home.chmod(0o700)
    elif done.returncode in {1, 75} and "unshare" in done.stderr:
        pytest.skip("nothing can be mounted here")
    assert done.returncode != 76
    return done


@pytest.mark.parametrize(
    "words",
    [
        ("did", "list"),
        ("search", "gpa"),
        ("verify", "Degree"),
        ("history",),
        ("chain", "status"),
        ("did", "resolve", KEPT, "--offline"),
    ],
    ids=" ".join,
)
def test_a_folder_that_cannot_be_written_to_is_read(
    words: tuple[str, ...], lived_in: Path, tmp_path: Path
) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    done = unchangeable(lived_in, *words, "--passphrase-file", str(tmp_path / "passphrase"))
    assert (done.returncode, done.stderr) == (ExitCode.DONE, "")


def test_an_open_transaction_is_not_seen_to_where_nothing_can_be_written_down(
    says: Says, lived_in: Path
) -> None:
    with open_wallet(lived_in, Secret(PASSPHRASE)) as wallet:
        wallet.vault.put(Kind.TRANSACTION, {})
    before = everything(lived_in)
    assert says("did", "list")[0] == ExitCode.DONE
    code, _, err = says("chain", "pending")
    assert (code, err.splitlines()[1]) == (ExitCode.USAGE, "holdfast: hint: leave --read-only out")
    assert everything(lived_in) == before
