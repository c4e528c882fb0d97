"""Work that needs no wallet, in a thread of its own: a verification, a file, a picture.

Such a thread may wait for the network as long as it likes. Nobody waits for it when the program
ends, and whoever no longer wants its result does not look at it.
"""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from wallet.actions.journal import Asker
from wallet.actions.reading import noted
from wallet.actions.verifying import VERIFY_CREDENTIAL
from wallet.entries import credential
from wallet.judging import Asked, Judge, policy_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.verify.report import Report
    from wallet.wallet import Wallet

T = TypeVar("T")


def aside(work: Callable[[], T]) -> Future[T]:
    """What the work comes to; the future may hold whatever it raised."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
            future.set_exception(error)

    Thread(target=run, name="aside", daemon=True).start()
    return future


def asked_of(wallet: Wallet) -> Asked:
    """What is asked of every document: by this wallet's policy, for now. Needs the wallet."""
    read_only = wallet.vault.read_only
    return Asked(wallet.home, policy_of(wallet.home), at=wallet.clock(), read_only=read_only)


def stored(wallet: Wallet, reference: str) -> tuple[Asked, bytes]:
    """The same, and the bytes of a credential that a person wants verified; it is written down."""
    with noted(wallet, VERIFY_CREDENTIAL.name, asked=Asker.PERSON):
        return asked_of(wallet), credential(wallet.index, reference).credential.raw


def judged(asked: Asked, data: bytes) -> Report:
    """The report on a document."""
    with Judge(asked) as judge:
        return judge(data)
