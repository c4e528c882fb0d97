"""A terminal UI over a real wallet and chain, driven by Textual's pilot."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from agent.model import ScriptedModel
from tui.app import HoldfastApp
from tui.consent import GRACE, ConsentScreen
from tui.screens.home import HomeScreen
from tui.screens.unlock import READING, PhraseScreen
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from agent.model import Model

PASSPHRASE = "correct horse battery"
PATIENCE = 20.0  # seconds


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Person:
    """Somebody at the keyboard, with a clock that stands until they have read."""

    def __init__(self, pilot: Pilot[None], clock: Clock) -> None:
        self.pilot = pilot
        self.clock = clock

    @property
    def app(self) -> HoldfastApp:
        assert isinstance(self.pilot.app, HoldfastApp)
        return self.pilot.app

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to come about."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, (
                f"still {type(self.app.screen).__name__}: {self.screen()}"
            )
            await self.pilot.pause(0.02)

    async def types(self, text: str) -> None:
        """Type a line and press Enter."""
        await self.until(lambda: bool(self.app.screen.query("Input:focus")))
        field = self.app.screen.query("Input:focus").first()
        field.value = text  # type: ignore[attr-defined]
        await self.pilot.press("enter")

    async def makes_a_wallet(self) -> None:
        """Through the first screens, to the conversation."""
        await self.chooses_a_passphrase()
        await self.pilot.pause()
        self.clock.seconds += 2 * READING
        await self.pilot.press("enter")
        await self.until(lambda: isinstance(self.app.screen, HomeScreen))

    async def chooses_a_passphrase(self) -> None:
        """Through the first screen, to the recovery phrase and its button."""
        await self.types(PASSPHRASE)
        await self.pilot.pause()
        await self.types(PASSPHRASE)
        await self.until(lambda: isinstance(self.app.screen, PhraseScreen))
        await self.until(lambda: bool(self.app.screen.query("Button:focus")))

    async def says(self, sentence: str) -> None:
        """Say something and wait for a dialog or for the end of the turn."""
        await self.types(sentence)
        await self.until(lambda: self.asked or self.listening)

    async def reads(self) -> None:
        """Let the dialog settle, and take the time to read it."""
        await self.until(lambda: bool(self.app.screen.query("#no:focus")))
        self.clock.seconds += 2 * GRACE

    async def answers(self, key: str) -> None:
        """Read the dialog and answer it."""
        await self.reads()
        await self.presses(key)

    async def presses(self, key: str) -> None:
        """Answer a dialog that has been read."""
        dialog = self.app.screen
        assert isinstance(dialog, ConsentScreen)
        await self.pilot.press(key)
        await self.until(lambda: self.app.screen is not dialog)
        await self.until(lambda: self.asked or self.listening)

    @property
    def asked(self) -> bool:
        """Whether a consent dialog is open."""
        return isinstance(self.app.screen, ConsentScreen)

    @property
    def listening(self) -> bool:
        """Whether the next sentence can be typed."""
        screen = self.app.screen
        fields = screen.query("#say")
        return isinstance(screen, HomeScreen) and bool(fields) and not fields.first().disabled

    def screen(self) -> str:
        """Everything that stands on the screen that is shown."""
        statics = self.app.screen.query("Static")
        return "\n".join(str(static.render()) for static in statics)


@pytest.fixture
def at_the_keyboard(tmp_path: Path) -> Callable[..., Any]:
    """`async with at_the_keyboard(model) as person`: a fresh folder, or `home`."""

    @asynccontextmanager
    async def sit_down(
        model: Model | list[str],
        *,
        home: Path = tmp_path / "wallet",
        language: str = "en",
        profile: str | None = None,
        read_only: bool = False,
    ) -> AsyncIterator[Person]:
        if isinstance(model, list):
            model = ScriptedModel(iter(model))
        session = Session(home, model, profile=profile, read_only=read_only)
        try:
            clock = Clock()
            app = HoldfastApp(session, language=language, clock=clock)
            async with app.run_test(size=(120, 40)) as pilot:
                await pilot.pause()
                yield Person(pilot, clock)
        finally:
            session.close()

    return sit_down
