from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from did.document import Document
from did.errors import InvalidDID, InvalidDocument
from did.methods.webvh import (
    NO_WITNESSES,
    Change,
    Witnesses,
    approve,
    create,
    deactivate,
    draft_did,
    move,
    parallel_did_web,
    require_witnessed,
    rotate,
    update,
    witness_file,
)
from did.methods.webvh.log import MAX_LOG, read_log
from did.web_address import WebAddress

if TYPE_CHECKING:
    from did.methods.webvh import Written
    from tests.did.methods.webvh.conftest import Forge

HOME = WebAddress.parse("example.com:user")
AWAY = WebAddress.parse("example.org%3A8443")


def document(forge: Forge, did: str, key: int = 1) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {
                "id": f"{did}#key",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": forge.multikey(key),
            }
        ],
        "authentication": [f"{did}#key"],
        "assertionMethod": ["#key"],
    }


def created(forge: Forge, **change: Any) -> Written:
    draft = Change(document=document(forge, draft_did(HOME)), **change)
    return create(HOME, draft, forge.key(1), forge.now - timedelta(days=30))


def keys(forge: Forge, *numbers: int) -> tuple[Any, ...]:
    return tuple(forge.key(number).public_key for number in numbers)


def last(written: Written) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(written.log.splitlines()[-1])
    return entry


def test_creates_a_did_that_resolves(forge: Forge) -> None:
    written = created(forge, ttl=60, portable=True, watchers=("https://watcher.example/",))
    answer, metadata = forge.resolve(written.log, did=written.did)
    assert answer.did == written.did
    assert answer.verification_methods[0].public_key == forge.key(1).public_key
    assert metadata["versionId"] == written.version_id
    assert (metadata["ttl"], metadata["portable"]) == ("60", True)
    assert metadata["watchers"] == ["https://watcher.example/"]
    assert written.witnesses == NO_WITNESSES
    assert str(written.did).endswith(":example.com:user")
    assert written.log.count(b"\n") == 1


def test_the_same_document_at_the_same_time_is_the_same_did(forge: Forge) -> None:
    assert created(forge) == created(forge)


def test_a_first_document_is_of_the_draft_did(forge: Forge) -> None:
    for wrong in (None, {"id": "did:webvh:x:example.com"}, {}):
        with pytest.raises(InvalidDID, match="the id of the first document"):
            create(HOME, Change(document=wrong), forge.key(1), forge.now)


def test_a_document_that_is_none_is_not_written(forge: Forge) -> None:
    wrong = {**document(forge, draft_did(HOME)), "authentication": ["#none"]}
    with pytest.raises(InvalidDocument):
        create(HOME, Change(document=wrong), forge.key(1), forge.now)
    first = created(forge)
    with pytest.raises(InvalidDID):
        update(first.log, Change(document={"id": "did:key:z6Mk"}), forge.key(1), forge.now)


def test_updates_the_document_and_keeps_what_was_there_byte_for_byte(forge: Forge) -> None:
    first = created(forge)
    changed = {**document(forge, str(first.did), 2), "note": "grüezi"}
    second = update(first.log, Change(document=changed, ttl=0), forge.key(1), forge.now)
    assert second.log.startswith(first.log)
    answer, metadata = forge.resolve(second.log, did=second.did)
    assert answer.raw["note"] == "grüezi"
    assert answer.verification_methods[0].public_key == forge.key(2).public_key
    assert (metadata["ttl"], metadata["updated"]) == ("0", "2027-01-01T00:00:00Z")


def test_takes_a_log_whose_last_line_lacks_its_end(forge: Forge) -> None:
    first = created(forge)
    second = update(first.log.removesuffix(b"\n"), Change(), forge.key(1), forge.now)
    assert second == update(first.log, Change(), forge.key(1), forge.now)
    assert last(second)["parameters"] == {}


def test_two_updates_in_a_second_are_a_second_apart(forge: Forge) -> None:
    first = update(created(forge).log, Change(), forge.key(1), forge.now)
    second = update(first.log, Change(), forge.key(1), forge.now)
    assert last(second)["versionTime"] == "2027-01-01T00:00:01Z"


