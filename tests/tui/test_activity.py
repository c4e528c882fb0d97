"""The Activity screen, over a wallet that somebody has lived in for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input, OptionList, TabbedContent

from tui.reading import ReadingScreen
from tui.screens.activity import ActivityScreen
from tui.widgets.chips import Chip
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.wallet import Wallet

    AtTheKeyboard = Callable[..., Any]

MANY = 1_500


async def at_activity(person: Any) -> ActivityScreen:
    await person.pilot.press("alt+6")
    screen: ActivityScreen = await person.comes_to(ActivityScreen)
    await person.until(lambda: screen.entries.chosen is not None and screen.entries.has_focus)
    return screen


def actions(screen: ActivityScreen) -> list[str]:
    rows = (screen.entries.row(at) for at in range(screen.entries.total))
    return [str(row["action"]) if row else "" for row in rows]


async def test_the_journal_is_shown_newest_first_without_what_was_only_read(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_activity(person)

        first = screen.entries.row(0)
        assert first is not None
        assert first["action"] == "send_payment"
        assert "show_did" not in actions(screen)
        before = screen.entries.total

        await person.pilot.press("r")
        await person.until(lambda: screen.entries.total > before)
        await person.until(lambda: "show_did" in actions(screen))


async def test_a_search_is_offered_where_there_is_a_field_for_it(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished, language="zh") as person:
        await person.unlocks()
        screen = await at_activity(person)
        assert "slash" in screen.active_bindings
        await person.pilot.press("right_square_bracket")
        reminders = screen.query_one("#reminders-list", OptionList)
        await person.until(lambda: reminders.has_focus)
        assert "slash" not in screen.active_bindings
        drawn = [str(option.prompt) for option in reminders.options]
        assert drawn[0].endswith("到时间")
        assert drawn[-1].endswith("call 李明")  # nothing is said of what waits for its time


async def test_entries_are_filtered_by_words_action_outcome_and_who_asked(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_activity(person)
        everything = screen.entries.total

        await person.pilot.press("slash", *"contact", "enter")
        await person.until(lambda: set(actions(screen)) == {"add_contact"})
        await person.pilot.press("escape")
        await person.until(lambda: screen.entries.total == everything)

        await person.until(lambda: screen.entries.chosen is not None)
        await person.pilot.press("f")
        await person.until(lambda: set(actions(screen)) == {"send_payment"})
        assert "send_payment" in str(screen.query_one("#chip-action", Chip).render())
        await person.pilot.press("f")
        await person.until(lambda: screen.entries.total == everything)

        await person.pilot.press("o", "o")
        await person.until(lambda: screen.query_one("#no-entries").display)
        assert "No entry is like that" in person.screen()
        await person.pilot.press("escape", "w")
        await person.until(lambda: screen.entries.total == everything)
        assert "you" in str(screen.query_one("#chip-asker", Chip).render())


async def test_an_entry_opens_in_full_by_enter(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        await at_activity(person)
        await person.pilot.press("j", "enter")
        await person.until(lambda: isinstance(person.app.screen, ReadingScreen))
        shown = person.screen()
        assert "Asked by: you" in shown
        assert "Signature: " in shown
        assert "Hash of the entry before: " in shown


async def test_the_chain_of_the_journal_is_verified_and_that_is_told(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        await at_activity(person)
        await person.pilot.press("v")
        await person.until(lambda: isinstance(person.app.screen, ReadingScreen))
        assert "the journal holds, entries: " in person.screen()


async def test_the_head_of_the_journal_is_anchored_after_a_yes(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_activity(person)
        await person.pilot.press("a")
        await person.until(lambda: person.asked)
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: actions(screen)[:1] == ["anchor_history"])


async def test_reminders_and_payments_have_a_tab_each(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_activity(person)

        await person.pilot.press("l")
        await person.until(lambda: screen.query_one("#reminders-list").has_focus)
        due = [
            str(option.prompt) for option in screen.query_one("#reminders-list", OptionList).options
        ]
        assert any("renew the residence permit" in one and "due" in one for one in due)
        await person.pilot.press("l")
        await person.until(lambda: screen.query_one("#payments-list").has_focus)
        (paid,) = [
            str(option.prompt) for option in screen.query_one("#payments-list", OptionList).options
        ]
        assert "0.25 ETH" in paid
        assert screen.query_one(TabbedContent).active == "payments"
        offered = {active.binding.action for active in screen.active_bindings.values()}
        assert not {"verify", "finish"} & offered


async def test_a_reminder_is_done_with_by_one_key_and_a_yes(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_activity(person)
        await person.pilot.press("l")
        due = screen.query_one("#reminders-list", OptionList)
        await person.until(lambda: due.has_focus)
        count = len(due.options)
        rows = [str(option.prompt) for option in due.options]
        for _ in range(next(at for at, row in enumerate(rows) if "renew" in row)):
            await person.pilot.press("j")
        await person.pilot.press("d")
        await person.until(lambda: person.asked)
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: len(due.options) == count - 1)


async def test_a_long_journal_is_there_at_once_and_grows_while_one_reads(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    def write(wallet: Wallet) -> None:
        with wallet.vault.transaction():
            for number in range(MANY):
                entry = {
                    "action": "issue_credential",
                    "at": "2026-11-20T09:00:00+00:00",
                    "asked": "agent",
                    "by": "dialog",
                    "outcome": "done",
                    "made": f"cred-{number:08d}",
                }
                wallet.vault.put(Kind.JOURNAL, entry, id=f"older-{number}")

    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        person.app.session.look(write).result(timeout=60)
        screen = await at_activity(person)
        await person.until(lambda: screen.entries.total > MANY)

        await person.pilot.press("G")
        await person.until(lambda: screen.entries.cursor == screen.entries.total - 1)
        await person.until(lambda: screen.entries.chosen is not None)
        last = screen.entries.chosen
        assert last is not None
        assert last["action"] == "create_did"


async def test_an_empty_journal_says_what_will_stand_there(at_the_keyboard: AtTheKeyboard) -> None:
    async with at_the_keyboard([]) as person:
        await person.makes_a_wallet()
        await person.pilot.press("alt+6")
        await person.until(lambda: isinstance(person.app.screen, ActivityScreen))
        await person.until(lambda: person.app.screen.query_one("#no-entries").display)
        assert "Whatever you agree to, or refuse, is written down here." in person.screen()


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (200, 60)])
async def test_it_fits_and_is_aligned_in_chinese(
    at_the_keyboard: AtTheKeyboard, furnished: Any, size: tuple[int, int]
) -> None:
    async with at_the_keyboard([], there=furnished, language="zh", size=size) as person:
        await person.unlocks()
        screen = await at_activity(person)
        entries = screen.entries
        assert entries.region.right <= size[0]
        assert entries.region.bottom < size[1]
        widths = {entries.render_line(y).cell_length for y in range(entries.size.height)}
        assert widths == {entries.size.width}
        assert screen.query_one("#filter", Input).region.height == 1


async def test_a_filter_is_changed_by_a_click_as_by_its_key(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_activity(person)
        await person.pilot.click("#chip-reads")
        await person.until(lambda: "shown" in str(screen.query_one("#chip-reads", Chip).render()))
        await person.until(lambda: "show_did" in actions(screen))


async def test_what_was_done_elsewhere_is_there_on_the_way_back(
    at_the_keyboard: AtTheKeyboard, furnished: Any
) -> None:
    async with at_the_keyboard([], there=furnished) as person:
        await person.unlocks()
        screen = await at_activity(person)
        await person.pilot.press("alt+4")
        await person.until(lambda: person.app.screen is not screen)
        contacts = person.app.screen
        await person.until(lambda: contacts.focused is contacts.query_one("#contacts"))
        await person.pilot.press("x")
        await person.until(lambda: person.asked)
        await person.reads()
        await person.pilot.press("y")
        await person.until(lambda: person.app.screen is contacts)
        await person.pilot.press("alt+6")
        await person.until(lambda: actions(screen)[:1] == ["remove_contact"])
