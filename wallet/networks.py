"""The chains of a wallet for whoever watches or changes them: which there are, and how each is.

Nothing here needs the vault. What asks a node can be done in a thread of its own, by `connected`.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from did.chain import ManyNodes
from did.chain.check import check
from did.chain.deployment import registry_address
from did.chain.hexadecimal import quantity, read_quantity
from did.chain.node import asked_chain_id
from did.errors import ChainError, Unreachable
from did.values import dataclass, field
from wallet.errors import BadInput
from wallet.resolution import node_chain
from wallet.settings import NodeSettings, use_chain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from did.chain import Chain
    from wallet.resolution import Chains

EMBEDDED: Final = "embedded"
"""What stands for the wallet's own chain where nodes could be named."""


@dataclass(frozen=True, slots=True)
class Network:
    """A chain that the wallet knows.

    Attributes:
        chain_id: the chain.
        chosen: whether new DIDs live there.
        nodes: how it is reached; None for the wallet's own.
    """

    chain_id: int
    chosen: bool
    nodes: NodeSettings | None = field(default=None, repr=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of its nodes; the rest of their addresses may be a key."""
        return tuple(map(host_of, self.nodes.urls)) if self.nodes else ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a chain.

    Attributes:
        head: its last block; of several nodes, that of the one furthest behind.
        age: how old that block is, in seconds.
        registry: the address at which its registry of DIDs is looked for.
        has_registry: whether there is something.
        client: the node's software, where it tells.
        warnings: what a person should know before relying on it, a clause each.
        missing: the hosts of nodes that do not answer, where others do.
    """

    head: int
    age: int
    registry: str
    has_registry: bool = True
    client: str = ""
    warnings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block. `at` is in seconds since 1970; `transactions` are their hashes, `0x…`."""

    number: int
    hash: str
    at: int
    gas_used: int
    transactions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """What nodes that a person names come to.

    Attributes:
        chain_id: the chain that all of them say they are of.
        settings: what is written down to reach it.
        registry: where its registry of DIDs is, or would be.
        has_registry: whether there is one.
        warnings: what a person should know first, a clause each.
    """

    chain_id: int
    settings: NodeSettings = field(repr=False)
    registry: str
    has_registry: bool
    warnings: tuple[str, ...] = ()

    def use(self, home: Path) -> None:
        """Have new DIDs live there."""
        use_chain(home, self.chain_id, self.settings)


def networks(chains: Chains) -> tuple[Network, ...]:
    """Those that the wallet knows, its own last; nobody is asked."""
    settings, embedded = chains.settings(), chains.embedded()
    own = () if embedded is None else (embedded.chain_id,)
    chosen = settings.chain if settings.chain is not None else next(iter(own), None)
    return tuple(
        Network(id_, id_ == chosen, settings.chains.get(id_))
        for id_ in dict.fromkeys((*settings.chains, *own))
    )


def connected(network: Network) -> Chain:
    """A connection of one's own to the nodes of a chain, for any thread.

    Raises:
        ChainError: an address cannot be used.
    """
    assert network.nodes is not None  # noqa: S101 - the wallet's own chain is in its thread
    return node_chain(network.chain_id, network.nodes.urls, network.nodes.registry)


def standing(chain: Chain, *, clock: Callable[[], float] = time.time) -> Standing:
    """How it stands with a chain, with a registry or without one; of several nodes, with each.

    Raises:
        ChainError: it is another chain, or its answers are none.
        Unreachable: it does not answer.
    """
    if not isinstance(chain, ManyNodes):
        return _standing(chain, clock)
    found, missing, last = list[Standing](), list[str](), Unreachable("no node answers")
    for node in chain.nodes:
        try:
            found.append(_standing(node, clock))
        except Unreachable as error:
            last = error
            missing.append(getattr(node, "name", str(node.chain_id)))
    if not found:
        raise last
    behind = min(found, key=lambda one: one.head)
    return Standing(
        behind.head,
        behind.age,
        behind.registry,
        behind.has_registry,
        behind.client,
        behind.warnings,
        tuple(missing),
    )


def _standing(chain: Chain, clock: Callable[[], float]) -> Standing:
    try:
        seen = check(chain, clock=clock)
    except ChainError:
        if has_registry(chain):
            raise
        head = _block(chain.request("eth_getBlockByNumber", ["latest", False]))
        return Standing(head.number, int(clock()) - head.at, chain.registry, has_registry=False)
    return Standing(seen.head, seen.age, seen.registry, client=seen.client, warnings=seen.warnings)


def has_registry(chain: Chain) -> bool:
    """Whether there is a contract where the registry should be. Raises as `Chain.request`."""
    return chain.request("eth_getCode", [chain.registry, "latest"]) not in {"0x", None}


def blocks(chain: Chain, newest: int, count: int) -> tuple[Block, ...]:
    """So many blocks from one on backwards, in one round trip where the node lets itself be asked.

    Raises:
        ChainError, Unreachable: the chain gave no answer, or what is none.
    """
    numbers = range(newest, max(newest - count, -1), -1)
    calls = [("eth_getBlockByNumber", [quantity(number), False]) for number in numbers]
    return tuple(map(_block, chain.request_many(calls)))


def transactions(chain: Chain, number: int) -> tuple[Mapping[str, Any], ...]:
    """The transactions of a block, as the node gives them. Raises as `Chain.request`."""
    found = chain.request("eth_getBlockByNumber", [quantity(number), True])
    return tuple(found["transactions"]) if isinstance(found, dict) else ()


def _block(found: Any) -> Block:
    match found:
        case {"number": number, "hash": str(hash_), "timestamp": at, "transactions": listed}:
            return Block(
                read_quantity(number, "a block's number"),
                hash_,
                read_quantity(at, "a block's time"),
                read_quantity(found.get("gasUsed", "0x0"), "a block's gas"),
                tuple(map(str, listed)),
            )
        case _:
            raise ChainError("the chain's blocks are none")


def reach(urls: tuple[str, ...], registry: str | None = None) -> Reached:
    """What the nodes at these addresses speak for; all of them are asked, now.

    Raises:
        BadInput: they are none, or of several chains, or there is no contract at `registry`.
        ChainError, Unreachable: one gave no answer.
    """
    chain_id = _chain_id(urls)
    kept = registry or _embedded_elsewhere(chain_id, urls)
    chain = node_chain(chain_id, urls, kept)
    has: bool = has_registry(chain)
    warnings: tuple[str, ...] = ()
    if has:
        warnings = check(chain).warnings
    elif registry is not None:
        raise BadInput(
            f"there is no contract at {chain.registry} on chain {chain_id}",
            hint="check the address, or leave out --registry",
        )
    return Reached(chain_id, NodeSettings(urls, kept), chain.registry, has, warnings)


def _chain_id(urls: tuple[str, ...]) -> int:
    """The chain that the nodes say they are of."""
    found = {url: asked_chain_id(url) for url in urls}
    if not found:
        raise BadInput("no node is named", hint="holdfast chain use URL")
    if len(set(found.values())) > 1:
        ids = ", ".join(map(str, sorted(set(found.values()))))
        raise BadInput(f"the nodes speak for different chains: {ids}", hint="name those of one")
    return next(iter(found.values()))


def _embedded_elsewhere(chain_id: int, urls: tuple[str, ...]) -> str | None:
    """The registry of another wallet's own chain, if that is what the nodes serve."""
    registry = f"0x{registry_address(chain_id).hex()}"
    return registry if has_registry(node_chain(chain_id, urls, registry)) else None


def host_of(url: str) -> str:
    """The host of an address, and its port: what may be shown of it."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.hostname:
            return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    return "?"
