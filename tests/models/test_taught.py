from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from agent.state import State
from models import taught
from models.phrasebook import LANGUAGES
from models.taught import FOLDER, case_of, lessons
from wallet.actions import ACTIONS

if TYPE_CHECKING:
    from pathlib import Path

WALLET = {
    "now": "2026-11-25T09:00:00+01:00",
    "dids": [{"id": "did:key:zA", "name": "pier", "method": "key", "published": False}],
    "credentials": [
        {"id": "cred-1", "type": "Permit", "name": "Mooring permit", "issuer": "Harbour",
         "role": "held", "claims": ["berth", "length"], "valid_until": None},
        {"id": "cred-2", "type": "Permit", "name": "Fishing permit", "issuer": "Harbour",
         "role": "held", "claims": ["berth"], "valid_until": None},
    ],
    "contacts": [{"name": "Ines", "did": "did:key:zB"}, {"name": "Olga", "did": "did:key:zC"}],
    "products": [],
}  # fmt: skip


def raw(text: str, *expect: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "x", "lang": "en", "text": text, "wallet": WALLET, "expect": expect, **more}


def step(action: str, /, **arguments: Any) -> dict[str, Any]:
    return {"action": action, "arguments": arguments}


def draft(case: dict[str, Any]) -> str:
    found = case_of(case)
    assert found is not None
    return found.draft.write()


def test_what_the_model_is_to_write_follows_from_the_plan() -> None:
    shown = step("present_credential", credential="cred-1", verifier="Ines", claims=["berth"])
    text = "show Ines my mooring permit, only the berth"
    assert draft(raw(text, shown)) == "present_credential credential=C2 verifier=P1 claims=[berth]"
    remind = step("set_reminder", about="call Olga", when="2026-11-26")
    text = "remind me to call Olga tomorrow"
    assert draft(raw(text, remind)) == 'set_reminder about="call Olga" when="tomorrow"'
    assert draft(raw("what a day", step("none"))) == "none"


def test_what_no_word_names_is_left_out_and_what_is_named_in_vain_is_unknown() -> None:
    published = step("publish_did", did="did:key:zA")
    assert draft(raw("publish it then", published)) == "publish_did"
    asked = step("ask", action="delete_credential", known={}, missing=["credential"])
    assert draft(raw("delete my permit", asked)) == "delete_credential credential=?"
    assert draft(raw("delete one of mine", asked)) == "delete_credential"


def test_what_the_turn_before_said_is_known() -> None:
    before = [
        {"role": "user", "text": "verify the fishing permit"},
        {"role": "agent", "text": "It is genuine.", "plan": [
            step("verify_credential", credential="cred-2")]},
    ]  # fmt: skip
    shown = step("present_credential", credential="cred-2", verifier="Olga")
    line = draft(raw("now show it to Olga", shown, history=before))
    assert line == "present_credential credential=C1 verifier=P1"


def test_a_plan_that_the_rules_do_not_make_is_not_taught() -> None:
    assert case_of(raw("show Ines my mooring permit", step("lock"))) is not None
    other = step("set_reminder", about="call Olga", when="2031-01-01")
    assert case_of(raw("remind me to call Olga tomorrow", other)) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_case_that_is_taught_can_be_read(lang: str) -> None:
    ids: list[str] = []
    for path in sorted((FOLDER / lang).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            ids.append(case["id"])
            State.from_json(case["wallet"])
            assert case["lang"] == lang
            assert {each["action"] for each in case["expect"]} <= {*ACTIONS, "ask", "none"}
    assert len(ids) == len(set(ids)) > 700


def test_lessons_that_are_kept_are_those_that_were_worked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "en").mkdir()
    cases = [raw("show Ines my mooring permit", step("lock")), raw("what a day", step("none"))]
    lines = "".join(f"{json.dumps(each)}\n" for each in cases)
    (tmp_path / "en" / "a.jsonl").write_text(lines, encoding="utf-8")
    monkeypatch.setattr(taught, "FOLDER", tmp_path)
    monkeypatch.setattr(taught, "_KEPT", tmp_path / "run")
    worked_out = lessons("en")
    assert {each.asked for each in worked_out}
    assert [*(tmp_path / "run").iterdir()]
    monkeypatch.setattr(taught, "case_of", None)  # nothing is worked out again
    assert lessons("en") == worked_out
