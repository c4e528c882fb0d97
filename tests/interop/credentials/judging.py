"""What Holdfast says of a document, and what came of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from did.methods import METHODS
from did.resolver import Resolver
from tests.interop.credentials.mechanisms import CHALLENGE, DOMAIN
from wallet.verify.pipeline import verify
from wallet.verify.report import Outcome, Report, Verdict
from wallet.verify.sources import Sources, nobody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.verify.sources import Get


@dataclass(frozen=True, slots=True)
class Row:
    """A comparison, each part of which is what went wrong: nothing, if all is well.

    Attributes:
        mechanism: how it was secured.
        what: a credential, a presentation or a list.
        ours: of what Holdfast issued and the peer verified.
        theirs: of what the peer issued and Holdfast verified.
        changed: of what was changed and had to be refused.
    """

    mechanism: str
    what: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as a line of a table."""
        parts = (self.ours, self.theirs, self.changed)
        return (self.mechanism, self.what, *("NO" if part else "yes" for part in parts))

    @property
    def differences(self) -> Iterator[str]:
        """Everything that went wrong, a sentence each."""
        for wrong in (*self.ours, *self.theirs, *self.changed):
            yield f"{self.mechanism}, {self.what}: {wrong}"


def judged(secured: bytes, *, presents: bool, get: Get = nobody) -> Report:
    """Holdfast's report, with no network; a presentation must answer `CHALLENGE` and `DOMAIN`."""
    asked = (CHALLENGE, DOMAIN) if presents else (None, None)
    return verify(
        secured,
        sources=Sources(Resolver(METHODS), get=get),
        at=datetime.now(UTC),
        challenge=asked[0],
        domain=asked[1],
    )


def objection(secured: bytes, *, presents: bool) -> str | None:
    """Why Holdfast does not take it for valid; None where it does."""
    report = judged(secured, presents=presents)
    if report.verdict is Verdict.VALID:
        return None
    return f"{report.verdict}: {', '.join(wrong(report))}"


def wrong(report: Report) -> Iterator[str]:
    """The codes of the checks that stand in the way."""
    for check in report.checks:
        if check.outcome in {Outcome.FAIL, Outcome.UNKNOWN}:
            yield f"{check.name}/{check.code}"
