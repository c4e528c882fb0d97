"""Amounts of ether, as people write them."""

from __future__ import annotations

import re
from typing import Final

WEI_PER_ETHER: Final = 10**18

_AMOUNT: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,18}))?", re.ASCII)


def ether(wei: int) -> str:
    """An amount in ether, every digit kept: 1500000000000000000 is "1.5"."""
    whole, rest = divmod(wei, WEI_PER_ETHER)
    return f"{whole}.{rest:018d}".rstrip("0").rstrip(".")


def read_ether(text: str) -> int | None:
    """An amount of ether, as decimal text, in wei: every digit counts; None where it is none.

    It has up to 12 digits before the point and 18 after it, and neither sign nor exponent.
    """
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    return int(found[1]) * WEI_PER_ETHER + int((found[2] or "").ljust(18, "0"))
