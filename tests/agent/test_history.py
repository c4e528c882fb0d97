from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from agent.history import turns
from agent.prompt import compose
from agent.shorthand import spelt
from agent.state import ContactEntry, CredentialEntry, State
from wallet.actions import PLANNED

if TYPE_CHECKING:
    from typing import Any

STATE = State(
    now=datetime(2026, 11, 25, 9, tzinfo=UTC),
    credentials=(
        CredentialEntry("cred-1", "Visa", name="Visa Ghana", claims=("full_name",)),
        CredentialEntry("cred-2", "Visa", name="签证", claims=("full_name",)),
    ),
    contacts=(ContactEntry("Bo"), ContactEntry("林梅")),
)


def told(text: str, plan: list[dict[str, Any]], answer: str = "") -> str:
    history: list[dict[str, Any]] = [
        {"role": "user", "text": text},
        {"role": "agent", "text": answer, "plan": plan},
    ]
    prompt = compose(STATE, turns(history, STATE, PLANNED), "and now?")
    return spelt(prompt.text).split("\n")[-3]


@pytest.mark.parametrize(
    ("text", "arguments", "line"),
    [
        (
            "show Bo my visa, the name only",
            {"credential": "cred-1", "verifier": "Bo", "claims": ["full_name"]},
            ">present_credential credential=C2 verifier=P2 claims=names full_name",
        ),
        (
            "show it to did:key:z6Mk1",
            {"verifier": "did:key:z6Mk1"},
            ">present_credential verifier=\ue000",
        ),
    ],
)
def test_entries_claims_and_literals_are_told_again(
    text: str, arguments: dict[str, Any], line: str
) -> None:
    assert told(text, [{"action": "present_credential", "arguments": arguments}]) == line


@pytest.mark.parametrize(
    ("action", "text", "arguments", "line"),
    [
        (
            "send_payment",
            "pay Bo half an ether",
            {"to": "Bo", "amount": "0.5", "currency": "ETH"},
            ">send_payment to=P2 amount= half an ether currency=ETH",
        ),
        (
            "set_reminder",
            "下周五提醒我续护照",
            {"about": "续护照", "when": "2026-12-04"},
            ">set_reminder about=续护照 when=下周五",
        ),
        (
            "set_reminder",
            "remind me about my visa some day",
            {"about": "cred-1", "when": "2026-12-04"},
            ">set_reminder about=C2",
        ),
    ],
)
def test_times_and_amounts_are_told_in_the_words_that_came_to_them(
    action: str, text: str, arguments: dict[str, Any], line: str
) -> None:
    assert told(text, [{"action": action, "arguments": arguments}]) == line


def test_a_question_is_told_with_what_it_offered_in_its_order() -> None:
    ask = {"action": "show_credential", "known": {}, "missing": ["credential"]}
    answer = "哪一张？1. 签证 2. Visa Ghana"
    line = told("show my visa", [{"action": "ask", "arguments": ask}], answer)
    assert line == ">show_credential? credential=C1C2"


def test_a_plan_of_nothing_is_none() -> None:
    assert told("hello", [{"action": "none", "arguments": {}}]) == ">none"


def test_what_the_agent_named_in_part_can_be_chosen_by_its_place() -> None:
    state = State(
        now=STATE.now,
        credentials=tuple(CredentialEntry(f"cred-{n}", "Bill", f"Bill HP-{n}") for n in (22, 27)),
    )
    ask = {"action": "show_credential", "known": {}, "missing": ["credential"]}
    history: list[dict[str, Any]] = [
        {"role": "user", "text": "show the bill"},
        {"role": "agent", "text": "HP-27 or HP-22?",
         "plan": [{"action": "ask", "arguments": ask}]},
    ]  # fmt: skip
    (turn,) = turns(history, state, PLANNED)
    assert not turn.offered
    assert [entry.id for entry in turn.hinted] == ["cred-27", "cred-22"]
