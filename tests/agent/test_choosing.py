from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from agent.choosing import number_said, other, place_of
from agent.draft import Draft, DraftStep, Handle, Span
from agent.model import ScriptedModel
from agent.plan import to_json
from agent.planner import plan
from agent.prompt import Turn
from agent.state import CredentialEntry, State

RED = CredentialEntry("cred-1", "Pass", "Red pass")
BLUE = CredentialEntry("cred-2", "Pass", "Blue pass")
DEGREE = CredentialEntry("cred-3", "Degree")
STATE = State(now=datetime(2026, 11, 25, 9, tzinfo=UTC), credentials=(RED, BLUE, DEGREE))


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("the second", 1), ("The first one, please", 0), ("2", 1), ("number 3", 2), ("the last", 2),
        ("the latter", 2), ("第二个", 1), ("第一张吧", 0), ("最后一个", 2), ("第三個", 2),
        ("前者", 0),
    ],
)  # fmt: skip
def test_an_answer_names_a_place(answer: str, place: int) -> None:
    assert place_of(answer, 3) == place


@pytest.mark.parametrize(
    "answer", ["the fourth", "4", "the second of May", "in a second", "pay 2", "第二天", "", "最后"]
)
def test_what_says_more_or_goes_beyond_names_none(answer: str) -> None:
    assert place_of(answer, 3) is None


def test_the_other_is_the_one_beside_it() -> None:
    held = STATE.credentials
    assert other("no, I meant the other one", "delete my pass", RED, held) == BLUE
    assert other("另一张", "delete my pass", BLUE, held) == RED


@pytest.mark.parametrize("answer", ["the other day I lost it", "no", "not this"])
def test_nothing_else_is_the_other(answer: str) -> None:
    assert other(answer, "delete my pass", RED, STATE.credentials) is None


def test_of_three_none_is_the_other() -> None:
    green = CredentialEntry("cred-4", "Pass", "Green pass")
    assert other("the other", "delete my pass", RED, (RED, BLUE, green)) is None


def after(
    turn: Turn, message: str, line: str = "verify_credential credential=?"
) -> list[dict[str, Any]]:
    model = ScriptedModel(iter([line]))
    return to_json(plan(message, STATE, model, history=[turn]).plan)


def test_a_plan_takes_what_an_answer_chooses() -> None:
    asked = Turn(
        "check my pass", Draft((DraftStep("verify_credential"),)), ("credential",),
        offered=(BLUE, RED),
    )  # fmt: skip
    verify = {"action": "verify_credential", "arguments": {"credential": "cred-1"}}
    assert after(asked, "the second one") == [verify]
    assert after(asked, "the second one", "verify_credential credential=C1") == [verify]
    assert after(asked, "the second one", "show_balance") == [
        {"action": "show_balance", "arguments": {}}
    ]
    done = Turn(
        "check my pass",
        Draft((DraftStep("verify_credential", (("credential", Handle("C1")),)),)),
        entries={"C1": BLUE},
    )
    assert after(done, "not that, the other one") == [verify]


def test_a_clock_alone_is_of_the_day_that_was_spoken_of() -> None:
    about = ("about", Span("call"))
    before = Turn(
        "remind me to call on Friday at 2pm",
        Draft((DraftStep("set_reminder", (about, ("when", Span("on Friday at 2pm")))),)),
    )
    model = ScriptedModel(iter(['set_reminder about="call" when="5pm"']))
    (step,) = to_json(plan("make it 5pm", STATE, model, history=[before]).plan)
    assert step["arguments"]["when"] == "2026-11-27T17:00:00+00:00"


def test_an_answer_that_is_a_time_is_one_as_a_whole() -> None:
    asked = Turn(
        "remind me to call",
        Draft((DraftStep("set_reminder", (("about", Span("call")),)),)),
        ("when",),
    )
    model = ScriptedModel(iter(['set_reminder about="call" when="ten in the morning"']))
    (step,) = to_json(plan("Sunday, ten in the morning", STATE, model, history=[asked]).plan)
    assert step["arguments"]["when"] == "2026-11-29T10:00:00+00:00"


def test_an_answer_that_names_one_of_what_was_asked_for_means_it() -> None:
    asked = Turn("check it", Draft((DraftStep("verify_credential"),)), ("credential",))
    verify = {"action": "verify_credential", "arguments": {"credential": "cred-2"}}
    assert after(asked, "the blue") == [verify]
    (step,) = after(asked, "the green")
    assert step["action"] == "ask"


def test_a_step_that_says_nothing_is_about_what_the_one_before_was() -> None:
    model = ScriptedModel(iter(['show_credential credential=C1; set_reminder when="tomorrow"']))
    message = "read me the degree and remind me about it tomorrow"
    steps = to_json(plan(message, STATE, model).plan)
    assert [step["arguments"].get("about") for step in steps] == [None, "cred-3"]


def test_the_other_of_a_sort_is_asked_for_in_several_words() -> None:
    held = STATE.credentials
    assert other("and the other pass?", "delete my red pass", RED, held[:2]) == BLUE
    assert other("what about the other school pass, please", "x pass", RED, held[:2]) == BLUE


@pytest.mark.parametrize(
    ("answer", "digits"),
    [
        ("forty-one", "41"), ("number one", "number 1"), ("the blue one", "the blue "),
        ("twenty one please", "21 please"),
    ],
)  # fmt: skip
def test_a_number_in_words_is_one_but_one(answer: str, digits: str) -> None:
    assert number_said(answer) == digits
