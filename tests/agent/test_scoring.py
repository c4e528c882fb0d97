from __future__ import annotations

from typing import Any

import pytest

from agent.scoring import Scores, made_up, same

WALLET: dict[str, Any] = {
    "now": "2026-11-25T09:00:00Z",
    "dids": [],
    "credentials": [{"id": "cred-1", "type": "Visa", "claims": ["full_name"]}],
    "contacts": [{"name": "Bo", "did": "did:key:z1"}],
    "products": [],
}


def step(action: str, /, **arguments: Any) -> dict[str, Any]:
    return {"action": action, "arguments": arguments}


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (step("create_did", name="Ward  7"), step("create_did", name="ward 7")),
        (step("send_payment", to="Bo", amount="0.50"), step("send_payment", to="Bo", amount="0.5")),
        (
            step("set_reminder", about="x", when="2026-12-04T08:00:00+00:00"),
            step("set_reminder", about="x", when="2026-12-04T09:00:00+01:00"),
        ),
        (
            step("present_credential", credential="cred-1", verifier="Bo", claims=["a", "b"]),
            step("present_credential", credential="cred-1", verifier="Bo", claims=["b", "a"]),
        ),
        (
            step("ask", action="show_did", known={}, missing=["did"]),
            step("ask", action="show_did", known={"x": 1}, missing=["did"]),
        ),
    ],
)
def test_takes_as_the_same_what_the_contract_does(
    got: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert same([got], [wanted])


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (step("list_dids"), step("list_contacts")),
        (step("create_did", name="a"), step("create_did")),
        (
            step("set_reminder", about="x", when="2026-12-04"),
            step("set_reminder", about="x", when="2026-12-04T00:00:00+00:00"),
        ),
        (step("send_payment", to="Bo", amount="5"), step("send_payment", to="Bo", amount="50")),
        (
            step("ask", action="show_did", known={}, missing=["did"]),
            step("ask", action="publish_did", known={}, missing=["did"]),
        ),
    ],
)
def test_takes_nothing_else_as_the_same(got: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert not same([got], [wanted])


def test_counts_by_language_and_action_and_what_was_never_asked_for() -> None:
    scores = Scores()
    nothing = {"id": "1", "lang": "en", "text": "hi", "wallet": WALLET, "expect": [step("none")]}
    lists = {**nothing, "text": "my DIDs", "expect": [step("list_dids")]}
    assert not scores.add(nothing, [step("delete_credential", credential="cred-1")])
    assert not scores.add(nothing, [step("list_dids")])
    assert scores.add(lists, [step("list_dids")])
    assert scores.deeds_unasked == 1
    assert scores.right["en"] == scores.right["en list_dids"] == 1
    assert scores.total["all"] == 3


def test_another_plan_that_is_as_good_is_right() -> None:
    case = {"id": "1", "lang": "en", "text": "x", "wallet": WALLET, "expect": [step("none")],
            "accept": [[step("help")]]}  # fmt: skip
    assert Scores().add(case, [step("help")])


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        ([step("add_contact", name="Mei", did="did:key:z2")], ["did:key:z2"]),
        ([step("show_credential", credential="cred-2")], ["cred-2"]),
        ([step("present_credential", credential="cred-1", verifier="Bo", claims=["age"])], ["age"]),
        ([step("create_did", name="mei"), step("publish_did", did="$1")], []),
        ([step("send_payment", to="Bo", amount="9")], []),
    ],
)
def test_finds_what_is_neither_said_nor_in_the_wallet(
    plan: list[dict[str, Any]], found: list[str]
) -> None:
    case = {"text": "something for Mei", "wallet": WALLET}
    assert list(made_up(case, plan)) == found
