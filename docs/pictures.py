"""Make the README's pictures: the real terminal UI, from first run to a failed verification.

    python docs/pictures.py

Writes docs/pictures/*.png. Needs CairoSVG (the extra `docs`) and fonts with Han characters. What is
seen in them is done in a wallet in a temporary folder, which is gone by then, with its phrase.
"""

from __future__ import annotations

import asyncio
import html
import itertools
import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import cairosvg
from rich.cells import cell_len
from textual.widgets import Input, Static

from agent.demo import pasted, sentences
from agent.model import LlamaModel, find_model
from tui.app import HoldfastApp
from tui.consent import ConsentScreen
from tui.screens.beginning import FirstDIDScreen
from tui.screens.choosing import ChoosingScreen
from tui.screens.home import HomeScreen
from tui.screens.making import MakingScreen
from tui.screens.phrase import CheckScreen, PhraseScreen
from tui.screens.verify import VerifyScreen
from tui.session import Session
from tui.themes import LIGHT
from tui.widgets.composer import Field
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.pilot import Pilot

FOLDER: Final = Path(__file__).parent / "pictures"
LATIN: Final = "DejaVu Sans Mono"
HAN: Final = "Noto Sans Mono CJK SC"
CELL: Final = 12.2
"""The width of a cell, as Textual draws it."""
_RUN: Final = re.compile(
    r'<text class="([^"]+)" x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+"([^>]*)>([^<]*)</text>'
)
PASSPHRASE: Final = "four unrelated words, written down"  # noqa: S105 - of a picture
SIZE: Final = (110, 34)
KEPT: Final = {5: "3-issuing", 7: "5-consent"}
"""Which of the demonstration's seven consents are pictured, and as what."""


