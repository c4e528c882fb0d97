from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wallet.credentials.mdoc.issuer import MDL, Making, response
from tests.wallet.credentials.mdoc.judging import judged
from wallet.credentials.errors import CredentialError, InvalidCBOR, TooComplex, UnsupportedFormat
from wallet.credentials.formats.cose.cbor import MAX_BYTES, MAX_DEPTH, Encoded, read_cbor
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable


AN_INSTANT = datetime(2020, 10, 1, 13, 30, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("a0", {}),
        ("a201020304", {1: 2, 3: 4}),
        ("bf6161f5ff", {"a": True}),
        ("9f0102ff", [1, 2]),
        ("7f61616162ff", "ab"),
        ("5f41004101ff", b"\0\1"),
        ("1818", 24),
        ("190018", 24),
        ("f97e00", pytest.approx(float("nan"), nan_ok=True)),
        ("c074323032302d31302d30315431333a33303a30325a", AN_INSTANT),
        ("d903ec6a323031392d31302d3230", date(2019, 10, 20)),
    ],
)  # fmt: skip
def test_reads_what_the_standard_allows(data: str, value: object) -> None:
    assert read_cbor(bytes.fromhex(data)) == value


@pytest.mark.parametrize(
    "data",
    [
        "",
        "a2010201ff",
        "a201020103",  # a name twice
        "bf01020103ff",
        "a2616101616102",
        "a118010203",  # a name in more bytes than it needs
        "a1f501",  # names of another kind
        "a1410001",
        "a1f97e0001",
        "a17f6161ff01",
        "0000",  # something behind it
        "f6f6",
        "18",  # broken off
        "1901",
        "5818ff",
        "62c3",
        "82",
        "bf01",
        "9f01",
        "5f4100",
        "61ff",  # no UTF-8
        "7f4100ff",  # bytes in a text
        "7f7f6161ffff",
        "ff",
        "1c",
        "1f",
        "3f",
        "df00",
        "f7",
        "f0",
        "f820",
        "d81801",  # tags before what they are not for
        "d818a0",
        "c001",
        "c0626162",
        "d903ec6a323031392d31332d3230",
        "9bffffffffffffffff",
        "bbffffffffffffffff",
        "5bffffffffffffffff",
    ],
)
def test_refuses_what_is_malformed_or_may_be_read_in_two_ways(data: str) -> None:
    with pytest.raises(InvalidCBOR):
        read_cbor(bytes.fromhex(data))


@pytest.mark.parametrize(
    "data", ["c101", "c24101", "d81c80", "d81d00", "d9010080", "d9d9f700", "d28443a10126a04141"]
)
def test_a_tag_that_is_not_known_is_no_mistake_of_its_writer(data: str) -> None:
    with pytest.raises(UnsupportedFormat):
        read_cbor(bytes.fromhex(data))


def test_embedded_cbor_keeps_the_bytes_that_it_came_in() -> None:
    value = read_cbor(bytes.fromhex("82d8184101d8185800"))
    assert value == [Encoded(b"\xd8\x18\x41\x01", b"\1"), Encoded(b"\xd8\x18\x58\0", b"")]
    assert value[0].value() == 1


def test_nesting_size_and_number_are_bounded() -> None:
    deep = b"\x81" * (MAX_DEPTH + 1) + b"\0"
    assert read_cbor(deep[1:])
    for data in (
        deep,
        b"\x81" * 100_000,
        b"\xa1\0" * 100_000,
        b"\x9a\0\2\0\0" + bytes(1 << 17),
        b"\xbf" + bytes(30_000),
        b"\x5f" + b"\x40" * 30_000 + b"\xff",
        cbor2.dumps(bytes(MAX_BYTES)),
    ):
        with pytest.raises((TooComplex, InvalidCBOR)):
            read_cbor(data)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 60), 1 << 60) | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.integers(0, 99), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_VALUES)
def test_what_is_written_is_read(value: Any) -> None:
    assert read_cbor(cbor2.dumps(value)) == value


@given(st.binary(max_size=64))
def test_any_bytes_are_read_as_cbor2_reads_them_or_refused(data: bytes) -> None:
    try:
        value = read_cbor(data)
    except CredentialError:
        return
    # By what it is written as, since a number that is none is unlike itself.
    assert repr(_plain(value)) == repr(cbor2.loads(data, tag_hook=lambda _, tag: tag.value))


def _plain(value: Any) -> Any:
    match value:
        case Encoded():
            return value.content
        case list():
            return [_plain(one) for one in value]
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case _:
            return value


def _cut(data: bytes, at: int) -> bytes:
    return data[: at % len(data)]


def _flipped(data: bytes, at: int) -> bytes:
    place = at % (8 * len(data))
    changed = bytearray(data)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def _doubled(data: bytes, at: int) -> bytes:
    place = at % len(data)
    return data[:place] + data[place : place + 8] + data[place:]


@pytest.mark.parametrize("change", [_cut, _flipped, _doubled])
def test_no_change_of_its_bytes_is_valid(
    making: Making, change: Callable[[bytes, int], bytes]
) -> None:
    data = making.make()
    numbers = random.Random(20261126)  # noqa: S311 - the same ones each time
    for _ in range(150):
        changed = change(data, numbers.getrandbits(24))
        report = judged(changed, making.authority.root)
        # A map in the header that is not signed may be written in other ways, and nothing else.
        assert report.verdict is not Verdict.VALID or changed == data


def test_a_large_response_is_judged_in_bounds(making: Making) -> None:
    value = making.value()
    assert judged(response(*[(MDL, value)] * 32)).verdict is Verdict.UNTRUSTED
    assert judged(response(*[(MDL, value)] * 33)).verdict is Verdict.INVALID
    assert judged(response()).verdict is Verdict.INVALID
    making.elements = {f"element {number}": number for number in range(1_001)}
    assert judged(making.make(), making.authority.root).verdict is Verdict.INVALID
