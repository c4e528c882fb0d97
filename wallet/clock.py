"""The time, as the wallet reads it where no other clock is given."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The time in the machine's own offset, to the second."""
    return datetime.now(UTC).astimezone().replace(microsecond=0)
