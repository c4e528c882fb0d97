"""Answering `changed(address)` from the registry's storage, as running its code would.

Each resolving of a DID begins with this question, and loading an EVM to run six instructions
takes a second. The answer is given only where the code is one whose storage is known.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from did.chain import abi
from did.chain.embedded.state import read_storage
from did.contracts import contract
from did.keccak import keccak256

if TYPE_CHECKING:
    from did.chain.embedded.state import Account, Nodes

_CHANGED_SLOT: Final = (2).to_bytes(32, "big")
"""Where the compiler puts the mapping of last changes, as its storage layout says."""

_BEFORE_TOMBSTONES: Final = bytes.fromhex(
    "b54387d20eda72a2223dc5f00d67d8f74067e36d4fbbb93756107d59689d1471"
)
"""The hash of the code that chains made by release 0.1.0 have. It sets no tombstones."""


def stored_answer(nodes: Nodes, registry: Account, call: bytes) -> bytes | None:
    """What the registry answers to `call`, or None where it takes running it to know."""
    if registry.code_hash not in _known_codes() or call[:4] != abi.selector("changed(address)"):
        return None
    if len(call) != 36 or any(call[4:16]):
        return None
    last_change = read_storage(nodes, registry, keccak256(_CHANGED_SLOT + call[4:]))
    # The first bit says that the identity is deactivated; the others number a block.
    return bytes((last_change[0] & 0x7F,)) + last_change[1:]


@cache
def _known_codes() -> frozenset[bytes]:
    return frozenset({keccak256(contract("did_registry").runtime), _BEFORE_TOMBSTONES})
