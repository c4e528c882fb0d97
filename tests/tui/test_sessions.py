from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.screens.unlock import UnlockScreen
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Sit = Callable[..., Any]

PASSPHRASE = "correct horse battery staple"


def entries(home: Path) -> list[tuple[str, str, str]]:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        found = [record.body for record in wallet.vault.all(Kind.JOURNAL)]
    return [(one["action"], one["asked"], one["by"]) for one in found]


def changed(home: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (home, *home.iterdir())}


async def unlocks(person: Any) -> None:
    await person.types(PASSPHRASE)
    await person.until(lambda: person.listening and bool(person.app.screen.query("HeaderTitle")))
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
        assert person.app.sub_title == "for reading only"
        await person.says("create a did called work")
        assert not person.asked
        assert "the wallet is open for reading only" in person.screen()
        await person.says("list my dids")
        assert "no DIDs yet" in person.screen()
    assert changed(home) == before
    assert entries(home) == []
