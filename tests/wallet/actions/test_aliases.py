from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.consent import proposed
from wallet.actions.journal import Asker
from wallet.actions.reading import reading
from wallet.errors import Ambiguous, NoSuchEntry

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def shown(wallet: Wallet, action: str, /, **arguments: Any) -> Proposal:
    return proposed(wallet, ACTIONS[action], arguments, asked=Asker.PERSON, can_type=True)


def read(wallet: Wallet, action: str, /, **arguments: Any) -> Result:
    return reading(wallet, ACTIONS[action], arguments, asked=Asker.PERSON)


@pytest.fixture
def kept(wallet: Wallet, do: Any) -> Wallet:
    """An entry of each kind, each with another name."""
    do("create_did", method="key", name="mei")
    do("add_contact", name="Acme Clinic", did=ACME)
    do("issue_credential", type="Degree", subject="mei", issuer="mei", claims={"gpa": "3.9"})
    credential = read(wallet, "list_credentials").data["credentials"][0]["id"]
    do("add_product", name="Kettle", signer="mei")
    do("set_memory", about="alias", words=["me", "mei"])
    do("set_memory", about="alias", words=["the clinic", "Acme Clinic"])
    do("set_memory", about="alias", words=["my paper", credential])
    do("set_memory", about="alias", words=["the pot", "Kettle"])
    do("set_memory", about="did", words=["college", "mei"])
    return wallet


def test_an_entry_of_each_kind_is_found_by_its_other_name(kept: Wallet) -> None:
    assert read(kept, "show_did", did="ME").data["document"]["id"].startswith("did:key:")
    assert str(read(kept, "show_credential", credential="My Paper").summary)
    assert read(kept, "trace_product", product="the pot").data
    statement = shown(
        kept, "present_credential", credential="my paper", verifier="The Clinic"
    ).statement
    assert str(statement.title) == "Show Degree to Acme Clinic"


def test_a_did_is_found_by_what_it_is_for(kept: Wallet) -> None:
    by_purpose = read(kept, "show_did", did="college").data
    assert by_purpose == read(kept, "show_did", did="mei").data


def test_a_reminder_may_be_about_an_entry_by_its_other_name(kept: Wallet) -> None:
    facts = shown(kept, "set_reminder", about="my paper", when="2030-01-01").statement.facts
    assert "my paper" not in [str(value) for _, value in facts]


def test_another_name_of_an_entry_of_another_kind_is_none(kept: Wallet) -> None:
    with pytest.raises(NoSuchEntry):
        shown(kept, "delete_credential", credential="the clinic")
    with pytest.raises(NoSuchEntry):
        read(kept, "show_did", did="the pot")


def test_a_name_of_its_own_goes_before_another_ones_alias(kept: Wallet, do: Any) -> None:
    do("add_contact", name="The Clinic", did="did:web:clinic.example")
    statement = shown(
        kept, "present_credential", credential="my paper", verifier="the clinic"
    ).statement
    assert str(statement.title) == "Show Degree to The Clinic"


def test_a_name_that_stands_for_two_entries_is_asked_about(kept: Wallet, do: Any) -> None:
    do("create_did", method="key", name="shop")
    do("set_memory", about="did", words=["me", "shop"])
    with pytest.raises(Ambiguous, match="stands for several"):
        read(kept, "show_did", did="me")


def test_a_file_that_is_there_goes_before_an_alias(
    kept: Wallet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my paper").write_text("{}")
    report = read(kept, "verify_credential", credential="my paper").report
    assert report is not None
    assert report.verdict.value == "invalid"
