"""An app that is steered by keys: palette, help, jumps, taking back, and leaving after a question.

What it is about is the app's own class; what is asked here is about the program.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from tui import themes
from tui.absence import CLOCKS
from tui.copying import CLEARED_AFTER, copied, has_clipboard, into_file
from tui.keys import key
from tui.locking import LockingApp
from wallet.display import printable
from wallet.looks import Looks
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from textual.binding import BindingType
    from textual.widget import Widget

    from tui.session import Session
    from wallet.actions.result import Result, Undo
    from wallet.vault.keeper.listening import Clocks
    from wallet.vault.secret import Secret

_PATIENCE = 1.0  # seconds for which leaving waits to hear what is under way


class SteeringApp(LockingApp):
    """What works everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+q", "quit", say("Quit"), priority=True),
        key("question_mark,f1", "keys", say("Help"), priority=True),
        key("ctrl+g", "jump", say("Jump"), show=False, priority=True),
        key("ctrl+shift+c", "screen.copy_text", say("Copy selected text"), show=False),
        key("ctrl+p", "command_palette", say("Commands"), priority=True),
    ]

    def __init__(
        self,
        session: Session,
        *,
        language: str = "en",
        looks: Looks | None = None,
        clocks: Clocks = CLOCKS,
    ) -> None:
        """`language` is the locale's; what the person chose goes before it."""
        super().__init__(session, clocks=clocks)
        self.looks = looks or Looks()
        self.language = self.looks.language or language
        self.lock_after = self.looks.lock_after
        self.undoable: Undo | None = None
        self._secret: Secret | None = None
        for theme in themes.OWN:
            self.register_theme(theme)
        wanted = self.looks.theme or themes.DARK.name
        self.theme = wanted if wanted in self.available_themes else themes.DARK.name

    # Words and looks

    def words(self, message: Message | str) -> str:
        """A sentence in the person's language."""
        return text(message, self.language)

    def choose(self, looks: Looks) -> None:
        """What the person chose holds from now on, and the next time."""
        self.looks = looks
        self.lock_after = looks.lock_after
        if self.session.is_open and not self.session.read_only:
            self.session.keep_looks(looks)

    def choose_theme(self, name: str) -> None:
        """Another theme."""
        self.theme = name
        self.choose(replace(self.looks, theme=name))

    def choose_language(self, language: str) -> None:
        """Another language: all that is shown is made anew."""
        self.language = language
        self.choose(replace(self.looks, language=language))
        self.call_next(self.show_anew)

    async def show_anew(self) -> None:
        """Make anew what is shown; the app's own class says how."""
        raise NotImplementedError

    # The palette, the keys, jumps

    @property
    def room(self) -> str:
        """The name of the room that one is in; `home` where one is in none."""
        return str(getattr(self.screen, "room", "home"))

    def action_command_palette(self) -> None:
        """Open it, with its words in the person's language."""
        from tui.palette import Palette  # noqa: PLC0415 - deferred: when it is opened

        if not any(isinstance(one, Palette) for one in self.screen_stack):
            hint = self.words(say("Search for what to do …"))
            nothing = self.words(say("Nothing is called that"))
            self.push_screen(Palette(placeholder=hint, nothing=nothing))

    def action_keys(self) -> None:
        """Show the keys that work here."""
        from tui.screens.keys import KeysScreen, grouped  # noqa: PLC0415 - as above

        if isinstance(self.screen, KeysScreen):
            self.pop_screen()
        else:
            self.push_screen(KeysScreen(grouped(self.screen, self.words)))

    def action_jump(self) -> None:
        """Put a letter over everything one can go to."""
        from tui.screens.jumping import JumpScreen, targets  # noqa: PLC0415 - as above

        if isinstance(self.screen, JumpScreen):
            self.pop_screen()
            return
        self.push_screen(JumpScreen(targets(self.screen)), self._land)

    def _land(self, widget: Widget | None) -> None:
        from tui.widgets.bar import RoomTab  # noqa: PLC0415 - as above

        if isinstance(widget, RoomTab):
            widget.on_click()
        elif widget is not None:
            widget.focus()

    # Taking back

    def done(self, result: Result) -> str:
        """Remember what takes a deed back; what to say of it in passing."""
        self.undoable = result.undo
        self.screen.refresh_bindings()
        said = self.words(result.summary)
        return said if result.undo is None else f"{said} · {self.words(say('U takes it back'))}"

    def take_back(self) -> None:
        """Undo what was done last; that is a deed as any other, and is asked about."""
        undo, do = self.undoable, getattr(self.screen, "do", None)
        if undo is not None and do is not None:
            self.undoable = None
            do(undo.action, dict(undo.arguments))

    async def let_go(self) -> None:
        """Nothing is taken back of what somebody did before it was locked."""
        self.undoable = None
        self.clear_secret()
        await super().let_go()

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """Let another program have the terminal; what goes on meanwhile is painted afterwards.

        Raises:
            SuspendNotSupported: there is no terminal that could be left to it.
        """
        with self.batch_update(), self.suspend():
            yield

    # Copying

    def copy_to_clipboard(self, text: str) -> None:
        """Copy it, if it is anything; Ctrl+C with nothing selected asks how to leave.

        Where the terminal has no clipboard, it goes into a file.
        """
        if not text:
            self.action_help_quit()
        elif has_clipboard(os.environ):
            super().copy_to_clipboard(copied(text))
        else:
            self._clipboard = copied(text)
            self.copy_into_file()

    def copy_into_file(self) -> None:
        """What was copied last, into a file, where a clipboard does not reach."""
        if not self.clipboard or self._secret is not None:
            return
        saved = into_file(self.session.home, self.clipboard)
        said = say("copied into {file}", file=saved)
        self.notify(printable(self.words(said)), markup=False)

    def copy_secret(self, secret: Secret) -> None:
        """Copy a secret, if the person wants it although it may stay in the clipboard."""
        from tui.screens.yes_no import YesNoScreen  # noqa: PLC0415 - as above

        if not has_clipboard(os.environ):
            self.notify(self.words(say("this terminal has no clipboard")), markup=False)
            return
        asked = (
            say("Copy it to the clipboard? Every program on this screen can read it there."),
            say(
                "After 30 seconds it is overwritten, with whatever is there by then; whether that"
                " reaches the clipboard cannot be known, and a clipboard's history may keep it."
            ),
        )

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - as Textual calls it
            if yes:
                self._secret = secret
                super(SteeringApp, self).copy_to_clipboard(secret.expose_secret())
                self._clipboard = ""  # nothing in this program pastes it
                self.set_timer(CLEARED_AFTER, self.clear_secret)

        self.push_screen(YesNoScreen(asked, yes=say("Copy"), no=say("No")), answered)

    def clear_secret(self) -> None:
        """Overwrite a secret in the clipboard, as far as one can."""
        if self._secret is not None:
            self._secret = None
            super().copy_to_clipboard("")

    def action_help_quit(self) -> None:
        """Ctrl+C: say how to leave."""
        self.notify(self.words(say("Ctrl+Q quits")), markup=False)

    async def action_quit(self) -> None:
        """Leave; where something is pending, after a question."""
        from tui.screens.yes_no import YesNoScreen  # noqa: PLC0415 - as above

        pending = await self._pending()
        if not pending or isinstance(self.screen, YesNoScreen):
            self.exit()
            return
        asked = YesNoScreen([*pending, say("Quit all the same?")], yes=say("Quit"), no=say("Stay"))
        self.push_screen(asked, self._leave_if)

    def _leave_if(self, yes: bool | None) -> None:  # noqa: FBT001 - as Textual calls it
        if yes:
            self.exit()

    async def _pending(self) -> list[Message]:
        """What would be broken off, or left behind."""
        session = self.session
        if not session.is_open:
            return []
        if session.is_asking:
            return [say("Something waits for your answer; quitting is a no.")]
        if session.is_working:
            return [say("Something is under way; quitting calls it off.")]
        return await self._open_transactions(session.open_transactions())

    async def _open_transactions(self, counted: Future[int]) -> list[Message]:
        try:
            count = await asyncio.wait_for(asyncio.wrap_future(counted), _PATIENCE)
        except (TimeoutError, asyncio.CancelledError):
            return [say("Something is under way; quitting calls it off.")]
        if not count:
            return []
        return [say("Transactions that no block holds yet: {count}", count=count)]
