"""The day that words name, as the wallet's own rules have it, in English and Chinese.

A bare weekday is the first one after today and "next Friday" the one of next week; the end of a
month is its last day; a date without a year that has passed is next year's.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from agent.days_en import RULES, SPAN, WEEKDAYS, span_later
from agent.days_zh import RULES as CHINESE
from agent.days_zh import WEEKDAYS as WEEKDAYS_ZH
from agent.reckoning import later, next_to

if TYPE_CHECKING:
    from agent.reckoning import Rule

_LEADING: Final = re.compile(r"^(?:(?:the|in the|on the|at the|by the|on|from) (?=\w))+")
_FROM: Final = re.compile(
    rf"(?:in )?{SPAN.pattern}(?: time)? (?:(?P<side>from|after|on|past|before) )?(?P<base>.+)"
)
_A_WEEK_AFTER: Final = re.compile(
    rf"(?P<base>this day|today|tomorrow|{'|'.join(WEEKDAYS)}) (?P<unit>week|fortnight)"
)
_NEXT_TO: Final = re.compile(
    rf"(?P<day>day|{'|'.join(WEEKDAYS)}) (?P<side>before|after|following) (?P<base>.+)"
)
_BESIDE_ZH: Final = re.compile(
    r"(?P<base>.+?)的?[之以]?(?P<side>[前后])的?(?:(?P<number>\d{1,2})个?(?P<unit>天|日|周|星期|礼拜|月)"
    r"|(?:第?1个)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天]))"
)
_HAN_SPACE: Final = re.compile(r"(?<=[\u2e80-\u9fff]) | (?=[\u2e80-\u9fff])")
_DEEPEST: Final = 3  # "a day before the end of the month after Christmas" goes on no further


def day_of(words: str, today: date, depth: int = 0) -> date | None:
    """The day, or None where no rule reads the words.

    They are in simplified characters, and their numbers are digits (`agent.numerals`). `ValueError`
    or `OverflowError` where they name a day that there is not: 30 February.
    """
    folded = re.sub(r"\s+", " ", words.casefold().strip(" ,."))
    folded = _LEADING.sub("", _HAN_SPACE.sub("", re.sub(r"[()]", "", folded)))
    for pattern, rule in (*RULES, *CHINESE):
        if (match := pattern.fullmatch(folded)) is not None:
            return rule(match, today)
    return _beside(folded, today, depth) if depth < _DEEPEST else None


def _beside(folded: str, today: date, depth: int) -> date | None:
    """A day so long after another one, or before it: "a week on Friday"."""
    for pattern, rule in _BESIDE:
        if (match := pattern.fullmatch(folded)) is not None:
            base = day_of(match["base"], today, depth + 1)
            return None if base is None else rule(match, base)
    return None


def _a_week_after(match: re.Match[str], base: date) -> date:
    return later(base, 1, match["unit"])


def _so_long_after(match: re.Match[str], base: date) -> date:
    return span_later(match, base, -1 if match["side"] == "before" else 1)


def _next_to(match: re.Match[str], base: date) -> date:
    """The day itself, or that of the week, on one side of another."""
    is_before = match["side"] == "before"
    if match["day"] == "day":
        return base + timedelta(days=-1 if is_before else 1)
    return next_to(base, WEEKDAYS[match["day"]], is_before=is_before)


def _beside_zh(match: re.Match[str], base: date) -> date:
    is_before = match["side"] == "前"
    if match["day"]:
        return next_to(base, WEEKDAYS_ZH[match["day"]], is_before=is_before)
    return later(base, int(match["number"]) * (-1 if is_before else 1), match["unit"])


_BESIDE: Final[tuple[Rule, ...]] = (
    (_A_WEEK_AFTER, _a_week_after),
    (_NEXT_TO, _next_to),
    (_FROM, _so_long_after),
    (_BESIDE_ZH, _beside_zh),
)
