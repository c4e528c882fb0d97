from __future__ import annotations

import os
import pty
import re
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from agent.model import ScriptedModel
from tui.plain import Idle, PlainTalk, attentive
from wallet.actions.consent import Answer, By
from wallet.cli.diagnostics import ExitCode
from wallet.cli.options import Options
from wallet.entries import credentials, dids
from wallet.talk import Entry, Sort, Talk, keep, recall
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.errors import BadInput
    from wallet.wallet import Wallet

JUNK = "test test test test test test test test test test test junk"
PASSPHRASE: Final = "correct horse battery staple"
PATIENCE: Final = 60.0  # seconds


def says_yes(_proposal: Proposal, _language: str) -> Answer:
    return Answer(yes=True, by=By.PROMPT)


def says_no(_proposal: Proposal, _language: str) -> Answer:
    return Answer(yes=False, by=By.PROMPT)


def hold(
    wallet: Wallet,
    lines: list[str],
    drafts: list[str] | None = None,
    *,
    approver: Any = says_yes,
    language: str = "en",
) -> PlainTalk:
    model = ScriptedModel(iter(drafts or []))
    options = Options(home=wallet.home, language=language)
    talk = PlainTalk(wallet, model, options, approver=approver)
    talk.begin()
    talk.hold(iter(lines), resume=False)
    return talk


