from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.model import Credential
from wallet.credentials.status import (
    MIN_LENGTH,
    TOKEN_TYPE,
    BitList,
    Meaning,
    StatusEntry,
    read_bitstring_list,
    read_token_list,
    status_entries,
)
from wallet.credentials.status.errors import (
    MalformedStatus,
    StatusListTooShort,
    StatusOutOfRange,
    StatusUnavailable,
    StatusUnverified,
)
from wallet.credentials.status.issuing import (
    bitstring_entry,
    draw_index,
    token_entry,
    token_list_claims,
    unsigned_bitstring_list,
)

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "https://example.com/status/3"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MESSAGES = ["in review", "granted", "refused", "undefined"]


def issue(**changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "id": URL,
        "issuer": "did:example:issuer",
        "purposes": ["revocation"],
        "bits": BitList.empty(),
        "valid_from": NOW,
    }
    return unsigned_bitstring_list(**{**given, **changed})


def read_entry(document: dict[str, Any]) -> StatusEntry:
    (entry,) = status_entries(document)
    assert isinstance(entry, StatusEntry)
    return entry


def unlucky(busy: int, nth: int) -> Callable[[int], int]:
    drawn = iter([*[busy] * 64, nth])
    return lambda _: next(drawn)


def test_a_list_is_a_credential_that_a_proof_covers_in_full() -> None:
    until = NOW + timedelta(days=30)
    document = issue(
        purposes=["revocation", "suspension"], valid_until=until, ttl=timedelta(hours=1)
    )
    assert document == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:example:issuer",
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2026-01-31T00:00:00Z",
        "credentialSubject": {
            "id": f"{URL}#list",
            "type": "BitstringStatusList",
            "statusPurpose": ["revocation", "suspension"],
            "encodedList": BitList.empty().encode_bitstring(),
            "ttl": 3_600_000,
        },
    }
    assert Credential.of(document).issuer == "did:example:issuer"
    assert b"status#encodedList" in canonicalize(document)


def test_a_list_with_messages_is_covered_in_full_too() -> None:
    bits = BitList.empty(size=2).with_value(7, 2)
    document = issue(purposes=["message"], bits=bits, messages=MESSAGES)
    assert document["credentialSubject"]["statusSize"] == 2
    assert b'"in review"' in canonicalize(document)
    entry = bitstring_entry(url=URL, index=7, purpose="message", size=2, messages=MESSAGES)
    pointing = read_entry({"credentialStatus": entry})
    status = read_bitstring_list(document, pointing).status(pointing)
    assert (status.meaning, status.message) == (Meaning.MESSAGE, "refused")


def test_an_entry_is_covered_by_the_proof_of_its_credential() -> None:
    entry = bitstring_entry(
        url=URL,
        index=7,
        purpose="message",
        id=f"{URL}#7",
        size=2,
        messages=MESSAGES,
        references=["https://example.com/words"],
    )
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:ada"},
        "credentialStatus": entry,
    }
    assert b"status#statusMessage" in canonicalize(credential)
    found = read_entry(credential)
    assert found.messages == tuple(MESSAGES)
    assert found.references == ("https://example.com/words",)
    assert found.id == f"{URL}#7"


@given(st.integers(0, MIN_LENGTH - 1), st.integers(0, MIN_LENGTH - 1))
def test_what_is_issued_is_read_back(revoked: int, other: int) -> None:
    bits = BitList.empty().with_value(revoked, 1)
    expected = 1 if revoked == other else 0
    entry = read_entry(
        {"credentialStatus": bitstring_entry(url=URL, index=other, purpose="revocation")}
    )
    assert read_bitstring_list(issue(bits=bits), entry).value(other) == expected
    token = read_entry({"status": token_entry(URL, other)})
    claims = token_list_claims(uri=URL, issued=NOW, bits=bits)
    assert read_token_list(claims, token, typ=TOKEN_TYPE).value(other) == expected


