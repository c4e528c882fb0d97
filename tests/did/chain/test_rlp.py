from __future__ import annotations

import pytest
import rlp as reference
from hypothesis import given
from hypothesis import strategies as st

from did.chain import rlp

ITEMS = st.recursive(
    st.binary(max_size=80), lambda inner: st.lists(inner, max_size=6), max_leaves=40
)


@given(ITEMS)
def test_encodes_as_the_reference_does_and_decodes_it_again(item: rlp.Item) -> None:
    encoded = rlp.encode(item)
    assert encoded == reference.encode(item)
    assert rlp.decode(encoded) == item


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


def test_refuses_lists_nested_without_end() -> None:
    data = b"\xc0"
    for _ in range(40):
        data = bytes((0xC0 + len(data),)) + data
    with pytest.raises(rlp.InvalidRLP, match="nested"):
        rlp.decode(data)
