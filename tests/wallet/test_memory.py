from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.errors import Ambiguous, BadInput, NoSuchEntry
from wallet.memory import (
    MOST,
    About,
    Memory,
    did_for,
    further_names,
    language,
    memories,
    remember,
    shown_of,
)
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.wallet import Wallet

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def test_another_name_is_remembered_shown_and_forgotten(wallet: Wallet, do: Any) -> None:
    do("add_contact", name="Acme Clinic", did=ACME)
    made = do("set_memory", about="alias", words=["the clinic", "Acme Clinic"])
    assert further_names(wallet.vault) == {"Acme Clinic": ("the clinic",)}
    listed = do("list_memories")
    assert listed.data["memories"] == [
        {"id": made.made, "about": "alias", "key": "the clinic", "values": ["Acme Clinic"]}
    ]
    do("forget_memory", memory=made.made)
    assert memories(wallet.vault) == ()
    assert str(do("list_memories").summary) == "nothing is remembered"
    with pytest.raises(NoSuchEntry, match="nothing is remembered as"):
        do("forget_memory", memory=made.made)


def test_the_same_name_in_any_case_means_the_newest_and_says_what_it_meant(
    wallet: Wallet, do: Any, propose: Any
) -> None:
    do("add_contact", name="Acme", did=ACME)
    do("create_did", method="key", name="mei")
    do("set_memory", about="alias", words=["them", "Acme"])
    proposal = propose("set_memory", about="alias", words=["Them", "mei"])
    assert ("Instead of", "Acme") in [(str(a), str(b)) for a, b in proposal.statement.facts]
    proposal.perform()
    assert len(memories(wallet.vault)) == 1


@pytest.mark.parametrize("name", ["Acme", "ACME", ACME])
def test_no_alias_takes_the_name_of_an_entry(do: Any, propose: Any, name: str) -> None:
    do("add_contact", name="Acme", did=ACME)
    do("create_did", method="key", name="mei")
    with pytest.raises(BadInput):
        propose("set_memory", about="alias", words=[name, "mei"])


def test_an_alias_means_one_entry(do: Any, propose: Any) -> None:
    do("add_contact", name="mei", did=ACME)
    do("create_did", method="key", name="mei")
    with pytest.raises(Ambiguous):
        propose("set_memory", about="alias", words=["her", "mei"])
    with pytest.raises(NoSuchEntry):
        propose("set_memory", about="alias", words=["her", "nobody"])


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("language", ["fr"]),
        ("language", ["en", "zh"]),
        ("show", ["Degree"]),
        ("did", ["work"]),
        ("alias", ["x"]),
        ("alias", ["a" * 81, "mei"]),
        ("alias", ["\u202ecilc", "mei"]),
        ("alias", ["", "mei"]),
        ("did", ["work", "nobody"]),
    ],
)
def test_what_cannot_be_remembered_is_refused(
    do: Any, propose: Any, about: str, words: list[str]
) -> None:
    do("create_did", method="key", name="mei")
    with pytest.raises((BadInput, NoSuchEntry)):
        propose("set_memory", about=about, words=words)


def test_issues_and_asks_as_the_did_that_is_meant_for_it(
    wallet: Wallet, do: Any, propose: Any
) -> None:
    for name in ("school", "mei", "newest"):
        do("create_did", method="key", name=name)
    do("set_memory", about="did", words=["issuing", "school"])
    do("set_memory", about="did", words=["Asking", "mei"])

    def facts(action: str, **arguments: Any) -> dict[str, str]:
        statement = propose(action, **arguments).statement
        return {str(label): str(value) for label, value in statement.facts}

    issued = facts("issue_credential", type="Pass", subject=ACME, claims={"n": "1"})
    assert issued["Issuer"].startswith("school (")
    about_itself = facts("issue_credential", type="Pass", subject="school", claims={"n": "1"})
    assert about_itself["Issuer"].startswith("newest (")
    assert facts("request_presentation", holder=ACME, type="Pass")["Verifier"] == "mei"
    named = facts("issue_credential", type="Pass", subject=ACME, claims={"n": "1"}, issuer="mei")
    assert named["Issuer"].startswith("mei (")
    own = did_for(wallet.vault, "ISSUING")
    assert own is not None
    assert own.name == "school"
    assert did_for(wallet.vault, "paying") is None


def test_what_is_usually_shown_of_a_type_is_asked_for_where_nothing_else_is(
    do: Any, propose: Any
) -> None:
    do("create_did", method="key", name="mei")
    claims = {"gpa": "3.9", "birth": "2000"}
    do("issue_credential", type="Degree", subject="mei", issuer="mei", claims=claims)
    do("set_memory", about="show", words=["degree", "gpa", "salary"])
    statement = propose("present_credential", credential="Degree", verifier=ACME).statement
    assert ("Asked for", "gpa") in [(str(a), str(b)) for a, b in statement.facts]
    statement = propose(
        "present_credential", credential="Degree", verifier=ACME, claims=["birth"]
    ).statement
    assert ("Asked for", "birth") in [(str(a), str(b)) for a, b in statement.facts]


def test_the_language_and_habits_are_those_that_were_said(wallet: Wallet, do: Any) -> None:
    assert language(wallet.vault) is None
    do("set_memory", about="language", words=["zh"])
    do("set_memory", about="language", words=["en"])
    assert language(wallet.vault) == "en"
    do("set_memory", about="show", words=["Degree", "gpa"])
    assert shown_of(wallet.vault, ("VerifiableCredential", "Degree")) == ("gpa",)
    assert shown_of(wallet.vault, ("VerifiableCredential",)) == ()


def test_no_more_is_remembered_than_can_be_looked_through(wallet: Wallet) -> None:
    for number in range(MOST):
        remember(wallet.vault, Memory(About.SHOW, f"T{number}", ("a",)))
    remember(wallet.vault, Memory(About.SHOW, "t1", ("b",)))
    with pytest.raises(BadInput, match="no more than"):
        remember(wallet.vault, Memory(About.SHOW, "another", ("a",)))


@pytest.mark.parametrize(
    "body",
    [{}, {"about": "x", "key": "k", "values": ["v"]}, {"about": "alias", "key": "k", "values": []}],
)
def test_a_record_that_cannot_be_read_is_damage(wallet: Wallet, body: dict[str, Any]) -> None:
    wallet.vault.put(Kind.MEMORY, body, id="mem-00000000")
    with pytest.raises(IntegrityError, match="memory"):
        memories(wallet.vault)
