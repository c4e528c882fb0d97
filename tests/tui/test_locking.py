"""What is left once the wallet is locked, and when it locks by itself."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final

import pytest
from textual.widgets import Input

from agent.errors import Cancelled
from tui.absence import Absence
from tui.screens.home import HomeScreen
from tui.screens.unlock import UnlockScreen
from wallet.vault.keeper.listening import SLACK, Clocks

if TYPE_CHECKING:
    from collections.abc import Callable

    Sit = Callable[..., Any]

PASSPHRASE = "correct horse battery staple"
PATIENCE: Final = 60.0  # seconds
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Time:
    """Clocks that stand until they are put on."""

    def __init__(self) -> None:
        self.awake = self.boot = self.wall = 1_000.0

    @property
    def clocks(self) -> Clocks:
        return Clocks(lambda: self.awake, lambda: self.boot, lambda: self.wall)

    def pass_by(self, seconds: float) -> None:
        self.awake += seconds
        self.boot += seconds
        self.wall += seconds


def keepers(parent: int | None = None) -> list[int]:
    """The processes that hold keys for us."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            line = stat.read_text()
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        state, ppid = line.rpartition(")")[2].split()[:2]
        ours = int(ppid) == (parent or os.getpid())
        if ours and state != "Z" and b"wallet.vault.keeper.process" in command:
            found.append(int(stat.parent.name))
    return found


async def unlocks(person: Any) -> None:
    await person.types(PASSPHRASE)
    await person.until(lambda: person.listening)
    await person.pilot.pause()


async def is_locked(person: Any) -> None:
    await person.until(lambda: isinstance(person.app.screen, UnlockScreen))
    await person.until(lambda: not keepers())
    await person.until(lambda: person.app.is_empty)
    assert not person.app.session.is_open


async def test_on_ctrl_l_the_process_with_the_keys_ends_and_nothing_is_shown(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard(["none"], home=home) as person:
        await unlocks(person)
        assert keepers()
        await person.says("something private")
        person.app.notify("a private notice")
        person.app.copy_to_clipboard("a private copy")
        await person.pilot.press("ctrl+l")
        await is_locked(person)
        assert "private" not in person.screen()
        assert not list(person.app.screen.query("Toast"))
        assert person.app.clipboard == ""
        await unlocks(person)


async def test_the_screens_and_the_conversation_are_let_go_of(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard(["none"], home=home) as person:
        await unlocks(person)
        await person.says("something private")
        await person.pilot.press("f1")
        await person.pilot.press("escape")
        shown = [weakref.ref(widget) for widget in person.app.screen.query("*")]
        assert len(shown) > 10
        conversation = weakref.ref(person.app.session._conversation)
        await person.until(lambda: gc.get_freeze_count() > 0)  # all rooms are loaded
        await person.pilot.press("ctrl+l")
        await is_locked(person)

        def gone() -> bool:
            gc.collect()
            return conversation() is None and all(widget() is None for widget in shown)

        await person.until(gone)


async def test_it_locks_when_nobody_was_there_for_five_minutes(
    at_the_keyboard: Sit, home: Path
) -> None:
    time = Time()
    async with at_the_keyboard([], home=home, clocks=time.clocks) as person:
        await unlocks(person)
        time.pass_by(4 * 60 + 59)
        await person.pilot.press("x")
        time.pass_by(4 * 60 + 59)
        await person.pilot.hover("#say")
        time.pass_by(4 * 60 + 59)
        assert person.app.session.is_open
        time.pass_by(2)
        await is_locked(person)


@pytest.mark.parametrize("clock", ["boot", "wall"])
async def test_it_locks_when_the_machine_slept_or_its_clock_jumped(
    at_the_keyboard: Sit, home: Path, clock: str
) -> None:
    time = Time()
    async with at_the_keyboard([], home=home, clocks=time.clocks) as person:
        await unlocks(person)
        setattr(time, clock, getattr(time, clock) + SLACK + 1)
        await is_locked(person)


async def test_a_key_that_comes_too_late_locks_and_does_nothing_else(
    at_the_keyboard: Sit, home: Path
) -> None:
    time = Time()
    async with at_the_keyboard([], home=home, clocks=time.clocks) as person:
        await unlocks(person)
        time.pass_by(6 * 60)
        await person.pilot.press("x")
        await is_locked(person)
        assert person.app.screen.query_one("#passphrase", Input).value == ""


def test_with_no_minutes_it_locks_only_when_the_machine_slept() -> None:
    time = Time()
    absence = Absence(lambda: 0, time.clocks)
    time.pass_by(1_000_000)
    assert not absence.is_over
    assert absence.stir()
    time.wall -= SLACK + 1
    assert absence.is_over
    assert not absence.stir()


class Slow:
    """A model that answers when it is called off, or never."""

    def __init__(self) -> None:
        self.asked, self.called_off = Event(), Event()

    def complete(self, _prompt: str, _grammar: str, /) -> str:
        self.asked.set()
        assert self.called_off.wait(PATIENCE)
        raise Cancelled("called off")

    def cancel(self) -> None:
        self.called_off.set()


async def test_a_turn_that_runs_is_called_off(at_the_keyboard: Sit, home: Path) -> None:
    model = Slow()
    async with at_the_keyboard(model, home=home) as person:
        await unlocks(person)
        await person.types("create a did called work")
        await person.until(model.asked.is_set)
        await person.pilot.press("ctrl+l")
        await person.until(model.called_off.is_set)
        await is_locked(person)
        await unlocks(person)


async def test_what_waits_for_an_answer_gets_a_no(at_the_keyboard: Sit, home: Path) -> None:
    async with at_the_keyboard(['create_did name="work"', "list_dids"], home=home) as person:
        await unlocks(person)
        await person.says("create a did called work")
        assert person.asked
        await person.pilot.press("ctrl+l")
        await is_locked(person)
        await unlocks(person)
        assert isinstance(person.app.screen, HomeScreen)
        await person.says("list my dids")
        assert "no DIDs yet" in person.screen()


async def test_the_keys_are_gone_at_once_though_something_is_under_way(
    at_the_keyboard: Sit, home: Path
) -> None:
    begun, over = Event(), Event()
    async with at_the_keyboard([], home=home) as person:
        await unlocks(person)

        def busy(_wallet: object) -> None:
            begun.set()
            assert over.wait(PATIENCE)

        person.app.session.look(busy)
        await person.until(begun.is_set)
        await person.pilot.press("ctrl+l")
        try:
            await is_locked(person)
        finally:
            over.set()
        await unlocks(person)


async def test_before_it_pauses_it_locks(at_the_keyboard: Sit, home: Path) -> None:
    async with at_the_keyboard([], home=home) as person:
        await unlocks(person)
        await person.pilot.press("ctrl+z")
        await is_locked(person)
