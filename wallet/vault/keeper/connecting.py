"""The keeper that `holdfast unlock` left behind, seen from outside."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self, final

from wallet.vault.errors import IntegrityError, Locked, Unanswered, VaultError
from wallet.vault.header import Header
from wallet.vault.keeper.asking import KeptKeys, data_keys_of
from wallet.vault.keeper.peers import process_of
from wallet.vault.keeper.places import PATIENCE, connected, remove
from wallet.vault.keeper.wire import BrokenWire, Wire, packed
from wallet.vault.seals import MANIFEST, Seals
from wallet.vault.secret import Confidential

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wallet.vault.keys import DataKeys

_SOON: Final = 3.0
"""Seconds within which one that is told to end has ended."""


@final
class Listening(Confidential):
    """`Unlocks` by a keeper that was given the passphrase before, and listens still."""

    __slots__ = ("_keys", "_process", "_wire")

    def __init__(self, wire: Wire, process: int | None) -> None:
        """Made by `found`."""
        self._wire: Final = wire
        self._keys: Final = KeptKeys(wire, _nothing)
        self._process: Final = process

    @classmethod
    def found(cls, folder: Path, *, patience: float = PATIENCE) -> Self | None:
        """The one in a wallet's folder; None where nobody listens there.

        `patience` is how many seconds each of its answers may take.

        Raises:
            Unanswered: more programs ask it than can wait.
        """
        connection = connected(folder, patience)
        return None if connection is None else cls(Wire(connection), process_of(connection))

    def unlock(self, meta: Mapping[str, bytes], /) -> tuple[DataKeys, KeptKeys]:
        """The keys of the vault whose `meta` rows those are.

        Raises:
            Locked: it is not the wallet that was unlocked, or the time is over.
        """
        try:
            return self._opened(meta), self._keys
        except BaseException as error:
            self._keys.lock()
            if type(error) is not Locked:
                raise
        raise Locked(
            "what was unlocked here does not open this wallet, or not any more",
            hint="holdfast lock, and then again with the passphrase",
        )

    def _opened(self, meta: Mapping[str, bytes]) -> DataKeys:
        wallet = Header.parse(meta["header"]).wallet
        data_keys = data_keys_of(self._keys.ask("open", wallet=packed(wallet)))
        if data_keys.wallet != wallet or not _opens(data_keys, meta[MANIFEST]):
            raise Locked
        return data_keys

    def until(self) -> datetime | None:
        """When it ends by itself, None where it has ended already; and hangs up.

        Raises:
            Unanswered: it is there, and says nothing.
        """
        try:
            said = datetime.fromisoformat(str(self._keys.ask("until").get("until")))
            said.astimezone()  # a time that no clock shows was said by no keeper
        except Unanswered:
            raise
        except (VaultError, ValueError, OverflowError):
            return None
        finally:
            self._keys.lock()
        return said

    def end(self) -> None:
        """Has it end, and returns when it has. One that does not is killed.

        Raises:
            VaultError: nor can it be killed from here.
        """
        try:
            with suppress(BrokenWire):
                self._wire.send({"ask": "end"})
            if self._wire.hangs_up(_SOON):
                return
            _kill(self._process)
            if not self._wire.hangs_up(_SOON):
                raise VaultError(
                    "the process that holds the keys does not end",
                    hint=None if self._process is None else f"kill -9 {self._process}",
                )
        finally:
            self._keys.lock()


def end_in(folder: Path) -> bool:
    """Ends whoever listens in a folder; whether somebody did.

    Raises:
        Locked, VaultError: somebody does, and does not end at once.
    """
    try:
        found = Listening.found(folder, patience=_SOON)
    except Unanswered:
        remove(folder)  # which ends it
        raise Locked(
            "too many programs ask the process that holds the keys for it to hear us",
            hint="nobody finds it any more, and it ends by itself within a second",
        ) from None
    if found is not None:
        found.end()
    return found is not None


def _opens(data_keys: DataKeys, manifest: bytes) -> bool:
    """Whether the keys are those of the wallet with that manifest, of whatever schema version."""
    for version in (2, 1):
        with suppress(IntegrityError):
            Seals.of(data_keys).open_manifest(manifest, version=version)
            return True
    return False


def _kill(process: int | None) -> None:
    if process is not None and process > 1 and process != os.getpid():
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)


def _nothing() -> None:
    """It is not ours to end when we hang up."""
