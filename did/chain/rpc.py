"""The JSON-RPC methods of an embedded chain (Ethereum's execution APIs). Table: `METHODS`.

There are no accounts that the chain could sign with: it takes signed transactions.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.chain.blocks import block_json, log_json, receipt_json, transaction_json
from did.chain.calls import call, estimate_gas, send_raw_transaction
from did.chain.hexadecimal import data, quantity, read_address, read_data, read_quantity
from did.chain.parameters import block_number, log_filter, parameters
from did.chain.refusal import RequestRefused
from did.chain.state import read_code, read_storage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from did.chain.ledger import Ledger
    from did.chain.state import Account
    from did.chain.store import BlockRow

MAX_LOGS: Final = 10_000
"""The most logs given in one answer; who asks for more is told to ask for fewer blocks."""

MAX_FEE_HISTORY: Final = 1024
"""The most blocks whose fees are given in one answer."""


def _account(ledger: Ledger, address: Any, tag: Any) -> Account:
    return ledger.account(read_address(address), ledger.header(block_number(ledger, tag)))


def _get_balance(ledger: Ledger, params: Sequence[Any]) -> str:
    address, tag = parameters(params, 1, 2)
    with ledger.store.reading():
        return quantity(_account(ledger, address, tag).balance)


def _get_transaction_count(ledger: Ledger, params: Sequence[Any]) -> str:
    address, tag = parameters(params, 1, 2)
    with ledger.store.reading():
        return quantity(_account(ledger, address, tag).nonce)


def _get_code(ledger: Ledger, params: Sequence[Any]) -> str:
    address, tag = parameters(params, 1, 2)
    with ledger.store.reading():
        return data(read_code(ledger.store.get, _account(ledger, address, tag)))


def _get_storage_at(ledger: Ledger, params: Sequence[Any]) -> str:
    address, slot, tag = parameters(params, 2, 3)
    key = read_quantity(slot, "the slot").to_bytes(32, "big")
    with ledger.store.reading():
        return data(read_storage(ledger.store.get, _account(ledger, address, tag), key))


def _block_number(ledger: Ledger, params: Sequence[Any]) -> str:
    parameters(params, 0, 0)
    with ledger.store.reading():
        return quantity(ledger.store.head())


def _gas_price(ledger: Ledger, params: Sequence[Any]) -> str:
    parameters(params, 0, 0)
    with ledger.store.reading():
        return quantity(ledger.head().next_base_fee)


def _fee_history(ledger: Ledger, params: Sequence[Any]) -> dict[str, Any]:
    count, newest, percentiles = parameters(params, 2, 3)
    wanted = min(read_quantity(count, "the number of blocks"), MAX_FEE_HISTORY)
    with ledger.store.reading():
        last = block_number(ledger, newest)
        first = max(last - wanted + 1, 0)
        headers = [ledger.header(number) for number in range(first, last + 1)]
    fees = [header.base_fee for header in headers] + [h.next_base_fee for h in headers[-1:]]
    history = {
        "oldestBlock": quantity(first),
        "baseFeePerGas": [quantity(fee) for fee in fees],
        "gasUsedRatio": [header.gas_used / header.gas_limit for header in headers],
    }
    if percentiles:  # nobody outbids anybody here
        history["reward"] = [[quantity(0) for _ in percentiles] for _ in headers]
    return history


def _get_block_by_number(ledger: Ledger, params: Sequence[Any]) -> dict[str, Any] | None:
    tag, full = parameters(params, 1, 2)
    with ledger.store.reading():
        block = ledger.store.block(block_number(ledger, tag))
    return None if block is None else block_json(block, full=full is True)


def _get_block_by_hash(ledger: Ledger, params: Sequence[Any]) -> dict[str, Any] | None:
    hash_, full = parameters(params, 1, 2)
    with ledger.store.reading():
        block = ledger.store.block_of_hash(read_data(hash_, "the hash", size=32))
    return None if block is None else block_json(block, full=full is True)


def _block_of_transaction(ledger: Ledger, params: Sequence[Any]) -> BlockRow | None:
    (hash_,) = parameters(params, 1, 1)
    return ledger.store.block_of_transaction(read_data(hash_, "the hash", size=32))


def _get_transaction_by_hash(ledger: Ledger, params: Sequence[Any]) -> dict[str, Any] | None:
    with ledger.store.reading():
        block = _block_of_transaction(ledger, params)
    return None if block is None else transaction_json(block)


def _get_transaction_receipt(ledger: Ledger, params: Sequence[Any]) -> dict[str, Any] | None:
    with ledger.store.reading():
        if (block := _block_of_transaction(ledger, params)) is None:
            return None
        logs = ledger.store.logs(block.number, block.number, limit=-1)
    return receipt_json(block, logs)


def _get_logs(ledger: Ledger, params: Sequence[Any]) -> list[dict[str, Any]]:
    (wanted,) = parameters(params, 1, 1)
    with ledger.store.reading():
        filter_ = log_filter(ledger, wanted)
        logs = ledger.store.logs(
            filter_.first,
            filter_.last,
            addresses=filter_.addresses,
            topics=filter_.topics,
            limit=MAX_LOGS + 1,
        )
        if len(logs) > MAX_LOGS:
            raise RequestRefused(
                f"there are more than {MAX_LOGS} logs", hint="ask for fewer blocks"
            )
        blocks = {number: ledger.block(number) for number in {log.block for log in logs}}
    return [log_json(log, blocks[log.block]) for log in logs]


def _always(answer: Any) -> Callable[[Ledger, Sequence[Any]], Any]:
    def constant(_ledger: Ledger, params: Sequence[Any]) -> Any:
        parameters(params, 0, 0)
        return answer

    return constant


METHODS: Final[Mapping[str, Callable[[Ledger, Sequence[Any]], Any]]] = MappingProxyType(
    {
        "eth_accounts": _always(()),
        "eth_blockNumber": _block_number,
        "eth_call": call,
        "eth_chainId": lambda ledger, _: quantity(ledger.store.chain_id),
        "eth_estimateGas": estimate_gas,
        "eth_feeHistory": _fee_history,
        "eth_gasPrice": _gas_price,
        "eth_getBalance": _get_balance,
        "eth_getBlockByHash": _get_block_by_hash,
        "eth_getBlockByNumber": _get_block_by_number,
        "eth_getCode": _get_code,
        "eth_getLogs": _get_logs,
        "eth_getStorageAt": _get_storage_at,
        "eth_getTransactionByHash": _get_transaction_by_hash,
        "eth_getTransactionCount": _get_transaction_count,
        "eth_getTransactionReceipt": _get_transaction_receipt,
        "eth_maxPriorityFeePerGas": _always(quantity(0)),
        "eth_sendRawTransaction": send_raw_transaction,
        "eth_syncing": _always(answer=False),
        "net_version": lambda ledger, _: str(ledger.store.chain_id),
        "web3_clientVersion": _always("Holdfast"),
    }
)
