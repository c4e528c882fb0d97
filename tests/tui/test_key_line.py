"""The keys at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from tui.rooms import ROOMS
from tui.widgets.key_line import KeyLine, Shown, with_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    Sit = Callable[..., Any]

FEW = tuple(Shown(letter, letter, "something", letter) for letter in "abcdef")
HELP = Shown("f1", "f1", "Keyboard", "keys")


class _Screen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "one", "一个"),
        Binding("b", "two", "Two"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.may = True

    def compose(self) -> ComposeResult:
        yield KeyLine()

    def check_action(self, action: str, _: tuple[object, ...]) -> bool | None:
        return self.may or action != "two"

    def action_one(self) -> None:
        self.done.append("one")

    def action_two(self) -> None:
        self.done.append("two")


class _App(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "keys", "Keyboard")]

    def get_default_screen(self) -> _Screen:
        return _Screen()

    def action_keys(self) -> None:
        """Nothing."""


def test_all_keys_are_shown_in_their_order_where_there_is_room() -> None:
    assert with_room((*FEW, HELP), 200) == (*FEW, HELP)


def test_what_shows_all_keys_has_room_and_the_first_of_the_others() -> None:
    for cells in range(HELP.cells, 100):
        shown = with_room((*FEW, HELP), cells)
        assert shown[-1] == HELP
        assert shown[:-1] == FEW[: len(shown) - 1]
        assert sum(one.cells for one in shown) <= cells


async def test_a_key_that_works_no_more_is_gone_and_a_click_is_the_key_under_it() -> None:
    app = _App()
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        screen, line = app.screen, app.screen.query_one(KeyLine)
        assert isinstance(screen, _Screen)
        assert str(line.render()) == " a 一个  b Two  f1 Keyboard "
        await pilot.click(KeyLine, offset=(cell_len(" a 一个 ") + 1, 0))
        await pilot.click(KeyLine, offset=(1, 0))
        await pilot.pause()
        assert screen.done == ["two", "one"]
        screen.may = False
        screen.refresh_bindings()
        await pilot.pause()
        assert str(line.render()) == " a 一个  f1 Keyboard "


async def test_below_a_dialog_no_keys_are_shown_that_are_not_the_dialogs(in_the_room: Sit) -> None:
    async with in_the_room("identities") as person:
        line = person.app.screen.query_one(KeyLine)
        await person.until(lambda: line.visible)
        await person.pilot.press("f1")
        await person.until(lambda: not line.visible)
        await person.pilot.press("escape")
        await person.until(lambda: line.visible)


async def test_no_line_of_keys_is_wider_than_the_terminal(in_the_room: Sit) -> None:
    for language in ("en", "zh"):
        async with in_the_room("home", language=language) as person:
            for door in ROOMS:
                person.app.action_go(door.name)
                await person.until(lambda name=door.name: person.app.screen.room == name)
                await person.pilot.pause()
                line = person.app.screen.query_one(KeyLine)
                assert "keys" in [one.action for one in line.shown], door.name
                assert cell_len(str(line.render())) <= 80, door.name
