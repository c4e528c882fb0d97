"""A verification's report: the verdict, each check with its reason, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from tui.themes import MUTED
from tui.widgets.badges import mark, verdict_badge
from wallet.actions.explaining import why
from wallet.cli.render import part_of
from wallet.display import printable
from wallet.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.verify.report import Report


class ReportView(Static):
    """A report, as long as it is; put it into something that scrolls."""

    DEFAULT_CSS = """
    ReportView {
      height: auto;
    }
    """

    def __init__(self, report: Report, language: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(report_content(report, language), id=id)

    def show(self, report: Report, language: str) -> None:
        """Another one in its place."""
        self.update(report_content(report, language))


def report_content(report: Report, language: str) -> Content:
    """A report as text in colours: one line a finding, and under the verdict what it means."""
    return Content("\n").join(_lines(report, language))


def _lines(report: Report, language: str) -> Iterator[Content]:
    yield verdict_badge(report.verdict, language).stylize("bold")
    for sentence in why(report):
        yield Content(printable(text(sentence, language)))
    subject = None
    for check in report.checks:
        if check.subject != subject:
            subject = check.subject
            yield Content("")
            part = printable(text(part_of(subject), language))
            yield Content.styled(part, MUTED)
        finding = f"{text(check.name, language)}: {text(check.sentence, language)}"
        yield Content.assemble("  ", mark(check.outcome), " ", printable(finding))
