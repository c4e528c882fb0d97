from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.base_encodings import encode_base64url
from wallet.credentials.status import BitList
from wallet.credentials.status.bits import MAX_LENGTH, MIN_LENGTH
from wallet.credentials.status.errors import (
    MalformedStatus,
    StatusListTooLarge,
    StatusOutOfRange,
)
from wallet.credentials.status.packing import MAX_UNPACKED

if TYPE_CHECKING:
    from pathlib import Path


@st.composite
def filled(draw: st.DrawFn, sizes: tuple[int, ...] = tuple(range(1, 17))) -> tuple[Any, ...]:
    size = draw(st.sampled_from(sizes))
    length = draw(st.integers(1, 200))
    index, value = st.integers(0, length - 1), st.integers(0, 2**size - 1)
    return length, size, draw(st.dictionaries(index, value))


def test_a_list_has_the_values_that_were_put_in_and_zero_elsewhere() -> None:
    bits = BitList.empty().with_values({0: 1, 7: 1, MIN_LENGTH - 1: 1})
    assert [bits.value(index) for index in (0, 1, 7, 8, MIN_LENGTH - 1)] == [1, 0, 1, 0, 1]
    assert bits.with_value(7, 0).value(7) == 0


def test_the_first_value_of_a_bitstring_is_its_left_most_bit() -> None:
    assert BitList.empty(8).with_value(0, 1).data == b"\x80"
    assert BitList.empty(8).with_value(7, 1).data == b"\x01"
    assert BitList.empty(8, 3).with_value(2, 0b101).data == bytes([0b00000010, 0b10000000, 0])


def test_the_first_value_of_a_token_is_in_the_least_significant_bits() -> None:
    text = BitList.empty(4, 2).with_value(0, 0b10).encode_token()
    assert zlib.decompress(base64.urlsafe_b64decode(text + "==")) == b"\x02"


@given(filled())
def test_what_is_put_in_comes_back_and_moves_nothing_else(given: tuple[Any, ...]) -> None:
    length, size, values = given
    bits = BitList.empty(length, size).with_values(values)
    assert bits.length >= length
    for index in range(bits.length):
        assert bits.value(index) == values.get(index, 0)


@given(filled())
def test_a_bitstring_reads_as_it_was_written(given: tuple[Any, ...]) -> None:
    length, size, values = given
    bits = BitList.empty(length, size).with_values(values)
    text = bits.encode_bitstring()
    assert BitList.decode_bitstring(text, size) == bits
    assert BitList.decode_2021(text[1:], size) == bits
    assert gzip.decompress(base64.urlsafe_b64decode(text[1:] + "==")) == bits.data


@given(filled(sizes=(1, 2, 4, 8)))
def test_a_token_reads_as_it_was_written(given: tuple[Any, ...]) -> None:
    length, size, values = given
    bits = BitList.empty(length, size).with_values(values)
    assert BitList.decode_token(bits.encode_token(), size) == bits


def test_the_same_list_is_the_same_text() -> None:
    first, second = (BitList.empty().with_value(5, 1) for _ in range(2))
    assert first.encode_bitstring() == second.encode_bitstring()
    assert first.encode_token() == second.encode_token()
    packed = base64.urlsafe_b64decode(first.encode_bitstring()[1:] + "==")
    assert packed[4:8] == bytes(4)


def test_reads_the_list_of_the_recommendation(published: dict[str, Any]) -> None:
    subject = published["Example BitstringStatusListCredential"]["credentialSubject"]
    assert BitList.decode_bitstring(subject["encodedList"]) == BitList.empty(MIN_LENGTH)


def test_reads_and_writes_the_lists_of_the_draft(token_vectors: Path) -> None:
    for vector in json.loads((token_vectors / "lists.json").read_bytes()):
        size = vector["list"]["bits"]
        values = {int(index): value for index, value in vector["values"].items()}
        bits = BitList.decode_token(vector["list"]["lst"], size)
        assert bits == BitList.empty(vector["length"], size).with_values(values)
        assert BitList.decode_token(bits.encode_token(), size) == bits
        assert all(bits.value(index) == value for index, value in values.items())
        if "data" in vector:
            packed = base64.urlsafe_b64decode(bits.encode_token() + "==")
            assert zlib.decompress(packed).hex() == vector["data"]


@pytest.mark.parametrize("index", [-1, 16, 10**5000], ids=["below", "end", "huge"])
def test_refuses_an_index_that_the_list_does_not_have(index: int) -> None:
    bits = BitList.empty(16)
    with pytest.raises(StatusOutOfRange):
        bits.value(index)
    with pytest.raises(StatusOutOfRange):
        bits.with_value(index, 1)


