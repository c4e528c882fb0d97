from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import App

from tui.bursts import QUIET
from tui.widgets.choices import Choice
from tui.widgets.composer import Composer, Field

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.pilot import Pilot


class Writing(App[None]):
    """A composer alone."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def compose(self) -> ComposeResult:
        yield Composer("say something", searching="search [all]")

    def on_mount(self) -> None:
        self.field.focus()

    @property
    def composer(self) -> Composer:
        return self.query_one(Composer)

    @property
    def field(self) -> Field:
        return self.query_one(Field)

    def on_composer_sent(self, sent: Composer.Sent) -> None:
        self.heard.append(sent.text)
        self.composer.history.add(sent.text)
        self.composer.write("")

    def on_composer_chosen(self, chosen: Composer.Chosen) -> None:
        self.heard.append(chosen.choice.value)

    def on_field_pasted(self, pasted: Field.Pasted) -> None:
        self.field.put(pasted.text)

    def on_field_turned(self, turned: Field.Turned) -> None:
        self.heard.append(turned.pages)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """As a person does, who takes a moment before Enter."""
    for key in keys:
        if key == "enter":
            await pilot.pause(0.02)
        await pilot.press(key)


async def test_enter_sends_and_other_keys_begin_a_new_line() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await press(pilot, "a", "ctrl+j", "b", "shift+enter", "c", "alt+enter", "d")
        assert app.field.text == "a\nb\nc\nd"
        assert app.heard == []
        await press(pilot, "enter")
        await pilot.pause()
        assert app.heard == ["a\nb\nc\nd"]
        assert app.field.text == ""


async def test_a_paste_of_many_lines_is_one_message_without_control_characters() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.field.post_message(events.Paste("one\r\ntwo\x1b[31m\nthree\n"))
        await pilot.pause()
        assert app.field.text == "one\ntwo[31m\nthree\n"
        assert app.heard == []


async def test_a_paste_that_the_terminal_does_not_mark_is_one_message_too() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        for at, key in enumerate(["a", "b", "enter", "c", "d", "enter"]):
            event = events.Key(key, key if len(key) == 1 else "\r")
            event.time = 100 + at / 1000
            app.field.post_message(event)
        await pilot.pause()
        assert app.heard == []
        await pilot.pause(2 * QUIET)
        assert app.heard == ["ab\ncd"]


async def test_grows_with_what_is_written_to_six_lines() -> None:
    app = Writing()
    async with app.run_test(size=(80, 24)) as pilot:
        heights = []
        for _ in range(8):
            await pilot.pause()
            heights.append(app.field.size.height)
            await press(pilot, "x", "ctrl+j")
        assert heights == [1, 2, 3, 4, 5, 6, 6, 6]


async def test_the_arrows_go_through_what_was_typed_at_the_texts_ends_alone() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        for line in ("one", "two\nlines"):
            app.composer.history.add(line)
        await press(pilot, "d", "up")
        assert app.field.text == "two\nlines"
        await press(pilot, "up")
        assert app.field.text == "two\nlines"  # the cursor was in the last of two lines
        await press(pilot, "up")
        assert app.field.text == "one"
        await press(pilot, "up", "down", "down")
        assert app.field.text == "d"
        await press(pilot, "down")
        assert app.field.text == "d"


async def test_searches_what_was_typed_and_puts_it_in_or_leads_back() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        for line in ("list my dids", "show my degree", "show my licence"):
            app.composer.history.add(line)
        await press(pilot, "d", "ctrl+r", "s", "d")
        await pilot.pause()
        assert "show my degree" in str(app.composer.choices.get_option_at_index(0).prompt)
        await press(pilot, "escape")
        assert app.field.text == "d"
        await press(pilot, "ctrl+r")
        await pilot.pause()
        await press(pilot, "ctrl+r", "enter")
        await pilot.pause()
        assert app.field.text == "show my degree"
        assert app.heard == []
        await press(pilot, "enter")
        await pilot.pause()
        assert app.heard == ["show my degree"]


async def test_esc_leads_back_from_a_search_that_finds_nothing() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await press(pilot, "d", "ctrl+r", "x", "x", "x")
        await pilot.pause()
        await press(pilot, "escape")
        assert app.field.text == "d"


async def test_tab_and_enter_take_a_completion_and_esc_none() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await press(pilot, *"say @wo")
        app.composer.offer([Choice("work ", "DID", 3), Choice("world ", "DID", 3)])
        await press(pilot, "escape", "space")
        assert app.field.text == "say @wo "
        await press(pilot, "backspace")
        await pilot.pause()
        app.composer.offer([Choice("work ", "DID", 3), Choice("world ", "DID", 3)])
        await press(pilot, "down", "tab")
        await pilot.pause()
        assert app.field.text == "say world "
        await press(pilot, *"@x")
        await pilot.pause()
        app.composer.offer([Choice("Mei ", "contact", 2)])
        await press(pilot, "enter")
        await pilot.pause()
        assert app.field.text == "say world Mei "
        assert app.heard == []


async def test_enter_sends_what_is_whole_already() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await press(pilot, *"/help")
        app.composer.offer([Choice("/help ", "", 5)])
        await press(pilot, "enter")
        await pilot.pause()
        assert app.heard == ["/help"]


async def test_enter_sends_where_no_word_was_begun_unless_one_went_to_a_choice() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await press(pilot, *"/did show ")
        app.composer.offer([Choice("work "), Choice("home ")])
        await press(pilot, "enter")
        await pilot.pause()
        assert app.heard == ["/did show "]
        await press(pilot, *"/did show ")
        await pilot.pause()
        app.composer.offer([Choice("work "), Choice("home ")])
        await press(pilot, "down", "enter")
        await pilot.pause()
        assert app.field.text == "/did show home "


async def test_the_highlight_goes_round_and_a_click_takes_a_choice() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        choices = [Choice("", label="verify", value="v"), Choice("", label="store", value="s")]
        app.composer.offer(choices)
        await press(pilot, "up", "up", "up", "enter")
        await pilot.pause()
        assert app.heard == ["s"]
        app.composer.offer(choices)
        await pilot.pause()
        await pilot.click("Choices", offset=(2, 0))
        await pilot.pause()
        assert app.heard == ["s", "v"]
        assert app.field.has_focus


async def test_pages_of_the_conversation_are_turned_from_where_one_writes() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await press(pilot, "pageup", "pagedown")
        await pilot.pause()
        assert app.heard == [-1, 1]


async def test_says_on_its_edge_that_something_is_under_way() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.say_busy("working [1]")
        await pilot.pause()
        assert str(app.field.border_subtitle) == "working [1]"