def test_rotates_the_keys(forge: Forge) -> None:
    rotated = rotate(created(forge).log, keys(forge, 2, 3), forge.key(1), forge.now)
    with pytest.raises(InvalidDID, match="may not update"):
        update(rotated.log, Change(), forge.key(1), forge.now)
    assert update(rotated.log, Change(), forge.key(3), forge.now).version_id.startswith("3-")


def test_rotates_to_keys_that_were_committed_to(forge: Forge) -> None:
    log = created(forge, next_keys=keys(forge, 2)).log
    with pytest.raises(InvalidDID, match="missing under pre-rotation"):
        update(log, Change(), forge.key(2), forge.now)
    with pytest.raises(InvalidDID, match="not committed"):
        rotate(log, keys(forge, 3), forge.key(3), forge.now, next_keys=())
    log = rotate(log, keys(forge, 2), forge.key(2), forge.now, next_keys=keys(forge, 3)).log
    log = rotate(log, keys(forge, 3), forge.key(3), forge.now, next_keys=()).log
    log = update(log, Change(), forge.key(3), forge.now).log
    assert len(read_log(log, forge.now).require().versions) == 4


def test_moves_with_its_document_and_its_old_name(forge: Forge) -> None:
    first = created(forge, portable=True)
    moved = move(first.log, AWAY, forge.key(1), forge.now, Change(ttl=5))
    assert str(moved.did).endswith(":example.org%3A8443")
    answer, metadata = forge.resolve(moved.log, did=moved.did)
    assert answer.raw["alsoKnownAs"] == (str(first.did),)
    assert answer.verification_methods[0].id == f"{moved.did}#key"
    assert metadata["ttl"] == "5"
    back = move(moved.log, HOME, forge.key(1), forge.now)
    assert back.did == first.did
    assert forge.resolve(back.log, did=back.did)[0].raw["alsoKnownAs"] == (str(moved.did),)


def test_moving_changes_the_did_and_nothing_that_looks_like_it(forge: Forge) -> None:
    first = created(forge, portable=True)
    did = str(first.did)
    changed = {
        **document(forge, did),
        "alsoKnownAs": ["https://a.example/"],
        "note": [f"{did}s", f"{did}:more", f"{did}?a", f"see {did}", 1],
    }
    moved = move(first.log, AWAY, forge.key(1), forge.now, Change(document=changed))
    state = last(moved)["state"]
    assert state["note"] == [f"{did}s", f"{did}:more", f"{moved.did}?a", f"see {did}", 1]
    assert state["alsoKnownAs"] == ["https://a.example/", did]


def test_does_not_move_a_document_that_is_none(forge: Forge) -> None:
    first = created(forge, portable=True)
    wrong = Change(document={"id": str(first.did), "alsoKnownAs": "https://a.example/"})
    with pytest.raises(InvalidDocument, match="alsoKnownAs"):
        move(first.log, AWAY, forge.key(1), forge.now, wrong)


def test_does_not_move_what_is_not_portable(forge: Forge) -> None:
    with pytest.raises(InvalidDID, match="not portable"):
        move(created(forge).log, AWAY, forge.key(1), forge.now)


def test_ends_a_did_for_good(forge: Forge) -> None:
    first = created(forge)
    ended = deactivate(first.log, forge.key(1), forge.now)
    assert forge.resolve(ended.log, did=ended.did)[1]["deactivated"] is True
    assert last(ended)["parameters"] == {"deactivated": True, "updateKeys": []}
    with pytest.raises(InvalidDID, match="was deactivated"):
        update(ended.log, Change(), forge.key(1), forge.now)
    with pytest.raises(InvalidDID, match="was deactivated"):
        rotate(ended.log, keys(forge, 2), forge.key(1), forge.now)
    with pytest.raises(InvalidDID, match="was deactivated"):
        move(ended.log, AWAY, forge.key(1), forge.now)
    with pytest.raises(InvalidDID, match="was deactivated"):
        deactivate(ended.log, forge.key(1), forge.now)


