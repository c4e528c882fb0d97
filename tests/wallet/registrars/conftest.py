from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.errors import NotFound
from wallet.cache import Cache
from wallet.entries import OwnDID, dids
from wallet.registrars.registrar import NewDID, Publish
from wallet.registrars.sending import Sending
from wallet.registrars.table import registrars_of
from wallet.resolution import CACHE_FILE, resolver_for
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from did.resolver import Resolves
    from wallet.registrars.registrar import Changed, PublicFile, Registrar, Wanted
    from wallet.wallet import Wallet

OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "web": {"address": "example.com/team"},
    "webvh": {"address": "example.com/team"},
}


class Site:
    """The web, as far as the person has put files there."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def __call__(self, url: str, /, *, limit: int = 1 << 20, accept: str = "*/*") -> bytes:
        del accept
        if url not in self.files:
            raise NotFound(f"there is nothing at {url}")
        assert len(self.files[url]) <= limit
        return self.files[url]

    def put(self, file: PublicFile | None) -> None:
        assert file is not None
        self.files[file.url] = file.data


class Clock:
    """Always a second later, so that each entry of a log has a time of its own."""

    def __init__(self) -> None:
        self.seconds = int(datetime.now(UTC).timestamp()) - 3600

    def __call__(self) -> datetime:
        self.seconds += 1
        return datetime.fromtimestamp(self.seconds, UTC)


@dataclass(frozen=True, slots=True)
class Office:
    """The registrars of a wallet, a web of their own, and what a person does with them."""

    wallet: Wallet
    registrars: Mapping[str, Registrar]
    resolver: Resolves
    site: Site

    def of(self, own: OwnDID) -> Registrar:
        return self.registrars[own.did.method]

    def make(self, method: str, **options: Any) -> OwnDID:
        """A DID of that method, kept; its file, if it has one, is put on the web."""
        number = sum(own.did.method == method for own in dids(self.wallet.vault))
        wanted = NewDID(number, f"{method}{number}", **{**OPTIONS.get(method, {}), **options})
        creation = self.registrars[method].create(wanted)
        if creation.finish is None:
            return self.keep(creation.own)
        own, file = creation.finish()
        self.site.put(file)
        return self.keep(own)

    def published(self, method: str, **options: Any) -> OwnDID:
        """A DID that others can resolve, with the key that it signs with."""
        own = self.make(method, **options)
        return self.change(own, Publish()).own if self.of(own).publishes else own

    def change(self, own: OwnDID, wanted: Wanted, *, payer: OwnDID | None = None) -> Changed:
        """What becomes of a change; a file is put on the web."""
        changed = self.of(own).change(own, wanted, payer=payer).perform()
        if changed.file is not None:
            self.site.put(changed.file)
        self.keep(changed.own)
        return changed

    def keep(self, own: OwnDID) -> OwnDID:
        self.wallet.vault.put(Kind.DID, own.body(), id=own.id)
        (kept,) = (other for other in dids(self.wallet.vault) if other.id == own.id)
        assert kept == replace(own, kept=kept.kept)
        return kept


@pytest.fixture
def office(wallet: Wallet) -> Iterator[Office]:
    site = Site()
    with closing(Cache(wallet.home / CACHE_FILE)) as cache:
        resolver = resolver_for(wallet.chains, cache, fetch=site)
        sending = Sending(wallet.sending.outbox, cache, cache, Clock(), lambda _: None)
        registrars = registrars_of(wallet.vault, wallet.chains, resolver, sending)
        yield Office(wallet, registrars, resolver, site)
