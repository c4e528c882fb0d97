from __future__ import annotations

import re
import subprocess
import sys
import threading
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wallet.actions.proposal import Statement
from wallet.actions.result import Result, Table
from wallet.cli import diagnostics, render
from wallet.cli.main import main
from wallet.errors import BadInput
from wallet.messages import say
from wallet.verify.place import Place
from wallet.verify.report import Report, failed, undecided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOSTILE = (
    "\x1b[2J", "\x1b]52;c;cm0gLXJm\x07", "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\", "\x9b31m", "\x9d52;c;aGk=\x9c", "\r", "\b\b\b", "\x07", "\x7f", "\x00",
    "\n\n", "\u202egnp.exe", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\u200d", "\u2060",
    "\ufeff", "\u2028", "\u2029", "\x85", "\U000e0041", "\ue000", "\ud800", "\u3164", "\u034f",
    "\ufe00", "{name}", "%s", "[bold]", "a" + "\u0301" * 50,
)  # fmt: skip
TEXTS = st.lists(
    st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=6) | st.just("verdict: VALID"),
    max_size=6,
).map("".join)
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
PAINT = re.compile(r"\x1b\[(?:3[123]|0)?m")

shown_to_many = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def assert_safe(out: str, *, lines: int | None = None) -> None:
    found = {character for character in out if unicodedata.category(character) in UNSAFE}
    assert found <= {"\n"}
    if lines is not None:
        assert out.count("\n") == lines


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    def taken() -> str:
        captured = capsys.readouterr()
        return captured.out + captured.err

    return taken


def result(text: str, report: Report | None = None) -> Result:
    return Result(
        say("stored {name}", name=text),
        data={text: [text, {"a": text}]},
        table=Table((say("Name"), say("{x}", x=text)), ((text, say("by {name}", name=text)),)),
        facts=((say("Claim {name}", name=text), text), (say("Id"), say("{x}", x=text))),
        document={text: text},
        report=report,
        drawing=(text,),
        saved=Path(text.replace("\0", "")),
        next=say("next {name}", name=text),
    )


def report_on(text: str) -> Report:
    place = Place("credential")
    checks = (
        failed("model", place, "malformed", "it is none: {reason}", reason=text),
        undecided("syntax", place, "unsupported-format", "it looks like {kind}", kind=text),
    )
    return Report(datetime(2030, 1, 1, tzinfo=UTC), checks)


@shown_to_many
@given(text=TEXTS)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("as_json", [True, False])
def test_no_result_lets_anything_through(
    printed: Callable[[], str],
    text: str,
    language: str,
    as_json: bool,  # noqa: FBT001
) -> None:
    shown = result(text, report_on(text))
    render.show(shown, as_json=as_json, language=language)
    assert_safe(printed())
    render.show_json_line(shown.data)
    assert_safe(printed(), lines=1)


@shown_to_many
@given(text=TEXTS)
def test_no_report_lets_anything_through_in_colour_or_without(text: str) -> None:
    report = report_on(text)
    plain = render.report_text(report, "en", colour=False)
    assert_safe(plain)
    painted = render.report_text(report, "en", colour=True)
    assert PAINT.sub("", painted) == plain
    line = render.verdict_line(text, "invalid", "en", colour=True)
    assert_safe(PAINT.sub("", line))


@shown_to_many
@given(text=TEXTS)
def test_no_question_lets_anything_through(printed: Callable[[], str], text: str) -> None:
    statement = Statement(
        say("Store {name}", name=text),
        facts=((say("Claim {name}", name=text), text),),
        warnings=(say("{name} looks odd", name=text),),
    )
    for line in render.statement_lines(statement, "en"):
        diagnostics.note(line)
    assert_safe(printed(), lines=3)


@shown_to_many
@given(text=TEXTS)
def test_no_error_lets_anything_through(printed: Callable[[], str], text: str) -> None:
    diagnostics.complain(BadInput(f"{text} is none", hint=f"not {text}"))
    assert_safe(printed(), lines=2)
    assert_safe(render.cut(text))


@shown_to_many
@given(text=TEXTS.filter(lambda text: "\0" not in text))
def test_no_word_that_was_typed_gets_through(printed: Callable[[], str], text: str) -> None:
    method = ["did", "create", "--method", text]
    for argv in ([text], ["list", "--page", text], ["list", "a", text], method, [f"--{text}"]):
        with pytest.raises(SystemExit):
            main([*argv, "--no-such-option"])
        assert_safe(printed())


@pytest.fixture
def hooks() -> Iterator[None]:
    before = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = before


@pytest.mark.usefixtures("hooks")
@shown_to_many
@given(text=TEXTS)
def test_no_crash_lets_anything_through(printed: Callable[[], str], text: str) -> None:
    diagnostics.show_crashes_safely()
    error: Any = ValueError(text)
    error.add_note(text)
    sys.excepthook(ValueError, error, None)
    out = printed()
    assert_safe(out)
    assert out.startswith("ValueError")


def test_what_nobody_expected_ends_the_command_with_its_traceback_made_safe() -> None:
    code = (
        "import sys, threading\n"
        "from wallet.cli.diagnostics import show_crashes_safely\n"
        "show_crashes_safely()\n"
        "def fail(): raise ValueError('\\x1b]52;c;aGk=\\x07')\n"
        "thread = threading.Thread(target=fail); thread.start(); thread.join()\n"
        "fail()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 1
    told = done.stderr.decode()
    assert told.count("ValueError: \\u{001B}]52;c;aGk=\\u{0007}") == 2
    assert "Traceback" in told
    assert_safe(told)
