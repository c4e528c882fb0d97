"""Which registry of a chain is meant, and where in its storage it keeps last changes.

Both come from here and never from the evidence: another contract could log what it likes, and a
word in the wrong place is zero, as if nothing had ever been said.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.chain.deployment import chain_bound
from did.chain.evidence.errors import InvalidEvidence
from did.chain.hexadecimal import read_address
from did.chain.registry.deployments import deployment, published
from did.contracts import contract
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.chain.evidence.tries import Account

_SLOT: Final = (2).to_bytes(32, "big")
"""The mapping of last changes, the third variable of both contracts (their storage layouts)."""

_BEFORE_TOMBSTONES: Final = bytes.fromhex(
    "b54387d20eda72a2223dc5f00d67d8f74067e36d4fbbb93756107d59689d1471"
)
"""The hash of the code that chains made by release 0.1.0 have. It sets no tombstones."""

_EMPTY_CODE: Final = bytes.fromhex(
    "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a registry keeps last changes.

    `key_first`: a mapping's key is hashed before its slot, as Solidity does; Vyper has it after.
    `tombstones`: the first bit of a word says that the identity is deactivated.
    """

    key_first: bool
    tombstones: bool

    def slot(self, identity: bytes) -> bytes:
        """Where the last change of the identity, 20 bytes, is kept."""
        key = identity.rjust(32, b"\0")
        return keccak256(key + _SLOT if self.key_first else _SLOT + key)

    def read(self, word: int) -> tuple[int, bool]:
        """The block of the last change, or 0, and whether the identity is deactivated."""
        if self.tombstones:
            return word & ~(1 << 255), bool(word >> 255)
        return word, False

    @property
    def places(self) -> Layout:
        """The same without a word's meaning: `VYPER` or `SOLIDITY`."""
        return SOLIDITY if self.key_first else VYPER


VYPER: Final = Layout(key_first=False, tombstones=False)
SOLIDITY: Final = Layout(key_first=True, tombstones=False)


def require_counting(chain_id: int, registry: str) -> None:
    """Refuse registries whose state names blocks of another chain (Arbitrum's kind).

    Raises:
        InvalidEvidence: it is one.
        ChainError: `registry` is no address.
    """
    if deployment(chain_id, registry).untrusted_block_numbers:
        raise InvalidEvidence(
            f"the registry of chain {chain_id} counts the blocks of another chain, so that its"
            " state names no block of its own",
            hint="ask a node of the chain about the DID",
        )


def require_registry(chain_id: int, registry: str, known: str | None) -> None:
    """Refuse a registry that is not the chain's: the one `known`, or what everybody knows.

    Raises:
        InvalidEvidence: it is another one, or counts the blocks of another chain.
        ChainError: `registry` or `known` is no address.
    """
    require_counting(chain_id, registry)
    listed = published(chain_id)
    expected = known if known is not None or listed is None else listed.registry
    if expected is None:
        right = chain_bound(chain_id, registry)
    else:
        right = read_address(registry) == read_address(expected)
    if not right:
        raise InvalidEvidence(
            f"{registry} is not known as the registry of DIDs of chain {chain_id}",
            hint="add the chain, with the address of its registry, to the configuration",
        )


def layout_of(chain_id: int, registry: str, account: Account | None) -> Layout:
    """How the registry keeps last changes, by its code. Raises `InvalidEvidence`."""
    if account is None or account.code_hash == _EMPTY_CODE:
        raise InvalidEvidence(f"chain {chain_id} had no registry at {registry} in that block yet")
    if (found := _by_code().get(account.code_hash)) is not None:
        return found
    if deployment(chain_id, registry).names:  # published: ethr-did-registry, of any version
        return SOLIDITY
    raise InvalidEvidence(
        f"where the contract at {registry} on chain {chain_id} keeps changes is not known here",
        hint="ask a node of the chain about the DID",
    )


@cache
def _by_code() -> Mapping[bytes, Layout]:
    return MappingProxyType(
        {
            keccak256(contract("did_registry").runtime): Layout(key_first=False, tombstones=True),
            _BEFORE_TOMBSTONES: VYPER,
        }
    )
