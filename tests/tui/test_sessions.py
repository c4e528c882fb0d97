from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any, Final

from agent.errors import Cancelled
from tui.screens.unlock import UnlockScreen
from wallet.reminders.reminder import Reminder, keep
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Sit = Callable[..., Any]

PASSPHRASE = "correct horse battery staple"
PATIENCE: Final = 60.0  # seconds


def entries(home: Path) -> list[tuple[str, str, str]]:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        found = [record.body for record in wallet.vault.all(Kind.JOURNAL)]
    return [(one["action"], one["asked"], one["by"]) for one in found]


def changed(home: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (home, *home.iterdir())}


async def unlocks(person: Any) -> None:
    await person.types(PASSPHRASE)
    await person.until(lambda: person.listening)
    await person.pilot.pause()


async def test_says_which_profile_it_is_about_to_open(at_the_keyboard: Sit, home: Path) -> None:
    async with at_the_keyboard([], home=home, profile="work") as person:
        assert isinstance(person.app.screen, UnlockScreen)
        assert "Holdfast · work" in person.screen()
        assert person.app.title == "Holdfast · work"
        await unlocks(person)
        assert person.app.title == "Holdfast · work"


async def test_writes_down_what_is_asked_and_not_what_it_looks_up_by_itself(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard(["list_dids"], home=home) as person:
        await unlocks(person)
        person.app.screen.refresh(layout=True)
        await person.pilot.pause()
    assert entries(home) == []
    async with at_the_keyboard(["list_dids"], home=home) as person:
        await unlocks(person)
        await person.says("list my dids")
    assert entries(home) == [("list_dids", "agent", "read")]


async def test_in_a_session_for_reading_only_a_deed_is_refused_and_reading_works(
    at_the_keyboard: Sit, home: Path
) -> None:
    before = changed(home)
    lines = ['create_did name="work"', "list_dids"]
    async with at_the_keyboard(lines, home=home, read_only=True) as person:
        await unlocks(person)
        assert "for reading only" in person.screen()
        await person.says("create a did called work")
        assert not person.asked
        assert "the wallet is open for reading only" in person.screen()
        await person.says("list my dids")
        assert "no DIDs yet" in person.screen()
    assert changed(home) == before
    assert entries(home) == []


async def test_tells_what_is_due_in_one_line_at_the_beginning_once_a_day(
    at_the_keyboard: Sit, home: Path
) -> None:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        for number in range(7):
            keep(wallet.vault, Reminder(f"call number {number}", "2026-01-01"))
    async with at_the_keyboard([], home=home) as person:
        await unlocks(person)
        await person.until(lambda: "due: call number 0" in person.screen())
        (line,) = [line for line in person.screen().split("\n") if "due: call number 0" in line]
        assert "due: call number 4" in line
        assert line.endswith("and more that is due: 2; Activity, key 6, lists all of them")
    async with at_the_keyboard(["list_dids"], home=home) as person:
        await unlocks(person)
        await person.says("list my dids")
        assert "call number" not in person.screen()
    assert entries(home) == [("list_dids", "agent", "read")]


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


async def test_escape_calls_off_a_turn_while_the_model_plans(
    at_the_keyboard: Sit, home: Path
) -> None:
    model = Slow()
    async with at_the_keyboard(model, home=home) as person:
        await unlocks(person)
        await person.types("create a did called work")
        await person.until(model.asked.is_set)
        await person.pilot.press("escape")
        await person.until(lambda: person.listening)
        assert "called off" in person.screen()
        assert not person.asked
    assert entries(home) == []