def test_ends_a_did_under_pre_rotation(forge: Forge) -> None:
    first = created(forge, next_keys=keys(forge, 2))
    with pytest.raises(InvalidDID, match="not committed"):
        deactivate(first.log, forge.key(1), forge.now)
    ended = deactivate(first.log, forge.key(2), forge.now)
    assert forge.resolve(ended.log, did=ended.did)[1]["deactivated"] is True


def test_adds_nothing_to_a_log_that_does_not_hold(forge: Forge) -> None:
    with pytest.raises(InvalidDID, match="entry 2 of the log"):
        update(created(forge).log + b"{}\n", Change(), forge.key(1), forge.now)


def test_makes_no_log_that_nobody_would_read(forge: Forge) -> None:
    written = created(forge)
    big = {**document(forge, str(written.did)), "note": "x" * 255_000}
    log = written.log
    while len(log) + 256_000 < MAX_LOG:
        log = forge.then(log, versionTime=forge.time(340 + log.count(b"\n")), state=big)
    with pytest.raises(InvalidDID, match="longer than readers read"):
        update(log, Change(document=big), forge.key(1), forge.now)
    small = Change(document=document(forge, str(written.did)))
    assert len(update(log, small, forge.key(1), forge.now).log) <= MAX_LOG


WITNESSES = (21, 22)


@pytest.fixture(scope="module")
def guarded(forge: Forge) -> Written:
    dids = tuple(forge.witness(number) for number in WITNESSES)
    return created(forge, witnesses=Witnesses(2, dids))


def test_is_published_once_its_witnesses_approved_it(guarded: Written, forge: Forge) -> None:
    assert guarded.witnesses.threshold == 2
    proofs = [approve(guarded.log, b"", forge.key(n), forge.now) for n in WITNESSES]
    with pytest.raises(InvalidDID, match="1 of its witnesses approved it, not 2"):
        require_witnessed(
            guarded.log, witness_file(guarded.log, None, proofs[:1], forge.now), forge.now
        )
    file = witness_file(guarded.log, None, proofs, forge.now)
    require_witnessed(guarded.log, file, forge.now)
    assert forge.resolve(guarded.log, did=guarded.did, proofs=file)[0].did == guarded.did


def test_keeps_of_each_witness_a_proof_of_what_is_published_and_one_of_what_is_not(
    guarded: Written, forge: Forge
) -> None:
    log, file = guarded.log, b"[]"
    for number in range(4):
        proofs = [
            approve(log, b"".join(log.splitlines(keepends=True)[:-1]), forge.key(n), forge.now)
            for n in WITNESSES
        ]
        file = witness_file(log, file, [*proofs, {"type": "nonsense"}], forge.now)
        kept = [len(item["proof"]) for item in json.loads(file)]
        assert kept == ([2, 2] if number else [2])
        require_witnessed(log, file, forge.now)
        require_witnessed(b"".join(log.splitlines(keepends=True)[:-1]) or log, file, forge.now)
        log = update(log, Change(), forge.key(1), forge.now).log


def test_a_witness_that_was_silent_keeps_its_last_proof_once(
    guarded: Written, forge: Forge
) -> None:
    proofs = [approve(guarded.log, b"", forge.key(n), forge.now) for n in WITNESSES]
    file = witness_file(guarded.log, None, proofs, forge.now)
    second = update(guarded.log, Change(), forge.key(1), forge.now)
    one = approve(second.log, guarded.log, forge.key(WITNESSES[0]), forge.now)
    file = witness_file(second.log, file, [one], forge.now)
    assert [len(item["proof"]) for item in json.loads(file)] == [2, 1]


def test_an_update_says_who_must_approve_it(guarded: Written, forge: Forge) -> None:
    replaced = update(
        guarded.log, Change(witnesses=Witnesses(1, (forge.witness(23),))), forge.key(1), forge.now
    )
    assert replaced.witnesses == guarded.witnesses
    ended = update(replaced.log, Change(witnesses=NO_WITNESSES), forge.key(1), forge.now)
    assert ended.witnesses.dids == (forge.witness(23),)
    assert update(ended.log, Change(), forge.key(1), forge.now).witnesses == NO_WITNESSES


