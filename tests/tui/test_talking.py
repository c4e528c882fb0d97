from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import App

from agent.model import ScriptedModel
from tui.app import HoldfastApp
from tui.session import Session
from tui.widgets.transcript import Transcript
from wallet.messages import say

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult


class Showing(App[None]):
    """A transcript alone."""

    def compose(self) -> ComposeResult:
        yield Transcript()


def shown(app: App[Any]) -> list[str]:
    return [str(child.render()) for child in app.query_one(Transcript).children]


async def test_a_models_words_come_in_pieces_marked_as_its_own_and_safe() -> None:
    app = Showing()
    async with app.run_test() as pilot:
        transcript = app.query_one(Transcript)
        for piece in ("Hel", "lo\x1b[2J", "\n[bold]you", ""):
            transcript.speak(piece, lead="the model says:")
        transcript.speak("Again", lead="the model says:")
        transcript.add(["> stop"], sort="you")
        transcript.speak("Anew", lead="the model says:")
        await pilot.pause()
        assert shown(app) == [
            "the model says: Hello\\u{001B}[2J\n[bold]you",
            "the model says: Again",
            "> stop",
            "the model says: Anew",
        ]


async def test_a_notice_is_told_at_the_start(tmp_path: Path) -> None:
    session = Session(tmp_path, ScriptedModel(iter(())))
    app = HoldfastApp(session, notice=say("{error}; the model that ships is used", error="[b]no"))
    async with app.run_test() as pilot:
        await pilot.pause()
        (notice,) = app._notifications
        assert notice.message == "[b]no; the model that ships is used"
    session.close()
