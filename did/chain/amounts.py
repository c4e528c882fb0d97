"""Amounts of ether, as people write them."""

from __future__ import annotations

from typing import Final

WEI_PER_ETHER: Final = 10**18


def ether(wei: int) -> str:
    """An amount in ether, every digit kept: 1500000000000000000 is "1.5"."""
    whole, rest = divmod(wei, WEI_PER_ETHER)
    return f"{whole}.{rest:018d}".rstrip("0").rstrip(".")
