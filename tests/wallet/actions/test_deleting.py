from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.entries import credential, credentials
from wallet.errors import Ambiguous, BadInput, NoSuchEntry
from wallet.trash import KEPT, deleted, discard, purge
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
PASSPHRASE = Secret("correct horse battery staple")


@pytest.fixture
def wallet(wallet: Wallet) -> Wallet:
    return replace(wallet, clock=lambda: NOW)


@pytest.fixture
def degree(do: Does) -> str:
    do("create_did", method="key", name="uni")
    do("create_did", method="key", name="mei")
    done = do("issue_credential", type="Degree", subject="mei", claims={"name": "Zylphora"})
    assert done.made is not None
    do("tag_credential", credential=done.made, tags=["work"])
    return done.made


def gone(do: Does) -> list[Any]:
    found: list[Any] = do("list_deleted").data["deleted"]
    return found


def test_what_is_deleted_is_found_by_nothing_but_the_list_of_the_deleted(
    do: Does, wallet: Wallet, degree: str
) -> None:
    done = do("delete_credential", credential=degree)
    assert str(done.next) == f"to bring it back: holdfast undelete {degree}"
    assert do("list_credentials").data["credentials"] == []
    assert do("list_credentials", tag=["work"]).data["credentials"] == []
    assert do("search", query="zylphora", values=True).data["found"] == []
    assert wallet.index.find("degree").total == 0
    assert credentials(wallet.vault) == ()
    for reference in (degree, "Degree"):
        with pytest.raises(NoSuchEntry):
            credential(wallet.index, reference)
    (row,) = gone(do)
    assert (row["id"], row["name"], row["tags"]) == (degree, "Degree", ["work"])
    assert row["until"] == "2030-01-08T12:00:00+00:00"


def test_it_comes_back_under_its_id_with_its_name_and_its_tags(
    do: Does, wallet: Wallet, degree: str
) -> None:
    before = wallet.vault.get(Kind.CREDENTIAL, degree)
    undo = do("delete_credential", credential=degree).undo
    assert undo is not None
    back = do(undo.action, **undo.arguments)
    after = wallet.vault.get(Kind.CREDENTIAL, degree)
    assert (after.body, after.created, after.version) == (
        before.body,
        before.created,
        before.version,
    )
    assert gone(do) == []
    assert do("list_credentials", tag=["work"]).data["total"] == 1
    assert back.undo is not None
    do(back.undo.action, **back.undo.arguments)
    assert [row["id"] for row in gone(do)] == [degree]


def test_the_statement_says_which_of_the_two_happens(propose: Proposes, degree: str) -> None:
    kept = propose("delete_credential", credential=degree)
    facts = {str(label): str(value) for label, value in kept.statement.facts}
    assert facts["Can be brought back until"] == "2030-01-08 12:00+00:00"
    assert facts["Then"] == "it is removed for good"
    assert kept.statement.warnings == ()
    final = propose("delete_credential", credential=degree, now=True)
    assert str(final.statement.title) == "Delete Degree from the wallet for good"
    assert "this cannot be undone" in str(final.statement.warnings[0])
    assert final.digest != kept.digest


def test_for_good_leaves_nothing_and_no_undo(do: Does, wallet: Wallet, degree: str) -> None:
    assert do("delete_credential", credential=degree, now=True).undo is None
    assert wallet.vault.count(Kind.TRASH) == wallet.vault.count(Kind.CREDENTIAL) == 0


def test_for_good_takes_it_out_of_the_trash_as_well(
    do: Does, propose: Proposes, wallet: Wallet, degree: str
) -> None:
    do("delete_credential", credential=degree)
    with pytest.raises(NoSuchEntry):
        propose("delete_credential", credential=degree)
    do("delete_credential", credential="degree", now=True)
    assert wallet.vault.count(Kind.TRASH) == 0
    with pytest.raises(NoSuchEntry, match="has no credential"):
        propose("delete_credential", credential=degree, now=True)


