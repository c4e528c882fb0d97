"""The keeper that `holdfast unlock` left behind, seen from outside."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, Self, final

from wallet.vault.errors import Locked, VaultError
from wallet.vault.header import Header
from wallet.vault.keeper.asking import KeptKeys, data_keys_of
from wallet.vault.keeper.places import connected
from wallet.vault.keeper.wire import packed
from wallet.vault.secret import Confidential

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wallet.vault.keys import DataKeys


@final
class Listening(Confidential):
    """`Unlocks` by a keeper that was given the passphrase before, and listens still."""

    __slots__ = ("_keys",)

    def __init__(self, keys: KeptKeys) -> None:
        """Made by `found`."""
        self._keys: Final = keys

    @classmethod
    def found(cls, folder: Path) -> Self | None:
        """The one in a wallet's folder; None where nobody listens there."""
        wire = connected(folder)
        return None if wire is None else cls(KeptKeys(wire, _nothing))

    def unlock(self, meta: Mapping[str, bytes], /) -> tuple[DataKeys, KeptKeys]:
        """The keys of the vault whose `meta` rows those are.

        Raises:
            Locked: it is not the wallet that was unlocked, or the time is over.
        """
        try:
            wallet = packed(Header.parse(meta["header"]).wallet)
            return data_keys_of(self._keys.ask("open", wallet=wallet)), self._keys
        except BaseException:
            self._keys.lock()
            raise

    def until(self) -> datetime | None:
        """When it ends by itself, None where it has ended already; and hangs up."""
        try:
            return datetime.fromisoformat(str(self._keys.ask("until").get("until")))
        except (VaultError, ValueError):
            return None
        finally:
            self._keys.lock()

    def end(self) -> bool:
        """Has it end; whether it had not yet."""
        try:
            self._keys.ask("end")
        except Locked:
            return False
        finally:
            self._keys.lock()
        return True


def _nothing() -> None:
    """It is not ours to end when we hang up."""