def test_a_token_has_the_claims_of_the_draft() -> None:
    claims = token_list_claims(
        uri=URL,
        issued=NOW,
        expires=NOW + timedelta(days=1),
        ttl=timedelta(hours=12),
        issuer="did:example:issuer",
        bits=BitList.empty(16),
    )
    assert claims == {
        "iss": "did:example:issuer",
        "sub": URL,
        "iat": 1_767_225_600,
        "exp": 1_767_312_000,
        "ttl": 43_200,
        "status_list": {"bits": 1, "lst": BitList.empty(16).encode_token()},
    }
    assert token_entry(URL, 5) == {"status_list": {"idx": 5, "uri": URL}}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"bits": BitList.empty(MIN_LENGTH - 8)}, StatusListTooShort),
        ({"purposes": []}, MalformedStatus),
        ({"purposes": [""]}, MalformedStatus),
        ({"purposes": ["message"]}, MalformedStatus),
        ({"bits": BitList.empty(size=2)}, MalformedStatus),
        ({"bits": BitList.empty(size=2), "messages": MESSAGES[:3]}, MalformedStatus),
        ({"messages": MESSAGES}, MalformedStatus),
        ({"ttl": timedelta(0)}, MalformedStatus),
        ({"id": "no url"}, InvalidCredential),
        ({"issuer": "nobody"}, InvalidCredential),
    ],
)
def test_issues_no_list_that_would_be_refused(
    changed: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        issue(**changed)


def test_issues_no_token_that_would_be_refused() -> None:
    with pytest.raises(StatusOutOfRange):
        token_list_claims(uri=URL, issued=NOW, bits=BitList.empty(size=3))
    with pytest.raises(MalformedStatus):
        token_list_claims(uri=URL, issued=NOW, bits=BitList.empty(), ttl=timedelta(0))


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: bitstring_entry(url=URL, index=-1, purpose="x"), MalformedStatus),
        (lambda: bitstring_entry(url=URL, index=10**30, purpose="x"), StatusOutOfRange),
        (lambda: bitstring_entry(url=URL, index=1, purpose=""), MalformedStatus),
        (lambda: bitstring_entry(url="status", index=1, purpose="x"), MalformedStatus),
        (lambda: bitstring_entry(url="file:///l", index=1, purpose="x"), StatusUnavailable),
        (lambda: bitstring_entry(url=URL, index=1, purpose="x", size=2), MalformedStatus),
        (lambda: bitstring_entry(url=URL, index=1, purpose="x", size=10**9), MalformedStatus),
        (lambda: bitstring_entry(url=URL, index=1, purpose="x", id=URL), MalformedStatus),
        (lambda: bitstring_entry(url=f"{URL}?idx=1", index=1, purpose="x"), StatusUnverified),
        (lambda: token_entry(URL, -1), MalformedStatus),
        (lambda: token_entry(f"{URL}?idx=1", 1), StatusUnverified),
    ],
)
def test_writes_no_entry_that_would_be_refused(
    make: Callable[[], dict[str, Any]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make()


def test_an_index_is_drawn_from_those_that_are_free() -> None:
    draws = iter([3, 5, 4])
    assert draw_index([3, 5], 16, lambda _: next(draws)) == 4


def test_an_index_is_found_in_a_list_that_is_almost_full() -> None:
    taken = set(range(1000)) - {0, 500, 999}
    for nth, free in enumerate((0, 500, 999)):
        assert draw_index(taken, 1000, unlucky(1, nth)) == free


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))))
def test_counting_the_free_indices_reaches_each_of_them_once(given: tuple[int, set[int]]) -> None:
    length, taken = given
    if not taken:
        return
    free = range(length - len(taken))
    found = [draw_index(taken, length, unlucky(min(taken), nth)) for nth in free]
    assert found == sorted(set(range(length)) - taken)


def test_what_lies_outside_the_list_takes_no_place_in_it() -> None:
    assert draw_index({-5, 0, 99}, 2, unlucky(0, 0)) == 1


@pytest.mark.parametrize("length", [0, -1, 3])
def test_says_when_a_list_is_full(length: int) -> None:
    with pytest.raises(StatusOutOfRange, match="taken"):
        draw_index(range(max(length, 0)), length)


def test_indices_are_drawn_at_random_where_nobody_chooses() -> None:
    drawn = {draw_index((), MIN_LENGTH) for _ in range(20)}
    assert len(drawn) > 1
    assert drawn <= set(range(MIN_LENGTH))
