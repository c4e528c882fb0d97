from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import InvalidJSON
from wallet.credentials.strict_json import MAX_BYTES, MAX_DEPTH, read_json, write_json

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**52), 2.0**52)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@given(TREES)
def test_reads_back_what_it_writes(value: object) -> None:
    assert read_json(write_json(value)) == value


@given(st.binary(max_size=200))
def test_never_raises_anything_but_its_own_error(data: bytes) -> None:
    with suppress(InvalidJSON):
        read_json(data)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'{"a": 1, "a": 1}', "$.a appears twice"),
        (b'{"x": [{"a": 1, "b": 2, "\\u0061": 3}]}', "$.x[0].a appears twice"),
        (b'{"a": NaN}', "$.a is NaN"),
        (b"[1, -Infinity]", "$[1] is -Infinity"),
        (b'{"a": 1e400}', "$.a is a number beyond what a double"),
        (b'{"a": 9007199254740992}', "$.a is an integer beyond 2^53 - 1"),
        (b'{"a": -9007199254740992}', "$.a is an integer beyond 2^53 - 1"),
        (b'{"a": 9007199254740993.0}', "$.a is a number beyond 2^53 - 1"),
        (b'{"a": "\\ud800"}', "$.a holds a lone surrogate"),
        (b'{"\\udfff": 1}', "holds a lone surrogate"),
        (b'{"a b": {"c\\"": "\\ud83d"}}', '$["a b"]["c\\""] holds'),
        (b'{"a": 1,}', "line 1, column"),
        (b'{"a": 1} x', "Extra data"),
        (b"", "line 1, column 1"),
        (b"{'a': 1}", "line 1, column 2"),
        (b'\xef\xbb\xbf{"a": 1}', "byte order mark"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8 at byte 0"),
        (b'"\xed\xa0\x80"', "not UTF-8 at byte 1"),
        (b'"\xff"', "not UTF-8 at byte 1"),
    ],
)
def test_refuses_what_readers_read_differently_and_says_where(data: bytes, place: str) -> None:
    with pytest.raises(InvalidJSON) as refusal:
        read_json(data)
    assert place in str(refusal.value)


def test_a_place_with_a_very_long_name_is_cut_short() -> None:
    with pytest.raises(InvalidJSON) as refusal:
        read_json(b'{"' + b"n" * 5000 + b'": NaN}')
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_refuses_nesting_beyond_the_limit_however_deep(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    assert read_json(opening * MAX_DEPTH + b"1" + closing * MAX_DEPTH)
    for depth in (MAX_DEPTH + 1, 900, 150_000):
        with pytest.raises(InvalidJSON, match="nested deeper than 64"):
            read_json(opening * depth + b"1" + closing * depth)


def test_refuses_more_than_a_mebibyte_before_reading_it() -> None:
    assert read_json(b" " * (MAX_BYTES - 1) + b"1") == 1
    with pytest.raises(InvalidJSON, match="at most 1048576"):
        read_json(b" " * MAX_BYTES + b"1")


def test_an_integer_of_a_million_digits_is_refused_quickly() -> None:
    start = time.perf_counter()
    with pytest.raises(InvalidJSON, match="integer beyond"):
        read_json(b"9" * 1_000_000)
    assert time.perf_counter() - start < 1


def test_reads_the_largest_integers_that_everybody_reads_alike() -> None:
    assert read_json(b"[9007199254740991, -9007199254740991, -0]") == [2**53 - 1, 1 - 2**53, 0]


def test_keeps_characters_outside_the_basic_plane() -> None:
    assert read_json(b'"\\ud83d\\ude00"') == read_json('"😀"'.encode()) == "😀"


def test_does_not_normalize_text() -> None:
    assert read_json('["é", "e\u0301"]'.encode()) == ["é", "e\u0301"]


def _cycle() -> list[object]:
    cycle: list[object] = []
    cycle.append(cycle)
    return cycle


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"bytes", "\ud800", _cycle()])
def test_refuses_to_write_what_is_no_json(value: object) -> None:
    with pytest.raises(InvalidJSON, match="not expressible"):
        write_json(value)


def test_writes_compactly_and_keeps_the_order_of_members() -> None:
    assert write_json({"b": 1, "a": ["é", None]}) == '{"b":1,"a":["é",null]}'.encode()
    assert json.loads(write_json({"b": 1})) == {"b": 1}
