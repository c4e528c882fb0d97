from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.doctor.examine import OPEN, SEALED, examine
from wallet.doctor.finding import Health
from wallet.vault.files import VAULT_FILE
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.doctor.examined import Examined
    from wallet.wallet import Wallet

    Ask = Callable[..., dict[str, Any]]

PASSPHRASE = "correct horse battery staple"
NEEDS_PASSPHRASE = {name for name, _ in SEALED}


@pytest.fixture
def ask(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs `doctor --json`; the result of each check, by its id, the worst where there are more."""
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)

    def asked(*argv: str, code: ExitCode = ExitCode.DONE) -> dict[str, Any]:
        common = ("--home", str(home), "--passphrase-file", str(passphrase), "--json")
        assert main(["doctor", *argv, *common]) == code
        order = ["ok", "unknown", "warn", "fail"]
        found: dict[str, Any] = {}
        for one in json.loads(capsys.readouterr().out)["findings"]:
            assert one.keys() == {"check", "result", "sentence", "advice"}
            worst = found.get(one["check"], "ok")
            found[one["check"]] = max(worst, one["result"], key=order.index)
        return found

    return asked


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file of a folder, but for what SQLite keeps beside a database that is read."""
    return {
        str(path.relative_to(folder)): (
            stat.S_IMODE(path.lstat().st_mode),
            path.lstat().st_mtime_ns,
            b"" if path.is_dir() else path.read_bytes(),
        )
        for path in folder.rglob("*")
        if not path.name.endswith(("-wal", "-shm"))
    }


def test_every_check_says_something_of_a_sound_wallet(unlocked: Examined) -> None:
    found = [*examine(unlocked)]
    assert {finding.check for finding in found} >= {
        name for name, _ in (*OPEN, *SEALED) if name != "model"
    }
    ours = [finding for finding in found if finding.check not in {"memory", "model"}]
    assert {finding.result for finding in ours} == {Health.OK}


def test_without_the_passphrase_the_rest_goes_on(locked: Examined) -> None:
    found = [*examine(locked)]
    open_ = {one.check for one in found if "needs the passphrase" in str(one.sentence)}
    assert open_ == NEEDS_PASSPHRASE
    assert {one.check for one in found if one.result is Health.OK} >= {"files", "schema", "chain"}


def test_a_check_that_raises_does_not_keep_the_others_from_speaking(unlocked: Examined) -> None:
    def fails(_: object) -> NoReturn:
        raise RuntimeError("the disk is on fire")

    found = {one.check: one for one in examine(replace(unlocked, free=fails))}
    assert found["disk"].result is Health.UNKNOWN
    assert "the disk is on fire" in str(found["disk"].sentence)
    assert found["backup"].result is Health.OK


def test_changes_nothing(home: Path, ask: Ask) -> None:
    before = state(home)
    ask()
    ask("--locked")
    assert state(home) == before


def test_a_flipped_byte_in_the_vault_fails(wallet: Wallet, home: Path, ask: Ask) -> None:
    wallet.vault.put(Kind.CONTACT, {"name": "Acme"})
    wallet.close()
    path = home / VAULT_FILE
    with closing(sqlite3.connect(path)) as database:
        ((sealed,),) = database.execute("SELECT sealed FROM record")
    data = bytearray(path.read_bytes())
    data[data.index(sealed) + len(sealed) - 1] ^= 1
    path.write_bytes(data)
    found = ask(code=ExitCode.FAILED)
    assert found["vault"] == "fail"
    assert {found[name] for name in NEEDS_PASSPHRASE - {"vault"}} == {"unknown"}


def test_a_vault_that_others_can_read_fails_and_is_not_opened(home: Path, ask: Ask) -> None:
    (home / VAULT_FILE).chmod(0o644)
    found = ask(code=ExitCode.FAILED)
    assert (found["files"], found["vault"], found["journal"]) == ("fail", "fail", "unknown")


def test_without_a_wallet_it_asks_for_no_passphrase(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere"
    argv = ["doctor", "--home", str(nowhere), "--passphrase-file", str(tmp_path / "none")]
    assert main(argv) == ExitCode.FAILED
    out = capsys.readouterr().out
    assert f"✗ vault         there is no wallet in {nowhere}\n" in out
    assert not nowhere.exists()


def test_a_wrong_passphrase_ends_it_as_it_ends_every_verb(home: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("another one")
    argv = ["doctor", "--home", str(home), "--passphrase-file", str(wrong)]
    assert main(argv) == ExitCode.LOCKED


def test_a_warning_does_not_fail(home: Path, ask: Ask) -> None:
    (home / "chain.db").chmod(0o644)
    assert ask("--locked")["files"] == "warn"
