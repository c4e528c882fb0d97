"""Reckoning with days: so much later, the end of a month, the next one of that date."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], date]]

SUNDAY: Final = 6
HALF: Final = 0.5


def later(day: date, count: float, unit: str) -> date:
    """So many days, weeks, months or years on; `unit` is the word, or its first letter."""
    match unit[0]:
        case "d" | "天" | "日":
            return day + timedelta(days=round(count))
        case "w" | "周" | "星" | "礼":
            return day + timedelta(days=round(7 * count))
        case "f":
            return day + timedelta(days=round(14 * count))
        case "y" | "年":
            return months_on(day, round(count * 12))
        case _:
            whole = int(count)
            return months_on(day, whole) + timedelta(days=15 if count % 1 else 0)


def months_on(day: date, months: int) -> date:
    """The same day of a later month, or that one's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def end_of_month(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def day_of_month(today: date, months: int, day: int) -> date:
    """That day of the month so many months on."""
    return months_on(today.replace(day=1), months).replace(day=day)


def coming(today: date, month: int, day: int, year: int | None = None) -> date:
    """That day of that year, or the next one that has not passed."""
    if year is not None:
        return date(year + 2000 if year < 100 else year, month, day)
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)


def month_coming(today: date, month: int, year: int | None = None) -> date:
    """The first of that month, of that year or the next that is not over."""
    if year is not None:
        return date(year, month, 1)
    return date(today.year + (month < today.month), month, 1)


def nth_coming(today: date, day: int) -> date:
    """That day of this month, or of the next where it has passed."""
    found = today.replace(day=day)
    return found if found >= today else day_of_month(today, 1, day)


def weekday(today: date, number: int, weeks: int = 0) -> date:
    """The first such day after today; or that of the week so many weeks on. Monday is 0."""
    if weeks == 0:
        return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks + number)


def optional(text: str | None) -> int | None:
    """A year, if one is named."""
    return int(text) if text else None
