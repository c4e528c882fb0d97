from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from agent.judge import Allowed, Denied, judge
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.state import ContactEntry, CredentialEntry, DIDEntry, State
from wallet.actions import ACTIONS

OWN = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
ACME = "did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"
STATE = State(
    now=datetime(2026, 11, 25, 9, tzinfo=UTC),
    dids=(DIDEntry(OWN, "work", "key"),),
    credentials=(
        CredentialEntry("cred-1", "Degree", claims=("gpa", "year")),
        CredentialEntry("cred-2", "Badge", role="issued", claims=("level",)),
    ),
    contacts=(ContactEntry("Acme", ACME),),
)


def verdict(plan: Plan, *said: str) -> Allowed | Denied:
    return judge(plan, said=said, state=STATE, actions=ACTIONS)


def step(action: str, **arguments: Any) -> Step:
    return Step(action, MappingProxyType(arguments))


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (step("create_did", method="key", name="shop"), "a did:key called shop"),
        (step("show_did", did=ACME), f"show {ACME}"),
        (step("publish_did", did=OWN), "publish work"),
        (
            step("present_credential", credential="cred-1", verifier="Acme", claims=["gpa"]),
            "to Acme",
        ),
        (step("present_credential", credential="cred-1", verifier=OWN), f"to {OWN}"),
        (step("issue_credential", type="Badge", subject="Acme", claims={"a": "b"}), "Badge a b"),
        (step("issue_credential", type="Badge", subject="Acme", expires="2027-01-01"), "Badge"),
        (step("request_presentation", holder="Acme", type="Badge", claims=["x"]), "Badge x"),
        (step("verify_credential", credential="./a.json"), "check ./a.json"),
        (step("add_contact", name="Mei", did=OWN), f"Mei is {OWN}"),
    ],
)
def test_allows_what_was_said_and_what_the_wallet_holds(one: Step, said: str) -> None:
    plan = Steps((one,))
    assert verdict(plan, said) == Allowed(plan)


def test_finds_words_in_an_earlier_turn() -> None:
    plan = Steps((step("create_did", name="shop"),))
    assert isinstance(verdict(plan, "call it shop", "yes, that"), Allowed)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (step("send_everything"), "there is no action send_everything"),
        (step("list_dids", did=OWN), "list_dids takes no did here"),
        (step("create_did", method="btc"), "btc is no choice here"),
        (step("create_did", name="shop"), "nobody said shop"),
        (step("create_did", name=""), "nobody said "),
        (step("publish_did", did=ACME), f"the wallet does not hold {ACME}"),
        (step("publish_did", did="$1"), "$1 is the result of no earlier step"),
        (step("show_credential", credential="cred-9"), "the wallet does not hold cred-9"),
        (step("present_credential", credential="cred-2", verifier="Acme"), "does not hold cred-2"),
        (step("present_credential", credential="cred-1", verifier="Evil"), "nobody said Evil"),
        (step("present_credential", credential="cred-1", verifier="hello"), "hello is not a DID"),
        (
            step("present_credential", credential="cred-1", verifier="Acme", claims=["ssn"]),
            "no credential has a claim ssn",
        ),
        (step("present_credential", credential="cred-1"), "present_credential needs 'verifier'"),
        (step("issue_credential", type="hello", subject="Acme", output="x"), "takes no output"),
        (step("issue_credential", type="hello", subject="Acme", claims={"k": "hello"}), "said k"),
    ],
)
def test_denies_what_nobody_said_or_holds(one: Step, reason: str) -> None:
    judgement = verdict(Steps((one,)), "hello")
    assert isinstance(judgement, Denied)
    assert reason in str(judgement.reason)


def test_lets_a_step_use_what_an_earlier_one_makes() -> None:
    plan = Steps((step("create_did", name="shop"), step("publish_did", did="$1")))
    assert isinstance(verdict(plan, "make shop and publish it"), Allowed)


@pytest.mark.parametrize("count", [0, 5])
def test_denies_a_plan_with_no_step_or_too_many(count: int) -> None:
    judgement = verdict(Steps((step("list_dids"),) * count), "hello")
    assert isinstance(judgement, Denied)
    assert "one to 4 steps" in str(judgement.reason)


def test_checks_what_is_known_of_an_action_that_lacks_something() -> None:
    ask = Ask("present_credential", {"credential": "cred-1"}, ("verifier",))
    assert verdict(ask, "show my degree") == Allowed(ask)
    forged = Ask("present_credential", {"credential": "cred-9"}, ("verifier",))
    assert isinstance(verdict(forged, "show my degree"), Denied)


def test_has_nothing_to_say_about_declining() -> None:
    assert verdict(Decline(), "what a day") == Allowed(Decline())
