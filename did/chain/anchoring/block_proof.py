"""That a block has a transaction, and what became of it: checked with the block's hash alone.

A header is the preimage of its block's hash and names the roots of two tries, of the block's
transactions and of their receipts, both by place (Yellow Paper, 4.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from did.chain import rlp, tries
from did.chain.anchoring.consensus import header_bytes, receipt_bytes, transaction_bytes
from did.chain.hexadecimal import data, read_data, read_quantity
from did.chain.refusal import RequestRefused
from did.errors import ChainError, NotFound
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.chain import Chain

_LAST_SECOND: Final = 253_402_300_799  # 9999-12-31T23:59:59Z


class InvalidProof(ValueError):
    """The header or the nodes do not lead from the block's hash to what they should."""


@dataclass(frozen=True, slots=True)
class Log:
    """What a contract said, with up to four topics of 32 bytes."""

    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Proven:
    """What a block's hash stands for.

    `timestamp` is in seconds since 1970, `transaction` is as the block has it (EIP-2718), and
    `succeeded` says that it was not reverted.
    """

    number: int
    timestamp: int
    transaction: bytes
    succeeded: bool
    logs: tuple[Log, ...]


@dataclass(frozen=True, slots=True)
class BlockProof:
    """A header, as encoded, and the nodes from both of its roots to the place `index`."""

    header: bytes
    index: int
    transaction_nodes: tuple[bytes, ...]
    receipt_nodes: tuple[bytes, ...]

    @classmethod
    def of(cls, chain: Chain, transaction: bytes) -> Self:
        """The proof for the transaction with that hash, put together from all of its block.

        Raises:
            NotFound: the chain has no block with it, or not yet.
            ChainError: the chain contradicts itself, or has blocks of a form not known here.
            Unreachable: see `Chain.request`.
        """
        receipt = _object(chain.request("eth_getTransactionReceipt", [data(transaction)]))
        hash_ = read_data(receipt.get("blockHash"), "the block's hash", size=32)
        block = _object(chain.request("eth_getBlockByHash", [data(hash_), True]))
        header = header_bytes(block)
        if keccak256(header) != hash_:
            raise ChainError(
                "the block's header does not have its hash",
                hint="the chain's headers may have fields that are not known here yet",
            )
        try:
            roots = _Header.read(header)
        except InvalidProof as error:
            raise ChainError(f"the block is none: {error}") from error
        index = read_quantity(receipt.get("transactionIndex"), "the transaction's place")
        transactions = [transaction_bytes(one) for one in _objects(block.get("transactions"))]
        if index >= len(transactions) or keccak256(transactions[index]) != transaction:
            raise ChainError("the block does not have the transaction at its place")
        receipts = [receipt_bytes(one) for one in _receipts(chain, hash_, block)]
        return cls(
            header,
            index,
            _nodes(transactions, index, roots.transactions_root),
            _nodes(receipts, index, roots.receipts_root),
        )

    @property
    def block_hash(self) -> bytes:
        """The hash of the block that the header is of: 32 bytes that a chain may know or not."""
        return keccak256(self.header)

    @property
    def number(self) -> int:
        """The number that the header has. Raises `InvalidProof`."""
        return _Header.read(self.header).number

    def proven(self, block_hash: bytes) -> Proven:
        """What is known to be so if there is a block with that hash.

        Raises:
            InvalidProof: the proof is of another block, or proves nothing.
        """
        if self.block_hash != block_hash:
            raise InvalidProof("the header is not the one that the block's hash is of")
        header = _Header.read(self.header)
        transaction = _look_up(header.transactions_root, self.index, self.transaction_nodes)
        receipt = _look_up(header.receipts_root, self.index, self.receipt_nodes)
        succeeded, logs = _read_receipt(receipt)
        return Proven(header.number, header.timestamp, transaction, succeeded, logs)


