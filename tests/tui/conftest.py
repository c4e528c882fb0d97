"""A terminal UI over a real wallet and chain, driven by Textual's pilot."""

from __future__ import annotations

import re
import shutil
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from textual.widgets import Static

from agent.model import ScriptedModel
from tests.tui import furnished as lived_in
from tui.absence import CLOCKS
from tui.app import DOOR, HoldfastApp
from tui.consent import GRACE, ConsentScreen
from tui.screens.beginning import FirstDIDScreen
from tui.screens.choosing import ChoosingScreen
from tui.screens.home import HomeScreen
from tui.screens.phrase import READING, CheckScreen, PhraseScreen
from tui.screens.welcome import WelcomeScreen
from tui.session import Session
from tui.widgets.composer import Field
from wallet.vault.header import FLOOR
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from textual.pilot import Pilot

    from agent.model import Model
    from tests.tui.furnished import Furnished
    from wallet.vault.keeper.listening import Clocks

PASSPHRASE = "correct horse battery"
MADE_WITH = "correct horse battery staple"
"""The passphrase of the wallet that `home` is a copy of."""
PATIENCE = 20.0  # seconds
S = TypeVar("S")


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

    async def comes_to(self, kind: type[S]) -> S:
        """Wait for a screen, and see it."""
        await self.until(lambda: isinstance(self.app.screen, kind))
        screen = self.app.screen
        assert isinstance(screen, kind)
        return screen

    async def types(self, text: str) -> None:
        """Type a line and press Enter."""
        await self.until(lambda: bool(self.app.screen.query("Input:focus, Field:focus")))
        field = self.app.screen.query("Input:focus, Field:focus").first()
        setattr(field, "text" if isinstance(field, Field) else "value", text)
        await self.pilot.press("enter")
        if isinstance(field, Field):
            await self.until(lambda: not field.text)  # it was sent

    async def makes_a_wallet(self, *, to: type = HomeScreen) -> None:
        """Through the first screens, to the conversation, with neither a DID nor a sample."""
        await self.chooses_a_passphrase()
        self.clock.seconds += 2 * READING
        words = await self.writes_down()
        await self.pilot.press("enter")
        await self.until(lambda: isinstance(self.app.screen, CheckScreen))
        await self.recalls(words)
        await self.until(lambda: isinstance(self.app.screen, FirstDIDScreen))
        if to is HomeScreen:
            await self.pilot.press("escape")
            await self.comes_home()

    def is_home(self) -> bool:
        """Whether the conversation is shown, and what led to it is gone."""
        return isinstance(self.app.screen, HomeScreen) and DOOR not in self.app._screen_stacks

    async def comes_home(self) -> None:
        """Wait for the conversation."""
        await self.until(self.is_home)

    async def chooses_a_passphrase(self, passphrase: str = PASSPHRASE) -> None:
        """Through the first screens, to the recovery phrase and its button."""
        if isinstance(self.app.screen, WelcomeScreen):
            await self.pilot.press("enter")
        await self.until(lambda: isinstance(self.app.screen, ChoosingScreen))
        await self.types(passphrase)
        await self.pilot.pause()
        await self.types(passphrase)
        await self.until(lambda: isinstance(self.app.screen, PhraseScreen))
        await self.until(lambda: bool(self.app.screen.query("Button:focus")))
        await self.pilot.pause()

    async def writes_down(self) -> list[str]:
        """The words that are shown, in order."""
        shown = str(self.app.screen.query_one("#phrase", Static).render())
        numbered = re.findall(r"(\d+) ([a-z]+)", shown)
        return [word for _, word in sorted(numbered, key=lambda pair: int(pair[0]))]

    async def recalls(self, words: list[str]) -> None:
        """Type the words that are asked for."""
        screen = self.app.screen
        assert isinstance(screen, CheckScreen)
        for number in screen.numbers:
            await self.types(words[number - 1])
            await self.pilot.pause()

    async def unlocks(self, passphrase: str = lived_in.PASSPHRASE) -> None:
        """From the passphrase to the conversation."""
        await self.types(passphrase)
        await self.until(lambda: self.listening)
        await self.pilot.pause()

    async def says(self, sentence: str) -> None:
        """Say something and wait for a dialog or for the end of the turn."""
        await self.types(sentence)
        await self.until(lambda: self.asked or self.listening)
        await self.pilot.pause()  # what was said is drawn

    async def reads(self) -> None:
        """Let the dialog settle, and take the time to read it."""
        await self.until(lambda: self.asked)
        self.clock.seconds += 2 * GRACE

    async def answers(self, key: str, *, until: Callable[[], bool] | None = None) -> None:
        """Read the dialog and answer it."""
        await self.reads()
        await self.presses(key, until=until)

    async def presses(self, key: str, *, until: Callable[[], bool] | None = None) -> None:
        """Answer a dialog that has been read."""
        dialog = self.app.screen
        assert isinstance(dialog, ConsentScreen)
        await self.pilot.press(key)
        await self.until(lambda: self.app.screen is not dialog)
        await self.until(until or (lambda: self.asked or self.listening))
        await self.pilot.pause()  # as above

    @property
    def asked(self) -> bool:
        """Whether a consent dialog can be read."""
        return isinstance(self.app.screen, ConsentScreen) and self.app.screen.is_painted

    @property
    def listening(self) -> bool:
        """Whether the next sentence can be typed."""
        screen = self.app.screen
        return isinstance(screen, HomeScreen) and bool(screen.query(Field)) and not screen.busy

    def screen(self) -> str:
        """Everything that stands on the screen that is shown."""
        statics = self.app.screen.query("Static")
        return "\n".join(str(static.render()) for static in statics)


