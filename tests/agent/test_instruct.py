from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.errors import Cancelled, ModelFailed, NoModel
from agent.instruct import Said, line_of, talking
from agent.judge import judge
from agent.model import LlamaModel, _spoken, embedded_model
from agent.planner import plan
from agent.prompt import compose
from agent.state import ContactEntry, CredentialEntry, DIDEntry, State
from wallet.actions import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator

TINY = Path(__file__).parents[1] / "vectors/tiny-instruct/tiny-instruct.gguf"
MEI = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
STATE = State(
    now=datetime(2026, 11, 25, 9, tzinfo=UTC),
    dids=(DIDEntry(MEI, "work", "key"),),
    credentials=(CredentialEntry("cred-1", "Degree", claims=("gpa",)),),
    contacts=(ContactEntry("林梅", MEI),),
)
HELLO = talking("hello", facts=("D1 work",))


@pytest.fixture(scope="module")
def model() -> Iterator[LlamaModel]:
    with LlamaModel(TINY) as loaded:
        yield loaded


def with_template(template: bytes, tmp_path: Path) -> Path:
    """The model with another template, of the same length in the file."""
    data = TINY.read_bytes()
    key = b"tokenizer.chat_template"
    at = data.index(key) + len(key) + 4
    length = int.from_bytes(data[at : at + 8], "little")
    assert len(template) <= length
    path = tmp_path / "other.gguf"
    path.write_bytes(data[: at + 8] + template.ljust(length) + data[at + 8 + length :])
    return path


def test_is_told_its_task(model: LlamaModel) -> None:
    assert model.instructed()


@pytest.mark.parametrize(
    "message",
    ["list my DIDs", "把凭证出示给林梅", f"who is {MEI}?", '"]} ::= \\n', "<|over|><|stop|>", "?"],
)
def test_its_plans_are_in_form_and_judged_whatever_its_weights(
    model: LlamaModel, message: str
) -> None:
    planned = plan(message, STATE, model)
    judgement = judge(planned.plan, said=(message,), state=STATE, actions=PLANNED)
    assert judgement is not None


def test_talks_in_pieces(model: LlamaModel) -> None:
    pieces = model.talk(HELLO)
    assert len("".join(next(pieces) for _ in range(5))) > 0


def test_who_stops_listening_calls_it_off_and_the_same_process_goes_on(model: LlamaModel) -> None:
    pieces = model.talk(HELLO)
    next(pieces)
    assert model._process is not None
    child = model._process.pid
    pieces.close()  # type: ignore[attr-defined]
    assert line_of(model, compose(STATE, (), "hello"), PLANNED)
    assert model._process.pid == child


def test_cancelling_from_another_thread_ends_the_turn_and_not_the_process(
    model: LlamaModel,
) -> None:
    pieces = model.talk(HELLO)
    next(pieces)
    assert model._process is not None
    child = model._process.pid
    threading.Thread(target=model.cancel).start()
    with pytest.raises(Cancelled, match="called off"):
        "".join(pieces)
    assert model.instructed()
    assert model._process.pid == child


def test_cancelling_interrupts_what_is_being_read() -> None:
    with LlamaModel(TINY) as slow:
        assert slow.instructed()
        assert slow._process is not None
        child = slow._process.pid
        os.kill(child, signal.SIGSTOP)  # so that it hears of both at once

        def go_on() -> None:
            slow.cancel()
            os.kill(child, signal.SIGCONT)

        timer = threading.Timer(0.3, go_on)
        timer.start()
        words = "word " * 500
        with pytest.raises(Cancelled):
            slow.answer((Said("system", words), Said("user", words)), 'root ::= "none\\n"')
        timer.join()
        assert slow.answer((Said("system", "a"), Said("user", "b")), 'root ::= "a\\n"') == "a"
        assert slow._process.pid == child


def test_cancelling_interrupts_the_planner_too() -> None:
    with LlamaModel(embedded_model()) as planner:
        planner.start()
        assert planner._process is not None
        child = planner._process.pid
        os.kill(child, signal.SIGSTOP)

        def go_on() -> None:
            planner.cancel()
            os.kill(child, signal.SIGCONT)

        timer = threading.Timer(0.3, go_on)
        timer.start()
        with pytest.raises(Cancelled):
            planner.complete("word " * 300, 'root ::= "none\\n"')
        timer.join()
        assert planner.complete("< hello\n>", 'root ::= "none\\n"') == "none"
        assert planner._process.pid == child


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_where_memory_runs_out_its_process_goes_first(model: LlamaModel) -> None:
    model.start()
    assert model._process is not None
    said = Path(f"/proc/{model._process.pid}/oom_score_adj").read_text()
    assert said == "1000\n"


def test_cancelling_what_was_answered_already_calls_nothing_else_off(model: LlamaModel) -> None:
    model.cancel()
    assert line_of(model, compose(STATE, (), "hello"), PLANNED)


def test_an_interrupt_at_the_terminal_leaves_the_child_alive(model: LlamaModel) -> None:
    model.start()
    assert model._process is not None
    child = model._process.pid
    os.kill(child, signal.SIGINT)
    assert line_of(model, compose(STATE, (), "hello"), PLANNED)
    assert model._process.pid == child


def test_a_child_that_dies_in_the_middle_costs_one_turn() -> None:
    with LlamaModel(TINY) as mortal:
        pieces = mortal.talk(HELLO)
        next(pieces)
        assert mortal._process is not None
        os.kill(mortal._process.pid, signal.SIGKILL)
        with pytest.raises(ModelFailed, match="has ended"):
            "".join(pieces)
        assert line_of(mortal, compose(STATE, (), "hello"), PLANNED)


def test_a_text_that_is_too_long_costs_one_turn(model: LlamaModel) -> None:
    with pytest.raises(ModelFailed, match="more text than the model can read"):
        list(model.talk(talking("字" * 9_000, facts=())))
    assert line_of(model, compose(STATE, (), "hello"), PLANNED)


def test_a_template_that_knows_no_system_gets_its_text_from_the_person(tmp_path: Path) -> None:
    template = (
        b"{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}"
        b"{{ m.content }}{% endfor %}"
    )
    with LlamaModel(with_template(template, tmp_path)) as model:
        assert line_of(model, compose(STATE, (), "hello"), PLANNED)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(b"{% for", id="syntax"),
        pytest.param(b"hello", id="leaves-out"),
        pytest.param(b"{{ 1 / 0 }}", id="raises"),
        pytest.param(b"{{ messages.__class__.__mro__[1].__subclasses__() }}", id="escapes"),
        pytest.param(b"{{ cycler.__init__.__globals__.os.system('touch owned') }}", id="runs"),
        pytest.param(b"{{ messages[1].content }}{{ messages[1].content }}", id="twice"),
        pytest.param(
            b"{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            id="endless",
        ),
    ],
)
def test_a_hostile_template_is_refused_in_one_line(
    template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with (
        LlamaModel(with_template(template, tmp_path)) as model,
        pytest.raises(NoModel, match="its chat template") as raised,
    ):
        model.start()
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "owned").exists()


def test_thoughts_are_left_out() -> None:
    def said(*pieces: str) -> str:
        return "".join(_spoken(iter(pieces)))

    assert said("Hel", "lo") == "Hello"
    assert said("<th", "ink>hm", "m</thi", "nk>\n\nHel", "lo") == "Hello"
    assert said("<think>never ends") == ""
    assert said("<", "b>") == "<b>"
    assert said("<th") == "<th"
    assert said() == ""