@dataclass(frozen=True, slots=True)
class _Header:
    transactions_root: bytes
    receipts_root: bytes
    number: int
    timestamp: int

    @classmethod
    def read(cls, encoded: bytes) -> Self:
        match _decode(encoded, "the header"):
            case [
                _,
                _,
                _,
                _,
                bytes(transactions),
                bytes(receipts),
                _,
                _,
                number,
                _,
                _,
                time,
                *rest,
            ]:
                made = cls(transactions, receipts, _integer(number), _integer(time))
                sizes = len(transactions), len(receipts)
                if sizes == (32, 32) and len(rest) >= 3 and made.timestamp <= _LAST_SECOND:
                    return made
            case _:
                pass
        raise InvalidProof("the header is none")


def _receipts(
    chain: Chain, block_hash: bytes, block: Mapping[str, Any]
) -> Sequence[Mapping[str, Any]]:
    """The receipts of all transactions of a block; few nodes of old have a method for it."""
    try:
        return _objects(chain.request("eth_getBlockReceipts", [data(block_hash)]))
    except RequestRefused:
        hashes = [one.get("hash") for one in _objects(block.get("transactions"))]
        calls = [("eth_getTransactionReceipt", (hash_,)) for hash_ in hashes]
        return _objects(chain.request_many(calls))


def _nodes(items: Sequence[bytes], index: int, root: bytes) -> tuple[bytes, ...]:
    """The nodes that lead from `root` to the item at `index`."""
    # Deferred: it loads eth_utils, which takes longer than all of a command that asks no chain.
    from trie import HexaryTrie  # noqa: PLC0415

    trie = HexaryTrie({})
    for place, item in enumerate(items):
        trie.set(_key(place), item)
    if trie.root_hash != root:
        raise ChainError(
            "the block's transactions or receipts are not all that its root is of",
            hint="ask another node of the chain; some chains keep entries apart",
        )
    return tries.proof(trie, _key(index))


def _look_up(root: bytes, index: int, nodes: Sequence[bytes]) -> bytes:
    """What the trie with that root has at `index`."""
    try:
        value = tries.look_up(root, _key(index), nodes)
    except tries.NodeMissing as error:
        raise InvalidProof("a node is missing on the way from the block's root") from error
    except tries.NodeInvalid as error:
        raise InvalidProof("a node on the way from the block's root is none") from error
    if not value:
        raise InvalidProof(f"the block has nothing at the place {index}")
    return value


def _read_receipt(encoded: bytes) -> tuple[bool, tuple[Log, ...]]:
    """Whether the transaction succeeded, and what was logged (EIP-658, EIP-2718)."""
    body = encoded if encoded[0] >= 0xC0 else encoded[1:]
    match _decode(body, "the receipt"):
        case [bytes(status), _, _, [*logs], *_] if len(status) < 32:
            return status == b"\x01", tuple(map(_read_log, logs))
        case _:
            pass
    raise InvalidProof("the receipt is none, or from before receipts told of success")


def _read_log(item: rlp.Item) -> Log:
    match item:
        case [bytes(address), [*topics], bytes(said)]:
            words = tuple(topic for topic in topics if isinstance(topic, bytes))
            if len(words) == len(topics):
                return Log(address, words, said)
        case _:
            pass
    raise InvalidProof("a log is none")


def _key(index: int) -> bytes:
    return rlp.encode(rlp.encode_integer(index))


def _decode(encoded: bytes, name: str) -> rlp.Item:
    try:
        return rlp.decode(encoded)
    except rlp.InvalidRLP as error:
        raise InvalidProof(f"{name} cannot be read: {error}") from error


def _integer(item: rlp.Item) -> int:
    try:
        return rlp.decode_integer(item)
    except rlp.InvalidRLP as error:
        raise InvalidProof("the header has something else where a number should be") from error


def _object(value: Any) -> Mapping[str, Any]:
    if value is None:
        raise NotFound("the chain has no block with the transaction")
    if not isinstance(value, Mapping):
        raise ChainError("the chain's answer has something else where an object should be")
    return value


def _objects(value: Any) -> Sequence[Mapping[str, Any]]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
        raise ChainError("the chain's answer has something else where a list should be")
    return value
