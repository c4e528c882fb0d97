from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from did.errors import (
    InsecureAddress,
    InvalidDID,
    InvalidDocument,
    NotFound,
    TooLarge,
    Unreachable,
    UnsupportedOption,
)
from did.fetch import StaticFetch
from did.identifier import DID
from did.methods.webvh import WebVH
from did.resolver import Resolver

if TYPE_CHECKING:
    from did.errors import DIDError
    from tests.did.methods.webvh.conftest import Forge


@pytest.fixture(scope="module")
def log(forge: Forge) -> bytes:
    """Three versions, a day apart, with a `ttl` that is their number."""
    log = forge.first({"ttl": 1})
    return forge.then(forge.then(log, {"ttl": 2}), {"ttl": 3})


def number(answer: tuple[Any, Any]) -> str:
    return str(answer[1]["versionId"].partition("-")[0])


def test_says_all_that_is_known_of_a_did(forge: Forge) -> None:
    witnesses = {"threshold": 1, "witnesses": [{"id": forge.witness(9)}]}
    watchers = ["https://watcher.example/"]
    log = forge.first({"portable": True, "witness": witnesses, "watchers": watchers, "ttl": 60})
    log = forge.then(log)
    did = forge.did(log)
    document, metadata = forge.resolve(log, did=did, proofs=forge.proofs(log, (2, 9)))
    assert document.did == did
    assert metadata == {
        "versionId": metadata["versionId"],
        "versionTime": "2026-01-02T00:00:00Z",
        "created": "2026-01-01T00:00:00Z",
        "updated": "2026-01-02T00:00:00Z",
        "scid": did.method_specific_id.partition(":")[0],
        "portable": True,
        "deactivated": False,
        "ttl": "60",
        "witness": {**witnesses, "threshold": "1"},
        "watchers": watchers,
    }
    assert metadata["versionId"].startswith("2-Qm")


def test_a_did_without_witnesses_has_none_in_its_metadata(log: bytes, forge: Forge) -> None:
    _, metadata = forge.resolve(log, did=forge.did(log))
    assert (metadata["witness"], metadata["watchers"], metadata["ttl"]) == ({}, [], "3")


def test_resolves_through_the_resolver(log: bytes, forge: Forge) -> None:
    did = forge.did(log)
    fetch = StaticFetch({"https://example.com/.well-known/did.jsonl": log})
    resolver = Resolver({"webvh": WebVH(fetch)})
    assert resolver.resolve(did).require().did == did
    assert WebVH(fetch).name == "webvh"


def test_every_version_is_there_to_be_asked_for(log: bytes, forge: Forge) -> None:
    did = forge.did(log)
    for wanted in ("1", "2", "3"):
        answer = forge.resolve(log, {"versionNumber": wanted}, did=did)
        assert number(answer) == wanted
        by_id = {"versionId": answer[1]["versionId"]}
        assert forge.resolve(log, by_id, did=did) == answer
        assert forge.resolve(log, {**by_id, "versionNumber": wanted}, did=did) == answer
        by_time = {"versionTime": answer[1]["versionTime"]}
        assert forge.resolve(log, by_time, did=did) == answer
        assert forge.resolve(log, {**by_time, "versionNumber": wanted}, did=did) == answer


@pytest.mark.parametrize(
    ("time", "wanted"),
    [
        ("2026-01-01T00:00:00Z", "1"),
        ("2026-01-02T00:59:59+01:00", "1"),
        ("2026-01-02T01:00:00+01:00", "2"),
        ("2026-01-02T23:59:59.999Z", "2"),
        ("2026-12-31T00:00:00Z", "3"),
    ],
)
def test_a_time_means_the_version_in_force_then(
    time: str, wanted: str, log: bytes, forge: Forge
) -> None:
    assert number(forge.resolve(log, {"versionTime": time}, did=forge.did(log))) == wanted


@pytest.mark.parametrize(
    "options",
    [
        {"versionNumber": "0"},
        {"versionNumber": "4"},
        {"versionId": "1"},
        {"versionId": "1-Qm"},
        {"versionTime": "2025-12-31T23:59:59Z"},
        {"versionTime": "2027-01-01T00:00:01Z"},
        {"versionTime": "2026-01-01T00:00:00Z", "versionNumber": "2"},
    ],
)
def test_there_is_no_such_version(options: dict[str, str], log: bytes, forge: Forge) -> None:
    with pytest.raises(NotFound):
        forge.resolve(log, options, did=forge.did(log))


