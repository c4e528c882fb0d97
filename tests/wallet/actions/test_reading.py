from __future__ import annotations

import ast
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from did.errors import ChainBusy
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, proposed, run
from wallet.actions.journal import Asker, journal_of
from wallet.actions.reading import noted, reading
from wallet.actions.registry import Action
from wallet.errors import BadInput, NoSuchEntry, NotConsented, ReadOnly
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.messages import Message
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

PASSPHRASE = "correct horse battery staple"
ROOT = Path(__file__).parents[3]


def asked_for(wallet: Wallet, name: str, **arguments: Any) -> Result:
    return reading(wallet, ACTIONS[name], arguments, asked=Asker.SCRIPT)


def last(wallet: Wallet) -> Mapping[str, Any]:
    return journal_of(wallet).latest(1).entries[0]


def test_what_was_read_is_written_down_and_what_it_was_about_is_not(wallet: Wallet) -> None:
    asked_for(wallet, "search", query="Secret Degree")
    entry = last(wallet)
    assert (entry["action"], entry["asked"], entry["by"]) == ("search", "script", "read")
    assert (entry["outcome"], entry["error"], entry["digest"]) == ("done", None, None)
    assert "Secret" not in json.dumps(dict(entry))


def test_what_could_not_be_read_has_failed_and_the_error_keeps_its_words_to_itself(
    wallet: Wallet,
) -> None:
    with pytest.raises(NoSuchEntry, match="Secret"):
        asked_for(wallet, "show_credential", credential="Secret Degree")
    assert (last(wallet)["outcome"], last(wallet)["error"]) == ("failed", "NoSuchEntry")
    with pytest.raises(BadInput):
        asked_for(wallet, "show_credential")
    assert last(wallet)["error"] == "BadInput"
    assert "Secret" not in json.dumps([dict(one) for one in journal_of(wallet).everything()])


def test_what_was_interrupted_was_cancelled(wallet: Wallet) -> None:
    with pytest.raises(KeyboardInterrupt), noted(wallet, "search", asked=Asker.PERSON):
        raise KeyboardInterrupt
    assert (last(wallet)["outcome"], last(wallet)["error"]) == ("cancelled", "KeyboardInterrupt")


@pytest.fixture
def remarks() -> list[Message]:
    return []


