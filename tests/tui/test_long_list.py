"""A list of thousands."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.content import Content

from tui.themes import DARK
from tui.widgets.long_list import PAGE, LongList, Shape

COUNT = 10_000
LINE: Shape[str] = Shape(lambda row, _: [Content(row)])
CARD: Shape[str] = Shape(lambda row, _: [Content(row), Content("card")], height=3, width=30)


class _Long(App[None]):
    def __init__(self, count: int = COUNT) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self.count = count
        self.asked: list[tuple[int, int]] = []
        self.opened: list[int] = []

    @property
    def rows(self) -> LongList[str]:
        return self.query_one(LongList)

    def compose(self) -> ComposeResult:
        yield LongList(LINE)

    def on_mount(self) -> None:
        self.rows.begin(self.count)
        self.rows.focus()

    def on_long_list_needed(self, needed: LongList.Needed) -> None:
        self.asked.append((needed.start, needed.count))
        end = needed.start + needed.count
        self.rows.fill(needed.start, [f"[b]凭证 {at}" for at in range(needed.start, end)])

    def on_long_list_chosen(self, chosen: LongList.Chosen) -> None:
        self.opened.append(chosen.at)

    def seen(self) -> list[str]:
        lines = (self.rows.render_line(y).text.rstrip() for y in range(self.rows.size.height))
        return [line for line in lines if line]


async def test_only_what_is_in_sight_or_next_to_it_is_asked_for_and_no_row_is_a_widget() -> None:
    app = _Long()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.asked == [(0, PAGE), (PAGE, PAGE)]
        widgets = len(list(app.query("*")))
        await pilot.press("G")
        await pilot.pause()
        assert app.asked[2:] == [(COUNT - PAGE, PAGE)]
        assert app.seen()[-1] == f"[b]凭证 {COUNT - 1}"
        await pilot.press("g")
        await pilot.pause()
        assert len(app.asked) == 3
        assert app.seen()[0] == "[b]凭证 0"
        assert len(list(app.query("*"))) == widgets


async def test_pages_that_are_far_behind_are_let_go_and_asked_for_again() -> None:
    app = _Long()
    async with app.run_test(size=(80, 60)) as pilot:
        await pilot.pause()
        for _ in range(40):
            await pilot.press("pagedown")
        await pilot.pause()
        assert app.rows.row(app.rows.cursor) is not None
        assert app.rows.row(0) is None
        await pilot.press("home")
        await pilot.pause()
        assert app.asked.count((0, PAGE)) == 2
        assert app.rows.chosen == "[b]凭证 0"


async def test_it_is_moved_through_with_vi_and_arrows_and_stops_at_its_ends() -> None:
    app = _Long(count=30)
    async with app.run_test(size=(80, 11)) as pilot:
        for keys, at in (
            ("k", 0),
            ("j", 1),
            ("down", 2),
            ("up", 1),
            ("ctrl+d", 6),
            ("ctrl+u", 1),
            ("pagedown", 11),
            ("pageup", 1),
            ("end", 29),
            ("j", 29),
            ("g", 0),
        ):
            await pilot.press(keys)
            assert app.rows.cursor == at, keys
        await pilot.press("j", "enter")
        await pilot.pause()
        assert app.opened == [1]


async def test_cards_stand_side_by_side_as_many_as_there_is_room_for() -> None:
    app = _Long(count=7)
    async with app.run_test(size=(70, 24)) as pilot:
        app.rows.take(CARD)
        await pilot.pause()
        assert app.rows.abreast == 2
        assert app.seen()[0].split() == ["[b]凭证", "0", "[b]凭证", "1"]
        await pilot.press("l")
        assert app.rows.cursor == 1
        await pilot.press("j", "j", "j")
        assert app.rows.cursor == 6
        await pilot.press("h")
        assert app.rows.cursor == 5
        await pilot.resize_terminal(120, 24)
        await pilot.pause()
        assert app.rows.abreast == 3
        await pilot.press("k")
        assert app.rows.cursor == 2


async def test_a_click_moves_there_and_two_open() -> None:
    app = _Long()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(LongList, offset=(3, 5))
        assert app.rows.cursor == 5
        await pilot.click(LongList, offset=(3, 7), times=2)
        await pilot.pause()
        assert app.opened == [7]


async def test_that_a_row_can_be_chosen_is_said_as_soon_as_there_is_one() -> None:
    app = _Long(count=0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        heard: list[bool] = []
        listen = app.screen.bindings_updated_signal.subscribe
        listen(app, lambda screen: heard.append("enter" in screen.active_bindings))
        app.rows.begin(3)
        await pilot.pause()
        assert heard == [True]
        app.rows.grow(5)
        await pilot.pause()
        assert heard == [True]
        app.rows.begin(0)
        await pilot.pause()
        assert heard == [True, False]


async def test_where_there_is_nothing_nothing_is_asked_for_or_opened() -> None:
    app = _Long(count=0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "enter", "G")
        await pilot.pause()
        assert (app.asked, app.opened, app.seen()) == ([], [], [])
