"""What evidence is made of, as a node gives it: headers, receipts, and proofs of a state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from did.chain.anchoring.consensus import header_bytes, receipt_bytes
from did.chain.evidence.errors import InvalidEvidence
from did.chain.evidence.headers import Header
from did.chain.evidence.lists import list_root
from did.chain.evidence.tries import StateProof
from did.chain.hexadecimal import data, quantity, read_data
from did.chain.refusal import RequestRefused, answers
from did.errors import ChainError, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from did.chain import Chain

_AT_ONCE: Final = 100
"""How many blocks are asked for in one round trip."""

_RECEIPTS_AT_ONCE: Final = 500
"""How many receipts: those of mainnet's fullest blocks fit an answer with as many."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A block: its header as encoded and as read, and its transactions' hashes as the node has."""

    encoded: bytes
    header: Header
    transactions: tuple[Any, ...]

    @classmethod
    def read(cls, block: Any) -> Fetched:
        """The block that a node tells of. Raises `ChainError`, and `NotFound` for none."""
        if block is None:
            raise NotFound("the chain has no such block")
        if not isinstance(block, Mapping):
            raise ChainError("the chain's answer has something else where a block should be")
        encoded, transactions = header_bytes(block), block.get("transactions")
        header = Header.read(encoded)
        if header.hash != read_data(block.get("hash"), "the block's hash", size=32):
            raise ChainError(
                "the block's header does not have its hash",
                hint="the chain's headers may have fields that are not known here yet",
            )
        if not isinstance(transactions, list | tuple):
            raise ChainError("the chain's answer has something else where a list should be")
        return cls(encoded, header, tuple(transactions))


def fetch(chain: Chain, block: str) -> Fetched:
    """The block of that number or tag. Raises `ChainError`, `NotFound`, `Unreachable`."""
    return Fetched.read(chain.request("eth_getBlockByNumber", [block, False]))


def fetch_all(chain: Chain, numbers: Sequence[int]) -> dict[int, Fetched]:
    """The blocks of these numbers, as far as the node gives them.

    Raises:
        ChainError, Unreachable: the chain gave no answer, or another block's.
    """
    found: dict[int, Fetched] = {}
    for first in range(0, len(numbers), _AT_ONCE):
        some = numbers[first : first + _AT_ONCE]
        calls = [("eth_getBlockByNumber", [quantity(number), False]) for number in some]
        for number, answer in zip(some, answers(chain, calls), strict=True):
            if answer is None or isinstance(answer, RequestRefused):
                continue
            found[number] = fetched = Fetched.read(answer)
            if fetched.header.number != number:
                raise ChainError(f"the chain's answer is another block than {number}")
    return found


def fetch_receipts(chain: Chain, blocks: Iterable[Fetched]) -> dict[int, tuple[bytes, ...]]:
    """All receipts of these blocks, encoded, by the number of their block, as far as it gives them.

    Raises:
        ChainError, Unreachable: the chain gave no answer that can be used.
    """
    found: dict[int, tuple[bytes, ...]] = {}
    group: list[Fetched] = []
    for block in blocks:
        group.append(block)
        if len(group) >= _AT_ONCE or _transactions(group) >= _RECEIPTS_AT_ONCE:
            found.update(_receipts(chain, group))
            group = []
    return {**found, **_receipts(chain, group)}


def fetch_proof(chain: Chain, address: bytes, slots: Sequence[bytes], at: int) -> list[StateProof]:
    """For each slot, the way to the account in the state of block `at`, and on to the slot.

    Raises:
        RequestRefused: the node gives no proofs, or none of that state.
        ChainError, Unreachable: it gave no answer that can be used.
    """
    params = [data(address), [data(slot) for slot in slots], quantity(at)]
    answer = chain.request("eth_getProof", params)
    match answer:
        case {"accountProof": [*account], "storageProof": [*storage]} if len(storage) == len(
            slots
        ) and all(isinstance(one, Mapping) for one in storage):
            nodes = _nodes(account)
            return [StateProof(nodes, _nodes(one.get("proof"))) for one in storage]
        case _:
            raise ChainError("the chain's answer is no proof of what is stored")


def _nodes(given: Any) -> tuple[bytes, ...]:
    if not isinstance(given, list | tuple):
        raise ChainError("the chain's answer has something else where a proof should be")
    return tuple(read_data(node, "a node of a trie") for node in given)


def _transactions(blocks: Sequence[Fetched]) -> int:
    return sum(len(block.transactions) for block in blocks)


def _receipts(chain: Chain, blocks: Sequence[Fetched]) -> dict[int, tuple[bytes, ...]]:
    calls = [("eth_getBlockReceipts", [data(block.header.hash)]) for block in blocks]
    found = {}
    for block, answer in zip(blocks, answers(chain, calls) if calls else (), strict=True):
        told = _one_by_one(chain, block) if isinstance(answer, RequestRefused) else answer
        if told is None:
            continue
        if not isinstance(told, list | tuple):
            raise ChainError("the chain's answer has something else where receipts should be")
        receipts = tuple(map(receipt_bytes, told))
        if list_root(receipts) != block.header.receipts_root:
            raise InvalidEvidence(
                f"the receipts of block {block.header.number} are not all that its root is of",
                hint="ask another node of the chain; some chains keep entries apart",
            )
        found[block.header.number] = receipts
    return found


def _one_by_one(chain: Chain, block: Fetched) -> tuple[Any, ...] | None:
    """The receipts of a block of a node that has no method for all of them, or None."""
    calls = [("eth_getTransactionReceipt", [hash_]) for hash_ in block.transactions]
    try:
        found = chain.request_many(calls)
    except RequestRefused:
        return None
    return None if None in found else found
