"""What tries of a chain hold, by nodes that come with the question.

That there is nothing under a key is shown by nodes as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from did.chain import rlp, tries
from did.chain.evidence.errors import InvalidEvidence
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST: Final = 1_024
"""The longest node of a state: one of sixteen branches has 532 bytes."""


@dataclass(frozen=True, slots=True)
class StateProof:
    """The nodes that lead from a state's root to an account, and from its storage's to a word."""

    account: tuple[bytes, ...]
    storage: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What a state says of a contract."""

    storage_root: bytes
    code_hash: bytes


def read_account(state_root: bytes, address: bytes, nodes: Sequence[bytes]) -> Account | None:
    """The account of the 20-byte `address`, or None. Raises `InvalidEvidence`."""
    if not (encoded := look_up(state_root, keccak256(address), nodes)):
        return None
    match _decode(encoded):
        case [bytes(), bytes(), bytes(storage_root), bytes(code_hash)] if (
            len(storage_root) == len(code_hash) == 32
        ):
            return Account(storage_root, code_hash)
        case _:
            raise InvalidEvidence("the state has an account that is none")


def read_word(storage_root: bytes, slot: bytes, nodes: Sequence[bytes]) -> int:
    """The word in the 32-byte `slot`, 0 where nothing is kept. Raises `InvalidEvidence`."""
    if not (encoded := look_up(storage_root, keccak256(slot), nodes)):
        return 0
    try:
        return rlp.decode_integer(_decode(encoded))
    except rlp.InvalidRLP as error:
        raise InvalidEvidence("the state has a word that is none") from error


def look_up(root: bytes, key: bytes, nodes: Sequence[bytes]) -> bytes:
    """What the trie with that root has under `key`, or no bytes. Raises `InvalidEvidence`."""
    if max(map(len, nodes), default=0) > _LONGEST:
        raise InvalidEvidence("a node is longer than those of states are")
    try:
        return tries.look_up(root, key, nodes)
    except tries.NodeMissing as error:
        raise InvalidEvidence("a node is missing on the way from a root of the block") from error
    except tries.NodeInvalid as error:
        raise InvalidEvidence("a node on the way from a root of the block is none") from error


def _decode(encoded: bytes) -> rlp.Item:
    try:
        return rlp.decode(encoded)
    except rlp.InvalidRLP as error:
        raise InvalidEvidence(f"the state cannot be read: {error}") from error
