"""The catalogue's A5, status lists, through the whole of verification."""

from __future__ import annotations

import gzip
import zlib
from datetime import timedelta
from typing import Any, Final

import pytest

from did.base_encodings import encode_base64url
from did.errors import InsecureAddress, NotFound, TooLarge, Unreachable
from tests.fuzz.parties import (
    HOLDER,
    INDEX,
    ISSUER,
    LIST,
    MALLORY,
    NOW,
    RESOLVER,
    embedded,
    judge,
    token_of,
    unsigned,
)
from tests.fuzz.seeds import bits, bitstring_list, revocable, token_list
from wallet.credentials.status.issuing import bitstring_entry, token_entry
from wallet.credentials.strict_json import read_json, write_json
from wallet.verify.pipeline import verify
from wallet.verify.policy import Policy
from wallet.verify.report import Verdict
from wallet.verify.sources import Body, Sources

INVALID, INDETERMINATE, VALID = Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID
REVOKED: Final = Verdict.REVOKED
GOOD: Final = bits().encode_bitstring()


def verdict(listed: bytes, credential: dict[str, Any] | None = None) -> Verdict:
    return judge(write_json(credential or revocable()), {LIST: listed}).verdict


def listing(**subject: Any) -> bytes:
    """A list of its issuer that says this, whatever it is."""
    document = read_json(bitstring_list(bits()))
    document.pop("proof")
    said = {**document["credentialSubject"], **subject}
    document["credentialSubject"] = {k: v for k, v in said.items() if v is not None}
    return write_json(embedded(document, ISSUER, "eddsa-jcs-2022"))


def with_entry(**members: Any) -> dict[str, Any]:
    """A credential whose issuer says this of its status."""
    entry = {**bitstring_entry(url=LIST, index=INDEX, purpose="revocation"), **members}
    entry = {name: value for name, value in entry.items() if value is not None}
    document = unsigned(ISSUER.did, HOLDER.did, credentialStatus=entry)
    return embedded(document, ISSUER, "eddsa-jcs-2022")


def packed(data: bytes) -> str:
    return "u" + encode_base64url(gzip.compress(data, 9, mtime=0))


def with_token_list(lst: str, **members: Any) -> Verdict:
    document = unsigned(ISSUER.did, HOLDER.did, status=token_entry(LIST, INDEX))
    listed = token_list(bits(), status_list={"bits": 1, "lst": lst, **members})
    return judge(token_of(document, ISSUER, "vc+jwt"), {LIST: listed}).verdict


def test_a5_0_what_a_list_says_decides() -> None:
    assert verdict(bitstring_list(bits())) is VALID
    assert verdict(bitstring_list(bits(INDEX))) is REVOKED
    assert verdict(listing()) is VALID


@pytest.mark.parametrize("size", [64 << 20, 200 << 20])
def test_a5_1_a_list_that_unfolds_to_too_much_is_not_unfolded(size: int) -> None:
    assert verdict(listing(encodedList=packed(bytes(size)))) is INDETERMINATE
    bomb = encode_base64url(zlib.compress(bytes(size), 9))
    assert with_token_list(bomb) is INDETERMINATE


@pytest.mark.parametrize("size", [0, 1, 16 * 1024 - 1])
def test_a5_2_a_list_shorter_than_16_kib_tells_nothing(size: int) -> None:
    entry = with_entry(statusListIndex="0")
    assert verdict(listing(encodedList=packed(bytes(size))), entry) is INDETERMINATE


def test_a5_3_an_index_beyond_the_list_tells_nothing() -> None:
    for index, expected in ((131_071, VALID), (131_072, INDETERMINATE), (10**7, INDETERMINATE)):
        assert verdict(bitstring_list(bits()), with_entry(statusListIndex=str(index))) is expected
    short = encode_base64url(zlib.compress(bytes(16)))
    assert with_token_list(short) is INDETERMINATE


@pytest.mark.parametrize(
    "index",
    [
        "-1", "1.5", "0x10", " 5", "5 ", "+5", "٥", "５", "1e3", "1_0", "", None, 5.5, -1,
        True, ["5"], "NaN",
    ],
)  # fmt: skip
def test_a5_4_an_index_that_is_no_plain_number_is_invalid(index: object) -> None:
    assert verdict(bitstring_list(bits()), with_entry(statusListIndex=index)) is INVALID


def test_a5_4_an_index_beyond_any_list_is_never_valid() -> None:
    for index in (str(10**30), "9" * 5_000):
        report = verdict(bitstring_list(bits()), with_entry(statusListIndex=index))
        assert report in (INVALID, INDETERMINATE)


@pytest.mark.parametrize("purpose", ["suspension", "Revocation", "message", "revocation "])
def test_a5_5_a_list_for_another_purpose_tells_nothing(purpose: str) -> None:
    listed = listing(statusPurpose=purpose)
    assert verdict(listed) is INDETERMINATE


@pytest.mark.parametrize(
    "subject",
    [
        {"type": "StatusList"},
        {"type": None},
        {"type": "RevocationList2020"},
        {"encodedList": None},
        {"encodedList": 5},
        {"statusPurpose": None},
        {"statusPurpose": []},
    ],
)
def test_a5_6_a_list_of_another_form_tells_nothing(subject: dict[str, Any]) -> None:
    assert verdict(listing(**subject)) is INDETERMINATE