@pytest.mark.parametrize("value", [-1, 4, 10**5000], ids=["below", "next", "huge"])
def test_refuses_a_value_that_does_not_fit(value: int) -> None:
    with pytest.raises(StatusOutOfRange, match="does not fit"):
        BitList.empty(16, 2).with_value(3, value)


@pytest.mark.parametrize(
    ("length", "size"), [(0, 1), (-1, 1), (16, 0), (16, 17), (MAX_LENGTH + 1, 1), (10**30, 1)]
)
def test_makes_no_list_that_nobody_would_read(length: int, size: int) -> None:
    with pytest.raises(StatusOutOfRange):
        BitList.empty(length, size)


def test_refuses_more_bytes_than_are_read() -> None:
    with pytest.raises(StatusOutOfRange):
        BitList(bytes(MAX_UNPACKED + 1))


@pytest.mark.parametrize("size", [3, 5, 16])
def test_a_token_has_no_values_that_straddle_bytes(size: int) -> None:
    bits = BitList.empty(16, size)
    with pytest.raises(StatusOutOfRange):
        bits.encode_token()
    with pytest.raises(StatusOutOfRange):
        BitList.decode_token("eNrbuRgAAhcBXQ", size)


@pytest.mark.parametrize("padding", ["", "=", "=="])
@pytest.mark.parametrize("standard", [False, True])
def test_the_draft_of_2021_had_both_alphabets_and_perhaps_padding(
    padding: str, *, standard: bool
) -> None:
    data = bytes(range(256)) * 64
    packed = gzip.compress(data, mtime=0)
    encoded = (base64.b64encode if standard else base64.urlsafe_b64encode)(packed).decode()
    bare = encoded.rstrip("=")
    if len(bare + padding) % 4 and padding:
        with pytest.raises(MalformedStatus):
            BitList.decode_2021(bare + padding)
    else:
        assert BitList.decode_2021(bare + padding).data == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "====",
        "H4sI+-",
        "H4sI\n",
        "H4sI====",
        "A",
        "é",
        "H4sI!",
        "H4s=I",
        "H4sI_===",
        "AA=A",
    ],
)
def test_refuses_what_is_no_list_of_2021(text: str) -> None:
    with pytest.raises(MalformedStatus) as raised:
        BitList.decode_2021(text, path="$.here")
    assert raised.value.path == "$.here"


@pytest.mark.parametrize(
    "text", ["", "=", "eNrb uRgAAhcBXQ", "eNrbuRgAAhcBXQ==", "é", "e", "eNq\x00"]
)
def test_refuses_what_is_no_list_of_a_token(text: str) -> None:
    with pytest.raises(MalformedStatus):
        BitList.decode_token(text, 1)


def test_refuses_the_container_of_the_other_standard() -> None:
    bits = BitList.empty(64)
    with pytest.raises(MalformedStatus):
        BitList.decode_token(bits.encode_bitstring()[1:], 1)
    with pytest.raises(MalformedStatus):
        BitList.decode_bitstring("u" + bits.encode_token())


@given(st.data())
def test_a_changed_byte_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    bits = BitList.empty(512).with_values({3: 1, 77: 1, 300: 1})
    packed = bytearray(base64.urlsafe_b64decode(bits.encode_bitstring()[1:] + "=="))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    try:
        read = BitList.decode_bitstring("u" + encode_base64url(bytes(packed)))
    except MalformedStatus:
        return
    assert read == bits


@given(st.integers(0, 60))
def test_a_list_cut_short_is_refused(kept: int) -> None:
    packed = zlib.compress(bytes(range(64)))
    assert kept < len(packed)
    with pytest.raises(MalformedStatus):
        BitList.decode_token(encode_base64url(packed[:kept]), 1)


def test_a_list_of_exactly_the_cap_is_read_and_one_byte_more_is_not() -> None:
    for unpack, container in ((BitList.decode_bitstring, 31), (BitList.decode_token, 15)):
        for length in (MAX_UNPACKED, MAX_UNPACKED + 1):
            stream = zlib.compressobj(1, wbits=container)
            text = encode_base64url(stream.compress(bytes(length)) + stream.flush())
            text = "u" + text if container == 31 else text
            if length > MAX_UNPACKED:
                with pytest.raises(StatusListTooLarge):
                    unpack(text, 1)
            else:
                assert len(unpack(text, 1).data) == length


def test_a_text_longer_than_any_list_is_not_even_decoded() -> None:
    huge = "A" * (23 * 1024 * 1024)
    for decode in (BitList.decode_bitstring, BitList.decode_2021):
        with pytest.raises(StatusListTooLarge):
            decode("u" + huge)
    with pytest.raises(StatusListTooLarge):
        BitList.decode_token(huge, 1)


def test_a_list_shows_nothing_of_its_bytes() -> None:
    assert repr(BitList.empty()) == "BitList(size=1)"
