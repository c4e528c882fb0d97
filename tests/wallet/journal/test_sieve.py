from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions.journal import journal_of
from wallet.journal.entry import Asker, Outcome
from wallet.journal.sieve import Sieve, begin, entries, go_on, state_of
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.wallet import Wallet

MANY = 600  # in three blocks, so that a search takes several steps


def written(wallet: Wallet, **facts: Any) -> None:
    usual = {"action": "issue_credential", "asked": "person", "by": "dialog", "outcome": "done"}
    journal_of(wallet).append({**usual, "at": "2026-01-01T00:00:00+00:00", **facts})


def found(wallet: Wallet, **wanted: Any) -> list[str]:
    sieve, so_far = Sieve(**wanted), begin(wallet.vault)
    while so_far.left:
        so_far = go_on(wallet.vault, sieve, so_far)
    return [entry["made"] for entry in entries(wallet.vault, so_far.numbers)]


@pytest.fixture
def journal(wallet: Wallet) -> Wallet:
    written(wallet, made="cred-00000001")
    written(wallet, made="rem-00000002", action="set_reminder", asked="agent")
    written(wallet, made="cred-00000003", outcome="failed", error="BadInput")
    written(wallet, made="did:key:z4", action="show_did", by="read")
    return wallet


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["cred-00000003", "rem-00000002", "cred-00000001"]),
        ({"reads": True}, ["did:key:z4", "cred-00000003", "rem-00000002", "cred-00000001"]),
        ({"outcome": Outcome.FAILED}, ["cred-00000003"]),
        ({"asked": Asker.AGENT}, ["rem-00000002"]),
        ({"action": "set_reminder"}, ["rem-00000002"]),
        ({"words": "BADinput cred"}, ["cred-00000003"]),
        ({"words": "nobody"}, []),
        ({"words": "dentist", "titles": {"set_reminder": "The Dentist"}}, ["rem-00000002"]),
    ],
)
def test_entries_are_found_newest_first_by_what_is_wanted_of_them(
    journal: Wallet, wanted: dict[str, Any], expected: list[str]
) -> None:
    assert found(journal, **wanted) == expected


def test_the_words_are_not_looked_for_in_hashes_and_signatures(wallet: Wallet) -> None:
    written(wallet, made="cred-00000001")
    (entry,) = journal_of(wallet).everything()
    assert found(wallet, words=entry["signature"][:12]) == []


def test_a_long_journal_is_looked_through_a_block_at_a_time(wallet: Wallet) -> None:
    with wallet.vault.transaction():
        for number in range(MANY):
            body = {"action": "issue_credential", "made": str(number)}
            wallet.vault.put(Kind.JOURNAL, body, id=f"old-{number}")
    first = go_on(wallet.vault, Sieve(), begin(wallet.vault))
    assert 0 < len(first.numbers) < MANY
    assert first.left
    assert found(wallet) == [str(number) for number in reversed(range(MANY))]


def test_whoever_looks_again_sees_that_something_was_added(journal: Wallet) -> None:
    before = state_of(journal.vault)
    assert state_of(journal.vault) == before
    written(journal)
    assert state_of(journal.vault) != before
