from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.errors import NoModel
from agent.model import embedded_model
from agent.models.choosing import By, Chosen, by_name, chosen, found, models_folder, opened
from agent.models.gguf import Header
from agent.models.memory import free_memory, require_room, size
from wallet.settings import CONFIG_FILE, Settings, use_model

if TYPE_CHECKING:
    from wallet.messages import Message

TINY = Path(__file__).parents[2] / "vectors/tiny-instruct/tiny-instruct.gguf"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("HOLDFAST_MODEL", raising=False)
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def test_the_option_counts_before_the_environment_and_that_before_the_settings(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = embedded_model()
    assert chosen(None, home) == Chosen(shipped, By.SHIPPED)
    use_model(home, TINY)
    assert chosen(None, home) == Chosen(TINY, By.SETTINGS)
    other = Path(shutil.copy(TINY, tmp_path / "other.gguf"))
    monkeypatch.setenv("HOLDFAST_MODEL", str(other))
    assert chosen(None, home) == Chosen(other, By.ENVIRONMENT)
    assert chosen(shipped, home) == Chosen(shipped, By.OPTION)
    monkeypatch.delenv("HOLDFAST_MODEL")
    use_model(home, None)
    assert chosen(None, home) == Chosen(shipped, By.SHIPPED)


def test_comments_of_the_settings_are_kept(home: Path) -> None:
    (home / CONFIG_FILE).write_text('# mine\nhub = "https://hub.example"  # theirs\n')
    use_model(home, TINY)
    assert Settings.read(home) == Settings(model=str(TINY), hub="https://hub.example")
    use_model(home, None)
    text = (home / CONFIG_FILE).read_text()
    assert text == '# mine\nhub = "https://hub.example"  # theirs\n'


def heard(given: Path | None, home: Path) -> tuple[Path, list[str]]:
    told: list[Message] = []
    with opened(given, home, told.append) as model:
        assert model.complete("< hello\n>", 'root ::= "none\\n"') == "none"
        return model.path, list(map(str, told))


def test_a_model_that_loads_is_used_without_a_word(home: Path) -> None:
    told: list[Message] = []
    with opened(TINY, home, told.append) as model:
        assert model.instructed()
    assert told == []
    assert heard(None, home) == (embedded_model(), [])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no usable GGUF file"),
        (b"<!doctype html>", "no usable GGUF file"),
        (TINY.read_bytes()[:60_000], "cut short"),
        (b"GGUF" + b"\xff" * 100, "no usable GGUF file"),
        (TINY.read_bytes().replace(b"blk.0.attn_q", b"blk.0.attn_x"), "cannot be loaded"),
        (TINY.read_bytes().replace(b"{% for", b"{% fur"), "template"),
        (None, "cannot be read"),
    ],
)
def test_one_that_cannot_be_used_costs_a_line_and_the_one_that_ships_takes_its_place(
    home: Path, tmp_path: Path, content: bytes | None, says: str
) -> None:
    path = tmp_path / "bad.gguf"
    use_model(home, path)
    if content is not None:
        path.write_bytes(content)
        assert heard(path, home)[0] == embedded_model()
    used, (line,) = heard(None, home)
    assert used == embedded_model()
    assert says in line
    assert line.endswith("the model that ships is used")
    assert "\n" not in line


def test_one_that_was_named_and_is_not_there_is_an_error(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoModel, match="no model file"):
        chosen(tmp_path / "missing.gguf", home)
    monkeypatch.setenv("HOLDFAST_MODEL", "missing.gguf")
    with pytest.raises(NoModel, match="no model file"):
        chosen(None, home)


def test_one_that_is_larger_than_the_memory_is_refused(home: Path, tmp_path: Path) -> None:
    header = Header.read(TINY)
    require_room(header, header.memory(4_096) + (64 << 20))
    with pytest.raises(NoModel, match=r"too large: it takes 65\.\d MiB of memory, and 5 B"):
        require_room(header, 5)
    huge = tmp_path / "huge.gguf"
    shutil.copy(TINY, huge)
    os.truncate(huge, 1 << 42)  # a hole: it takes no disk
    used, (line,) = heard(huge, home)
    assert used == embedded_model()
    assert "too large" in line


def test_memory_is_told_in_round_numbers() -> None:
    free = free_memory()
    assert free is None or free > 0
    assert [size(number) for number in (5, 2_048, 3 << 20, 5 << 40)] == [
        "5 B", "2 KiB", "3 MiB", "5.12e+03 GiB",
    ]  # fmt: skip


def test_finds_each_model_once(home: Path) -> None:
    folder = models_folder()
    folder.mkdir(parents=True)
    mine = Path(shutil.copy(TINY, folder / "mine.gguf"))
    (folder / "mine.gguf.part").touch()
    use_model(home, mine)
    assert [one.path for one in found(home)] == [embedded_model(), mine]


def test_a_model_is_called_by_its_path_or_by_its_name_in_the_folder() -> None:
    folder = models_folder()
    folder.mkdir(parents=True)
    mine = Path(shutil.copy(TINY, folder / "mine.gguf"))
    assert by_name("mine") == by_name("mine.gguf") == by_name(str(mine)) == mine
    with pytest.raises(NoModel, match="no model 'other'"):
        by_name("other")