def test_a5_6_a_credential_that_is_no_list_tells_nothing() -> None:
    other = embedded(unsigned(ISSUER.did, HOLDER.did, id=LIST), ISSUER)
    assert verdict(write_json(other)) is INDETERMINATE
    assert verdict(b"{}") is INDETERMINATE
    assert verdict(b"<html>") is INDETERMINATE
    assert verdict(b"") is INDETERMINATE


def test_a5_7_a_list_of_another_issuer_tells_nothing() -> None:
    assert verdict(bitstring_list(bits(), by=MALLORY)) is INDETERMINATE
    good = read_json(bitstring_list(bits(INDEX)))
    stolen = read_json(bitstring_list(bits(), by=MALLORY))
    assert verdict(write_json({**good, "proof": stolen["proof"]})) is INDETERMINATE
    assert verdict(write_json({**stolen, "issuer": ISSUER.did})) is INDETERMINATE
    document = unsigned(ISSUER.did, HOLDER.did, status=token_entry(LIST, INDEX))
    token = token_of(document, ISSUER, "vc+jwt")
    for listed in (token_list(bits(), by=MALLORY), token_list(bits(), sub=f"{LIST}0")):
        assert judge(token, {LIST: listed}).verdict is INDETERMINATE


def test_a5_7_a_list_that_stands_at_another_address_tells_nothing() -> None:
    document = read_json(bitstring_list(bits()))
    document.pop("proof")
    moved = embedded({**document, "id": f"{LIST}0"}, ISSUER)
    assert verdict(write_json(moved)) is INDETERMINATE


def test_a5_8_a_list_that_is_not_in_force_tells_nothing() -> None:
    day = timedelta(days=1)
    for options in (
        {"valid_until": NOW - timedelta(seconds=1)},
        {"valid_from": NOW + day, "valid_until": NOW + 2 * day},
    ):
        assert verdict(bitstring_list(bits(), ISSUER, **options)) is INDETERMINATE
    document = unsigned(ISSUER.did, HOLDER.did, status=token_entry(LIST, INDEX))
    token = token_of(document, ISSUER, "vc+jwt")
    for claims in (
        {"exp": int((NOW - Policy().skew).timestamp())},
        {"iat": int((NOW + day).timestamp())},
    ):
        assert judge(token, {LIST: token_list(bits(), ISSUER, **claims)}).verdict is INDETERMINATE


def test_a5_9_an_older_list_after_a_newer_one_brings_nothing_back() -> None:
    older = bitstring_list(bits(), valid_from=NOW - timedelta(days=9))
    newer = bitstring_list(bits(INDEX), valid_from=NOW - timedelta(hours=1))

    def get(_url: str, /, *, accept: str = "*/*") -> Body:
        del accept
        return Body(older, earlier=newer)

    report = verify(write_json(revocable()), sources=Sources(RESOLVER, get), at=NOW)
    assert report.verdict is REVOKED
    assert "rolled-back" in [check.code for check in report.checks]


@pytest.mark.parametrize("prefix", ["", "z", "U", "f", "uu", " u", "m"])
def test_a5_10_a_list_in_another_multibase_tells_nothing(prefix: str) -> None:
    assert verdict(listing(encodedList=prefix + GOOD[1:])) is INDETERMINATE


def test_a5_11_a_list_with_more_than_itself_tells_nothing() -> None:
    whole = gzip.compress(bytes(16 * 1024), 9, mtime=0)
    for data in (whole + b"\0", whole + whole, whole[:-1], whole[:-8], b"", whole[:20]):
        assert verdict(listing(encodedList="u" + encode_base64url(data))) is INDETERMINATE
    for tail in ("=", "\n", "A", "é"):
        assert verdict(listing(encodedList=GOOD + tail)) is INDETERMINATE


@pytest.mark.parametrize(
    "error",
    [NotFound("404"), Unreachable("timeout"), InsecureAddress("redirected"), TooLarge("2 MiB")],
)
def test_a5_12_a_list_that_cannot_be_had_leaves_it_undecided(error: Exception) -> None:
    def get(_url: str, /, *, accept: str = "*/*") -> Body:
        del accept
        raise error

    report = verify(write_json(revocable()), sources=Sources(RESOLVER, get), at=NOW)
    assert report.verdict is INDETERMINATE


@pytest.mark.parametrize(
    "url", [f"{LIST}?index={INDEX}", f"{LIST}/{INDEX}", f"{LIST}/{HOLDER.did}", f"{LIST}?i={INDEX}"]
)
def test_a5_13_an_address_that_tells_who_is_looked_up_is_not_asked(url: str) -> None:
    asked: list[str] = []

    def get(found: str, /, *, accept: str = "*/*") -> Body:
        asked.append(f"{found} {accept}")
        return Body(bitstring_list(bits()))

    data = write_json(with_entry(statusListCredential=url))
    report = verify(data, sources=Sources(RESOLVER, get), at=NOW)
    assert report.verdict is INDETERMINATE
    assert asked == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/list", "file:///etc/passwd", "ftp://e.x/a", "urn:uuid:1", "x"]
)
def test_a5_13_an_address_that_is_not_on_the_web_is_never_good(url: str) -> None:
    assert verdict(bitstring_list(bits()), with_entry(statusListCredential=url)) is not VALID


@pytest.mark.parametrize("size", [0, -1, 2, 17, 1.5, "1", True, None, 10**9])
def test_a5_14_a_size_without_its_messages_is_never_good(size: object) -> None:
    entry = with_entry(statusSize=size)
    expected = VALID if size is None else INVALID
    assert verdict(bitstring_list(bits()), entry) in (expected, INDETERMINATE)
    assert verdict(bitstring_list(bits(INDEX)), entry) is not VALID
