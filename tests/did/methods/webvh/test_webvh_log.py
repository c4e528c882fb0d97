from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from did.errors import InvalidDID
from did.methods.webvh.log import MAX_LOG, MAX_VERSIONS, Log, read_log
from did.methods.webvh.proof import make_proof

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.did.methods.webvh.conftest import Forge


def failure(log: bytes, forge: Forge) -> str:
    found = read_log(log, forge.now)
    assert found.failure is not None
    with pytest.raises(InvalidDID):
        found.require()
    return str(found.failure)


def edited(log: bytes, number: int, edit: Callable[[dict[str, Any]], None]) -> bytes:
    """`log` with entry `number` changed after it was signed."""
    lines = log.splitlines()
    entry = json.loads(lines[number - 1])
    edit(entry)
    lines[number - 1] = json.dumps(entry).encode()
    return b"\n".join([*lines, b""])


@pytest.fixture(scope="module")
def log(forge: Forge) -> bytes:
    return forge.then(forge.then(forge.first()))


def test_a_log_of_three_entries_holds(log: bytes, forge: Forge) -> None:
    found = read_log(log, forge.now).require()
    assert [version.entry.number for version in found.versions] == [1, 2, 3]
    assert found.last.did == forge.did(log)


def test_the_last_line_may_lack_its_end(log: bytes, forge: Forge) -> None:
    assert len(read_log(log.removesuffix(b"\n"), forge.now).require().versions) == 3


def test_an_empty_log_has_no_version(forge: Forge) -> None:
    assert failure(b"", forge).startswith("entry 1 of the log: not JSON")
    with pytest.raises(InvalidDID, match="empty"):
        _ = Log(()).last


def test_refuses_swapped_entries(log: bytes, forge: Forge) -> None:
    first, second, third = log.splitlines()
    swapped = b"\n".join([first, third, second])
    assert failure(swapped, forge) == "entry 2 of the log: its version number is 3, not 2"


def test_refuses_a_gap(log: bytes, forge: Forge) -> None:
    first, _, third = log.splitlines()
    assert "its version number is 3, not 2" in failure(b"\n".join([first, third]), forge)


def test_refuses_an_entry_of_another_branch(log: bytes, forge: Forge) -> None:
    other = forge.then(forge.then(forge.first(), {"ttl": 60}))
    spliced = b"\n".join([*log.splitlines()[:2], other.splitlines()[2]])
    assert failure(spliced, forge) == (
        "entry 3 of the log: its hash is not the one in its versionId"
    )


def test_refuses_a_changed_state(log: bytes, forge: Forge) -> None:
    changed = edited(log, 2, lambda entry: entry["state"].update(controller="did:key:z6Mk"))
    assert failure(changed, forge).startswith("entry 2 of the log: the proof by")


def test_refuses_a_state_that_was_signed_and_not_hashed(forge: Forge) -> None:
    entry = json.loads(forge.first())
    del entry["proof"]
    entry["state"]["controller"] = entry["state"]["id"]
    proof = make_proof(entry, forge.key(1), forge.time(0))
    changed = json.dumps({**entry, "proof": [proof]}).encode()
    assert failure(changed, forge) == (
        "entry 1 of the log: its hash is not the one in its versionId"
    )


def test_refuses_a_scid_that_is_not_the_hash_of_the_first_entry(forge: Forge) -> None:
    scid = "Qm" + "a" * 44
    line = forge.signed(
        {
            "versionId": scid,
            "versionTime": forge.time(0),
            "parameters": {
                "method": "did:webvh:1.0",
                "scid": scid,
                "updateKeys": [forge.multikey(1)],
            },
            "state": {"id": f"did:webvh:{scid}:example.com"},
        },
        1,
        1,
    )
    assert "the SCID is not the hash" in failure(line, forge)


def test_refuses_a_placeholder_that_was_left(forge: Forge) -> None:
    # Hashed as it must be, but for one place: two first entries would have the same SCID.
    entry = json.loads(forge.first(state={"id": "did:webvh:{SCID}:example.com", "note": "{SCID}"}))
    del entry["proof"]
    entry["state"]["note"] = "{SCID}"
    line = forge.signed({**entry, "versionId": entry["parameters"]["scid"]}, 1, 1)
    assert "still has the placeholder" in failure(line, forge)


def test_the_scid_may_be_in_the_name_of_a_member(forge: Forge) -> None:
    def spoil(draft: dict[str, Any]) -> None:
        draft["state"].update({"{SCID}": 1, "S": 2, "z": 3})

    assert read_log(forge.first(spoil=spoil), forge.now).failure is None


