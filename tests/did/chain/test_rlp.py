from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain import rlp

ITEMS = st.recursive(
    st.binary(max_size=80), lambda inner: st.lists(inner, max_size=6), max_leaves=40
)


@given(ITEMS)
def test_items_come_back(item: rlp.Item) -> None:
    assert rlp.decode(rlp.encode(item)) == item


def test_encodes_as_the_specification_does() -> None:
    assert rlp.encode([b"cat", [b"", b"\x0f"], b"a" * 56]).hex() == (
        "f841" + "83636174" + "c2800f" + "b838" + "61" * 56
    )


@given(st.binary(max_size=400))
def test_accepts_nothing_but_the_one_encoding_of_an_item(data: bytes) -> None:
    try:
        item = rlp.decode(data)
    except rlp.InvalidRLP:
        return
    assert rlp.encode(item) == data


@given(st.integers(0, 2**256 - 1))
def test_integers_come_back(number: int) -> None:
    assert rlp.decode_integer(rlp.encode_integer(number)) == number


@pytest.mark.parametrize("item", [[], b"\0\1", b"\1" * 33])
def test_refuses_what_is_no_integer(item: rlp.Item) -> None:
    with pytest.raises(rlp.InvalidRLP):
        rlp.decode_integer(item)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01\x02",
        b"\x81\x01",
        b"\x83ab",
        b"\xb8\x01a",
        b"\xb9\x00\x38" + b"a" * 56,
        b"\xb8",
        b"\xc1",
        b"\xc2\x82a",
        b"\xc1\x82ab",
        b"\xff" + b"\xff" * 8,
        b"\xc1" * 2 + b"\xc0" * 2,
    ],
)
def test_refuses_broken_encodings(data: bytes) -> None:
    with pytest.raises(rlp.InvalidRLP):
        rlp.decode(data)


@pytest.mark.parametrize("depth", [rlp.MAX_DEPTH + 1, 5_000])
def test_refuses_lists_nested_without_end(depth: int) -> None:
    with pytest.raises(rlp.InvalidRLP, match="nested"):
        rlp.decode(_nested(depth))


def test_takes_lists_nested_as_deep_as_allowed() -> None:
    data = _nested(rlp.MAX_DEPTH)
    assert rlp.encode(rlp.decode(data)) == data


def _nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        digits = len(data).to_bytes((len(data).bit_length() + 7) // 8, "big")
        short = len(data) < 56
        data = (
            bytes((0xC0 + len(data),)) if short else bytes((0xF7 + len(digits),)) + digits
        ) + data
    return data
