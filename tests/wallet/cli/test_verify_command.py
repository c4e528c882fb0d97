from __future__ import annotations

import json
import os
import string
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.encoding import encode_multikey
from did.keys.ed25519 import Ed25519PrivateKey
from wallet.cli import render
from wallet.cli.diagnostics import CODES, ExitCode
from wallet.cli.main import main
from wallet.cli.verify.answers import UNREADABLE, Answer, Shape, answer, document_of
from wallet.cli.verify.inputs import Document, Unreadable
from wallet.cli.verify.junit import JUnit, escaped
from wallet.cli.verify.tally import EXIT_CODES, Tally
from wallet.clock import now
from wallet.credentials.formats.data_integrity import secure
from wallet.credentials.issuing import unsigned_credential
from wallet.display import printable
from wallet.errors import BadInput
from wallet.messages import text
from wallet.verify import report as reports
from wallet.verify.place import Place
from wallet.verify.report import Facts, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, str, str]]

SCHEMA: Final = jsonschema_rs.validator_for(
    json.loads(files("wallet.cli.verify").joinpath("report.schema.json").read_text("utf-8"))
)
MAKE: Final = (
    reports.passed,
    reports.warned,
    reports.skipped,
    reports.undecided,
    reports.failed,
    reports.taken_back,
    reports.out_of_period,
    reports.untrusted,
)
WORST: Final = (UNREADABLE, *Verdict)

words = st.text(string.ascii_letters, min_size=1)
anything = st.text(st.characters(exclude_categories=()))
checks = st.builds(
    lambda make, name, subject, steps, code, value: make(
        name, Place(subject).at(*steps), code, "it is {value}", value=value
    ),
    st.sampled_from(MAKE),
    words,
    words,
    st.lists(st.text() | st.integers(0)),
    words,
    anything,
)
texts = st.lists(anything).map(tuple)
instants = st.datetimes(datetime(1900, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
facts = st.builds(
    Facts,
    words,
    st.none() | anything,
    texts,
    secured=texts,
    issuer=st.none() | anything,
    subjects=texts,
    claims=texts,
    valid_from=st.none() | instants,
)
made_reports = st.builds(
    Report,
    instants,
    st.lists(checks).map(tuple),
    format=st.none() | st.sampled_from(["data-integrity", "jose"]),
    facts=st.lists(facts, max_size=2).map(tuple),
)


@pytest.fixture(scope="module")
def credential() -> str:
    key = Ed25519PrivateKey(bytes(range(32)))
    multikey = encode_multikey(key.public_key)
    issuer = f"did:key:{multikey}"
    unsigned = unsigned_credential(
        issuer=issuer, subject=issuer, type="Badge", claims={"level": "1"}, valid_from=now()
    )
    method = f"{issuer}#{multikey}"
    secured = secure(
        unsigned, signer=key, verification_method=method, purpose="assertionMethod", created=now()
    )
    return json.dumps(secured)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Verifies in a folder of its own, with no wallet there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / ".nowhere"))
    monkeypatch.setenv("HOLDFAST_LANGUAGE", "en")

    def ran(*argv: str) -> tuple[int, str, str]:
        code = main(["verify", *argv])
        out, err = capsys.readouterr()
        return code, out, err

    return ran


