from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import InvalidDocument
from did.frozen import MAX_DEPTH
from did.strict_json import MAX_BYTES, MAX_INTEGER, read_json, read_object

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(-1e15, 1e15)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@given(JSON)
def test_reads_what_every_reader_reads_alike(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "line 1, column 1"),
        (b"{", "line 1, column 2"),
        (b"{} {}", "not JSON at line 1"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'"\xff"', "not UTF-8 at byte 1"),
        (b'{"id": 1, "id": 2}', "'/id' appears twice"),
        (b'[{"a/b~": {"x": 1, "x": 1}}]', "'/0/a~1b~0/x' appears twice"),
        (b"9007199254740992", "the JSON is an integer beyond"),
        (b"[1" + b"0" * 5000 + b"]", "'/0' is an integer beyond"),
        (b"1e400", "is a number beyond"),
        (b"[1e17]", "'/0' is a number beyond"),
        (b"[NaN]", "'/0' is NaN"),
        (b"-Infinity", "is -Infinity"),
        (b'["\\ud800"]', "'/0' holds a lone surrogate"),
        (b'{"\\udfff": 1}', r"'/\udfff' holds a lone surrogate"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nested deeper than 64"),
        (b"[" * 200_000, "nested deeper than 64"),
        (b" " * (MAX_BYTES + 1), f"longer than {MAX_BYTES} bytes"),
    ],
)
def test_refuses_what_readers_differ_about_and_says_where(data: bytes, why: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_json(data)
    assert why in str(caught.value)
    assert str(caught.value).isprintable()


def test_reads_as_deep_and_as_much_as_it_says() -> None:
    nested = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert json.dumps(read_json(nested, limit=len(nested))).encode() == nested
    with pytest.raises(InvalidDocument, match="longer than 127 bytes"):
        read_json(nested, limit=len(nested) - 1)


@pytest.mark.parametrize("data", [b"[]", b"1", b'"text"', b"null"])
def test_an_object_is_nothing_else(data: bytes) -> None:
    assert read_object(b'{"a": 1}') == {"a": 1}
    with pytest.raises(InvalidDocument, match="not an object"):
        read_object(data)
