"""An app that locks: on a key, when nobody is there, when the machine sleeps, and before it pauses.

The keys go first, at once, whatever is under way; then what was shown.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual.app import App

from tui.absence import CLOCKS, TICK, Absence
from tui.keys import key
from tui.signals import heed
from wallet.messages import say
from wallet.vault.keeper.sleep import when_it_sleeps

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.binding import BindingType

    from tui.session import Session
    from wallet.vault.keeper.listening import Clocks


LEAVING: Final = 5.0
"""Seconds in which it ends once it is told to, or ends as it is."""


class LockingApp(App[None]):
    """What locks, and when."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+l", "lock", say("Lock"), priority=True),
        key("ctrl+z", "pause", say("Lock and suspend"), show=False, priority=True),
    ]

    def __init__(self, session: Session, *, clocks: Clocks = CLOCKS) -> None:
        """`clocks` tell how long nobody was there."""
        super().__init__()
        self.session = session
        self.lock_after: float = 5.0
        """Minutes; 0 for never."""
        self._absence = Absence(lambda: self.lock_after, clocks)
        self._stop: Callable[[], None] = _nothing
        self._hears_of_sleep = False
        self._threads = ThreadPoolExecutor()

    async def leave(self) -> None:
        """Nothing of the wallet is shown any more; the app's own class says how."""
        raise NotImplementedError

    def watch_over(self) -> None:
        """From the start on."""
        self._renew_threads()
        asyncio.get_running_loop().set_exception_handler(self._error_elsewhere)
        threading.excepthook = _say_nothing
        self.set_interval(TICK, self._look_round)
        if not self.is_headless:
            self._stop = heed(end=self._end, pause=self.action_pause)
            # The terminal is empty then, and Textual draws only what has changed.
            self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))

    def opened(self) -> None:
        """The wallet is open: somebody is there, and it is heard when the machine is to sleep."""
        self._absence.begin()
        if not self._hears_of_sleep and not self.is_headless:
            self._hears_of_sleep = True
            self.run_worker(self._hear_of_sleep, thread=True, group="sleep")

    async def on_event(self, event: events.Event) -> None:
        """Whatever a person does counts as their being there, unless it comes too late."""
        touches = isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded
        if touches and not self._absence.stir():
            self._absence.begin()
            if self.session.is_open:
                self.action_lock()
                return
        await super().on_event(event)

    def action_lock(self) -> None:
        """Forget the keys, and everything that was shown."""
        if self.session.is_open:
            self.session.lock(everywhere=True)
            self.call_next(self.let_go)

    def _fatal_error(self) -> None:
        """Textual would print every local variable, a passphrase perhaps among them."""
        self.bell()
        from rich.text import Text  # noqa: PLC0415 - deferred: for a crash alone

        from tui.crashing import crash_lines  # noqa: PLC0415 - as above

        error = sys.exc_info()[1] or self._exception
        lines = ("?",) if error is None else crash_lines(error)
        self._exit_renderables.append(Text("\n".join(lines)))
        self.session.lock()
        self._close_messages_no_wait()

    def _error_elsewhere(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An error that nobody waited for; asyncio would write down what it says."""
        error = context.get("exception")
        if isinstance(error, Exception):
            self._handle_exception(error)

    async def let_go(self) -> None:
        """Leave, and keep nothing of what was shown or copied."""
        self.clear_notifications()
        self._clipboard = ""
        await self.leave()
        # What was removed is let go of once the messages to it are done with.
        self.call_later(self._collect)

    def action_pause(self) -> None:
        """Lock, and stop the process until the shell has it go on."""
        if self.session.is_open:
            self.action_lock()
        self.call_next(self.call_after_refresh, self._pause)

    def _collect(self) -> None:
        """An idle thread keeps what it did last, and the theme who watched it, until it is set."""
        self.mutate_reactive(LockingApp.theme)
        self._renew_threads()
        gc.unfreeze()  # `tui.making` had it leave out what was shown
        gc.collect()

    def _renew_threads(self) -> None:
        self._threads.shutdown(wait=False)
        self._threads = ThreadPoolExecutor(thread_name_prefix="worker")
        asyncio.get_running_loop().set_default_executor(self._threads)

    def _pause(self) -> None:
        self._stop()

    def _look_round(self) -> None:
        if self.session.is_open and self._absence.is_over:
            self.action_lock()

    def _end(self) -> None:
        """Somebody wants the program to end, or its terminal is gone."""
        self.session.lock()
        self.call_next(self.exit)  # not while the rooms are being removed
        if not self.is_headless:
            # Whoever takes leave of a terminal that is gone may wait for it for ever.
            leaving = threading.Timer(LEAVING, os._exit, (0,))
            leaving.daemon = True
            leaving.start()

    def _hear_of_sleep(self) -> None:
        self._hears_of_sleep = when_it_sleeps(self._sleep, lives_on=True)

    def _sleep(self) -> None:
        """From the thread that hears of it: the machine waits until the keys are gone."""
        self._hears_of_sleep = False
        was_open = self.session.is_open
        self.session.lock(everywhere=True)
        if was_open:
            self.call_later(self.let_go)


def _say_nothing(_: threading.ExceptHookArgs) -> None:
    """What fails in a thread is told by whoever waits for it."""


def _nothing() -> None:
    """There is no process to be stopped."""
