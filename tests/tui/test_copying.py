"""What is copied, where it goes, and what becomes of a secret that was."""

from __future__ import annotations

import base64
import stat
from typing import TYPE_CHECKING, Any

import pytest

from tui.copying import copied, has_clipboard, into_file
from tui.screens.yes_no import YesNoScreen
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Go = Callable[..., Any]


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("TERM_PROGRAM", raising=False)


def written(person: Any) -> list[str]:
    """What is sent to the terminal's clipboard from now on."""
    sent: list[str] = []
    driver = person.app._driver
    before = driver.write

    def write(data: str) -> None:
        if data.startswith("\x1b]52;c;"):
            sent.append(base64.b64decode(data[7:].rstrip("\x07\x1b\\")).decode())
        before(data)

    driver.write = write
    return sent


def test_no_control_character_goes_into_the_clipboard() -> None:
    assert copied("a\x1b[31m\rb\n\tc\x9d") == "a\\u{001B}[31m\\u{000D}b\n\tc\\u{009D}"
    assert copied("學 👩\u200d🚀") == "學 👩\u200d🚀"


def test_it_is_known_of_some_terminals_that_they_have_none() -> None:
    assert has_clipboard({"TERM": "xterm-256color"})
    assert not has_clipboard({"TERM": "linux"})
    assert not has_clipboard({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"})


def test_what_goes_into_a_file_is_for_its_owner_alone(home: Path) -> None:
    saved = into_file(home, "did:key:z6Mk\x1b")
    assert saved.read_text() == "did:key:z6Mk\\u{001B}\n"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert into_file(home, "again") != saved


async def test_a_terminal_without_a_clipboard_gets_a_file(
    in_the_room: Go, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_the_room("activity") as person:
        sent = written(person)
        person.app.copy_to_clipboard("did:key:z6Mk")
        assert sent == ["did:key:z6Mk"]
        monkeypatch.setenv("TERM", "linux")
        person.app.copy_to_clipboard("did:key:other")
        assert sent == ["did:key:z6Mk"]
        (saved,) = (home / "outbox").iterdir()
        assert saved.read_text() == "did:key:other\n"


async def test_a_secret_is_copied_after_a_question_and_overwritten(in_the_room: Go) -> None:
    async with in_the_room("activity") as person:
        sent = written(person)
        for keys, expected in ((["enter"], []), (["tab", "enter"], ["a secret"])):
            person.app.copy_secret(Secret("a secret"))
            await person.until(lambda: isinstance(person.app.screen, YesNoScreen))
            await person.pilot.pause()
            await person.pilot.press(*keys)
            await person.until(lambda: not isinstance(person.app.screen, YesNoScreen))
            await person.pilot.pause()
            assert sent == expected
        assert person.app.clipboard == ""
        person.app.copy_into_file()
        assert not (person.app.session.home / "outbox").exists()
        person.app.clear_secret()
        assert sent == ["a secret", ""]
        person.app.clear_secret()
        assert sent == ["a secret", ""]


async def test_locking_overwrites_a_secret_at_once(in_the_room: Go) -> None:
    async with in_the_room("activity") as person:
        sent = written(person)
        person.app.copy_secret(Secret("a secret"))
        await person.until(lambda: isinstance(person.app.screen, YesNoScreen))
        await person.pilot.pause()
        await person.pilot.press("tab", "enter")
        await person.until(lambda: sent == ["a secret"])
        await person.pilot.press("ctrl+l")
        await person.until(lambda: sent == ["a secret", ""])
        await person.until(lambda: person.app.is_empty)
