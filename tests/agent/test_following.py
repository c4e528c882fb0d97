from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from agent.model import ScriptedModel
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.planner import plan
from agent.prompt import Prompt, compose
from agent.state import ContactEntry, CredentialEntry, Entry, ProductEntry, State

STATE: Final = State(
    now=datetime(2026, 11, 25, 9, tzinfo=UTC),
    credentials=(
        CredentialEntry("cred-1", "Degree", "Degree", claims=("name", "grade")),
        CredentialEntry("cred-2", "SkipperTicket", "Skipper ticket", claims=("name", "waters")),
        CredentialEntry("cred-3", "DiveCard", "Dive card - Gustaf", role="issued"),
        CredentialEntry("cred-4", "DiveCard", "Dive card - Greta Lind", role="issued"),
    ),
    contacts=(
        ContactEntry("Port Bank", "did:key:a"),
        ContactEntry("Greta Lind", "did:key:b"),
        ContactEntry("Gustaf", "did:key:c"),
        ContactEntry("林小雨", "did:key:d"),
        ContactEntry("周建国", "did:key:e"),
    ),
    products=(ProductEntry("prod-1", "Kayak 4"), ProductEntry("prod-2", "Kayak 9")),
)
SHOWN: Final = "present_credential credential=<Degree> verifier=<Gustaf> claims=[grade]"


def followed(message: str, asked: str, drafts: tuple[str, str]) -> Plan:
    """What a message comes to after a request, given what the model writes of each.

    An entry stands in a draft by its name, in angle brackets.
    """
    first = plan(asked, STATE, _writing(drafts[0], compose(STATE, (), asked)))
    prompt = compose(STATE, (first.turn,), message)
    return plan(message, STATE, _writing(drafts[1], prompt), history=(first.turn,)).plan


def _writing(draft: str, prompt: Prompt) -> ScriptedModel:
    entries: tuple[Entry, ...] = (*STATE.credentials, *STATE.contacts, *STATE.products)
    for entry in entries:
        draft = draft.replace(f"<{entry.name}>", f"{prompt.shortlist.handle(entry)}")
    return ScriptedModel(iter([draft]))


def the_step(understood: Plan) -> Step:
    match understood:
        case Steps((step,)):
            return step
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize(
    "message",
    ["no, the bank, not Gustaf", "Bank, sorry", "yes and the same to the bank", "and the bank too"],
)
@pytest.mark.parametrize("line", ["none", "present_credential credential=<Degree> verifier=?"])
def test_another_is_put_in_the_place_of_the_one_before(message: str, line: str) -> None:
    drafts = ("present_credential credential=<Degree> verifier=<Gustaf> claims=[grade]", line)
    step = the_step(followed(message, "show Gustaf my degree, only the grade", drafts))
    assert step.action == "present_credential"
    assert dict(step.arguments) == {
        "credential": "cred-1", "verifier": "Port Bank", "claims": ["grade"],
    }  # fmt: skip


@pytest.mark.parametrize("message", ["小雨，不是建国", "也给小雨看一下", "不对，应该给小雨"])
def test_another_is_put_in_the_place_of_the_one_before_in_chinese(message: str) -> None:
    shown = SHOWN.replace("Gustaf", "周建国")
    step = the_step(followed(message, "把Degree给周建国看看，只看grade", (shown, "none")))
    assert step.arguments["verifier"] == "林小雨"
    assert step.arguments["claims"] == ["grade"]


@pytest.mark.parametrize(
    "message", ["thanks, and greetings to the bank", "the bank closes at five", "Bank."]
)
def test_a_name_alone_does_nothing_once_more(message: str) -> None:
    assert followed(message, "show Gustaf my degree", (SHOWN, "none")) == Decline()


def test_what_does_not_have_the_claims_takes_nothing_s_place() -> None:
    message = "no, the skipper ticket, not that"
    understood = followed(message, "show Gustaf my degree, only the grade", (SHOWN, "none"))
    assert understood == Decline()


def test_an_entry_is_meant_by_whose_name_it_has() -> None:
    drafts = ("revoke_credential credential=<Dive card - Gustaf>", "none")
    step = the_step(followed("the same for Greta", "revoke the dive card of Gustaf", drafts))
    assert dict(step.arguments) == {"credential": "cred-4"}
    drafts = ("revoke_credential credential=?", "none")
    step = the_step(followed("Greta's", "revoke a dive card", drafts))
    assert dict(step.arguments) == {"credential": "cred-4"}


