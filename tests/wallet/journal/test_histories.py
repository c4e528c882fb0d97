from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.anchoring.receipt import AnchorReceipt, against
from wallet.actions.consent import Answer, By, decide, run, unanswered
from wallet.actions.histories import ANCHOR_HISTORY, verify, verify_file
from wallet.actions.journal import Asker, journal_of
from wallet.errors import BadInput, NoSuchEntry, NotConsented
from wallet.journal.errors import JournalBroken, NotAJournal
from wallet.journal.exported import COLUMNS
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Proposes = Callable[..., Proposal]
    Does = Callable[..., Result]

PASSPHRASE = "correct horse battery staple"
MEI = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
YES = Answer(yes=True, by=By.PROMPT)


def last(wallet: Wallet) -> Mapping[str, Any]:
    return journal_of(wallet).latest(1).entries[0]


def test_an_entry_says_who_asked_what_was_shown_and_what_was_approved(
    wallet: Wallet, propose: Proposes
) -> None:
    proposal = propose("create_did", method="key", name="work")
    result = run(wallet, proposal, decide(proposal, YES), asked=Asker.AGENT)
    entry = last(wallet)
    assert (entry["asked"], entry["by"], entry["outcome"]) == ("agent", "prompt", "done")
    assert entry["digest"] == entry["approved"] == proposal.digest
    assert entry["made"] == result.made


def test_an_entry_holds_no_name_and_no_file(wallet: Wallet, do: Does, tmp_path: Path) -> None:
    do("add_contact", name="Mei Secret", did=MEI)
    assert last(wallet)["made"] is None
    do("create_did", method="key", name="Work Secret")
    do("issue_credential", type="Degree", subject="Mei Secret", claims={"gpa": "Secret"})
    do("request_presentation", holder="Mei Secret", type="Degree", output=str(tmp_path / "Secret"))
    assert last(wallet)["made"] is None
    assert "Secret" not in json.dumps([dict(one) for one in journal_of(wallet).everything()])


def test_a_no_approves_nothing(wallet: Wallet, propose: Proposes) -> None:
    proposal = propose("create_did", method="key")
    with pytest.raises(NotConsented):
        run(wallet, proposal, decide(proposal, Answer(yes=False, by=By.DIALOG)))
    assert (last(wallet)["digest"], last(wallet)["approved"]) == (proposal.digest, None)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "refused"),
        (NotConsented("no terminal"), "refused"),
        (KeyboardInterrupt(), "cancelled"),
    ],
)
def test_a_question_that_nobody_answered_is_written_down(
    wallet: Wallet, propose: Proposes, error: BaseException | None, outcome: str
) -> None:
    proposal = propose("create_did", method="key")
    unanswered(wallet, proposal, asked=Asker.SCRIPT, error=error)
    entry = last(wallet)
    assert (entry["by"], entry["asked"], entry["outcome"]) == ("nobody", "script", outcome)
    assert entry["approved"] is None