def test_a_witness_signs_the_next_entry_of_the_log_it_knows(guarded: Written, forge: Forge) -> None:
    second = update(guarded.log, Change(ttl=1), forge.key(1), forge.now)
    fork = update(guarded.log, Change(ttl=2), forge.key(1), forge.now)
    third = update(fork.log, Change(), forge.key(1), forge.now)
    witness = forge.key(WITNESSES[0])
    assert approve(second.log, guarded.log, witness, forge.now)["type"] == "DataIntegrityProof"
    for published in (b"", second.log, fork.log):
        with pytest.raises(InvalidDID, match="one entry more"):
            approve(second.log, published, witness, forge.now)
    with pytest.raises(InvalidDID, match="one entry more"):
        approve(third.log, second.log, witness, forge.now)


def test_a_stranger_and_a_broken_log_get_no_proof(guarded: Written, forge: Forge) -> None:
    with pytest.raises(InvalidDID, match="not one of the witnesses"):
        approve(guarded.log, b"", forge.key(1), forge.now)
    with pytest.raises(InvalidDID, match="entry 2 of the log"):
        approve(guarded.log + b"{}\n", guarded.log, forge.key(WITNESSES[0]), forge.now)


STEPS = st.lists(st.sampled_from(["update", "rotate", "move", "ttl"]), max_size=6)


@settings(max_examples=10)
@given(steps=STEPS, end=st.booleans())
def test_whatever_is_written_holds_and_begins_with_what_was_there(
    steps: list[str], *, end: bool, forge: Forge
) -> None:
    written, key = created(forge, portable=True), 1
    for number, step in enumerate(steps):
        before, signer = written, forge.key(key)
        match step:
            case "update":
                changed = document(forge, str(before.did), number + 2)
                written = update(before.log, Change(document=changed), signer, forge.now)
            case "rotate":
                key = number + 2
                written = rotate(before.log, keys(forge, key), signer, forge.now)
            case "move":
                address = WebAddress.parse(f"example.com:place-{number}")
                written = move(before.log, address, signer, forge.now)
            case _:
                written = update(before.log, Change(ttl=number), signer, forge.now)
        assert written.log.startswith(before.log)
    if end:
        written = deactivate(written.log, forge.key(key), forge.now)
    answer, metadata = forge.resolve(written.log, did=written.did)
    assert answer.did == written.did
    assert metadata["versionId"] == written.version_id
    assert metadata["deactivated"] is end


def test_a_did_web_may_stand_beside_it(forge: Forge) -> None:
    written = created(forge)
    answer, _ = forge.resolve(written.log, did=written.did)
    beside = parallel_did_web(answer)
    web = "did:web:example.com:user"
    assert beside["id"] == web
    assert beside["verificationMethod"][0]["id"] == f"{web}#key"
    assert beside["alsoKnownAs"] == [str(written.did)]
    assert [service["id"] for service in beside["service"]] == [f"{web}#files", f"{web}#whois"]
    assert "did:webvh" not in json.dumps({**beside, "alsoKnownAs": []})


@pytest.mark.parametrize(
    ("known", "others"),
    [
        (["did:web:example.com:user"], []),
        (
            ["https://a.example/", "did:web:example.com:user", "https://a.example/"],
            ["https://a.example/"],
        ),
    ],
)
def test_a_did_web_names_each_other_name_once(known: Any, others: list[str], forge: Forge) -> None:
    draft = {**document(forge, draft_did(HOME)), "alsoKnownAs": known}
    written = create(HOME, Change(document=draft), forge.key(1), forge.now)
    answer, _ = forge.resolve(written.log, did=written.did)
    assert parallel_did_web(answer)["alsoKnownAs"] == [*others, str(written.did)]


def test_only_a_did_webvh_has_a_did_web_beside_it() -> None:
    with pytest.raises(InvalidDID):
        parallel_did_web(Document.parse({"id": "did:web:example.com"}))
