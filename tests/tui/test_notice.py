from __future__ import annotations

from typing import TYPE_CHECKING

from agent.model import ScriptedModel
from tui.app import HoldfastApp
from tui.session import Session
from wallet.messages import say

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_notice_is_told_at_the_start(tmp_path: Path) -> None:
    session = Session(tmp_path, ScriptedModel(iter(())))
    app = HoldfastApp(session, notice=say("{error}; the model that ships is used", error="[b]no"))
    async with app.run_test() as pilot:
        await pilot.pause()
        (notice,) = app._notifications
        assert notice.message == "[b]no; the model that ships is used"
    session.close()
