"""What many answers amount to: how many there are of each verdict, and one exit code for all."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wallet.cli.diagnostics import CODES, ExitCode
from wallet.cli.render import verdict_word
from wallet.cli.verify.answers import UNREADABLE
from wallet.messages import Message, say, text
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

EXIT_CODES: Final[Mapping[str, ExitCode]] = MappingProxyType(
    {UNREADABLE: ExitCode.USAGE} | {verdict: CODES[verdict] for verdict in Verdict}
)
"""By verdict, the worst first: what could not be read may have been anything."""


class Tally:
    """Counts answers."""

    __slots__ = ("counts",)

    def __init__(self) -> None:
        self.counts: Final = dict.fromkeys(EXIT_CODES, 0)

    def add(self, verdict: str) -> None:
        """Count one."""
        self.counts[verdict] += 1

    @property
    def total(self) -> int:
        """How many were counted."""
        return sum(self.counts.values())

    @property
    def exit_code(self) -> ExitCode:
        """That of the worst; of nothing at all, that of unreadable input."""
        found = (EXIT_CODES[verdict] for verdict, count in self.counts.items() if count)
        return next(found, ExitCode.USAGE)

    def summary(self, language: str) -> Message:
        """One sentence, the good first."""
        parts = (
            text(say("{count} {verdict}", count=count, verdict=verdict_word(verdict)), language)
            for verdict, count in reversed(self.counts.items())
            if count
        )
        return say("inputs: {count} ({verdicts})", count=self.total, verdicts=", ".join(parts))
