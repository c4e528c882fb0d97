"""Which blocks follow from which: a header names its parent, and a state what came before.

A block's hash stands for all its ancestors. Two ways lead to one of them: the hash of the parent,
a step at a time, and the contract in which chains since Prague keep the hashes of the last 8191
blocks (EIP-2935), read out of a block's state. A block to which neither leads is a root: it has to
be accepted by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from did.chain.evidence.errors import InvalidEvidence
from did.chain.evidence.tries import StateProof, read_account, read_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.chain.evidence.headers import Header

HISTORY: Final = bytes.fromhex("0000f90827f1c53a10cb7a02335b175320002935")
"""The contract that keeps hashes of blocks."""

HISTORY_CODE: Final = bytes.fromhex(
    "3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257"
    "611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500"
)
"""Its code, in which only the chain itself can write."""

WINDOW: Final = 8191
"""How many hashes it keeps, each in the slot of its block's number modulo this."""

_HISTORY_CODE_HASH: Final = bytes.fromhex(
    "6e49e66782037c0555897870e29fa5e552daf4719552131a0abce779daec0a5d"
)


@dataclass(frozen=True, slots=True)
class Past:
    """That a block's state keeps the hash of the older block of that number."""

    block: int
    proof: StateProof


@dataclass(frozen=True, slots=True)
class Link:
    """A header, and what its state says of an older block, if that is shown."""

    header: Header
    past: Past | None


def roots(links: Sequence[Link]) -> tuple[Header, ...]:
    """The headers to which no other one leads, the newest first; all others follow from them.

    Raises:
        InvalidEvidence: the headers are not in order from the newest on, or one is not the block
            that a newer one leads to.
    """
    found: list[Header] = []
    expected: dict[int, bytes] = {}
    last: Header | None = None
    for link in links:
        header = link.header
        if last is not None and not (
            header.number < last.number and header.timestamp <= last.timestamp
        ):
            raise InvalidEvidence("the blocks are not in order from the newest one on")
        if (hash_ := expected.pop(header.number, None)) is None:
            found.append(header)
        elif hash_ != header.hash:
            raise InvalidEvidence(f"block {header.number} is not the ancestor of the later ones")
        if link.past is not None:
            _expect(expected, link.past.block, kept_hash(header, link.past))
        if header.number:
            _expect(expected, header.number - 1, header.parent)
        last = header
    return tuple(found)


def slot_of(block: int) -> bytes:
    """Where the contract keeps the hash of the block of that number."""
    return (block % WINDOW).to_bytes(32, "big")


def _expect(expected: dict[int, bytes], number: int, hash_: bytes) -> None:
    if expected.setdefault(number, hash_) != hash_:
        raise InvalidEvidence(f"two blocks lead to different blocks {number}")


def kept_hash(header: Header, past: Past) -> bytes:
    """The hash that the state of the block keeps of the older one. Raises `InvalidEvidence`."""
    if not max(header.number - WINDOW, 0) <= past.block < header.number:
        raise InvalidEvidence(f"the state of block {header.number} keeps none of {past.block}")
    account = read_account(header.state_root, HISTORY, past.proof.account)
    if account is None or account.code_hash != _HISTORY_CODE_HASH:
        raise InvalidEvidence(f"the chain keeps no hashes of blocks at block {header.number}")
    kept = read_word(account.storage_root, slot_of(past.block), past.proof.storage)
    if not kept:
        raise InvalidEvidence(f"the state of block {header.number} keeps none of {past.block}")
    return kept.to_bytes(32, "big")