def test_after_its_time_it_is_gone_and_removed_at_the_next_opening_for_writing(
    do: Does, wallet: Wallet, home: Path, degree: str
) -> None:
    do("delete_credential", credential=degree)
    assert deleted(wallet.vault, NOW + KEPT - timedelta(seconds=1))
    assert deleted(wallet.vault, NOW + KEPT) == ()
    wallet.close()
    late = NOW + KEPT
    with open_wallet(home, PASSPHRASE, clock=lambda: late, read_only=True) as reading:
        assert reading.vault.count(Kind.TRASH) == 1
    with open_wallet(home, PASSPHRASE, clock=lambda: late) as writing:
        assert writing.vault.count(Kind.TRASH) == 0


def test_before_its_time_an_opening_leaves_it(
    do: Does, wallet: Wallet, home: Path, degree: str
) -> None:
    do("delete_credential", credential=degree)
    wallet.close()
    with open_wallet(home, PASSPHRASE, clock=lambda: NOW + KEPT / 2) as again:
        assert [one.id for one in deleted(again.vault, NOW)] == [degree]


def test_what_was_imported_again_meanwhile_is_deleted_no_longer(
    do: Does, propose: Proposes, wallet: Wallet, tmp_path: Path, degree: str
) -> None:
    raw = credential(wallet.index, degree).credential.raw
    do("delete_credential", credential=degree)
    (tmp_path / "degree.json").write_bytes(raw)
    assert do("import_credential", source=str(tmp_path / "degree.json")).made == degree
    assert gone(do) == []
    with pytest.raises(NoSuchEntry):
        propose("undelete_credential", credential=degree)
    assert purge(wallet.vault, NOW) == 1


def test_other_bytes_of_the_same_eight_digits_get_another_id(
    do: Does, wallet: Wallet, degree: str
) -> None:
    entry = credential(wallet.index, degree)
    do("delete_credential", credential=degree)
    record = wallet.vault.get(Kind.TRASH, degree)
    other = {**record.body["body"], "raw": "{}"}
    wallet.vault.put(Kind.TRASH, {**record.body, "body": other}, id=degree)
    again = type(entry).made(wallet.vault, entry.credential, name="", role="held")
    assert again.id.startswith(degree)
    assert len(again.id) == len(degree) + 8


def test_brings_nothing_back_in_the_place_of_another_credential(
    do: Does, propose: Proposes, wallet: Wallet, degree: str
) -> None:
    do("delete_credential", credential=degree)
    proposal = propose("undelete_credential", credential=degree)
    wallet.vault.put(
        Kind.CREDENTIAL, {"id": degree, "name": "", "raw": "{}", "role": "held"}, id=degree
    )
    with pytest.raises(BadInput, match="another credential has the id"):
        run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    assert [one.id for one in deleted(wallet.vault, NOW)] == [degree]


def test_brings_back_by_name_and_asks_for_the_id_where_two_have_it(
    do: Does, propose: Proposes, degree: str
) -> None:
    other = do("issue_credential", type="Degree", subject="mei", claims={"a": "1"}).made
    do("delete_credential", credential=degree)
    do("delete_credential", credential=other)
    with pytest.raises(Ambiguous):
        propose("undelete_credential", credential="degree")
    do("undelete_credential", credential=other)
    assert do("undelete_credential", credential="degree").made == degree


def test_a_list_of_nothing_says_so(do: Does) -> None:
    assert str(do("list_deleted").summary) == "nothing is deleted"


def test_a_damaged_record_in_the_trash_is_told_as_damage(
    wallet: Wallet, do: Does, degree: str
) -> None:
    discard(wallet.vault, degree, NOW)
    body = wallet.vault.get(Kind.TRASH, degree).body
    for broken in ({**body, "at": "soon"}, {**body, "at": "2030-01-01"}, {**body, "body": {}}):
        wallet.vault.put(Kind.TRASH, broken, id=degree)
        with pytest.raises(Exception, match="deleted credential"):
            do("list_deleted")


def test_the_agent_deletes_only_so_that_it_can_be_taken_back() -> None:
    assert not ACTIONS["delete_credential"].parameter("now").planned
