"""The receipt of an anchored document: a file that shows, with no chain at hand, when it was there.

Whoever has it, the document and the hash of the block, which any explorer or node of the chain
tells, needs nobody else. It holds the way from the document's leaf to the root (`merkle`), and from
the block's hash to the transaction that carries the root (`block_proof`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from did.chain.anchoring.anchors import anchor_address, anchored_root, document_leaf
from did.chain.anchoring.block_proof import BlockProof, InvalidProof, Log, Proven
from did.chain.anchoring.merkle import HASH_SIZE, InvalidPath, Path
from did.chain.hexadecimal import data, quantity, read_address, read_data
from did.chain.sending.signed import SignedTransaction
from did.errors import ChainError, DIDError, InvalidDocument, NotFound, quoted
from did.keys.secp256k1 import checksummed
from did.strict_json import read_object

if TYPE_CHECKING:
    from did.chain import Chain
    from did.chain.anchoring.anchors import Batch

MAX_SIZE: Final = 128 * 1024
"""The longest receipt read, in bytes; one from a full block of Ethereum has about ten thousand."""

_TYPE: Final = "AnchorReceipt"
_VERSION: Final = 1
_CHAIN: Final = re.compile(r"eip155:([1-9][0-9]{0,18})")  # CAIP-2; ids are below 2^63 (EIP-2294)


class InvalidReceipt(DIDError):
    """The receipt proves nothing of the document, or is none; the message is the reason."""


@dataclass(frozen=True, slots=True)
class AnchoredAt:
    """When a document was there at the latest: in the block of that number and hash.

    `timestamp` is the block's time, in seconds since 1970; `transaction` the hash of the
    transaction that carries the root, and `sender` the address of the account that sent it.
    """

    chain_id: int
    block: int
    block_hash: bytes
    timestamp: int
    transaction: bytes
    sender: str


@dataclass(frozen=True, slots=True)
class AnchorReceipt:
    """A receipt as it is read; nothing is said of whether it is true before `verify`."""

    chain_id: int
    contract: str
    salt: bytes
    leaf: bytes
    path: Path
    proof: BlockProof

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """The receipt that a file of JSON is.

        Raises:
            InvalidReceipt: it is none, or of another version.
        """
        try:
            form = read_object(text, limit=MAX_SIZE)
            _check_members(form, "type", "version", "chain", "contract", "leaf", "path", "block")
            if (form["type"], form["version"]) != (_TYPE, _VERSION):
                raise InvalidReceipt(f"it is no {_TYPE} of version {_VERSION}")
            leaf, path, block = (_members(form, name) for name in ("leaf", "path", "block"))
            _check_members(leaf, "salt", "hash")
            return cls(
                chain_id=_chain_id(form["chain"]),
                contract=checksummed(read_address(form["contract"], "the contract")),
                salt=read_data(leaf["salt"], "the salt", size=32),
                leaf=read_data(leaf["hash"], "the leaf", size=HASH_SIZE),
                path=_path(path),
                proof=_proof(block),
            )
        except (InvalidDocument, ChainError) as error:
            raise InvalidReceipt(f"the receipt cannot be read: {error}") from error

    def serialized(self) -> bytes:
        """The receipt as a file of JSON."""
        form = {
            "type": _TYPE,
            "version": _VERSION,
            "chain": f"eip155:{self.chain_id}",
            "contract": self.contract,
            "leaf": {"salt": data(self.salt), "hash": data(self.leaf)},
            "path": {
                "index": self.path.index,
                "size": self.path.size,
                "siblings": [data(sibling) for sibling in self.path.siblings],
            },
            "block": {
                "header": data(self.proof.header),
                "transactionIndex": self.proof.index,
                "transactionProof": [data(node) for node in self.proof.transaction_nodes],
                "receiptProof": [data(node) for node in self.proof.receipt_nodes],
            },
        }
        return json.dumps(form, indent=1).encode() + b"\n"


def receipts(chain: Chain, batch: Batch, transaction: bytes) -> tuple[AnchorReceipt, ...]:
    """A receipt for each document of a batch, anchored by the transaction with that hash.

    They are of the block that has it now: a block that is young may be given up by its chain.

    Raises:
        NotFound: the chain has no block with the transaction, or not yet.
        InvalidReceipt: the transaction does not anchor the batch.
        ChainError, Unreachable: see `Chain.request`.
    """
    proof = BlockProof.of(chain, transaction)
    made = tuple(
        AnchorReceipt(
            chain_id=chain.chain_id,
            contract=checksummed(anchor_address(chain.chain_id)),
            salt=salt,
            leaf=leaf,
            path=batch.tree.path(index),
            proof=proof,
        )
        for index, (leaf, salt) in enumerate(zip(batch.tree.levels[0], batch.salts, strict=True))
    )
    _anchored(made[0], proof.block_hash)  # the same transaction for all, and the same root
    return made


def verify(receipt: AnchorReceipt, document: bytes, *, block_hash: bytes) -> AnchoredAt:
    """When the document was there at the latest. `document` is its bytes, as they were received.

    `block_hash` is a hash of 32 bytes, known from elsewhere to be of a block of the chain that the
    receipt names: that is all that has to be believed.

    Raises:
        InvalidReceipt: it is of another document, chain or block, or proves nothing.
    """
    # (0) the document is the one whose leaf it is
    if document_leaf(document, receipt.salt) != receipt.leaf:
        raise InvalidReceipt(
            "the receipt is of another document",
            hint="the document must be the very bytes that were anchored",
        )
    return _anchored(receipt, block_hash)


def against(receipt: AnchorReceipt, document: bytes, chain: Chain) -> AnchoredAt:
    """As `verify`, with the hash that the chain itself has for the block of that number.

    Raises:
        InvalidReceipt: as `verify`, or the chain does not have the block.
        ChainError, Unreachable: see `Chain.request`.
    """
    if chain.chain_id != receipt.chain_id:
        raise InvalidReceipt(
            f"the receipt is of chain {receipt.chain_id}, and this is chain {chain.chain_id}"
        )
    try:
        number = receipt.proof.number
    except InvalidProof as error:
        raise InvalidReceipt(str(error)) from error
    found = chain.request("eth_getBlockByNumber", [quantity(number), False])
    if found is None:
        raise NotFound(f"chain {chain.chain_id} has no block {number}")
    if not isinstance(found, Mapping):
        raise ChainError("the chain's answer is no block")
    block_hash = read_data(found.get("hash"), "the block's hash", size=32)
    if block_hash != receipt.proof.block_hash:
        raise InvalidReceipt(
            f"block {number} of chain {chain.chain_id} is another one",
            hint="the chain may have given up the block: anchor the document again",
        )
    return verify(receipt, document, block_hash=block_hash)


def _anchored(receipt: AnchorReceipt, block_hash: bytes) -> AnchoredAt:
    contract = anchor_address(receipt.chain_id)
    try:
        # (1) from the leaf to the root
        root = receipt.path.root(receipt.leaf)
        # (2) from the block's hash to the transaction and what became of it
        proven = receipt.proof.proven(block_hash)
        # (3) the transaction is of the chain, to its anchor contract, and carries the root
        signed = SignedTransaction.parse(proven.transaction)
    except (InvalidPath, InvalidProof, ChainError) as error:
        raise InvalidReceipt(str(error)) from error
    if read_address(receipt.contract) != contract:
        raise InvalidReceipt(
            f"{receipt.contract} is not where chain {receipt.chain_id} has its anchor contract"
        )
    _check_transaction(receipt, signed, root)
    _check_outcome(proven, Log(contract, (), root))
    return AnchoredAt(
        chain_id=receipt.chain_id,
        block=proven.number,
        block_hash=block_hash,
        timestamp=proven.timestamp,
        transaction=signed.hash,
        sender=checksummed(signed.sender),
    )


def _check_transaction(receipt: AnchorReceipt, signed: SignedTransaction, root: bytes) -> None:
    if signed.chain_id != receipt.chain_id:
        raise InvalidReceipt(
            f"the transaction is of chain {signed.chain_id}, and the receipt names chain"
            f" {receipt.chain_id}"
        )
    carried = anchored_root(receipt.chain_id, signed.to, signed.data)
    if carried is None:
        raise InvalidReceipt("the transaction is not one to the anchor contract")
    if carried != root:
        raise InvalidReceipt("the path leads to another root than the transaction carries")


def _check_outcome(proven: Proven, said: Log) -> None:
    # (4) it was not reverted, and the contract, where there was one, said so
    if not proven.succeeded:
        raise InvalidReceipt("the transaction failed")
    if proven.logs not in {(), (said,)}:
        raise InvalidReceipt("the transaction's log is not the anchor contract's")


def _chain_id(value: Any) -> int:
    if not isinstance(value, str) or not (match := _CHAIN.fullmatch(value)):
        raise InvalidReceipt(f"the chain is not named by CAIP-2 as eip155:…: {quoted(str(value))}")
    return int(match[1])


def _path(form: Mapping[str, Any]) -> Path:
    _check_members(form, "index", "size", "siblings")
    index, size = (_integer(form[name], name) for name in ("index", "size"))
    return Path(index, size, _hexadecimal(form["siblings"], "siblings"))


def _proof(form: Mapping[str, Any]) -> BlockProof:
    _check_members(form, "header", "transactionIndex", "transactionProof", "receiptProof")
    return BlockProof(
        header=read_data(form["header"], "the header"),
        index=_integer(form["transactionIndex"], "transactionIndex"),
        transaction_nodes=_hexadecimal(form["transactionProof"], "transactionProof"),
        receipt_nodes=_hexadecimal(form["receiptProof"], "receiptProof"),
    )


def _check_members(form: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if name not in form:
            raise InvalidReceipt(f"the receipt has no {name!r}")
    for name in form:
        if name not in names:
            raise InvalidReceipt(f"the receipt has a member that is not known: {quoted(name)}")


def _members(form: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(form[name], dict):
        raise InvalidReceipt(f"the receipt's {name!r} is not an object")
    members: Mapping[str, Any] = form[name]
    return members


def _integer(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidReceipt(f"the receipt's {name!r} is not a count")
    return value


def _hexadecimal(value: Any, name: str) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise InvalidReceipt(f"the receipt's {name!r} is not a list")
    return tuple(read_data(item, name) for item in value)
