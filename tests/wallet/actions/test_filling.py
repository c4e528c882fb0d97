from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.filling import MOST, candidates, filled, missing
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]


def test_a_field_that_is_left_empty_says_nothing() -> None:
    typed: dict[str, Any] = {
        "type": " Degree ",
        "subject": "Mei",
        "claims": (("level", " Senior "), ("left", "  "), ("", "")),
        "expires": "",
        "status": (" ", "mine"),
    }
    found = filled(ACTIONS["issue_credential"], typed)
    assert found.problems == {}
    assert found.arguments == {
        "type": "Degree",
        "subject": "Mei",
        "claims": {"level": "Senior"},
        "status": ["mine"],
    }


def test_what_is_needed_and_left_empty_is_told_by_field() -> None:
    found = filled(ACTIONS["issue_credential"], {})
    assert {name: str(one) for name, one in found.problems.items()} == {
        "type": "this is needed",
        "subject": "this is needed",
    }


def test_a_parameter_that_makes_up_for_another_excuses_it() -> None:
    found = filled(ACTIONS["issue_credential"], {"template": "degree", "subject": "Mei"})
    assert found.problems == {}


def test_an_empty_text_is_said_where_it_says_something() -> None:
    found = filled(ACTIONS["rename_credential"], {"credential": "cred-1", "name": " "})
    assert found.arguments == {"credential": "cred-1", "name": ""}


@pytest.mark.parametrize(
    ("action", "name", "typed", "why"),
    [
        ("add_template", "days", "ten", "a whole number from 1 on"),
        ("add_template", "days", "0", "a whole number from 1 on"),
        ("issue_credential", "expires", "next year", "a date, such as 2027-06-30"),
        ("send_payment", "amount", "1,5", "a number, such as 0.25"),
        ("issue_credential", "claims", (("", "BSc"),), "“BSc” is said of nothing"),
        ("issue_credential", "claims", (("a", "1"), ("a ", "2")), "the claim “a” stands there"),
    ],
)
def test_what_cannot_be_used_is_told_by_field(action: str, name: str, typed: Any, why: str) -> None:
    found = filled(ACTIONS[action], {name: typed})
    assert str(found.problems[name]).startswith(why)
    assert name not in found.arguments


@pytest.mark.parametrize(
    ("action", "name", "typed", "value"),
    [
        ("add_template", "days", " 12 ", 12),
        ("issue_credential", "expires", "2031-01-01", "2031-01-01"),
        ("send_payment", "amount", "0.25", "0.25"),
        ("verify_credential", "offline", True, True),
        ("verify_credential", "offline", False, None),
    ],
)
def test_what_can_be_used_becomes_an_argument(
    action: str, name: str, typed: Any, value: Any
) -> None:
    assert filled(ACTIONS[action], {name: typed}).arguments.get(name) == value


def test_an_entry_that_is_not_there_is_told_by_field(wallet: Wallet, do: Does) -> None:
    do("create_did", method="key", name="uni")
    arguments = {"type": "A", "subject": "Nobody", "issuer": "uni"}
    found = missing(wallet, ACTIONS["issue_credential"], arguments)
    assert found.keys() == {"subject"}
    assert "Nobody" in str(found["subject"])
    assert missing(wallet, ACTIONS["issue_credential"], {**arguments, "subject": "uni"}) == {}


def test_a_file_may_stand_for_a_credential_where_the_action_takes_one(wallet: Wallet) -> None:
    action = ACTIONS["verify_credential"]
    assert missing(wallet, action, {"credential": "diploma.json"}) == {}


def test_entries_are_found_by_what_they_are_called(wallet: Wallet, do: Does) -> None:
    do("create_did", method="key", name="uni")
    own = str(do("create_did", method="key").made)
    do("add_contact", name="Mei 梅", did="did:web:mei.example")
    assert [one.shown for one in candidates(wallet, Kind.DID, "")] == [own, "uni"]
    assert [one.value for one in candidates(wallet, Kind.CONTACT, "梅")] == ["Mei 梅"]
    assert [one.shown for one in candidates(wallet, Kind.CONTACT, "")] == ["Mei 梅", "uni"]
    (found,) = candidates(wallet, Kind.CONTACT, "mei example")
    assert found.more == "did:web:mei.example"
    assert candidates(wallet, Kind.TEXT, "") == []


def test_no_more_than_a_few_are_proposed_and_credentials_by_their_role(
    wallet: Wallet, do: Does
) -> None:
    do("create_did", method="key", name="uni")
    for at in range(MOST + 1):
        do("add_contact", name=f"friend {at}", did=f"did:web:friend{at}.example")
        do("issue_credential", type="Badge", subject=f"friend {at}", claims={"at": str(at)})
    assert len(candidates(wallet, Kind.CONTACT, "friend")) == MOST
    found = candidates(wallet, Kind.CREDENTIAL, "badge", role="issued")
    assert len(found) == MOST
    assert {(one.shown, one.more) for one in found} == {("Badge", "uni")}
    assert candidates(wallet, Kind.CREDENTIAL, "badge", role="held") == []
