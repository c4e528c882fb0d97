"""The Contacts screen: who is known, who is trusted, and what can be done with each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input, OptionList, Static

from tui.qr import QRScreen
from tui.screens.contacts import ContactsScreen
from tui.screens.form import FormScreen
from wallet.entries import Contact, contacts
from wallet.trust import trusted
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.wallet import Wallet

    AtTheKeyboard = Callable[..., Any]


async def at_contacts(person: Any) -> ContactsScreen:
    await person.pilot.press("alt+4")
    await person.until(lambda: isinstance(person.app.screen, ContactsScreen))
    screen = person.app.screen
    assert isinstance(screen, ContactsScreen)
    await person.until(lambda: screen.focused is screen.query_one("#contacts"))
    return screen


def listed(screen: ContactsScreen, which: str) -> list[str]:
    options = screen.query_one(f"#{which}", OptionList).options
    return [str(option.prompt) for option in options]


def contact(screen: ContactsScreen) -> str:
    return str(screen.query_one("#contact", Static).render())


async def test_contacts_are_listed_by_name_with_all_that_is_known_of_one(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_contacts(person)
        names = [one.split("\n")[0] for one in listed(screen, "contacts")]
        assert names == ["Bob", "Café Nuvem", "City Hall", "University of Coimbra", "李明"]
        await person.pilot.press("j", "j", "j")
        await person.until(lambda: contact(screen).startswith("University of Coimbra"))
        assert "Trusted for: Degree" in contact(screen)
        assert "trusted" in listed(screen, "contacts")[3]


async def test_a_name_that_looks_like_another_is_marked_with_the_reason(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    def forge(wallet: Wallet) -> None:
        bob = next(one for one in contacts(wallet.vault) if one.name == "Bob")
        for name in ("Воb", "[red]Eve[/red]\u202e"):
            forged = Contact(name, bob.did)
            wallet.vault.put(Kind.CONTACT, forged.body(), id=forged.id)

    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        person.app.session.look(forge).result(timeout=30)
        screen = await at_contacts(person)
        doubtful = [one for one in listed(screen, "contacts") if one.startswith("! ")]
        assert len(doubtful) == 3
        assert any("[red]Eve[/red]" in one and "\u202e" not in one for one in doubtful)
        screen.query_one("#filter", Input).value = "воb"
        await person.until(lambda: "Воb looks like Bob, and is not" in contact(screen))


async def test_searching_narrows_the_list_and_escape_widens_it(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_contacts(person)
        await person.pilot.press("slash", "h", "a", "l", "l")
        await person.until(lambda: len(listed(screen, "contacts")) == 1)
        await person.pilot.press("enter", "escape")
        await person.until(lambda: len(listed(screen, "contacts")) == 5)
        assert screen.query_one("#contacts").has_focus


async def test_a_contact_is_removed_after_a_yes_and_comes_back_by_another(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_contacts(person)
        await person.pilot.press("x")
        await person.until(lambda: person.asked)
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: len(listed(screen, "contacts")) == 4)
        assert "Bob" not in "".join(listed(screen, "contacts"))

        await person.pilot.press("u")
        await person.until(lambda: person.asked)
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: "Bob" in "".join(listed(screen, "contacts")))


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("n", "add_contact"),
        ("e", "rename_contact"),
        ("p", "send_payment"),
        ("a", "request_presentation"),
        ("t", "trust_issuer"),
    ],
)
async def test_each_deed_has_a_form_with_the_contact_in_it(
    at_the_keyboard: AtTheKeyboard, furnished: Any, key: str, action: str
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_contacts(person)
        await person.pilot.press(key)
        await person.until(lambda: isinstance(person.app.screen, FormScreen))
        form = person.app.screen
        assert form.action.name == action
        if action != "add_contact":
            await person.until(lambda: "Bob" in [one.value for one in form.query(Input)])
        await person.pilot.press("escape")
        await person.until(lambda: person.app.screen is screen)


async def test_trust_is_a_list_of_its_own_from_which_issuers_are_taken(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_contacts(person)
        await person.pilot.press("l")
        await person.until(lambda: screen.query_one("#issuers").has_focus)
        (university,) = listed(screen, "issuers")
        assert university.startswith("University of Coimbra\nDegree")
        offered = {active.binding.action for active in screen.active_bindings.values()}
        assert "pay" not in offered
        await person.pilot.press("x")
        await person.until(lambda: person.asked)
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: screen.query_one("#no-issuers").display)
        assert trusted(person.app.session.home) == ()


async def test_a_contact_has_a_code_to_be_scanned(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        await at_contacts(person)
        await person.pilot.press("v")
        await person.until(lambda: isinstance(person.app.screen, QRScreen))
        await person.until(lambda: "█" in person.screen())


async def test_empty_lists_say_what_to_do(at_the_keyboard: AtTheKeyboard) -> None:
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet()
        await person.pilot.press("alt+4")
        await person.until(lambda: isinstance(person.app.screen, ContactsScreen))
        await person.until(lambda: person.app.screen.query_one("#no-contacts").display)
        assert "Press n to add one." in person.screen()
        assert "any issuer whose signature holds will do" in person.screen()
        await person.pilot.press("n")
        await person.until(lambda: isinstance(person.app.screen, FormScreen))


async def test_it_fits_a_small_terminal_in_chinese(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished, language="zh", size=(80, 24)) as person:
        await person.unlocks()
        screen = await at_contacts(person)
        assert screen.query_one("#beside").region.right <= 80
        assert screen.query_one("#contacts").region.bottom <= 23
        assert "李明" in "".join(listed(screen, "contacts"))
