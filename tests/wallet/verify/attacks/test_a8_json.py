"""The catalogue's A8, JSON, canonical forms and times, through the whole of verification."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest

from tests.fuzz.parties import HOLDER, ISSUER, NOW, embedded, judge, unsigned
from tests.fuzz.seeds import seed
from wallet.credentials.strict_json import write_json
from wallet.verify.report import Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

Make: TypeAlias = "Callable[..., dict[str, Any]]"
Judged: TypeAlias = "Callable[..., Report]"

INVALID, INDETERMINATE, VALID = Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID
GOOD: Final = seed("eddsa-jcs-2022 Ed25519").data

each_way = pytest.mark.parametrize(
    "name", ["eddsa-rdfc-2022 Ed25519", "eddsa-jcs-2022 Ed25519", "presentation"]
)


def with_first(data: bytes, member: bytes) -> bytes:
    return b"{" + member + b"," + data[1:]


@each_way
@pytest.mark.parametrize(
    "literal",
    [
        b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"9007199254740992",
        b"9007199254740993", b"-9007199254740993", b"9" * 5_000, b"1e30", b"01", b"+1", b".5",
        b"5.", b"0x10", b"1_000", b"True", b"undefined", b"'x'", b'"\\x41"', b'"\\u12"',
        b'"\x01"', b'"\n"', b'"\xed\xa0\x80"', b'"\xff"', b'"\\ud800"', b'"\\udc00\\ud800"',
        b'"\xc0\x80"', b'{"a":1,"a":1}', b'{"a":1,"\\u0061":2}', b"[1,]", b'{"a":1,}', b"[1 2]",
        b"/* */ 1", b"// 1\n1", b"[" * 63 + b"]" * 63 + b"]", b"[" * 100_000,
    ],
)  # fmt: skip
def test_a8_json_that_readers_read_differently_is_invalid(name: str, literal: bytes) -> None:
    data = seed(name).data
    assert judge(with_first(data, b'"a":' + literal)).verdict is INVALID


@each_way
def test_a8_a_name_that_is_there_twice_is_invalid_wherever_it_stands(name: str) -> None:
    data = seed(name).data
    for twice in (b'"issuer":"did:example:x"', b'"\\u0069d":"urn:x"', b'"type":[]', b'"proof":{}'):
        member = twice.partition(b":")[0]
        present = member.replace(b"\\u0069", b"i") + b":" in data.partition(b'"proof"')[0]
        report = judge(with_first(data, twice))
        assert report.verdict is INVALID or not present
    assert judge(data.replace(b'"proof":{', b'"proof":{"type":"x",')).verdict is INVALID


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
@each_way
def test_a8_json_in_another_encoding_is_invalid(name: str, encoding: str) -> None:
    data = seed(name).data.decode().encode(encoding)
    assert judge(data).verdict is INVALID


@each_way
def test_a8_json_with_more_behind_it_is_invalid(name: str) -> None:
    data = seed(name).data
    for tail in (b"x", b"{}", b"\0", b",", b"]", data):
        assert judge(data + tail).verdict is INVALID


def test_a8_the_same_json_in_other_words_is_the_same() -> None:
    document = json.loads(GOOD)
    turned = dict(reversed(document.items()))
    for data in (
        json.dumps(document, ensure_ascii=True, indent=4).encode(),
        json.dumps(turned, ensure_ascii=False).encode(),
        GOOD.replace(b"/", b"\\/"),
        GOOD.replace(b"Bachelor", b"\\u0042achelor"),
    ):
        assert judge(data).verdict is VALID


def test_finding_5_two_numbers_that_a_double_cannot_tell_apart_are_not_signed_alike() -> None:
    good = embedded(
        unsigned(ISSUER.did, HOLDER.did, credentialSubject={"id": HOLDER.did, "n": 2**53 - 1}),
        ISSUER,
        "eddsa-jcs-2022",
    )
    data = write_json(good)
    assert judge(data).verdict is VALID
    for number in (2**53, 2**53 + 1, -(2**53) - 1, 10**30):
        assert judge(data.replace(b"9007199254740991", str(number).encode())).verdict is INVALID


def test_a8_a_number_is_what_it_is_and_not_how_it_is_written() -> None:
    subject = {"id": HOLDER.did, "n": 1, "z": 0, "f": 1.5}
    good = embedded(
        unsigned(ISSUER.did, HOLDER.did, credentialSubject=subject), ISSUER, "eddsa-jcs-2022"
    )
    data = write_json(good)
    for before, after, expected in (
        (b'"n":1', b'"n":1.0', VALID),
        (b'"n":1', b'"n":1e0', VALID),
        (b'"z":0', b'"z":-0', VALID),
        (b'"z":0', b'"z":-0.0', VALID),
        (b'"f":1.5', b'"f":15e-1', VALID),
        (b'"n":1', b'"n":true', INVALID),
        (b'"n":1', b'"n":"1"', INVALID),
        (b'"z":0', b'"z":false', INVALID),
        (b'"z":0', b'"z":null', INVALID),
        (b'"f":1.5', b'"f":1.5000000000000002', INVALID),
    ):
        assert before in data
        assert judge(data.replace(before, after)).verdict is expected


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
def test_a8_text_is_not_normalized(suite: str) -> None:
    subject = {"id": HOLDER.did, "name": "Zo\u00eb", "e\u0301": "x"}
    good = embedded(unsigned(ISSUER.did, HOLDER.did, credentialSubject=subject), ISSUER, suite)
    data = write_json(good)
    assert judge(data).verdict is VALID
    for before, after in (("Zo\u00eb", "Zoe\u0308"), ("e\u0301", "\u00e9")):
        assert judge(data.replace(before.encode(), after.encode())).verdict is INVALID


def test_a8_names_beyond_the_first_plane_are_sorted_as_utf_16() -> None:
    subject = {"id": HOLDER.did, "\ufb33": 1, "\U0001f600": 2, "\u20ac": 3}
    good = embedded(
        unsigned(ISSUER.did, HOLDER.did, credentialSubject=subject), ISSUER, "eddsa-jcs-2022"
    )
    turned = {**good, "credentialSubject": dict(reversed(good["credentialSubject"].items()))}
    assert judge(write_json(turned)).verdict is VALID


@pytest.mark.parametrize(
    "time",
    [
        "2026-W01-1", "20260101T000000Z", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01 00:00Z",
        "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:60Z", "2026-01-01T24:00:00Z",
        "2026-01-01t00:00:00Z", "2026-01-01T00:00:00z", "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z", "+2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+01",
        "٢٠٢٦-01-01T00:00:00Z", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z\n", "", "now",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 1767225600, None, True, [], {},
        ["2026-01-01T00:00:00Z"],
    ],
)  # fmt: skip
def test_a8_a_time_that_is_no_instant_is_invalid(
    issued: Make, presented: Make, judged: Judged, time: object
) -> None:
    for name in ("validFrom", "validUntil"):
        credential = issued(proof={"cryptosuite": "eddsa-jcs-2022"})
        assert judged({**credential, name: time}).verdict is INVALID
    for name in ("created", "expires"):
        credential = issued()
        credential["proof"][0][name] = time
        assert judged(credential).verdict is INVALID
        shown = presented(issued())
        shown["proof"][0][name] = time
        assert judged(shown).verdict is INVALID


@pytest.mark.parametrize(
    ("start", "end", "verdict"),
    [
        ("2026-11-23T10:00:00+01:00", None, VALID),
        ("2026-11-23T09:00:00.000001Z", None, Verdict.EXPIRED),
        ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z", VALID),
        ("2026-01-01T00:00:00Z", "2026-11-23T08:59:59.999999Z", Verdict.EXPIRED),
        ("2026-01-01T00:00:00Z", "2026-11-23T08:59:59-14:00", VALID),
        ("2026-01-01T00:00:00Z", "2026-11-23T22:59:59+14:00", Verdict.EXPIRED),
        ("2027-01-01T00:00:00Z", "2026-01-01T00:00:00Z", INVALID),
    ],
)
def test_a8_an_instant_is_the_same_whatever_its_offset(
    issued: Make, judged: Judged, start: str, end: str | None, verdict: Verdict
) -> None:
    credential = issued(validFrom=start, validUntil=end, proof={"cryptosuite": "eddsa-jcs-2022"})
    assert judged(credential, at=NOW).verdict is verdict