def test_an_interrupted_deed_was_cancelled(wallet: Wallet, propose: Proposes) -> None:
    def interrupt() -> Result:
        raise KeyboardInterrupt

    proposal = replace(propose("create_did", method="key"), perform=interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(wallet, proposal, decide(proposal, YES))
    assert (last(wallet)["outcome"], last(wallet)["error"]) == ("cancelled", "KeyboardInterrupt")


def test_shows_the_newest_and_says_how_many_are_older(wallet: Wallet, do: Does) -> None:
    for n in range(25):
        journal_of(wallet).append({"action": f"a{n}", "at": "now", "outcome": "done", "by": "flag"})
    result = do("show_history")
    assert [entry["action"] for entry in result.data["entries"]] == [f"a{n}" for n in range(5, 25)]
    assert result.data["older"] == 5
    assert str(result.next) == "all of them: holdfast history --last 25"
    assert len(do("show_history", last=25).data["entries"]) == 25
    assert [entry["action"] for entry in do("show_history", filter="a7").data["entries"]] == ["a7"]


def test_the_wallets_own_journal_is_verified(wallet: Wallet, do: Does) -> None:
    do("create_did", method="key", name="work")
    result = do("verify_history")
    assert (result.data["count"], result.data["unchained"]) == (1, 0)
    wallet.vault.put(Kind.JOURNAL, {**last(wallet), "by": "dialog"}, id="entry-1")
    with pytest.raises(JournalBroken, match="entry 1 was changed"):
        do("verify_history")


def test_an_exported_journal_is_verified_with_its_key_and_no_wallet(
    wallet: Wallet, do: Does, tmp_path: Path
) -> None:
    wallet.vault.put(Kind.JOURNAL, {"action": "old", "at": "then", "outcome": "done"})
    do("create_did", method="key", name="work")
    file = tmp_path / "journal.json"
    key = do("export_history", output=str(file)).data["key"]
    assert file.stat().st_mode & 0o777 == 0o600
    result = verify_file({"file": str(file), "key": key})
    assert (result.data["count"], result.data["carried"]) == (2, 1)
    assert "itself names" in str(verify_file({"file": str(file)}).facts[-1][1])
    assert do("verify_history", file=str(file)).data == result.data
    file.write_text(file.read_text().replace('"create_did"', '"delete_did"'))
    with pytest.raises(JournalBroken, match="entry 2 was changed"):
        verify_file({"file": str(file), "key": key})
    with pytest.raises(BadInput, match="exists already"):
        do("export_history", output=str(file))


def test_an_export_of_entries_without_a_chain_begins_one(
    wallet: Wallet, do: Does, tmp_path: Path
) -> None:
    wallet.vault.put(Kind.JOURNAL, {"action": "old", "at": "then", "outcome": "done"})
    file = tmp_path / "journal.json"
    do("export_history", output=str(file))
    assert verify_file({"file": str(file)}).data["carried"] == 1


def test_a_table_for_spreadsheets(wallet: Wallet, do: Does, tmp_path: Path) -> None:
    journal_of(wallet).append({"action": "=cmd|' /C calc'!A0", "at": "now", "outcome": "done"})
    file = tmp_path / "journal.csv"
    do("export_history", output=str(file), csv=True)
    rows = list(csv.reader(file.read_text().splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert rows[1][2] == "'=cmd|' /C calc'!A0"
    with pytest.raises(NotAJournal):
        verify_file({"file": str(file)})


def test_another_wallets_key_is_refused(do: Does, tmp_path: Path) -> None:
    do("create_did", method="key", name="work")
    other = MEI.removeprefix("did:key:")
    with pytest.raises(BadInput, match="another key"):
        do("verify_history", key=other)
    file = tmp_path / "journal.json"
    do("export_history", output=str(file))
    with pytest.raises(JournalBroken, match="signed with another key"):
        verify_file({"file": str(file), "key": other})


def test_an_anchored_head_notices_a_wallet_put_back(
    wallet: Wallet, do: Does, home: Path, tmp_path: Path
) -> None:
    do("create_did", name="shop")
    wallet.vault.close()
    shutil.copy(home / "vault.db", tmp_path / "vault.db")
    with open_wallet(home, Secret(PASSPHRASE)) as opened:
        anchored = _anchor(opened)
        chain = opened.chains.chosen()
        head, receipt = (home / "receipts" / name for name in anchored)
        at = against(AnchorReceipt.parse(receipt.read_bytes()), head.read_bytes(), chain)
        assert at.block == 1
        result = _verify(opened, head)
        assert (result.data["head"], result.data["count"]) == (2, 3)
    shutil.copy(tmp_path / "vault.db", home / "vault.db")
    with (
        open_wallet(home, Secret(PASSPHRASE)) as earlier,
        pytest.raises(JournalBroken, match="entry 2 is missing"),
    ):
        _verify(earlier, head)


def _anchor(wallet: Wallet) -> tuple[str, str]:
    journal_of(wallet).append({"action": "a", "at": "now", "outcome": "done"})
    assert ANCHOR_HISTORY.propose is not None
    proposal = ANCHOR_HISTORY.propose(wallet, {})
    assert run(wallet, proposal, decide(proposal, YES)).data["block"] == 1
    return "journal-2.json", "journal-2.anchor.json"


def _verify(wallet: Wallet, head: Path) -> Result:
    return verify(wallet, {"head": str(head)})


def test_there_is_nothing_to_anchor_before_the_first_entry(propose: Proposes) -> None:
    with pytest.raises(NoSuchEntry, match="nothing in the journal"):
        propose("anchor_history")


def test_a_head_that_somebody_else_signed_is_refused(
    wallet: Wallet, do: Does, tmp_path: Path
) -> None:
    do("create_did", method="key", name="work")
    head = json.loads(journal_of(wallet).head().serialized())
    file = tmp_path / "head.json"
    file.write_text(json.dumps({**head, "count": 7}))
    with pytest.raises(JournalBroken, match="the head was changed"):
        do("verify_history", head=str(file))
