"""Results on standard output: JSON for machines, lines for people. The only place that prints."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from wallet.display import printable
from wallet.messages import Message, say, text
from wallet.verify.report import VERDICTS, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wallet.actions.proposal import Statement
    from wallet.actions.result import Result, Table
    from wallet.verify.report import Check, Report

MARKS: Final = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✗",
    Outcome.WARN: "!",
    Outcome.SKIPPED: "-",
    Outcome.UNKNOWN: "?",
}
UNKNOWN: Final = MARKS[Outcome.UNKNOWN]
_COLOURS: Final = {Outcome.PASS: 32, Outcome.FAIL: 31, Outcome.WARN: 33, Outcome.UNKNOWN: 33}
_VERDICT_WORDS: Final[Mapping[str, str]] = {
    verdict.value: words for verdict, words in VERDICTS.items()
}
_VERDICT_COLOURS: Final[Mapping[str, int]] = {
    Verdict.VALID: 32,
    Verdict.INDETERMINATE: 33,
    Verdict.UNTRUSTED: 33,
}


def show(result: Result, *, as_json: bool, language: str) -> None:
    """Print a result."""
    if as_json:
        show_json(result.data)
    else:
        for line in result_lines(result, language):
            show_line(line)


def show_json(value: Any) -> None:
    """Print a value as JSON, one document; what is not plain writing stands there as an escape."""
    lines = json.dumps(_plain(value), ensure_ascii=False, indent=2).split("\n")
    sys.stdout.write("\n".join(map(_escaped_line, lines)) + "\n")


def json_line(value: dict[str, Any]) -> str:
    """A plain JSON object on one line, with its end, to be printed as it is."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _escaped_line(text) + "\n"


def show_json_line(value: Any) -> None:
    """Print a value as JSON on one line, at once: one of several that come one after another."""
    sys.stdout.write(json_line(_plain(value)))
    sys.stdout.flush()


def show_line(line: str = "") -> None:
    """Print one line, made safe."""
    sys.stdout.write(printable(line) + "\n")
    sys.stdout.flush()


def show_safe(shown: str) -> None:
    """Print what functions of this module made safe, as it is."""
    sys.stdout.write(shown)
    sys.stdout.flush()


def has_colours() -> bool:
    """Whether what is printed may be coloured: on a terminal, unless NO_COLOR is set to anything.

    https://no-color.org
    """
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and sys.stdout.isatty()


def cut(line: str) -> str:
    """A line made safe, no wider than the terminal."""
    # Deferred: it loads compressors, for the one line that is written over.
    from shutil import get_terminal_size  # noqa: PLC0415

    columns = get_terminal_size().columns - 1
    shown = printable(line)
    while _width(shown) > columns:
        shown = shown[:-1]
    return shown


def result_lines(result: Result, language: str) -> Iterator[str]:
    """A result as a person reads it."""
    yield text(result.summary, language)
    width = max((_width(text(label, language)) for label, _ in result.facts), default=0)
    for label, value in result.facts:
        yield f"  {_padded(text(label, language), width)}  {_shown(value, language)}"
    if result.table is not None and result.table.rows:
        yield from table_lines(result.table, language)
    yield from result.drawing
    if result.document is not None:
        yield from json.dumps(_plain(result.document), ensure_ascii=False, indent=2).split("\n")
    if result.report is not None:
        yield from report_lines(result.report, language)
    if result.saved is not None:
        yield text(say("saved as {file}", file=result.saved), language)
    if result.next is not None:
        yield text(say("next: {next}", next=result.next), language)


def report_lines(report: Report, language: str) -> Iterator[str]:
    """A verification's report: the verdict, then each check with its reason."""
    yield from report_text(report, language, colour=False).splitlines()


def report_text(report: Report, language: str, *, colour: bool) -> str:
    """The same, its lines ended and made safe, perhaps in colour."""
    verdict = report.verdict
    heading = text(say("verdict: {verdict}", verdict=say(VERDICTS[verdict].upper())), language)
    shown = [_painted(printable(heading), _VERDICT_COLOURS.get(verdict, 31), colour=colour)]
    subject = None
    for check in report.checks:
        if check.subject != subject:
            subject = check.subject
            shown.append(printable(f"  {text(part_of(subject), language)}"))
        shown.append(check_line(check, language, colour=colour))
    return "\n".join((*shown, ""))


def check_line(check: Check, language: str, *, colour: bool) -> str:
    """One finding, made safe, perhaps in colour."""
    mark = _painted(MARKS[check.outcome], _COLOURS.get(check.outcome, 0), colour=colour)
    finding = f"{text(check.name, language)}: {text(check.sentence, language)}"
    return f"    {mark} {printable(finding)}"


def verdict_line(name: str, verdict: str, language: str, *, colour: bool) -> str:
    """What an input came to, made safe, perhaps in colour."""
    word = _painted(
        text(verdict_word(verdict), language), _VERDICT_COLOURS.get(verdict, 31), colour=colour
    )
    return text(say("{source}: {verdict}", source=printable(name), verdict=word), language)


def verdict_word(verdict: str) -> Message:
    """A verdict in a person's words; what is none, such as "unreadable", is its own word."""
    return say(_VERDICT_WORDS.get(verdict, verdict))


def _painted(shown: str, code: int, *, colour: bool) -> str:
    return f"\x1b[{code}m{shown}\x1b[0m" if colour else shown


def part_of(subject: str) -> Message:
    """The part that was judged: `credential 2` is a word and a number."""
    word, _, number = subject.partition(" ")
    return say("credential {number}", number=number) if number else say(word)


def statement_lines(statement: Statement, language: str) -> Iterator[str]:
    """What a person is asked to agree to."""
    yield text(statement.title, language)
    width = max((_width(text(label, language)) for label, _ in statement.facts), default=0)
    for label, value in statement.facts:
        yield f"  {_padded(text(label, language), width)}  {_shown(value, language)}"
    for warning in statement.warnings:
        yield f"  ! {text(warning, language)}"


def table_lines(table: Table, language: str) -> Iterator[str]:
    """Rows under headings, in columns as wide as their widest cell."""
    headings = tuple(text(heading, language) for heading in table.headings)
    rows = [tuple(_shown(cell, language) for cell in row) for row in table.rows]
    widths = [max(map(_width, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, *rows):
        cells = (_padded(cell, width) for cell, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells).rstrip()


def _shown(value: Message | str, language: str) -> str:
    return printable(text(value, language) if isinstance(value, Message) else value)


def _width(shown: str) -> int:
    """Terminal cells: wide characters take two, combining ones none."""
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in shown
    )


def _padded(shown: str, width: int) -> str:
    return shown + " " * (width - _width(shown))


def _plain(value: Any) -> Any:
    """Mappings and tuples as JSON knows them."""
    match value:
        case str() | int() | float() | None:
            return value
        case list() | tuple():
            return [_plain(item) for item in value]
        case _ if hasattr(value, "items"):
            return {str(name): _plain(item) for name, item in value.items()}
        case _:
            return str(value)


def _escaped_line(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    return "".join(map(_escaped, line))


def _escaped(character: str) -> str:
    """One character of a JSON text, as JSON's own escape where a terminal might obey it."""
    return character if printable(character) == character else json.dumps(character)[1:-1]