def test_refuses_the_key_of_somebody_else(forge: Forge) -> None:
    assert "may not update the DID here" in failure(forge.first(by=2), forge)
    assert "entry 2" in failure(forge.then(forge.first(), by=2), forge)


def test_the_keys_of_the_entry_before_sign_the_next(forge: Forge) -> None:
    log = forge.then(forge.first(), {"updateKeys": [forge.multikey(2)]}, by=1)
    assert read_log(log, forge.now).failure is None
    assert read_log(forge.then(log, by=2), forge.now).failure is None
    assert "entry 3" in failure(forge.then(log, by=1), forge)
    early = forge.then(forge.first(), {"updateKeys": [forge.multikey(2)]}, by=2)
    assert "entry 2" in failure(early, forge)


def test_every_proof_of_an_entry_must_verify(log: bytes, forge: Forge) -> None:
    def second(entry: dict[str, Any]) -> None:
        entry["proof"].append({**entry["proof"][0], "created": "2026-01-02T00:00:00+01:00"})

    assert "does not verify" in failure(edited(log, 2, second), forge)


def test_takes_a_proof_that_is_not_in_a_list(log: bytes, forge: Forge) -> None:
    def alone(entry: dict[str, Any]) -> None:
        entry["proof"] = entry["proof"][0]

    assert read_log(edited(log, 2, alone), forge.now).failure is None


