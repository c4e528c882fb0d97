"""Work that waits for a network, in a thread of its own: neither screen nor wallet waits with it.

Whoever ends the program does not wait for it either.
"""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def in_background(work: Callable[[], T]) -> Future[T]:
    """What comes of the work; it must touch neither the wallet's files nor a widget."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for it
            future.set_exception(error)

    Thread(target=run, name="network", daemon=True).start()
    return future
