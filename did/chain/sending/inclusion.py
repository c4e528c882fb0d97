"""Whether transactions are in a chain, how deep, and what became of them there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from did.chain.hexadecimal import data, quantity, read_data, read_quantity
from did.chain.refusal import RequestRefused, answers
from did.errors import ChainError, TransactionFailed

if TYPE_CHECKING:
    from did.chain import Chain
    from did.chain.sending.signed import SignedTransaction


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction that did what it should. `fee` is what it cost, in wei."""

    transaction_hash: str
    block: int
    gas_used: int
    fee: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a transaction was seen: its hash, and its block's number and hash, of 32 bytes each."""

    transaction: bytes
    block: int
    block_hash: bytes


@dataclass(frozen=True, slots=True)
class Included:
    """A transaction is in a block, which has `confirmations` blocks from it to the head."""

    transaction: SignedTransaction
    place: Place
    receipt: Mapping[str, Any]
    confirmations: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """None of them is in a block. `known`: whether the node has the last, or may yet show it."""

    known: bool


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Their nonce was used by another transaction, so that none of them will ever count."""


Sight = Included | Waiting | Overtaken


def look(
    chain: Chain, transactions: Sequence[SignedTransaction], *, confirmations: int = 1
) -> Sight:
    """How it stands with transactions of one account and nonce, of which one at most counts.

    A block is believed to be the chain's from `confirmations` blocks on, and only if the chain
    has it at that number still.

    Raises:
        ChainError, Unreachable: see `Chain.request`.
    """
    if (found := _included(chain, transactions)) is not None:
        if found.confirmations < confirmations or _is_in_chain(chain, found.place):
            return found
        return Waiting(known=True)  # the receipt is of a block that was given up
    last = transactions[-1]
    known, count, settled = _standing(chain, last, confirmations)
    if settled > last.nonce:
        # It may have been taken up between the two questions.
        found = _included(chain, transactions)
        return Overtaken() if found is None and not known else found or Waiting(known=True)
    return Waiting(known=known or count > last.nonce)


def read_receipt(chain: Chain, transaction: SignedTransaction, receipt: Any) -> Receipt:
    """What the receipt of `transaction` says.

    Raises:
        TransactionFailed: it was reverted; the message is why.
        ChainError: it is no receipt, or another transaction's.
    """
    receipt = _mapping(receipt)
    place = _place(transaction, receipt)
    if read_quantity(receipt.get("status"), "the status") != 1:
        raise TransactionFailed(_reason(chain, transaction, place.block))
    gas = read_quantity(receipt.get("gasUsed"), "the gas")
    price = read_quantity(receipt.get("effectiveGasPrice"), "the gas price")
    return Receipt(data(transaction.hash), place.block, gas, gas * price)


def is_known(chain: Chain, transaction: SignedTransaction) -> bool:
    """Whether the node has the transaction, in a block or waiting for one."""
    return chain.request("eth_getTransactionByHash", [data(transaction.hash)]) is not None


def _included(chain: Chain, transactions: Sequence[SignedTransaction]) -> Included | None:
    """The one that has a receipt; those made last are the likeliest."""
    calls = [("eth_getTransactionReceipt", (data(one.hash),)) for one in reversed(transactions)]
    *receipts, head = chain.request_many([*calls, ("eth_blockNumber", ())])
    for transaction, receipt in zip(reversed(transactions), receipts, strict=True):
        if receipt is not None:
            place = _place(transaction, _mapping(receipt))
            depth = read_quantity(head, "the block's number") - place.block + 1
            # A node behind a balancer may be a block behind the one that has the receipt.
            return Included(transaction, place, receipt, max(depth, 1))
    return None


def _standing(
    chain: Chain, transaction: SignedTransaction, confirmations: int
) -> tuple[bool, int, int]:
    """Whether it is known; how many nonces its account has used; and how many for good."""
    account = data(transaction.sender)
    known, count, head = chain.request_many(
        [
            ("eth_getTransactionByHash", (data(transaction.hash),)),
            ("eth_getTransactionCount", (account, "latest")),
            ("eth_blockNumber", ()),
        ]
    )
    used = read_quantity(count, "the nonce")
    if used <= transaction.nonce:
        return known is not None, used, 0
    deep = max(read_quantity(head, "the block's number") - confirmations + 1, 0)
    (settled,) = answers(chain, [("eth_getTransactionCount", (account, quantity(deep)))])
    if isinstance(settled, RequestRefused):  # a node may keep no state but the last
        return known is not None, used, used
    return known is not None, used, read_quantity(settled, "the nonce")


def _is_in_chain(chain: Chain, place: Place) -> bool:
    block = chain.request("eth_getBlockByNumber", [quantity(place.block), False])
    if not isinstance(block, Mapping):
        return False
    return read_data(block.get("hash"), "the block's hash", size=32) == place.block_hash


def _place(transaction: SignedTransaction, receipt: Mapping[str, Any]) -> Place:
    name = read_data(receipt.get("transactionHash"), "the transaction's hash", size=32)
    if name != transaction.hash:
        raise ChainError("the chain gave the receipt of another transaction")
    return Place(
        name,
        read_quantity(receipt.get("blockNumber"), "the block"),
        read_data(receipt.get("blockHash"), "the block's hash", size=32),
    )


def _reason(chain: Chain, transaction: SignedTransaction, block: int) -> str:
    """Why the transaction failed: what the call answers in the state before its block."""
    message = {
        "from": data(transaction.sender),
        "to": data(transaction.to) if transaction.to else None,
        "value": quantity(transaction.value),
        "gas": quantity(transaction.gas),
        "data": data(transaction.data),
    }
    try:
        chain.request("eth_call", [message, quantity(max(block - 1, 0))])
    except RequestRefused as error:
        return str(error)
    return "the transaction failed, and its gas is spent"


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ChainError("the chain's answer is no receipt")
    return value
