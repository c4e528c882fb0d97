from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from agent.model import ScriptedModel
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.planner import plan
from agent.state import ContactEntry, CredentialEntry, ProductEntry, State

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


def test_the_other_of_a_name_is_another_entry() -> None:
    state = State(
        now=NOW,
        credentials=tuple(
            CredentialEntry(f"cred-{number}", "Letter", f"letter - {who}", role="issued")
            for number, who in enumerate(("Anjali K", "Anjali D", "Faisal"))
        ),
    )
    model = ScriptedModel(
        iter(["revoke_credential credential=C2", "revoke_credential credential=C2"])
    )
    first = plan("revoke the letter of Anjali D", state, model)
    assert first.plan == Steps((Step("revoke_credential", {"credential": "cred-1"}),))
    then = plan("sorry, I meant the other Anjali", state, model, history=(first.turn,))
    assert then.plan == Steps((Step("revoke_credential", {"credential": "cred-0"}),))


def test_a_number_tells_which_one_an_answer_means() -> None:
    state = State(
        now=NOW,
        credentials=(
            CredentialEntry("cred-1", "Compliance", "COC 41 Juniper Road"),
            CredentialEntry("cred-2", "Compliance", "COC 14 Juniper Road"),
        ),
    )
    model = ScriptedModel(iter(["verify_credential credential=?"] * 2))
    first = plan("is the COC still good", state, model)
    then = plan("number 41", state, model, history=(first.turn,))
    assert then.plan == Steps((Step("verify_credential", {"credential": "cred-1"}),))


CARD: Final = State(
    now=NOW,
    credentials=(CredentialEntry("cred-1", "Record", claims=("name", "vaccine", "birth_date")),),
    contacts=(ContactEntry("Acme", "did:key:a"),),
)
SHOWN: Final = "present_credential credential=C1 verifier=P1"


@pytest.mark.parametrize(
    ("message", "drafted", "claims"),
    [
        ("the birth date as well please", "[name]", ["name", "vaccine", "birth_date"]),
        ("only the birth date as well", "[name]", ["name"]),
        ("leave the vaccine out", "[name]", ["name"]),
    ],
)
def test_claims_come_beside_those_of_the_turn_before(
    message: str, drafted: str, claims: list[str]
) -> None:
    model = ScriptedModel(iter([f"{SHOWN} claims=[name,vaccine]", f"{SHOWN} claims={drafted}"]))
    first = plan("show Acme my record, name and vaccine", CARD, model)
    then = plan(message, CARD, model, history=(first.turn,)).plan
    assert isinstance(then, Steps)
    assert then.steps[0].arguments["claims"] == claims


def test_what_alone_is_to_be_shown_is_so_where_the_model_says_nothing_of_it() -> None:
    for message, claims in (
        ("show Acme my record, just the vaccine", ["vaccine"]),
        ("show Acme my record without my birth date", ["name", "vaccine"]),
        ("show Acme my record", None),
        ("show Acme my record in the name of Bo", None),
    ):
        understood = plan(message, CARD, ScriptedModel(iter([SHOWN]))).plan
        assert isinstance(understood, Steps)
        assert understood.steps[0].arguments.get("claims") == claims


@pytest.mark.parametrize("drafted", ["trace_product product=?", "trace_product product=G1", "none"])
@pytest.mark.parametrize(
    ("answer", "chosen"),
    [("number forty-one, the other never left", "g-41"), ("fourteen", "g-14"),
     ("the one that ends in 1", "g-41")],
)  # fmt: skip
def test_an_answer_chooses_by_a_number_or_by_how_a_name_ends(
    drafted: str, answer: str, chosen: str
) -> None:
    state = State(
        now=NOW, products=tuple(ProductEntry(f"g-{n}", f"Malt sack {n}") for n in (14, 41))
    )
    model = ScriptedModel(iter(["trace_product product=?", drafted]))
    first = plan("trace the malt sack", state, model)
    then = plan(answer, state, model, history=(first.turn,))
    assert then.plan == Steps((Step("trace_product", {"product": chosen}),))


@pytest.mark.parametrize(
    ("message", "is_off"),
    [
        ("hm, actually leave it, the bank still needs that", True),
        ("hang on, Greta says no. forget I asked.", True),
        ("never mind, she has it", True),
        ("nah, let it be. I keep it", True),
        ("never mind the cold, go on", False),
        ("leave it to Gustaf", False),
    ],
)
def test_what_is_called_off_is_not_done_again(message: str, *, is_off: bool) -> None:
    again = "present_credential credential=C1 verifier=P1"
    understood = answered(message, "show Greta my degree", (again, again))
    assert isinstance(understood, Decline) is is_off


BATCHES: Final = State(
    now=NOW,
    credentials=(
        CredentialEntry("cred-1", "Report", "Report 2024"),
        CredentialEntry("cred-2", "Report", "Report 2025"),
        CredentialEntry("cred-3", "Lease"),
    ),
    products=(
        ProductEntry("g1", "Rye batch 4"),
        ProductEntry("g2", "Rye batch 5"),
        ProductEntry("g3", "Oat batch 4"),
    ),
)


def test_the_other_of_a_kind_is_meant_where_the_turn_before_named_one_alone() -> None:
    model = ScriptedModel(iter(["show_credential credential=C1"] * 2))
    first = plan("open the 2025 report", BATCHES, model)
    understood = plan("no, the other one", BATCHES, model, history=(first.turn,)).plan
    assert understood == Steps((Step("show_credential", {"credential": "cred-1"}),))


def test_an_answer_that_names_two_means_the_one_that_the_request_named() -> None:
    model = ScriptedModel(iter(["trace_product product=?", "trace_product product=?"]))
    first = plan("trace the rye", BATCHES, model)
    understood = plan("batch 4", BATCHES, model, history=(first.turn,)).plan
    assert understood == Steps((Step("trace_product", {"product": "g1"}),))
