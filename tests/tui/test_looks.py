"""Without colours, at any size, resized while something is under way, in either language."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len
from textual.color import Color

from tui.rooms import ROOMS
from tui.widgets.bar import RoomBar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.segment import Segment
    from textual.strip import Strip

    Go = Callable[..., Any]

PATIENCE = 60.0  # seconds


def strips(app: Any) -> list[Strip]:
    return list(app.screen._compositor.render_strips())


def filtered(app: Any) -> Iterator[Segment]:
    """What is sent once the filters for the terminal have seen it."""
    for strip in strips(app):
        for each in app.get_line_filters():
            strip = strip.apply_filter(each, Color(0, 0, 0))  # noqa: PLW2901 - one after another
        yield from strip


async def test_without_colours_everything_is_grey(
    in_the_room: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with in_the_room("settings") as person:
        await person.pilot.pause()
        colours = set()
        for segment in filtered(person.app):
            style = segment.style
            for colour in (style.color, style.bgcolor) if style else ():
                if colour is not None and colour.triplet is not None:
                    colours.add(colour.triplet)
        assert colours
        assert all(len(set(colour)) == 1 for colour in colours)


@pytest.mark.parametrize("room", [door.name for door in ROOMS])
async def test_every_line_is_as_wide_as_the_screen_in_chinese_and_resized_while_busy(
    in_the_room: Go, room: str
) -> None:
    begun, over = Event(), Event()
    async with in_the_room(room, language="zh") as person:

        def busy(_wallet: object) -> None:
            begun.set()
            assert over.wait(PATIENCE)

        person.app.screen.look(busy, lambda _: None)
        await person.until(begun.is_set)
        for width, height in ((80, 24), (200, 60), (60, 20), (81, 25)):
            await person.pilot.resize_terminal(width, height)
            await person.pilot.pause(0.1)
            drawn = strips(person.app)
            assert len(drawn) == height
            assert {cell_len(strip.text) for strip in drawn} == {width}
            assert person.app.screen.query_one(RoomBar).region.width == width
        over.set()
        await person.until(lambda: not person.app.screen._under_way)


async def test_that_it_works_is_said_in_whole_words_or_by_dots(in_the_room: Go) -> None:
    begun, over = Event(), Event()
    async with in_the_room("settings") as person:

        def busy(_wallet: object) -> None:
            begun.set()
            assert over.wait(PATIENCE)

        person.app.screen.look(busy, lambda _: None)
        await person.until(begun.is_set)
        for width, said in ((80, "…"), (120, "working …"), (82, "…")):
            await person.pilot.resize_terminal(width, 24)
            await person.pilot.pause(0.1)
            assert strips(person.app)[0].text.split("Settings")[-1].strip() == said
        over.set()
        await person.until(lambda: not person.app.screen._under_way)
