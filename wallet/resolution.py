"""Which DIDs can be resolved here: the methods, and the chains that did:ethr may ask.

Needs no vault: `holdfast verify` resolves with the wallet's chain file and settings alone.
`config.toml` may name further chains:

    [chains.11155111]
    url = "https://node.example/"
    registry = "0x03d5003bf0e79c5f5223588f347eba39afbc3818"
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final

from did.methods import METHODS
from did.methods.ethr import Ethr
from did.resolver import Resolver
from wallet.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from did.chain import Chain
    from did.chain.embedded import EmbeddedChain

CHAIN_FILE: Final = "chain.db"
CONFIG_FILE: Final = "config.toml"


class Chains:
    """The chains this wallet knows; each is opened when it is first asked."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._embedded: EmbeddedChain | None = None

    def __call__(self, chain_id: int) -> Chain | None:
        """The chain with that id, or None where the wallet knows none."""
        node = self._configured().get(str(chain_id))
        if node is not None:
            # Deferred: no other chain than the wallet's own is asked on most days.
            from did.chain.node import NodeChain  # noqa: PLC0415

            return NodeChain(node["url"], registry=node["registry"], chain_id=chain_id)
        embedded = self.embedded()
        return embedded if embedded is not None and embedded.chain_id == chain_id else None

    def embedded(self) -> EmbeddedChain | None:
        """The embedded chain, or None where the wallet has no chain file."""
        path = self._home / CHAIN_FILE
        if self._embedded is None and path.exists():
            # Deferred: it takes a second to load an EVM, and most commands need none.
            from did.chain.embedded import EmbeddedChain  # noqa: PLC0415

            self._embedded = EmbeddedChain.open(path)
        return self._embedded

    def close(self) -> None:
        """Close what was opened."""
        if self._embedded is not None:
            self._embedded.close()
            self._embedded = None

    def _configured(self) -> dict[str, dict[str, Any]]:
        try:
            text = (self._home / CONFIG_FILE).read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        try:
            chains = tomllib.loads(text).get("chains", {})
            return {
                number: {"url": str(node["url"]), "registry": str(node["registry"])}
                for number, node in chains.items()
            }
        except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(
                f"{CONFIG_FILE} cannot be used: {error}",
                hint='a chain is [chains.ID] with "url" and "registry"',
            ) from error


def resolver_for(chains: Chains) -> Resolver:
    """A resolver of every method, did:ethr over the chains given."""
    return Resolver({**METHODS, "ethr": Ethr(chains)})
