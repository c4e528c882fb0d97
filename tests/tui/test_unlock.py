from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input, Static, TextArea

from tui.screens.beginning import FirstDIDScreen
from tui.screens.choosing import ChoosingScreen
from tui.screens.home import HomeScreen
from tui.screens.restoring import WordsScreen
from tui.screens.unlock import ForgottenScreen, UnlockScreen
from wallet.settings import use_keyring
from wallet.vault.files import VAULT_FILE
from wallet.vault.keeper.child import Keeper
from wallet.vault.keeper.connecting import end_in
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Sit = Callable[..., Any]

PASSPHRASE = "correct horse battery staple"
NEW = "another horse, another battery"
WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def problem(person: Any) -> str:
    said = person.app.screen.query("#problem.said")
    return str(said.first(Static).render()) if said else ""


@pytest.fixture
def unlocked(home: Path) -> Iterator[Path]:
    """A wallet that `holdfast unlock` has left unlocked."""
    keeper = Keeper().with_passphrase(Secret(PASSPHRASE))
    with Vault.open(home / VAULT_FILE, keeper, read_only=True):
        keeper.listen(str(home), 600)
    yield home
    end_in(home)


async def test_a_wrong_passphrase_is_told_and_another_one_can_be_typed(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard(["list_dids"], home=home, size=(80, 24)) as person:
        assert isinstance(person.app.screen, UnlockScreen)
        assert str(home)[:40] in person.screen()
        await person.pilot.press("enter")
        await person.until(lambda: "the passphrase is empty" in problem(person))
        await person.types("wrong")
        await person.until(lambda: "wrong passphrase" in problem(person))
        field = person.app.screen.query_one("#passphrase", Input)
        await person.until(lambda: field.has_focus)
        assert (field.value, field.disabled) == ("", False)
        await person.unlocks(PASSPHRASE)


async def test_what_holdfast_unlock_left_behind_opens_it_without_a_passphrase(
    at_the_keyboard: Sit, unlocked: Path
) -> None:
    async with at_the_keyboard([], home=unlocked) as person:
        await person.comes_home()
        await person.pilot.press("ctrl+l")
        await person.until(lambda: isinstance(person.app.screen, UnlockScreen))
        await person.pilot.pause(0.3)
        assert isinstance(person.app.screen, UnlockScreen)


async def test_a_keyring_that_cannot_be_asked_is_told_and_the_passphrase_is_typed(
    at_the_keyboard: Sit, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    use_keyring(home, use=True)
    async with at_the_keyboard([], home=home) as person:
        screen = person.app.screen
        await person.until(lambda: "the passphrase is needed" in person.screen())
        await person.until(lambda: not screen.busy and bool(screen.query("Input:focus")))
        assert screen.check_action("unasked", ())
        await person.unlocks(PASSPHRASE)


async def test_a_vault_of_a_later_version_is_told_before_anybody_types(
    at_the_keyboard: Sit, home: Path
) -> None:
    with sqlite3.connect(home / VAULT_FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    async with at_the_keyboard([], home=home) as person:
        await person.until(lambda: "this program knows" in problem(person))
        assert person.app.screen.query_one("#passphrase", Input).disabled


async def test_who_forgot_the_passphrase_goes_on_with_the_phrase_and_keeps_the_folder(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard([], home=home, size=(80, 24)) as person:
        await person.pilot.press("ctrl+r")
        await person.until(lambda: isinstance(person.app.screen, ForgottenScreen))
        await person.pilot.press("enter")
        await person.until(lambda: isinstance(person.app.screen, WordsScreen))
        person.app.screen.query_one(TextArea).text = WORDS
        await person.pilot.press("enter")
        await person.until(lambda: isinstance(person.app.screen, ChoosingScreen))
        await person.types(NEW)
        await person.types(NEW)
        await person.until(lambda: isinstance(person.app.screen, FirstDIDScreen))
    with open_wallet(home, Secret(NEW)) as wallet:
        assert wallet.vault.unsafe_expose_phrase().expose_secret() == WORDS
    (kept,) = home.parent.glob("wallet.before-*")
    with open_wallet(kept, Secret(PASSPHRASE)):
        pass


async def test_leaving_the_way_back_changes_nothing(at_the_keyboard: Sit, home: Path) -> None:
    async with at_the_keyboard([], home=home) as person:
        await person.pilot.press("ctrl+r")
        await person.until(lambda: isinstance(person.app.screen, ForgottenScreen))
        await person.pilot.press("escape")
        await person.until(lambda: isinstance(person.app.screen, UnlockScreen))
        await person.unlocks(PASSPHRASE)
        assert isinstance(person.app.screen, HomeScreen)
    assert [path.name for path in home.parent.iterdir() if path.is_dir()] == ["wallet"]


async def test_a_session_for_reading_only_offers_no_new_wallet_in_its_place(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard([], home=home, read_only=True) as person:
        assert not person.app.screen.check_action("forgotten", ())
        await person.pilot.press("ctrl+r")
        await person.pilot.pause()
        assert isinstance(person.app.screen, UnlockScreen)
