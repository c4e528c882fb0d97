from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from textual import events
from textual.widgets import Button, Input

from tui.bursts import QUIET
from tui.consent import ConsentScreen
from wallet.actions import ACTIONS
from wallet.rules.rule import AskAbove
from wallet.rules.store import keep
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Sit = Callable[..., Any]

PASSPHRASE = "correct horse battery staple"


async def test_makes_a_wallet_shows_the_phrase_once_and_begins(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet()
        assert "Nothing is signed or sent before you said yes" in person.screen()


async def test_does_what_was_agreed_to_and_shows_it(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard(['create_did method=key name="work"', "list_dids"]) as person:
        await person.makes_a_wallet()
        await person.says("create a did:key called work")
        assert "Create a did:key identifier" in person.screen()
        await person.answers("y")
        assert "created work" in person.screen()
        await person.says("list my dids")
        assert "DID  did:key:z6Mk" in person.screen()


async def test_no_is_no_and_says_so(at_the_keyboard: Sit) -> None:
    drafts = ['create_did name="work"', 'create_did name="work"', "list_dids"]
    async with at_the_keyboard(drafts) as person:
        await person.makes_a_wallet()
        for key in ("n", "escape"):
            await person.says("create a did called work")
            await person.answers(key)
            assert "not done" in person.screen()
        await person.says("list my dids")
        assert "no DIDs yet" in person.screen()


async def test_neither_enter_nor_a_paste_nor_an_early_key_agrees(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard(['create_did name="work"', "list_dids"]) as person:
        await person.makes_a_wallet()
        await person.says("create a did called work")
        dialog = person.app.screen
        assert isinstance(dialog, ConsentScreen)
        dialog.post_message(events.Paste("y\nyes\n"))
        await person.pilot.press("y")
        await person.pilot.pause()
        assert person.app.screen is dialog
        await person.answers("enter")
        assert "not done" in person.screen()
        await person.says("list my dids")
        assert "no DIDs yet" in person.screen()


async def test_enter_on_the_yes_button_does_not_agree_either(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard(['create_did name="work"']) as person:
        await person.makes_a_wallet()
        await person.says("create a did called work")
        await person.reads()
        await person.pilot.press("tab", "enter")
        await person.pilot.pause()
        assert person.asked
        await person.presses("escape")


async def test_a_no_ends_a_plan_of_several_steps(at_the_keyboard: Sit) -> None:
    draft = 'create_did name="work"; publish_did did=$1'
    async with at_the_keyboard([draft]) as person:
        await person.makes_a_wallet()
        await person.says("create work and publish it")
        await person.answers("y")
        assert "Publish the DID document of work" in person.screen()
        await person.answers("n")
        assert person.listening


async def test_asks_back_and_speaks_the_language_it_was_spoken_to(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard(["publish_did", "none"]) as person:
        await person.makes_a_wallet()
        await person.says("publish it")
        assert "Which DID?" in person.screen()
        await person.says("今天天气怎么样")
        assert "plan: none" not in person.screen()


async def test_a_model_that_fails_costs_one_turn(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard(["gibberish", "list_dids"]) as person:
        await person.makes_a_wallet()
        await person.says("list my dids")
        assert "cannot be read" in person.screen()
        await person.says("list my dids")
        assert "no DIDs yet" in person.screen()


async def test_shows_markup_and_escapes_as_they_are(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard(["none"]) as person:
        await person.makes_a_wallet()
        await person.says("[bold]hello[/bold] [/] \x1b[31m")
        assert "[bold]hello[/bold] [/] \\u{001B}[31m" in person.screen()


async def test_quitting_while_something_waits_for_an_answer_is_a_no(at_the_keyboard: Sit) -> None:
    async with at_the_keyboard(['create_did name="work"']) as person:
        await person.makes_a_wallet()
        await person.says("create a did called work")
        person.app.exit()


@pytest.fixture
def limited(home: Path) -> Path:
    """A wallet with a DID, and a rule that wants the cost of publishing it typed."""
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        create = ACTIONS["create_did"].propose
        assert create is not None
        create(wallet, {"method": "ethr", "name": "work"}).perform()
        keep(wallet.vault, AskAbove(0))
    return home


async def asks_for_the_amount(person: Any) -> str:
    """Through the unlocking to the dialog; what it wants typed."""
    await person.types(PASSPHRASE)
    await person.until(lambda: person.listening)
    await person.says("publish work")
    await person.reads()
    amount = re.search(r"then Enter and y: (0\.[0-9]+ ETH)", person.screen())
    assert amount is not None
    return amount[1]


async def test_above_a_limit_there_is_no_yes_before_the_amount_is_typed(
    at_the_keyboard: Sit, limited: Path
) -> None:
    async with at_the_keyboard(["publish_did did=D1"], home=limited) as person:
        await asks_for_the_amount(person)
        await person.pilot.press("y")
        await person.pilot.pause(2 * QUIET)  # right behind one another, neither key counts
        await person.pilot.press("enter")
        await person.until(lambda: "not done" in person.screen())  # Enter pressed the No
    with open_wallet(limited, Secret(PASSPHRASE)) as wallet:
        entry = wallet.vault.all(Kind.JOURNAL)[-1].body
    assert (entry["outcome"], entry["by"]) == ("refused", "dialog")


@pytest.mark.parametrize("wrong", ["", "yes", "{amount} ", "1{amount}", "{amount}x"])
async def test_another_amount_than_the_one_that_is_asked_for_agrees_to_nothing(
    at_the_keyboard: Sit, limited: Path, wrong: str
) -> None:
    async with at_the_keyboard(["publish_did did=D1"], home=limited) as person:
        amount = await asks_for_the_amount(person)
        dialog = person.app.screen
        dialog.query_one("#typed", Input).focus()
        dialog.query_one("#typed", Input).value = wrong.format(amount=amount)
        await person.pilot.press("enter")
        await person.pilot.pause()
        assert dialog.query_one("#yes", Button).disabled
        dialog.set_focus(None)
        await person.pilot.press("y")
        await person.pilot.pause()
        assert person.app.screen is dialog
        await person.presses("escape")
        assert "not done" in person.screen()


async def test_the_amount_is_typed_and_then_agreed_to_and_enter_alone_does_not(
    at_the_keyboard: Sit, limited: Path
) -> None:
    async with at_the_keyboard(["publish_did did=D1"], home=limited) as person:
        amount = await asks_for_the_amount(person)
        dialog = person.app.screen
        field = dialog.query_one("#typed", Input)
        field.focus()
        field.post_message(events.Paste(amount))
        await person.pilot.pause()
        assert field.value == ""  # a paste is not typed
        await person.pilot.press(*("space" if key == " " else key for key in amount))
        assert field.value == amount
        await person.pilot.press("enter", "enter", "enter")
        await person.pilot.pause()
        assert person.app.screen is dialog
        await person.presses("y")
        assert "published work" in person.screen()
