"""Rows: what an ordeal has to say at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Scale:
    """How long the ordeals are."""

    kills: int = 1_000
    cuts: int = 50
    processes: int = 8
    seconds: float = 60.0
    calls: int = 1
    """Of the calls to be struck at, each that many-th is."""
    bytes: int = 1
    """Of the bytes to change and the lengths to cut to, each that many-th is tried."""


SHORT: Final = Scale(kills=12, cuts=2, processes=4, seconds=1.0, calls=37, bytes=331)


@dataclass(slots=True)
class Row:
    """An ordeal, and how it went."""

    ordeal: str
    mark: str
    """What has to hold."""
    counts: dict[str, int | str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    impossible: str | None = None
    """Why it could not be tried here."""

    def count(self, what: str, number: int = 1) -> None:
        """So many more of that."""
        self.counts[what] = int(self.counts.get(what, 0)) + number

    def fail(self, what: str) -> None:
        """Something did not hold."""
        self.failures.append(f"{self.ordeal}: {what}")

    @property
    def verdict(self) -> str:
        """Held, or not, or not tried."""
        if self.impossible:
            return "not tried"
        return "held" if not self.failures else f"FAILED {len(self.failures)}"
