"""Numbers and bytes as JSON-RPC writes them (Ethereum's execution APIs, "Hex encoding")."""

from __future__ import annotations

import re
from typing import Any, Final

from did.errors import ChainError

MAX_BYTES: Final = 1 << 20
"""The most bytes read from one text: code and call data are far below it."""

_QUANTITY: Final = re.compile(r"0x[0-9a-fA-F]{1,64}")
_DATA: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")


def quantity(number: int) -> str:
    """`number` without leading zeros: 0x0, 0x41."""
    return hex(number)


def data(value: bytes) -> str:
    """`value` with two digits a byte: 0x, 0x0041."""
    return f"0x{value.hex()}"


def read_quantity(text: Any, name: str = "the number") -> int:
    """The number, below 2^256, that the JSON `text` writes.

    Raises:
        ChainError: it writes none; the message calls it `name`.
    """
    if not isinstance(text, str) or not _QUANTITY.fullmatch(text):
        raise ChainError(f"{name} is not a hexadecimal number: {_shortened(text)}")
    return int(text, 16)


def read_data(text: Any, name: str = "the value", *, size: int | None = None) -> bytes:
    """The bytes that the JSON `text` writes: `size` of them, or any number.

    Raises:
        ChainError: it writes none, too many, or not as many as asked for.
    """
    if not isinstance(text, str) or len(text) > 2 + 2 * MAX_BYTES or not _DATA.fullmatch(text):
        raise ChainError(f"{name} is not hexadecimal: {_shortened(text)}")
    value = bytes.fromhex(text[2:])
    if size is not None and len(value) != size:
        raise ChainError(f"{name} has {len(value)} bytes, not {size}: {_shortened(text)}")
    return value


def read_address(text: Any, name: str = "the address") -> bytes:
    """The 20 bytes of an account, its letters in any case. Raises `ChainError`."""
    return read_data(text, name, size=20)


def _shortened(value: object) -> str:
    """`value` as a message may quote it: hostile input does not fill the screen."""
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"
