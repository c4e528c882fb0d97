"""A card, a report, and what stands where there is nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from textual.app import App
from textual.widgets import Static

from did.resolver import StaticResolver
from tui.themes import DARK
from tui.widgets.badges import badge
from tui.widgets.card import Card
from tui.widgets.empty import Empty
from tui.widgets.report import ReportView, report_content
from wallet.messages import LANGUAGES, say
from wallet.overview import Listed, Standing
from wallet.search.label import Label
from wallet.verify.pipeline import verify
from wallet.verify.sources import Sources

if TYPE_CHECKING:
    from textual.app import ComposeResult

HOSTILE = "[red]Acme\x1b]52;c;AAAA\x07[/]\u202eemca"
LABEL = Label(
    "cred-00000001", HOSTILE, "held", ("Badge",), "did:web:a.example", (), None, ("[b]tag",)
)
LISTED = Listed(LABEL, HOSTILE, True, Standing.SOON, say("in {count} days", count=12))  # noqa: FBT003
REPORT = verify(
    json.dumps({"type": HOSTILE}).encode(),
    sources=Sources(StaticResolver({})),
    at=datetime(2030, 1, 1, tzinfo=UTC),
)


class _All(App[None]):
    def compose(self) -> ComposeResult:
        self.register_theme(DARK)
        self.theme = DARK.name
        yield Card(LISTED, "en")
        yield ReportView(REPORT, "en")
        yield Empty(HOSTILE, "first\nsecond")


def _shown(app: App[None], of: str) -> str:
    return "\n".join(str(static.render()) for static in app.query(of).results(Static))


async def test_a_card_says_all_of_it_and_shows_hostile_text_as_it_is() -> None:
    app = _All()
    async with app.run_test() as pilot:
        await pilot.pause()
        shown = _shown(app, "Card")
        assert "! expires soon" in shown
        assert "in 12 days" in shown
        assert "[red]Acme\\u{001B}]52;c;AAAA\\u{0007}[/]\\u{202E}emca" in shown
        assert "#[b]tag" in shown


async def test_a_report_says_the_verdict_what_it_means_and_each_check() -> None:
    app = _All()
    async with app.run_test() as pilot:
        await pilot.pause()
        view = app.query_one(ReportView)
        shown = str(view.render())
        assert shown.startswith("✗ invalid\nDo not rely on it")
        assert "  ✗ " in shown
        view.show(REPORT, "zh")
        await pilot.pause()
        assert str(view.render()).startswith("✗ 无效")


async def test_what_is_empty_can_say_something_else() -> None:
    app = _All()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "first\nsecond" in _shown(app, "Empty Static")
        app.query_one(Empty).say("nothing", "try this")
        await pilot.pause()
        assert _shown(app, "Empty Static") == "nothing\ntry this"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_standing_has_a_word_and_a_sign_of_its_own(language: str) -> None:
    badges = [badge(standing, language).plain for standing in Standing]
    assert len({one.split(" ")[0] for one in badges}) == len(badges)
    assert len({one.split(" ", 1)[1] for one in badges}) == len(badges)


def test_a_report_has_a_line_for_each_check() -> None:
    lines = report_content(REPORT, "en").plain.split("\n")
    assert sum(line.startswith("  ") for line in lines) == len(REPORT.checks)
