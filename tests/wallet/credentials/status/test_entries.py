from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import CredentialError, TooComplex
from wallet.credentials.status import StatusEntry, StatusKind, UnknownEntry, status_entries
from wallet.credentials.status.entries import MAX_ENTRIES
from wallet.credentials.status.errors import (
    MalformedStatus,
    StatusOutOfRange,
    StatusUnavailable,
)

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = {
    "id": "https://example.com/credentials/status/3#94567",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "94567",
    "statusListCredential": "https://example.com/credentials/status/3",
}
MESSAGES = [{"status": f"0x{value}", "message": f"m{value}"} for value in range(4)]


def read(**changed: object) -> StatusEntry | UnknownEntry:
    (found,) = status_entries({"credentialStatus": {**ENTRY, **changed}})
    return found


def without(name: str) -> dict[str, Any]:
    kept = {member: value for member, value in ENTRY.items() if member != name}
    return {"credentialStatus": kept}


def test_a_credential_without_status_has_no_entries() -> None:
    assert status_entries({}) == ()
    assert status_entries({"@context": [], "credentialSubject": {"id": "did:example:a"}}) == ()


def test_reads_the_entries_of_the_recommendation(published: dict[str, Any]) -> None:
    document = published["Example StatusListCredential using simple entries"]
    assert status_entries(document) == (
        StatusEntry(
            kind=StatusKind.BITSTRING,
            url="https://example.com/credentials/status/3",
            index=94567,
            pointer="$.credentialStatus[0]",
            purpose="revocation",
            size=1,
            id="https://example.com/credentials/status/3#94567",
        ),
        StatusEntry(
            kind=StatusKind.BITSTRING,
            url="https://example.com/credentials/status/4",
            index=23452,
            pointer="$.credentialStatus[1]",
            purpose="suspension",
            size=1,
            id="https://example.com/credentials/status/4#23452",
        ),
    )
    for title, document in published.items():
        if "complex" not in title and "credentialStatus" in document:
            assert all(isinstance(entry, StatusEntry) for entry in status_entries(document))


def test_the_example_of_the_recommendation_wants_its_fourth_message(
    published: dict[str, Any],
) -> None:
    document = published["Example StatusListCredential using more complex entries"]
    with pytest.raises(MalformedStatus, match="must list the 4 messages"):
        status_entries(document)
    status = document["credentialStatus"]
    fourth = [*status["statusMessage"], {"status": "0x3", "message": "undefined"}]
    (entry,) = status_entries({"credentialStatus": {**status, "statusMessage": fourth}})
    assert isinstance(entry, StatusEntry)
    assert entry.messages == ("pending_review", "accepted", "rejected", "undefined")
    assert entry.references == ("https://example.org/status-dictionary/",)
    assert (entry.size, entry.purpose, entry.index) == (2, "message", 492847)


def test_reads_the_entry_of_the_draft_of_2021(published_2021: list[dict[str, Any]]) -> None:
    (entry,) = status_entries(published_2021[0])
    assert isinstance(entry, StatusEntry)
    assert (entry.kind, entry.index) == (StatusKind.STATUS_LIST_2021, 94567)


def test_reads_the_entry_of_a_token(token_vectors: Path) -> None:
    claims = json.loads((token_vectors / "token.json").read_bytes())["referenced"]
    assert status_entries(claims) == (
        StatusEntry(
            kind=StatusKind.TOKEN,
            url="https://example.com/statuslists/1",
            index=0,
            pointer="$.status.status_list",
        ),
    )


def test_reads_both_ways_of_a_credential_that_is_a_token() -> None:
    status = {"status_list": {"idx": 7, "uri": "https://example.com/l"}}
    entries = status_entries({"@context": [], "credentialStatus": ENTRY, "status": status})
    assert [entry.pointer for entry in entries] == ["$.credentialStatus", "$.status.status_list"]


def test_a_kind_that_is_not_read_is_named_and_not_passed_over() -> None:
    document = {
        "credentialStatus": [ENTRY, {"id": "urn:x:1", "type": "RevocationList2020Status"}],
        "status": {"identifier_list": {"id": "00"}},
    }
    assert status_entries(document)[1:] == (
        UnknownEntry("RevocationList2020Status", "$.credentialStatus[1]"),
        UnknownEntry("identifier_list", "$.status.identifier_list"),
    )


