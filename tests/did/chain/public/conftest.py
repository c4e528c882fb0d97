from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from did.chain import rlp
from did.chain.deployment import PROXY
from did.chain.hexadecimal import data, quantity
from did.chain.recursion import recursion_limit
from did.chain.refusal import METHOD_NOT_FOUND, RequestRefused
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PrivateKey, address

with recursion_limit():
    from eth.chains.base import MiningChain
    from eth.db.atomic import AtomicDB
    from eth.vm.forks.prague import PragueVM
    from eth_account import Account as Signing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROXY_CODE = bytes.fromhex(
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0"
    "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
)
"""What public chains have at the proxy's address."""

GWEI = 10**9
START = 1_800_000_000

_HEADER = {
    "parentHash": "parent_hash",
    "sha3Uncles": "uncles_hash",
    "miner": "coinbase",
    "stateRoot": "state_root",
    "transactionsRoot": "transaction_root",
    "receiptsRoot": "receipt_root",
    "logsBloom": "bloom",
    "difficulty": "difficulty",
    "number": "block_number",
    "gasLimit": "gas_limit",
    "gasUsed": "gas_used",
    "timestamp": "timestamp",
    "extraData": "extra_data",
    "mixHash": "mix_hash",
    "nonce": "nonce",
    "baseFeePerGas": "base_fee_per_gas",
    "withdrawalsRoot": "withdrawals_root",
    "blobGasUsed": "blob_gas_used",
    "excessBlobGas": "excess_blob_gas",
    "parentBeaconBlockRoot": "parent_beacon_block_root",
    "requestsHash": "requests_hash",
}
_MESSAGE = ("gas", "to", "value", "input")
_SIGNATURE = ("v", "r", "s")
_FEES = ("maxPriorityFeePerGas", "maxFeePerGas")
_FIELDS = {
    0: ("nonce", "gasPrice", *_MESSAGE, *_SIGNATURE),
    1: ("chainId", "nonce", "gasPrice", *_MESSAGE, "accessList", *_SIGNATURE),
    2: ("chainId", "nonce", *_FEES, *_MESSAGE, "accessList", *_SIGNATURE),
}


class Sender:
    """An account that signs transactions of every type, as another library signs them."""

    def __init__(self, number: int, chain_id: int) -> None:
        self.secret = number.to_bytes(32, "big")
        self.address = address(Secp256k1PrivateKey(self.secret).public_key)
        self.raw = bytes.fromhex(self.address[2:])
        self.chain_id = chain_id
        self.nonce = 0

    def sign(self, to: bytes, call: bytes = b"", *, kind: int = 2, gas: int = 100_000) -> bytes:
        fields: dict[str, Any] = {
            "chainId": self.chain_id,
            "nonce": self.nonce,
            "gas": gas,
            "to": to,
            "value": 0,
            "data": call,
        }
        if kind == 2:
            fields |= {"type": 2, "maxFeePerGas": 10 * GWEI, "maxPriorityFeePerGas": 1}
        else:
            fields["gasPrice"] = 10 * GWEI
        if kind == 1:
            fields |= {
                "type": 1,
                "accessList": [{"address": data(to), "storageKeys": [data(bytes(32))]}],
            }
        self.nonce += 1
        return bytes(Signing.sign_transaction(fields, self.secret).raw_transaction)


