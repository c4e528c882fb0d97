"""The Identities screen, over a real wallet and its own chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input, OptionList, Static, TabbedContent

from tui.reading import ReadingScreen
from tui.screens.form import FormScreen
from tui.screens.identities import IdentitiesScreen
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.entries import dids

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.wallet import Wallet

FRIEND = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"


def did_it(wallet: Wallet, action: str, arguments: dict[str, Any]) -> None:
    propose = ACTIONS[action].propose
    assert propose is not None
    proposal = propose(wallet, arguments)
    run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.DIALOG)))


async def had(person: Any, *deeds: tuple[str, dict[str, Any]]) -> None:
    """The person has done so before."""

    def work(wallet: Wallet) -> None:
        for action, arguments in deeds:
            did_it(wallet, action, arguments)

    person.app.session.look(work).result(timeout=30)


async def at_identities(person: Any) -> IdentitiesScreen:
    await person.pilot.press("alt+3")
    await person.until(lambda: isinstance(person.app.screen, IdentitiesScreen))
    screen = person.app.screen
    assert isinstance(screen, IdentitiesScreen)
    return screen


def page(screen: IdentitiesScreen, name: str) -> str:
    return str(screen.query_one(f"#{name}-text", Static).render())


WORK = ("create_did", {"method": "ethr", "name": "work"})
ME = ("create_did", {"method": "key", "name": "我"})


async def test_an_empty_screen_says_what_to_do(at_the_keyboard: Callable[..., Any]) -> None:
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet()
        screen = await at_identities(person)
        await person.until(lambda: screen.query_one("#none").display)
        assert "Press n to make one" in person.screen()
        offered = {active.binding.action for active in screen.active_bindings.values()}
        assert "publish" not in offered
        assert "create" in offered


async def test_a_did_is_shown_with_its_document_keys_and_history(
    at_the_keyboard: Callable[..., Any],
) -> None:
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet()
        await had(person, WORK, ME, ("publish_did", {"did": "work"}))
        screen = await at_identities(person)
        await person.until(lambda: "did:ethr:" in page(screen, "document"))

        assert "#delegate-1  Ed25519  signs" in page(screen, "document")
        assert "m/44'/60'/0'/0/0 of the recovery phrase" in page(screen, "keys")
        assert "No services" in page(screen, "services")
        assert '"verificationMethod"' in page(screen, "json")
        events = screen.query_one("#events", OptionList)
        (event,) = [str(option.prompt) for option in events.options]
        assert "block 1 · 0x" in event
        assert "+ Adds key #delegate-1: Multikey" in event

        await person.pilot.press("j")
        await person.until(lambda: "did:key:" in page(screen, "document"))
        assert "我" in page(screen, "document")
        assert "nothing of it ever changes" in page(screen, "history")
        offered = {active.binding.action for active in screen.active_bindings.values()}
        assert "publish" not in offered


async def test_publishing_shows_the_difference_and_the_cost_before_it_asks(
    at_the_keyboard: Callable[..., Any],
) -> None:
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet()
        await had(person, WORK)
        screen = await at_identities(person)
        await person.until(lambda: "not published" in page(screen, "document"))

        await person.pilot.press("p")
        await person.until(lambda: isinstance(person.app.screen, ReadingScreen))
        assert "+ Adds key #delegate-1" in person.screen()
        assert "Highest cost: 0." in person.screen()
        await person.pilot.press("enter")
        await person.until(lambda: person.asked)
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: "State: published" in page(screen, "document"))
        assert len(screen.query_one("#events", OptionList).options) == 1


async def test_leaving_the_difference_publishes_nothing(
    at_the_keyboard: Callable[..., Any],
) -> None:
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet()
        await had(person, WORK)
        screen = await at_identities(person)
        await person.until(lambda: "not published" in page(screen, "document"))
        await person.pilot.press("p")
        await person.until(lambda: isinstance(person.app.screen, ReadingScreen))
        await person.pilot.press("escape")
        await person.until(lambda: person.app.screen is screen)
        (own,) = person.app.session.look(lambda wallet: dids(wallet.vault)).result()
        assert own.published is None


async def test_a_version_of_the_past_can_be_opened_by_keyboard_alone(
    at_the_keyboard: Callable[..., Any],
) -> None:
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet()
        service = {"did": "work", "endpoint": "https://one.example"}
        await had(person, WORK, ("publish_did", {"did": "work"}), ("add_service", service))
        screen = await at_identities(person)
        await person.until(lambda: len(screen.query_one("#events", OptionList).options) == 2)

        await person.pilot.press("l", "l", "l", "enter")
        await person.until(lambda: screen.focused is screen.query_one("#events"))
        assert screen.query_one(TabbedContent).active == "history"
        await person.pilot.press("G", "enter")
        await person.until(lambda: isinstance(person.app.screen, ReadingScreen))
        assert "delegate-1" in person.screen()
        assert "one.example" not in person.screen()


async def test_a_did_that_others_cannot_find_says_why_and_shows_what_is_kept(
    at_the_keyboard: Callable[..., Any], monkeypatch: Any, tmp_path: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet()
        await had(person, ("create_did", {"method": "web", "name": "shop", "address": "localhost"}))
        screen = await at_identities(person)
        await person.until(lambda: "#z6Mk" in page(screen, "document"))
        assert "State: not published" in page(screen, "document")


async def test_it_fits_a_small_terminal_in_chinese(at_the_keyboard: Callable[..., Any]) -> None:
    async with at_the_keyboard([], language="zh") as person:
        await person.makes_a_wallet()
        await had(person, WORK, ME)
        await person.pilot.resize_terminal(80, 24)
        screen = await at_identities(person)
        await person.until(lambda: "状态" in page(screen, "document"))
        listed = screen.query_one("#dids")
        assert listed.region.right <= screen.query_one("#chosen").region.x
        assert screen.query_one("#chosen").region.right <= 80


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("n", "create_did"),
        ("e", "rename_did"),
        ("f", "set_memory"),
        ("s", "add_service"),
        ("S", "remove_service"),
        ("d", "add_delegate"),
        ("D", "revoke_delegate"),
        ("t", "transfer_did"),
        ("i", "import_key"),
    ],
)
async def test_each_deed_has_a_form_with_the_did_in_it(
    at_the_keyboard: Callable[..., Any], furnished: Any, key: str, action: str
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_identities(person)
        await person.until(lambda: "did:ethr:" in page(screen, "document"))
        await person.pilot.press(key)
        await person.until(lambda: isinstance(person.app.screen, FormScreen))
        form = person.app.screen
        assert form.action.name == action
        if action not in {"create_did", "import_key"}:
            chosen = screen.chosen
            assert chosen is not None
            own = chosen.own
            typed = [one.value for one in form.query(Input)]
            assert any(own.id in value or own.name == value for value in typed)
        await person.pilot.press("escape")
        await person.until(lambda: person.app.screen is screen)


@pytest.mark.parametrize(("key", "action"), [("r", "rotate"), ("x", "deactivate")])
async def test_a_new_key_and_giving_up_ask_at_once_and_a_no_changes_nothing(
    at_the_keyboard: Callable[..., Any], furnished: Any, key: str, action: str
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_identities(person)
        await person.until(lambda: "did:ethr:" in page(screen, "document"))
        assert action in {active.binding.action for active in screen.active_bindings.values()}
        before = page(screen, "json")
        await person.pilot.press(key)
        await person.until(lambda: person.asked)
        await person.reads()
        await person.pilot.press("escape")
        await person.until(lambda: person.app.screen is screen)
        assert page(screen, "json") == before
