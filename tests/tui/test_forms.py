"""Forms: what is wrong stands beside its field, and nothing is done before the yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Checkbox, Collapsible, Input, OptionList, Select, SelectionList

from tui.claims_field import ClaimsField
from tui.entry_field import EntryField
from tui.fields import FormField
from tui.screens.form import FormScreen
from tui.screens.room import Room
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.actions.registry import Kind
from wallet.entries import contacts, credentials, dids
from wallet.templates import BUILT_IN, template
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.registry import Action

    Goes = Callable[..., Any]


def _kinds(action: Action) -> set[Kind]:
    return {parameter.kind for parameter in action.parameters}


PASSPHRASE = Secret("correct horse battery staple")
MEI = "did:web:mei.example"
OF_EACH_KIND = {
    action.name: action
    for kind in Kind
    for action in [next(one for one in ACTIONS.values() if kind in _kinds(one))]
}


@pytest.fixture
def home(home: Path) -> Path:
    """A wallet with a DID and a contact."""
    with open_wallet(home, PASSPHRASE) as wallet:
        for action, arguments in (
            ("create_did", {"method": "key", "name": "me"}),
            ("create_did", {"method": "key", "name": "uni"}),
            ("add_contact", {"name": "Mei", "did": MEI}),
        ):
            found = ACTIONS[action].propose
            assert found is not None
            proposal = found(wallet, arguments)
            run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    return home


def _form(person: Any) -> FormScreen:
    screen = person.app.screen
    assert isinstance(screen, FormScreen)
    return screen


async def _opens(person: Any, action: str, **values: Any) -> FormScreen:
    room = person.app.screen
    assert isinstance(room, Room)
    room.fill(action, values)
    await person.until(lambda: isinstance(person.app.screen, FormScreen))
    await person.pilot.pause()
    return _form(person)


async def _writes(person: Any, name: str, value: str) -> None:
    field = _form(person).field(name).query(Input).first()
    field.focus()
    field.value = value
    await person.pilot.pause()


def _problem(form: FormScreen, name: str) -> str:
    field = form.field(name)
    return str(field.query_one(".problem").render()) if field.has_class("-wrong") else ""


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_kind_of_value_has_a_field_that_fits_80_columns(
    in_the_room: Goes, language: str
) -> None:
    async with in_the_room("contacts", language=language) as person:
        room = person.app.screen
        for name, action in OF_EACH_KIND.items():
            form = await _opens(person, name)
            shown = {one.parameter.name for one in form.fields} | form.hidden
            assert shown == {one.name for one in action.parameters}
            assert form.query_one("#fields").max_scroll_x == 0
            form.action_back()
            await person.until(lambda: person.app.screen is room)


async def test_what_is_wrong_is_said_beside_its_field(in_the_room: Goes) -> None:
    async with in_the_room("contacts") as person:
        form = await _opens(person, "add_template", type="Boat")
        await _writes(person, "days", "ten")
        await person.pilot.press("ctrl+s")
        await person.until(lambda: bool(_problem(form, "days")))
        assert _problem(form, "days") == "✗ a whole number from 1 on"
        assert _problem(form, "name") == "✗ this is needed"
        assert _problem(form, "type") == ""
        assert form.field("name").query_one(Input).has_focus
        await _writes(person, "days", "10")
        assert _problem(form, "days") == ""


async def test_what_no_field_is_to_blame_for_is_said_where_one_goes_on(in_the_room: Goes) -> None:
    async with in_the_room("contacts") as person:
        form = await _opens(person, "add_template", name="degree", type="Boat", claims=["class"])
        await person.pilot.press("ctrl+s")
        problem = form.query_one("#problem")
        await person.until(lambda: bool(problem.display))
        assert "a template is called 'degree' already" in str(problem.render())
        assert _form(person) is form


async def test_an_entry_that_is_not_there_is_said_beside_its_field(in_the_room: Goes) -> None:
    async with in_the_room("contacts") as person:
        form = await _opens(person, "issue_credential", type="Boat", claims={"class": "A"})
        await _writes(person, "subject", "Nobody")
        await person.pilot.press("ctrl+s")
        await person.until(lambda: bool(_problem(form, "subject")))
        assert "no contact 'Nobody'" in _problem(form, "subject")


async def test_nothing_is_done_without_a_yes_and_the_form_stays(
    in_the_room: Goes, home: Path
) -> None:
    async with in_the_room("contacts") as person:
        form = await _opens(person, "add_contact", name="Acme", did="did:web:acme.example")
        await person.pilot.press("ctrl+s")
        await person.reads()
        await person.pilot.press("n")
        await person.until(lambda: person.app.screen is form)
        await person.pilot.press("ctrl+s")
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: person.app.screen is not form and not person.asked)
    with open_wallet(home, PASSPHRASE) as wallet:
        assert [one.name for one in contacts(wallet.vault)] == ["Mei", "Acme"]


async def test_esc_goes_back_and_does_nothing(in_the_room: Goes) -> None:
    async with in_the_room("contacts") as person:
        room = person.app.screen
        await _opens(person, "add_contact", name="Acme")
        await person.pilot.press("escape")
        await person.until(lambda: person.app.screen is room)


async def test_an_entry_is_searched_for_and_picked_by_keys(in_the_room: Goes) -> None:
    async with in_the_room("contacts") as person:
        form = await _opens(person, "issue_credential")
        field = form.field("subject")
        field.query_one(Input).focus()
        options = field.query_one(OptionList)
        await person.until(lambda: options.option_count == 3)
        await person.pilot.press("m", "e", "i")
        await person.until(lambda: options.option_count == 1)
        await person.pilot.press("down", "enter")
        await person.until(lambda: field.typed == "Mei")
        assert not field.query_one(Input).has_focus
        assert options.option_count == 0


async def test_enter_takes_the_only_one_that_was_found(in_the_room: Goes) -> None:
    async with in_the_room("contacts") as person:
        form = await _opens(person, "issue_credential")
        field = form.field("subject")
        assert isinstance(field, EntryField)
        field.query_one(Input).focus()
        await person.pilot.press("m", "e", "i")
        await person.until(lambda: field.query_one(OptionList).option_count == 1)
        await person.pilot.press("enter")
        await person.until(lambda: field.typed == "Mei")


async def test_a_credential_is_issued_by_a_template_by_keyboard(
    in_the_room: Goes, home: Path
) -> None:
    async with in_the_room("credentials") as person:
        form = await _opens(person, "issue_credential")
        choose = form.query_one("#templates", Select)
        await person.until(lambda: len(choose._options) == len(BUILT_IN) + 1)
        choose.value = "membership"
        claims = form.query_one(ClaimsField)
        await person.until(lambda: len(claims.lines) == 5)
        assert form.field("type").typed == "Membership"
        assert form.field("expires").typed != ""
        await _writes(person, "subject", "Mei")
        claims.query(".value").results(Input).__next__().value = "The Club"
        await person.pilot.pause()
        await person.pilot.press("ctrl+s")
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: person.app.screen is not form and not person.asked)
    with open_wallet(home, PASSPHRASE) as wallet:
        (made,) = credentials(wallet.vault)
        assert made.type == "Membership"
        assert made.credential.claims == ("organization",)
        assert made.credential.valid_until is not None


async def test_another_template_keeps_what_was_said_already(in_the_room: Goes) -> None:
    async with in_the_room("credentials") as person:
        form = await _opens(person, "issue_credential", claims={"since": "2020", "motto": "on"})
        claims = form.query_one(ClaimsField)
        await person.until(lambda: len(claims.lines) == 3)
        choose = form.query_one("#templates", Select)
        await person.until(lambda: len(choose._options) > 1)
        choose.value = "employment"
        await person.until(lambda: len(claims.lines) == 6)
        assert dict(claims.lines)["since"] == "2020"
        assert dict(claims.lines)["motto"] == "on"


async def test_a_claim_gets_another_line_as_soon_as_the_last_is_written_on(
    in_the_room: Goes,
) -> None:
    async with in_the_room("credentials") as person:
        form = await _opens(person, "issue_credential")
        claims = form.query_one(ClaimsField)
        assert list(claims.lines) == [("", "")]
        claims.query(Input).first().focus()
        await person.pilot.press("a", "tab", "b")
        await person.pilot.pause()
        assert list(claims.lines) == [("a", "b"), ("", "")]


async def test_what_was_written_is_kept_as_a_template_of_ones_own(
    in_the_room: Goes, home: Path
) -> None:
    async with in_the_room("credentials") as person:
        form = await _opens(person, "issue_credential", type="Boat", claims={"class": "A"})
        await person.until(lambda: ("class", "A") in form.query_one(ClaimsField).lines)
        await person.pilot.press("ctrl+t")
        await person.until(lambda: person.app.screen is not form)
        keeping = _form(person)
        await person.until(lambda: keeping.field("claims").typed == ("class",))
        await person.pilot.press("ctrl+s")
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: person.app.screen is form)
        choose = form.query_one("#templates", Select)
        await person.until(lambda: len(choose._options) == len(BUILT_IN) + 2)
    with open_wallet(home, PASSPHRASE) as wallet:
        assert template(wallet.vault, "boat").type == "Boat"


async def test_further_fields_are_folded_away_and_open_where_one_is_wrong(
    in_the_room: Goes,
) -> None:
    async with in_the_room("credentials") as person:
        form = await _opens(person, "issue_credential", subject="Mei", type="A", claims={"a": "1"})
        more = form.query_one(Collapsible)
        assert more.collapsed
        assert form.field("schema") in more.query(FormField)
        form.field("status").query_one(Input).value = "nowhere"
        await person.pilot.press("ctrl+s")
        await person.until(lambda: bool(form.query_one("#problem").display))
        assert "nowhere" in str(form.query_one("#problem").render())


async def test_claims_that_a_format_cannot_hide_cannot_be_unticked(in_the_room: Goes) -> None:
    async with in_the_room("credentials") as person:
        form = await _opens(person, "issue_credential", subject="me", type="A")
        form.query_one(ClaimsField).begin([("a", "", "1"), ("b", "", "2")])
        await person.pilot.pause()
        await person.pilot.press("ctrl+s")
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: person.app.screen is not form and not person.asked)
        form = await _opens(person, "present_credential", verifier="Mei")
        await _writes(person, "credential", "A")
        ticks = form.query_one(SelectionList)
        await person.until(lambda: ticks.option_count == 2)
        assert ticks.disabled
        assert "cannot hide claims" in str(form.field("claims").query_one(".note").render())
        assert form.field("claims").typed == ()


async def test_a_request_says_what_it_asks_for_and_what_answers_it(
    in_the_room: Goes, home: Path, tmp_path: Path
) -> None:
    request = tmp_path / "request.json"
    with open_wallet(home, PASSPHRASE) as wallet:
        own = dids(wallet.vault)[0]
        for action, arguments in (
            ("issue_credential", {"type": "Badge", "subject": own.id, "claims": {"level": "1"}}),
            (
                "request_presentation",
                {"holder": "Mei", "type": "Badge", "claims": ["level"], "output": str(request)},
            ),
        ):
            found = ACTIONS[action].propose
            assert found is not None
            proposal = found(wallet, arguments)
            run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    async with in_the_room("credentials") as person:
        form = await _opens(person, "present_credential")
        asked = form.query_one("#asked")
        await _writes(person, "request", str(request))
        await person.until(lambda: bool(asked.display))
        said = str(asked.render())
        assert "asks for Badge: level" in said
        assert "answers it and shows least" in said
        await _writes(person, "request", str(tmp_path))
        await person.until(lambda: not asked.display)


async def test_a_flag_is_a_box(in_the_room: Goes) -> None:
    async with in_the_room("verify") as person:
        form = await _opens(person, "delete_credential", credential="x")
        box = form.field("now").query_one(Checkbox)
        box.focus()
        await person.pilot.press("space")
        assert form.field("now").typed is True
