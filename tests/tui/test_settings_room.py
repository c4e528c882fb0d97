"""The settings: what is chosen there holds, and secrets take the passphrase once more."""

from __future__ import annotations

import socket
from contextlib import ExitStack, chdir, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from textual.widgets import Input, OptionList, Static

from tui.picking import PickScreen
from tui.screens.passphrase import ChangeScreen, RevealScreen
from wallet.memory import About, Memory, memories, remember
from wallet.settings import Settings
from wallet.vault.keeper.places import SOCKET_FILE
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Go = Callable[..., Any]

PASSPHRASE = "correct horse battery staple"


def lines(person: Any) -> list[str]:
    listed = person.app.screen.query("#settings-list")
    return [str(one.prompt).strip() for one in listed.first(OptionList).options] if listed else []


async def choose(person: Any, line: str) -> None:
    """Go to the line that begins so, with keys, and press Enter."""
    await person.until(lambda: any(one.startswith(line) for one in lines(person)))
    at = next(at for at, one in enumerate(lines(person)) if one.startswith(line))
    listed = person.app.screen.query_one("#settings-list", OptionList)
    listed.focus()
    await person.pilot.press("g")
    while listed.highlighted != at:
        await person.pilot.press("j")
    await person.pilot.press("enter")


async def pick(person: Any, *keys: str) -> None:
    await person.until(lambda: isinstance(person.app.screen, PickScreen))
    await person.pilot.pause()
    await person.pilot.press(*keys, "enter")
    await person.until(lambda: getattr(person.app.screen, "ROOM", "") == "settings")


async def test_how_long_nobody_may_be_there_is_chosen_and_kept(in_the_room: Go, home: Path) -> None:
    async with in_the_room("settings") as person:
        await choose(person, "Locks when nobody is there")
        await pick(person, "G")
        assert person.app.lock_after == 0
        await person.until(lambda: "Locks when nobody is there  never" in lines(person))
    assert Settings.read(home).looks.lock_after == 0


async def test_a_theme_and_a_language_are_chosen(in_the_room: Go, home: Path) -> None:
    async with in_the_room("settings") as person:
        await choose(person, "Theme")
        await pick(person, "j")
        assert person.app.theme == "holdfast-light"
        await choose(person, "Language")
        await pick(person, "G")
        await person.until(lambda: "语言  中文" in lines(person))
        await person.until(lambda: Settings.read(home).looks.language == "zh")
    assert Settings.read(home).looks.theme == "holdfast-light"


async def test_what_is_remembered_is_forgotten_after_a_question(
    in_the_room: Go, home: Path
) -> None:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        remember(wallet.vault, Memory(About.LANGUAGE, "", ("en",)))
    async with in_the_room("settings") as person:
        await choose(person, "the language to answer in")
        await person.until(lambda: person.asked)
        await person.answers("y", until=lambda: not person.app.session.is_working)
        await person.until(
            lambda: (
                bool(lines(person))
                and not any(one.startswith("the language to answer") for one in lines(person))
            )
        )
        look = person.app.session.look(lambda wallet: len(memories(wallet.vault)))
        assert look.result() == 0


async def test_the_passphrase_is_changed_by_who_knows_the_old_one(
    in_the_room: Go, home: Path
) -> None:
    new = "another horse altogether, and longer"
    async with in_the_room("settings") as person:
        await choose(person, "Change the passphrase")
        await person.until(lambda: isinstance(person.app.screen, ChangeScreen))
        for typed in ("wrong", PASSPHRASE):
            screen = person.app.screen
            for name, value in (("old", typed), ("new", new), ("again", new)):
                screen.query_one(f"#{name}", Input).value = value
            screen.query_one("#again", Input).focus()
            await person.pilot.pause()
            await person.pilot.press("enter")
            if typed == "wrong":
                await person.until(
                    lambda: "wrong" in str(person.app.screen.query_one("#problem").render())
                )
                assert not [one for one in screen.query(Input) if one.value]
        await person.until(lambda: not isinstance(person.app.screen, ChangeScreen))
    open_wallet(home, Secret(new)).close()


@contextmanager
def unlocked_by_who_hears_nobody(home: Path) -> Iterator[None]:
    """Somebody listens for the wallet, and as many wait to be heard as may."""
    with ExitStack() as opened, chdir(home):
        listening = opened.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(SOCKET_FILE)
        (home / SOCKET_FILE).chmod(0o600)
        listening.listen(0)
        with suppress(BlockingIOError):
            while True:
                waits = opened.enter_context(socket.socket(socket.AF_UNIX))
                waits.settimeout(0)
                waits.connect(SOCKET_FILE)
        yield


async def test_it_is_said_when_what_was_unlocked_with_the_old_passphrase_is_not_locked(
    in_the_room: Go, home: Path
) -> None:
    new = "another horse altogether, and longer"
    async with in_the_room("settings") as person:
        await choose(person, "Change the passphrase")
        await person.until(lambda: isinstance(person.app.screen, ChangeScreen))
        for name, value in (("old", PASSPHRASE), ("new", new), ("again", new)):
            person.app.screen.query_one(f"#{name}", Input).value = value
        person.app.screen.query_one("#again", Input).focus()
        await person.pilot.pause()
        with unlocked_by_who_hears_nobody(home):
            await person.pilot.press("enter")
            await person.until(lambda: not isinstance(person.app.screen, ChangeScreen))
        said = "the passphrase is changed, but what was unlocked is not locked"
        await person.until(lambda: any(said in one.message for one in person.app._notifications))


async def test_the_recovery_phrase_is_shown_to_who_types_the_passphrase(
    in_the_room: Go, home: Path
) -> None:
    async with in_the_room("settings") as person:
        await choose(person, "Show the recovery phrase")
        await person.until(lambda: isinstance(person.app.screen, RevealScreen))
        words = person.app.screen.query_one("#phrase", Static)
        for typed, shown in (("wrong", False), (PASSPHRASE, True)):
            person.app.screen.query_one("#old", Input).value = typed
            await person.pilot.press("enter")
            await person.until(lambda: not person.app.screen._under_way)
            await person.pilot.pause()
            assert ("junk" in str(words.render())) is shown
        assert not words.allow_select
        await person.pilot.press("escape")
        await person.until(lambda: not isinstance(person.app.screen, RevealScreen))
        assert "junk" not in str(words.render())
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        entries = [record.body for record in wallet.vault.all(Kind.JOURNAL)]
    told = [(one["action"], one["outcome"]) for one in entries]
    assert told == [("show_phrase", "failed"), ("show_phrase", "done")]


async def test_in_a_wallet_for_reading_only_nothing_is_written(in_the_room: Go, home: Path) -> None:
    async with in_the_room("settings", read_only=True) as person:
        await choose(person, "Keeps the conversation")
        await choose(person, "Theme")
        await pick(person, "j")
        await person.pilot.pause()
    assert Settings.read(home) == Settings()
