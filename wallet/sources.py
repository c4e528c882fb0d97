"""What verification may ask here: resolvers, the web and what is kept of it, and known contexts.

Needs no vault: `holdfast verify` uses the wallet's folder alone, and does without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.formats import formats_with
from wallet.fetching import KeepingGet
from wallet.resolution import opened_resolver
from wallet.verify.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from did.bbs.parties import Holder
    from did.fetch import Fetch
    from wallet.credentials.jsonld import Contexts
    from wallet.resolution import Chains

CONTEXTS_FOLDER: Final = "contexts"


def opened_sources(
    chains: Chains,
    *,
    offline: bool = False,
    as_holder: bool = False,
    holders: Callable[[str], Holder] | None = None,
) -> Sources:
    """The sources of a wallet's folder, with the cache and the contexts there.

    `offline` asks nobody: what is kept is answered with, whatever its age. `as_holder` judges what
    an issuer gives to a holder alone, and `holders` has, by issuer, whose secret it is bound to.
    """

    def fetch() -> Fetch:
        # Deferred: most credentials need no web.
        from did.https import HTTPSFetch  # noqa: PLC0415

        return HTTPSFetch(allow_private=chains.settings().private_hosts)

    resolver = opened_resolver(chains, offline=offline)
    get = KeepingGet(fetch, chains.cache, offline=offline)
    contexts = wallet_contexts(chains.home)
    return Sources(
        resolver, get, contexts, formats_with(contexts, as_holder=as_holder, holders=holders)
    )


def wallet_contexts(home: Path) -> Contexts:
    """The contexts that are known here: those shipped, and those a person added."""
    folder = home / CONTEXTS_FOLDER
    if not folder.is_dir():
        return SHIPPED
    # Deferred: few people add contexts.
    from wallet.credentials.contexts.added import AddedContexts, combined  # noqa: PLC0415

    return combined(AddedContexts(folder))