@given(made_reports, anything, st.none() | st.integers(1))
def test_every_report_is_as_the_schema_says(report: Report, name: str, line: int | None) -> None:
    shown = answer(Document(name, line, b""), lambda _: report, Shape(json=True)).text
    assert shown.count("\n") == 1
    assert printable(shown[:-1][:4_000]) == shown[:-1][:4_000]
    plain = json.loads(shown)
    assert plain == json.loads(json.dumps(document_of(name, line, report)))
    if "\ud800" <= max(shown, default="") <= "\udfff" or "\\ud" in shown:
        return  # JSON Schema is of Unicode text; what is none is told as it came
    SCHEMA.validate(plain)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plain: plain.pop("verdict"),
        lambda plain: plain.update(verdict="maybe"),
        lambda plain: plain.update(schema=2),
        lambda plain: plain.update(line=0),
        lambda plain: plain.pop("input"),
        lambda plain: plain.update(error="and an error"),
        lambda plain: plain["checks"][0].update(pointer="no pointer"),
        lambda plain: plain["checks"][0].update(arguments={"a": 1}),
        lambda plain: plain.update(at="2026-01-01"),
    ],
)
def test_the_schema_refuses_another_shape(spoil: Callable[[dict[str, Any]], object]) -> None:
    check = reports.failed("form", Place("document"), "code", "it is not")
    plain = document_of("a", None, Report(datetime(2026, 1, 1, tzinfo=UTC), (check,)))
    assert SCHEMA.is_valid(plain)
    spoil(plain)
    assert not SCHEMA.is_valid(plain)


def test_one_document_and_many_are_told_in_one_shape(run: Run, credential: str) -> None:
    Path("a.json").write_text(credential)
    code, one, err = run("a.json", "--json")
    assert (code, err) == (ExitCode.DONE, "")
    SCHEMA.validate(alone := json.loads(one))
    code, two, err = run("a.json", "missing", "--json", "--at", alone["at"])
    assert (code, err) == (ExitCode.USAGE, "")
    first, second = map(json.loads, two.splitlines())
    assert first == alone
    assert second == {
        "schema": 1,
        "input": "missing",
        "line": None,
        "verdict": "unreadable",
        "error": "there is no file 'missing'",
    }
    SCHEMA.validate(second)


def test_a_line_of_many_is_named_by_its_number(run: Run, credential: str) -> None:
    Path("a.jsonl").write_text(f"{credential}\n\n{credential.replace('Badge', 'Medal')}\n")
    code, out, err = run("a.jsonl")
    assert (code, err) == (ExitCode.FAILED, "")
    assert out.startswith("a.jsonl:1: valid\na.jsonl:3: invalid\n    ✗ proof: ")
    assert out.endswith("inputs: 2 (1 valid, 1 invalid)\n")
    assert run("a.jsonl", "--quiet")[1] == out[: out.index("inputs: 2")]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"-----BEGIN CERTIFICATE-----\n", "PEM"),
        (b"\xa2gdocTypeuorg.iso.18013.5.1.mDL", "mdoc"),
        (b"PK\x03\x04", "archive"),
    ],
)
def test_what_is_known_and_not_verified_is_named_and_indeterminate(
    run: Run, content: bytes, kind: str
) -> None:
    Path("thing").write_bytes(content)
    code, out, _ = run("thing")
    assert code == ExitCode.INDETERMINATE
    assert kind in out


@pytest.mark.parametrize("argv", [("missing.json",), ("missing.json", "--json"), ("empty",)])
def test_nothing_to_read_is_a_usage_error_with_nothing_printed(
    run: Run, argv: tuple[str, ...]
) -> None:
    Path("empty").mkdir()
    code, out, err = run(*argv)
    assert (code, out) == (ExitCode.USAGE, "")
    assert err.startswith("holdfast: error: there is n")


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (("--at", "yesterday"), "--at must be a time with an offset"),
        (("--at", "2026-01-01T00:00:00"), "--at must be a time with an offset"),
        (("--jobs", "0"), "--jobs must be"),
        (("--jobs", "257"), "--jobs must be"),
        (("--policy", "missing"), "there is no file 'missing'"),
        (("--policy", "a.json"), "the policy is not TOML"),
        (("--bundle", "missing"), "there is no file 'missing'"),
        (("--junit", "no/such/folder"), "cannot be written"),
        (("--junit", "a\0b"), "cannot be written"),
        (("--junit", "\udcff/x"), "cannot be written"),
        (("--junit", "."), "it names no file"),
    ],
)
def test_an_option_that_cannot_be_followed_is_a_usage_error(
    run: Run, credential: str, argv: tuple[str, ...], complaint: str
) -> None:
    Path("a.json").write_text(credential)
    for inputs in (("a.json",), ("a.json", "a.json")):
        code, out, err = run(*inputs, *argv)
        assert (code, out) == (ExitCode.USAGE, "")
        assert complaint in err