@pytest.fixture(scope="session")
def furnished_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lived_in.made(tmp_path_factory.mktemp("furnished"))


@pytest.fixture
def furnished(
    furnished_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Furnished]:
    """A wallet that looks the same each time, on a clock that stands, in UTC and in `./wallet`.

    `async with at_the_keyboard([], there=furnished) as person: await person.unlocks()`
    """
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.chdir(shutil.copytree(furnished_once.parent, tmp_path / "furnished"))
    yield lived_in.Furnished(Path(furnished_once.name))
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def at_the_keyboard(tmp_path: Path) -> Callable[..., Any]:
    """`async with at_the_keyboard(model) as person`: a fresh folder, `home`, or what is `there`."""

    @asynccontextmanager
    async def sit_down(
        model: Model | list[str],
        *,
        home: Path = tmp_path / "wallet",
        language: str = "en",
        profile: str | None = None,
        read_only: bool = False,
        there: Furnished | None = None,
        size: tuple[int, int] = (120, 40),
        clocks: Clocks = CLOCKS,
    ) -> AsyncIterator[Person]:
        if isinstance(model, list):
            model = ScriptedModel(iter(model))
        settings: dict[str, Any] = {"profile": profile, "read_only": read_only, "kdf": FLOOR}
        if there is not None:
            home, settings = there.home, {"clock": there.clock, "draw": there.draw, **settings}
        session = Session(home, model, **settings)
        try:
            clock = Clock()
            app = HoldfastApp(session, language=language, clock=clock, clocks=clocks)
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                yield Person(pilot, clock)
        finally:
            session.close()

    return sit_down


@pytest.fixture
def in_the_room(home: Path) -> Callable[..., Any]:
    """`async with in_the_room("verify") as person`: a wallet that was made before, and a room."""

    @asynccontextmanager
    async def go(
        room: str,
        *,
        language: str = "en",
        size: tuple[int, int] = (80, 24),
        at: Path = home,
        read_only: bool = False,
    ) -> AsyncIterator[Person]:
        session = Session(at, ScriptedModel(iter([])), read_only=read_only)
        try:
            clock = Clock()
            app = HoldfastApp(session, language=language, clock=clock)
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                session.unlock(Secret(MADE_WITH)).result()
                app.enter()
                person = Person(pilot, clock)
                await person.until(lambda: isinstance(app.screen, HomeScreen))
                app.action_go(room)
                await person.until(
                    lambda: getattr(app.screen, "ROOM", "") == room and app.screen.is_mounted
                )
                yield person
        finally:
            session.close()

    return go
