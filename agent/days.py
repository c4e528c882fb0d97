"""The day that words name, as the wallet's own rules have it, in English and Chinese.

A bare weekday is the first one after today and "next Friday" the one of next week; the end of a
month is its last day; a date without a year that has passed is next year's.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from agent.days_en import RULES, SPAN, WEEKDAYS, span_later
from agent.days_zh import RULES as CHINESE

_LEADING: Final = re.compile(r"^(?:(?:the|in the|on the|at the|by the|on|from) (?=\w))+")
_FROM: Final = re.compile(
    rf"(?:in )?{SPAN.pattern}(?: time)? (?:(?P<side>from|after|on|past|before) )?(?P<base>.+)"
)
_A_WEEK_AFTER: Final = re.compile(rf"(?P<base>today|tomorrow|{'|'.join(WEEKDAYS)}) week")
_DEEPEST: Final = 3  # "a day before the end of the month after Christmas" goes on no further


def day_of(words: str, today: date, depth: int = 0) -> date | None:
    """The day, or None where no rule reads the words.

    They are in simplified characters, and their numbers are digits (`agent.numerals`).
    """
    folded = re.sub(r"\s+", " ", words.casefold().strip(" ,."))
    folded = _LEADING.sub("", folded)
    try:
        for pattern, rule in (*RULES, *CHINESE):
            if (match := pattern.fullmatch(folded)) is not None:
                return rule(match, today)
        return _beside(folded, today, depth) if depth < _DEEPEST else None
    except (ValueError, OverflowError):
        return None


def _beside(folded: str, today: date, depth: int) -> date | None:
    """A day so long after another one, or before it: "a week on Friday"."""
    if (match := _A_WEEK_AFTER.fullmatch(folded)) is not None:
        base = day_of(match["base"], today, depth + 1)
        return None if base is None else base + timedelta(days=7)
    match = _FROM.fullmatch(folded)
    base = day_of(match["base"], today, depth + 1) if match else None
    if match is None or base is None:
        return None
    return span_later(match, base, -1 if match["side"] == "before" else 1)
