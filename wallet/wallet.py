"""The wallet: its ports, composed once. It has no verbs of its own; those are the actions."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from did.chain.embedded import EmbeddedChain
from did.chain.sending.outbox import Outbox
from wallet.clock import now
from wallet.intents import VaultIntents
from wallet.messages import say
from wallet.registrars.accounts import account_address
from wallet.registrars.sending import Sending
from wallet.registrars.table import registrars_of
from wallet.resolution import CHAIN_FILE, Chains, resolver_for
from wallet.search.index import SearchIndex
from wallet.trash import purge
from wallet.vault.errors import Busy, StorageFailed
from wallet.vault.files import VAULT_FILE
from wallet.vault.header import DEFAULT
from wallet.vault.record import Kind
from wallet.vault.vault import Vault, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from did.resolver import Resolves
    from wallet.messages import Message
    from wallet.registrars.registrar import Registrar
    from wallet.vault.header import KdfCost
    from wallet.vault.keys import Unlocks
    from wallet.vault.phrase import RecoveryPhrase
    from wallet.vault.secret import Secret


def _silent(_: Message) -> None:
    """Nobody wants to know."""


MAKING_VAULT: Final = say("deriving the key, and making the vault")
MAKING_CHAIN: Final = say("making a chain of your own")
FUNDED_ACCOUNTS: Final = 64
FUNDS: Final = 1_000 * 10**18  # wei; play money of a private chain


@dataclass(frozen=True, slots=True)
class Wallet:
    """What every action is given.

    Attributes:
        home: the folder that the wallet lives in.
        vault: keys, credentials, contacts and the journal, encrypted.
        index: finds credentials in it; it reads nothing until it is asked.
        chains: the chains it knows.
        resolver: resolves DIDs, over those chains.
        registrars: by method, how the wallet makes DIDs of its own.
        sending: sends transactions, and knows those that are signed and not known to be done.
        clock: the time.
        draw: so many random bytes.
        new_passphrase: asks the person for a passphrase of something new, such as a backup; None
            where nobody can be asked.
    """

    home: Path
    vault: Vault
    index: SearchIndex
    chains: Chains
    resolver: Resolves
    registrars: Mapping[str, Registrar]
    sending: Sending
    clock: Callable[[], datetime] = now
    draw: Callable[[int], bytes] = secrets.token_bytes
    new_passphrase: Callable[[], Secret] | None = None

    def close(self) -> None:
        """Lock: forget the keys and close the files."""
        self.index.close()
        self.vault.close()
        self.chains.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_wallet(
    home: Path,
    by: Secret | Unlocks,
    *,
    clock: Callable[[], datetime] = now,
    draw: Callable[[int], bytes] = secrets.token_bytes,
    notify: Callable[[Message], None] = _silent,
    read_only: bool = False,
) -> Wallet:
    """Unlock the wallet in a folder, by its passphrase or by whoever holds its keys.

    `notify` is told how work goes that takes its time. `read_only`, no file in the folder is
    changed, and none is made.

    Raises:
        WrongPassphrase, NotAVault, IntegrityError, Busy: see `wallet.vault.errors`.
    """
    vault = Vault.open(home / VAULT_FILE, by, read_only=read_only, clock=_exact(clock), draw=draw)
    wallet = _compose(home, vault, clock, notify, draw)
    if not read_only:
        _complete(wallet)
        _empty_trash(wallet)
    return wallet


def _complete(wallet: Wallet) -> None:
    """Make the chain of a wallet that was killed while it was made: it has a vault, and no more."""
    vault, file = wallet.vault, wallet.home / CHAIN_FILE
    if file.exists() or any(vault.count(kind) for kind in Kind):
        return
    try:
        if wallet.chains.settings().chain is None:
            EmbeddedChain.create(file, accounts=_funded(vault), clock=wallet.clock).close()
    except BaseException:
        wallet.close()
        raise


def _exact(clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """The clock that records are dated by: one may be newer than a backup by less than a second."""
    return utc_now if clock is now else clock


def _empty_trash(wallet: Wallet) -> None:
    """What was deleted a week ago is removed for good; another time, if that cannot be now."""
    try:
        with suppress(Busy, StorageFailed):
            purge(wallet.vault, wallet.clock())
    except BaseException:
        wallet.close()
        raise


def create_wallet(
    home: Path,
    passphrase: Secret,
    *,
    phrase: RecoveryPhrase | None = None,
    kdf: KdfCost = DEFAULT,
    chain_id: int | None = None,
    clock: Callable[[], datetime] = now,
    draw: Callable[[int], bytes] = secrets.token_bytes,
    notify: Callable[[Message], None] = _silent,
) -> tuple[Wallet, RecoveryPhrase]:
    """A new wallet in a folder, with a chain of its own; the phrase is to be shown once.

    `notify` is told of each part before it is begun.

    Raises:
        AlreadyExists: the folder has a wallet.
    """
    notify(MAKING_VAULT)
    vault, phrase = Vault.create(
        home / VAULT_FILE, passphrase, phrase=phrase, kdf=kdf, clock=_exact(clock), draw=draw
    )
    try:
        notify(MAKING_CHAIN)
        EmbeddedChain.create(
            home / CHAIN_FILE, accounts=_funded(vault), chain_id=chain_id, clock=clock
        ).close()
    except BaseException:
        vault.close()
        with suppress(OSError):  # half a wallet would stand in the way of a second try
            (home / VAULT_FILE).unlink()
        raise
    return _compose(home, vault, clock, _silent, draw), phrase


def _funded(vault: Vault) -> dict[str, int]:
    """What each account of the wallet owns on its own chain at first."""
    return {account_address(vault, number): FUNDS for number in range(FUNDED_ACCOUNTS)}


def _compose(
    home: Path,
    vault: Vault,
    clock: Callable[[], datetime],
    notify: Callable[[Message], None],
    draw: Callable[[int], bytes],
) -> Wallet:
    chains = Chains(home, read_only=vault.read_only, clock=clock)
    cache = chains.cache
    resolver = resolver_for(chains, cache)
    sending = Sending(Outbox(VaultIntents(vault), clock), cache, cache, clock, notify)
    registrars = registrars_of(vault, chains, resolver, sending)
    return Wallet(
        home, vault, SearchIndex(vault), chains, resolver, registrars, sending, clock, draw
    )