def test_a_type_may_stand_in_a_list_but_two_kinds_may_not() -> None:
    assert isinstance(read(type=["BitstringStatusListEntry", "Other"]), StatusEntry)
    with pytest.raises(MalformedStatus, match="one kind"):
        read(type=["BitstringStatusListEntry", "StatusList2021Entry"])


@pytest.mark.parametrize(
    "claims",
    [
        {"status": "active"},
        {"status": None},
        {"status": []},
        {"status": {}},
        {"status": {"note": "text"}},
        {"status": {"status_list": None}},
        {"status": {"status_list": []}},
        {"status": {"status_list": {}}},
        {"status": {"status_list": {"idx": 0}}},
        {"status": {"status_list": {"uri": "https://example.com/l"}}},
        {"status": {"status_list": {"idx": 0, "uri": "l"}}},
        {"status": {"status_list": {"idx": 0, "uri": 5}}},
    ],
)
def test_refuses_a_status_claim_that_leads_nowhere(claims: dict[str, Any]) -> None:
    with pytest.raises(MalformedStatus):
        status_entries(claims)


@pytest.mark.parametrize("status", ["active", None, {}, {"note": "text"}])
def test_a_credential_may_use_the_word_for_a_claim_of_its_own(status: object) -> None:
    assert (
        status_entries({"@context": ["https://www.w3.org/ns/credentials/v2"], "status": status})
        == ()
    )


@pytest.mark.parametrize("index", ["0", 0.0, 1.5, -1, True, False, None, [0]])
def test_refuses_an_index_of_a_token_that_is_no_whole_number(index: object) -> None:
    with pytest.raises(MalformedStatus) as raised:
        status_entries({"status": {"status_list": {"idx": index, "uri": "https://example.com/l"}}})
    assert raised.value.path == "$.status.status_list.idx"


@pytest.mark.parametrize("index", [134_217_728, 10**30, 10**5000], ids=["first", "big", "huge"])
def test_an_index_of_a_token_beyond_any_list_is_out_of_range(index: int) -> None:
    with pytest.raises(StatusOutOfRange):
        status_entries({"status": {"status_list": {"idx": index, "uri": "https://example.com/l"}}})


@pytest.mark.parametrize(
    "name", ["type", "statusPurpose", "statusListIndex", "statusListCredential"]
)
def test_refuses_an_entry_that_lacks_what_it_needs(name: str) -> None:
    with pytest.raises(MalformedStatus) as raised:
        status_entries(without(name))
    assert raised.value.path == f"$.credentialStatus.{name}"


def test_an_entry_needs_no_name() -> None:
    (entry,) = status_entries(without("id"))
    assert isinstance(entry, StatusEntry)
    assert entry.id is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", 5),
        ("id", "no url"),
        ("id", "https://example.com/credentials/status/3"),
        ("type", 5),
        ("type", []),
        ("type", [5]),
        ("type", ""),
        ("statusPurpose", ["revocation"]),
        ("statusPurpose", ""),
        ("statusPurpose", None),
        ("statusListIndex", 94567),
        ("statusListIndex", True),
        ("statusListIndex", ""),
        ("statusListCredential", {"id": "https://example.com/3"}),
        ("statusListCredential", "status/3"),
        ("statusListCredential", "https://example.com/a b"),
        ("statusListCredential", "https://"),
        ("statusListCredential", "https:///path"),
        ("statusListCredential", "https://[::1"),
        ("statusListCredential", "https://example.com:99999/"),
        ("statusListCredential", "https://user:secret@example.com/3"),
        ("statusListCredential", "https://example.com/" + "a" * 5000),
        ("statusSize", 0),
        ("statusSize", -1),
        ("statusSize", 1.0),
        ("statusSize", "1"),
        ("statusSize", True),
        ("statusSize", None),
        ("statusMessage", {}),
        ("statusMessage", []),
        ("statusMessage", MESSAGES),
        ("statusReference", 5),
        ("statusReference", []),
        ("statusReference", "no url"),
        ("statusReference", ["https://example.com/", "no url"]),
    ],
)
def test_refuses_a_member_of_another_form(name: str, value: object) -> None:
    with pytest.raises(MalformedStatus) as raised:
        read(**{name: value})
    assert raised.value.path.startswith(f"$.credentialStatus.{name}")
    assert raised.value.code == "MALFORMED_VALUE_ERROR"


