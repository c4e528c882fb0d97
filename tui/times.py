"""Moments as a clock on the person's wall shows them."""

from __future__ import annotations

from datetime import datetime

from wallet.display import printable


def on_the_wall(moment: datetime, *, seconds: bool = False) -> str:
    """A day, and the time on it."""
    shown = moment.astimezone()
    return f"{shown:%Y-%m-%d %H:%M:%S}" if seconds else f"{shown:%Y-%m-%d %H:%M}"


def local(moment: str, *, seconds: bool = False) -> str:
    """The same of a moment in ISO 8601; what is none, as it is."""
    try:
        return on_the_wall(datetime.fromisoformat(moment), seconds=seconds)
    except ValueError:
        return printable(moment)
