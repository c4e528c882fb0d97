"""The two themes of Holdfast's own: what is written stands out from what is behind it."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from textual.app import App
from textual.widgets import Static

from tui import themes

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.color import Color
    from textual.theme import Theme

NEEDED = 4.5  # WCAG 2.2, 1.4.3
BEHIND = ("background", "surface", "panel")
WRITTEN = (
    "text",
    "text-muted",
    "text-primary",
    "text-secondary",
    "text-accent",
    "text-warning",
    "text-error",
    "text-success",
    "foreground",
    "primary",
    "warning",
    "error",
    "success",
)
CELLS = tuple(product(WRITTEN, BEHIND))


class _Written(App[None]):
    """Each word on each ground."""

    def compose(self) -> ComposeResult:
        for written, behind in CELLS:
            cell = Static("text", id=f"{written}_{behind}")
            cell.styles.height = 1
            yield cell

    CSS = "\n".join(
        f"#{written}_{behind} {{ color: ${written}; background: ${behind}; }}"
        for written, behind in CELLS
    )


@pytest.mark.parametrize("theme", themes.OWN, ids=lambda theme: theme.name)
async def test_text_stands_out_from_what_is_behind_it(theme: Theme) -> None:
    app = _Written()
    app.register_theme(theme)
    app.theme = theme.name
    faint = {}
    async with app.run_test() as pilot:
        await pilot.pause()
        for cell in app.query(Static):
            _, _, behind, colour = cell.colors
            seen = behind.blend(colour, colour.a, 1.0) if colour.a < 1 else colour
            contrast = ratio(seen, behind)
            if contrast < NEEDED:
                faint[str(cell.id)] = round(contrast, 2)
    assert faint == {}


def ratio(one: Color, other: Color) -> float:
    """WCAG 2.2: contrast ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    """WCAG 2.2: relative luminance."""

    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = colour.rgb
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