class PublicChain:
    """A chain like the public ones: many transactions a block, which py-evm makes in memory.

    It answers what is asked of it as a node does, and `without` refuses methods as old nodes do.
    """

    def __init__(
        self, chain_id: int, *, codes: Mapping[bytes, bytes], without: frozenset[str] = frozenset()
    ) -> None:
        self.chain_id = chain_id
        self.registry = PROXY
        self.without = without
        self.sender = Sender(7, chain_id)
        self.database = AtomicDB()
        rules = MiningChain.configure(
            "PublicChain", vm_configuration=((0, PragueVM),), chain_id=chain_id
        )
        accounts = {
            where: {"balance": 0, "nonce": 1, "code": code, "storage": {}}
            for where, code in codes.items()
        }
        rich = {"balance": 10**24, "nonce": 0, "code": b"", "storage": {}}
        parameters = {
            "difficulty": 0,
            "timestamp": START,
            "gas_limit": 30_000_000,
            "base_fee_per_gas": GWEI,
        }
        self.evm = rules.from_genesis(
            self.database, parameters, {**accounts, self.sender.raw: rich}
        )
        self.blocks: list[dict[str, Any]] = [self._block(self.evm.get_canonical_head(), [], [])]
        self.receipts: dict[str, dict[str, Any]] = {}

    def mine(self, *raws: bytes) -> dict[str, Any]:
        """A block of these transactions; as JSON, in full."""
        parent = self.evm.get_canonical_head()
        self.evm.header = self.evm.create_header_from_parent(
            parent, timestamp=parent.timestamp + 12, gas_limit=30_000_000
        )
        with recursion_limit():
            build = self.evm.get_vm().get_transaction_builder().decode
            result, receipts, _ = self.evm.mine_all([build(raw) for raw in raws])
        block = self._block(result.imported_block.header, list(raws), receipts)
        self.blocks.append(block)
        return block

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        if method in self.without:
            raise RequestRefused("the method does not exist", number=METHOD_NOT_FOUND)
        match method, *params:
            case "eth_getBlockByHash", wanted, _:
                return next((block for block in self.blocks if block["hash"] == wanted), None)
            case "eth_getBlockByNumber", number, _:
                place = int(number, 16)
                return self.blocks[place] if place < len(self.blocks) else None
            case "eth_getTransactionReceipt", name:
                return self.receipts.get(name)
            case "eth_getBlockReceipts", wanted:
                found = self.request("eth_getBlockByHash", [wanted, True])
                return [self.receipts[one["hash"]] for one in found["transactions"]]
            case "eth_getCode", where, _:
                state = self.evm.get_vm(self.evm.get_canonical_head()).state
                return data(state.get_code(bytes.fromhex(where[2:])))
            case "eth_getLogs", wanted:
                first = int(wanted["fromBlock"], 16)
                logs = [log for receipt in self.receipts.values() for log in receipt["logs"]]
                return [
                    log
                    for log in logs
                    if log["address"] == wanted["address"] and int(log["blockNumber"], 16) >= first
                ]
            case _:
                pass
        raise RequestRefused(f"there is no method {method}", number=METHOD_NOT_FOUND)

    def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
        return tuple(self.request(method, params) for method, params in calls)

    def _block(self, header: Any, raws: list[bytes], receipts: Sequence[Any]) -> dict[str, Any]:
        values = {name: getattr(header, field) for name, field in _HEADER.items()}
        block: dict[str, Any] = {name: _json(value) for name, value in values.items()}
        block |= {"logsBloom": data(header.bloom.to_bytes(256, "big"))}
        block |= {"hash": data(header.hash), "transactions": []}
        position = 0
        for index, (raw, receipt) in enumerate(zip(raws, receipts, strict=True)):
            block["transactions"].append(_transaction(raw))
            told: dict[str, Any] = {
                "type": quantity(raw[0] if raw[0] < 0xC0 else 0),
                "transactionHash": data(keccak256(raw)),
                "transactionIndex": quantity(index),
                "blockHash": data(header.hash),
                "blockNumber": quantity(header.block_number),
                "status": quantity(int.from_bytes(receipt.state_root, "big")),
                "cumulativeGasUsed": quantity(receipt.gas_used),
                "logsBloom": data(receipt.bloom.to_bytes(256, "big")),
                "logs": [
                    {
                        "address": data(log.address),
                        "topics": [data(topic.to_bytes(32, "big")) for topic in log.topics],
                        "data": data(log.data),
                        "blockNumber": quantity(header.block_number),
                        "transactionHash": data(keccak256(raw)),
                        "logIndex": quantity(position + place),
                        "removed": False,
                    }
                    for place, log in enumerate(receipt.logs)
                ],
            }
            position += len(receipt.logs)
            self.receipts[told["transactionHash"]] = told
        return block


def _transaction(raw: bytes) -> dict[str, Any]:
    kind, body = (0, raw) if raw[0] >= 0xC0 else (raw[0], raw[1:])
    values = rlp.decode(body)
    assert isinstance(values, list)
    told: dict[str, Any] = {"type": quantity(kind), "hash": data(keccak256(raw))}
    for name, value in zip(_FIELDS[kind], values, strict=True):
        match value:
            case bytes() if name in {"to", "input"}:
                told[name] = data(value) if value or name == "input" else None
            case bytes():
                told[name] = quantity(int.from_bytes(value, "big"))
            case _:
                told[name] = [_access(entry) for entry in value]
    return told


def _access(entry: Any) -> dict[str, Any]:
    where, slots = entry
    return {"address": data(where), "storageKeys": [data(slot) for slot in slots]}


def _json(value: int | bytes) -> str:
    return quantity(value) if isinstance(value, int) else data(value)


@pytest.fixture(scope="session")
def public() -> type[PublicChain]:
    return PublicChain


@pytest.fixture(scope="session")
def proxy() -> dict[bytes, bytes]:
    """What a chain has at first, that takes deployments."""
    return {bytes.fromhex(PROXY[2:]): PROXY_CODE}
