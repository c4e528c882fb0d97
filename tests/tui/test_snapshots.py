"""Every screen as it looks, in both themes, both languages and two sizes.

A picture that was looked at is kept below `__snapshots__`; `pytest --snapshot-update` keeps others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from pytest_textual_snapshot import SVGImageExtension
from textual.widgets import Input, TextArea

from tui.rooms import ROOMS
from tui.screens.beginning import FirstDIDScreen, SampleScreen
from tui.screens.choosing import ChoosingScreen
from tui.screens.restoring import BackupScreen, WordsScreen
from tui.screens.unlock import ForgottenScreen, UnlockScreen
from tui.screens.welcome import WelcomeScreen
from tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion
    from textual.screen import Screen

    from tests.tui.furnished import Furnished

    Sit = Callable[..., Any]

SIZES: Final = {"80x24": (80, 24), "120x40": (120, 40)}
THEMES: Final = {"dark": DARK.name, "light": LIGHT.name}

every_look: Final = [
    pytest.mark.parametrize("size", SIZES),
    pytest.mark.parametrize("theme", THEMES),
    pytest.mark.parametrize("language", ["en", "zh"]),
]


STEADY = 20
"""So many pictures at most, until two that follow one another are the same."""


def looks(function: Any) -> Any:
    for mark in every_look:
        function = mark(function)
    return function


class Album:
    """The pictures of one look, of which a test takes each under a name of its own."""

    def __init__(self, snapshot: SnapshotAssertion, person: Any, theme: str) -> None:
        self._snapshot = snapshot.use_extension(SVGImageExtension)
        self._person = person
        self.wrong: list[str] = []
        person.app.theme = THEMES[theme]

    async def is_idle(self) -> None:
        """Wait for the wallet's thread, which does one thing after another."""
        if self._person.app.session.is_open:
            looked = self._person.app.session.look(lambda _: None)
            await self._person.until(looked.done)
        await self._person.pilot.pause(0.1)

    async def is_still(self) -> None:
        """Wait for what is looked up, which may lead to looking up more."""
        for _ in range(3):
            await self.is_idle()

    async def takes(self, name: str, *, waits: bool = True) -> None:
        """One picture, once nothing moves any more; a dialog keeps the wallet's thread waiting."""
        app = self._person.app
        if waits:
            await self.is_still()
        for field in app.screen.query("Input, TextArea"):
            if isinstance(field, Input | TextArea):
                field.cursor_blink = False
        app.clear_notifications()
        before, picture = "", "nothing yet"
        for _ in range(STEADY):
            if picture == before:
                break
            await self._person.pilot.pause(0.3)
            before, picture = picture, app.export_screenshot(title=name)
        if picture != self._snapshot(name=name):
            self.wrong.append(name)


@looks
async def test_rooms_look_as_they_did(
    at_the_keyboard: Sit,
    furnished: Furnished,
    snapshot: SnapshotAssertion,
    language: str,
    theme: str,
    size: str,
) -> None:
    async with at_the_keyboard([], there=furnished, language=language, size=SIZES[size]) as person:
        album = Album(snapshot, person, theme)
        await person.unlocks()
        for door in ROOMS:
            person.app.action_go(door.name)
            await person.until(lambda name=door.name: name == person.app.screen.ROOM)
            await album.takes(door.name)
        await _opens_more(person, album)
        assert album.wrong == []


async def _opens_more(person: Any, album: Album) -> None:
    """One credential, a dialog, and what helps to find the way."""
    person.app.action_go("credentials")
    await person.until(lambda: person.app.screen.ROOM == "credentials")
    await album.is_idle()
    below = person.app.screen
    await person.pilot.press("enter")
    await person.until(lambda: person.app.screen is not below)
    await album.takes("credential")
    await person.pilot.press("escape")
    await person.until(lambda: person.app.screen is below)
    for name, key in (("keys", "f1"), ("palette", "ctrl+p")):
        await person.pilot.press(key)
        await person.until(lambda: person.app.screen is not below)
        await album.takes(name)
        await person.pilot.press("escape")
        await person.until(lambda: person.app.screen is below)
    person.app.action_go("home")
    await person.until(lambda: person.app.screen.ROOM == "home")
    await album.is_still()  # the dialog holds up what is looked up behind it
    person.app.screen.do("create_did", {"method": "key", "name": "new"})
    await person.until(lambda: person.asked)
    await album.takes("consent", waits=False)
    await person.pilot.press("escape")
    await person.until(lambda: not person.asked)


@looks
async def test_first_screens_look_as_they_did(
    at_the_keyboard: Sit,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    snapshot: SnapshotAssertion,
    language: str,
    theme: str,
    size: str,
) -> None:
    monkeypatch.chdir(home.parent)
    there = home.relative_to(home.parent)
    before: dict[str, Callable[[], Screen[Any]]] = {
        "welcome": WelcomeScreen,
        "choosing": lambda: ChoosingScreen(print),
        "words": lambda: WordsScreen(print),
        "backup": lambda: BackupScreen(print),
        "unlock": UnlockScreen,
        "forgotten": ForgottenScreen,
        "first-did": FirstDIDScreen,
        "sample": SampleScreen,
    }
    async with at_the_keyboard([], home=there, language=language, size=SIZES[size]) as person:
        album = Album(snapshot, person, theme)
        for name, make in before.items():
            person.app.push_screen(make())
            await person.pilot.pause()
            await album.takes(name)
        assert album.wrong == []
