"""What a person sees of a transaction before it is signed, read from the bytes to be signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from did.chain import registry, rlp
from did.chain.hexadecimal import data
from did.chain.sending.fees import Fees
from did.keys.secp256k1 import checksummed

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Summary:
    """What a person should see of a transaction before it is signed. Amounts are in wei.

    `sender` is not in the bytes to be signed: it is the account of the key that signs them.
    """

    chain_id: int
    sender: str
    to: str
    function: str | None
    arguments: Mapping[str, str]
    value: int
    gas: int
    cost: int
    nonce: int
    fees: Fees


def summary_of(payload: bytes, *, sender: str) -> Summary:
    """The summary of a transaction of type 2 whose signing payload, of this code, is given."""
    fields: Any = rlp.decode(payload[1:])
    chain_id, nonce, tip, fee, gas, value = (
        rlp.decode_integer(fields[position]) for position in (0, 1, 2, 3, 4, 6)
    )
    function, arguments = registry.described(call := fields[7]) or (None, {})
    if call and function is None:
        arguments = {"data": data(call)}
    return Summary(
        chain_id=chain_id,
        sender=sender,
        to=checksummed(fields[5]),
        function=function,
        arguments=arguments,
        value=value,
        gas=gas,
        cost=value + gas * fee,
        nonce=nonce,
        fees=Fees(fee, tip),
    )
