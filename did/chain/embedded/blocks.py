"""Blocks, transactions, receipts and logs, as JSON-RPC writes them (Ethereum's execution APIs)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from did.chain import rlp
from did.chain.hexadecimal import data, quantity
from did.chain.sending.signed import SignedTransaction
from did.keccak import keccak256

if TYPE_CHECKING:
    from did.chain.embedded.store import BlockRow, LogRow

_HEADER: Final = (
    "parentHash",
    "sha3Uncles",
    "miner",
    "stateRoot",
    "transactionsRoot",
    "receiptsRoot",
    "logsBloom",
    "difficulty",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "extraData",
    "mixHash",
    "nonce",
    "baseFeePerGas",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
)
"""The fields of a header of Prague in their order (EIP-7685)."""

_NUMBERS: Final = frozenset(
    {
        "difficulty",
        "number",
        "gasLimit",
        "gasUsed",
        "timestamp",
        "baseFeePerGas",
        "blobGasUsed",
        "excessBlobGas",
    }
)
_ELASTICITY: Final = 2
_MAX_CHANGE: Final = 8


@dataclass(frozen=True, slots=True)
class Header:
    """What is needed of a block's header to go on from it. Times are in seconds since 1970."""

    number: int
    timestamp: int
    state_root: bytes
    gas_limit: int
    gas_used: int
    base_fee: int

    @classmethod
    def of(cls, block: BlockRow) -> Self:
        """The header of `block`."""
        fields = dict(zip(_HEADER, _header(block), strict=True))
        return cls(
            number=int.from_bytes(fields["number"], "big"),
            timestamp=int.from_bytes(fields["timestamp"], "big"),
            state_root=fields["stateRoot"],
            gas_limit=int.from_bytes(fields["gasLimit"], "big"),
            gas_used=int.from_bytes(fields["gasUsed"], "big"),
            base_fee=int.from_bytes(fields["baseFeePerGas"], "big"),
        )

    @property
    def next_base_fee(self) -> int:
        """What a unit of gas costs at least in the block after this one, in wei (EIP-1559)."""
        target = self.gas_limit // _ELASTICITY
        change = self.base_fee * abs(self.gas_used - target) // target // _MAX_CHANGE
        if self.gas_used > target:
            return self.base_fee + max(change, 1)
        return self.base_fee - change


def block_json(block: BlockRow, *, full: bool) -> dict[str, Any]:
    """A block, its transactions in `full` or as their hashes."""
    header = {
        name: quantity(int.from_bytes(value, "big")) if name in _NUMBERS else data(value)
        for name, value in zip(_HEADER, _header(block), strict=True)
    }
    transactions: list[Any] = []
    if block.transaction_hash is not None:
        transactions = [transaction_json(block) if full else data(block.transaction_hash)]
    return {
        **header,
        "hash": data(block.hash),
        "size": quantity(len(block.header) + len(block.payload or b"")),
        "transactions": transactions,
        "uncles": [],
        "withdrawals": [],
    }


def transaction_json(block: BlockRow) -> dict[str, Any]:
    """The transaction of a block that has one."""
    signed = _signed(block)
    paid = quantity(_price(signed, Header.of(block)))
    form: dict[str, Any] = {
        "type": quantity(signed.type),
        "hash": data(signed.hash),
        "blockHash": data(block.hash),
        "blockNumber": quantity(block.number),
        "transactionIndex": quantity(0),
        "from": data(signed.sender),
        "to": data(signed.to) if signed.to else None,
        "nonce": quantity(signed.nonce),
        "gas": quantity(signed.gas),
        "gasPrice": paid,
        "value": quantity(signed.value),
        "input": data(signed.data),
        "chainId": quantity(signed.chain_id),
        "r": quantity(signed.r),
        "s": quantity(signed.s),
    }
    if signed.type == 0:
        return {**form, "v": quantity(35 + 2 * signed.chain_id + signed.y_parity)}
    parity = quantity(signed.y_parity)
    accesses = [
        {"address": data(address), "storageKeys": [data(slot) for slot in slots]}
        for address, slots in signed.access_list
    ]
    form = {**form, "v": parity, "yParity": parity, "accessList": accesses}
    if signed.type == 1:
        return form
    return {
        **form,
        "maxFeePerGas": quantity(signed.max_fee_per_gas),
        "maxPriorityFeePerGas": quantity(signed.max_priority_fee_per_gas),
    }


def receipt_json(block: BlockRow, logs: tuple[LogRow, ...]) -> dict[str, Any]:
    """The receipt of the transaction of a block that has one, with the block's logs."""
    signed = _signed(block)
    header = Header.of(block)
    assert block.receipt is not None  # noqa: S101  # a block has both or neither
    status, *_ = _members(block.receipt if signed.type == 0 else block.receipt[1:], 4)
    bloom = _header(block)[_HEADER.index("logsBloom")]
    return {
        "type": quantity(signed.type),
        "status": quantity(int.from_bytes(status, "big")),
        "transactionHash": data(signed.hash),
        "transactionIndex": quantity(0),
        "blockHash": data(block.hash),
        "blockNumber": quantity(block.number),
        "from": data(signed.sender),
        "to": data(signed.to) if signed.to else None,
        "contractAddress": None if signed.to else data(created_by(signed.sender, signed.nonce)),
        "gasUsed": quantity(header.gas_used),
        "cumulativeGasUsed": quantity(header.gas_used),
        "effectiveGasPrice": quantity(_price(signed, header)),
        "logsBloom": data(bloom),
        "logs": [log_json(log, block) for log in logs],
    }


def log_json(log: LogRow, block: BlockRow) -> dict[str, Any]:
    """A log of the transaction of `block`."""
    return {
        "address": data(log.address),
        "topics": [data(topic) for topic in log.topics],
        "data": data(log.data),
        "blockNumber": quantity(block.number),
        "blockHash": data(block.hash),
        "blockTimestamp": quantity(Header.of(block).timestamp),
        "transactionHash": data(block.transaction_hash or b""),
        "transactionIndex": quantity(0),
        "logIndex": quantity(log.position),
        "removed": False,
    }


def created_by(sender: bytes, nonce: int) -> bytes:
    """The address of the contract that a transaction creates (Yellow Paper, section 7)."""
    return keccak256(rlp.encode([sender, rlp.encode_integer(nonce)]))[-20:]


def _signed(block: BlockRow) -> SignedTransaction:
    assert block.payload is not None  # noqa: S101  # asked only of blocks with a transaction
    return SignedTransaction.parse(block.payload)


def _price(signed: SignedTransaction, header: Header) -> int:
    """What the sender paid for a unit of gas, in wei (EIP-1559)."""
    return min(signed.max_fee_per_gas, header.base_fee + signed.max_priority_fee_per_gas)


def _header(block: BlockRow) -> list[bytes]:
    return _members(block.header, len(_HEADER))


def _members(encoded: bytes, count: int) -> list[Any]:
    """The members of a list of `count`, the first of them bytes. Raises `InvalidRLP`."""
    members = rlp.decode(encoded)
    if not isinstance(members, list) or len(members) != count:
        raise rlp.InvalidRLP(f"not a list of {count}")
    return members
