from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.cli.unlocking import seconds_in
from wallet.errors import BadInput
from wallet.vault.keeper.connecting import Listening
from wallet.vault.keeper.peers import process_of
from wallet.vault.keeper.places import connected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Runs = Callable[..., int]

PASSPHRASE: Final = "correct horse battery staple"
# A session of its own has no terminal to ask on.
COMMAND: Final = (sys.executable, "-P", "-m", "wallet.cli.main")


@pytest.fixture
def runs(home: Path) -> Iterator[Runs]:
    """Runs a command on the wallet; nothing is left unlocked."""

    def run(*arguments: str) -> int:
        return main([*arguments, "--home", str(home)])

    yield run
    main(["lock", "--home", str(home), "--quiet"])
    assert Listening.found(home) is None


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A file with the passphrase."""
    place = tmp_path / "passphrase"
    place.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return str(place)


def alone(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a command says where there is no terminal to ask on."""
    return subprocess.run(
        [*COMMAND, *arguments, "--home", str(home)],
        start_new_session=True,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_script_needs_no_passphrase_until_it_is_locked(
    home: Path, runs: Runs, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runs("unlock", "--passphrase-file", file, "--for", "5m") == ExitCode.DONE
    assert "unlocked until" in capsys.readouterr().out
    made = alone(home, "did", "create", "--method", "key", "--name", "script", "--yes", "--json")
    assert made.returncode == ExitCode.DONE, made.stderr
    shown = alone(home, "did", "list", "--json")
    assert "script" in shown.stdout
    assert runs("lock") == ExitCode.DONE
    assert "locked" in capsys.readouterr().out
    refused = alone(home, "did", "list")
    assert refused.returncode == ExitCode.USAGE
    assert "no terminal to ask on" in refused.stderr


def test_says_until_when(runs: Runs, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert runs("unlock", "--status", "--json") == ExitCode.LOCKED
    assert json.loads(capsys.readouterr().out) == {"unlocked": False, "until": None}
    runs("unlock", "--passphrase-file", file, "--json")
    until = json.loads(capsys.readouterr().out)["until"]
    assert runs("unlock", "--status", "--json") == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == {"unlocked": True, "until": until}


def test_a_wrong_passphrase_unlocks_nothing(
    home: Path, runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wrong").write_text("not the passphrase", encoding="utf-8")
    assert runs("unlock", "--passphrase-file", str(tmp_path / "wrong")) == ExitCode.LOCKED
    assert "wrong passphrase" in capsys.readouterr().err
    assert Listening.found(home) is None


def test_locking_what_is_locked_is_nothing(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    assert runs("lock") == ExitCode.DONE
    assert "locked already" in capsys.readouterr().out


def test_what_gives_keys_out_takes_the_passphrase(
    home: Path, runs: Runs, file: str, tmp_path: Path
) -> None:
    runs("unlock", "--passphrase-file", file)
    backup = str(tmp_path / "backup.age")
    common = ("--backup-passphrase-file", file, "--yes")
    refused = alone(home, "backup", backup, *common)
    assert refused.returncode == ExitCode.USAGE
    assert "no terminal to ask on" in refused.stderr
    assert runs("backup", backup, *common, "--passphrase-file", file) == ExitCode.DONE


def test_another_passphrase_locks_what_was_unlocked_with_the_old(
    home: Path, runs: Runs, file: str, tmp_path: Path
) -> None:
    runs("unlock", "--passphrase-file", file)
    (tmp_path / "new").write_text("another passphrase", encoding="utf-8")
    new = str(tmp_path / "new")
    changed = runs("passphrase", "--passphrase-file", file, "--new-passphrase-file", new)
    assert changed == ExitCode.DONE
    assert Listening.found(home) is None
    assert alone(home, "did", "list").returncode == ExitCode.USAGE


def test_another_day_is_named(runs: Runs, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    runs("unlock", "--passphrase-file", file, "--for", "24h")
    day = f"{datetime.now(UTC).astimezone() + timedelta(days=1):%Y-%m-%d}"
    assert f"unlocked until {day} " in capsys.readouterr().out


def test_locking_another_folder_is_not_called_locked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for verb in (("lock",), ("unlock", "--status")):
        assert main([*verb, "--home", str(tmp_path / "mistyped")]) == ExitCode.USAGE
        said = capsys.readouterr()
        assert "there is no wallet in" in said.err
        assert said.out == ""


def test_where_nothing_is_to_be_changed_it_is_asked_and_not_unlocked(
    home: Path, runs: Runs, file: str
) -> None:
    assert runs("unlock", "--passphrase-file", file, "--read-only") == ExitCode.USAGE
    assert Listening.found(home) is None
    assert runs("unlock", "--status", "--read-only") == ExitCode.LOCKED


def test_a_stopped_keeper_is_no_locked_wallet(
    home: Path, runs: Runs, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    runs("unlock", "--passphrase-file", file)
    connection = connected(home, 30)
    assert connection is not None
    with connection:
        pid = process_of(connection)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    capsys.readouterr()
    assert runs("lock") == ExitCode.DONE
    assert capsys.readouterr().out == "locked\n"
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL


@pytest.mark.parametrize("number", ["-1", "99999999999999999999", "99"])
def test_what_is_no_descriptor_is_refused(
    runs: Runs, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runs("did", "list", "--passphrase-fd", number) == ExitCode.USAGE
    assert number in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "seconds"), [("90s", 90), ("15m", 900), ("8h", 28_800), ("24h", 86_400)]
)
def test_reads_a_time(typed: str, seconds: int) -> None:
    assert seconds_in(typed) == seconds


@pytest.mark.parametrize("typed", ["", "0m", "15", "-5m", "25h", "1d", "1.5h", "99999999s", "m"])
def test_refuses_what_is_no_time(typed: str) -> None:
    with pytest.raises(BadInput, match="no time to stay unlocked"):
        seconds_in(typed)
