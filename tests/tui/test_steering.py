"""The palette, the keys, jumps, taking back, and leaving."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from textual.command import CommandPalette
from textual.widgets import Input, OptionList, Static

from tui.consent import ConsentScreen
from tui.screens.home import HomeScreen
from tui.screens.jumping import LETTERS, JumpScreen, labels
from tui.screens.keys import KeysScreen
from tui.screens.yes_no import YesNoScreen
from tui.widgets.bar import RoomTab
from wallet.actions import ACTIONS
from wallet.entries import contacts
from wallet.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Go = Callable[..., Any]

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
PATIENCE = 60.0  # seconds


def text_of(screen: Any) -> str:
    return "\n".join(str(one.render()) for one in screen.query(Static))


async def is_there(person: Any, kind: type) -> Any:
    await person.until(lambda: isinstance(person.app.screen, kind))
    await person.pilot.pause()
    return person.app.screen


async def offered(person: Any) -> list[str]:
    palette = await is_there(person, CommandPalette)
    options = palette.query_one(OptionList)
    await person.until(lambda: options.option_count > 0)
    return [str(option.prompt) for option in options.options]


@pytest.mark.parametrize(("language", "room"), [("en", "Go to: Chain"), ("zh", "前往：链")])
async def test_the_palette_leads_to_a_room_in_the_persons_language(
    in_the_room: Go, language: str, room: str
) -> None:
    async with in_the_room("verify", language=language) as person:
        await person.pilot.press("ctrl+p")
        choices = await offered(person)
        assert any(room in choice for choice in choices)
        deed = person.app.words(ACTIONS["add_contact"].help)
        assert any(deed in choice for choice in choices)
        person.app.screen.query_one(Input).value = room
        await person.until(lambda: person.app.screen.query_one(OptionList).option_count == 1)
        await person.pilot.press("enter")
        await person.until(lambda: getattr(person.app.screen, "ROOM", "") == "chain")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Nothing is called that"), ("zh", "没有这样的命令")]
)
async def test_the_palette_says_in_the_persons_language_that_nothing_is_found(
    in_the_room: Go, language: str, said: str
) -> None:
    async with in_the_room("verify", language=language) as person:
        await person.pilot.press("ctrl+p")
        await offered(person)
        await person.pilot.press(*"qqqqqq")
        await person.until(lambda: said in text_of_options(person))


def text_of_options(person: Any) -> str:
    return "\n".join(str(one.prompt) for one in person.app.screen.query_one(OptionList).options)


async def test_at_the_door_the_palette_offers_nothing_of_the_wallet(
    at_the_keyboard: Go, home: Path
) -> None:
    async with at_the_keyboard([], home=home) as person:
        await person.pilot.press("ctrl+p")
        choices = "\n".join(await offered(person))
        assert "Quit" in choices
        assert "Go to" not in choices
        assert "Lock" not in choices


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_keys_that_work_here_are_shown_and_only_those(
    in_the_room: Go, language: str
) -> None:
    async with in_the_room("contacts", language=language) as person:
        await person.pilot.press("question_mark")
        keys = text_of(await is_there(person, KeysScreen))
        words = person.app.words
        for means in ("Quit", "Lock", "Help", "Commands", "Jump"):
            assert words(means) in keys
        assert words("Take back") not in keys  # nothing was done yet
        if language == "zh":
            english = [line for line in keys.split("\n") if line.istitle() and line.isascii()]
            assert not [line for line in english if len(line) > 9]
        await person.pilot.press("escape")
        await person.until(lambda: getattr(person.app.screen, "ROOM", "") == "contacts")


async def test_a_question_mark_can_be_typed(in_the_room: Go) -> None:
    async with in_the_room("home") as person:
        await person.pilot.press("h", "question_mark")
        await person.pilot.pause()
        assert isinstance(person.app.screen, HomeScreen)
        await person.pilot.press("f1")
        await is_there(person, KeysScreen)


async def test_a_letter_leads_to_a_room_and_to_what_can_have_the_focus(in_the_room: Go) -> None:
    async with in_the_room("home") as person:
        room = person.app.screen
        await person.pilot.press("ctrl+g")
        jump = await is_there(person, JumpScreen)
        shown = {str(one.render()).strip(): one.region.offset for one in jump.query(Static)}
        (chain,) = (tab for tab in room.query(RoomTab) if tab.id == "to-chain")
        letter = next(name for name, place in shown.items() if place == chain.region.offset)
        await person.pilot.press(letter)
        await person.until(lambda: getattr(person.app.screen, "ROOM", "") == "chain")
        await person.pilot.press("ctrl+g")
        await is_there(person, JumpScreen)
        await person.pilot.press("escape")
        await person.until(lambda: getattr(person.app.screen, "ROOM", "") == "chain")


def test_no_label_begins_another() -> None:
    for count in (1, len(LETTERS), len(LETTERS) + 1, 100):
        made = labels(count)
        assert len(set(made)) == count
        assert not [
            (one, other) for one in made for other in made if one != other and other.startswith(one)
        ]


async def test_what_was_done_is_taken_back_after_a_question(in_the_room: Go) -> None:
    async with in_the_room("activity") as person:
        room = person.app.screen
        assert "U" not in room.active_bindings
        room.do("add_contact", {"name": "Acme", "did": ACME})
        await person.until(lambda: person.asked)
        await person.answers("y", until=lambda: person.app.undoable is not None)
        room.set_focus(None)  # in a field it is a letter
        assert "U" in room.active_bindings
        await person.pilot.press("U")
        await person.until(lambda: person.asked)
        assert "Acme" in text_of(person.app.screen)
        await person.answers("y", until=lambda: not person.app.session.is_working)

        def left() -> int:
            found = person.app.session.look(lambda wallet: len(contacts(wallet.vault)))
            return int(found.result())

        assert left() == 0


async def test_quitting_with_nothing_pending_asks_nothing(in_the_room: Go) -> None:
    async with in_the_room("verify") as person:
        await person.pilot.press("ctrl+q")
        await person.until(lambda: person.app._exit)


async def test_quitting_while_something_is_asked_or_under_way_asks(in_the_room: Go) -> None:
    begun, over = Event(), Event()
    async with in_the_room("verify") as person:
        person.app.screen.do("create_did", {"method": "key", "name": "work"})
        await person.until(lambda: person.asked)
        await person.pilot.press("ctrl+q")
        question = await is_there(person, YesNoScreen)
        assert "waits for your answer" in text_of(question)
        await person.pilot.press("enter")
        await is_there(person, ConsentScreen)
        await person.pilot.press("escape")
        await person.until(lambda: not person.app.session.is_asking)

        def busy(_wallet: object) -> None:
            begun.set()
            assert over.wait(PATIENCE)

        person.app.session.look(busy)
        await person.until(begun.is_set)
        await person.pilot.press("ctrl+q")
        question = await is_there(person, YesNoScreen)
        over.set()
        assert "under way" in text_of(question)
        await person.pilot.press("tab", "enter")
        await person.until(lambda: person.app._exit)


async def test_ctrl_c_says_how_to_leave(in_the_room: Go) -> None:
    async with in_the_room("verify") as person:
        await person.pilot.press("ctrl+c")
        await person.until(lambda: len(person.app._notifications) > 0)
        assert not person.app._exit
        (toast,) = person.app._notifications
        assert "Ctrl+Q" in toast.message


async def test_another_language_and_theme_hold_at_once_and_the_next_time(
    in_the_room: Go, home: Path
) -> None:
    async with in_the_room("contacts") as person:
        person.app.choose_language("zh")
        await person.until(lambda: "联系人" in text_of(person.app.screen))
        person.app.choose_theme("nord")
        assert person.app.theme == "nord"
        await person.until(lambda: Settings.read(home).looks.theme == "nord")
    assert Settings.read(home).looks.language == "zh"
