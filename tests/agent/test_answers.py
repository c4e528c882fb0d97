from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from agent.model import ScriptedModel
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.planner import plan
from agent.state import ContactEntry, CredentialEntry, State

NOW: Final = datetime(2026, 11, 25, 9, tzinfo=UTC)
STATE: Final = State(
    now=NOW,
    credentials=(CredentialEntry("cred-1", "Degree"),),
    contacts=(
        ContactEntry("Port Bank", "did:key:a"),
        ContactEntry("Greta Lind", "did:key:b"),
        ContactEntry("Gustaf", "did:key:c"),
    ),
)


def answered(message: str, asked: str, drafts: tuple[str, str]) -> Plan:
    """What an answer comes to, given what the model writes of the request and of it."""
    model = ScriptedModel(iter(drafts))
    first = plan(asked, STATE, model)
    return plan(message, STATE, model, history=(first.turn,)).plan


@pytest.mark.parametrize("answer", ["sunday, ten in the morning", "in 2 hours"])
def test_a_time_answers_when_whatever_the_model_makes_of_it(answer: str) -> None:
    drafts = ('set_reminder about="call Bo"', "none")
    match answered(answer, "remind me to call Bo", drafts):
        case Steps((Step("set_reminder", arguments),)):
            assert arguments["about"] == "call Bo"
            assert arguments["when"] > NOW.isoformat()
        case other:
            raise AssertionError(other)


def test_a_name_answers_whom_whatever_the_model_makes_of_it() -> None:
    drafts = ("present_credential credential=C1 verifier=?", "none")
    understood = answered("Greta", "show somebody my degree", drafts)
    assert understood == Steps(
        (Step("present_credential", {"credential": "cred-1", "verifier": "Greta Lind"}),)
    )


@pytest.mark.parametrize(
    ("answer", "is_asked_again"),
    [("the harbour office", True), ("to my dentist.", True), ("my bad", False), ("hm", False)],
)
def test_somebody_unknown_is_asked_about_once_more(answer: str, *, is_asked_again: bool) -> None:
    drafts = ("present_credential credential=C1 verifier=?", "none")
    understood = answered(answer, "show somebody my degree", drafts)
    if is_asked_again:
        assert isinstance(understood, Ask)
        assert understood.missing == ("verifier",)
    else:
        assert understood == Decline()


def test_what_is_called_off_stays_so() -> None:
    drafts = ('set_reminder about="call Bo"', "none")
    assert answered("forget it", "remind me to call Bo", drafts) == Decline()


def test_a_claim_that_a_correction_says_nothing_of_stays_as_it_was() -> None:
    asked = "give Gustaf a swim badge, level silver"
    drafts = (
        'issue_credential type="swim badge" subject=P1 claims={"level"="silver"}',
        'issue_credential type="swim badge" subject=P2 claims={"level silver"="silver"}',
    )
    match answered("no wait, to Greta", asked, drafts):
        case Steps((Step("issue_credential", arguments),)):
            assert arguments["claims"] == {"level": "silver"}
        case other:
            raise AssertionError(other)
