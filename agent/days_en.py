"""The rules for a day in English words; their numbers are digits by now (`agent.numerals`)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from agent.reckoning import (
    HALF,
    SUNDAY,
    agreed,
    coming,
    day_of_month,
    end_of_month,
    end_of_quarter,
    later,
    month_coming,
    months_on,
    not_over,
    nth_coming,
    nth_weekday,
    optional,
    weekday,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.reckoning import Rule

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        ("mon monday", "tue tues tuesday", "wed weds wednesday", "thu thur thurs thursday",
         "fri friday", "sat saturday", "sun sunday")
    )
    for name in names.split()
}  # fmt: skip
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY: Final = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_SPAN: Final = (
    r"(?:another |about |around |exactly )?(?P<number>\d+(?:\.\d+)?|half an?|an?)(?P<half> and a half)?[ -]*"
    r"(?:more )?(?P<unit>days?|weeks?|months?|years?|yrs?|fortnights?|decades?)(?P<half2> and a half)?'?"
)
SPAN: Final = re.compile(_SPAN)
"""So many days, weeks, months or years."""


def span_later(match: re.Match[str], day: date, sign: int = 1) -> date:
    """The day that a `SPAN` after a day, or before it where the sign is -1."""
    said = match["number"]
    count = HALF if said.startswith("half") else 1.0 if said[0] == "a" else float(said)
    count += HALF if match["half"] or match["half2"] else 0
    if match["unit"].startswith("decade"):
        return later(day, sign * 10 * count, "year")
    if count == HALF and match["unit"].startswith("year"):
        return months_on(day, sign * 6)
    return later(day, sign * count, match["unit"])


def _count(said: str) -> int:
    return int(said) if said.isdecimal() else 1


def _end(match: re.Match[str], today: date) -> date:
    """The end of a month, week, quarter or year; of a day it is that day."""
    shift = 1 if match["which"] == "next" else 0
    match match["unit"]:
        case "month":
            return end_of_month(months_on(today, shift))
        case "year":
            return date(today.year + shift, 12, 31)
        case "quarter":
            return end_of_quarter(today, shift)
        case "day":
            return today + timedelta(days=shift)
        case _:
            return today + timedelta(days=7 * shift + SUNDAY - today.weekday())


def _start(match: re.Match[str], today: date) -> date:
    match match["unit"]:
        case "year":
            return date(today.year + 1, 1, 1)
        case "quarter":
            return end_of_quarter(today) + timedelta(days=1)
        case "month":
            return day_of_month(today, 1, 1)
        case _:
            return weekday(today, 0, 1)


def _nth(match: re.Match[str], today: date) -> date:
    """The fifteenth, of this month or the next, or of the one that is named."""
    day = int(match["day"])
    found = day_of_month(today, 1, day) if match["which"] == "next" else nth_coming(today, day)
    named = match["weekday"] or match["weekday2"]
    return agreed(found, WEEKDAYS[named] if named else None)


def _date(match: re.Match[str], today: date) -> date:
    year = optional((match["year"] or "").lstrip("'"))
    return coming(today, _MONTHS[match["month"]], int(match["day"]), year)


def _nth_weekday(match: re.Match[str], today: date) -> date:
    """The first Monday of a month: the next one, where no more is said."""
    number, nth = WEEKDAYS[match["weekday"]], optional(match["nth"])
    if match["month"]:
        year = optional(match["year"])
        found = nth_weekday(month_coming(today, _MONTHS[match["month"]], year), number, nth)
        if found >= today or year:
            return found
        return nth_weekday(months_on(found, 12), number, nth)
    found = nth_weekday(months_on(today, int(match["which"] == "next")), number, nth)
    if found < today and not match["which"]:
        return nth_weekday(months_on(today, 1), number, nth)
    return not_over(found, today)


def _of_next_week(match: re.Match[str], today: date) -> date:
    named = match["weekday"] or match["before"] or match["after"]
    return weekday(today, WEEKDAYS[named], 1)


def _rule(pattern: str, rule: Callable[[re.Match[str], date], date]) -> Rule:
    return re.compile(pattern), rule


def _fixed(month: int, day: int) -> Callable[[re.Match[str], date], date]:
    return lambda _, today: coming(today, month, day)


def _shifted(days: int) -> Callable[[re.Match[str], date], date]:
    return lambda _, today: today + timedelta(days=days)


_FEASTS: Final = (
    ("christmas|christmas day|xmas", 12, 25),
    ("christmas eve", 12, 24),
    (r"boxing day|(?:st\.? )?stephen'?s day", 12, 26),
    ("new year'?s?(?: day)?", 1, 1),
    ("new year'?s eve|hogmanay", 12, 31),
    (r"(?:st\.? )?valentine'?s(?: day)?", 2, 14),
    (r"(?:st\.? )?patrick'?s day", 3, 17),
    ("hallowe'?en", 10, 31),
)
_UNIT: Final = r"(?P<unit>month|year|week|quarter|day)"
RULES: Final[tuple[Rule, ...]] = (
    _rule(r"today|this day|(?:end|close) of (?:business|play|work)|eod|cob", _shifted(0)),
    _rule(r"tomorrow|tmrw?", _shifted(1)),
    _rule(r"(?:the )?day after (?:tomorrow|tmrw?)|next tomorrow", _shifted(2)),
    _rule(r"yesterday", _shifted(-1)),
    _rule(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
          lambda m, _: date(int(m["year"]), int(m["month"]), int(m["day"]))),
    _rule(rf"(?:in |after |within |for )?(?:(?:the )?(?:next|coming) )?{_SPAN}(?:s?'? time| from now| later| hence)?",
          span_later),
    _rule(r"(?:in |for )?(?P<years>\d+|an?) years?,? (?:and )?(?P<months>\d+|an?) months?(?: from now)?",
          lambda m, today: months_on(today, 12 * _count(m["years"]) + _count(m["months"]))),
    _rule(r"(?:(?:this|(?:the )?same) day )?next (?P<unit>week|month|year)",
          lambda m, today: later(today, 1, m["unit"])),
    _rule(r"(?:in )?(?P<weeks>\d+|a) weeks?,? (?:and )?(?P<days>\d+|a) days?(?:'? time| from now)?",
          lambda m, today: today + timedelta(7 * _count(m["weeks"]) + _count(m["days"]))),
    _rule(r"within (?:the|a) (?P<unit>week|month|year)",
          lambda m, today: later(today, 1, m["unit"])),
    _rule(r"(?:the )?(?P<unit>week|month|year) after next|next (?:to )?next (?P<unit2>week|month|year)",
          lambda m, today: later(today, 2, m["unit"] or m["unit2"])),
    _rule(rf"(?:(?:this|coming|this coming|the coming) )?(?P<weekday>{_WEEKDAY})(?: (?:of )?this week)?",
          lambda m, today: weekday(today, WEEKDAYS[m["weekday"]])),
    _rule(rf"next (?:week )?(?:on )?(?P<weekday>{_WEEKDAY})|(?P<before>{_WEEKDAY}) (?:of )?next(?: week)?"
          rf"|next week,? (?:on )?(?P<after>{_WEEKDAY})", _of_next_week),
    _rule(rf"(?:the )?(?P<weekday>{_WEEKDAY}),?(?: (?:of |in )?(?:the )?week)? after next"
          rf"|next (?:to )?next (?P<to_next>{_WEEKDAY})",
          lambda m, today: weekday(today, WEEKDAYS[m["weekday"] or m["to_next"]], 2)),
    _rule(rf"(?:(?P<nth>[1-5])(?:st|nd|rd|th)|last) (?P<weekday>{_WEEKDAY}) (?:of|in) "
          rf"(?:(?:the )?(?:(?P<which>this|next|current) )?month|(?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?)",
          _nth_weekday),
    _rule(r"(?:this |the |over the )?weekend", lambda _, today: weekday(today, 5)),
    _rule(r"next weekend", lambda _, today: weekday(today, 5, 1)),
    _rule(r"(?:the )?weekend after next", lambda _, today: weekday(today, 5, 2)),
    _rule(rf"(?:(?:at|by|the) )*(?:end|last day|close) of (?:the )?(?:(?P<which>this|next|current) )?{_UNIT}",
          _end),
    _rule(r"(?:(?:at|by|the) )*(?P<which>)(?P<unit>month|year|quarter|week|day)(?:'s)?[ -]?end", _end),
    _rule(rf"(?:(?:at|by|the) )*(?:end(?: of)?|last day of) (?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?"
          rf"|(?P<month2>{_MONTH})(?:'s)?[ -]end",
          lambda m, today: end_of_month(
              month_coming(today, _MONTHS[m["month"] or m["month2"]], optional(m["year"])))),
    _rule(r"(?:(?:at|by|the) )*end of (?P<year>\d{4})", lambda m, _: date(int(m["year"]), 12, 31)),
    _rule(r"(?:(?:at|the) )*(?:start|beginning|1st|1st day) of (?:the )?(?:next )?"
          r"(?P<unit>month|year|quarter|week)", _start),
    _rule(rf"(?:(?:at|the) )*(?:start|beginning|1st day) of (?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?",
          lambda m, today: coming(today, _MONTHS[m["month"]], 1, optional(m["year"]))),
    _rule(rf"(?:in )?(?:the )?mid(?:dle of |-| )(?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?",
          lambda m, today: coming(today, _MONTHS[m["month"]], 15, optional(m["year"]))),
    _rule(r"(?:in )?(?:the )?middle of (?P<which>this|next|the) month|(?P<_>)mid-?month",
          lambda m, today: day_of_month(today, 1, 15) if m["which"] == "next"
          else nth_coming(today, 15)),
    _rule(rf"(?:(?P<weekday>{_WEEKDAY}),? (?:the )?)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)"
          r"(?: of (?:the )?(?P<which>this|next|the|current)? ?month)?"
          rf"(?:,? (?P<weekday2>{_WEEKDAY}))?", _nth),
    _rule(rf"(?:(?:{_WEEKDAY}),? )?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\.?"
          r"(?:,? ?(?P<year>\d{4}|'\d\d))?", _date),
    _rule(rf"(?:(?:{_WEEKDAY}),? )?(?P<month>{_MONTH})\.? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
          r"(?:,? ?(?P<year>\d{4}))?", _date),
    _rule(rf"(?:in )?(?:next )?(?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?",
          lambda m, today: month_coming(today, _MONTHS[m["month"]], optional(m["year"]))),
    *(_rule(names, _fixed(month, day)) for names, month, day in _FEASTS),
)  # fmt: skip
