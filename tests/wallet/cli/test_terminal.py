from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from wallet.actions import ACTIONS
from wallet.actions.exporting import SENTENCE
from wallet.cli.diagnostics import ExitCode
from wallet.entries import dids
from wallet.reminders.reminder import Reminder
from wallet.reminders.reminder import keep as remember
from wallet.rules.rule import AskAbove
from wallet.rules.store import keep
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Sit = Callable[..., tuple[int, str]]

PASSPHRASE: Final = "correct horse battery staple"


def outcomes(home: Path) -> tuple[list[str], list[tuple[str, str]]]:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        journal = [(r.body["outcome"], r.body["by"]) for r in wallet.vault.all(Kind.JOURNAL)]
        return [own.name for own in dids(wallet.vault)], journal


@pytest.mark.parametrize("answer", ["no", "", "y", "yes please", "是的"])
def test_anything_but_the_whole_word_is_a_no(home: Path, sit: Sit, answer: str) -> None:
    code, seen = sit(
        *("did", "create", "--method", "key", "--name", "work"),
        dialogue=(("Passphrase: ", PASSPHRASE), ("agree: ", answer)),
    )
    assert code == ExitCode.NOT_CONSENTED
    assert "Create a did:key identifier\n  Name  work\n" in seen
    assert "holdfast: error: not done, since it was not agreed to" in seen
    assert PASSPHRASE not in seen
    assert outcomes(home) == ([], [("refused", "prompt")])


@pytest.mark.parametrize("answer", ["yes", " YES ", "同意"])
def test_yes_is_a_yes(home: Path, sit: Sit, answer: str) -> None:
    code, seen = sit(
        *("did", "create", "--method", "key", "--name", "work"),
        dialogue=(("Passphrase: ", PASSPHRASE), ("agree: ", answer)),
    )
    assert code == ExitCode.DONE
    assert "created work\n" in seen
    assert outcomes(home) == (["work"], [("done", "prompt")])


def test_what_was_typed_before_the_question_is_no_answer(
    home: Path, sit: Sit, tmp_path: Path
) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    code, _ = sit(
        *("did", "create", "--method", "key", "--name", "work"),
        *("--passphrase-file", str(tmp_path / "passphrase")),
        early="yes\n",
        dialogue=(("agree: ", "no"),),
    )
    assert code == ExitCode.NOT_CONSENTED
    assert outcomes(home) == ([], [("refused", "prompt")])


def test_makes_a_wallet_and_shows_the_phrase_once(tmp_path: Path, sit: Sit) -> None:
    code, seen = sit("init", dialogue=(("Passphrase: ", PASSPHRASE), ("Once more: ", PASSPHRASE)))
    assert code == ExitCode.DONE
    assert PASSPHRASE not in seen
    assert len(re.findall(r"\b\d{1,2} [a-z]+", seen)) == 12
    assert "It is shown once" in seen
    assert {path.name for path in (tmp_path / "wallet").iterdir()} == {"vault.db", "chain.db"}


