from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.terms import claim_term, type_term
from wallet.errors import BadInput, NoSuchEntry
from wallet.messages import text
from wallet.templates import BUILT_IN, Template, template, templates
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def wallet(wallet: Wallet) -> Wallet:
    return replace(wallet, clock=lambda: NOW)


@pytest.fixture
def mei(do: Does) -> str:
    do("create_did", method="key", name="uni")
    do("create_did", method="key", name="mei")
    return "mei"


@pytest.mark.parametrize("built_in", BUILT_IN, ids=lambda one: one.name)
def test_each_built_in_one_issues_what_it_says(do: Does, mei: str, built_in: Template) -> None:
    claims = {one.name: "1" for one in built_in.claims}
    done = do("issue_credential", template=built_in.name, subject=mei, claims=claims)
    document: Any = done.data["credential"]
    assert document["type"] == ["VerifiableCredential", type_term(built_in.type)]
    assert document["credentialSubject"].keys() == {"id", *claims}
    assert ("validUntil" in document) == (built_in.days is not None)
    assert all(claim_term(one.name) == one.name for one in built_in.claims)


@pytest.mark.parametrize("built_in", BUILT_IN, ids=lambda one: one.name)
def test_each_built_in_one_is_said_in_both_languages(built_in: Template, wallet: Wallet) -> None:
    said = (built_in.title, *(one.hint for one in built_in.claims))
    assert all(text(one, "zh") != text(one, "en") for one in said)
    assert template(wallet.vault, text(built_in.title, "zh")) == built_in
    assert template(wallet.vault, str(built_in.title).upper()) == built_in


def test_what_is_said_counts_before_what_the_template_says(
    do: Does, propose: Proposes, mei: str
) -> None:
    claims = {"event": "Concert", "place": "Hall", "date": "2030-02-01", "seat": "4"}
    given = {"subject": mei, "claims": claims, "template": "ticket"}
    document: Any = do("issue_credential", **given).data["credential"]
    assert document["validUntil"].startswith("2030-04-01T23:59:59")
    given |= {"type": "Pass", "expires": "2030-01-02"}
    document = do("issue_credential", **given).data["credential"]
    assert document["type"][-1] == "Pass"
    assert document["validUntil"].startswith("2030-01-02")
    given["claims"] = {"Event": "Concert", "extra": "1"}
    warnings = [str(one) for one in propose("issue_credential", **given).statement.warnings]
    assert warnings == ["the template has claims that are left out: place, date, seat"]


def test_a_template_is_kept_listed_issued_by_removed_and_put_back(
    do: Does, wallet: Wallet, mei: str
) -> None:
    added = do("add_template", name="boat", type="Boat Licence", claims=["class", "waters=inland"])
    (own,) = [one for one in do("list_templates").data["templates"] if one["own"]]
    assert own["claims"] == [{"name": "class", "hint": ""}, {"name": "waters", "hint": "inland"}]
    issued = do(
        "issue_credential", template="BOAT", subject=mei, claims={"class": "2", "waters": "all"}
    )
    assert str(issued.summary).startswith("issued Boat Licence as")
    assert added.undo is not None
    removed = do(added.undo.action, **added.undo.arguments)
    assert templates(wallet.vault) == BUILT_IN
    assert removed.undo is not None
    do(removed.undo.action, **removed.undo.arguments)
    again = template(wallet.vault, "boat")
    assert {**again.body(), "own": again.own} == own


def test_refuses_a_template_that_is_none_or_there_already(do: Does, propose: Proposes) -> None:
    whole: dict[str, Any] = {"name": "boat", "type": "Boat", "claims": ["a"]}
    for wrong in (
        {"name": " "},
        {"name": "x" * 101},
        {"type": ""},
        {"type": "a\x1b"},
        {"claims": ["a", "a"]},
        {"claims": ["=hint"]},
        {"claims": ["a=" + "x" * 101]},
        {"claims": [f"c{n}" for n in range(101)]},
        {"days": 40_000},
        {"name": "Degree"},
        {"name": "会员资格"},
    ):
        with pytest.raises(BadInput):
            propose("add_template", **{**whole, **wrong})
    for wrong in ({"type": "a/b"}, {"claims": ["id"]}):
        with pytest.raises(InvalidCredential):
            propose("add_template", **{**whole, **wrong})
    do("add_template", **whole, days=30)
    with pytest.raises(BadInput, match="already"):
        propose("add_template", **whole)
    with pytest.raises(BadInput, match="built in"):
        propose("remove_template", template="degree")
    with pytest.raises(NoSuchEntry):
        propose("issue_credential", template="plane", subject="x", claims={"a": "b"})


def test_a_damaged_template_is_told_as_damage(do: Does, wallet: Wallet) -> None:
    whole = Template("boat", "boat", "Boat", BUILT_IN[0].claims).body()
    for broken in ({**whole, "claims": "x"}, {**whole, "days": "soon"}, {}, {**whole, "type": 5}):
        wallet.vault.put(Kind.TEMPLATE, broken, id="boat")
        with pytest.raises(IntegrityError):
            do("list_templates")


def test_a_type_is_needed_where_no_template_says_it() -> None:
    with pytest.raises(BadInput, match="needs 'type'"):
        ACTIONS["issue_credential"].check({"subject": "mei"})
    ACTIONS["issue_credential"].check({"subject": "mei", "template": "degree"})
