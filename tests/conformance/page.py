"""docs/conformance.md: what was measured, as a page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.conformance.misses import Why, explained, outdated
from tests.conformance.running import Came

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.conformance.misses import Miss
    from tests.conformance.running import Run

PAGE: Final = Path(__file__).parents[2] / "docs" / "conformance.md"
BEGIN: Final = "<!-- measured: begin -->"
END: Final = "<!-- measured: end -->"

HEAD: Final = (
    "suite",
    "commit",
    "tests",
    "passed",
    "left out by the suite",
    "missed",
    "passed by a server that proves nothing",
    "passed by the reference peer",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What came of a suite.

    Attributes:
        run: ours.
        commit: of the suite.
        nothing: how many tests the best of the servers that prove nothing passes.
        proof_alone: ours once more, the proof alone being asked about; None where that is as said.
    """

    run: Run
    commit: str
    nothing: int
    proof_alone: Run | None = None

    @property
    def misses(self) -> tuple[Miss, ...]:
        """Every test that was not passed, with its reason."""
        return tuple(explained(self.run.suite, test) for test in self.run.failed)

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as a line of the table."""
        suite = self.run.suite
        return (
            suite.title,
            f"`{suite.checkout.owner}/{suite.name}` {self.commit}",
            str(len(self.run.tests)),
            f"**{self.run.count(Came.PASSED)}**",
            str(self.run.count(Came.LEFT_OUT)),
            str(len(self.run.failed)),
            str(self.nothing),
            suite.peer,
        )


def measured(rows: Sequence[Row]) -> str:
    """The table, and each miss."""
    return "\n".join(_lines(rows))


def write(rows: Sequence[Row], page: Path = PAGE) -> None:
    """Put what was measured into the page, between its marks."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{measured(rows)}\n{END}{after}", "utf-8")


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    yield _line(HEAD)
    yield _line(tuple("---" for _ in HEAD))
    for row in rows:
        yield _line(row.cells)
    for row in rows:
        if misses := row.misses:
            yield ""
            yield f"### What is missed of {row.run.suite.title}"
            yield ""
            yield from _explanations(misses)
            if (other := row.proof_alone) is not None:
                passed, missed = other.count(Came.PASSED), len(other.failed)
                yield ""
                yield f"Asked for the proof alone, it passes **{passed}** and misses {missed}."
    yield ""


def _explanations(misses: Sequence[Miss]) -> Iterator[str]:
    """A paragraph for each reason, with the tests that it is of."""
    for why, reason in dict.fromkeys((miss.why, miss.reason) for miss in misses):
        yield f"- **{_plain(why.value.capitalize())}.** {_plain(reason)}"
        names = dict.fromkeys(miss.name for miss in misses if miss.reason == reason)
        yield from (f"  - *{_plain(name)}*" for name in names)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")


def surprises(rows: Sequence[Row]) -> Iterator[str]:
    """What is not as `MISSES` has it, a sentence each."""
    for row in rows:
        title, expected = row.run.suite.title, row.run.suite.tests
        if len(row.run.tests) != expected:
            yield f"{title}: {len(row.run.tests)} tests and not {expected}: a hook hides some"
        for miss in row.misses:
            if miss.why is Why.UNKNOWN:
                yield f"{title}: {_plain(miss.name)}: missed, and not explained"
        for miss in outdated(row.run):
            yield f"{title}: {miss.name}: no miss any more"
