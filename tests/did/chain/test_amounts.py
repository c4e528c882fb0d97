from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain.amounts import WEI_PER_ETHER, ether, read_ether


@given(st.integers(0, 10**12 * WEI_PER_ETHER - 1))
def test_every_wei_survives_being_written_and_read(wei: int) -> None:
    assert read_ether(ether(wei)) == wei


@pytest.mark.parametrize(
    ("text", "wei"),
    [
        ("0", 0),
        ("0.25", 25 * 10**16),
        ("007", 7 * WEI_PER_ETHER),
        ("0.000000000000000001", 1),
        ("1.50", 15 * 10**17),
        ("999999999999", 999_999_999_999 * WEI_PER_ETHER),
    ],
)
def test_reads_decimals(text: str, wei: int) -> None:
    assert read_ether(text) == wei


@pytest.mark.parametrize(
    "text",
    [
        *("", "-1", "+1", "1e30", "1,5", "1 000", ".5", "5.", "1.2.3", "0x10", "1_000", "NaN"),
        *("0.0000000000000000001", "1000000000000", "１", "٣", "½", "1\n", " 1", "1 ETH", "∞"),
    ],
)
def test_reads_nothing_else(text: str) -> None:
    assert read_ether(text) is None
