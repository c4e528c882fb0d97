"""One input's answer, in the form that was asked for: lines for a person, or a line of JSON.

The JSON is a report's (`report.schema.json`), with `input` and `line` in front, so that one
answer is read as every other; what could not be read has an `error` instead of checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from did.values import dataclass
from wallet.cli import render
from wallet.cli.verify.inputs import Unreadable, label
from wallet.display import printable
from wallet.verify.report import SCHEMA_VERSION, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.cli.verify.inputs import Input
    from wallet.verify.report import Check, Report

UNREADABLE: Final = "unreadable"
"""Stands where a verdict would: no bytes came, and so nothing was judged."""


Judges: TypeAlias = "Callable[[bytes], Report]"
"""What makes a report of bytes, whatever they are."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How answers are written: as JSON, or for a person in a language, perhaps in colour."""

    json: bool
    language: str = "en"
    colour: bool = False

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {"json": self.json, "language": self.language, "colour": self.colour}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Self:
        """Out of `plain`'s JSON."""
        return cls(**plain)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one input.

    Attributes:
        name: the input's label.
        verdict: a value of `Verdict`, or `UNREADABLE`.
        text: what is printed of it, its lines each ended.
        why: in a sentence, in English: the findings that decided it; empty where it is valid.
    """

    name: str
    verdict: str
    text: str
    why: str


def answer(input_: Input, judge: Judges, shape: Shape) -> Answer:
    """Judge one input of many. Whatever goes wrong with it spoils no other."""
    if isinstance(input_, Unreadable):
        return unjudged(input_.name, input_.line, UNREADABLE, input_.reason, shape)
    try:
        report = judge(input_.data)
        return _answered(input_.name, input_.line, report, shape)
    except Exception as error:  # noqa: BLE001 - a defect here says nothing about the document
        reason = f"its verification broke off: {type(error).__name__}"
        return unjudged(input_.name, input_.line, Verdict.INDETERMINATE, reason, shape)


def unjudged(name: str, line: int | None, verdict: str, reason: str, shape: Shape) -> Answer:
    """The answer where there is no report, and why there is none."""
    called = label(name, line)
    if shape.json:
        members = {"schema": SCHEMA_VERSION, "input": name, "line": line}
        shown = render.json_line({**members, "verdict": str(verdict), "error": reason})
    else:
        line_ = render.verdict_line(called, verdict, shape.language, colour=shape.colour)
        shown = f"{line_}\n    {render.UNKNOWN} {printable(reason)}\n"
    return Answer(called, str(verdict), shown, reason)


def document_of(name: str, line: int | None, report: Report) -> dict[str, Any]:
    """A report as JSON, with the input that it is on."""
    plain = report.to_json()
    return {"schema": plain.pop("schema"), "input": name, "line": line, **plain}


def why(report: Report) -> str:
    """The findings that decided a report, in a sentence; nothing where it is valid."""
    return "; ".join(
        f"{check.subject}: {check.name}: {check.sentence}" for check in _against(report)
    )


def _against(report: Report) -> list[Check]:
    verdict = report.verdict
    if verdict is Verdict.VALID:
        return []
    return [check for check in report.checks if check.verdict is verdict]


def _answered(name: str, line: int | None, report: Report, shape: Shape) -> Answer:
    verdict, called = report.verdict, label(name, line)
    if shape.json:
        shown = render.json_line(document_of(name, line, report))
    else:
        language, colour = shape.language, shape.colour
        lines = [render.verdict_line(called, verdict, language, colour=colour)]
        lines += [render.check_line(one, language, colour=colour) for one in _against(report)]
        shown = "\n".join((*lines, ""))
    return Answer(called, verdict.value, shown, why(report))