def heard(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_every_line_says_who_speaks_and_none_moves_or_is_drawn(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(wallet, ["create a DID called work"], ['create_did method=key name="work"'])
    lines = heard(capsys)
    assert lines[1] == "wallet: plan: create_did(method: key, name: work)"
    assert lines[2] == "wallet: created work"
    assert all(line.startswith(("wallet: ", "  ")) for line in lines)
    assert all(line.isprintable() and not set(line) & set("│─╭▌⠋") for line in lines)
    assert [own.name for own in dids(wallet.vault)] == ["work"]


def test_commands_are_done_by_the_same_words(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(wallet, ["/did create --method key --name work", "／identities", "/settings"])
    lines = heard(capsys)
    assert "wallet: created work" in lines
    assert "did:key:z6Mk" in "\n".join(lines)
    assert any("is a screen of its own" in line for line in lines)


def test_a_no_does_nothing_and_says_so(wallet: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    hold(wallet, ["/did create --name work"], approver=says_no)
    assert "wallet: not done" in heard(capsys)
    assert dids(wallet.vault) == ()


def test_what_is_wrong_is_said_in_the_wallets_voice(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(wallet, ["/did sho", "/did show nobody", "list my dids"], ["gibberish"])
    lines = heard(capsys)
    assert "wallet: there is no /did sho" in lines
    assert "wallet: perhaps: /did show" in lines
    assert "wallet: the wallet has no DID 'nobody'" in lines
    assert any("cannot be read" in line for line in lines)
    assert all(line.startswith("wallet: ") for line in lines)


def test_a_deed_is_taken_back(wallet: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    hold(wallet, ["/undo", "/memory set language zh", "/undo"])
    lines = heard(capsys)
    assert "wallet: there is nothing to take back" in lines
    assert "wallet: to take it back: /undo" in lines
    assert wallet.vault.count(Kind.MEMORY) == 0


def test_quitting_and_locking_end_it(wallet: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    assert hold(wallet, ["/quit", "/did list"]).is_left
    assert not hold(wallet, ["/lock", "/did list"]).is_left
    assert "no DIDs yet" not in "\n".join(heard(capsys))


def test_a_secret_is_refused_and_not_kept(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(wallet, [JUNK, "/did list"])
    lines = heard(capsys)
    assert any("it was not taken" in line for line in lines)
    assert "junk" not in "\n".join(lines)
    assert recall(wallet).lines == ("/did list",)


def test_the_conversation_is_kept_and_told_again_and_forgotten_on_request(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(wallet, ["/did list"])
    heard(capsys)
    hold(wallet, ["/contact list"])
    assert heard(capsys)[:2] == ["earlier, you: /did list", "earlier, wallet: no DIDs yet"]
    assert recall(wallet).lines == ("/did list", "/contact list")
    texts = [entry.text for entry in recall(wallet).entries]
    assert texts.index("/did list") < texts.index("no DIDs yet") < texts.index("no contacts yet")
    hold(wallet, ["/clear"])
    assert recall(wallet).lines == ()
    assert recall(wallet).entries == ()


def test_speaks_chinese(wallet: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    hold(wallet, ["/身份", "/help DID"], language="zh")
    lines = heard(capsys)
    assert all(line.startswith("钱包: ") for line in lines)


def test_what_was_said_before_is_told_again_briefly_and_in_the_persons_language(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    long, problem = Entry(Sort.YOU, "多" * 4_000), Entry(Sort.ERROR, "it went wrong")
    keep(wallet, Talk((long, problem)))
    hold(wallet, [], language="zh")
    assert heard(capsys)[:2] == [f"先前，您: {'多' * 400}…", "先前，钱包: it went wrong"]


def test_explains_how_a_command_is_typed(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(wallet, ["/pay --help"])
    lines = heard(capsys)
    assert any(line.startswith("wallet: /pay ") for line in lines)
    assert any(line.startswith("wallet: AMOUNT: ") for line in lines)


def test_somebody_who_types_nothing_is_idle() -> None:
    def slow() -> Iterator[str | BadInput]:
        yield "one"
        signal.pause()

    lines = attentive(slow(), 0.05)
    assert next(lines) == "one"
    with pytest.raises(Idle):
        next(lines)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


class Terminal:
    """A person at a terminal of the program's own."""

    def __init__(self, *argv: str) -> None:
        self.pid, self.file = pty.fork()
        if self.pid == 0:  # pragma: no cover - in the child
            environment = {**os.environ, "HOLDFAST_LANGUAGE": "en", "TERM": "dumb"}
            command = [sys.executable, "-m", "wallet.cli.main", *argv]
            os.execve(sys.executable, command, environment)  # noqa: S606 - no shell is wanted
        self.seen = ""

    def until(self, words: str) -> str:
        """What came since, once it says so."""
        end = time.monotonic() + PATIENCE
        while words not in self.seen:
            assert time.monotonic() < end, self.seen
            self.seen += os.read(self.file, 4_096).decode(errors="replace")
        at = self.seen.index(words) + len(words)
        before, self.seen = self.seen[:at], self.seen[at:]
        return before

    def types(self, line: str) -> None:
        time.sleep(0.1)  # what is typed before a question is no answer to it
        os.write(self.file, f"{line}\n".encode())

    def ends(self) -> int:
        try:
            while os.read(self.file, 4_096):
                pass
        except OSError:  # Linux's way to say that nobody has the terminal open any more
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
def test_goes_from_nothing_to_a_did_and_a_sample_on_a_terminal(tmp_path: Path) -> None:
    home = tmp_path / "wallet"
    person = Terminal("--plain", "--home", str(home))
    person.until("1 to 3: ")
    person.types("1")
    person.until("Choose a passphrase: ")
    person.types("123456")
    person.until("guessed soon")
    person.until("Choose a passphrase: ")
    person.types(PASSPHRASE)
    person.until("Once more: ")
    person.types(PASSPHRASE)
    shown = person.until("Word ")
    words = dict(re.findall(r" (\d+) ([a-z]+)", shown))
    assert len(words) == 12
    for _ in range(3):
        number = person.until(": ").removesuffix(": ")
        person.types(words[number.strip()])
        if _ < 2:
            person.until("Word ")
    person.until("leaves it for later: ")
    person.types("me")
    person.until("Type yes to agree: ")
    person.types("yes")
    person.until("wallet: created me")
    person.until("1 to 2: ")
    person.types("1")
    person.until("Type yes to agree: ")
    person.types("yes")
    person.until("you: ")
    person.types("/lock")
    person.until("Passphrase: ")
    person.types(PASSPHRASE)
    person.until("you: ")
    person.types("/quit")
    assert person.ends() == ExitCode.DONE
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        assert [own.name for own in dids(wallet.vault)] == ["me"]
        assert len(credentials(wallet.vault)) == 1
