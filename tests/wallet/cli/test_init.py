from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest
from mnemonic import Mnemonic
from slip10 import SLIP10

from did.keys.secp256k1 import Secp256k1PrivateKey, address
from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

PASSPHRASE = "correct horse battery staple"
JUNK = "test test test test test test test test test test test junk"
WORD = "zylphora 学位"


@pytest.fixture
def init(tmp_path: Path) -> Run:
    """Makes a wallet in a folder of that name; gives the exit code and what was said."""
    for name, line in (("passphrase", PASSPHRASE), ("word", WORD), ("phrase", JUNK)):
        (tmp_path / name).write_text(f"{line}\n", encoding="utf-8")

    def run(home: str, *words: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        common = ("--home", str(tmp_path / home), "--passphrase-file", str(tmp_path / "passphrase"))
        placed = [str(tmp_path / word) if word in {"word", "phrase"} else word for word in words]
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["init", *placed, *common])
        return code, out.getvalue(), err.getvalue()

    return run


def shown(init: Run, home: str, *words: str) -> dict[str, Any]:
    code, out, err = init(home, *words, "--json")
    assert code == ExitCode.DONE, err
    said = json.loads(out)
    assert isinstance(said, dict)
    return said


def first_account(phrase: str, extra_word: str) -> str:
    """By the libraries alone."""
    master = SLIP10.from_seed(Mnemonic.to_seed(phrase, extra_word), curve_name="secp256k1")
    secret = master.get_child_from_path("m/44'/60'/0'/0/0").privkey
    return address(Secp256k1PrivateKey(secret).public_key)


@pytest.mark.parametrize("count", [12, 24])
@pytest.mark.parametrize("language", ["english", "chinese"])
def test_makes_a_phrase_of_the_length_and_language_that_were_asked_for(
    init: Run, count: int, language: str
) -> None:
    said = shown(init, "new", "--words", str(count), "--language", language)
    phrase = said["recovery_phrase"]
    assert len(phrase.split()) == count
    assert phrase.isascii() is (language == "english")
    assert said["extra_word"] is False
    assert said["first_account"] == first_account(phrase, "")


def test_shows_a_chinese_phrase_by_number(init: Run) -> None:
    code, out, _ = init("new", "--language", "chinese", "--words", "24")
    assert code == ExitCode.DONE
    assert " 24 " in out
    assert " 25 " not in out


def test_an_extra_word_is_part_of_every_key_and_is_not_shown(init: Run, tmp_path: Path) -> None:
    code, out, err = init(
        "new", "--extra-word-file", "word", "--recover", "--phrase-file", "phrase"
    )
    assert code == ExitCode.DONE
    assert first_account(JUNK, WORD) in out
    assert first_account(JUNK, "") not in out
    assert "zylphora" not in out + err
    for file in (tmp_path / "new").iterdir():
        assert b"zylphora" not in file.read_bytes(), file
    with open_wallet(tmp_path / "new", Secret(PASSPHRASE)) as wallet:
        phrase = wallet.vault.unsafe_expose_phrase()
        assert phrase.expose_seed() == Mnemonic.to_seed(JUNK, WORD)
        assert "zylphora" not in json.dumps([one.body for one in wallet.vault.all(Kind.JOURNAL)])


def test_a_new_phrase_with_an_extra_word_says_that_the_words_are_not_all(init: Run) -> None:
    code, out, err = init("new", "--extra-word-file", "word")
    assert code == ExitCode.DONE
    assert "Your extra word belongs to it, and is not shown" in out
    assert "Its first account is 0x" in out
    assert "zylphora" not in out + err


def test_a_wrong_extra_word_recovers_another_wallet_which_its_first_account_tells(
    init: Run, tmp_path: Path
) -> None:
    made = shown(init, "new", "--extra-word-file", "word")
    (tmp_path / "phrase").write_text(made["recovery_phrase"], encoding="utf-8")
    recover = ("--recover", "--phrase-file", "phrase", "--extra-word-file", "word")
    assert shown(init, "right", *recover)["first_account"] == made["first_account"]
    (tmp_path / "word").write_text("zylphoria", encoding="utf-8")
    assert shown(init, "wrong", *recover)["first_account"] != made["first_account"]
    assert shown(init, "without", *recover[:3])["first_account"] != made["first_account"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--recover", "--phrase-file", "phrase", "--words", "24"), "its own words and language"),
        (("--recover", "--phrase-file", "phrase", "--language", "english"), "its own words"),
        (("--extra-word-file", "nowhere"), "there is no file"),
    ],
)
def test_refuses_what_does_not_go_together(
    init: Run, tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    code, _, err = init("new", *words)
    assert code == ExitCode.USAGE
    assert reason in err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\n", b"a\x00b\n", b"x" * 1_025])
def test_refuses_a_file_without_an_extra_word(init: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "word").write_bytes(content)
    code, out, err = init("new", "--extra-word-file", "word")
    assert code in {ExitCode.USAGE, ExitCode.FAILED}
    assert out == ""
    assert err.startswith("holdfast: error: ")
    assert len(err.splitlines()) <= 2
    assert not (tmp_path / "new").exists()
