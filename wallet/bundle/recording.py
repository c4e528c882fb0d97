"""Packing a bundle: verifying once more, and keeping all that was asked on the way."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.errors import DIDError, NotFound
from did.fetch import MAX_BODY
from did.identifier import DID
from wallet.bundle.document import Bundle, KeptBody
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.formats import formats_with
from wallet.resolution import resolver_for
from wallet.sources import wallet_contexts
from wallet.verify.sources import MAX_BODY as LARGEST
from wallet.verify.sources import Body, Sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from did.chain.evidence import EthrEvidence
    from did.dereferencing import Dereferencing, Resource
    from did.fetch import Fetch
    from did.identifier import DIDURL
    from did.resolution import Resolution
    from did.resolver import Resolves
    from wallet.resolution import Chains


class Recorder:
    """Sources that ask everybody anew and remember what was said; `bundle` is that."""

    def __init__(
        self, chains: Chains, fetch: Callable[[], Fetch], clock: Callable[[], datetime]
    ) -> None:
        """`fetch` makes what asks the web when it is first needed."""
        self._chains: Final = chains
        self._make_fetch: Final = fetch
        self._clock: Final = clock
        self._bodies: Final[dict[str, KeptBody]] = {}
        self._chain_dids: Final[dict[str, DID]] = {}
        self._fetch: Fetch | None = None
        self._contexts: Final = wallet_contexts(chains.home)

    @property
    def sources(self) -> Sources:
        """To verify with."""
        resolver = _Noting(
            resolver_for(self._chains, self._chains.cache, fetch=self.fetch, fresh=True), self._note
        )
        return Sources(resolver, self._get, self._contexts, formats_with(self._contexts))

    def fetch(self, url: str, /, *, limit: int = MAX_BODY, accept: str = "*/*") -> bytes:
        """As `Fetch`: what the web says now, remembered. Raises `DIDError`."""
        if self._fetch is None:
            self._fetch = self._make_fetch()
        try:
            data = self._fetch(url, limit=limit, accept=accept)
        except NotFound:
            self._bodies[url] = KeptBody(None, self._clock())
            raise
        self._bodies[url] = KeptBody(data, self._clock())
        return data

    def bundle(self) -> Bundle:
        """What was asked, with evidence of each did:ethr from its chain.

        Raises:
            DIDError: a chain does not give all the evidence.
        """
        used = {url: self._contexts[url] for url in self._contexts if url not in SHIPPED}
        return Bundle(
            created=self._clock(),
            bodies=MappingProxyType(dict(self._bodies)),
            chains=tuple(map(self._evidence, self._chain_dids.values())),
            contexts=MappingProxyType(used),
        )

    def _get(self, url: str, /, *, accept: str = "*/*") -> Body:
        return Body(self.fetch(url, limit=LARGEST, accept=accept))

    def _note(self, did: str | DID) -> None:
        """Remember whose evidence a chain has to give."""
        try:
            parsed = DID.parse(did) if isinstance(did, str) else did
        except DIDError:
            return
        if parsed.method == "ethr":
            self._chain_dids[str(parsed)] = parsed

    def _evidence(self, did: DID) -> EthrEvidence:
        # Deferred: most issuers are on no chain.
        from did.methods.ethr.identifier import Subject  # noqa: PLC0415
        from did.methods.ethr.offline import gather  # noqa: PLC0415

        chain = self._chains(Subject.of(did).chain_id)
        if chain is None:
            raise NotFound(f"the chain of {did} is not known here")
        return gather(chain, did)


class _Noting:
    """Asks another resolver, and tells for whom."""

    def __init__(self, resolver: Resolves, note: Callable[[str | DID], None]) -> None:
        self._resolver: Final = resolver
        self._note: Final = note

    def resolve(self, did: str | DID, /, **options: str | bool) -> Resolution:
        """As `Resolves`."""
        self._note(did)
        return self._resolver.resolve(did, **options)

    def dereference(self, url: str | DIDURL, /, **options: str | bool) -> Resource:
        """As `Resolves`."""
        return self._resolver.dereference(url, **options)

    def dereference_url(self, url: str | DIDURL, /, **options: str | bool) -> Dereferencing:
        """As `Resolves`."""
        return self._resolver.dereference_url(url, **options)
