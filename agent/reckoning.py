"""Reckoning with days: so much later, the end of a month, the next one of that date."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

    Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], date]]

SUNDAY: Final = 6
HALF: Final = 0.5
_LONGEST_WAIT: Final = 8  # years from one 29 February to the next


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


def end_of_quarter(day: date, quarters: int = 0) -> date:
    """The last day of the quarter so many after a day's."""
    return end_of_month(months_on(day.replace(day=1), 3 * quarters + 2 - (day.month - 1) % 3))


def _still_to_come(today: date, months: Iterable[date], day: int) -> date:
    """That day of the first of these months in which it has not passed. `ValueError` if it has."""
    for start in months:
        if day <= end_of_month(start).day and (found := start.replace(day=day)) >= today:
            return found
    raise ValueError(day)


def day_of_month(today: date, months: int, day: int) -> date:
    """That day of the month so many months on."""
    return months_on(today.replace(day=1), months).replace(day=day)


def coming(today: date, month: int, day: int, year: int | None = None) -> date:
    """That day of that year, or the next one that has not passed."""
    if year is not None:
        return date(year + 2000 if year < 100 else year, month, day)
    years = range(today.year, today.year + _LONGEST_WAIT + 1)
    return _still_to_come(today, (date(year, month, 1) for year in years), day)


def month_coming(today: date, month: int, year: int | None = None) -> date:
    """The first of that month, of that year or the next that is not over."""
    if year is not None:
        return date(year, month, 1)
    return date(today.year + (month < today.month), month, 1)


def nth_coming(today: date, day: int) -> date:
    """That day of this month, or of the next that has it where it has passed."""
    return _still_to_come(today, (months_on(today.replace(day=1), n) for n in range(3)), day)


def weekday(today: date, number: int, weeks: int = 0) -> date:
    """The first such day after today; or that of the week so many weeks on. Monday is 0."""
    if weeks == 0:
        return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks + number)


def nth_weekday(month: date, number: int, nth: int | None) -> date:
    """The nth Monday, or other such day, of a day's month, or its last.

    Raises:
        ValueError: there is none.
    """
    if nth is None:
        last = end_of_month(month)
        return last - timedelta(days=(last.weekday() - number) % 7)
    first = month.replace(day=1)
    return first.replace(day=1 + (number - first.weekday()) % 7 + 7 * (nth - 1))


def next_to(day: date, number: int, *, is_before: bool) -> date:
    """The first such day of the week after a day, or the last one before it."""
    if is_before:
        return day - timedelta(days=(day.weekday() - number - 1) % 7 + 1)
    return weekday(day, number)


def agreed(day: date, number: int | None) -> date:
    """That day, where it is such a day of the week. `ValueError` if it is another."""
    if number is not None and day.weekday() != number:
        raise ValueError(day)
    return day


def not_over(day: date, today: date) -> date:
    """That day, where it has not passed. `ValueError` if it has."""
    if day < today:
        raise ValueError(day)
    return day


def optional(text: str | None) -> int | None:
    """A year, if one is named."""
    return int(text) if text else None
