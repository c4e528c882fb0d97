from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from did.errors import InvalidDID
from did.methods.webvh.log import read_log
from did.methods.webvh.witness import MAX_WITNESS_FILE, read_witness_file, witnessed

if TYPE_CHECKING:
    from tests.did.methods.webvh.conftest import Forge

A, B, C = 11, 12, 13


def list_of(forge: Forge, threshold: int, *keys: int) -> dict[str, Any]:
    witnesses = [{"id": forge.witness(key)} for key in keys]
    return {"witness": {"threshold": threshold, "witnesses": witnesses}}


def broken_at(forge: Forge, log: bytes, *signed: tuple[int, int]) -> int:
    """The number of the entry that fails, or 0, with proofs of entries by keys."""
    found = read_log(log, forge.now).require()
    judged = witnessed(found, read_witness_file(forge.proofs(log, *signed)), forge.now)
    if judged.failure is None:
        return 0
    assert f"entry {len(judged.versions) + 1} of the log: " in str(judged.failure)
    return len(judged.versions) + 1


@pytest.fixture(scope="module")
def log(forge: Forge) -> bytes:
    return forge.then(forge.then(forge.first(list_of(forge, 2, A, B, C))))


def test_a_proof_speaks_for_all_before_it_and_none_after(log: bytes, forge: Forge) -> None:
    assert broken_at(forge, log, (3, A), (3, B)) == 0
    assert broken_at(forge, log, (3, A), (2, B), (3, C)) == 0
    assert broken_at(forge, log, (3, A), (2, B)) == 3
    assert broken_at(forge, log, (1, A), (1, B), (2, C)) == 2
    assert broken_at(forge, log, (3, A)) == 1
    assert broken_at(forge, log) == 1


def test_one_witness_counts_once(log: bytes, forge: Forge) -> None:
    assert broken_at(forge, log, (3, A), (3, A), (2, A), (1, A)) == 1


def test_a_stranger_counts_for_nothing(log: bytes, forge: Forge) -> None:
    assert broken_at(forge, log, (3, A), (3, 99)) == 1


def test_a_proof_of_another_log_counts_for_nothing(log: bytes, forge: Forge) -> None:
    other = forge.first({**list_of(forge, 1, A), "ttl": 1})
    found = read_log(log, forge.now)
    proofs = read_witness_file(forge.proofs(other, (1, A), (1, B)))
    assert witnessed(found, proofs, forge.now).failure is not None
    # Nor does it where it is said to be of this one.
    moved = {found.last.entry.version_id: next(iter(proofs.values()))}
    assert witnessed(found, moved, forge.now).failure is not None


def test_a_proof_of_an_entry_that_is_not_published_counts_for_nothing(
    log: bytes, forge: Forge
) -> None:
    unpublished = forge.then(log)
    found = read_log(log, forge.now)
    proofs = read_witness_file(forge.proofs(unpublished, (4, A), (4, B)))
    assert witnessed(found, proofs, forge.now).failure is not None


def test_a_proof_of_an_entry_that_does_not_hold_counts_for_nothing(
    log: bytes, forge: Forge
) -> None:
    broken = forge.then(log, by=99)
    found = read_log(broken, forge.now)
    proofs = read_witness_file(forge.proofs(broken, (4, A), (4, B)))
    judged = witnessed(found, proofs, forge.now)
    assert judged.versions == ()
    assert "entry 1 of the log" in str(judged.failure)


def test_a_bad_proof_does_no_harm_to_good_ones(log: bytes, forge: Forge) -> None:
    version_id, good = forge.proof(log, 3, A)
    _, other = forge.proof(log, 3, B)
    _, stale = forge.proof(log, 2, A)
    file = [{"versionId": version_id, "proof": [None, {}, stale, good, other]}]
    found = read_log(log, forge.now)
    proofs = read_witness_file(json.dumps(file).encode())
    assert witnessed(found, proofs, forge.now).failure is None


def test_a_new_list_is_in_force_after_its_entry(forge: Forge) -> None:
    log = forge.then(forge.first(list_of(forge, 2, A, B)), list_of(forge, 1, C))
    assert broken_at(forge, log, (2, A), (2, B)) == 0
    assert broken_at(forge, log, (1, A), (1, B), (2, C)) == 2
    longer = forge.then(log)
    assert broken_at(forge, longer, (2, A), (2, B)) == 3
    assert broken_at(forge, longer, (2, A), (2, B), (3, C)) == 0
    # Who is in no list any more still speaks for what was before.
    assert broken_at(forge, longer, (3, A), (3, B), (3, C)) == 0


def test_the_first_list_is_in_force_at_once(forge: Forge) -> None:
    log = forge.then(forge.first(), list_of(forge, 1, A))
    assert broken_at(forge, log) == 2
    assert broken_at(forge, log, (2, A)) == 0


def test_witnesses_approve_that_there_are_none_any_more(forge: Forge) -> None:
    log = forge.then(forge.first(list_of(forge, 1, A)), {"witness": {}})
    assert broken_at(forge, log, (1, A)) == 2
    log = forge.then(log)
    assert broken_at(forge, log, (2, A)) == 0
    again = forge.then(log, list_of(forge, 1, B))
    assert broken_at(forge, again, (2, A)) == 4
    assert broken_at(forge, again, (2, A), (4, B)) == 0


def test_a_log_without_witnesses_needs_none(forge: Forge) -> None:
    assert broken_at(forge, forge.then(forge.first())) == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b'[{"proof": []}]',
        b'[{"versionId": 1, "proof": []}]',
        b'[{"versionId": "1-Qm", "proof": {}}]',
        b'[{"versionId": "1-Qm", "versionId": "1-Qm", "proof": []}]',
        b"\xff",
        b" " * (MAX_WITNESS_FILE + 1),
    ],
)
def test_refuses_a_file_of_another_form(data: bytes) -> None:
    with pytest.raises(InvalidDID, match="the file of the witnesses"):
        read_witness_file(data)


def test_an_item_may_have_no_proof_and_two_may_be_of_one_version() -> None:
    file = (
        b'[{"versionId": "a"}, {"versionId": "b", "proof": [1]}, {"versionId": "b", "proof": [2]}]'
    )
    assert read_witness_file(file) == {"a": [], "b": [1, 2]}
