from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from agent.judge import Allowed, Denied, Source, judge
from agent.plan import Ask, Decline, Plan, Step, Steps
from agent.state import ContactEntry, CredentialEntry, DIDEntry, ProductEntry, State
from wallet.actions import ACTIONS
from wallet.actions.registry import Action, Kind, Parameter

OWN = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
ACME = "did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"
ACCOUNT = "0x52908400098527886E0F7030069857D2E4169EE7"
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
        (step("send_payment", to=ACCOUNT, amount="2"), f"pay 2 to {ACCOUNT}"),
        (step("send_payment", to="Acme", amount="0.5"), "half an ether for Acme"),
        (step("create_did", name="work"), "(work)"),
        (step("create_did", name="well"), "make well-known"),
        (step("set_reminder", about="cred-1", when="2026-12-01"), "remind me of it"),
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


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (step("present_credential", credential="cred-1", verifier="did:web:a.example"),
         "to did:web:a.example.evil.example"),
        (step("present_credential", credential="cred-1", verifier=ACCOUNT), f"to {ACCOUNT}"),
        (step("add_contact", name="Bob", did="did:web:b.example"), "Bob did:web:b.example:people"),
        (step("send_payment", to=ACCOUNT, amount="2"), f"2 to did:pkh:eip155:1:{ACCOUNT}"),
        (step("send_payment", to="Acme", amount="2"), "pay Acme 20"),
        (step("add_service", did=OWN, endpoint="https://a.example"), "https://a.example.evil/x"),
        (step("back_up", path="./a.age"), "into ./a.age.txt"),
        (step("import_credential", source="a.json"), "import ../b/a.json"),
        (step("create_did", name="Acm"), "call it Acme"),
        (step("create_did", name="mail"), "call it mail@a.example"),
    ],
)  # fmt: skip
def test_denies_a_part_of_what_was_said_that_is_something_else(one: Step, said: str) -> None:
    assert isinstance(verdict(Steps((one,)), said), Denied)


def test_finds_the_ninth_identifier_of_a_message_whole_too() -> None:
    said = " ".join(f"did:web:a{number}.example" for number in range(12))
    for did, allowed in (("did:web:a11.example", True), ("did:web:a11", False)):
        plan = Steps((step("add_contact", name="did", did=did),))
        assert isinstance(verdict(plan, f"a did {said}"), Allowed if allowed else Denied)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (step("list_dids"), step("publish_did", did="$1")),
        (step("create_did"), step("delete_credential", credential="$1")),
        (step("list_contacts"), step("send_payment", to="$1", amount="2")),
        (step("back_up"), step("present_credential", credential="cred-1", verifier="$1")),
        (step("create_did"), step("record_event", product="$1", event="hello")),
    ],
)
def test_denies_the_result_of_a_step_that_makes_something_else(first: Step, second: Step) -> None:
    judgement = verdict(Steps((first, second)), "hello 2")
    assert isinstance(judgement, Denied)
    assert "$1 is nothing that could stand here" in str(judgement.reason)


@pytest.mark.parametrize("first", [step("create_did"), step("add_contact", name="Mei", did=OWN)])
def test_lets_a_step_be_for_whom_an_earlier_one_makes(first: Step) -> None:
    last = step("present_credential", credential="cred-1", verifier="$1")
    assert isinstance(verdict(Steps((first, last)), f"Mei {OWN}"), Allowed)


@pytest.mark.parametrize("double", ["\u0410cme", "Acm\u0435", "Ac\u200bme", "Acrne"])
def test_denies_the_double_of_a_contact_that_was_named(double: str) -> None:
    state = replace(STATE, contacts=(*STATE.contacts, ContactEntry(double, OWN)))

    def judged(name: str, said: str) -> Allowed | Denied:
        plan = Steps((step("send_payment", to=name, amount="2"),))
        return judge(plan, said=[said], state=state, actions=ACTIONS)

    denied = judged(double, "pay acme 2")
    assert isinstance(denied, Denied)
    assert "looks like Acme" in str(denied.reason)
    assert isinstance(judged("Acme", "pay Acme 2"), Allowed)
    assert isinstance(judged(double, f"pay {double} 2"), Allowed)
    assert isinstance(judged(double, "pay them 2"), Allowed)


