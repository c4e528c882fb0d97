"""A keeper of our own: a child process that ends when its wallet is locked."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self, final

from wallet.hardening import clean_environment
from wallet.vault.attempts import ATTEMPTS, Attempts
from wallet.vault.errors import Busy, Locked, VaultError, WrongPassphrase
from wallet.vault.keeper.asking import KeptKeys, data_keys_of
from wallet.vault.keeper.wire import Wire, packed
from wallet.vault.secret import Confidential

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.vault.keys import DataKeys
    from wallet.vault.secret import Secret

_PROGRAM: Final = (sys.executable, "-P", "-m", "wallet.vault.keeper.process")
_SECONDS: Final = 5.0


@final
class Keeper(Confidential):
    """`Unlocks` by a passphrase, in a child process that holds the keys from then on.

    It is started before the passphrase is known, so that it is ready when that is typed.
    """

    __slots__ = ("_attempts", "_begun", "_keys", "_passphrase", "_process")

    def __init__(self, attempts: Attempts = ATTEMPTS) -> None:
        """Starts it. Raises `VaultError` where no process can be started."""
        try:
            ours, process = _started()
        except OSError as error:
            raise VaultError(
                f"no process can be started to hold the keys: {error.strerror}",
                hint="ulimit -a shows what this user may have",
            ) from error
        self._process: Final = process
        self._keys: Final = KeptKeys(Wire(ours), self._end)
        self._attempts: Final = attempts
        self._passphrase: Secret | None = None
        self._begun: dict[str, str] | None = None

    def with_passphrase(self, passphrase: Secret) -> Self:
        """The same keeper, with what it will unlock by."""
        self._passphrase = passphrase
        return self

    def begin(self, meta: Mapping[str, bytes]) -> None:
        """Has it derive the key; `unlock` waits for it. There is time to do something else.

        Raises:
            Locked: it has no passphrase, or unlocked something before.
        """
        passphrase, self._passphrase = self._passphrase, None
        if passphrase is None:
            raise Locked
        self._begun = _rows(meta)
        self._attempts.begin()
        self._keys.begin("unlock", meta=self._begun, passphrase=passphrase.expose_secret())

    def unlock(self, meta: Mapping[str, bytes], /) -> tuple[DataKeys, KeptKeys]:
        """The keys of the vault whose `meta` rows those are; a keeper unlocks one, and once."""
        try:
            opened = self._finished(meta)
        except Locked:
            self.end()
            raise VaultError(
                "the process that was to hold the keys has ended",
                hint="is there memory enough? unlocking takes some 200 MiB",
            ) from None
        except BaseException as error:
            if isinstance(error, WrongPassphrase):
                self._attempts.wrong()
            self.end()
            raise
        self._attempts.right()
        return opened, self._keys

    def _finished(self, meta: Mapping[str, bytes]) -> DataKeys:
        if self._begun is None:
            self.begin(meta)
        if self._begun != _rows(meta):
            raise Busy("another process has changed the wallet's passphrase meanwhile")
        return data_keys_of(self._keys.finish())

    def listen(self, folder: str, seconds: int) -> str:
        """Leaves it behind to listen in a folder; until when, in ISO 8601.

        Raises:
            VaultError: it cannot listen there, or has ended.
        """
        try:
            until = str(self._keys.ask("listen", folder=folder, seconds=seconds)["until"])
        except Locked:
            raise VaultError("the process that was to hold the keys has ended") from None
        self._keys.leave()
        self._process.returncode = 0  # nobody waits for it any more
        return until

    def end(self) -> None:
        """Ends it. Ending twice is nothing."""
        self._keys.lock()

    def _end(self) -> None:
        """It ends by itself when we hang up; to be sure of it, it is not waited for."""
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS)


def _started() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Our end of the wire, and the process at the other. Raises `OSError`."""
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = subprocess.Popen(
                _PROGRAM,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=clean_environment(),
                start_new_session=True,  # Ctrl-C is for whoever started it
            )
        except BaseException:
            ours.close()
            raise
    return ours, process


def _rows(meta: Mapping[str, bytes]) -> dict[str, str]:
    return {name: packed(meta[name]) for name in ("header", "wallet_key", "phrase")}
