"""Anchoring documents on a chain: many at once, by one hash in one transaction.

The transaction carries the root of a Merkle tree to the chain's anchor contract, which says it
again in a log. Where the contract is not there yet, as on chains made by release 0.1.0, the
transaction is the same, costs the same and proves the same; only logs cannot be searched for it.

What an anchor proves is worth what its chain is: a chain of one's own can be made anew by its
owner, and convinces nobody else.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from did.chain.anchoring.merkle import HASH_SIZE, Tree, leaf_hash
from did.chain.deployment import bound_creation, create2, deployment_call
from did.chain.hexadecimal import data, quantity, read_address, read_data, read_quantity
from did.errors import ChainError
from did.keys.secp256k1 import checksummed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from did.chain import Chain

CONTRACT: Final = "anchor"
"""The contract's name among `did.contracts`. Its code is in its address, so that it never changes:
the receipts of what is anchored name the address."""

SALT_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents to be anchored together, by their leaves. `salts` are 32 random bytes for each."""

    tree: Tree
    salts: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        """The 32 bytes that are anchored."""
        return self.tree.root


@dataclass(frozen=True, slots=True)
class Anchored:
    """A root in a chain's logs: in the transaction with that hash of 32 bytes, in that block."""

    root: bytes
    block: int
    transaction: bytes


def anchor_address(chain_id: int) -> bytes:
    """Where a chain has its anchor contract, 20 bytes: by `anchor_deployment`, or from the start.

    Nobody can put another contract there, nor one on another chain.
    """
    return create2(bound_creation(CONTRACT, chain_id), salt=chain_id.to_bytes(32, "big"))


def anchor_deployment(chain_id: int) -> tuple[str, bytes]:
    """What to send, and to whom, for a chain to have its anchor contract: address, call data."""
    return deployment_call(chain_id, CONTRACT)


def is_deployed(chain: Chain) -> bool:
    """Whether the chain has its anchor contract. Raises `ChainError` or `Unreachable`."""
    where = data(anchor_address(chain.chain_id))
    return bool(read_data(chain.request("eth_getCode", [where, "latest"]), "the contract's code"))


def document_leaf(document: bytes, salt: bytes) -> bytes:
    """The leaf hash of a document, taken as the bytes it was received in.

    The salt, 32 bytes, is hashed before it. A document's neighbours in the tree are told its leaf,
    and could otherwise guess at what it says.
    """
    if len(salt) != SALT_SIZE:
        raise ChainError(f"a salt has {SALT_SIZE} bytes, not {len(salt)}")
    return leaf_hash(salt + document)


def batch(
    documents: Iterable[bytes], *, random: Callable[[int], bytes] = secrets.token_bytes
) -> Batch:
    """The documents, in their order, to be anchored together.

    Raises:
        ChainError: there are none.
    """
    salted = [(document_leaf(document, salt := random(SALT_SIZE)), salt) for document in documents]
    if not salted:
        raise ChainError("there is no document to anchor")
    return Batch(Tree.of(leaf for leaf, _ in salted), tuple(salt for _, salt in salted))


def anchor_call(chain_id: int, root: bytes) -> tuple[str, bytes]:
    """What to send, and to whom, to anchor a root of 32 bytes: address, call data."""
    if len(root) != HASH_SIZE:
        raise ChainError(f"a root has {HASH_SIZE} bytes, not {len(root)}")
    return checksummed(anchor_address(chain_id)), root


def anchored_root(chain_id: int, to: bytes, call: bytes) -> bytes | None:
    """The root that a call anchors, or None where it is another call."""
    return call if to == anchor_address(chain_id) and len(call) == HASH_SIZE else None


def find(chain: Chain, root: bytes, *, first: int = 0) -> Anchored | None:
    """Where the root was anchored first, from the block `first` on, as the contract's logs say.

    Raises:
        RequestRefused: the node gives no logs of so many blocks.
        ChainError, Unreachable: see `Chain.request`.
    """
    where = anchor_address(chain.chain_id)
    wanted = {"address": data(where), "fromBlock": quantity(first), "toBlock": "latest"}
    logs = chain.request("eth_getLogs", [wanted])
    if not isinstance(logs, list | tuple):
        raise ChainError("the chain's logs are none")
    found = (one for one in (_read(log, where) for log in logs) if one and one.root == root)
    return min(found, key=lambda one: one.block, default=None)


def _read(log: Any, contract: bytes) -> Anchored | None:
    """What a log of the contract says, or None where its block was given up."""
    if not isinstance(log, Mapping):
        raise ChainError("the chain's logs are none")
    if log.get("removed") is True:
        return None
    if read_address(log.get("address"), "a log's address") != contract:
        raise ChainError("the chain answers with logs that were not asked for")
    return Anchored(
        read_data(log.get("data"), "a log", size=HASH_SIZE),
        read_quantity(log.get("blockNumber"), "a log's block"),
        read_data(log.get("transactionHash"), "a log's transaction", size=32),
    )