def test_judges_for_the_time_and_by_the_policy_that_are_asked_for(
    run: Run, credential: str
) -> None:
    Path("a.json").write_text(credential)
    assert run("a.json", "--at", "2020-01-01T00:00:00Z")[0] == ExitCode.EXPIRED
    Path("policy.toml").write_text('[[trust]]\nissuers = ["did:example:other"]\n')
    assert run("a.json", "--policy", "policy.toml")[0] == ExitCode.UNTRUSTED
    assert run("a.json", "a.json", "--policy", "policy.toml")[0] == ExitCode.UNTRUSTED


@given(st.lists(st.sampled_from(WORST), min_size=1))
def test_the_worst_of_several_is_the_exit_code(verdicts: list[str]) -> None:
    tally = Tally()
    for verdict in verdicts:
        tally.add(verdict)
    assert tally.exit_code == EXIT_CODES[min(verdicts, key=WORST.index)]
    assert tally.total == len(verdicts)
    for language in ("en", "zh"):
        assert str(len(verdicts)) in text(tally.summary(language), language)


def test_every_verdict_has_the_exit_code_that_was_promised() -> None:
    assert [int(code) for code in EXIT_CODES.values()] == [2, 1, 3, 4, 5, 6, 0]
    assert {verdict: EXIT_CODES[verdict] for verdict in Verdict} == CODES
    assert Tally().exit_code == ExitCode.USAGE


@given(anything)
def test_no_character_breaks_an_xml_report(content: str) -> None:
    element = ET.fromstring(f'<a b="{escaped(content)}"/>')  # noqa: S314 - ours
    kept = element.attrib["b"]
    assert [c for c in content if c in set(kept)] == list(kept)
    assert {*content} - {*kept} <= {c for c in content if not c.isprintable()}


def test_a_junit_report_has_a_case_for_each_input(run: Run, credential: str) -> None:
    Path("a\x1b[2J.json").write_text(credential)
    Path("b&.json").write_text("[]")
    Path("c.pdf").write_bytes(b"%PDF-1.7")
    Path("report.xml").write_text("an earlier one")
    inputs = ("a\x1b[2J.json", "b&.json", "c.pdf", "missing", "--quiet")
    code, _, _ = run(*inputs, "--junit", "report.xml")
    assert code == ExitCode.USAGE
    suite = ET.parse("report.xml").getroot()  # noqa: S314 - ours
    assert suite.attrib == {
        "name": "holdfast verify",
        "tests": "4",
        "failures": "1",
        "errors": "2",
    }
    cases = {case.attrib["name"]: [(c.tag, c.attrib["type"]) for c in case] for case in suite}
    assert cases == {
        "a[2J.json": [],
        "b&.json": [("failure", "invalid")],
        "c.pdf": [("error", "indeterminate")],
        "missing": [("error", "unreadable")],
    }
    assert sorted(path.name for path in Path().iterdir()) == [
        "a\x1b[2J.json",
        "b&.json",
        "c.pdf",
        "report.xml",
    ]


def test_one_document_has_a_junit_report_too(run: Run, credential: str) -> None:
    Path("a.json").write_text(credential)
    assert run("a.json", "--junit", "report.xml")[0] == ExitCode.DONE
    assert ET.parse("report.xml").getroot().attrib["tests"] == "1"  # noqa: S314 - ours


def test_a_junit_report_that_breaks_off_leaves_the_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    path.write_text("an earlier one")

    def broken() -> None:
        with JUnit(str(path)) as report:
            report.add(Answer("a", "valid", "", ""))
            raise BadInput("enough")

    with pytest.raises(BadInput, match="enough"):
        broken()
    assert path.read_text() == "an earlier one"
    assert list(tmp_path.iterdir()) == [path]


