"""Verify: one report, or a line for each of many, while the screen stays alive."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import ContentSwitcher, DirectoryTree, Input

from tests.tui.doing import do, issue_badge
from tui.browsing import BrowseScreen
from tui.screens.form import FormScreen
from tui.screens.receiving import ReceivingScreen
from tui.screens.verify import VerifyScreen
from tui.themes import DARK
from tui.widgets.answers import DRAWN_AFTER, Answers
from tui.widgets.long_list import LongList
from tui.widgets.source import Source
from wallet.cli.verify.answers import Answer
from wallet.journal.journal import Journal
from wallet.qr import make
from wallet.trust import Trusted, add
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable

    Goes = Callable[..., Any]

PASSPHRASE = Secret("correct horse battery staple")
MANY = 10_000
CHILDREN: Final = Path(f"/proc/self/task/{os.getpid()}/children")


@pytest.fixture
def badge(home: Path, tmp_path: Path) -> Path:
    """A file with a credential that is valid."""
    file = tmp_path / "badge.json"
    with open_wallet(home, PASSPHRASE) as wallet:
        issue_badge(wallet, file)
    return file


@pytest.fixture
def document(badge: Path) -> str:
    """What stands in that file."""
    return badge.read_text()


@pytest.fixture
def lines(document: str, tmp_path: Path) -> Path:
    """A file with many of it, each on its line."""
    file = tmp_path / "many.jsonl"
    file.write_text(f"{document}\n" * MANY)
    return file


def _screen(person: Any) -> VerifyScreen:
    screen = person.app.screen
    assert isinstance(screen, VerifyScreen)
    return screen


async def _pastes(person: Any, text: str) -> None:
    """As a terminal does, which writes the path of a dropped file, too."""
    _screen(person).query_one(Source).post_message(events.Paste(text))
    await person.pilot.pause()


def _report(person: Any) -> str:
    screen = _screen(person)
    shown = screen.query_one(ContentSwitcher).current == "one"
    return str(screen.query_one("#report").render()) if shown else ""


def _told(person: Any) -> str:
    return str(_screen(person).query_one("#told").render())


def _offered(person: Any) -> set[str]:
    return {one.binding.action for one in person.app.screen.active_bindings.values()}


async def test_at_first_it_says_what_to_do(in_the_room: Goes) -> None:
    async with in_the_room("verify") as person:
        assert "Nothing verified yet" in person.screen()
        assert "drop its file" in person.screen()
        assert _screen(person).query_one(Source).has_focus
        assert not _offered(person) & {"stop", "accept", "trust", "back_to_list"}


@pytest.mark.parametrize("how", ["file", "text", "name"])
async def test_one_is_verified_with_every_check(
    in_the_room: Goes, badge: Path, document: str, how: str
) -> None:
    given = {"file": f"'{badge}'", "text": document, "name": "Badge"}[how]
    async with in_the_room("verify") as person:
        if how == "name":
            given = _first_id(person)
        await _pastes(person, given)
        await person.until(lambda: _report(person).startswith("✓ valid"))
        assert "✓ proof:" in _report(person)
        assert "trust" in _offered(person)
        assert ("accept" in _offered(person)) is (how != "name")  # it is in the wallet already


def _first_id(person: Any) -> str:
    return str(person.app.session.look(lambda wallet: wallet.index.find().labels[0].id).result())


async def test_what_is_changed_is_invalid_and_says_why_and_what_to_do(
    in_the_room: Goes, document: str
) -> None:
    async with in_the_room("verify") as person:
        await _pastes(person, document.replace('"a": "1"', '"a": "2"'))
        await person.until(lambda: _report(person).startswith("✗ invalid"))
        assert "Because:" in _report(person)
        assert "Ask its issuer for it again" in _report(person)


async def test_that_somebody_verified_is_in_the_journal(
    in_the_room: Goes, badge: Path, home: Path
) -> None:
    async with in_the_room("verify") as person:
        await _pastes(person, str(badge))
        await person.until(lambda: bool(_report(person)))
    with open_wallet(home, PASSPHRASE) as wallet:
        actions = [one["action"] for one in Journal(wallet.vault, wallet.clock).everything()]
        assert actions.count("verify_credential") == 1


async def test_an_issuer_is_trusted_and_the_verdict_is_another(
    in_the_room: Goes, badge: Path, home: Path
) -> None:
    add(home, Trusted("did:web:other.example"))
    async with in_the_room("verify") as person:
        await _pastes(person, str(badge))
        await person.until(lambda: _report(person).startswith("! untrusted issuer"))
        assert "holdfast trust add" in _report(person)
        await person.pilot.press("T")
        await person.until(lambda: isinstance(person.app.screen, FormScreen))
        await person.pilot.pause()
        await person.pilot.press("ctrl+s")
        await person.answers("y", until=lambda: isinstance(person.app.screen, VerifyScreen))
        await person.until(lambda: _report(person).startswith("✓ valid"))


async def test_a_credential_is_accepted_from_here(in_the_room: Goes, badge: Path) -> None:
    async with in_the_room("verify") as person:
        await _pastes(person, str(badge))
        await person.until(lambda: bool(_report(person)))
        await person.pilot.press("a")
        await person.until(lambda: isinstance(person.app.screen, ReceivingScreen))
        await person.until(lambda: "it is about you" in person.screen())


async def test_a_presentation_answers_the_challenge_that_was_given(
    in_the_room: Goes, badge: Path, home: Path, tmp_path: Path
) -> None:
    del badge
    shown = tmp_path / "shown.json"
    with open_wallet(home, PASSPHRASE) as wallet:
        id_ = wallet.index.find().labels[0].id
        more = {"challenge": "a" * 32, "domain": "shop.example", "output": str(shown)}
        do(wallet, "present_credential", credential=id_, verifier="uni", **more)
    async with in_the_room("verify") as person:
        screen = _screen(person)
        screen.query_one("#challenge", Input).value = "b" * 32
        screen.query_one("#domain", Input).value = "shop.example"
        await _pastes(person, str(shown))
        await person.until(lambda: _report(person).startswith("✗ invalid"))
        assert "✗ challenge:" in _report(person)
        screen.query_one("#challenge", Input).value = "a" * 32
        await _pastes(person, str(shown))
        await person.until(lambda: _report(person).startswith("✓ valid"))
        assert "accept" not in _offered(person)


async def test_a_name_of_a_file_is_no_markup(
    in_the_room: Goes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "[red]a\x1b]52;c;AAAA\x07[b].json").write_text("{}")
    monkeypatch.chdir(folder)
    async with in_the_room("verify", language="zh") as person:
        await person.pilot.press("ctrl+o")
        await person.until(lambda: isinstance(person.app.screen, BrowseScreen))
        tree = person.app.screen.query_one(DirectoryTree)
        await person.until(lambda: tree.last_line >= 1)
        names = [str(node.label) for node in tree.root.children]
        assert "[red]a\\u{001B}]52;c;AAAA\\u{0007}[b].json" in names
        await person.pilot.press("escape")
        await person.until(lambda: isinstance(person.app.screen, VerifyScreen))
        await _pastes(person, str(folder))
        rows = _screen(person).query_one(LongList)
        await person.until(lambda: rows.total == 1 and rows.row(0) is not None)
        line = rows.render_line(0).text
        assert "✗ 无效" in line
        assert "\x1b" not in line
        assert "credential" not in line


async def test_a_folder_has_a_line_for_each_and_a_report_for_the_chosen_one(
    in_the_room: Goes, document: str, tmp_path: Path
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    good = document
    (folder / "a.json").write_text(good)
    (folder / "b.json").write_text(good.replace('"a": "1"', '"a": "2"'))
    (folder / "c.jsonl").write_text(f"{good}\n{good}\n")
    async with in_the_room("verify") as person:
        await _pastes(person, str(folder))
        await person.until(lambda: _told(person) == "inputs: 4 (3 valid, 1 invalid)")
        rows = _screen(person).query_one(LongList)
        await person.until(lambda: rows.has_focus and rows.row(3) is not None)
        lines = [rows.render_line(y).text for y in range(4)]
        assert "✓ valid" in lines[0]
        assert "✗ invalid" in lines[1]
        assert "c.jsonl:2" in lines[3]
        await person.pilot.press("j", "enter")
        await person.until(lambda: _report(person).startswith("✗ invalid"))
        assert _told(person).endswith("b.json")
        await person.pilot.press("escape")
        await person.until(lambda: rows.has_focus)
        await person.pilot.press("G", "enter")
        await person.until(lambda: _report(person).startswith("✓ valid"))
        assert _told(person).endswith("c.jsonl:2")


async def test_many_are_verified_while_keys_work_and_esc_stops(
    in_the_room: Goes, lines: Path
) -> None:
    async with in_the_room("verify") as person:
        await _pastes(person, str(lines))
        screen = _screen(person)
        rows = screen.query_one(LongList)
        await person.until(lambda: rows.total > 0)
        assert "stop" in _offered(person)
        assert "verifying …" in _told(person)
        at = rows.cursor
        await person.pilot.press("j")
        assert rows.cursor == at + 1
        await person.pilot.press("escape")
        await person.until(lambda: _told(person).startswith("stopped:"))
        total = rows.total
        assert 0 < total < MANY
        await person.pilot.pause(0.3)
        assert rows.total == total
        assert "stop" not in _offered(person)


async def test_one_is_looked_at_while_the_others_are_verified_and_esc_leads_back(
    in_the_room: Goes, lines: Path
) -> None:
    async with in_the_room("verify") as person:
        await _pastes(person, str(lines))
        rows = _screen(person).query_one(LongList)
        await person.until(lambda: rows.row(0) is not None)
        await person.pilot.press("enter")
        await person.until(lambda: _report(person).startswith("✓ valid"))
        assert "stop" not in _offered(person)
        seen = rows.total
        await person.until(lambda: rows.total > seen)
        assert _told(person).endswith("many.jsonl:1")
        await person.pilot.press("escape")
        await person.until(lambda: rows.has_focus)
        assert "verifying …" in _told(person)
        assert "stop" in _offered(person)


class _Many(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self.drawn = 0

    def compose(self) -> ComposeResult:
        yield Answers("en")

    def on_answers_drawn(self) -> None:
        self.drawn += 1


async def test_answers_are_drawn_many_at_a_time_however_fast_they_come() -> None:
    app = _Many()
    async with app.run_test() as pilot:
        many = app.query_one(Answers)
        for number in range(100):
            many.add([Answer(str(number), "valid", "", "")])
        await pilot.pause(2 * DRAWN_AFTER)
        assert many.total == 100
        assert app.drawn == 1
        assert many.tally.counts["valid"] == 100


@pytest.mark.skipif(not CHILDREN.exists(), reason="no list of a process's children here")
async def test_who_verifies_many_gives_way_to_the_screen(in_the_room: Goes, lines: Path) -> None:
    async with in_the_room("verify") as person:
        before = _children()
        await _pastes(person, str(lines))
        rows = _screen(person).query_one(LongList)
        await person.until(lambda: rows.total > 0)
        workers = _children() - before
        assert workers
        mine = os.getpriority(os.PRIO_PROCESS, 0)
        assert all(os.getpriority(os.PRIO_PROCESS, one) > mine for one in workers)


def _children() -> set[int]:
    """The processes that this one's threads have started."""
    lists = CHILDREN.parent.parent.glob("*/children")
    return {int(number) for one in lists for number in one.read_text().split()}