def test_another_writer_costs_the_entry_and_not_the_result(
    wallet: Wallet, home: Path, remarks: list[Message]
) -> None:
    with closing(sqlite3.connect(home / "vault.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        action = ACTIONS["list_dids"]
        found = reading(wallet, action, {}, asked=Asker.PERSON, remark=remarks.append)
    assert found.data == {"dids": []}
    assert [str(one) for one in remarks] == [
        "this is not in the journal: another process is using the wallet"
    ]
    assert journal_of(wallet).latest(1).count == 0


def test_a_full_disk_costs_the_entry_and_not_the_result(
    wallet: Wallet, remarks: list[Message]
) -> None:
    connection = wallet.vault._held.store._open
    (pages,) = connection.execute("pragma page_count").fetchone()
    connection.execute(f"pragma max_page_count = {pages}")
    action = ACTIONS["list_dids"]
    for _ in range(20):
        found = reading(wallet, action, {}, asked=Asker.PERSON, remark=remarks.append)
        assert found.data == {"dids": []}
    assert "this is not in the journal: there is no room on the disk" in map(str, remarks)
    connection.execute("pragma max_page_count = 1000000")
    reading(wallet, action, {}, asked=Asker.PERSON)
    assert last(wallet)["action"] == "list_dids"


def test_an_error_is_told_and_not_that_it_could_not_be_written_down(
    wallet: Wallet, home: Path
) -> None:
    with closing(sqlite3.connect(home / "vault.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(NoSuchEntry):
            asked_for(wallet, "show_credential", credential="none")


def test_damage_is_told_whatever_was_read(wallet: Wallet, home: Path) -> None:
    asked_for(wallet, "list_dids")

    def damaging(_: Wallet, __: Mapping[str, Any]) -> Result:
        with closing(sqlite3.connect(home / "vault.db")) as other, other:
            other.execute("update record set version = version + 1")
        return ACTIONS["help"].read(wallet, {})  # type: ignore[misc]

    action = Action("damage", ("damage",), "", "", read=damaging)
    with pytest.raises(IntegrityError):
        reading(wallet, action, {}, asked=Asker.PERSON)


@pytest.fixture
def only_read(wallet: Wallet, home: Path) -> Iterator[Wallet]:
    wallet.close()
    with open_wallet(home, Secret(PASSPHRASE), read_only=True) as opened:
        yield opened


def test_a_wallet_that_is_only_read_has_no_entry_of_it(
    only_read: Wallet, remarks: list[Message]
) -> None:
    action = ACTIONS["list_dids"]
    reading(only_read, action, {}, asked=Asker.PERSON, remark=remarks.append)
    assert remarks == []
    assert journal_of(only_read).latest(1).count == 0


@pytest.mark.parametrize("name", [name for name, one in ACTIONS.items() if one.needs_consent])
def test_in_a_wallet_that_is_only_read_nothing_is_proposed(only_read: Wallet, name: str) -> None:
    with pytest.raises(ReadOnly):
        proposed(only_read, ACTIONS[name], {}, asked=Asker.PERSON, can_type=True)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [({"credential": "Secret"}, NoSuchEntry), ({}, BadInput), ({"unheard": "of"}, BadInput)],
)
def test_what_is_refused_before_there_is_anything_to_show_is_written_down(
    wallet: Wallet, arguments: dict[str, str], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        proposed(wallet, ACTIONS["delete_credential"], arguments, asked=Asker.MCP)
    entry = last(wallet)
    assert (entry["action"], entry["asked"], entry["by"]) == ("delete_credential", "mcp", "unshown")
    assert (entry["outcome"], entry["error"]) == ("refused", kind.__name__)
    assert (entry["digest"], entry["approved"]) == (None, None)
    assert "Secret" not in json.dumps(dict(entry))


@pytest.mark.parametrize(
    ("error", "outcome"), [(ChainBusy("busy"), "failed"), (KeyboardInterrupt(), "cancelled")]
)
def test_what_breaks_off_before_there_is_anything_to_show_is_written_down(
    wallet: Wallet, error: BaseException, outcome: str
) -> None:
    def breaking(_: Wallet, __: Mapping[str, Any]) -> Proposal:
        raise error

    action = Action("break_off", ("break",), "", "", propose=breaking)
    with pytest.raises(type(error)):
        proposed(wallet, action, {}, asked=Asker.PERSON)
    assert (last(wallet)["outcome"], last(wallet)["by"]) == (outcome, "unshown")


def test_what_has_to_be_typed_is_not_proposed_where_nobody_can_type(
    wallet: Wallet, do: Does, tmp_path: Path
) -> None:
    do("create_did", method="key", name="work")
    given = {"file": str(tmp_path / "keys.json"), "private": True}
    with pytest.raises(NotConsented, match="typed"):
        proposed(wallet, ACTIONS["export_keys"], given, asked=Asker.MCP)
    assert (last(wallet)["outcome"], last(wallet)["by"]) == ("refused", "unshown")
    shown = proposed(wallet, ACTIONS["export_keys"], given, asked=Asker.PERSON, can_type=True)
    with pytest.raises(NotConsented, match="not typed"):
        run(wallet, shown, decide(shown, Answer(yes=True, by=By.FLAG)))
    assert not (tmp_path / "keys.json").exists()


def test_history_leaves_out_what_was_only_read_and_says_how_many(wallet: Wallet, do: Does) -> None:
    for _ in range(3):
        asked_for(wallet, "list_dids")
    do("create_did", method="key", name="work")
    asked_for(wallet, "show_did", did="work")
    shown = do("show_history")
    assert [entry["action"] for entry in shown.data["entries"]] == ["create_did"]
    assert (shown.data["older"], shown.data["reads"]) == (0, 4)
    assert "4, not listed" in str(shown.facts[0][1])
    assert len(do("show_history", all=True).data["entries"]) == 5
    found = do("show_history", filter="did")
    assert ([entry["by"] for entry in found.data["entries"]], found.data["reads"]) == (
        ["prompt"],
        4,
    )
    assert len(do("show_history", filter="did", all=True, last=2).data["entries"]) == 2


def test_how_many_were_only_read_is_known_without_the_record_of_the_head(wallet: Wallet) -> None:
    for _ in range(3):
        asked_for(wallet, "list_dids")
    wallet.vault.delete(Kind.SETTING, "journal")
    assert journal_of(wallet).latest(20, reads=False).reads == 3


def test_the_whole_chain_is_verified_with_what_was_only_read(wallet: Wallet, do: Does) -> None:
    asked_for(wallet, "list_dids")
    do("create_did", method="key", name="work")
    asked_for(wallet, "list_dids")
    assert do("verify_history").data["count"] == 3


def test_no_face_reads_by_itself() -> None:
    faces = [ROOT / "tui", ROOT / "agent", ROOT / "wallet" / "cli"]
    for path in (file for folder in faces for file in folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {
            ast.unparse(node.func.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"read", "propose"}
        }
        assert not {one for one in called if "action" in one.lower()}, path
