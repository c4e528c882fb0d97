"""Make the README's picture: the real terminal UI, in the middle of the demonstration.

    python docs/picture.py

Writes docs/holdfast.png. Needs CairoSVG (the extra `docs`) and fonts with Han characters.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cairosvg

from agent.demo import pasted, sentences
from agent.model import LlamaModel, find_model
from tui.app import HoldfastApp
from tui.consent import GRACE, ConsentScreen
from tui.screens.home import HomeScreen
from tui.session import Session
from wallet.vault.secret import Secret
from wallet.wallet import create_wallet, open_wallet

if TYPE_CHECKING:
    from textual.pilot import Pilot

FOLDER: Final = Path(__file__).parent
FONTS: Final = "Noto Sans Mono CJK SC"
PASSPHRASE: Final = Secret("a passphrase for a picture")


async def main() -> None:
    """Hold the conversation and take a picture of its end, and one of a consent dialog."""
    with tempfile.TemporaryDirectory() as folder, LlamaModel(find_model()) as model:
        home = Path(folder) / "wallet"
        create_wallet(home, PASSPHRASE)[0].close()
        session = Session(home, model)
        app = HoldfastApp(session)
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            app.screen.query_one("#passphrase").value = PASSPHRASE.expose_secret()
            await pilot.press("enter")
            await _until(pilot, lambda: isinstance(app.screen, HomeScreen))
            for sentence in sentences():
                await _say(pilot, _with_dids(sentence, home))
            _save(app, "holdfast")
        session.close()


async def _say(pilot: Pilot[None], sentence: str) -> None:
    app = pilot.app
    app.screen.query_one("#say").value = sentence
    await pilot.press("enter")
    await _until(pilot, lambda: isinstance(app.screen, ConsentScreen) or _listens(app))
    while isinstance(app.screen, ConsentScreen):
        dialog = app.screen
        await asyncio.sleep(2 * GRACE)
        _save(app, "consent")
        await pilot.press("y")
        await _until(pilot, lambda before=dialog: app.screen is not before)
        await _until(pilot, lambda: isinstance(app.screen, ConsentScreen) or _listens(app))


def _listens(app: HoldfastApp) -> bool:
    return isinstance(app.screen, HomeScreen) and not app.screen.query_one("#say").disabled


async def _until(pilot: Pilot[None], condition) -> None:
    while not condition():
        await pilot.pause(0.05)


def _with_dids(sentence: str, home: Path) -> str:
    if "{" not in sentence:
        return sentence
    with open_wallet(home, PASSPHRASE) as wallet:
        return pasted(sentence, wallet)


def _save(app: HoldfastApp, name: str) -> None:
    svg = app.export_screenshot()
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", FONTS)
    cairosvg.svg2png(bytestring=svg.encode(), write_to=str(FOLDER / f"{name}.png"), scale=1.0)


if __name__ == "__main__":
    asyncio.run(main())
