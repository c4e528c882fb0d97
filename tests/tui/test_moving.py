"""The keys of vi in tables, lists and long text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from tui.widgets.moving import MovingOptions, MovingScroll, MovingTable

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.pilot import Pilot

ROWS = 100


class _Long(App[None]):
    """One of each."""

    def compose(self) -> ComposeResult:
        yield Input(classes="search")
        table: MovingTable[str] = MovingTable(cursor_type="row")
        table.styles.height = 10
        yield table
        options = MovingOptions(*(Option(str(at), disabled=at % 2 == 1) for at in range(ROWS)))
        options.styles.height = 10
        yield options
        with MovingScroll() as scroll:
            scroll.styles.height = 10
            yield Static("\n".join(map(str, range(ROWS))))

    def on_mount(self) -> None:
        table = self.query_one(MovingTable)
        table.add_column("number")
        for at in range(ROWS):
            table.add_row(str(at))


async def _press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_a_table_is_moved_through_and_stops_at_its_ends() -> None:
    async with _Long().run_test() as pilot:
        table = pilot.app.query_one(MovingTable)
        table.focus()
        await _press(pilot, "k", "j", "j")
        assert table.cursor_row == 2
        await _press(pilot, "ctrl+d")
        assert table.cursor_row == 2 + table.scrollable_content_region.height // 2
        await _press(pilot, "G", "j")
        assert table.cursor_row == ROWS - 1
        await _press(pilot, "g", "ctrl+u")
        assert table.cursor_row == 0
        await _press(pilot, "end")
        assert table.cursor_row == ROWS - 1


async def test_an_empty_table_takes_the_keys_all_the_same() -> None:
    async with _Long().run_test() as pilot:
        table = pilot.app.query_one(MovingTable)
        table.clear()
        table.focus()
        await _press(pilot, "j", "G", "g", "ctrl+d", "k")
        assert table.cursor_row == 0


async def test_a_list_passes_over_what_is_disabled() -> None:
    async with _Long().run_test() as pilot:
        options = pilot.app.query_one(MovingOptions)
        options.focus()
        await _press(pilot, "g", "j")
        assert options.highlighted == 2
        await _press(pilot, "k", "k")
        assert options.highlighted == 0
        await _press(pilot, "G", "j")
        assert options.highlighted == ROWS - 2


async def test_long_text_is_scrolled() -> None:
    async with _Long().run_test() as pilot:
        scroll = pilot.app.query_one(MovingScroll)
        scroll.focus()
        await _press(pilot, "j")
        assert scroll.scroll_offset.y == 1
        await _press(pilot, "G")
        assert scroll.scroll_offset.y == scroll.max_scroll_y > 1
        await _press(pilot, "g")
        assert scroll.scroll_offset.y == 0


async def test_the_slash_leads_to_the_search_and_is_offered_where_there_is_one() -> None:
    async with _Long().run_test() as pilot:
        table = pilot.app.query_one(MovingTable)
        table.focus()
        await pilot.pause()
        assert "slash" in pilot.app.screen.active_bindings
        await _press(pilot, "slash")
        field = pilot.app.query_one(Input)
        assert field.has_focus
        assert not field.value
        table.focus()
        await field.remove()
        assert "slash" not in pilot.app.screen.active_bindings
