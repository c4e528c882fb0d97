"""Which DIDs can be resolved here: the methods, the chains that did:ethr may ask, what is kept.

Needs no vault: `holdfast verify` resolves with the wallet's chain file, settings and cache alone.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, cast

from did.cache import CachingResolver
from did.errors import ChainError, UnsupportedMethod
from did.methods import METHODS
from did.resolver import DefinesParameters, DefinesPaths, Resolver, nowhere
from did.values import dataclass, field
from wallet.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from did.chain import Chain
    from did.chain.embedded import EmbeddedChain
    from did.chain.node import NodeChain
    from did.chain.nodes import Nodes
    from did.dereferencing import Addresses
    from did.document import Document
    from did.fetch import Fetch
    from did.identifier import DID, DIDURL
    from did.resolver import Method, Resolves
    from wallet.cache import Cache
    from wallet.settings import Settings

CHAIN_FILE: Final = "chain.db"
CACHE_FILE: Final = "cache.db"
MAX_AGE: Final = timedelta(minutes=5)
"""How old a document from the web may be that is not asked for anew."""

FOREIGN: Final = ("tz",)
"""The methods that didkit alone knows."""

_NETWORK: Final = frozenset({"web", "webvh", "ethr", *FOREIGN})


class _Kept:
    """The cache, which is loaded and opened when something is looked up in it."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self._path: Final = path
        self._read_only: Final = read_only

    def close(self) -> None:
        """Close what was opened."""
        if "_cache" in vars(self):
            self._cache.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    @cached_property
    def _cache(self) -> Cache:
        # Deferred: SQLite, for those whose DIDs or status lists come from elsewhere.
        from wallet.cache import Cache  # noqa: PLC0415

        return Cache(self._path, read_only=self._read_only)


class Chains:
    """The chains this wallet knows; each is opened when it is first asked."""

    def __init__(
        self, home: Path, *, read_only: bool = False, clock: Callable[[], datetime] = now
    ) -> None:
        """Those of a wallet's folder; `read_only`, nothing in it is changed.

        `clock` is that of the wallet's own chain, whose blocks say when they were made.
        """
        self.home = home
        self._read_only: Final = read_only
        self._clock: Final = clock
        self.cache: Final = cast("Cache", _Kept(home / CACHE_FILE, read_only=read_only))
        self._opened: dict[int, NodeChain | Nodes] = {}
        self._embedded: EmbeddedChain | None = None

    def __call__(self, chain_id: int) -> Chain | None:
        """The chain with that id, or None where the wallet knows none."""
        if (opened := self._opened.get(chain_id)) is not None:
            return opened
        if chain_id in self.settings().chains:
            return self._opened.setdefault(chain_id, self._node(chain_id))
        embedded = self.embedded()
        return embedded if embedded is not None and embedded.chain_id == chain_id else None

    def chosen(self) -> Chain:
        """The chain on which new DIDs live.

        Raises:
            ChainError: it is the wallet's own, and its file is not there.
        """
        chosen = self.settings().chain
        chain = self.embedded() if chosen is None else self(chosen)
        if chain is None:
            raise ChainError("this wallet has no chain", hint="was chain.db removed?")
        return chain

    def embedded(self) -> EmbeddedChain | None:
        """The embedded chain, or None where the wallet has no chain file."""
        path = self.home / CHAIN_FILE
        if self._embedded is None and path.exists():
            # Deferred: most commands need no chain.
            from did.chain.embedded import EmbeddedChain  # noqa: PLC0415

            self._embedded = EmbeddedChain.open(path, read_only=self._read_only, clock=self._clock)
        return self._embedded

    def settings(self) -> Settings:
        """What `config.toml` says now."""
        # Deferred: for chains, and for the web.
        from wallet.settings import Settings  # noqa: PLC0415

        return Settings.read(self.home)

    def close(self) -> None:
        """Close what was opened."""
        self.cache.close()
        if self._embedded is not None:
            self._embedded.close()
            self._embedded = None
        while self._opened:
            self._opened.popitem()[1].close()

    def forget(self, chain_id: int) -> None:
        """Reach a chain anew when it is next asked: how it is reached has changed."""
        if (opened := self._opened.pop(chain_id, None)) is not None:
            opened.close()

    def is_embedded(self, did: DID) -> bool:
        """Whether a did:ethr lives on the wallet's own chain."""
        network = did.method_specific_id.rpartition(":")[0]
        embedded = self.embedded()
        return embedded is not None and network.lower() == f"{embedded.chain_id:#x}"

    def _node(self, chain_id: int) -> NodeChain | Nodes:
        node = self.settings().chains[chain_id]
        return node_chain(chain_id, node.urls, node.registry)


