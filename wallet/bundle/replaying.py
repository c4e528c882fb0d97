"""Verifying by a bundle: the same code as ever, asking the bundle instead of the world.

What servers said counts where the bundle is signed by somebody whom the verifier accepts, and so do
contexts. What a chain said counts where the blocks it rests on are accepted: those that the
verifier names, or all those of an accepted signer. DIDs that are their own document need neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.errors import NotFound, TooLarge, Unreachable, quoted
from did.fetch import MAX_BODY
from did.methods import METHODS
from did.resolver import Found, Resolver
from wallet.credentials.formats import formats_with
from wallet.credentials.signed_json import signer_of
from wallet.sources import wallet_contexts
from wallet.verify.sources import MAX_BODY as LARGEST
from wallet.verify.sources import Body, Sources

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from did.chain.evidence import BlockName
    from did.identifier import DID
    from did.options import Options
    from did.resolver import Method
    from wallet.bundle.document import Bundle
    from wallet.verify.policy import Policy

_SOME_TIME: Final = timedelta(seconds=1)
"""Any length but none: the network was not asked just now."""
_NETWORK: Final = frozenset({"web", "webvh", "ethr"})


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle as a verifier takes it: whom to ask, and who signed it.

    `signer` is the DID whose signature is right and whom the policy accepts; None where there is
    none such, and the bundle shows nothing but what it proves by itself.
    """

    sources: Sources
    signer: str | None
    created: datetime


def opened_bundle(bundle: Bundle, policy: Policy, home: Path) -> Opened:
    """Sources that answer from a bundle alone."""
    signer = signer_of(bundle.document or {}, policy.bundle_signers)
    contexts = wallet_contexts(home)
    if signer is not None and bundle.contexts:
        contexts = MappingProxyType({**bundle.contexts, **contexts})
    fetch = _Fetch(bundle, believed=signer is not None)
    resolver = _AsOf(_methods(bundle, policy, fetch, signer), bundle.created)
    sources = Sources(resolver, fetch.get, contexts, formats_with(contexts))
    return Opened(sources, signer, bundle.created)


def _methods(
    bundle: Bundle, policy: Policy, fetch: _Fetch, signer: str | None
) -> Mapping[str, Method]:
    # Deferred: the rules of a method are for who meets a DID of it.
    from did.methods.ethr.offline import OfflineEthr  # noqa: PLC0415
    from did.methods.web import Web  # noqa: PLC0415
    from did.methods.webvh import WebVH  # noqa: PLC0415

    accepted = _Accepted(policy.blocks, everything=signer is not None)
    ethr = OfflineEthr(bundle.chains, accepted)
    return {**METHODS, "web": Web(fetch), "webvh": WebVH(fetch), "ethr": ethr}


@dataclass(frozen=True, slots=True)
class _Accepted:
    """The blocks that the policy names; all of them where the bundle is an accepted signer's."""

    hashes: frozenset[str]
    everything: bool

    def accepts(self, block: BlockName, /) -> bool:
        """Whether it is one of them."""
        return self.everything or f"0x{block.hash.hex()}" in self.hashes


@dataclass(frozen=True, slots=True)
class _Fetch:
    """What servers said, where it is believed."""

    bundle: Bundle
    believed: bool

    def __call__(self, url: str, /, *, limit: int = MAX_BODY, accept: str = "*/*") -> bytes:
        """As `Fetch`. Raises `DIDError`."""
        del accept
        kept = self.bundle.bodies.get(url)
        if kept is None:
            raise Unreachable(f"the bundle does not say what is at {quoted(url)}")
        if not self.believed:
            raise Unreachable(
                "the bundle is not signed by anybody whom the policy accepts",
                hint="name who signed it: --bundle-signer DID",
            )
        if kept.data is None:
            raise NotFound(f"there was nothing at {quoted(url)}")
        if len(kept.data) > limit:
            raise TooLarge(f"what was at {quoted(url)} is longer than {limit} bytes")
        return kept.data

    def get(self, url: str, /, *, accept: str = "*/*") -> Body:
        """As `Get`. Raises `DIDError`."""
        data = self(url, limit=LARGEST, accept=accept)
        return Body(data, self.bundle.bodies[url].retrieved)


class _AsOf(Resolver):
    """Answers with documents as of the bundle's time, and says so."""

    __slots__ = ("_created",)

    def __init__(self, methods: Mapping[str, Any], created: datetime) -> None:
        super().__init__(methods)
        self._created: Final = created

    def ask(self, did: DID, options: Options, /) -> Found:
        """As `Resolver`, with the time at which the network said so. Raises `DIDError`."""
        found = super().ask(did, options)
        if did.method not in _NETWORK:
            return found
        return Found(found.document, found.metadata, self._created, _SOME_TIME)
