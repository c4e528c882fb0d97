from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.settings import Settings, use_keyring

if TYPE_CHECKING:
    from pathlib import Path

PASSPHRASE: Final = "correct horse battery staple"

# A session bus and a keyring of its own: nothing of the person who runs the tests is touched.
SESSION: Final = """
printf keyring | gnome-keyring-daemon --unlock --daemonize --components=secrets >/dev/null
exec "$0" -P -c "$1" "$2" "$3" "$4"
"""
IN_THE_SESSION: Final = """
import sys
from wallet.cli.main import main
home, old, new = sys.argv[1:]
def run(*arguments):
    print(main([*arguments, "--home", home]), flush=True)
run("passphrase", "--keep-in-keyring", "--passphrase-file", new)
run("passphrase", "--keep-in-keyring", "--passphrase-file", old)
run("did", "list", "--quiet")
run("passphrase", "--passphrase-file", old, "--new-passphrase-file", new)
run("did", "list", "--quiet")
run("passphrase", "--forget-in-keyring")
run("did", "list", "--quiet")
"""


@pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="this machine has no keyring to be tried",
)
def test_the_systems_keyring_opens_the_wallet_until_it_is_to_forget(
    home: Path, tmp_path: Path
) -> None:
    for name, passphrase in (("old", PASSPHRASE), ("new", "a later passphrase")):
        (tmp_path / name).write_text(passphrase + "\n", encoding="utf-8")
    own = tmp_path / "own"
    for folder in ("run", ".cache", "data"):
        (own / folder).mkdir(parents=True, mode=0o700)
    done = subprocess.run(
        [
            *("dbus-run-session", "--", "sh", "-c", SESSION),
            *(sys.executable, IN_THE_SESSION, str(home)),
            *(str(tmp_path / name) for name in ("old", "new")),
        ],
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(own),
            "XDG_RUNTIME_DIR": str(own / "run"),
            "XDG_DATA_HOME": str(own / "data"),
            "HOLDFAST_LANGUAGE": "en",
        },
        start_new_session=True,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    codes = [int(line) for line in done.stdout.splitlines() if line.isdecimal()]
    assert codes == [
        ExitCode.LOCKED,  # a wrong one is not kept
        ExitCode.DONE,
        ExitCode.DONE,  # by the keyring
        ExitCode.DONE,
        ExitCode.DONE,  # by the keyring, which has the new one
        ExitCode.DONE,
        ExitCode.USAGE,  # nobody has it, and there is no terminal to ask on
    ], done.stdout + done.stderr
    kept = [file for file in own.rglob("*") if file.is_file() and _holds(file, PASSPHRASE)]
    assert kept == []


def _holds(file: Path, text: str) -> bool:
    return text.encode() in file.read_bytes()


@pytest.mark.parametrize("way", ["--keep-in-keyring", "--forget-in-keyring"])
def test_says_so_where_there_is_none(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    way: str,
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    (tmp_path / "secret").write_text(PASSPHRASE, encoding="utf-8")
    file = str(tmp_path / "secret")
    code = main(["passphrase", way, "--passphrase-file", file, "--home", str(home)])
    assert code == ExitCode.FAILED
    assert "no keyring that can be reached" in capsys.readouterr().err
    assert not Settings.read(home).keyring


def test_the_environment_names_no_keyring(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "secret").write_text(PASSPHRASE, encoding="utf-8")
    arguments = ["--passphrase-file", str(tmp_path / "secret"), "--home", str(home)]
    assert main(["passphrase", "--keep-in-keyring", *arguments]) == ExitCode.FAILED


def test_a_keyring_that_is_gone_is_asked_no_more_once_it_is_to_forget(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    use_keyring(home, use=True)
    assert main(["passphrase", "--forget-in-keyring", "--home", str(home)]) == ExitCode.FAILED
    assert "no keyring that can be reached" in capsys.readouterr().err
    assert not Settings.read(home).keyring