@pytest.mark.parametrize(
    "options",
    [
        {"versionNumber": "one"},
        {"versionNumber": "-1"},
        {"versionNumber": "1" * 10},
        {"versionTime": "yesterday"},
        {"versionTime": "2026-01-01T00:00:00"},
        {"versionTime": "1767225600"},
        {"versionTime": "2026-01-01T00:00:00Z", "versionId": "1-Qm"},
    ],
)
def test_refuses_options_that_make_no_sense_before_it_asks(
    options: dict[str, str], log: bytes, forge: Forge
) -> None:
    with pytest.raises(UnsupportedOption):
        WebVH(StaticFetch({})).resolve(forge.did(log), options)


def test_passes_over_options_that_it_does_not_know(log: bytes, forge: Forge) -> None:
    did = forge.did(log)
    assert forge.resolve(log, {"accept": "application/did"}, did=did) == forge.resolve(log, did=did)


@pytest.fixture(scope="module")
def broken(log: bytes, forge: Forge) -> bytes:
    return forge.then(log, by=99)


def test_a_log_that_breaks_has_no_last_version(broken: bytes, forge: Forge) -> None:
    with pytest.raises(InvalidDID, match="entry 4 of the log"):
        forge.resolve(broken, did=forge.did(broken))


@pytest.mark.parametrize(
    "options",
    [
        {"versionNumber": "3"},
        {"versionNumber": "1"},
        {"versionTime": "2026-01-02T12:00:00Z"},
        {"versionTime": "2026-01-01T12:00:00Z", "versionNumber": "1"},
    ],
)
def test_a_version_before_the_break_is_answered(
    options: dict[str, str], broken: bytes, forge: Forge
) -> None:
    _, metadata = forge.resolve(broken, options, did=forge.did(broken))
    assert metadata["updated"] == "2026-01-03T00:00:00Z"


@pytest.mark.parametrize(
    "options",
    [
        {"versionNumber": "4"},
        {"versionId": "4-Qm"},
        # Nobody knows how long the third was in force.
        {"versionTime": "2026-01-03T00:00:00Z"},
        {"versionTime": "2026-06-01T00:00:00Z"},
        {"versionTime": "2025-01-01T00:00:00Z"},
    ],
)
def test_a_version_after_the_break_is_not(
    options: dict[str, str], broken: bytes, forge: Forge
) -> None:
    with pytest.raises(InvalidDID, match="entry 4 of the log"):
        forge.resolve(broken, options, did=forge.did(broken))


def test_a_deactivated_did_has_a_document_that_says_nothing(log: bytes, forge: Forge) -> None:
    ended = forge.then(log, {"deactivated": True, "updateKeys": []})
    did = forge.did(ended)
    for options in ({}, {"versionNumber": "4"}, {"versionTime": "2026-06-01T00:00:00Z"}):
        document, metadata = forge.resolve(ended, options, did=did)
        assert document.to_json() == {"@context": ["https://www.w3.org/ns/did/v1"], "id": str(did)}
        assert metadata["deactivated"] is True


def test_a_version_before_the_end_has_its_document_and_says_that_it_ended(
    log: bytes, forge: Forge
) -> None:
    ended = forge.then(log, {"deactivated": True})
    document, metadata = forge.resolve(ended, {"versionNumber": "1"}, did=forge.did(ended))
    assert document.services
    assert metadata["deactivated"] is True


def test_a_log_of_another_scid_is_not_this_did(log: bytes, forge: Forge) -> None:
    other = forge.did(forge.first({"ttl": 9}))
    with pytest.raises(InvalidDID, match="the log of another SCID"):
        forge.resolve(log, did=other)


def test_a_log_copied_to_another_place_is_not_a_did_there(log: bytes, forge: Forge) -> None:
    elsewhere = DID.parse(str(forge.did(log)).replace("example.com", "example.org"))
    for body in (log, forge.then(log, by=99)):
        with pytest.raises(InvalidDID):
            forge.resolve(body, did=elsewhere)


def test_a_did_is_written_in_one_way(log: bytes, forge: Forge) -> None:
    for text in ("EXAMPLE.com", "example%2Ecom"):
        with pytest.raises(InvalidDID, match="has no document of"):
            forge.resolve(log, did=DID.parse(str(forge.did(log)).replace("example.com", text)))