def test_asks_for_the_passphrase_in_the_persons_language(
    home: Path, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    monkeypatch.setenv("HOLDFAST_LANGUAGE", "zh")
    code, _ = sit("did", "list", dialogue=(("口令：", PASSPHRASE),))
    assert code == ExitCode.DONE


def test_refuses_two_passphrases_that_differ(tmp_path: Path, sit: Sit) -> None:
    code, seen = sit("init", dialogue=(("Passphrase: ", PASSPHRASE), ("Once more: ", "other")))
    assert code == ExitCode.USAGE
    assert "holdfast: error: the two passphrases differ" in seen
    assert not (tmp_path / "wallet").exists()


def test_asks_twice_for_an_extra_word_and_does_not_show_it(sit: Sit) -> None:
    passphrases = (("Passphrase: ", PASSPHRASE), ("Once more: ", PASSPHRASE))
    words = (("Extra word: ", "zylphora"), ("Once more: ", "zylphora"))
    code, seen = sit("init", "--extra-word", dialogue=(*words, *passphrases))
    assert code == ExitCode.DONE
    assert "zylphora" not in seen
    assert "which is valid and empty" in seen
    assert "Your extra word belongs to it, and is not shown" in seen


def test_refuses_two_extra_words_that_differ(tmp_path: Path, sit: Sit) -> None:
    words = (("Extra word: ", "zylphora"), ("Once more: ", "zylphorra"))
    code, seen = sit("init", "--extra-word", dialogue=words)
    assert code == ExitCode.USAGE
    assert "holdfast: error: the two extra words differ" in seen
    assert not (tmp_path / "wallet").exists()


def test_asks_for_the_password_of_an_encrypted_key(home: Path, sit: Sit, tmp_path: Path) -> None:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    encryption = BestAvailableEncryption(b"zylphora")
    file = tmp_path / "key.pem"
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    opened = ("Passphrase: ", PASSPHRASE)
    argv = ("did", "import", str(file), "--name", "office")
    code, seen = sit(*argv, dialogue=(opened, ("Password of the key: ", "zylphorra")))
    assert code == ExitCode.USAGE
    assert "no private key that this password opens" in seen
    asked = (opened, ("Password of the key: ", "zylphora"), ("agree: ", "yes"))
    code, seen = sit(*argv, dialogue=asked)
    assert code == ExitCode.DONE
    assert "still holds the private key, under its password" in seen
    assert "zylphor" not in seen
    assert outcomes(home) == (["office"], [("refused", "unshown"), ("done", "prompt")])


def test_above_a_limit_the_amount_is_typed_beside_the_yes(home: Path, sit: Sit) -> None:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        keep(wallet.vault, AskAbove(0))
    opened = ("Passphrase: ", PASSPHRASE)
    sit("did", "create", "--name", "work", dialogue=(opened, ("agree: ", "yes")))
    asked = (opened, ("agree: ", "yes"))
    code, seen = sit("did", "publish", "work", dialogue=(*asked, ("> ", "yes")))
    assert code == ExitCode.NOT_CONSENTED
    amount = re.search(r"To agree, type: (0\.[0-9]+ ETH)\n", seen)
    assert amount is not None
    code, seen = sit("did", "publish", "work", dialogue=(*asked, ("> ", amount[1])))
    assert code == ExitCode.DONE
    assert "published work" in seen
    assert outcomes(home)[1][-2:] == [("refused", "prompt"), ("done", "prompt")]


def test_yes_beforehand_does_not_stand_for_the_amount(home: Path, sit: Sit) -> None:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        keep(wallet.vault, AskAbove(0))
    opened = ("Passphrase: ", PASSPHRASE)
    sit("did", "create", "--name", "work", "--yes", dialogue=(opened,))
    code, seen = sit("did", "publish", "work", "--yes", dialogue=(opened, ("> ", "no")))
    assert code == ExitCode.NOT_CONSENTED
    assert "was not typed" in seen


def test_the_amount_of_a_first_payment_is_typed_beside_the_yes(home: Path, sit: Sit) -> None:
    opened = ("Passphrase: ", PASSPHRASE)
    sit("did", "create", "--name", "work", "--yes", dialogue=(opened,))
    pay = ("pay", "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4", "0.25")
    code, seen = sit(*pay, dialogue=(opened, ("agree: ", "yes"), ("> ", "0.26 ETH")))
    assert code == ExitCode.NOT_CONSENTED
    assert "To agree, type: 0.25 ETH\n" in seen
    code, seen = sit(*pay, "--yes", dialogue=(opened, ("> ", "0.25 eth")))
    assert code == ExitCode.DONE
    assert "paid 0.25 ETH to 0x5B38" in seen
    code, _ = sit(*pay, "--yes", dialogue=(opened,))
    assert code == ExitCode.DONE
    assert outcomes(home)[1][1:] == [("refused", "prompt"), ("done", "flag"), ("done", "flag")]


def test_what_is_due_is_told_by_the_next_command_once_a_day(home: Path, sit: Sit) -> None:
    opened = ("Passphrase: ", PASSPHRASE)
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        for number in range(7):
            remember(wallet.vault, Reminder(f"call number {number}", "2026-01-01"))
    code, seen = sit("balance", "--quiet", dialogue=(opened,))
    assert "due" not in seen
    code, seen = sit("balance", dialogue=(opened,))
    assert code == ExitCode.DONE
    assert "holdfast: due: call number 0 (2026-01-01, rem-" in seen
    assert "holdfast: and more that is due: 2; holdfast reminders\n" in seen
    code, seen = sit("balance", dialogue=(opened,))
    assert "due" not in seen


@pytest.fixture
def with_a_key(home: Path) -> Path:
    """A wallet with one DID, and the file that its keys are to be written to."""
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        create = ACTIONS["create_did"].propose
        assert create is not None
        create(wallet, {"method": "key", "name": "work"}).perform()
    return home.parent / "keys.json"


@pytest.mark.parametrize("typed", [SENTENCE, f" {SENTENCE.upper()} "])
def test_private_keys_are_written_after_the_sentence(
    home: Path, sit: Sit, with_a_key: Path, typed: str
) -> None:
    code, seen = sit(
        *("export", "keys", str(with_a_key), "--private"),
        dialogue=(("Passphrase: ", PASSPHRASE), ("> ", typed)),
    )
    assert code == ExitCode.DONE
    assert "whoever reads the file signs in your name, for good" in seen
    assert f"To agree, type: {SENTENCE}\n" in seen
    (key,) = json.loads(with_a_key.read_bytes())["keys"]
    assert key["d"] not in seen
    assert with_a_key.stat().st_mode & 0o777 == 0o600
    assert outcomes(home)[1] == [("done", "prompt")]


@pytest.mark.parametrize("typed", ["", "yes", SENTENCE[:-1]])
def test_private_keys_are_not_written_after_anything_else(
    home: Path, sit: Sit, with_a_key: Path, typed: str
) -> None:
    code, _ = sit(
        *("export", "keys", str(with_a_key), "--private"),
        dialogue=(("Passphrase: ", PASSPHRASE), ("> ", typed)),
    )
    assert code == ExitCode.NOT_CONSENTED
    assert not with_a_key.exists()
    assert outcomes(home)[1] == [("refused", "prompt")]


def test_a_sentence_typed_before_it_was_asked_for_writes_no_private_key(
    home: Path, sit: Sit, with_a_key: Path
) -> None:
    (home.parent / "passphrase").write_text(PASSPHRASE)
    code, _ = sit(
        *("export", "keys", str(with_a_key), "--private"),
        *("--passphrase-file", str(home.parent / "passphrase")),
        early=f"{SENTENCE}\n",
        dialogue=(("> ", "no"),),
    )
    assert code == ExitCode.NOT_CONSENTED
    assert not with_a_key.exists()


def test_the_end_of_what_is_typed_is_no_passphrase(home: Path, sit: Sit) -> None:
    code, seen = sit("did", "list", dialogue=(("Passphrase: ", "\x04"),))
    assert code == ExitCode.USAGE
    assert seen.strip().endswith("holdfast: error: nothing was typed: 'Passphrase'")
    assert home.exists()


def test_what_is_typed_and_is_no_text_is_not_shown(home: Path, sit: Sit) -> None:
    typed = "secret \udcff\udcfe"
    code, seen = sit("did", "list", dialogue=(("Passphrase: ", typed),))
    assert code == ExitCode.USAGE
    assert "what was typed is not UTF-8: 'Passphrase'" in seen
    assert "secret" not in seen
    assert "0xff" not in seen
    assert home.exists()