def node_chain(chain_id: int, urls: tuple[str, ...], registry: str | None) -> NodeChain | Nodes:
    """The chain behind one node or several, which take over from one another.

    Without a `registry` it is the published one or, where none was, the one that `chain deploy`
    makes there.

    Raises:
        ChainError: an address cannot be used.
    """
    # Deferred: no other chain than the wallet's own is asked on most days.
    from did.chain.deployment import deployed_registry  # noqa: PLC0415
    from did.chain.node import NodeChain  # noqa: PLC0415
    from did.chain.nodes import Nodes  # noqa: PLC0415
    from did.chain.registry.deployments import published  # noqa: PLC0415

    if registry is None:
        known = published(chain_id)
        registry = deployed_registry(chain_id) if known is None else known.registry
    nodes = [NodeChain(url, registry=registry, chain_id=chain_id) for url in urls]
    return nodes[0] if len(nodes) == 1 else Nodes(nodes)


@dataclass(frozen=True, slots=True)
class _Lazy:
    """A method whose rules are loaded when the first DID of it is asked for."""

    name: str
    load: Callable[[], Method]
    _loaded: list[Method] = field(default_factory=list, repr=False, compare=False)

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """As the method itself."""
        return self.method.resolve(did, options)

    @property
    def parameters(self) -> frozenset[str]:
        """Those of the method itself."""
        method = self.method
        return method.parameters if isinstance(method, DefinesParameters) else frozenset()

    def locate(self, url: DIDURL, document: Document, /) -> Addresses:
        """As the method itself."""
        method = self.method
        return method.locate(url, document) if isinstance(method, DefinesPaths) else nowhere(url)

    @property
    def method(self) -> Method:
        """The method, loaded."""
        if not self._loaded:
            self._loaded.append(self.load())
        return self._loaded[0]


def _foreign(name: str) -> Method:
    # Deferred: didkit's pipe loads every format that credentials come in.
    from wallet.foreign import Foreign  # noqa: PLC0415

    return Foreign(name)


@dataclass(frozen=True, slots=True)
class _Accounts:
    """did:pkh: Ethereum's accounts by the rules here, those of other chains by didkit."""

    name: str = "pkh"

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of the account's DID."""
        try:
            return METHODS[self.name].resolve(did, options)
        except UnsupportedMethod:
            return _foreign(self.name).resolve(did, options)


def resolver_for(
    chains: Chains,
    cache: Cache,
    *,
    offline: bool = False,
    max_age: timedelta = MAX_AGE,
    fetch: Fetch | None = None,
    fresh: bool = False,
) -> Resolves:
    """A resolver of every method that is known here.

    `offline` asks nobody: what is kept is answered with, whatever its age. The embedded chain is
    no network, and is asked all the same. `fresh` asks everybody, whatever is kept.
    """

    def get() -> Fetch:
        if fetch is not None:
            return fetch
        # Deferred, as all below: TLS and each method's rules are for those who meet such a DID.
        from did.https import HTTPSFetch  # noqa: PLC0415

        return HTTPSFetch(allow_private=chains.settings().private_hosts)

    def ethr() -> Method:
        from did.methods.ethr.resolution import Ethr  # noqa: PLC0415

        return Ethr(chains, histories=cache)

    def web() -> Method:
        from did.methods.web import Web  # noqa: PLC0415

        return Web(get())

    def webvh() -> Method:
        from did.methods.webvh import WebVH  # noqa: PLC0415

        return WebVH(get())

    methods: dict[str, Method] = {
        **METHODS,
        "pkh": _Accounts(),
        "ethr": _Lazy("ethr", ethr),
        "web": _Lazy("web", web),
        "webvh": _Lazy("webvh", webvh),
        **{name: _Lazy(name, partial(_foreign, name)) for name in FOREIGN},
    }
    return CachingResolver(
        Resolver(methods),
        cache,
        methods=_NETWORK,
        # A chain is asked each time, and not for much: what it took back is not believed longer.
        max_age=lambda did: (
            timedelta(-1) if fresh else timedelta(0) if did.method == "ethr" else max_age
        ),
        offline=offline,
        local=lambda did: did.method == "ethr" and chains.is_embedded(did),
        fixed_versions={"webvh"},
    )


def opened_resolver(
    chains: Chains, *, offline: bool = False, max_age: timedelta = MAX_AGE
) -> Resolves:
    """A resolver for a wallet's folder, with the cache there."""
    return resolver_for(chains, chains.cache, offline=offline, max_age=max_age)
