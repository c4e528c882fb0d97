"""The terminal UI: which screen is shown, and what holds on all of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual.app import App

from tui.screens.home import HomeScreen
from tui.screens.unlock import CreateScreen, UnlockScreen
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import PurePath

    from textual.binding import BindingType

    from tui.session import Session


class HoldfastApp(App[None]):
    """Holdfast in a terminal."""

    TITLE = "Holdfast"
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "holdfast.tcss",
        "screens/home.tcss",
        "screens/unlock.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+q", "quit", "Quit")]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        session: Session,
        *,
        language: str = "en",
        notice: Message | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`notice` is told at the start.

        `clock` gives seconds; a consent dialog takes no key that comes too soon by it.
        """
        super().__init__()
        self.session = session
        if session.profile is not None:
            self.title = f"{self.TITLE} · {session.profile}"
        if session.read_only:
            self.sub_title = text(say("for reading only"), language)
        self.language = language
        self.clock = clock
        self._notice = notice

    def words(self, message: Message | str) -> str:
        """A sentence in the person's language."""
        return text(message, self.language)

    def on_mount(self) -> None:
        """Ask for the passphrase, or make a wallet first."""
        self.theme = "textual-dark"
        if self._notice is not None:
            self.notify(self.words(self._notice), severity="warning", markup=False)
        self.push_screen(UnlockScreen() if self.session.exists else CreateScreen())

    def enter(self) -> None:
        """The wallet is open: show it."""
        self.switch_screen(HomeScreen())

    def _fatal_error(self) -> None:
        """Textual would print every local variable, a passphrase perhaps among them."""
        self.bell()
        # Deferred: for a crash alone.
        from rich.segment import Segments  # noqa: PLC0415
        from rich.traceback import Traceback  # noqa: PLC0415

        traceback = Traceback(show_locals=False)
        self._exit_renderables.append(
            Segments(self.console.render(traceback, self.console.options))
        )
        self._close_messages_no_wait()
