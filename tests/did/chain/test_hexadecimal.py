from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain.hexadecimal import (
    MAX_BYTES,
    data,
    quantity,
    read_address,
    read_data,
    read_quantity,
)
from did.errors import ChainError


@given(st.integers(0, 2**256 - 1))
def test_numbers_come_back(number: int) -> None:
    assert read_quantity(quantity(number)) == number


@given(st.binary(max_size=100))
def test_bytes_come_back(value: bytes) -> None:
    assert read_data(data(value)) == value
    assert read_data(data(value), size=len(value)) == value


@pytest.mark.parametrize("text", [None, 1, "", "0x", "1", "0x1g", "0x" + "1" * 65, " 0x1", "0x1\n"])
def test_refuses_what_is_no_number(text: Any) -> None:
    with pytest.raises(ChainError, match="the price"):
        read_quantity(text, "the price")


@pytest.mark.parametrize(
    "text", [None, 1, "", "00", "0x0", "0xgg", "0x00\n", "0x" + "0" * 2_100_000]
)
def test_refuses_what_is_no_string_of_bytes(text: Any) -> None:
    with pytest.raises(ChainError, match="the code"):
        read_data(text, "the code")


def test_refuses_addresses_of_another_length() -> None:
    with pytest.raises(ChainError, match="19 bytes, not 20"):
        read_address("0x" + "00" * 19)


def test_quotes_little_of_a_long_text() -> None:
    with pytest.raises(ChainError) as caught:
        read_data("0x" + "0" * (2 * MAX_BYTES + 2))
    assert len(str(caught.value)) < 150