@pytest.mark.parametrize("time", ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z"])
def test_refuses_time_that_does_not_go_on(time: str, forge: Forge) -> None:
    assert "not later" in failure(forge.then(forge.first(), versionTime=time), forge)


def test_refuses_the_future_and_forgives_five_minutes_of_it(forge: Forge) -> None:
    soon = forge.then(forge.first(), versionTime="2027-01-01T00:05:00Z")
    assert read_log(soon, forge.now).failure is None
    late = forge.then(forge.first(), versionTime="2027-01-01T00:05:01Z")
    assert "lies in the future" in failure(late, forge)


@pytest.mark.parametrize(
    "time",
    [
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+01:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01",
        "2026-02-30T00:00:00Z",
        "20260101T000000Z",
        1767225600,
        None,
    ],
)
def test_refuses_a_time_that_is_not_in_utc(time: Any, forge: Forge) -> None:
    assert "versionTime" in failure(forge.first(versionTime=time), forge)


def test_takes_utc_by_its_offset_and_parts_of_a_second(forge: Forge) -> None:
    log = forge.first(versionTime="2026-01-01T00:00:00.123456789+00:00")
    assert read_log(log, forge.now).failure is None


def test_refuses_a_name_that_is_twice_in_an_object(log: bytes, forge: Forge) -> None:
    twice = log.replace(b'"parameters": {}', b'"parameters": {}, "parameters": {}', 1)
    assert failure(twice, forge) == "entry 2 of the log: '/parameters' appears twice"


def test_refuses_to_be_nested_without_end(forge: Forge) -> None:
    assert "nested deeper" in failure(b"[" * 100_000, forge)
    deep: Any = 1
    for _ in range(70):
        deep = [deep]
    assert "nested deeper" in failure(forge.first(state={"id": "", "deep": deep}), forge)


@pytest.mark.parametrize(
    "edit",
    [
        lambda entry: entry.pop("proof"),
        lambda entry: entry.pop("state"),
        lambda entry: entry.update(more=1),
        lambda entry: entry.update(proof=[]),
        lambda entry: entry.update(proof=entry["proof"] * 17),
        lambda entry: entry.update(state=[]),
        lambda entry: entry.update(parameters=None),
        lambda entry: entry.update(versionId=entry["versionId"] + "-"),
        lambda entry: entry.update(versionId="0" + entry["versionId"]),
        lambda entry: entry.update(versionId=entry["versionId"].replace("-", "")),
        lambda entry: entry.update(versionId=entry["versionId"][:-1]),
        lambda entry: entry.update(versionId=2),
    ],
)
def test_refuses_an_entry_of_another_form(
    log: bytes, edit: Callable[[dict[str, Any]], None], forge: Forge
) -> None:
    assert failure(edited(log, 2, edit), forge).startswith("entry 2 of the log: ")


def test_keeps_what_holds_before_an_entry_that_does_not(log: bytes, forge: Forge) -> None:
    found = read_log(log + b"{", forge.now)
    assert len(found.versions) == 3
    assert "entry 4" in str(found.failure)


def test_nothing_comes_after_the_end(forge: Forge) -> None:
    ended = forge.then(forge.first(), {"deactivated": True})
    assert read_log(ended, forge.now).failure is None
    assert failure(forge.then(ended), forge) == (
        "entry 3 of the log: the DID was deactivated by the entry before"
    )


def test_refuses_another_scid_in_a_document(forge: Forge) -> None:
    other = forge.did(forge.first(place="other.example"))
    log = forge.then(forge.first({"portable": True}), state={"id": str(other)})
    assert "which has another SCID" in failure(log, forge)


@pytest.mark.parametrize("id_", [None, 1, "did:web:example.com", "did:webvh:x", "no DID"])
def test_refuses_a_document_of_no_did_webvh(id_: Any, forge: Forge) -> None:
    assert "entry 1" in failure(forge.first(state={"id": id_}), forge)
    assert "entry 2" in failure(forge.then(forge.first(), state={"id": id_}), forge)


def moved(log: bytes, forge: Forge, **more: Any) -> dict[str, Any]:
    did = forge.did(log)
    return {"id": str(did).replace("example.com", "example.org"), **more}


def test_a_portable_did_moves_and_names_the_old_one(forge: Forge) -> None:
    log = forge.first({"portable": True})
    log = forge.then(log, state=moved(log, forge, alsoKnownAs=[str(forge.did(log))]))
    assert str(read_log(log, forge.now).require().last.did).endswith("example.org")


def test_refuses_to_move_without_naming_the_old_did(forge: Forge) -> None:
    log = forge.first({"portable": True})
    wrong: tuple[dict[str, Any], ...] = (
        {},
        {"alsoKnownAs": []},
        {"alsoKnownAs": str(forge.did(log))},
    )
    for names in wrong:
        assert "does not name" in failure(forge.then(log, state=moved(log, forge, **names)), forge)


def test_refuses_to_move_what_is_not_portable(forge: Forge) -> None:
    log = forge.first()
    state = moved(log, forge, alsoKnownAs=[str(forge.did(log))])
    assert "not portable" in failure(forge.then(log, state=state), forge)
    portable = forge.first({"portable": True})
    state = moved(portable, forge, alsoKnownAs=[str(forge.did(portable))])
    given_up = forge.then(portable, {"portable": False}, state=state)
    assert "not portable" in failure(given_up, forge)
    after = forge.then(forge.then(portable, {"portable": False}), state=state)
    assert "entry 3" in failure(after, forge)


def test_pre_rotation_lets_only_committed_keys_in(forge: Forge) -> None:
    log = forge.first({"nextKeyHashes": [forge.key_hash(2), forge.key_hash(3)]})
    good = {"updateKeys": [forge.multikey(2)], "nextKeyHashes": [forge.key_hash(4)]}
    log2 = forge.then(log, good, by=2)
    assert read_log(log2, forge.now).failure is None
    assert "not committed" in failure(
        forge.then(log, {**good, "updateKeys": [forge.multikey(2), forge.multikey(1)]}, by=2),
        forge,
    )
    assert "may not update" in failure(forge.then(log, good, by=1), forge)


@pytest.mark.parametrize("missing", ["updateKeys", "nextKeyHashes"])
def test_pre_rotation_says_keys_and_hashes_each_time(missing: str, forge: Forge) -> None:
    log = forge.first({"nextKeyHashes": [forge.key_hash(1)]})
    said = {"updateKeys": [forge.multikey(1)], "nextKeyHashes": [forge.key_hash(1)]}
    assert read_log(forge.then(log, said), forge.now).failure is None
    del said[missing]
    assert "missing under pre-rotation" in failure(forge.then(log, said), forge)


def test_pre_rotation_ends_an_entry_after_it_was_ended(forge: Forge) -> None:
    log = forge.first({"nextKeyHashes": [forge.key_hash(2)]})
    log = forge.then(log, {"updateKeys": [forge.multikey(2)], "nextKeyHashes": []}, by=2)
    log = forge.then(log, {"updateKeys": [forge.multikey(3)]}, by=2)
    assert read_log(log, forge.now).failure is None


def test_no_key_may_update_what_has_none(forge: Forge) -> None:
    log = forge.then(forge.first(), {"updateKeys": []})
    assert "may not update" in failure(forge.then(log), forge)


def test_refuses_a_log_too_long_to_be_read(forge: Forge) -> None:
    with pytest.raises(InvalidDID, match="longer than"):
        read_log(b" " * (MAX_LOG + 1), forge.now)
    with pytest.raises(InvalidDID, match="more than"):
        read_log(b"{}\n" * (MAX_VERSIONS + 1), forge.now)


def test_refuses_numbers_that_have_no_canonical_form(forge: Forge) -> None:
    line = forge.first().replace(b'"state": {', b'"state": {"big": 9007199254740993, ')
    assert "2^53" in failure(line, forge)