def test_what_an_input_is_called_fakes_no_verdict_and_moves_no_cursor(run: Run) -> None:
    name = "x\x1b[2J\nb.json: valid\u202e"
    Path(name).write_text("[]")
    for inputs in ((name,), (name, name)):
        _, out, _ = run(*inputs)
        assert all(printable(line) == line for line in out.splitlines())
        assert not any(line.startswith("b.json") for line in out.splitlines())


@pytest.mark.parametrize("verdict", WORST)
@pytest.mark.parametrize("colour", [False, True])
def test_colour_changes_no_word(verdict: str, *, colour: bool) -> None:
    shown = render.verdict_line("a", verdict, "en", colour=colour)
    plain = shown.replace("\x1b[0m", "").replace("\x1b[31m", "").replace("\x1b[32m", "")
    assert plain.replace("\x1b[33m", "") == f"a: {render.verdict_word(verdict)}"
    assert ("\x1b" in shown) == colour


def test_is_coloured_on_a_terminal_alone_and_not_against_a_persons_wish(
    tmp_path: Path, credential: str
) -> None:
    (tmp_path / "a.json").write_text(credential)
    (tmp_path / "b.json").write_text("[]")
    for names in (["a.json"], ["a.json", "b.json"]):
        assert "\x1b[32m" in on_a_terminal(tmp_path, *names)
        assert "\x1b[32m" not in on_a_terminal(tmp_path, *names, NO_COLOR="1")
        assert "\x1b[32m" not in on_a_terminal(tmp_path, *names, TERM="dumb")


def test_shows_how_far_it_is_on_a_terminal_and_clears_that_away(
    tmp_path: Path, credential: str
) -> None:
    (tmp_path / "a.jsonl").write_text(f"{credential}\n" * 3)
    seen = on_a_terminal(tmp_path, "a.jsonl", NO_COLOR="1")
    assert "\r\x1b[Kinputs: 1 (1 valid)" in seen
    assert seen.endswith("inputs: 3 (3 valid)\r\n")
    assert "\x1b[K" not in seen.rpartition("\r\x1b[K")[2]
    assert "\x1b[K" not in on_a_terminal(tmp_path, "a.jsonl", "--quiet", NO_COLOR="1")
    assert "\x1b[K" not in on_a_terminal(tmp_path, "a.jsonl", "--json")


def on_a_terminal(folder: Path, *argv: str, **environment: str) -> str:
    """What is seen on a terminal that output and talk both go to."""
    ours, theirs = os.openpty()
    own = {"HOLDFAST_HOME": "nowhere", "HOLDFAST_LANGUAGE": "en", "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "wallet.cli.main", "verify", *argv],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, **own, **environment},
    ):
        os.close(theirs)
        seen = b""
        try:
            while chunk := os.read(ours, 4_096):
                seen += chunk
        except OSError:
            pass  # Linux's way to say that nobody has the terminal open any more
    os.close(ours)
    return seen.decode()


def test_an_input_that_is_no_file_and_not_in_any_wallet_is_a_usage_error(run: Run) -> None:
    code, out, err = run("diploma")
    assert (code, out) == (ExitCode.USAGE, "")
    assert "there is no wallet" in err


def test_unreadable_is_told_for_a_person_and_a_machine() -> None:
    gone = Unreadable("a", 3, "it is gone\n")

    def never(data: bytes) -> Report:
        raise AssertionError(data)

    told = answer(gone, never, Shape(json=False))
    assert told == Answer(
        "a:3", UNREADABLE, "a:3: unreadable\n    ? it is gone\\u{000A}\n", "it is gone\n"
    )
    assert json.loads(answer(gone, never, Shape(json=True)).text)["error"] == "it is gone\n"
