"""Writing a message in an editor."""

from __future__ import annotations

import shlex
import stat
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tui.editing import NoEditor, edited, editor_of
from tui.widgets.composer import Field

if TYPE_CHECKING:
    from collections.abc import Callable

    Sit = Callable[..., Any]

WRITES = """
import pathlib, sys
file = pathlib.Path(sys.argv[1])
said = pathlib.Path(sys.argv[0]).with_name("said")
said.write_text(f"{file} {file.stat().st_mode:o} {file.parent.stat().st_mode:o}")
file.with_name("message.md~").write_text("what an editor leaves")
file.write_text(file.read_text() + " 二\\x1b[31m\\nthree\\n")
"""
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def editor(folder: Path, program: str) -> list[str]:
    script = folder / "editor.py"
    script.write_text(program)
    return [sys.executable, str(script)]


async def test_gives_back_what_the_editor_left_and_leaves_nothing(tmp_path: Path) -> None:
    command = editor(tmp_path, WRITES)
    written = await edited("one", command, suspended=nullcontext, may_go_on=lambda: True)
    assert written == "one 二\x1b[31m\nthree"
    name, mode, folder = (tmp_path / "said").read_text().split()
    assert stat.S_IMODE(int(mode, 8)) == 0o600
    assert stat.S_IMODE(int(folder, 8)) == 0o700
    assert not Path(name).parent.exists()


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("raise SystemExit(3)", "ended with 3"),
        ("import sys; open(sys.argv[1], 'wb').write(b'\\xff')", "cannot be read"),
        ("", "cannot be started"),
    ],
)
async def test_an_editor_that_fails_or_cannot_be_started_changes_nothing(
    tmp_path: Path, program: str, said: str
) -> None:
    command = editor(tmp_path, program) if program else [str(tmp_path / "none")]
    with pytest.raises(NoEditor, match=said):
        await edited("one", command, suspended=nullcontext, may_go_on=lambda: True)


async def test_an_editor_is_ended_when_the_wallet_locks(tmp_path: Path) -> None:
    command = editor(tmp_path, "import time; time.sleep(600)")
    with pytest.raises(NoEditor, match="ended with"):
        await edited("one", command, suspended=nullcontext, may_go_on=lambda: False)


def test_the_editor_is_the_one_that_a_person_names() -> None:
    assert editor_of({"EDITOR": "vim -n", "VISUAL": "code --wait"}) == ["code", "--wait"]
    assert editor_of({"EDITOR": "vim -n", "VISUAL": " "}) == ["vim", "-n"]
    with pytest.raises(NoEditor, match="EDITOR"):
        editor_of({"EDITOR": "vim '"})


async def test_what_was_written_comes_into_the_field_and_is_not_sent(
    in_the_room: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", shlex.join(editor(tmp_path, WRITES)))
    async with in_the_room("home") as person:
        person.app.set_aside = nullcontext
        field = person.app.screen.query_one(Field)
        field.text = "one"
        await person.pilot.press("ctrl+o")
        await person.until(lambda: field.text == "one 二[31m\nthree")


async def test_where_no_terminal_can_be_left_to_it_that_is_said(in_the_room: Sit) -> None:
    async with in_the_room("home") as person:
        await person.types("/edit")
        await person.until(lambda: "cannot be left to an editor" in person.screen())


async def test_a_secret_comes_into_no_file(
    in_the_room: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", shlex.join(editor(tmp_path, WRITES)))
    async with in_the_room("home") as person:
        person.app.set_aside = nullcontext
        person.app.screen.query_one(Field).text = PHRASE
        await person.pilot.press("ctrl+o")
        await person.until(lambda: "it was not taken" in person.screen())
    assert not (tmp_path / "said").exists()
