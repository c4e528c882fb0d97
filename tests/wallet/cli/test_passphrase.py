from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.vault.errors import WrongPassphrase
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable

    Changes = Callable[..., int]

OLD: Final = "correct horse battery staple"
NEW: Final = "a passphrase that came later"
FIRST: Final = Path(__file__).parents[2] / "vectors/holdfast-vault/v1/vault.db"


@pytest.fixture
def change(tmp_path: Path) -> Changes:
    """Runs the command on a wallet, with passphrases in files."""

    def changed(home: Path, *, old: str = OLD, new: str = NEW) -> int:
        for name, passphrase in (("old", old), ("new", new)):
            (tmp_path / name).write_text(passphrase + "\n", encoding="utf-8")
        files = (
            *("--passphrase-file", str(tmp_path / "old")),
            *("--new-passphrase-file", str(tmp_path / "new")),
        )
        return main(["passphrase", *files, "--home", str(home)])

    return changed


def test_the_new_passphrase_opens_the_wallet_and_the_old_one_does_not(
    home: Path, change: Changes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert change(home) == ExitCode.DONE
    said = capsys.readouterr()
    assert "changed the passphrase" in said.out
    assert "copies of the wallet's folder" in said.out + said.err
    assert OLD not in said.out + said.err
    assert NEW not in said.out + said.err
    with pytest.raises(WrongPassphrase):
        open_wallet(home, Secret(OLD))
    with open_wallet(home, Secret(NEW)) as wallet:
        last = wallet.vault.all(Kind.JOURNAL)[-1].body
    assert (last["action"], last["outcome"]) == ("change_passphrase", "done")
    assert NEW not in json.dumps(last)


def test_names_the_copy_that_an_upgrade_left(
    tmp_path: Path, change: Changes, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "first"
    home.mkdir(mode=0o700)
    shutil.copyfile(FIRST, home / "vault.db")
    (home / "vault.db").chmod(0o600)
    assert change(home) == ExitCode.DONE
    copy = home / "vault.db.version-1"
    assert copy.exists()
    said = capsys.readouterr()
    assert f"{copy} is a copy" in said.out + said.err
    assert "delete it once a backup was verified" in said.out + said.err
    copy.unlink()
    assert change(home, old=NEW, new=OLD) == ExitCode.DONE
    said = capsys.readouterr()
    assert "version-1" not in said.out + said.err


@pytest.mark.parametrize(
    ("old", "new", "code", "reason"),
    [
        ("wrong", NEW, ExitCode.LOCKED, "passphrase"),
        (OLD, OLD, ExitCode.USAGE, "that is the passphrase already"),
        (OLD, "", ExitCode.USAGE, "is empty"),
    ],
)
def test_changes_nothing_otherwise_and_says_so_in_the_journal_once_it_is_open(
    home: Path,
    change: Changes,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    code: ExitCode,
    reason: str,
) -> None:
    assert change(home, old=old, new=new) == code
    assert reason in capsys.readouterr().err
    with open_wallet(home, Secret(OLD)) as wallet:
        entries = [record.body for record in wallet.vault.all(Kind.JOURNAL)]
    asked = [("change_passphrase", "refused", "unshown")] if old == OLD else []
    assert [(one["action"], one["outcome"], one["by"]) for one in entries] == asked


def test_there_is_no_passphrase_of_a_wallet_that_is_not_there(
    tmp_path: Path, change: Changes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert change(tmp_path / "none") == ExitCode.USAGE
    assert "holdfast init" in capsys.readouterr().err


def test_a_change_that_was_made_is_not_called_a_failure(
    home: Path, change: Changes, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "config.toml").write_text("keyring = perhaps", encoding="utf-8")
    assert change(home) == ExitCode.DONE
    said = capsys.readouterr()
    assert "changed the passphrase" in said.out
    assert "the passphrase is changed, but not in the system's keyring" in said.err
    (home / "config.toml").unlink()
    with open_wallet(home, Secret(NEW)):
        pass


@pytest.mark.parametrize("way", ["--keep-in-keyring", "--forget-in-keyring"])
def test_a_new_passphrase_is_not_passed_over_in_silence(
    home: Path, tmp_path: Path, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new").write_text(NEW, encoding="utf-8")
    new = ("--new-passphrase-file", str(tmp_path / "new"))
    assert main(["passphrase", way, *new, "--home", str(home)]) == ExitCode.USAGE
    assert "change no passphrase" in capsys.readouterr().err
