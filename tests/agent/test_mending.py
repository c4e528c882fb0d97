from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from agent.model import ScriptedModel
from agent.plan import to_json
from agent.planner import plan
from agent.state import ContactEntry, CredentialEntry, State

STATE: Final = State(
    now=datetime(2026, 11, 25, 9, tzinfo=UTC),
    credentials=(
        CredentialEntry("cred-1", "Residency", claims=("full_name", "over_18")),
        CredentialEntry("cred-2", "Membership", claims=("club",)),
    ),
    contacts=(ContactEntry("Gustaf", "did:key:a"),),
)


def planned(line: str, message: str) -> dict[str, Any]:
    (step,) = to_json(plan(message, STATE, ScriptedModel(iter([line]))).plan)
    return dict(step["arguments"])


@pytest.mark.parametrize(
    "line",
    [
        "present_credential verifier=P1 claims=[over_18]",
        "present_credential credential=C1 verifier=P1 claims=[club]",
    ],
)
def test_a_claim_that_one_credential_has_alone_tells_which(line: str) -> None:
    assert planned(line, "let Gustaf see that I'm over 18, only that") == {
        "credential": "cred-1",
        "verifier": "Gustaf",
        "claims": ["over_18"],
    }


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "present_credential verifier=P1 claims=[over_18]",
            "show Gustaf my passport, over 18 only",
        ),
        ("present_credential credential=? verifier=P1", "show Gustaf the passport, over 18 only"),
        ("present_credential verifier=P1", "show Gustaf something"),
    ],
)
def test_of_something_else_a_claim_tells_nothing(line: str, message: str) -> None:
    assert planned(line, message)["missing"] == ["credential"]


@pytest.mark.parametrize(
    ("message", "ends", "claims", "expires"),
    [
        ("a pass for Gustaf, grade A, tenure 3 years", "3 years", {"tenure": "3 years"}, None),
        ("a pass for Gustaf, grade A, year 2025", "year 2025", {"year": "2025"}, None),
        ("a pass for Gustaf, grade A, date 3 July", "3 July", {"date": "3 July"}, None),
        ("a pass for Gustaf, grade A, expiry date 3 July", "3 July", {}, "2027-07-03"),
        ("a pass for Gustaf, grade A, validity 3 years", "3 years", {}, "2029-11-25"),
        ("a pass for Gustaf, grade A, exp 1 May 2027", "1 May 2027", {}, "2027-05-01"),
        (
            "a pass for Gustaf, grade A, standing high, valid for 3 years",
            "high",
            {"standing": "high"},
            "2029-11-25",
        ),
    ],
)
def test_a_time_that_is_a_claims_is_not_the_end(
    message: str, ends: str, claims: dict[str, str], expires: str | None
) -> None:
    line = f'issue_credential type="pass" subject=P1 claims={{"grade"="A"}} expires="{ends}"'
    known = planned(line, message)
    assert known["claims"] == {"grade": "A", **claims}
    assert known.get("expires") == expires


def test_whom_it_is_for_is_no_part_of_what_it_is() -> None:
    line = 'issue_credential type="boat reference to Gustaf" subject=P1'
    message = "issue a boat reference to Gustaf"
    assert planned(line, message) == {"type": "boat reference", "subject": "Gustaf"}


def test_a_claim_known_by_its_name_is_found_at_the_end() -> None:
    line = 'issue_credential type="pass" subject=P1'
    assert planned(line, "give Gustaf a pass with tier gold")["claims"] == {"tier": "gold"}
    assert "claims" not in planned(line, "give Gustaf a pass with best wishes")


def test_an_asked_for_claim_ends_where_the_words_say_that_it_is_all() -> None:
    line = 'request_presentation holder=P1 type="policy" claims=["excess\'s all I need"]'
    message = "get Gustaf to show his policy. the excess's all I need"
    assert planned(line, message)["claims"] == ["excess"]
