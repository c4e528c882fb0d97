from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from did.encoding import encode_multikey
from wallet.journal.entry import GENESIS, digest_of, hash_of
from wallet.journal.examining import Fault, examine, unclaimed
from wallet.journal.head import Head, read_key
from wallet.journal.journal import CARRY, HEAD_ID, Journal, Latest
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.wallet import Wallet

ROOT = Path(__file__).parents[3]
WRITE = """
import sys
from pathlib import Path
from wallet.clock import now
from wallet.journal.journal import Journal
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault
with Vault.open(Path(sys.argv[1]), Secret("correct horse battery staple")) as vault:
    journal = Journal(vault, now)
    for n in range(int(sys.argv[3])):
        journal.append({"action": sys.argv[2], "at": str(n), "outcome": "done"})
        print(n, flush=True)
"""


@pytest.fixture
def journal(wallet: Wallet) -> Journal:
    return Journal(wallet.vault, wallet.clock)


def facts(action: str = "create_did") -> dict[str, Any]:
    return {"action": action, "at": "2026-01-02T03:04:05+00:00", "outcome": "done"}


def faults(journal: Journal) -> set[tuple[int, Fault]]:
    key = read_key(encode_multikey(journal.signer.public_key))
    return {(finding.number, finding.fault) for finding in examine(journal.found(), key)}


def test_entries_are_numbered_chained_and_signed(journal: Journal) -> None:
    entries = [journal.append(facts(f"a{n}")) for n in range(4)]
    assert [entry["number"] for entry in entries] == [1, 2, 3, 4]
    previous = [GENESIS, *map(hash_of, entries)]
    assert [entry["previous"] for entry in entries] == previous[:4]
    assert journal.everything() == entries
    assert faults(journal) == set()
    head = journal.head()
    assert (head.count, head.hash) == (4, previous[4])


def test_a_journal_without_entries_holds(journal: Journal) -> None:
    assert faults(journal) == set()
    assert journal.latest(20) == Latest((), 0, 0)
    assert Head.parse(journal.head().serialized()).count == 0


def test_entries_of_earlier_releases_are_carried_over(wallet: Wallet, journal: Journal) -> None:
    old = [facts(f"old{n}") for n in range(3)]
    for body in old:
        wallet.vault.put(Kind.JOURNAL, body)
    assert journal.latest(2) == Latest(tuple(old[1:]), 3, 0)
    assert (faults(journal), unclaimed(journal.found())) == (set(), 3)
    journal.append(facts("new"))
    carrying, new = journal.found().entries
    assert carrying["action"] == CARRY
    assert carrying["carried"] == {"count": 3, "digest": digest_of(old)}
    assert new["number"] == 2
    assert (faults(journal), unclaimed(journal.found())) == (set(), 0)
    assert journal.latest(20) == Latest((*old, carrying, new), 5, 0)
    assert journal.latest(1) == Latest((new,), 5, 0)


def test_what_was_carried_over_cannot_change(wallet: Wallet, journal: Journal) -> None:
    old = wallet.vault.put(Kind.JOURNAL, facts("old"))
    journal.append(facts())
    wallet.vault.put(Kind.JOURNAL, facts("other"), id=old.id)
    assert faults(journal) == {(1, Fault.CARRIED)}
    wallet.vault.delete(Kind.JOURNAL, old.id)
    assert faults(journal) == {(1, Fault.CARRIED)}


def test_entries_that_came_in_later_can_be_carried_over(wallet: Wallet, journal: Journal) -> None:
    wallet.vault.put(Kind.JOURNAL, facts("old"))
    journal.append(facts())
    wallet.vault.put(Kind.JOURNAL, facts("restored"), id="a restored entry")
    assert unclaimed(journal.found()) == 1
    assert journal.carry_over() == 1
    assert journal.carry_over() == 0
    assert (faults(journal), unclaimed(journal.found())) == (set(), 0)
    assert [entry["number"] for entry in journal.found().entries] == [1, 2, 3]


def test_the_newest_are_read_without_the_others(wallet: Wallet, journal: Journal) -> None:
    for n in range(30):
        journal.append(facts(f"a{n}"))
    wallet.vault.delete(Kind.JOURNAL, "entry-1")
    latest = journal.latest(20)
    assert [entry["action"] for entry in latest.entries] == [f"a{n}" for n in range(10, 30)]
    assert latest.count == 30


def test_whoever_has_the_wallet_open_is_found_out_too(wallet: Wallet, journal: Journal) -> None:
    entries = [journal.append(facts(f"a{n}")) for n in range(5)]
    wallet.vault.put(Kind.JOURNAL, {**entries[2], "action": "other"}, id="entry-3")
    assert faults(journal) == {(3, Fault.CHANGED)}
    wallet.vault.put(Kind.JOURNAL, entries[2], id="entry-3")
    assert faults(journal) == set()
    wallet.vault.delete(Kind.JOURNAL, "entry-5")
    assert faults(journal) == {(5, Fault.MISSING)}


def test_goes_on_where_the_chain_ends_if_the_head_is_old(wallet: Wallet, journal: Journal) -> None:
    journal.append(facts())
    head = wallet.vault.get(Kind.SETTING, HEAD_ID).body
    journal.append(facts())
    wallet.vault.put(Kind.SETTING, head, id=HEAD_ID)
    assert journal.append(facts())["number"] == 3
    wallet.vault.delete(Kind.SETTING, HEAD_ID)
    assert journal.append(facts())["number"] == 4
    assert faults(journal) == set()


def test_an_entry_is_kept_with_the_change_it_is_of_or_not_at_all(
    wallet: Wallet, journal: Journal
) -> None:
    def fail() -> None:
        with wallet.vault.transaction():
            journal.append(facts())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert journal.head().count == 0
    assert journal.append(facts())["number"] == 1


def start(wallet: Wallet, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITE, str(wallet.vault.path), name, str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_write_one_chain(wallet: Wallet, journal: Journal) -> None:
    writers = [start(wallet, name, 25) for name in "ab"]
    for writer in writers:
        with writer:
            assert writer.stdout is not None
            writer.stdout.read()
            assert writer.wait(60) == 0
    entries = journal.found().entries
    assert [entry["number"] for entry in entries] == list(range(1, 51))
    assert sorted(entry["action"] for entry in entries) == ["a"] * 25 + ["b"] * 25
    assert faults(journal) == set()


def test_killed_while_writing_leaves_a_whole_chain(wallet: Wallet, journal: Journal) -> None:
    with start(wallet, "a", 10_000) as writer:
        assert writer.stdout is not None
        for _ in range(20):
            writer.stdout.readline()
        writer.kill()
        writer.stdout.read()
    assert len(journal.found().entries) >= 20
    assert faults(journal) == set()
    journal.append(facts())
    assert faults(journal) == set()
