from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.errors import BadInput, NoSuchEntry
from wallet.memory import further_names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
MEI = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
LIN = "did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"


@pytest.fixture
def wallet(wallet: Wallet) -> Wallet:
    return replace(wallet, clock=lambda: NOW)


def undone(do: Does, result: Result) -> Result:
    assert result.undo is not None
    ACTIONS[result.undo.action].check(result.undo.arguments)
    return do(result.undo.action, **result.undo.arguments)


def known(do: Does) -> list[tuple[str, str]]:
    return [(one["name"], one["did"]) for one in do("list_contacts").data["contacts"]]


def test_a_contact_is_removed_and_put_back_by_undo(do: Does) -> None:
    added = do("add_contact", name="Mei", did=MEI)
    removed = undone(do, added)
    assert str(removed.summary) == "Mei is no contact any more"
    assert known(do) == []
    undone(do, removed)
    assert known(do) == [("Mei", MEI)]


def test_undoing_a_new_did_of_a_contact_gives_the_old_one_back(do: Does) -> None:
    do("add_contact", name="Mei", did=MEI)
    undone(do, do("add_contact", name="Mei", did=LIN))
    assert known(do) == [("Mei", MEI)]


def test_a_contact_is_renamed_with_its_other_names_and_back(do: Does, wallet: Wallet) -> None:
    do("add_contact", name="Mei", did=MEI)
    do("set_memory", about="alias", words=["my sister", "Mei"])
    done = do("rename_contact", contact="mei", name=" 林梅 ")
    assert known(do) == [("林梅", MEI)]
    assert further_names(wallet.vault) == {"林梅": ("my sister",)}
    undone(do, done)
    assert known(do) == [("Mei", MEI)]
    assert further_names(wallet.vault) == {"Mei": ("my sister",)}


def test_a_contact_may_be_spelled_anew_and_named_by_its_did(do: Does) -> None:
    do("add_contact", name="mei", did=MEI)
    do("rename_contact", contact=MEI, name="Mei")
    assert known(do) == [("Mei", MEI)]


def test_refuses_a_name_that_is_taken_or_none_and_warns_of_one_that_looks_alike(
    do: Does, propose: Proposes
) -> None:
    do("add_contact", name="Mei", did=MEI)
    do("add_contact", name="Lin", did=LIN)
    for name, why in (
        ("MEI", "already called 'Mei'"),
        ("Lin", "called so already"),
        (MEI, "no name"),
    ):
        with pytest.raises(BadInput, match=why):
            propose("rename_contact", contact="Lin", name=name)
    with pytest.raises(NoSuchEntry):
        propose("remove_contact", contact="Wang")
    (warning,) = propose("rename_contact", contact="Lin", name="Меі").statement.warnings
    assert "looks like another contact of yours, Mei" in str(warning)
    assert propose("rename_contact", contact="Lin", name="L1n").statement.warnings == ()


def reminders(do: Does) -> list[Any]:
    return [(one["about"], one["when"]) for one in do("list_reminders").data["reminders"]]


@pytest.mark.parametrize("when", ["2030-01-01", "2030-02-01", "2030-01-01T13:00:00+00:00"])
def test_a_reminder_is_taken_back_and_set_again(do: Does, when: str) -> None:
    removed = undone(do, do("set_reminder", about="feed the cat", when=when))
    assert reminders(do) == []
    undone(do, removed)
    assert reminders(do) == [("feed the cat", when)]


def test_a_reminder_that_could_not_be_set_any_more_is_not_offered_to_be(
    do: Does, wallet: Wallet
) -> None:
    when = "2030-01-01T13:00:00+00:00"
    made = do("set_reminder", about="feed the cat", when=when).made
    later = replace(wallet, clock=lambda: datetime(2030, 1, 1, 14, tzinfo=UTC))
    propose = ACTIONS["remove_reminder"].propose
    assert propose is not None
    assert propose(later, {"reminder": made}).perform().undo is None
    again = do("set_reminder", about="feed the cat", when=when).made
    do("finish_reminder", reminder=again)
    assert do("remove_reminder", reminder=again).undo is None


def test_what_is_remembered_is_forgotten_and_remembered_by_undo(do: Does) -> None:
    def kept() -> list[Any]:
        return [(one["key"], one["values"]) for one in do("list_memories").data["memories"]]

    first = do("set_memory", about="show", words=["Degree", "gpa"])
    undone(do, do("set_memory", about="show", words=["Degree", "name", "year"]))
    assert kept() == [("Degree", ["gpa"])]
    forgotten = undone(do, first)
    assert kept() == []
    undone(do, forgotten)
    assert kept() == [("Degree", ["gpa"])]
    undone(do, undone(do, do("set_memory", about="language", words=["zh"])))
    assert kept() == [("Degree", ["gpa"]), ("", ["zh"])]


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "never-disclose", "claim": "birthDate", "types": ["Passport"]},
        {"rule": "never-disclose", "claim": "birthDate"},
        {"rule": "only-to-contacts"},
        {"rule": "once-per-verifier", "types": ["A", "B"]},
        {"rule": "ask-above", "limit": "0.5"},
        {"rule": "pay-only-contacts"},
    ],
)
def test_a_rule_is_taken_away_and_set_again(do: Does, rule: dict[str, Any]) -> None:
    def rules() -> Any:
        return do("list_policies").data["policies"]

    done = do("add_policy", **rule)
    before = rules()
    removed = undone(do, done)
    assert rules() == []
    undone(do, removed)
    assert rules() == before


def test_a_credential_that_came_in_is_let_go_again_unless_it_was_there(
    do: Does, propose: Proposes, tmp_path: Path
) -> None:
    do("create_did", method="key", name="mei")
    claims: dict[str, Any] = {"subject": "mei", "issuer": "mei", "claims": {"a": "b"}}
    card = do("issue_credential", type="Card", **claims)
    source = str(tmp_path / "card.json")
    do("show_credential", credential=card.made, output=source)
    again = propose("import_credential", source=source)
    assert [str(one) for one in again.statement.warnings] == [
        f"it is in the wallet already, as {card.made}"
    ]
    do("rename_credential", credential=card.made, name="mine")
    assert do("import_credential", source=source).undo is None
    assert do("show_credential", credential="mine").data["id"] == card.made
    do("delete_credential", credential=card.made, now=True)
    undone(do, undone(do, do("import_credential", source=source)))
    assert do("list_credentials").data["total"] == 1
