"""Where registries of DIDs (ERC-1056) are known to stand, and what identifiers call their networks.

The facts are those of the method's reference resolver, `packages/ethr-did-resolver/src/config/
deployments.ts` of github.com/decentralized-identity/ethr-did-resolver at commit
7dd332f726b8220aa5c9d8eb4381da77d0e56479 (version 14.1.2), networks that have ended since included:
what was signed for a DID there still names it. Adding a registry is adding a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.chain.hexadecimal import read_address

if TYPE_CHECKING:
    from collections.abc import Mapping

UNTRUSTED_BLOCK_NUMBERS: Final = frozenset(
    {
        42_161,  # Arbitrum One
        42_170,  # Arbitrum Nova
        421_611,  # Arbitrum's test networks
        421_613,
        421_614,
        33_139,  # ApeChain
        660_279,  # Xai
        1_380_012_617,  # RARI Chain
    }
)
"""Chains of Arbitrum's kind. There a contract sees the number of the parent chain's block, so that
what a registry says of blocks names others than the ones that hold its logs."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A registry at an address of a chain.

    `names` are what identifiers call its network. With `legacy_nonce`, what an owner signs for
    others to send counts attributes by identity, not by owner (contracts before 0.0.3).
    `first_block` is one before which the registry has no logs. A `retired` network has ended.
    """

    chain_id: int
    registry: str
    names: tuple[str, ...] = ()
    legacy_nonce: bool = False
    first_block: int = 0
    retired: bool = False

    @property
    def untrusted_block_numbers(self) -> bool:
        """Whether the registry there counts the blocks of another chain."""
        return self.chain_id in UNTRUSTED_BLOCK_NUMBERS


_OLDEST: Final = "0xdCa7EF03e98e0DC2B855bE647C39ABe984fcF21B"
_NEWEST: Final = "0x03d5003bf0e79C5F5223588F347ebA39AfbC3818"

DEPLOYMENTS: Final = (
    Deployment(1, _OLDEST, ("mainnet",), legacy_nonce=True),
    Deployment(11_155_111, _NEWEST, ("sepolia",)),
    Deployment(100, _NEWEST, ("gno",)),
    Deployment(17_000, _NEWEST, ("holesky",)),
    Deployment(246, "0xE29672f34e92b56C9169f9D485fFc8b9A136BCE4", ("ewc",)),
    Deployment(73_799, "0xC15D5A57A8Eb0e1dCBE5D88B8f9a82017e5Cc4AF", ("volta",)),
    Deployment(137, _OLDEST, ("polygon",), legacy_nonce=True),
    Deployment(
        1_313_161_554, "0x63eD58B671EeD12Bc1652845ba5b2CDfBff198e0", ("aurora",), legacy_nonce=True
    ),
    Deployment(30, _OLDEST, ("rsk",), legacy_nonce=True),
    Deployment(31, _OLDEST, ("rsk:testnet",), legacy_nonce=True),
    Deployment(3, _OLDEST, ("ropsten",), legacy_nonce=True, retired=True),
    Deployment(4, _OLDEST, ("rinkeby",), legacy_nonce=True, retired=True),
    Deployment(5, _OLDEST, ("goerli",), legacy_nonce=True, retired=True),
    Deployment(42, _OLDEST, ("kovan",), legacy_nonce=True, retired=True),
    Deployment(246_785, _OLDEST, ("artis:tau1",), legacy_nonce=True, retired=True),
    Deployment(246_529, _OLDEST, ("artis:sigma1",), legacy_nonce=True, retired=True),
    Deployment(80_001, _OLDEST, ("polygon:test",), legacy_nonce=True, retired=True),
    Deployment(59_140, _NEWEST, ("linea:goerli",), retired=True),
)

NETWORKS: Final[Mapping[str, int]] = MappingProxyType(
    {name: known.chain_id for known in DEPLOYMENTS for name in known.names}
)
"""The chain ids of the networks that identifiers call by name."""

_BY_PLACE: Final = MappingProxyType(
    {(known.chain_id, read_address(known.registry)): known for known in DEPLOYMENTS}
)


def deployment(chain_id: int, registry: str) -> Deployment:
    """What is known of the registry at that address; of one that is not listed, its place alone.

    Raises:
        ChainError: `registry` is no address.
    """
    known = _BY_PLACE.get((chain_id, read_address(registry, "the registry's address")))
    return Deployment(chain_id, registry) if known is None else known


def published(chain_id: int) -> Deployment | None:
    """The listed registry of a chain, for whoever has to be told of none."""
    return next((known for known in DEPLOYMENTS if known.chain_id == chain_id), None)