async def test_something_else_ends_what_was_under_way(
    in_the_room: Goes, badge: Path, lines: Path
) -> None:
    async with in_the_room("verify") as person:
        await _pastes(person, str(lines))
        rows = _screen(person).query_one(LongList)
        await person.until(lambda: rows.total > 0)
        await _pastes(person, str(badge))
        await person.until(lambda: _report(person).startswith("✓ valid"))
        await person.pilot.pause(0.3)
        assert _told(person) == str(badge)
        assert "back_to_list" not in _offered(person)


async def test_a_code_in_a_picture_is_read(in_the_room: Goes, tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415

    code = make('{"type": ["VerifiableCredential"]}')
    image = Image.new("L", (code.columns, code.columns), 255)
    for y, row in enumerate(code.modules):
        for x, dark in enumerate(row):
            image.putpixel((x + 4, y + 4), 0 if dark else 255)
    file = tmp_path / "code.png"
    image.resize((code.columns * 4, code.columns * 4)).save(file)
    async with in_the_room("verify") as person:
        await _pastes(person, str(file))
        await person.until(lambda: _report(person).startswith("✗ invalid"))
        assert _told(person) == str(file)


@pytest.mark.parametrize(
    "text",
    ["abandon " * 11 + "about", "openid4vp://?request_uri=https%3A%2F%2Fa.example", "./none.json"],
)
async def test_what_cannot_be_verified_is_told_and_no_secret_is_shown(
    in_the_room: Goes, text: str
) -> None:
    async with in_the_room("verify") as person:
        await _pastes(person, text)
        await person.until(lambda: _told(person) == "" and bool(person.app._notifications))
        assert _report(person) == ""
        told = " ".join(one.message for one in person.app._notifications)
        assert "there is nothing to verify" in told or "there is no file" in told
        assert "abandon" not in told
        assert "abandon" not in person.screen()


async def test_a_file_is_picked_from_the_disk_by_keys(
    in_the_room: Goes, badge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(badge.parent)
    async with in_the_room("verify") as person:
        await person.pilot.press("ctrl+o")
        await person.until(lambda: isinstance(person.app.screen, BrowseScreen))
        tree = person.app.screen.query_one(DirectoryTree)
        await person.until(lambda: tree.last_line >= 1)
        names = [str(node.label) for node in tree.root.children]
        for _ in range(names.index("badge.json") + 1):
            await person.pilot.press("j")
        await person.pilot.press("enter")
        await person.until(lambda: isinstance(person.app.screen, VerifyScreen))
        await person.until(lambda: _report(person).startswith("✓ valid"))


async def test_locking_ends_a_batch(in_the_room: Goes, lines: Path) -> None:
    async with in_the_room("verify") as person:
        await _pastes(person, str(lines))
        rows = _screen(person).query_one(LongList)
        await person.until(lambda: rows.total > 0)
        batch = _screen(person)._batch
        assert batch is not None
        await person.pilot.press("ctrl+l")
        await person.until(lambda: not person.app.session.is_open)
        await person.until(batch.is_over)
