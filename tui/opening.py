"""The ways into a wallet: by its passphrase, by what knows it already, or made first.

Each is done in the session's thread, tells of its steps as they begin, and leaves the keys with a
process of their own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from wallet.errors import WalletError
from wallet.messages import say
from wallet.settings import Settings
from wallet.vault.errors import StorageFailed
from wallet.vault.files import VAULT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from wallet.backup.age.keys import Unlocks as OpensBackups
    from wallet.messages import Message
    from wallet.vault.header import KdfCost
    from wallet.vault.keeper.child import Keeper
    from wallet.vault.keys import DataKeys, Keys, Unlocks
    from wallet.vault.phrase import RecoveryPhrase
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet

    Tells = Callable[[Message], None]

DERIVING: Final = say("deriving the key")
CHECKING: Final = say("opening the vault, and checking it")
LOADING: Final = say("loading the model")
UNLOCKING: Final = (DERIVING, CHECKING, LOADING)
"""What is told of, in order, when a wallet is opened."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the wallet is, and what it goes by; `kdf` is what a passphrase costs, None as usual."""

    home: Path
    clock: Callable[[], datetime]
    draw: Callable[[int], bytes]
    read_only: bool = False
    kdf: KdfCost | None = None

    def opened(self, by: Unlocks) -> Wallet:
        """The wallet, by who has its keys."""
        # Deferred, as all below: keys, files and chains, for which the first paint need not wait.
        from wallet.wallet import open_wallet  # noqa: PLC0415

        return open_wallet(
            self.home, by, clock=self.clock, draw=self.draw, read_only=self.read_only
        )


class Way(Protocol):
    """A way into a wallet."""

    def __call__(self, place: Place, tell: Tells, /) -> Wallet | None:
        """The wallet; None where this way leads nowhere. Raises `WalletError`."""
        ...


def by_passphrase(passphrase: Secret) -> Way:
    """As a person types it."""

    def enter(place: Place, tell: Tells, /) -> Wallet:
        from wallet.vault.keeper.child import Keeper  # noqa: PLC0415

        tell(DERIVING)
        return place.opened(_Telling(Keeper().with_passphrase(passphrase), tell))

    return enter


@dataclass(frozen=True, slots=True)
class _Telling:
    """A keeper, and word of it when the key is derived."""

    keeper: Keeper
    tell: Tells

    def unlock(self, meta: Mapping[str, bytes], /) -> tuple[DataKeys, Keys]:
        """As the keeper does."""
        unlocked = self.keeper.unlock(meta)
        self.tell(CHECKING)
        return unlocked


def unasked(place: Place, tell: Tells, /) -> Wallet | None:
    """By what `holdfast unlock` left behind, or by the system's keyring where the settings say so.

    Where neither opens it, the passphrase is asked for: what stood in the way is told, too.
    """
    from wallet.vault.keeper.connecting import Listening  # noqa: PLC0415 - as above
    from wallet.vault.store import Store  # noqa: PLC0415 - as above
    from wallet.vault.system_keyring import kept_passphrase, system_keyring  # noqa: PLC0415

    try:
        if (listening := Listening.found(place.home)) is not None:
            tell(CHECKING)
            return place.opened(listening)
        if not Settings.read(place.home).keyring:
            return None
        kept = kept_passphrase(system_keyring(), Store.peek(place.home / VAULT_FILE))
        return None if kept is None else by_passphrase(kept)(place, tell)
    except WalletError as error:
        tell(say("{error}: the passphrase is needed", error=error))
        return None


def examined(place: Place) -> bool:
    """Look at the wallet before anybody types a passphrase; whether others may know it.

    Raises:
        NewerVault, NotAVault, UnsafePath: this program cannot open it.
    """
    from wallet.vault.keeper.places import is_there  # noqa: PLC0415 - as above
    from wallet.vault.store import Store  # noqa: PLC0415 - as above

    Store.peek(place.home / VAULT_FILE)
    return is_there(place.home) or Settings.read(place.home).keyring


@dataclass(frozen=True, slots=True)
class Made:
    """A wallet of a recovery phrase; `over`, in the place of one that nobody can open."""

    phrase: RecoveryPhrase
    passphrase: Secret
    over: bool = False

    @property
    def steps(self) -> tuple[Message, ...]:
        """What is told of, in order."""
        from wallet.actions.moving_in import MAKING  # noqa: PLC0415 - deferred: for a first run

        return (*MAKING, *UNLOCKING)

    def __call__(self, place: Place, tell: Tells, /) -> Wallet | None:
        """Make it and open it."""
        from wallet.actions.moving_in import move_in  # noqa: PLC0415 - as above

        move_in(
            place.home,
            self.passphrase,
            self.phrase,
            tell=tell,
            over=self.over,
            kdf=_cost(place),
        )
        return by_passphrase(self.passphrase)(place, tell)


@dataclass(frozen=True, slots=True)
class Restored:
    """The wallet of a backup; `over` as in `Made`."""

    file: Path
    keys: Sequence[OpensBackups]
    passphrase: Secret
    over: bool = False

    @property
    def steps(self) -> tuple[Message, ...]:
        """What is told of, in order."""
        from wallet.actions.moving_in import RESTORING  # noqa: PLC0415 - as above

        return (*RESTORING, *UNLOCKING)

    def __call__(self, place: Place, tell: Tells, /) -> Wallet | None:
        """Restore it and open it."""
        from wallet.actions.journal import Asker  # noqa: PLC0415 - as above
        from wallet.actions.moving_in import restore  # noqa: PLC0415 - as above

        restore(
            self.file,
            self.keys,
            place.home,
            self.passphrase,
            asked=Asker.PERSON,
            tell=tell,
            over=self.over,
            kdf=_cost(place),
        )
        return by_passphrase(self.passphrase)(place, tell)


def _cost(place: Place) -> KdfCost:
    from wallet.vault.header import DEFAULT  # noqa: PLC0415 - as above

    return place.kdf or DEFAULT


def refuse_unwritable(home: Path) -> None:
    """Say so before a person has chosen a passphrase for nothing.

    Raises:
        StorageFailed: no wallet can be made there.
    """
    there = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    if not there.is_dir():
        raise StorageFailed(f"{str(there)!r} is no folder", hint="name another one with --home")
    if not os.access(there, os.W_OK | os.X_OK):
        raise StorageFailed(
            f"nothing can be written to {str(there)!r}", hint="name another folder with --home"
        )
