"""The JSON-RPC methods of an embedded chain (Ethereum's execution APIs). Table: `METHODS`.

There are no accounts that the chain could sign with: it takes signed transactions.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.chain.embedded.calls import call, estimate_gas, send_raw_transaction
from did.chain.embedded.lookups import LOOKUPS, MAX_LOGS
from did.chain.embedded.parameters import block_number, parameters
from did.chain.embedded.proofs import get_proof
from did.chain.embedded.state import read_code, read_storage
from did.chain.hexadecimal import data, quantity, read_address, read_quantity
from did.chain.refusal import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from did.chain.embedded.ledger import Ledger
    from did.chain.embedded.state import Account

__all__ = ["MAX_FEE_HISTORY", "MAX_LOGS", "METHODS"]

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


def _always(answer: Any) -> Callable[[Ledger, Sequence[Any]], Any]:
    def constant(_ledger: Ledger, params: Sequence[Any]) -> Any:
        parameters(params, 0, 0)
        return answer

    return constant


def _signs_nothing(_ledger: Ledger, _params: Sequence[Any]) -> Any:
    raise RequestRefused(
        "there are no keys here: sign the transaction and send it by eth_sendRawTransaction"
    )


METHODS: Final[Mapping[str, Callable[[Ledger, Sequence[Any]], Any]]] = MappingProxyType(
    {
        **LOOKUPS,
        "eth_accounts": _always(()),
        "eth_blobBaseFee": _always(quantity(1)),  # EIP-4844: there are no blobs
        "eth_blockNumber": _block_number,
        "eth_call": call,
        "eth_chainId": lambda ledger, _: quantity(ledger.store.chain_id),
        "eth_estimateGas": estimate_gas,
        "eth_feeHistory": _fee_history,
        "eth_gasPrice": _gas_price,
        "eth_getBalance": _get_balance,
        "eth_getCode": _get_code,
        "eth_getProof": get_proof,
        "eth_getStorageAt": _get_storage_at,
        "eth_getTransactionCount": _get_transaction_count,
        "eth_maxPriorityFeePerGas": _always(quantity(0)),
        "eth_sendRawTransaction": send_raw_transaction,
        "eth_sendTransaction": _signs_nothing,
        "eth_signTransaction": _signs_nothing,
        "eth_syncing": _always(answer=False),
        "net_listening": _always(answer=True),
        "net_version": lambda ledger, _: str(ledger.store.chain_id),
        "web3_clientVersion": _always("Holdfast"),
    }
)
