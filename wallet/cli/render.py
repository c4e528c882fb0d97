"""Results on standard output: JSON for machines, lines for people. The only place that prints."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from wallet.display import printable
from wallet.messages import Message, say, text
from wallet.verify.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.actions.proposal import Statement
    from wallet.actions.result import Result, Table
    from wallet.verify.report import Report

MARKS: Final = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✗",
    Outcome.WARN: "!",
    Outcome.SKIPPED: "-",
    Outcome.UNKNOWN: "?",
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
    sys.stdout.write("\n".join("".join(map(_escaped, line)) for line in lines) + "\n")


def show_line(line: str = "") -> None:
    """Print one line, made safe."""
    sys.stdout.write(printable(line) + "\n")
    sys.stdout.flush()


def result_lines(result: Result, language: str) -> Iterator[str]:
    """A result as a person reads it."""
    yield text(result.summary, language)
    width = max((_width(text(label, language)) for label, _ in result.facts), default=0)
    for label, value in result.facts:
        yield f"  {_padded(text(label, language), width)}  {_shown(value, language)}"
    if result.table is not None and result.table.rows:
        yield from table_lines(result.table, language)
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
    yield text(say("verdict: {verdict}", verdict=say(report.verdict.value.upper())), language)
    subject = None
    for check in report.checks:
        if check.subject != subject:
            subject = check.subject
            yield f"  {text(_subject(subject), language)}"
        finding = text(check.sentence, language)
        yield f"    {MARKS[check.outcome]} {text(check.name, language)}: {finding}"


def _subject(subject: str) -> Message:
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


def _escaped(character: str) -> str:
    """One character of a JSON text, as JSON's own escape where a terminal might obey it."""
    return character if printable(character) == character else json.dumps(character)[1:-1]
