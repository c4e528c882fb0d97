from __future__ import annotations

import gzip
import tracemalloc
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from did.base_encodings import encode_base64url
from wallet.credentials.status import (
    TOKEN_TYPE,
    BitList,
    StatusEntry,
    read_bitstring_list,
    read_token_list,
    status_entries,
)
from wallet.credentials.status.errors import (
    MalformedStatus,
    StatusListTooLarge,
    StatusListTooShort,
    StatusOutOfRange,
    StatusUnavailable,
    StatusUnverified,
)
from wallet.credentials.status.standing import check_current, is_older

if TYPE_CHECKING:
    from collections.abc import Callable

# The rows of table A5 of the attacks considered: the number in a name is the row's.

MIB = 1024 * 1024


def with_list(document: dict[str, Any], encoded: str) -> dict[str, Any]:
    subject = {**document["credentialSubject"], "encodedList": encoded}
    return {**document, "credentialSubject": subject}


def encoded(packed: bytes) -> str:
    return "u" + encode_base64url(packed)


def with_index(credential: dict[str, Any], index: str) -> dict[str, Any]:
    status = {**credential["credentialStatus"], "statusListIndex": index}
    return {**credential, "credentialStatus": status}


def test_a5_1_a_bomb_of_gzip_is_stopped_at_the_cap(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    bomb = with_list(document, encoded(gzip.compress(bytes(64 * MIB), 9)))
    tracemalloc.start()
    with pytest.raises(StatusListTooLarge):
        read_bitstring_list(bomb, entry)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * MIB


def test_a5_1_a_bomb_of_zlib_is_stopped_at_the_cap(
    claims: dict[str, Any], token: StatusEntry
) -> None:
    lst = encode_base64url(zlib.compress(bytes(64 * MIB), 9))
    with pytest.raises(StatusListTooLarge):
        read_token_list({**claims, "status_list": {"bits": 1, "lst": lst}}, token, typ=TOKEN_TYPE)


@pytest.mark.parametrize("length", [1, 1024, 16 * 1024 - 1])
def test_a5_2_refuses_a_list_shorter_than_16_kib(
    document: dict[str, Any], entry: StatusEntry, length: int
) -> None:
    short = with_list(document, BitList(bytes(length)).encode_bitstring())
    with pytest.raises(StatusListTooShort) as raised:
        read_bitstring_list(short, replace(entry, index=0))
    assert raised.value.code == "STATUS_LIST_LENGTH_ERROR"


def test_a5_3_refuses_an_index_at_or_beyond_the_end(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    assert read_bitstring_list(document, replace(entry, index=131_071)).value(131_071) == 0
    with pytest.raises(StatusOutOfRange) as raised:
        read_bitstring_list(document, replace(entry, index=131_072))
    assert raised.value.code == "RANGE_ERROR"


@pytest.mark.parametrize(
    "index",
    [
        "-1",
        "+1",
        "1.5",
        "0x10",
        " 5",
        "5 ",
        "5\n",
        "٥",
        "５",
        "²",
        "1_000",
        "1e3",
        "",
        "0b1",
        "5\x00",
    ],
)
def test_a5_4_refuses_an_index_in_anything_but_ascii_digits(
    credential: dict[str, Any], index: str
) -> None:
    with pytest.raises(MalformedStatus):
        status_entries(with_index(credential, index))


@pytest.mark.parametrize("index", [str(10**30), "9" * 5000, "9" * 1_000_000, "134217728"])
def test_a5_4_refuses_an_index_beyond_any_list(credential: dict[str, Any], index: str) -> None:
    with pytest.raises(StatusOutOfRange):
        status_entries(with_index(credential, index))


def test_a5_5_refuses_a_list_of_another_purpose(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    with pytest.raises(StatusUnverified, match="suspension") as raised:
        read_bitstring_list(document, replace(entry, purpose="suspension"))
    assert raised.value.code == "STATUS_VERIFICATION_ERROR"


@pytest.mark.parametrize(
    "change",
    [
        lambda document: {**document, "type": ["VerifiableCredential"]},
        lambda document: {**document, "type": ["VerifiableCredential", "StatusList2021Credential"]},
        lambda document: {
            **document,
            "credentialSubject": {**document["credentialSubject"], "type": "StatusList2021"},
        },
    ],
)
def test_a5_6_refuses_a_credential_that_is_no_status_list(
    document: dict[str, Any],
    entry: StatusEntry,
    change: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    with pytest.raises(MalformedStatus, match="must name"):
        read_bitstring_list(change(document), entry)


@pytest.mark.parametrize(
    "now",
    [datetime(2025, 12, 31, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)],
)
def test_a5_8_refuses_a_list_before_and_after_its_time(
    document: dict[str, Any], entry: StatusEntry, now: datetime
) -> None:
    found = read_bitstring_list(document, entry)
    check_current(found, datetime(2026, 1, 15, tzinfo=UTC), leeway=timedelta(0))
    with pytest.raises(StatusUnverified):
        check_current(found, now, leeway=timedelta(minutes=1))


def test_a5_9_tells_an_older_list_that_comes_after_a_newer_one(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    newer = read_bitstring_list(document, entry)
    older = read_bitstring_list({**document, "validFrom": "2025-12-01T00:00:00Z"}, entry)
    assert is_older(older, newer)
    assert not is_older(newer, older)
    assert not is_older(newer, newer)


def test_a5_10_refuses_a_list_without_its_multibase_prefix(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    text = document["credentialSubject"]["encodedList"]
    for wrong in (text[1:], "U" + text[1:], "m" + text[1:], "uu" + text[1:]):
        with pytest.raises(MalformedStatus):
            read_bitstring_list(with_list(document, wrong), entry)


def test_a5_11_refuses_two_members_of_gzip_and_what_comes_after_one(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    one = gzip.compress(bytes(16 * 1024), mtime=0)
    read_bitstring_list(with_list(document, encoded(one)), entry)
    for more in (one + one, one + b"\x00", one + one[:10]):
        with pytest.raises(MalformedStatus, match="after its end"):
            read_bitstring_list(with_list(document, encoded(more)), entry)


def test_a5_11_refuses_what_comes_after_a_stream_of_zlib(
    claims: dict[str, Any], token: StatusEntry
) -> None:
    one = zlib.compress(bytes(16 * 1024))
    for more in (one + one, one + b"\x00"):
        status_list = {"bits": 1, "lst": encode_base64url(more)}
        with pytest.raises(MalformedStatus, match="after its end"):
            read_token_list({**claims, "status_list": status_list}, token, typ=TOKEN_TYPE)


def test_a5_12_a_list_that_cannot_be_had_is_undecided_and_not_at_fault() -> None:
    unavailable = StatusUnavailable("the server answered 404")
    assert unavailable.undecided
    assert unavailable.code == "STATUS_RETRIEVAL_ERROR"
    assert not StatusUnverified("no").undecided


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/status?list=3&index=94567",
        "https://example.com/status/3?holder=did:example:ada",
        "https://example.com/status/58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    ],
)
def test_a5_13_refuses_an_address_that_tells_whose_credential_is_shown(
    credential: dict[str, Any], url: str
) -> None:
    status = {**credential["credentialStatus"], "statusListCredential": url}
    with pytest.raises(StatusUnverified, match="address of the status list"):
        status_entries({**credential, "credentialStatus": status})


def test_a5_14_refuses_a_status_of_several_bits_without_its_messages(
    credential: dict[str, Any],
) -> None:
    status = {**credential["credentialStatus"], "statusSize": 2}
    with pytest.raises(MalformedStatus) as raised:
        status_entries({**credential, "credentialStatus": status})
    assert raised.value.path == "$.credentialStatus.statusMessage"
