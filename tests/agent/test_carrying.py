from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest

from agent.model import ScriptedModel
from agent.plan import Plan, Steps, to_json
from agent.planner import plan
from agent.state import ContactEntry, CredentialEntry, State

if TYPE_CHECKING:
    from collections.abc import Mapping

STATE: Final = State(
    now=datetime(2026, 11, 25, 9, tzinfo=UTC),
    credentials=(
        CredentialEntry(
            "cred-1", "SwimDiploma", claims=("full_name", "stroke", "distance", "pool")
        ),
        CredentialEntry("cred-2", "DiveDiploma", claims=("full_name", "depth", "pool")),
    ),
    contacts=(ContactEntry("Gustaf", "did:key:a"), ContactEntry("Greta", "did:key:b")),
)
SHOWN: Final = (
    "show Gustaf the pool and distance on my swim diploma",
    "present_credential credential=C2 verifier=P1 claims=[pool,distance]",
)
ISSUED: Final = (
    "give Greta a swim badge with level silver and lengths 20",
    'issue_credential type="swim badge" subject=P1 claims={"level"="silver","lengths"="20"}',
)
REMINDED: Final = (
    "remind me on Friday at 3 pm to call Greta",
    'set_reminder about="call Greta" when="on Friday at 3 pm"',
)
PAID: Final = ("send Greta 0.4 ether", 'send_payment to=P1 amount="0.4" currency=ETH')


def then(before: tuple[str, str], message: str, draft: str) -> Plan:
    """What a message after another comes to, given what the model writes of the two."""
    asked, first = before
    model = ScriptedModel(iter((first, draft)))
    turn = plan(asked, STATE, model).turn
    return plan(message, STATE, model, history=(turn,)).plan


def arguments(understood: Plan) -> Mapping[str, Any]:
    assert isinstance(understood, Steps), to_json(understood)
    (step,) = understood.steps
    return step.arguments


@pytest.mark.parametrize(
    ("message", "draft", "claims"),
    [
        (
            "sorry, the dive one",
            "present_credential credential=C1 verifier=P2 claims=[depth]",
            "pool",
        ),
        (
            "leave out the pool",
            "present_credential credential=C2 verifier=P2 claims=[full_name]",
            "distance",
        ),
        ("drop the distance", "none", "pool"),
        (
            "everything but the pool",
            "present_credential credential=C2 verifier=P2 claims=[distance]",
            "full_name stroke distance",
        ),
        (
            "not the pool or the distance, the stroke",
            "present_credential credential=C2 verifier=P2 claims=[full_name]",
            "stroke",
        ),
        (
            "I meant Greta",
            "present_credential credential=C2 verifier=P1 claims=[full_name]",
            "pool distance",
        ),
        (
            "only the stroke",
            "present_credential credential=C2 verifier=P2 claims=[stroke]",
            "stroke",
        ),
    ],
)
def test_claims_that_were_to_be_shown_still_are(message: str, draft: str, claims: str) -> None:
    assert {*arguments(then(SHOWN, message, draft))["claims"]} == {*claims.split()}


def test_of_a_whole_credential_a_claim_can_be_left_out() -> None:
    before = ("show Gustaf my swim diploma", "present_credential credential=C2 verifier=P1")
    understood = then(before, "not my name please", "none")
    assert arguments(understood)["claims"] == ["stroke", "distance", "pool"]


@pytest.mark.parametrize("message", ["I can't find the pool", "no pool has opened yet"])
def test_talk_of_a_claim_shows_nothing(message: str) -> None:
    assert to_json(then(SHOWN, message, "none")) == [{"action": "none", "arguments": {}}]


@pytest.mark.parametrize(
    ("message", "draft", "claims"),
    [
        ("make the level gold", "none", {"level": "gold", "lengths": "20"}),
        ("add grade A", "none", {"level": "silver", "lengths": "20", "grade": "A"}),
        (
            "the same for Gustaf with lengths 24",
            'issue_credential type="swim badge" subject=P2 claims={"lengths"="20"}',
            {"level": "silver", "lengths": "24"},
        ),
        (
            "sorry, the level should be gold",
            'issue_credential type="swim badge" subject=P1 claims={"lengths"="gold"}',
            {"level": "gold", "lengths": "20"},
        ),
        (
            "that should have gone to Gustaf",
            'issue_credential type="swim badge" subject=P2 claims={"level"="gone to Gustaf"}',
            {"level": "silver", "lengths": "20"},
        ),
        (
            "now a dive badge for Gustaf with level gold",
            'issue_credential type="dive badge" subject=P1 claims={"level"="gold"}',
            {"level": "gold"},
        ),
    ],
)
def test_claims_to_issue_stay_as_they_were_where_nothing_is_said_of_them(
    message: str, draft: str, claims: dict[str, str]
) -> None:
    assert arguments(then(ISSUED, message, draft))["claims"] == claims


@pytest.mark.parametrize(
    ("message", "draft"),
    [
        ("make it Monday, at the same time", 'set_reminder about="call Greta" when="Monday"'),
        ("same time on Monday please", 'set_reminder about="call Greta" when="on Monday"'),
        ("Monday, same time", "none"),
    ],
)
def test_another_day_at_the_same_time_keeps_the_time(message: str, draft: str) -> None:
    assert arguments(then(REMINDED, message, draft))["when"] == "2026-11-30T15:00:00+00:00"


def test_another_day_alone_has_no_time() -> None:
    draft = 'set_reminder about="call Greta" when="Monday"'
    assert arguments(then(REMINDED, "make it Monday", draft))["when"] == "2026-11-30"


@pytest.mark.parametrize(
    ("message", "amount"), [("make it 0.3, she helped me", "0.3"), ("make it snappy", None)]
)
def test_an_amount_that_is_made_another_takes_its_place(message: str, amount: str | None) -> None:
    understood = then(PAID, message, "none")
    if amount is None:
        assert to_json(understood) == [{"action": "none", "arguments": {}}]
    else:
        assert arguments(understood) == {"to": "Greta", "amount": amount, "currency": "ETH"}


def test_a_choice_that_is_made_another_is_no_name() -> None:
    before = ("create a did:key called barn", 'create_did method=key name="barn"')
    understood = then(before, "make it web", 'create_did method=web name="web"')
    assert arguments(understood) == {"method": "web", "name": "barn"}


def test_a_sort_of_thing_that_is_called_another_is_no_claim() -> None:
    before = ("give Greta a swim badge", 'issue_credential type="swim badge" subject=P1')
    draft = 'issue_credential type="swim badge" subject=P1 claims={"fine"="senior swim badge"}'
    understood = then(before, "call it senior swim badge, rest is fine", draft)
    assert arguments(understood) == {"type": "senior swim badge", "subject": "Greta"}
