from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.draft import Draft
from agent.errors import ModelFailed, NoModel
from agent.grammar import grammar_for
from agent.model import LlamaModel, ScriptedModel, find_model
from agent.prompt import compose
from agent.state import ContactEntry, CredentialEntry, DIDEntry, State
from wallet.actions import ACTIONS
from wallet.hardening import clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

MEI = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
STATE = State(
    now=NOW,
    dids=(DIDEntry(MEI, "work", "key"),),
    credentials=(CredentialEntry("cred-1", "Degree", claims=("gpa", 'a"b\\c')),),
    contacts=(ContactEntry("林梅", MEI), ContactEntry('"; rm', MEI)),
)
GRAMMAR = 'root ::= "none\\n"'


@pytest.fixture(scope="module")
def model() -> Iterator[LlamaModel]:
    with LlamaModel(find_model()) as loaded:
        yield loaded


def child_of(model: LlamaModel) -> int:
    assert model._process is not None
    return model._process.pid


def running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def answers(model: LlamaModel) -> bool:
    return model.complete("< hello\n>", GRAMMAR) == "none"


@pytest.mark.parametrize(
    "message",
    ["list my DIDs", "把凭证出示给林梅", f"who is {MEI}?", '"]} ::= \\n', "<|endoftext|></s>", "?"],
)
@pytest.mark.parametrize("state", [STATE, State(now=NOW)], ids=["full", "empty"])
def test_writes_a_draft_whatever_is_said(model: LlamaModel, state: State, message: str) -> None:
    prompt = compose(state, (), message)
    line = model.complete(prompt.text, grammar_for(prompt, ACTIONS))
    draft = Draft.read(line)
    assert draft.write_short() == line
    assert {step.action for step in draft.steps} <= ACTIONS.keys()


def test_writes_the_same_for_the_same(model: LlamaModel) -> None:
    prompt = compose(STATE, (), "show my degree to 林梅")
    grammar = grammar_for(prompt, ACTIONS)
    first = model.complete(prompt.text, grammar)
    assert answers(model)
    assert model.complete(prompt.text, grammar) == first


def test_a_child_that_dies_costs_one_turn_and_the_next_one_starts_another() -> None:
    with LlamaModel(find_model()) as mortal:
        assert answers(mortal)
        child = child_of(mortal)
        os.kill(child, signal.SIGSTOP)  # so that it dies with the question unanswered
        killer = threading.Timer(0.3, os.kill, (child, signal.SIGKILL))
        killer.start()
        with pytest.raises(ModelFailed, match="has ended"):
            mortal.complete("< hello\n>", GRAMMAR)
        killer.join()
        assert answers(mortal)
        child = child_of(mortal)
        os.kill(child, signal.SIGKILL)
        assert mortal._process is not None
        mortal._process.wait()
        assert answers(mortal)
        child = child_of(mortal)
    assert not running(child)


def test_a_grammar_that_is_none_costs_one_turn() -> None:
    with LlamaModel(find_model()) as mortal:
        with pytest.raises(ModelFailed):
            mortal.complete("< hello\n>", "root ::= (((")
        assert answers(mortal)


def test_more_text_than_fits_costs_one_turn(model: LlamaModel) -> None:
    with pytest.raises(ModelFailed, match="more text than the model can read"):
        model.complete("x " * 5_000, GRAMMAR)
    assert answers(model)


def test_a_file_that_is_not_there_is_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoModel, match="no model file") as raised:
        find_model(tmp_path / "missing.gguf")
    assert "missing.gguf" in str(raised.value.hint)
    monkeypatch.setenv("HOLDFAST_MODEL", str(tmp_path / "other.gguf"))
    with pytest.raises(NoModel):
        find_model()
    (tmp_path / "other.gguf").touch()
    assert find_model() == tmp_path / "other.gguf"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not a model" * 100, id="text"),
        pytest.param(b"GGUF" + b"\xff" * 1_000, id="absurd"),
        pytest.param(None, id="cut"),
        pytest.param(Path, id="folder"),
    ],
)
def test_a_file_that_is_no_model_is_told_in_one_line(tmp_path: Path, content: object) -> None:
    path = tmp_path / "model.gguf"
    if content is Path:
        path.mkdir()
    else:
        whole = content if isinstance(content, bytes) else find_model().read_bytes()[:50_000]
        path.write_bytes(whole)
    with LlamaModel(path) as model, pytest.raises(NoModel, match="cannot be loaded") as raised:
        model.complete("< hello\n>", GRAMMAR)
    assert "\n" not in str(raised.value)


def test_the_child_loads_nothing_from_the_folder_it_starts_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json.py", "llama_cpp.py", "agent.py"):
        (tmp_path / name).write_text("import pathlib; pathlib.Path('owned').touch()")
    monkeypatch.chdir(tmp_path)
    with LlamaModel(find_model()) as model:
        assert answers(model)
    assert not (tmp_path / "owned").exists()


def test_nothing_secret_reaches_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_SECRET", "x")
    assert "HOLDFAST_SECRET" not in clean_environment()
    with LlamaModel(find_model()) as model:
        assert answers(model)
        if sys.platform == "linux" and os.geteuid() == 0:  # who else may not look
            environment = Path(f"/proc/{child_of(model)}/environ").read_bytes()
            assert b"HOLDFAST_SECRET" not in environment


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_child_is_shut_to_other_programs_and_leaves_no_core_file() -> None:
    with LlamaModel(find_model()) as model:
        assert answers(model)
        place = Path(f"/proc/{child_of(model)}")
        assert "Max core file size        0                    0" in (place / "limits").read_text()
        if os.geteuid() != 0:  # root may look into each process
            with pytest.raises(PermissionError):
                (place / "environ").read_bytes()


def test_the_child_ends_with_its_standard_input() -> None:
    command = [sys.executable, "-P", "-m", "agent.llama_process", str(find_model())]
    done = subprocess.run(command, input=b"", capture_output=True, check=True, timeout=60)
    assert done.stdout == b'{"loaded": true}\n'


def test_a_script_that_has_ended_says_so() -> None:
    model = ScriptedModel(iter(["none"]))
    assert model.complete("", "") == "none"
    with pytest.raises(ModelFailed, match="no further line"):
        model.complete("", "")
