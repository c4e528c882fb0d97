from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import NoModel
from agent.model import embedded_model
from agent.model_cli import COMMAND, VERBS, _Bar
from agent.models.choosing import models_folder
from wallet.cli.diagnostics import ExitCode
from wallet.cli.options import Options, common_options
from wallet.errors import BadInput, ReadOnly
from wallet.profiles import data_folder
from wallet.settings import CONFIG_FILE, Settings
from wallet.vault.files import VAULT_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

TINY = Path(__file__).parents[1] / "vectors/tiny-instruct/tiny-instruct.gguf"
DIGEST = hashlib.sha256(TINY.read_bytes()).hexdigest()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("HOLDFAST_MODEL", raising=False)
    (tmp_path / "wallet").mkdir()
    (tmp_path / "wallet" / VAULT_FILE).touch()
    return tmp_path / "wallet"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's word
        del format, args


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[str]:
    """A hub on this machine."""
    place = tmp_path / "served" / "mei" / "tiny" / "resolve" / "main"
    place.mkdir(parents=True)
    shutil.copy(TINY, place / "tiny.gguf")
    (place / "page.gguf").write_text("<!doctype html>")
    answer = partial(Quiet, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def run(home: Path, *words: str, **options: Any) -> ExitCode:
    parser = argparse.ArgumentParser(parents=[common_options()])
    COMMAND.configure(parser)
    return COMMAND.run(parser.parse_args(words), Options(home=home, **options))


def data(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    return value


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_an_example_that_is_understood(verb: str) -> None:
    command = VERBS[verb]
    parser = argparse.ArgumentParser()
    command.configure(parser)
    words = command.example.split()
    assert words[:3] == ["holdfast", "model", verb]
    parser.parse_args(words[3:])


def test_tells_what_the_file_that_ships_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "info") is ExitCode.DONE
    out = capsys.readouterr().out
    assert out.startswith("the model Holdfast agent\n")
    assert "plans only; taught for this wallet" in out
    run(folder, "info", json=True)
    told = data(capsys)
    assert told["sort"] == "planner"
    assert told["sha256"] == hashlib.sha256(embedded_model().read_bytes()).hexdigest()


def test_tells_what_an_instruct_model_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "info", str(TINY), json=True)
    assert data(capsys) == {
        "path": str(TINY),
        "size": TINY.stat().st_size,
        "sha256": DIGEST,
        "name": "Tiny instruct model of random weights",
        "architecture": "llama",
        "parameters": 115_008,
        "context": 4096,
        "vocabulary": 1024,
        "quantization": "Q8_0",
        "sort": "instruct",
    }


def test_a_name_from_outside_moves_no_cursor(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "named.gguf"
    path.write_bytes(TINY.read_bytes().replace(b"Tiny instruct", b"\x1b[2J\x1b[H.ABCDE"))
    run(folder, "info", str(path))
    assert "\x1b" not in capsys.readouterr().out


def test_uses_a_model_from_now_on_and_lists_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "use", str(TINY)) is ExitCode.DONE
    assert capsys.readouterr().out.startswith("Tiny instruct model of random weights is used")
    run(folder, "list", json=True)
    told = {Path(one["path"]).name: one for one in data(capsys)["models"]}
    assert told["tiny-instruct.gguf"] | {"size": 0} == {
        "path": str(TINY), "size": 0, "sort": "instruct", "in_use": True,
    }  # fmt: skip
    assert not told["holdfast-agent.gguf"]["in_use"]
    assert run(folder, "use", "--embedded") is ExitCode.DONE
    assert Settings.read(folder).model is None


def test_lists_what_cannot_be_used_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models_folder().mkdir(parents=True)
    (models_folder() / "page.gguf").write_text("<!doctype html>")
    run(folder, "list")
    lines = capsys.readouterr().out.splitlines()
    assert any("page.gguf" in line and "cannot be used" in line for line in lines)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((b"GGUF", b"GUFF"), "no usable GGUF file"),
        ((b"tokenizer.chat_template", b"tokenizer.chat_tamplete"), "no chat template"),
        ((b"blk.0.attn_q", b"blk.0.attn_x"), "cannot be loaded"),
    ],
)
def test_what_cannot_be_used_is_not_written_down(
    folder: Path, tmp_path: Path, change: tuple[bytes, bytes], says: str
) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(TINY.read_bytes().replace(*change))
    with pytest.raises(NoModel, match=says):
        run(folder, "use", str(path))
    assert not (folder / CONFIG_FILE).exists()


@pytest.mark.parametrize("words", [("use", "--embedded"), ("pull", "https://a.example/b.gguf")])
def test_reading_only_changes_nothing(folder: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(ReadOnly):
        run(folder, *words, read_only=True)


def test_pulls_from_the_hub_of_the_settings(
    folder: Path, hub: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / CONFIG_FILE).write_text(f'hub = "{hub}"\nprivate_hosts = true\n')
    assert run(folder, "pull", "mei/tiny:tiny.gguf", "--sha256", DIGEST) is ExitCode.DONE
    out, err = capsys.readouterr()
    assert out.startswith("tiny.gguf is here\n")
    assert "as was said beforehand" in out
    assert err == ""
    assert (models_folder() / "tiny.gguf").read_bytes() == TINY.read_bytes()
    assert run(folder, "use", "tiny") is ExitCode.DONE


def test_pulls_from_an_address_and_says_that_nobody_stated_a_digest(
    folder: Path, hub: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / CONFIG_FILE).write_text("private_hosts = true\n")
    run(folder, "pull", f"{hub}/mei/tiny/resolve/main/tiny.gguf", json=True)
    told = data(capsys)
    assert (told["sha256"], told["checked"]) == (DIGEST, False)


def test_a_page_in_place_of_a_model_leaves_nothing(folder: Path, hub: str) -> None:
    (folder / CONFIG_FILE).write_text("private_hosts = true\n")
    with pytest.raises(NoModel, match="no GGUF file"):
        run(folder, "pull", f"{hub}/mei/tiny/resolve/main/page.gguf")
    assert list(models_folder().iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("mei/tiny:tiny.gguf",),
        ("https://a.example/b.gguf", "--sha256", "abc"),
        ("https://a.example/b.gguf", "--max-size", "0"),
    ],
)
def test_what_cannot_be_asked_for_is_told_before_anybody_is_asked(
    folder: Path, words: tuple[str, ...]
) -> None:
    with pytest.raises(BadInput):
        run(folder, "pull", *words)
    assert not models_folder().exists()


def test_where_there_is_no_wallet_nothing_is_written(folder: Path) -> None:
    (folder / VAULT_FILE).unlink()
    for words in (("use", str(TINY)), ("use", "--embedded")):
        with pytest.raises(BadInput, match="no wallet"):
            run(folder, *words)
    assert run(folder, "list") is run(folder, "info") is ExitCode.DONE
    assert list(folder.iterdir()) == []


def test_models_lie_outside_the_folder_of_every_wallet() -> None:
    assert not models_folder().is_relative_to(data_folder())


def test_how_far_it_is_stands_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    bar = _Bar("a\x1b[2Jb.gguf", shown=True)
    bar.draw(1 << 20, 4 << 20)
    bar.draw(2 << 20, 4 << 20)  # too soon after the other
    bar.draw(4 << 20, 4 << 20)
    bar.clear()
    err = capsys.readouterr().err
    assert " 25 %  1 MiB / 4 MiB" in err
    assert "100 %  4 MiB / 4 MiB" in err
    assert " 50 %" not in err
    assert "\n" not in err
    assert "\x1b[2J" not in err
    assert err.endswith("\r\x1b[K")
