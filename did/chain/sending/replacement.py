"""Another transaction in the place of one that waits: the same nonce, and higher fees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from did.chain import balance
from did.chain.hexadecimal import data, read_quantity
from did.chain.sending.fees import Fees, require_funds, suggested_fees
from did.chain.sending.inclusion import Included, look
from did.chain.sending.transaction import TRANSFER_GAS, UnsignedTransaction
from did.errors import TransactionFailed
from did.keys.secp256k1 import checksummed

if TYPE_CHECKING:
    from did.chain import Chain
    from did.chain.sending.intents import Intent


def faster(chain: Chain, intent: Intent) -> UnsignedTransaction:
    """The last transaction of `intent` with fees that are enough now, and enough to replace it.

    Raises:
        TransactionFailed: one of them is in a block already, or their nonce is used up.
        InsufficientFunds: the sender cannot pay that much.
        ChainError, Unreachable: see `Chain.request`.
    """
    last = intent.last
    return _instead(chain, intent, to=last.to, gas=last.gas, value=last.value, data=last.data)


def cancellation(chain: Chain, intent: Intent) -> UnsignedTransaction:
    """A transaction that does nothing, after which no other of `intent` counts. Raises likewise."""
    return _instead(chain, intent, to=intent.last.sender, gas=TRANSFER_GAS, value=0, data=b"")


def require_replaceable(chain: Chain, intent: Intent) -> None:
    """Raises `TransactionFailed` where it is too late to replace the transactions of `intent`."""
    match look(chain, intent.transactions):
        case Included(place=place):
            raise TransactionFailed(
                f"the transaction {data(place.transaction)} is in block {place.block} already",
                hint="what is in a block can be neither sped up nor cancelled",
            )
        case _:
            used = chain.request("eth_getTransactionCount", [intent.sender, "latest"])
    if read_quantity(used, "the nonce") > intent.nonce:
        raise TransactionFailed(f"nonce {intent.nonce} of {intent.sender} is used already")


def require_replacing(intent: Intent, unsigned: UnsignedTransaction) -> None:
    """Raises `TransactionFailed` where `unsigned` cannot take the place of the last of `intent`."""
    place = (unsigned.chain_id, unsigned.sender, unsigned.nonce)
    if place != (intent.chain_id, intent.sender, intent.nonce):
        raise TransactionFailed("a transaction is replaced by one of its chain, sender and nonce")
    if unsigned.fees != unsigned.fees.at_least(least := _fees(intent).raised()):
        raise TransactionFailed(
            f"the fees are too low to replace it: nodes want {least.max_fee_per_gas} wei for a "
            f"unit of gas, {least.max_priority_fee_per_gas} of them as the tip"
        )


def _instead(
    chain: Chain, intent: Intent, *, to: bytes, gas: int, value: int, data: bytes
) -> UnsignedTransaction:
    require_replaceable(chain, intent)
    fees = _fees(intent).raised().at_least(suggested_fees(chain))
    unsigned = UnsignedTransaction(
        chain_id=intent.chain_id,
        sender=intent.sender,
        to=checksummed(to),
        nonce=intent.nonce,
        gas=gas,
        max_fee_per_gas=fees.max_fee_per_gas,
        max_priority_fee_per_gas=fees.max_priority_fee_per_gas,
        value=value,
        data=data,
    )
    owned = balance(chain, intent.sender)
    require_funds(chain, intent.sender, needed=unsigned.cost, owned=owned, exact=True)
    return unsigned


def _fees(intent: Intent) -> Fees:
    return Fees(intent.last.max_fee_per_gas, intent.last.max_priority_fee_per_gas)
