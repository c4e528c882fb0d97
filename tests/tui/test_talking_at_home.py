from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any, Final

import pytest

from agent.errors import Cancelled
from tui.widgets.composer import Composer, Field
from tui.widgets.subject import Subject
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from agent.instruct import Said

    Sit = Callable[..., Any]

SMALL: Final = (80, 24)
IN_FULL: Final = {"en": "F2 shows it in full", "zh": "按 F2 查看全部"}
PATIENCE: Final = 60.0  # seconds


class Slow:
    """A model that answers when it is called off, or never."""

    def __init__(self) -> None:
        self.asked, self.called_off = Event(), Event()

    def complete(self, _prompt: str, _grammar: str, /) -> str:
        self.asked.set()
        assert self.called_off.wait(PATIENCE)
        raise Cancelled("called off")

    def cancel(self) -> None:
        self.called_off.set()


class Talkative:
    """An instruct model that plans nothing and says the same to everything."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces

    def complete(self, _prompt: str, _grammar: str, /) -> str:
        return "none"

    def instructed(self) -> bool:
        return True

    def answer(self, _messages: Sequence[Said], _grammar: str, /) -> str:
        return "none"

    def talk(self, _messages: Sequence[Said], /) -> Iterator[str]:
        yield from self.pieces


def said(person: Any) -> list[str]:
    pieces = person.app.screen_stack[0].query_one(Transcript).said
    return [piece.entry.text for piece in pieces]


def beside(person: Any) -> str:
    subject = person.app.screen_stack[0].query_one(Subject)
    return "\n".join(str(one.render()) for one in subject.query(".block"))


async def command(person: Any, line: str) -> None:
    await person.types(line)
    await person.until(lambda: person.asked or person.listening)
    await person.pilot.pause()


async def test_a_plan_of_several_steps_shows_how_far_it_is(
    at_the_keyboard: Sit, home: Path
) -> None:
    draft = 'create_did method=key name="a"; create_did method=key name="b"; list_dids'
    async with at_the_keyboard([draft], home=home) as person:
        await person.unlocks()
        await person.says("make a and b and list them")
        plan = "1. Create a DID from the wallet's own keys (method: key, name: a)"
        assert f"· {plan}" in said(person)[2]
        await person.answers("y")
        await person.until(lambda: f"✓ {plan}" in said(person)[2])
        assert "· 2. " in said(person)[2]
        await person.answers("n")
        await person.until(lambda: "✗ 2. " in said(person)[2])
        assert "✗ 3. " in said(person)[2]
        assert said(person)[-1] == "not done"


async def test_the_statement_stands_beside_while_it_is_asked_about_and_then_the_result(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard([], home=home) as person:
        await person.unlocks()
        await command(person, "/did create --method key --name work")
        assert person.asked
        assert "Create a did:key identifier" in beside(person)
        await person.answers("y")
        await person.until(lambda: "DID  did:key:z6Mk" in beside(person))
        await command(person, "/did show work")
        assert "verificationMethod" in beside(person)
        person.app.screen.query_one(Transcript).focus()
        await person.pilot.press("up", "up", "up", "enter")
        await person.until(lambda: "State  needs no publishing" not in beside(person))


async def test_an_instruct_models_words_are_marked_as_its_own_and_stream_as_markdown(
    at_the_keyboard: Sit, home: Path
) -> None:
    model = Talkative("A **DID** is a na", "me.\n\n- yours\n- [bold]alone[/bold]")
    async with at_the_keyboard(model, home=home) as person:
        await person.unlocks()
        await person.says("tell me about the weather")
        await person.until(lambda: "alone" in person.screen())
        assert "model" in person.screen()
        assert "A DID is a name." in person.screen()
        assert "[bold]alone[/bold]" in person.screen()


async def test_one_can_type_while_it_plans_and_sends_one_thing_at_a_time(
    at_the_keyboard: Sit, home: Path
) -> None:
    model = Slow()
    async with at_the_keyboard(model, home=home) as person:
        await person.unlocks()
        await person.types("create a did called work")
        await person.until(model.asked.is_set)
        field = person.app.screen.query_one(Field)
        assert str(field.border_subtitle) == "working … Esc stops"
        await person.pilot.press(*"next")
        await person.pilot.pause(0.02)
        await person.pilot.press("enter")
        assert field.text == "next"
        await person.pilot.press("escape")
        await person.until(lambda: person.listening)
        assert "called off" in said(person)[-1]
        assert field.text == "next"
        assert not field.border_subtitle


async def test_a_command_goes_to_another_room_or_says_what_is_wrong(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard([], home=home, language="zh") as person:
        await person.unlocks()
        await command(person, "／did shw")
        assert said(person)[-1].startswith("there is no /did shw")
        await command(person, "/pay --help")
        assert "AMOUNT" in beside(person)
        await person.types("/凭证")
        await person.until(lambda: getattr(person.app.screen, "ROOM", "") == "credentials")


async def test_commands_and_names_are_completed_where_one_writes(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard([], home=home, size=SMALL) as person:
        await person.unlocks()
        await command(person, "/did create --method key --name 工作")
        await person.answers("y")
        await person.until(lambda: person.listening)
        composer = person.app.screen.query_one(Composer)
        await person.pilot.press(*"/did sh")
        await person.until(lambda: composer.choices.is_open)
        await person.pilot.press("tab")
        assert composer.text == "/did show "
        await person.pilot.press("@")
        await person.until(lambda: composer.choices.is_open)
        await person.pilot.pause(0.02)
        await person.pilot.press("enter")
        assert composer.text == "/did show 工作 "
        await person.pilot.pause(0.02)
        await person.pilot.press("enter")
        await person.until(lambda: composer.text == "")
        await person.until(lambda: person.listening)
        assert said(person)[-1] != "/did show 工作"


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_on_a_small_terminal_the_panel_lies_over_the_conversation_on_request(
    at_the_keyboard: Sit, home: Path, language: str
) -> None:
    async with at_the_keyboard([], home=home, size=SMALL, language=language) as person:
        await person.unlocks()
        subject = person.app.screen.query_one(Subject)
        transcript = person.app.screen.query_one(Transcript)
        assert not subject.region
        assert transcript.region.width == SMALL[0]
        await command(person, "/pending")
        assert not said(person)[-1].endswith(IN_FULL[language])  # there is no more of it
        await command(person, "/template list")
        assert said(person)[-1].endswith(IN_FULL[language])
        await person.pilot.press("f2")
        await person.pilot.pause()
        assert subject.has_focus
        assert 0 < subject.region.width < SMALL[0]
        assert transcript.region.width == SMALL[0]
        await person.pilot.press("escape")
        await person.pilot.pause()
        assert not subject.region
        assert person.app.screen.query_one(Field).has_focus
        await person.pilot.press("f2")
        await person.pilot.resize_terminal(120, 40)
        await person.until(lambda: transcript.region.right <= subject.region.x)
        await person.pilot.press("f2")
        await person.pilot.pause()
        assert not subject.region


async def test_scrolling_up_stops_the_following_and_a_hint_leads_back(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard([], home=home, size=SMALL) as person:
        await person.unlocks()
        transcript = person.app.screen.query_one(Transcript)
        hint = person.app.screen.query_one("#latest")
        for _ in range(8):
            await command(person, "/help DID")
        assert not hint.region
        await person.pilot.press("pageup")
        await person.until(lambda: bool(hint.region))
        await person.pilot.press("ctrl+end")
        await person.until(lambda: transcript.scroll_y == transcript.max_scroll_y)
        await person.pilot.press("pageup")
        await person.until(lambda: bool(hint.region))
        await person.pilot.click("#latest")
        await person.until(lambda: not hint.region)
        assert transcript.scroll_y == transcript.max_scroll_y


async def test_an_answer_is_copied(at_the_keyboard: Sit, home: Path) -> None:
    async with at_the_keyboard([], home=home) as person:
        await person.unlocks()
        await command(person, "/did list")
        await command(person, "/copy")
        assert person.app.clipboard.startswith("no DIDs yet")


async def test_emptying_the_conversation_lets_the_planner_forget_it_too(
    at_the_keyboard: Sit, home: Path
) -> None:
    async with at_the_keyboard(["publish_did", "list_dids"], home=home) as person:
        await person.unlocks()
        await person.says("publish it")
        before = person.app.session._conversation
        await command(person, "/clear")
        await person.until(lambda: person.app.session._conversation is not before)
        await person.says("list my dids")
        assert said(person)[-1].startswith("no DIDs yet")