def test_a_moved_did_is_found_by_its_new_name(forge: Forge) -> None:
    log = forge.first({"portable": True})
    old = forge.did(log)
    new = DID.parse(str(old).replace("example.com", "example.org:user"))
    log = forge.then(log, state={"id": str(new), "alsoKnownAs": [str(old)]})
    document, metadata = forge.resolve(log, did=new)
    assert document.did == new
    assert metadata["created"] == "2026-01-01T00:00:00Z"
    with pytest.raises(InvalidDocument) as caught:
        forge.resolve(log, did=old)
    assert caught.value.hint is not None
    assert str(new) in caught.value.hint
    assert forge.resolve(log, {"versionNumber": "1"}, did=old)[0].did == old
    with pytest.raises(InvalidDocument):
        forge.resolve(log, {"versionNumber": "1"}, did=new)


@pytest.fixture(scope="module")
def witnessed(forge: Forge) -> bytes:
    witnesses = {"threshold": 1, "witnesses": [{"id": forge.witness(9)}]}
    return forge.then(forge.first(), {"witness": witnesses})


def test_refuses_a_log_that_too_few_approved(witnessed: bytes, forge: Forge) -> None:
    did = forge.did(witnessed)
    for proofs in (None, b"[]", forge.proofs(witnessed, (2, 8))):
        with pytest.raises(InvalidDID, match="0 of its witnesses approved it, not 1"):
            forge.resolve(witnessed, did=did, proofs=proofs)
    answer = forge.resolve(witnessed, {"versionNumber": "1"}, did=did)
    assert number(answer) == "1"


def test_refuses_a_broken_file_of_witnesses(witnessed: bytes, forge: Forge) -> None:
    with pytest.raises(InvalidDID, match="the file of the witnesses"):
        forge.resolve(witnessed, did=forge.did(witnessed), proofs=b"{")


@pytest.mark.parametrize("error", [Unreachable, InsecureAddress, TooLarge])
def test_learns_nothing_where_the_web_gives_no_answer(
    error: type[DIDError], witnessed: bytes, forge: Forge
) -> None:
    did = forge.did(witnessed)
    with pytest.raises(error):
        forge.resolve(error("no"), did=did)
    with pytest.raises(error):
        forge.resolve(witnessed, did=did, proofs=error("no"))


def test_there_is_no_log(forge: Forge, log: bytes) -> None:
    with pytest.raises(NotFound):
        WebVH(StaticFetch({})).resolve(forge.did(log), {})


def test_refuses_a_document_that_is_none(forge: Forge) -> None:
    log = forge.first(state={"id": "did:webvh:{SCID}:example.com", "service": "none"})
    with pytest.raises(InvalidDocument):
        forge.resolve(log, did=forge.did(log))


def test_finds_the_files_beside_the_log_of_a_path(forge: Forge) -> None:
    log = forge.first(place="example.com%3A8443:dids:issuer")
    did = forge.did(log)
    document, _ = forge.resolve(log, did=did)
    files, whois = document.service(f"{did}#files"), document.service(f"{did}#whois")
    assert files is not None
    assert whois is not None
    assert files.types == ("relativeRef",)
    assert files.endpoint == "https://example.com:8443/dids/issuer/"
    assert whois.types == ("LinkedVerifiablePresentation",)
    assert whois.endpoint == "https://example.com:8443/dids/issuer/whois.vp"


@pytest.mark.parametrize("prefix", ["", "did:webvh:{SCID}:example.com"])
def test_a_document_may_have_its_own_services(prefix: str, forge: Forge) -> None:
    own = {"id": f"{prefix}#whois", "type": "relativeRef", "serviceEndpoint": "https://a.example"}
    log = forge.first(state={"id": "did:webvh:{SCID}:example.com", "service": [own]})
    did = forge.did(log)
    document, _ = forge.resolve(log, did=did)
    assert [service.id for service in document.services] == [f"{did}#whois", f"{did}#files"]
    assert document.services[0].endpoint == "https://a.example"


def test_adds_nothing_to_a_document_that_has_both(forge: Forge) -> None:
    own = [
        {"id": f"#{name}", "type": "relativeRef", "serviceEndpoint": "https://a.example"}
        for name in ("files", "whois")
    ]
    state = {"id": "did:webvh:{SCID}:example.com", "service": own}
    log = forge.first(state=state)
    document, _ = forge.resolve(log, did=forge.did(log))
    assert document.to_json()["service"] == own


def test_asks_the_clock_of_the_machine_where_it_is_given_none(forge: Forge) -> None:
    future = f"{datetime.now(UTC).year + 2}-01-01T00:00:00Z"
    log = forge.first(versionTime=future)
    fetch = StaticFetch({"https://example.com/.well-known/did.jsonl": log})
    with pytest.raises(InvalidDID, match="lies in the future"):
        WebVH(fetch).resolve(forge.did(log), {})
