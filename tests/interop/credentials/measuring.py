"""Times and tables of benchmarks. Milliseconds throughout."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

Command: TypeAlias = "list[str | Path]"

WARM_UP: Final = 100
PATIENCE: Final = 2.0
"""Seconds after which what is measured was measured often enough."""


@dataclass(frozen=True, slots=True)
class Times:
    """What runs took: each by the clock, in order of size, and the mean by the processor.

    The processor's mean is what a busy machine disturbs less.
    """

    wall: Sequence[float]
    processor: float

    @property
    def median(self) -> float:
        """By the clock."""
        return statistics.median(self.wall)

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The median, the 95th percentile, the processor's mean, and how many a second that is."""
        high = self.wall[int(len(self.wall) * 0.95)]
        rate = f"{1000 / self.processor:.0f}"
        return figure(self.median), figure(high), figure(self.processor), rate


def timed(times: int, work: Callable[[], object]) -> Times:
    """What that many runs took, or as many as `PATIENCE` has time for, after some not counted."""
    for _ in range(WARM_UP):
        work()
    wall: list[float] = []
    end, used = time.perf_counter() + PATIENCE, time.thread_time()
    while len(wall) < times and time.perf_counter() < end:
        wall.append(clock(work))
    return Times(sorted(wall), (time.thread_time() - used) * 1000 / len(wall))


def clock(work: Callable[[], object]) -> float:
    """What one run took."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def started(times: int, command: Command, *, given: bytes = b"") -> float:
    """The median of whole processes. Raises `CalledProcessError` where one fails."""

    def run() -> None:
        subprocess.run(command, input=given, check=True, capture_output=True)

    return statistics.median(clock(run) for _ in range(times))


def figure(milliseconds: float | None, places: int = 3) -> str:
    """As a cell; nothing where there is none."""
    return "" if milliseconds is None else f"{milliseconds:.{places}f}"


def met(measured: float, mark: float | None) -> str:
    """Whether a mark is met, as a cell."""
    return "" if mark is None else "met" if measured <= mark else "NOT met"


def show(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table, and how busy the machine was."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for line in (head, tuple("-" * width for width in widths), *rows):
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.write(f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} of them busy\n\n")
