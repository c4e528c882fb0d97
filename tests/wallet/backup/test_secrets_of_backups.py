from __future__ import annotations

import io
import json
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest

from wallet.backup.age import encrypt
from wallet.backup.errors import BackupError
from wallet.backup.parts import Phrase
from wallet.backup.reading import identities_in, opened
from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.errors import BadInput
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from pathlib import Path

JUNK = "test test test test test test test test test test test junk"


def run(*words: str) -> tuple[int, str]:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = main(list(words))
    return code, said.getvalue()


def test_neither_phrase_nor_passphrase_is_told_or_left_in_a_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_HOME", str(home))
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery staple", encoding="utf-8")
    own = tmp_path / "own"
    own.write_text("the backup's passphrase", encoding="utf-8")
    common = ("--passphrase-file", str(passphrase), "--backup-passphrase-file", str(own))
    said = ""
    for words in (
        ("backup", "b.age", "--yes"),
        ("backup", "verify", "b.age"),
        ("restore", "b.age", "--home", "again"),
        ("restore", "b.age", "--home", "again", "--replace", "--yes"),
    ):
        code, text = run(*words, *common)
        assert code == ExitCode.DONE, text
        said += text
    assert "junk" not in said
    assert "passphrase's" not in said
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path != own]
    assert len(files) > 4
    for path in files:
        data = path.read_bytes()
        assert JUNK.encode() not in data, path
        assert b"the backup's passphrase" not in data, path


def test_a_traceback_of_a_bad_archive_has_no_phrase(tmp_path: Path, backups: Any) -> None:
    words = JUNK.replace("junk", "zoo")
    lines = [
        {
            "part": "manifest",
            "format": "holdfast-backup",
            "version": 1,
            "created": "2026-01-01T00:00:00+00:00",
            "program": "x",
        },
        {"part": "phrase", "words": words},
    ]
    file = tmp_path / "b.age"
    plain = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    file.write_bytes(b"".join(encrypt([plain], [backups.key])))
    try:
        with opened(file, [backups.key]) as parts:
            list(parts)
    except BackupError:
        told = "".join(traceback.format_exception(*sys.exc_info()))
    assert "zoo" not in told
    assert "test test" not in told


def test_the_parts_that_are_secret_show_nothing() -> None:
    assert "junk" not in repr(Phrase(RecoveryPhrase.parse(Secret(JUNK))))


@pytest.mark.parametrize("text", ["", "# only a comment\n", "AGE-SECRET-KEY-1QQQ\n", "\xff"])
def test_a_file_without_a_private_key_is_refused_and_not_quoted(text: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput) as refused:
        identities_in(str(file))
    assert "QQQ" not in str(refused.value)


def test_private_keys_are_not_written_where_no_sentence_can_be_typed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_HOME", str(home))
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery staple", encoding="utf-8")
    monkeypatch.setattr("wallet.cli.terminal._TERMINAL", str(tmp_path / "none" / "tty"))
    common = ("--passphrase-file", str(passphrase))
    assert run("did", "create", "--method", "key", "--yes", *common)[0] == ExitCode.DONE
    file = tmp_path / "keys.json"
    code, said = run("export", "keys", str(file), "--private", *common)
    assert code == ExitCode.NOT_CONSENTED, said
    assert not file.exists()
    with open_wallet(home, Secret("correct horse battery staple")) as wallet:
        last = wallet.vault.all(Kind.JOURNAL)[-1].body
        assert (last["action"], last["outcome"], last["by"]) == ("export_keys", "refused", "nobody")
    assert run("export", "keys", str(file), "--yes", *common)[0] == ExitCode.DONE
    (key,) = json.loads(file.read_bytes())["keys"]
    assert "d" not in key
    assert key["kid"].startswith("did:key:")
