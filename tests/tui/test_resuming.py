from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.screens.unlock import UnlockScreen
from tui.widgets.composer import Composer, Field
from tui.widgets.transcript import Transcript
from wallet.settings import keep_conversation
from wallet.talk import Talk, recall
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Sit = Callable[..., Any]

PASSPHRASE = "correct horse battery staple"
NO_DIDS = 'no DIDs yet\nnext: create one: /did create --name "me"'


def kept(home: Path) -> Talk:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        return recall(wallet)


def said(person: Any) -> list[str]:
    pieces = person.app.screen.query_one(Transcript).said
    return [piece.entry.text for piece in pieces]


async def commands(person: Any, *lines: str) -> None:
    for line in lines:
        await person.types(line)
        await person.until(lambda: person.asked or person.listening)
        await person.pilot.pause()


async def test_a_conversation_is_shown_again_after_a_restart_with_what_was_typed(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard(["list_dids"], home=home) as person:
        await person.unlocks()
        await person.says("list my dids")
    async with at_the_keyboard([], home=home) as person:
        await person.unlocks()
        await person.until(lambda: "until here, what was said before" in person.screen())
        assert said(person) == ["list my dids", "✓ List your DIDs", NO_DIDS]
        await person.pilot.press("up")
        assert person.app.screen.query_one(Field).text == "list my dids"


async def test_locking_takes_it_out_of_sight_and_unlocking_brings_it_back(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard(["list_dids", "lock"], home=home) as person:
        await person.unlocks()
        await person.says("list my dids")
        await person.types("lock the wallet")
        await person.until(lambda: isinstance(person.app.screen, UnlockScreen))
        assert not person.app.session.is_open
        await person.unlocks()
        await person.until(lambda: NO_DIDS in said(person))


async def test_the_command_locks_too(at_the_keyboard: Sit, home: Path) -> None:
    async with at_the_keyboard([], home=home) as person:
        await person.unlocks()
        await person.types("/lock")
        await person.until(lambda: isinstance(person.app.screen, UnlockScreen))


async def test_the_conversation_can_be_emptied_and_brought_back(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard([], home=home) as person:
        await person.unlocks()
        await commands(person, "/did list", "/clear")
        assert said(person) == ["the conversation is empty; /undo brings it back"]
        assert person.app.screen.query_one(Composer).history.lines == ()
    assert kept(home) == Talk()
    async with at_the_keyboard([], home=home) as person:
        await person.unlocks()
        await commands(person, "/did list", "/clear", "/undo")
        assert NO_DIDS in said(person)
        assert "/did list" in person.app.screen.query_one(Composer).history.lines
    assert NO_DIDS in [entry.text for entry in kept(home).entries]


async def test_nothing_is_kept_where_the_person_wants_it_so(
    at_the_keyboard: Sit, home: Path
) -> None:
    keep_conversation(home, keep=False)
    async with at_the_keyboard(["list_dids"], home=home) as person:
        await person.unlocks()
        await person.says("list my dids")
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        assert wallet.vault.count(Kind.TALK) == 0


async def test_a_deed_is_taken_back_by_a_command_or_at_its_piece(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard([], home=home) as person:
        await person.unlocks()
        await commands(person, "/undo")
        assert "there is nothing to take back" in said(person)
        await commands(person, "/memory set language zh")
        await person.answers("y")
        await person.until(lambda: "to take it back: /undo" in person.screen())
        await commands(person, "/undo")
        await person.answers("y")
        await person.until(lambda: any(one.startswith("forgotten") for one in said(person)))
        person.app.screen.query_one(Transcript).focus()
        await person.pilot.press("up", "u")
        await person.answers("y")
        await person.until(lambda: person.listening)
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        assert wallet.vault.count(Kind.MEMORY) == 1
