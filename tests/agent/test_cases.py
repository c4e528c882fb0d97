from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from agent.cases import answer, read_cases, told
from agent.model import ScriptedModel
from agent.scoring import Scores
from wallet.cli.diagnostics import ExitCode
from wallet.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

WALLET = {
    "now": "2026-11-25T09:00:00Z",
    "dids": [],
    "credentials": [{"id": "cred-1", "type": "Visa", "name": "Visa Ghana", "claims": []}],
    "contacts": [{"name": "Bo", "did": "did:key:z1"}],
    "products": [],
}
CASE: dict[str, Any] = {
    "id": "en-1",
    "lang": "en",
    "text": "show it to Bo",
    "wallet": WALLET,
    "history": [
        {"role": "user", "text": "what does my visa say"},
        {
            "role": "agent",
            "text": "Visa Ghana.",
            "plan": [{"action": "show_credential", "arguments": {"credential": "cred-1"}}],
        },
    ],
    "expect": [
        {"action": "present_credential", "arguments": {"credential": "cred-1", "verifier": "Bo"}}
    ],
}


def holdfast(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "wallet.cli.main", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


def test_answers_a_case_by_its_wallet_and_history() -> None:
    model = ScriptedModel(iter(["present_credential credential=C1 verifier=P1"]))
    assert answer(CASE, model) == CASE["expect"]


def test_a_message_that_cannot_be_planned_is_none() -> None:
    assert answer(CASE, ScriptedModel(iter(["gibberish"]))) == [{"action": "none", "arguments": {}}]


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {**CASE, "wallet": {}},
        {**CASE, "wallet": {**WALLET, "dids": [{"did": 1}]}},
        {**CASE, "history": [{"role": "user"}]},
        {**CASE, "history": "x"},
    ],
)
def test_a_case_of_another_shape_is_named(broken: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="not of the contract's shape"):
        answer(broken, ScriptedModel(iter(["none"])))


@pytest.mark.parametrize("line", ["{", "[]", "1", "[" * 100_000])
def test_a_line_that_is_no_case_is_named(line: str) -> None:
    with pytest.raises(BadInput, match="line 2"):
        list(read_cases(["{}", line]))


def test_says_the_scores_and_the_mistakes() -> None:
    scores = Scores()
    scores.add(CASE, CASE["expect"])
    scores.add(CASE, [{"action": "none", "arguments": {}}])
    lines = list(told(scores, 1))
    assert "en                                   1/2       50.0%" in lines
    assert lines[-3].startswith("en-1 show it to Bo")


def test_plans_a_file_of_cases_and_prints_a_line_for_each() -> None:
    lines = "\n".join(json.dumps({**CASE, "id": name}) for name in ("a", "b"))
    done = holdfast("plan", "--jsonl", given=lines)
    assert done.returncode == ExitCode.DONE, done.stderr
    plans = [json.loads(line) for line in done.stdout.splitlines()]
    assert [plan["id"] for plan in plans] == ["a", "b"]
    assert all(isinstance(plan["plan"], list) for plan in plans)


def test_measures_the_model_on_a_file_of_cases(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(CASE), encoding="utf-8")
    done = holdfast("model", "eval", str(file), "--json")
    assert done.returncode == ExitCode.DONE, done.stderr
    assert json.loads(done.stdout)["total"]["en"] == 1


@pytest.mark.parametrize("text", ["{}", '{"lang": "en"}', "x"])
def test_refuses_cases_that_do_not_say_what_is_right(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(text, encoding="utf-8")
    done = holdfast("model", "eval", str(file))
    assert done.returncode != ExitCode.DONE
    assert done.stderr.startswith("holdfast: error: ")
    assert "Traceback" not in done.stderr
