"""The rules for a day in Chinese words, simplified, their numbers in digits (`agent.numerals`)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from agent.reckoning import (
    HALF,
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

WEEKDAYS: Final = (
    {c: n for n, c in enumerate("一二三四五六日")}
    | {"天": 6}
    | {str(n): n - 1 for n in range(1, 7)}
)
_YEARS: Final = {"今年": 0, "本年": 0, "明年": 1, "出年": 1, "来年": 1, "后年": 2, "大后年": 3}
_WEEK: Final = "(?:周|星期|礼拜)"
_YEAR: Final = r"(?P<year>今年|本年|[明出来]年|大?后年|\d{4}年)的?"


def _year(named: str | None, today: date) -> int | None:
    if not named:
        return None
    return today.year + _YEARS[named] if named in _YEARS else int(named.rstrip("年"))


def _month_day(match: re.Match[str], today: date) -> date:
    year = _year(match["year"], today)
    return _agreed(coming(today, int(match["month"]), int(match["day"]), year), match)


def _agreed(day: date, match: re.Match[str]) -> date:
    """That day, where the day of the week that may stand beside it is that."""
    named = match["before"] or match["after"]
    return agreed(day, WEEKDAYS[named] if named else None)


def _month(match: re.Match[str], today: date) -> date:
    return month_coming(today, int(match["month"]), _year(match["year"], today))


def _month_end(match: re.Match[str], today: date) -> date:
    if match["month"]:
        return end_of_month(_month(match, today))
    return end_of_month(months_on(today, (match["which"] or "").count("下")))


def _quarter_end(match: re.Match[str], today: date) -> date:
    month = month_coming(today, 3 * int(match["nth"]), _year(match["year"], today))
    return end_of_month(month)


def _middle(match: re.Match[str], today: date) -> date:
    """中旬: the fifteenth."""
    if match["month"]:
        return coming(today, int(match["month"]), 15, _year(match["year"], today))
    months = (match["which"] or "").count("下")
    return day_of_month(today, months, 15) if months else nth_coming(today, 15)


def _year_end(match: re.Match[str], today: date) -> date:
    return date(_year(match["year"], today) or today.year, 12, 31)


def _year_start(match: re.Match[str], today: date) -> date:
    return date(_year(match["year"], today) or today.year + 1, 1, 1)


def _weekday(match: re.Match[str], today: date) -> date:
    return weekday(today, WEEKDAYS[match["day"]], (match["which"] or "").count("下"))


def _after(match: re.Match[str], today: date) -> date:
    count = HALF if match["number"] == "半" else float(match["number"])
    count += HALF if match["half"] or match["half2"] else 0
    day = later(today, count, match["unit"])
    if match["weekday"]:  # 两周后的周五
        return day + timedelta(days=WEEKDAYS[match["weekday"]] - day.weekday())
    return day


def _next(match: re.Match[str], today: date) -> date:
    return later(today, match["which"].count("下"), match["unit"])


def _nth(match: re.Match[str], today: date) -> date:
    months = (match["which"] or "").count("下")
    day = int(match["day"])
    found = day_of_month(today, months, day) if months else nth_coming(today, day)
    return _agreed(found, match)


def _nth_weekday(match: re.Match[str], today: date) -> date:
    """The first Monday of a month: the next one, where no more is said."""
    number, nth = WEEKDAYS[match["day"]], optional(match["nth"])
    if match["month"]:
        found = nth_weekday(_month(match, today), number, nth)
        if found >= today or match["year"]:
            return found
        return nth_weekday(months_on(found, 12), number, nth)
    return not_over(nth_weekday(months_on(today, match["which"].count("下")), number, nth), today)


def _rule(pattern: str, rule: Callable[[re.Match[str], date], date]) -> Rule:
    return re.compile(pattern), rule


def _fixed(month: int, day: int) -> Callable[[re.Match[str], date], date]:
    return lambda match, today: coming(today, month, day, _year(match["year"], today))


def _shifted(days: int) -> Callable[[re.Match[str], date], date]:
    return lambda _, today: today + timedelta(days=days)


_THIS: Final = "[这呢]个?|今个?|本|下下?个?"
_BEFORE: Final = rf"(?:{_WEEK}(?P<before>[一二三四五六日天]),?)?"
_BEHIND: Final = rf"(?:,?{_WEEK}(?P<after>[一二三四五六日天]))?"
_END: Final = "(?:[底末尾](?:的?最后1[天日])?|的?最后1[天日])"
_START: Final = "的?(?:初|头|第1[天日])"
_FEASTS: Final = (
    ("圣诞节?", 12, 25), ("平安夜", 12, 24), ("元旦", 1, 1), ("除夕夜|跨年夜", 12, 31),
    ("国庆节?", 10, 1), ("情人节", 2, 14), ("妇女节", 3, 8), ("五一|(?:五一)?劳动节", 5, 1),
    ("六一|(?:六一)?儿童节", 6, 1), ("双11", 11, 11), ("双10节?", 10, 10),
)  # fmt: skip
RULES: Final[tuple[Rule, ...]] = (
    _rule(r"今天|今日|今儿个?|今|下班", _shifted(0)),
    _rule(r"明天|明日|明儿个?|明|[听聼][天日]", _shifted(1)),
    _rule(r"后天|后日|后儿个?", _shifted(2)),
    _rule(r"大后[天日儿]", _shifted(3)),
    _rule(r"昨天", _shifted(-1)),
    _rule(r"(?:再?过|未来|今后|接下来)?(?:的)?(?P<number>\d{1,3}(?:\.\d+)?|半)个?(?P<half>半)?"
          r"(?P<unit>天|日|周|星期|礼拜|(?<=[个半])月|年|月(?=.*[后内]))(?P<half2>半)?"
          rf"(?:[之以]?[后内]|时间)?(?:的?{_WEEK}(?P<weekday>[一二三四五六日天])|的?今[天日])?", _after),
    _rule(r"(?:再?过)?(?P<years>\d{1,2})年[零又]?(?P<months>\d{1,2})个月(?:[之以]?[后内])?",
          lambda m, today: months_on(today, 12 * int(m["years"]) + int(m["months"]))),
    _rule(rf"(?:再?过)?(?P<weeks>\d{{1,2}})个?{_WEEK}[零又]?(?P<days>\d{{1,2}})天(?:[之以]?[后内])?",
          lambda m, today: today + timedelta(7 * int(m["weeks"]) + int(m["days"]))),
    _rule(rf"(?P<which>{_THIS})?{_WEEK}(?P<day>[一二三四五六日天1-6])", _weekday),
    _rule(r"(?:这个?|本)?周末", lambda _, today: weekday(today, 5)),
    _rule(r"下个?周末", lambda _, today: weekday(today, 5, 1)),
    _rule(rf"(?P<which>下下?)个?(?P<unit>{_WEEK}|月)(?:的?今[天日])?", _next),
    _rule(r"[明出来]年(?:的?今[天日])?", lambda _, today: months_on(today, 12)),
    _rule(r"后年(?:的?今[天日])?", lambda _, today: months_on(today, 24)),
    _rule(rf"(?:(?:{_YEAR})?(?P<month>\d{{1,2}})月份?|(?P<which>{_THIS})月)的?"
          rf"(?:第(?P<nth>[1-5])|最后1)个?{_WEEK}(?P<day>[一二三四五六日天])", _nth_weekday),
    _rule(rf"(?P<which>{_THIS})?季度?{_END}",
          lambda m, today: end_of_quarter(today, (m["which"] or "").count("下"))),
    _rule(rf"(?:{_YEAR})?第?(?P<nth>[1-4])季度{_END}", _quarter_end),
    _rule(rf"(?:{_YEAR})?(?P<which>)(?P<month>\d{{1,2}})月份?{_END}", _month_end),
    _rule(rf"(?P<year>)(?P<month>)(?P<which>{_THIS})?月?月{_END}", _month_end),
    _rule(rf"(?:{_YEAR}年?|年){_END}", _year_end),
    _rule(rf"(?:{_YEAR})?(?P<which>)(?P<month>\d{{1,2}})月份?中旬", _middle),
    _rule(rf"(?P<year>)(?P<month>)(?P<which>{_THIS})?月?中旬|(?P<_>)月中", _middle),
    _rule(rf"(?:(?P<which>下下?)个?)?月{_START}",
          lambda m, today: day_of_month(today, len(m["which"] or "下"), 1)),
    _rule(rf"(?:{_YEAR}年?|年){_START}", _year_start),
    _rule(rf"{_BEFORE}(?:(?P<which>{_THIS})月的?)?(?P<day>\d{{1,2}})[日号]{_BEHIND}", _nth),
    _rule(rf"{_BEFORE}(?:{_YEAR})?(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[日号]?{_BEHIND}", _month_day),
    _rule(rf"(?:{_YEAR})?(?P<month>\d{{1,2}})月份?", _month),
    *(_rule(rf"(?:{_YEAR})?(?:{names})", _fixed(month, day)) for names, month, day in _FEASTS),
)  # fmt: skip