@pytest.mark.parametrize(
    "one",
    [
        step("present_credential", credential="cred-1", verifier="Acme", output="hello"),
        step("export_keys", output="hello"),
        step("send_payment", to="Acme", amount="2", **{"from": OWN}),
    ],
)
def test_denies_what_only_a_person_may_say(one: Step) -> None:
    assert isinstance(verdict(Steps((one,)), "hello 2"), Denied)


@pytest.mark.parametrize("said", ["pay -5", "pay \u22125 ETH", "pay minus 5", "付负5", "付负 5 个"])
def test_nobody_says_an_amount_below_zero(said: str) -> None:
    judgement = verdict(Steps((step("send_payment", to="Acme", amount="5"),)), said)
    assert isinstance(judgement, Denied)
    assert "nobody said 5" in str(judgement.reason)


@pytest.mark.parametrize(
    ("said", "amount", "part"),
    [
        ("pay Acme .15", "0.15", "15"),
        (".5 eth to Acme", "0.5", "5"),
        ("pay Acme two hundred ETH", "200", "2"),
        ("pay Acme twenty one ether", "21", "20"),
        ("pay Acme one and a half ETH", "1.5", "1"),
        ("pay Acme 0.5 ETH", "0.5", "5"),
        ("付给 Acme 两百个以太", "200", "2"),
        ("付给 Acme 一个半", "1.5", "1"),
        ("付给 Acme 零点五个以太", "0.5", "5"),
    ],
)
def test_a_part_of_an_amount_is_an_amount_that_nobody_said(
    said: str, amount: str, part: str
) -> None:
    for value, judgement in ((amount, Allowed), (part, Denied)):
        plan = Steps((step("send_payment", to="Acme", amount=value),))
        assert isinstance(verdict(plan, said), judgement)


def test_two_amounts_are_both_said() -> None:
    for value in ("5", "3"):
        plan = Steps((step("send_payment", to="Acme", amount=value),))
        assert isinstance(verdict(plan, "pay Acme 5 ETH, then pay Acme three ETH"), Allowed)


def test_a_dash_between_words_is_no_minus() -> None:
    plan = Steps((step("send_payment", to="Acme", amount="5"),))
    assert isinstance(verdict(plan, "pay Acme - 5 ETH"), Allowed)


def test_denies_a_path_though_an_action_had_it_planned() -> None:
    path = Parameter("path", Kind.PATH, "where")
    actions = {"write": Action("write", ("write",), "Write", "holdfast write", (path,))}
    plan = Steps((step("write", path="hello"),))
    assert isinstance(judge(plan, said=["hello"], state=STATE, actions=actions), Denied)


@pytest.mark.parametrize(("product", "allowed"), [("prod-1", Allowed), ("prod-9", Denied)])
def test_an_event_is_of_a_product_of_the_wallet(product: str, allowed: type) -> None:
    state = replace(STATE, products=(ProductEntry("prod-1", "Apples"),))
    plan = Steps((step("record_event", product=product, event="picked"),))
    assert isinstance(judge(plan, said=["picked"], state=state, actions=ACTIONS), allowed)


def test_says_where_each_argument_comes_from() -> None:
    plan = Steps(
        (
            step("create_did", method="key", name="shop"),
            step("present_credential", credential="cred-1", verifier="$1", claims=["gpa"]),
            step("issue_credential", type="Badge", subject="Acme", expires="2027-01-01"),
            step("send_payment", to="Acme", amount="2"),
        )
    )
    judgement = verdict(plan, "shop Badge 2")
    assert isinstance(judgement, Allowed)
    assert [dict(sources) for sources in judgement.sources] == [
        {"method": Source.ACTION, "name": Source.TYPED},
        {"credential": Source.WALLET, "verifier": Source.STEP, "claims": Source.WALLET},
        {"type": Source.TYPED, "subject": Source.WALLET, "expires": Source.RULE},
        {"to": Source.WALLET, "amount": Source.TYPED},
    ]
    assert verdict(Ask("publish_did", MappingProxyType({}), ("did",)), "hi") == Allowed(
        Ask("publish_did", MappingProxyType({}), ("did",))
    )
