"""The terminal UI: which screen is shown, and what holds on all of them."""

from __future__ import annotations

import sys
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from textual.screen import Screen

from tui.absence import CLOCKS
from tui.alt_digits import heed_alt_digits
from tui.background import in_background
from tui.keys import key
from tui.making import SCREENS, load
from tui.rooms import ROOMS
from tui.screens.unlock import UnlockScreen
from tui.steering import SteeringApp
from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import PurePath

    from textual.app import SystemCommand
    from textual.binding import BindingType

    from tui.first_run import FirstRun
    from tui.question import Question
    from tui.session import Session
    from wallet.actions.consent import Answer
    from wallet.actions.result import Result
    from wallet.looks import Looks
    from wallet.vault.keeper.listening import Clocks

DOOR = "door"
"""The mode in which the wallet is locked; each room is a mode of its own, by its name."""
_BETWEEN = "between"
"""The mode in which nothing is shown."""
_TURN = 0.001
"""Seconds for which another thread computes before the screen, which waits for it, has its turn."""


class HoldfastApp(SteeringApp):
    """Holdfast in a terminal."""

    TITLE = "Holdfast"
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "holdfast.tcss",
        "screens/step.tcss",  # here as well: what comes with the first screen is parsed at once
    ]
    DEFAULT_MODE: ClassVar[str] = DOOR
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            key(f"{number},alt+{number}", f"go('{door.name}')", door.title, show=False)
            for number, door in enumerate(ROOMS, start=1)
        ),
    ]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        session: Session,
        *,
        language: str = "en",
        looks: Looks | None = None,
        notice: Message | None = None,
        clock: Callable[[], float] = time.monotonic,
        clocks: Clocks = CLOCKS,
    ) -> None:
        """`notice` is told at the start.

        `clock` gives seconds; a consent dialog takes no key that comes too soon by it. By `clocks`
        the wallet locks.
        """
        super().__init__(session, language=language, looks=looks, clocks=clocks)
        heed_alt_digits()
        if session.profile is not None:
            self.title = f"{self.TITLE} · {session.profile}"
        self.clock = clock
        self._notice = notice
        self._was_locked = False
        self.add_mode(DOOR, self._door)

    @property
    def about(self) -> str:
        """Which wallet it is, and whether it may be changed."""
        only = self.words(say("for reading only")) if self.session.read_only else ""
        return " · ".join(filter(None, (self.session.profile, only)))

    def on_mount(self) -> None:
        """Ask for the passphrase, or make a wallet first."""
        if self._notice is not None:
            self.notify(self.words(self._notice), severity="warning", markup=False)
        if not self.is_headless:
            sys.setswitchinterval(_TURN)
        self.watch_over()

    @cached_property
    def first_run(self) -> FirstRun:
        """What leads to a wallet where there is none, or where nobody can open it."""
        from tui.first_run import FirstRun  # noqa: PLC0415 - deferred: most have a wallet

        return FirstRun(self)

    def _door(self) -> Screen[None]:
        if self.session.exists:
            asks_others, self._was_locked = not self._was_locked, True
            return UnlockScreen(asks_others=asks_others)
        from tui.screens.welcome import WelcomeScreen  # noqa: PLC0415 - deferred: as above

        return WelcomeScreen()

    def enter(self) -> None:
        """The wallet is open: show it."""
        self.call_next(self._enter)  # by the app: a screen cannot wait for its own end

    def begin(self) -> None:
        """The wallet is open, and new: show what comes first in it."""
        self.choose(self.looks)  # the language that was chosen before there was where to keep it
        self.call_next(self._enter, begins=True)

    async def _enter(self, *, begins: bool = False) -> None:
        if not self.session.is_open:  # it was locked meanwhile
            return
        self.opened()
        for door in ROOMS:
            self.add_mode(door.name, SCREENS[door.name])
        await self.switch_mode(ROOMS[0].name)
        await self.remove_mode(DOOR)
        self._was_locked = True
        in_background(load)
        if begins:
            from tui.screens.beginning import FirstDIDScreen  # noqa: PLC0415 - deferred: once

            await self.push_screen(FirstDIDScreen())

    async def show_anew(self) -> None:
        """Make what is shown once more, in another language perhaps."""
        if self.current_mode == DOOR:
            await self._back_to_the_door()
            return
        here = self.current_mode
        self.add_mode(_BETWEEN, Screen)
        await self.switch_mode(_BETWEEN)
        for door in ROOMS:
            await self.remove_mode(door.name)
            self.add_mode(door.name, SCREENS[door.name])
        await self.switch_mode(here)
        await self.remove_mode(_BETWEEN)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is locked cannot be locked: the footer tells the truth."""
        if action == "lock":
            return self.session.is_open
        if action == "command_palette":
            return not self._is_asking
        if action == "go":
            return self.session.is_open and not self.screen.is_modal
        return super().check_action(action, parameters)

    def action_go(self, room: str) -> None:
        """Go to a room, once the wallet is open and nothing else is asked."""
        if self.session.is_open and not self.screen.is_modal:
            self.switch_mode(room)

    @property
    def _is_asking(self) -> bool:
        """Whether a consent dialog is shown, which nothing is to cover."""
        return self.session.is_asking and self.screen.is_modal

    @property
    def is_empty(self) -> bool:
        """Whether there is no room any more."""
        return not any(door.name in self._screen_stacks for door in ROOMS)

    async def leave(self) -> None:
        """Back to the door; the rooms are gone, and the conversation with them."""
        if self.current_mode == DOOR:
            await self._back_to_the_door()
            return
        self.add_mode(DOOR, self._door)
        await self.switch_mode(DOOR)
        for door in ROOMS:
            await self.remove_mode(door.name)

    async def _back_to_the_door(self) -> None:
        """It was locked before a room was entered."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.switch_screen(self._door())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers."""
        from tui.commands import commands  # noqa: PLC0415 - deferred: when it is opened

        return commands(self, screen)

    def ask(
        self, question: Question, reply: Callable[[Answer | None], None], *, language: str
    ) -> None:
        """Show a deed for consent; nothing is in the way of it."""
        from tui.consent import ConsentScreen  # noqa: PLC0415 - deferred: for who does something

        self.clear_notifications()
        self.push_screen(ConsentScreen(question, language, clock=self.clock), reply)

    def show_form(
        self,
        action: str,
        values: Mapping[str, Any],
        *,
        room: str,
        then: Callable[[Result], None] | None = None,
    ) -> None:
        """Show the form for an action, as part of a room; `then` is told what came of it."""
        from tui.screens.forms import form_for  # noqa: PLC0415 - deferred: when one is filled in

        self.push_screen(form_for(action, values, room=room, then=then))