@pytest.mark.parametrize(
    "messages",
    [
        MESSAGES[:3],
        [*MESSAGES, MESSAGES[0]],
        [*MESSAGES[:3], MESSAGES[0]],
        [*MESSAGES[:3], {"status": "0x4", "message": "m"}],
        [*MESSAGES[:3], {"status": "3", "message": "m"}],
        [*MESSAGES[:3], {"status": 3, "message": "m"}],
        [*MESSAGES[:3], {"status": "0x٣", "message": "m"}],
        [*MESSAGES[:3], {"status": "0x" + "f" * 5000, "message": "m"}],
        [*MESSAGES[:3], {"status": "0x3"}],
        [*MESSAGES[:3], {"status": "0x3", "message": 5}],
        [*MESSAGES[:3], {"message": "m"}],
        [*MESSAGES[:3], "0x3"],
        [*MESSAGES[:3], None],
    ],
)
def test_refuses_messages_that_do_not_name_each_value_once(messages: list[Any]) -> None:
    with pytest.raises(MalformedStatus):
        read(statusSize=2, statusMessage=messages)


def test_messages_may_stand_in_any_order_and_have_members_of_their_own() -> None:
    messages = [{**message, "level": 1} for message in reversed(MESSAGES)]
    entry = read(statusSize=2, statusMessage=messages)
    assert isinstance(entry, StatusEntry)
    assert entry.messages == ("m0", "m1", "m2", "m3")


@pytest.mark.parametrize("size", [17, 64, 10**6, 10**30])
def test_a_status_of_more_bits_than_are_read_is_refused_before_its_messages(size: int) -> None:
    with pytest.raises(StatusOutOfRange):
        read(statusSize=size, statusMessage=MESSAGES)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/3",
        "http://localhost:8080/3",
        "did:web:example.com?service=status&relativeRef=/3",
        "data:application/vc,%7B%7D",
        "https://[2001:db8::1]:443/3",
        "data:application/vc," + "a" * 5000,
    ],
)
def test_reads_an_address_that_can_be_looked_up(url: str) -> None:
    entry = read(statusListCredential=url)
    assert isinstance(entry, StatusEntry)
    assert entry.url == url


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.com/3", "urn:uuid:5", "x:y"])
def test_nothing_is_known_of_a_list_that_nobody_could_fetch(url: str) -> None:
    with pytest.raises(StatusUnavailable) as raised:
        read(statusListCredential=url)
    assert raised.value.undecided


@pytest.mark.parametrize("value", [None, [], [None], "text", 5, {}, [ENTRY, {}], [ENTRY, []]])
def test_refuses_a_status_that_is_no_object(value: object) -> None:
    with pytest.raises(MalformedStatus):
        status_entries({"credentialStatus": value})


def test_does_not_look_at_more_entries_than_somebody_would_fetch() -> None:
    assert len(status_entries({"credentialStatus": [ENTRY] * MAX_ENTRIES})) == MAX_ENTRIES
    with pytest.raises(TooComplex):
        status_entries({"credentialStatus": [ENTRY] * (MAX_ENTRIES + 1)})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = [*ENTRY, "statusSize", "statusMessage", "statusReference"]


@given(st.dictionaries(st.sampled_from(NAMES), JSON), JSON, JSON)
def test_whatever_stands_there_is_read_or_refused_in_the_words_of_this_room(
    changed: dict[str, Any], status: object, subject: object
) -> None:
    entry = {**ENTRY, **changed}
    try:
        found = status_entries(
            {"credentialStatus": entry, "status": status, "credentialSubject": subject}
        )
    except CredentialError:
        return
    assert found
