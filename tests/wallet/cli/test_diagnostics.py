from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, TypeVar

import pytest

from did.errors import DIDError, NotFound, TransactionFailed, UnknownNetwork, Unreachable
from wallet.cli.diagnostics import CODES, ExitCode, code_of, complain
from wallet.cli.main import main
from wallet.errors import BadInput, NoSuchEntry, NotConsented, WalletError
from wallet.vault.errors import Locked, WrongPassphrase
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from pathlib import Path

E = TypeVar("E", WalletError, DIDError)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WrongPassphrase(), 7),
        (Locked(), 7),
        (NotConsented("no"), 8),
        (BadInput("no"), 2),
        (NoSuchEntry("no"), 1),
        (WalletError("no"), 1),
        (UnknownNetwork("no"), 6),
        (Unreachable("no"), 9),
        (TransactionFailed("no"), 9),
        (NotFound("no"), 1),
    ],
)
def test_an_error_has_the_exit_code_that_was_promised(
    error: WalletError | DIDError, code: int
) -> None:
    assert code_of(error) == code


def test_every_verdict_has_an_exit_code_of_its_own() -> None:
    assert CODES.keys() == set(Verdict)
    assert len(set(CODES.values())) == len(Verdict)


def test_every_error_of_the_wallet_and_of_dids_has_one() -> None:
    def tree(root: type[E]) -> set[type[E]]:
        return {root}.union(*map(tree, root.__subclasses__()))

    assert len(tree(WalletError)) > 20
    for kind in tree(WalletError):
        assert isinstance(code_of(kind.__new__(kind)), ExitCode)
    for problem in tree(DIDError):
        assert isinstance(code_of(problem.__new__(problem)), ExitCode)


def test_what_is_said_is_one_line_and_safe(capsys: pytest.CaptureFixture[str]) -> None:
    complain(BadInput("bad\x1b[2J\nholdfast: verdict: VALID", hint="a\nb"))
    assert capsys.readouterr().err.splitlines() == [
        "holdfast: error: bad\\u{001B}[2J\\u{000A}holdfast: verdict: VALID",
        "holdfast: hint: a\\u{000A}b",
    ]


@pytest.mark.parametrize(
    "argv",
    [
        ("verify", "x" * 5_000),
        ("verify", "./" + "x" * 5_000),
        ("verify", "~nobody-of-this-name/x"),
        ("verify", "\udcff.json"),
        ("verify", "a\x00b.json"),
        ("verify", "."),
        ("search", "\udcff", "--json"),
        ("did", "create", "--name", "\udcff", "--yes"),
        ("did", "show", "did:key:\udcff"),
        ("issue", "--type", "T", "--subject", "did:key:z6Mk", "--claim", "a=\udcff", "--yes"),
        ("contact", "add", "x" * 101, "did:example:a", "--yes"),
        ("import", "\udcff", "--yes"),
        ("import", "a\x00b", "--yes"),
        ("list", "\udcff"),
        ("help", "\udcff", "--json"),
    ],
)
def test_nothing_that_is_typed_ends_in_a_traceback(
    home: Path,
    tmp_path: Path,
    argv: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery staple")
    code = main([*argv, "--home", str(home), "--passphrase-file", str(passphrase)])
    assert code in list(ExitCode)
    capsys.readouterr().out.encode()


def test_a_reader_that_goes_away_is_no_traceback(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "wallet.cli.main", "help", "--home", str(home)],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == ExitCode.FAILED
