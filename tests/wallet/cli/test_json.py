from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.cli.render import show_json
from wallet.display import printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[..., Any]

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


@pytest.fixture
def ask(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command with --json and reads what it printed."""
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery staple")

    def asked(*argv: str, code: ExitCode = ExitCode.DONE) -> Any:
        common = ("--home", str(home), "--passphrase-file", str(passphrase), "--json", "--quiet")
        assert main([*argv, *common]) == code
        out, err = capsys.readouterr()
        assert err == ""
        return json.loads(out)

    return asked


def test_every_action_prints_one_json_document(ask: Ask, tmp_path: Path) -> None:
    made = ask("did", "create", "--method", "key", "--name", "school", "--yes")
    assert made == {"did": made["did"], "method": "key", "name": "school"}
    mei = ask("did", "create", "--method", "key", "--name", "mei", "--yes")["did"]
    shop = ask("did", "create", "--name", "shop", "--yes")["did"]
    assert ask("contact", "add", "Acme", ACME, "--yes") == {"did": ACME, "name": "Acme"}
    issue = ("issue", "--type", "Degree", "--subject", "mei", "--claim", "专业=数学", "--yes")
    issued = ask(*issue, "--issuer", "school")
    assert issued["credential"]["credentialSubject"] == {"id": mei, "专业": "数学"}
    card = issued["id"]
    published = ask("did", "publish", "shop", "--yes")
    assert (published["did"], published["block"]) == (shop, 1)

    request = str(tmp_path / "request.json")
    asked = ask("request", "--holder", "mei", "--type", "Degree", "-o", request, "--yes")
    answer = str(tmp_path / "answer.json")
    presented = ask("present", card, "--request", request, "-o", answer, "--yes")
    assert presented["challenge"] == asked["request"]["challenge"]
    binding = ("--challenge", presented["challenge"], "--domain", presented["domain"])
    assert ask("verify", answer, *binding)["verdict"] == "valid"
    assert ask("verify", card)["reason"] == "none"
    (tmp_path / "card.json").write_text(json.dumps(issued["credential"]))
    assert ask("import", str(tmp_path / "card.json"), "--yes")["role"] == "held"

    assert {entry["published"] for entry in ask("did", "list")["dids"]} == {True}
    assert ask("did", "show", "mei")["document"]["id"] == mei
    assert ask("contact", "list") == {"contacts": [{"did": ACME, "name": "Acme"}]}
    assert card in {entry["id"] for entry in ask("list")["credentials"]}
    assert ask("show", card)["claims"] == ["专业"]
    assert ask("search", "数学")["found"][0]["kind"] == "credential"
    assert ask("balance")["accounts"][0]["did"] == shop
    assert ask("help", "DID")["topic"] == "DID"
    assert ask("delete", card, "--yes") == {"id": card}
    done = [entry["action"] for entry in ask("history")["entries"]]
    assert set(done) == {action.name for action in ACTIONS.values() if action.needs_consent}


def test_a_verdict_is_json_and_an_exit_code(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    report = ask("verify", str(tmp_path / "a.json"), code=ExitCode.FAILED)
    assert report["verdict"] == "invalid"


@pytest.mark.parametrize(
    "value", ["\x1b[2J\r\n", "\x9b2J", "\u202etxt", "\U000e0041", "\udcff", "林 é 😀", '"\\\n"']
)
def test_says_everything_and_moves_no_cursor(
    value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_json({value: [value, {"a": (value,)}]})
    out = capsys.readouterr().out
    assert json.loads(out) == {value: [value, {"a": [value]}]}
    assert all(printable(line) == line for line in out.splitlines())