def test_an_answer_is_not_who_it_says_is_not_meant() -> None:
    drafts = ("present_credential credential=<Degree> verifier=?", "none")
    step = the_step(followed("Greta, not Gustaf", "show one of the two my degree", drafts))
    assert step.arguments["verifier"] == "Greta Lind"


def test_what_was_said_before_stays_where_another_is_paid() -> None:
    drafts = ('send_payment to=<Gustaf> amount="0.03"', "send_payment to=<Greta Lind>")
    step = the_step(followed("not Gustaf, Greta", "pay Gustaf 0.03", drafts))
    assert dict(step.arguments) == {"to": "Greta Lind", "amount": "0.03"}


def test_an_amount_from_an_earlier_turn_is_as_long_as_it_was() -> None:
    drafts = ('send_payment to=<Gustaf> amount="02"', "none")
    step = the_step(followed("Greta, sorry", "send Gustaf .02", drafts))
    assert dict(step.arguments) == {"to": "Greta Lind", "amount": "0.02"}


def test_a_plan_that_changes_nothing_is_not_what_a_change_means() -> None:
    line = 'set_reminder about="check the hull" when="June 5"'
    step = the_step(
        followed("push that to June 12", "remind me to check the hull June 5", (line, line))
    )
    assert step.arguments["when"] == "2027-06-12"


def test_half_of_the_day_stays_where_the_hour_is_changed() -> None:
    drafts = (
        'set_reminder about="check the hull" when="tomorrow at 3 pm"',
        'set_reminder about="check the hull" when="5:30"',
    )
    asked = "remind me tomorrow at 3 pm to check the hull"
    step = the_step(followed("make it 5:30", asked, drafts))
    assert step.arguments["when"] == "2026-11-26T17:30:00+00:00"
    step = the_step(followed("make it 5:30 am", asked, (drafts[0], drafts[1].replace("0", "0 am"))))
    assert step.arguments["when"] == "2026-11-26T05:30:00+00:00"


def test_the_other_one_is_meant_though_the_plan_is_the_one_before() -> None:
    line = "trace_product product=<Kayak 4>"
    step = the_step(followed("and the other kayak?", "trace kayak 4", (line, line)))
    assert dict(step.arguments) == {"product": "prod-2"}


def test_a_question_is_still_asked_where_nobody_is_named() -> None:
    line = "present_credential credential=<Degree> verifier=?"
    understood = followed("no, not him", "show Gustaf my degree", (SHOWN, line))
    assert isinstance(understood, Ask)
    assert understood.missing == ("verifier",)


def test_nothing_follows_where_there_are_several_steps() -> None:
    drafts = (f"{SHOWN}; lock", "none")
    assert followed("the same for Greta", "show Gustaf my degree and lock", drafts) == Decline()


def test_what_is_dropped_is_left_out_of_what_was_to_be_shown() -> None:
    first = "present_credential credential=<Degree> verifier=<Gustaf> claims=[name,grade]"
    again = "present_credential credential=<Degree> verifier=? claims=[name]"
    asked = "show Gustaf my degree, name and grade"
    for message, line in (
        ("drop the grade", again),
        ("leave out the grade actually, just the name", again.replace("?", "<Gustaf>")),
    ):
        step = the_step(followed(message, asked, (first, line)))
        assert dict(step.arguments) == {
            "credential": "cred-1", "verifier": "Gustaf", "claims": ["name"],
        }  # fmt: skip


@pytest.mark.parametrize(
    ("message", "line", "when"),
    [
        ("nope, Thursday would suit me, at 16:00", 'when="at 16:00"', "2026-11-26T16:00:00+00:00"),
        (
            "shift it, Sunday then, at the same time",
            'when="same time"',
            "2026-11-29T15:00:00+00:00",
        ),
        ("at 16:00", 'when="at 16:00"', "2026-11-27T16:00:00+00:00"),
    ],
)
def test_a_time_is_of_the_day_that_is_said_last(message: str, line: str, when: str) -> None:
    first = 'set_reminder about="check the hull" when="Friday at 3 pm"'
    asked = "remind me Friday at 3 pm to check the hull"
    again = f'set_reminder about="check the hull" {line}'
    step = the_step(followed(message, asked, (first, again)))
    assert step.arguments["when"] == when
