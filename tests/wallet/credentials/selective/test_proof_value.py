from __future__ import annotations

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.base_encodings import encode_base64url
from wallet.credentials.errors import ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.data_integrity.selective import bbs_values, ecdsa_values
from wallet.credentials.formats.data_integrity.selective.proof_value import (
    read_places,
    read_pointers,
    read_proof_value,
    read_set,
    write_proof_value,
)

NUMBERS = st.integers(0, 2**64 - 1)
LEAVES = NUMBERS | st.binary(max_size=300) | st.text(max_size=30)
COMPONENTS = st.lists(
    LEAVES | st.lists(LEAVES, max_size=30) | st.dictionaries(NUMBERS, LEAVES, max_size=30),
    max_size=8,
)
OTHERS = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers(-(2**64), -1)
    | st.integers(2**64, 2**70)
    | st.lists(st.lists(NUMBERS, min_size=1), min_size=1)
)


@given(st.binary(min_size=3, max_size=3), COMPONENTS)
def test_what_is_written_is_read(prefix: bytes, components: list[Any]) -> None:
    assert read_proof_value(write_proof_value(prefix, components)) == (prefix, components)


@given(COMPONENTS, OTHERS)
def test_what_no_proof_is_made_of_is_refused(components: list[Any], other: object) -> None:
    for wrong in ([*components, other], [*components, [other]]):
        with pytest.raises(ProofInvalid, match="preferred form"):
            read_proof_value(write_proof_value(b"\xd9\x5d\x03", wrong))


@given(st.binary(max_size=64))
def test_bytes_are_the_one_way_to_write_what_they_say_or_refused(data: bytes) -> None:
    try:
        _, components = read_proof_value(f"u{encode_base64url(b'abc' + data)}")
    except ProofInvalid:
        return
    assert cbor2.dumps(components) == data


@given(st.integers(0, 255), COMPONENTS | st.binary(max_size=200))
def test_values_are_read_or_refused_and_nothing_else_happens(
    last: int, components: list[Any] | bytes
) -> None:
    prefix = bytes((0xD9, 0x5D, last))
    if isinstance(components, bytes):
        value = f"u{encode_base64url(prefix + components)}"
    else:
        value = write_proof_value(prefix, components)
    for reader in (
        ecdsa_values.BaseValue,
        ecdsa_values.DerivedValue,
        bbs_values.BaseValue,
        bbs_values.DerivedValue,
    ):
        try:
            read = reader.parse(value)
        except (ProofInvalid, UnsupportedFormat):
            continue
        assert str(read) == value


@pytest.mark.parametrize("places", [None, 3, {}, ["1"], [1, "2"], [1, 1], [[1]], [True], [-1, 0]])
def test_places_are_numbers(places: object) -> None:
    for read in (read_places, read_set):
        with pytest.raises(ProofInvalid):
            read(places)


def test_places_stand_in_their_order_but_where_they_are_a_set() -> None:
    with pytest.raises(ProofInvalid, match="not in their order"):
        read_places([2, 1])
    assert read_set([2, 1]) == (2, 1)


@pytest.mark.parametrize("pointers", [None, "/issuer", [1], [b"/issuer"], ["/issuer", None]])
def test_pointers_are_texts(pointers: object) -> None:
    with pytest.raises(ProofInvalid):
        read_pointers(pointers)


def test_the_secrets_of_a_base_proof_are_not_shown() -> None:
    for value in (
        ecdsa_values.BaseValue(b"s" * 64, b"k" * 35, b"h" * 32, (b"t" * 64,), ()),
        bbs_values.BaseValue(b"t" * 80, b"e" * 64, b"k" * 96, b"h" * 32, (), bbs_values.Feature(2)),
    ):
        assert "hhhh" not in repr(value)
        assert "tttt" not in repr(value)
