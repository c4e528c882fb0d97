"""What the wallet knows of chains without asking anybody, and asking one without ever failing."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from did.errors import DIDError, UnknownNetwork
from did.keys.secp256k1 import checksummed
from did.methods.ethr import Subject
from tui.widgets.chain import Account
from wallet.entries import dids, names
from wallet.networks import networks
from wallet.payees import Payment, payments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from did.chain import Chain
    from did.chain.sending.intents import Intent
    from wallet.entries import OwnDID
    from wallet.networks import Network
    from wallet.wallet import Wallet

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Local:
    """What stands in the wallet.

    Attributes:
        networks: the chains that it knows.
        pending: what is signed and not known to be done.
        accounts: those of its did:ethr.
        payments: what was paid, the newest first.
        names: what the accounts are called, by their address in small letters.
        now: when that was so.
    """

    networks: tuple[Network, ...] = ()
    pending: tuple[Intent, ...] = ()
    accounts: tuple[Account, ...] = ()
    payments: tuple[Payment, ...] = ()
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    now: datetime | None = None

    def waits(self, intent: Intent) -> float:
        """Since when something is pending, in seconds."""
        return 0.0 if self.now is None else (self.now - intent.created).total_seconds()


def local(wallet: Wallet) -> Local:
    """What the wallet knows without asking anybody."""
    found = tuple(map(_account, (own for own in dids(wallet.vault) if own.did.method == "ethr")))
    known = names(wallet.vault)
    return Local(
        networks(wallet.chains),
        tuple(wallet.sending.outbox.store.all()),
        found,
        payments(wallet.vault)[::-1],
        {one.address.lower(): known.get(one.own.id, one.own.label) for one in found},
        wallet.clock(),
    )


def _account(own: OwnDID) -> Account:
    subject = Subject.of(own.did)
    return Account(own, subject.chain_id, checksummed(subject.account))


def own_chain(wallet: Wallet) -> Chain:
    """The wallet's own chain. Raises `UnknownNetwork` where its file is gone."""
    if (chain := wallet.chains.embedded()) is None:
        raise UnknownNetwork("this wallet has no chain", hint="was chain.db removed?")
    return chain


def tried(work: Callable[[], T]) -> T | DIDError:
    """What comes of it, or why nothing does: a chain that is silent is something to be shown."""
    try:
        return work()
    except DIDError as error:
        return error
