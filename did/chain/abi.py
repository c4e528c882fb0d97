"""Calls, results and events of contracts as bytes (Solidity's contract ABI specification).

eth_abi codes them. Decoding accepts the one encoding that values have: it is encoded again and
compared, so that neither padding nor offsets nor bytes left over can say the same in another way.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

Value: TypeAlias = Any
"""bytes for `address`, `bytesN` and `bytes`; int for `uintN`; bool for `bool`."""


class InvalidABI(ValueError):
    """The bytes are not the encoding of values of these types."""


def selector(signature: str) -> bytes:
    """The 4 bytes by which a call names a function: `changed(address)`."""
    return keccak256(signature.encode())[:4]


def topic(signature: str) -> bytes:
    """The 32 bytes by which a log names an event: `DIDOwnerChanged(address,address,uint256)`."""
    return keccak256(signature.encode())


def types_of(signature: str) -> tuple[str, ...]:
    """The types of a function's or event's arguments."""
    arguments = signature[signature.index("(") + 1 : -1]
    return tuple(arguments.split(",")) if arguments else ()


def call(signature: str, *arguments: Value) -> bytes:
    """The call data of a function: its selector, then its arguments."""
    return selector(signature) + encode(types_of(signature), arguments)


def encode(types: Sequence[str], values: Sequence[Value]) -> bytes:
    """`values` of these types: 20 bytes for an address, and at most N for a `bytesN`.

    Raises:
        InvalidABI: a value is not of its type.
    """
    eth_abi = _eth_abi()
    try:
        return bytes(eth_abi.abi.encode(types, values))
    except eth_abi.exceptions.EncodingError as error:
        raise InvalidABI(str(error)) from error


def decode(types: Sequence[str], data: bytes) -> tuple[Value, ...]:
    """The values of these types that `data` encodes.

    Raises:
        InvalidABI: it encodes none, or not in the one way, or has bytes left over.
    """
    eth_abi = _eth_abi()
    try:
        values = eth_abi.abi.decode(types, data)
    except (eth_abi.exceptions.DecodingError, OverflowError) as error:  # lengths above 2^63
        raise InvalidABI(str(error)) from error
    values = tuple(
        bytes.fromhex(value[2:]) if type_ == "address" else value
        for type_, value in zip(types, values, strict=True)
    )
    if encode(types, values) != data:
        raise InvalidABI("the values are not encoded in the one way they have")
    return values


@cache
def _eth_abi() -> ModuleType:
    # Deferred: it loads eth_utils, which takes longer than all of a command that asks no chain.
    import eth_abi.exceptions  # noqa: PLC0415

    return eth_abi
