"""The JSON-RPC methods of an embedded chain that look up blocks, transactions, receipts and logs.

What is not there is null.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.chain.embedded.blocks import block_json, log_json, receipt_json, transaction_json
from did.chain.embedded.parameters import block_number, log_filter, parameters
from did.chain.hexadecimal import quantity, read_data, read_quantity
from did.chain.refusal import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from did.chain.embedded.ledger import Ledger
    from did.chain.embedded.store import BlockRow

    Find = Callable[[Ledger, Any], BlockRow | None]

MAX_LOGS: Final = 10_000
"""The most logs given in one answer; who asks for more is told to ask for fewer blocks."""


def _by_number(ledger: Ledger, tag: Any) -> BlockRow | None:
    return ledger.store.block(block_number(ledger, tag))


def _by_hash(ledger: Ledger, hash_: Any) -> BlockRow | None:
    return ledger.store.block_of_hash(read_data(hash_, "the hash", size=32))


def _by_transaction(ledger: Ledger, hash_: Any) -> BlockRow | None:
    return ledger.store.block_of_transaction(read_data(hash_, "the hash", size=32))


def _block(find: Find) -> Callable[[Ledger, Sequence[Any]], dict[str, Any] | None]:
    def answer(ledger: Ledger, params: Sequence[Any]) -> dict[str, Any] | None:
        which, full = parameters(params, 1, 2)
        with ledger.store.reading():
            block = find(ledger, which)
        return None if block is None else block_json(block, full=full is True)

    return answer


def _transaction_count(find: Find) -> Callable[[Ledger, Sequence[Any]], str | None]:
    def answer(ledger: Ledger, params: Sequence[Any]) -> str | None:
        (which,) = parameters(params, 1, 1)
        with ledger.store.reading():
            block = find(ledger, which)
        return None if block is None else quantity(int(block.transaction_hash is not None))

    return answer


def _no_uncles(find: Find) -> Callable[[Ledger, Sequence[Any]], str | None]:
    def answer(ledger: Ledger, params: Sequence[Any]) -> str | None:
        (which,) = parameters(params, 1, 1)
        with ledger.store.reading():
            block = find(ledger, which)
        return None if block is None else quantity(0)

    return answer


def _transaction_in(find: Find) -> Callable[[Ledger, Sequence[Any]], dict[str, Any] | None]:
    def answer(ledger: Ledger, params: Sequence[Any]) -> dict[str, Any] | None:
        which, index = parameters(params, 2, 2)
        at = read_quantity(index, "the index")
        with ledger.store.reading():
            block = find(ledger, which)
        if block is None or block.transaction_hash is None or at > 0:
            return None
        return transaction_json(block)

    return answer


def _transaction(ledger: Ledger, params: Sequence[Any]) -> dict[str, Any] | None:
    (hash_,) = parameters(params, 1, 1)
    with ledger.store.reading():
        block = _by_transaction(ledger, hash_)
    return None if block is None else transaction_json(block)


def _receipt(ledger: Ledger, params: Sequence[Any]) -> dict[str, Any] | None:
    (hash_,) = parameters(params, 1, 1)
    with ledger.store.reading():
        if (block := _by_transaction(ledger, hash_)) is None:
            return None
        logs = ledger.store.logs(block.number, block.number, limit=-1)
    return receipt_json(block, logs)


def _receipts_in(ledger: Ledger, params: Sequence[Any]) -> list[dict[str, Any]] | None:
    (which,) = parameters(params, 1, 1)
    is_hash = isinstance(which, str) and len(which) == 66
    with ledger.store.reading():
        block = (_by_hash if is_hash else _by_number)(ledger, which)
        if block is None or block.transaction_hash is None:
            return None if block is None else []
        logs = ledger.store.logs(block.number, block.number, limit=-1)
    return [receipt_json(block, logs)]


def _logs(ledger: Ledger, params: Sequence[Any]) -> list[dict[str, Any]]:
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


LOOKUPS: Final[Mapping[str, Callable[[Ledger, Sequence[Any]], Any]]] = MappingProxyType(
    {
        "eth_getBlockByHash": _block(_by_hash),
        "eth_getBlockByNumber": _block(_by_number),
        "eth_getBlockReceipts": _receipts_in,
        "eth_getBlockTransactionCountByHash": _transaction_count(_by_hash),
        "eth_getBlockTransactionCountByNumber": _transaction_count(_by_number),
        "eth_getLogs": _logs,
        "eth_getTransactionByBlockHashAndIndex": _transaction_in(_by_hash),
        "eth_getTransactionByBlockNumberAndIndex": _transaction_in(_by_number),
        "eth_getTransactionByHash": _transaction,
        "eth_getTransactionReceipt": _receipt,
        "eth_getUncleCountByBlockHash": _no_uncles(_by_hash),
        "eth_getUncleCountByBlockNumber": _no_uncles(_by_number),
    }
)