class Camera:
    """Somebody at the keyboard of the real program, who takes pictures of it."""

    def __init__(self, app: HoldfastApp, pilot: Pilot[None], home: Path) -> None:
        self.app = app
        self.pilot = pilot
        self.home = home
        self.asked = 0

    def takes(self, name: str) -> None:
        """One picture."""
        svg = _RUN.sub(_in_cells, self.app.export_screenshot())
        svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", LATIN)
        file = FOLDER / f"{name}.png"
        cairosvg.svg2png(bytestring=svg.encode(), write_to=str(file), scale=0.8)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to come about."""
        while not condition():
            await self.pilot.pause(0.05)
        await self.pilot.pause(0.2)

    async def comes_to(self, screen: type) -> None:
        """Wait for a screen."""
        await self.until(lambda: isinstance(self.app.screen, screen))

    async def types(self, text: str) -> None:
        """A line and Enter."""
        await self.until(lambda: isinstance(self.app.focused, Input))
        self.app.focused.value = text
        await self.pilot.pause(0.4)
        await self.pilot.press("enter")
        await self.pilot.pause(0.2)

    async def begins(self) -> None:
        """First run."""
        await self.pilot.pause(0.5)
        self.takes("1-welcome")
        await self.pilot.press("enter")
        await self.comes_to(ChoosingScreen)
        self.app.focused.value = PASSPHRASE
        await self.pilot.pause(1.0)
        self.takes("1-passphrase")
        await self.pilot.press("enter")
        await self.types(PASSPHRASE)
        await self.comes_to(PhraseScreen)
        self.takes("1-phrase")
        shown = str(self.app.screen.query_one("#phrase", Static).render())
        words = {int(at): word for at, word in re.findall(r"(\d+) ([a-z]+)", shown)}
        await self.pilot.press("enter")
        await self.comes_to(CheckScreen)
        for number in self.app.screen.numbers:
            await self.types(words[number])
        await self.until(lambda: not isinstance(self.app.screen, MakingScreen) or self.is_making())
        if isinstance(self.app.screen, MakingScreen):
            self.takes("1-making")
        await self.comes_to(FirstDIDScreen)
        self.takes("2-first-did")
        await self.pilot.press("escape")
        await self.comes_to(HomeScreen)

    def is_making(self) -> bool:
        """Whether the second step is under way."""
        return any("2/" in str(one.render()) for one in self.app.screen.query(".step"))

    async def says(self, sentence: str) -> None:
        """A turn of the conversation, with a yes to whatever is asked."""
        if "{" in sentence:
            with open_wallet(self.home, Secret(PASSPHRASE), read_only=True) as wallet:
                sentence = pasted(sentence, wallet)
        self.app.screen.query_one(Field).text = sentence
        await self.pilot.press("enter")
        await self.pilot.pause(0.5)
        await self.until(lambda: self.is_asked() or self.listens())
        while self.is_asked():
            dialog = self.app.screen
            await self.pilot.pause(0.5)
            self.asked += 1
            if self.asked in KEPT:
                self.takes(KEPT[self.asked])
            await self.pilot.press("y")
            await self.until(lambda before=dialog: self.app.screen is not before)
            await self.until(lambda: self.is_asked() or self.listens())

    def is_asked(self) -> bool:
        """Whether a dialog can be read."""
        return isinstance(self.app.screen, ConsentScreen) and self.app.screen.is_painted

    def listens(self) -> bool:
        """Whether the turn is over."""
        return isinstance(self.app.screen, HomeScreen) and not self.app.screen.busy

    async def verifies(self, file: Path, proof: Mapping[str, str]) -> None:
        """Look at what somebody changed on its way."""
        await self.pilot.press("alt+5")
        await self.comes_to(VerifyScreen)
        for name in ("challenge", "domain"):
            for field in self.app.screen.query(f"#{name}"):
                field.value = proof[name]
        self.app.screen.query_one("#source").focus()
        await self.types(str(file))
        await self.until(lambda: self.app.screen.query_one("#report").render().plain)
        await self.pilot.pause(1.0)


async def main() -> None:
    """All pictures, in the order in which a person comes by."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, LlamaModel(find_model()) as model:
        home = Path(folder) / "wallet"
        session = Session(home, model)
        # Each look at the clock is some seconds later: nobody is too quick.
        app = HoldfastApp(session, clock=itertools.count(0, 10).__next__)
        async with app.run_test(size=SIZE) as pilot:
            camera = Camera(app, pilot, home)
            await camera.begins()
            for number, sentence in enumerate(sentences(), start=1):
                await camera.says(sentence)
                if number == len(sentences()) - 1:
                    camera.takes("4-verifying")
            camera.takes("6-presented")
            await camera.verifies(*_forged(home, Path(folder)))
            camera.takes("7-forged")
            app.theme = LIGHT.name
            await pilot.press("alt+2")
            await pilot.pause(1.5)
            camera.takes("8-light")
        session.close()


def _in_cells(run: re.Match[str]) -> str:
    """A run of text with each character in its cell, as in a terminal, whatever the font thinks."""
    style, left, top, rest, text = run.groups()
    characters = html.unescape(text)
    at, made = float(left), []
    for character in characters:
        wide = cell_len(character)
        if not character.isspace():
            font = f' style="font-family: {HAN}"' if wide > 1 else ""
            letter = html.escape(character)
            made.append(f'<text class="{style}" x="{at:.2f}" y="{top}"{rest}{font}>{letter}</text>')
        at += CELL * wide
    return "".join(made)


def _forged(home: Path, folder: Path) -> tuple[Path, Mapping[str, str]]:
    """The presentation with one claim changed, and its proof."""
    (file,) = (home / "outbox").glob("presentation-*.json")
    presentation = json.loads(file.read_bytes())
    credential = presentation["verifiableCredential"]
    subject = (credential[0] if isinstance(credential, list) else credential)["credentialSubject"]
    name = next(name for name in subject if name != "id")
    subject[name] = "Principal"
    forged = folder / "forged.json"
    forged.write_text(json.dumps(presentation, ensure_ascii=False))
    return forged, presentation["proof"]


if __name__ == "__main__":
    asyncio.run(main())
