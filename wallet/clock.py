"""The time, as the wallet reads it where no other clock is given."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The time in the machine's own offset, to the second."""
    return datetime.now(UTC).astimezone().replace(microsecond=0)


def on_the_wall(moment: str) -> str:
    """An ISO 8601 time as a clock on the wall here shows it; a date, and what is neither, as it is.

    To the minute: `2026-03-01 14:30`.
    """
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return moment if at.tzinfo is None else f"{at.astimezone():%Y-%m-%d %H:%M}"
