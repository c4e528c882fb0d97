from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from agent.conversation import Conversation
from agent.lines import take_turn
from agent.model import ScriptedModel, find_model
from wallet.actions.consent import Answer, By
from wallet.cli.diagnostics import ExitCode
from wallet.cli.options import Options
from wallet.entries import dids
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from wallet.actions.proposal import Proposal
    from wallet.wallet import Wallet


def says_yes(_proposal: Proposal, _language: str) -> Answer:
    return Answer(yes=True, by=By.PROMPT)


def says_no(_proposal: Proposal, _language: str) -> Answer:
    return Answer(yes=False, by=By.PROMPT)


def is_away(_proposal: Proposal, _language: str) -> None:
    return None


def take(wallet: Wallet, line: str, sentence: str, approver: Any, **options: Any) -> ExitCode:
    conversation = Conversation(wallet, ScriptedModel(iter([line])))
    return take_turn(conversation, sentence, Options(home=wallet.home, **options), approver)


def test_tells_the_plan_and_prints_the_result(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    line = 'create_did method=key name="work"'
    assert take(wallet, line, "a key called work", says_yes) is ExitCode.DONE
    out, err = capsys.readouterr()
    assert out.startswith("created work\n")
    assert err == "plan: create_did(method: key, name: work)\n"


def test_prints_what_waits_for_a_yes_and_its_digest_where_nobody_can_be_asked(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    line = 'list_dids; create_did method=key name="work"; list_dids'
    code = take(wallet, line, "list, make work, list", is_away, quiet=True)
    assert code is ExitCode.NOT_CONSENTED
    out, err = capsys.readouterr()
    assert out.startswith("no DIDs yet\n")
    assert "Create a did:key identifier\n  Name  work\n" in out
    assert re.search(r"\ndigest [0-9a-f]{64}\n$", out)
    assert err == ""
    assert dids(wallet.vault) == ()
    read, entry = wallet.vault.all(Kind.JOURNAL)
    assert (read.body["action"], read.body["by"]) == ("list_dids", "read")
    assert (entry.body["outcome"], entry.body["by"]) == ("refused", "nobody")


def test_prints_one_json_document(wallet: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    line = 'create_did method=key name="work"; create_did method=key name="home"'
    code = take(wallet, line, "make work and home", is_away, json=True)
    printed = json.loads(capsys.readouterr().out)
    assert printed["exit"] == code == ExitCode.NOT_CONSENTED
    (pending,) = printed["results"]
    assert pending["pending"] == "create_did"
    assert pending["statement"][0] == "Create a did:key identifier"
    assert len(pending["digest"]) == 64


def test_a_no_is_exit_code_8(wallet: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    assert take(wallet, 'create_did name="x"', "make x", says_no) is ExitCode.NOT_CONSENTED
    assert capsys.readouterr().out == ""
    assert dids(wallet.vault) == ()


def test_a_question_back_is_printed(wallet: Wallet, capsys: pytest.CaptureFixture[str]) -> None:
    take(wallet, "publish_did", "publish it", says_yes)
    assert capsys.readouterr().out == "Which DID?\n"
    take(wallet, "publish_did", "publish it", says_yes, json=True)
    assert json.loads(capsys.readouterr().out)["results"] == [{"ask": "Which DID?"}]


def test_what_is_not_served_or_fails_has_its_exit_code(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(wallet, "none", "what a day", says_yes) is ExitCode.FAILED
    assert "I cannot help with that" in capsys.readouterr().out
    missing = 'verify_credential credential="\ue008"'
    assert take(wallet, missing, "check ./missing.json", says_yes) is ExitCode.USAGE
    assert "holdfast: error: there is no file './missing.json'" in capsys.readouterr().err


def test_a_verdict_is_the_exit_code(wallet: Wallet, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    line = 'verify_credential credential="\ue008"'
    code = take(wallet, line, f"check {tmp_path}/a.json", says_yes, quiet=True)
    assert code is ExitCode.FAILED


def ask(home: Path, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    passphrase = home.with_name("passphrase")
    passphrase.write_text("correct horse battery staple")
    command = [sys.executable, "-P", "-m", "wallet.cli.main", "ask", *arguments]
    return subprocess.run(
        [*command, "--home", str(home), "--passphrase-file", str(passphrase)],
        input=said,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=120,
    )


def test_asks_the_model_that_ships(home: Path) -> None:
    done = ask(home, "create a DID called work", "--model", str(find_model()))
    assert "digest " in done.stdout
    assert "pending: this needs a yes on a terminal" in done.stderr
    assert done.returncode == ExitCode.NOT_CONSENTED


def test_prints_a_plan_and_runs_nothing(home: Path) -> None:
    done = ask(home, "create a DID called work", "--plan")
    assert done.returncode == ExitCode.DONE
    assert [step["action"] for step in json.loads(done.stdout)] == ["create_did"]


def test_says_in_one_line_that_there_is_no_model(home: Path) -> None:
    done = ask(home, "list my DIDs", "--model", "missing.gguf")
    assert done.returncode == ExitCode.FAILED
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "holdfast: error: there is no model file",
        "holdfast: hint: looked for it at missing.gguf",
    ]


def test_a_conversation_with_nothing_in_it_is_done(home: Path) -> None:
    for said in ("", "\n \n", "bye\nmake work\n"):
        done = ask(home, said=said)
        assert (done.returncode, done.stdout) == (ExitCode.DONE, "")


def test_a_conversation_has_a_pipe_of_its_own_and_a_plan_a_sentence(home: Path) -> None:
    done = ask(home, "--passphrase-fd", "0", said="list my DIDs")
    assert done.returncode == ExitCode.USAGE
    assert "standard input cannot be the passphrase and the conversation" in done.stderr
    done = ask(home, "--plan")
    assert done.returncode == ExitCode.USAGE
    assert "--plan wants a sentence" in done.stderr
