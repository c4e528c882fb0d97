"""The JSON-RPC methods of an embedded chain that run code: trying a call out, and sending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.chain.embedded.parameters import moment, parameters, read_call
from did.chain.embedded.registry_storage import stored_answer
from did.chain.hexadecimal import data, quantity, read_data
from did.chain.refusal import RequestRefused
from did.chain.sending.signed import SignedTransaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.chain.embedded.ledger import Ledger
    from did.chain.embedded.parameters import Call

CALL_GAS: Final = 30_000_000
"""The most gas that a call may use that nobody pays for: what a block has."""

_TRANSACTION_GAS: Final = 21_000
_FLOOR_PER_TOKEN: Final = 10


def call(ledger: Ledger, params: Sequence[Any]) -> str:
    """`eth_call`: what a contract gives back."""
    wanted, tag = parameters(params, 1, 2)
    message = read_call(wanted, gas_limit=CALL_GAS)
    with ledger.store.reading():
        if (answer := _read(ledger, message, tag)) is None:
            answer = ledger.machine.call(message, moment(ledger, tag))
    return data(answer)


def estimate_gas(ledger: Ledger, params: Sequence[Any]) -> str:
    """`eth_estimateGas`: the least gas that a transaction needs, in the block to come."""
    wanted, tag = parameters(params, 1, 2)
    message = read_call(wanted, gas_limit=CALL_GAS)
    machine = ledger.machine  # loaded before the file is taken, which others wait for
    with ledger.store.reading():
        return quantity(machine.estimate(message, moment(ledger, _to_come(tag))))


def send_raw_transaction(ledger: Ledger, params: Sequence[Any]) -> str:
    """`eth_sendRawTransaction`: makes a block of a signed transaction; its hash is the answer."""
    (raw,) = parameters(params, 1, 1)
    signed = SignedTransaction.parse(read_data(raw, "the transaction"))
    _ = ledger.machine  # as above
    with ledger.store.writing():
        mine(ledger, signed, timestamp=ledger.now())
    return data(signed.hash)


def mine(ledger: Ledger, signed: SignedTransaction, *, timestamp: int) -> None:
    """Makes a block of the transaction, inside the store's `writing`; see `Machine.mine`."""
    _check(ledger, signed)
    ledger.machine.mine(signed, timestamp=timestamp)


def _to_come(tag: Any) -> Any:
    """An estimate is for a block that is not there yet, and there the number of the block differs.

    The registry stores that number: at the head, where it is there already, it seems to cost less.
    """
    return "pending" if tag in (None, "latest") else tag


def _read(ledger: Ledger, message: Call, tag: Any) -> bytes | None:
    """The answer where storage alone has it, or None."""
    if message.to != ledger.store.registry or message.value:
        return None
    account = ledger.account(message.to, ledger.header(moment(ledger, tag).block))
    return stored_answer(ledger.store.get, account, message.data)


def _check(ledger: Ledger, signed: SignedTransaction) -> None:
    """Refuses what the EVM would take or would refuse with fewer words. Raises `RequestRefused`."""
    if signed.chain_id != ledger.store.chain_id:
        # py-evm executes a transaction whatever chain it was signed for.
        raise RequestRefused(
            f"the transaction is for chain {signed.chain_id}, and this is {ledger.store.chain_id}"
        )
    if ledger.store.block_of_transaction(signed.hash) is not None:
        raise RequestRefused("already known: the transaction is in the chain")
    head = ledger.head()
    sender = ledger.account(signed.sender, head)
    if signed.nonce != sender.nonce:
        relation = "low" if signed.nonce < sender.nonce else "high"
        raise RequestRefused(f"nonce too {relation}: the account's next is {sender.nonce}")
    if signed.max_fee_per_gas < head.next_base_fee:
        raise RequestRefused("max fee per gas less than block base fee")
    if signed.max_priority_fee_per_gas > signed.max_fee_per_gas:  # EIP-1559
        raise RequestRefused("max priority fee per gas higher than max fee per gas")
    if signed.value + signed.gas * signed.max_fee_per_gas > sender.balance:
        raise RequestRefused("insufficient funds for gas * price + value")
    zeros = signed.data.count(0)
    tokens = zeros + 4 * (len(signed.data) - zeros)
    if signed.gas < _TRANSACTION_GAS + _FLOOR_PER_TOKEN * tokens:  # EIP-7623
        raise RequestRefused("intrinsic gas too low: the data costs more")
