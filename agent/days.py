"""The day that words name, as the wallet's own rules have it, in English and Chinese.

A bare weekday is the first one after today and "next Friday" the one of next week; the end of a
month is its last day; a date without a year that has passed is next year's.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        ("mon monday", "tue tues tuesday", "wed weds wednesday", "thu thur thurs thursday",
         "fri friday", "sat saturday", "sun sunday")
    )
    for name in names.split()
}  # fmt: skip
_ZH_WEEKDAYS: Final = (
    {c: n % 7 for n, c in enumerate("一二三四五六日")}
    | {"天": 6}
    | {str(n): n - 1 for n in range(1, 7)}
)
_NUMBERS: Final = {
    word: value
    for value, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"],
        start=1,
    )
} | {"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
     "a couple of": 2, "couple of": 2, "a few": 3}  # fmt: skip
_NUMBER: Final = rf"\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY: Final = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_HAN_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "兩": 2}  # fmt: skip
_AHEAD: Final = frozenset({"周", "星期", "礼拜", "禮拜", "週"})


def plain_digits(words: str) -> str:
    """Numbers in Han characters as digits, but for a weekday's: 三个月后 is 3个月后."""

    def digits(match: re.Match[str]) -> str:
        before = words[: match.start()]
        if before.endswith((*_AHEAD, "统", "唯")):
            return match[0]
        return str(_han_value(match[0]))

    return re.sub(r"[零〇一二两兩三四五六七八九十百廿]+", digits, words)


def _han_value(text: str) -> int | str:
    if len(text) == 1 and text in _HAN_DIGITS:
        return _HAN_DIGITS[text]
    if all(c in _HAN_DIGITS for c in text):  # 二〇二七
        return "".join(str(_HAN_DIGITS[c]) for c in text)
    total, digit = 0, 0
    for character in text.replace("廿", "二十"):
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _HAN_DIGITS[character]
    return total + digit


def day_of(words: str, today: date) -> date | None:
    """The day, or None where no rule reads the words (Han numbers are digits by now)."""
    folded = re.sub(r"\s+", " ", words.casefold().strip(" ,.，。"))
    folded = re.sub(r"^(?:the|in the|on|on the|at the|by the) (?=\w)", "", folded)
    for pattern, rule in _RULES:
        match = pattern.fullmatch(folded)
        if match is not None:
            try:
                return rule(match, today)
            except (ValueError, OverflowError):
                return None
    return None


def _later(today: date, count: float, unit: str) -> date:
    if unit[0] in "d天日":
        return today + timedelta(days=round(count))
    if unit[0] in "w周週星礼禮":
        return today + timedelta(days=round(7 * count))
    if unit[0] == "f":
        return today + timedelta(days=round(14 * count))
    months = round(count * 12) if unit[0] in "y年" else int(count)
    day = _months_on(today, months)
    return day + timedelta(days=15) if unit[0] not in "y年" and count % 1 else day


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _coming(today: date, month: int, day: int, year: int | None = None) -> date:
    """That day of that year, or the next one that has not passed."""
    if year is not None:
        return date(year + 2000 if year < 100 else year, month, day)
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)


def _month_coming(today: date, month: int, year: int | None = None) -> date:
    """The first of that month, of that year or the next that is not over."""
    if year is not None:
        return date(year, month, 1)
    return date(today.year + (month < today.month), month, 1)


def _weekday(today: date, weekday: int, weeks: int) -> date:
    """The first such day after today; or that of the week so many weeks on."""
    if weeks == 0:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks + weekday)


def _number(text: str) -> float:
    return float(text) if text.isdecimal() else float(_NUMBERS[text])


def _optional(text: str | None) -> int | None:
    return int(text) if text else None


def _en_after(match: re.Match[str], today: date) -> date:
    count = _number(match["number"]) + (0.5 if match["half"] else 0)
    return _later(today, count, match["unit"])


def _en_end(match: re.Match[str], today: date) -> date:
    """The end of a month, week or year."""
    shift = 1 if match["which"] == "next" else 0
    match match["unit"]:
        case "month":
            return _end_of_month(_months_on(today, shift))
        case "year":
            return date(today.year + shift, 12, 31)
        case "quarter":
            start = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
            return _end_of_month(_months_on(start, 2 + 3 * shift))
        case _:
            return _weekday(today, 6, shift) if shift else today + timedelta(6 - today.weekday())


def _en_start(match: re.Match[str], today: date) -> date:
    first = _months_on(today.replace(day=1), 1)
    if match["unit"] == "year":
        return date(today.year + 1, 1, 1)
    return first if match["unit"] == "month" else _weekday(today, 0, 1)


def _nth(match: re.Match[str], today: date) -> date:
    """The fifteenth, of this month or the next, or of the one that is named."""
    day = int(match["day"])
    if "next" in (match["which"] or ""):
        return _months_on(today.replace(day=1), 1).replace(day=day)
    found = today.replace(day=day)
    return found if found >= today else _months_on(today.replace(day=1), 1).replace(day=day)


def _zh_month_day(match: re.Match[str], today: date) -> date:
    years = {"今年": 0, "明年": 1, "后年": 2, "後年": 2}
    named = match["year"]
    year = today.year + years[named] if named in years else _optional((named or "").rstrip("年"))
    return _coming(today, int(match["month"]), int(match["day"]), year)


def _zh_end(match: re.Match[str], today: date) -> date:
    years = {"今年": 0, "明年": 1, "后年": 2, "後年": 2, "": 0, "本年": 0}
    named = match["year"] or ""
    year = today.year + years[named] if named in years else int(named.rstrip("年"))
    return date(year, 12, 31)


def _zh_month_end(match: re.Match[str], today: date) -> date:
    if match["month"]:
        year = _optional((match["year"] or "").rstrip("年").replace("明", "")) or (
            today.year + 1 if (match["year"] or "").startswith("明") else None
        )
        return _end_of_month(_month_coming(today, int(match["month"]), year))
    return _end_of_month(_months_on(today, match["which"].count("下") if match["which"] else 0))


def _zh_weekday(match: re.Match[str], today: date) -> date:
    return _weekday(today, _ZH_WEEKDAYS[match["day"]], (match["which"] or "").count("下"))


def _zh_after(match: re.Match[str], today: date) -> date:
    count = (
        0.5 if match["number"] == "半" else float(match["number"]) + (0.5 if match["half"] else 0)
    )
    return _later(today, count, match["unit"])


_UNIT: Final = r"days?|weeks?|months?|years?|yrs?|fortnights?"


def _rule(
    pattern: str, rule: Callable[[re.Match[str], date], date]
) -> tuple[re.Pattern[str], Callable[[re.Match[str], date], date]]:
    return re.compile(pattern), rule


def _fixed(month: int, day: int) -> Callable[[re.Match[str], date], date]:
    return lambda _, today: _coming(today, month, day)


def _shifted(days: int) -> Callable[[re.Match[str], date], date]:
    return lambda _, today: today + timedelta(days=days)


_RULES: Final = (
    _rule(r"today|tonight|今天|今日|今", _shifted(0)),
    _rule(r"tomorrow|tmrw|tmr|明天|明日|明", _shifted(1)),
    _rule(r"(?:the )?day after tomorrow|后天|後天", _shifted(2)),
    _rule(r"大后天|大後天", _shifted(3)),
    _rule(r"yesterday|昨天", _shifted(-1)),
    _rule(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
          lambda m, _: date(int(m["year"]), int(m["month"]), int(m["day"]))),
    _rule(rf"(?:in |after |within |for )?(?:another |about |exactly )?(?P<number>{_NUMBER})(?P<half> and a half)?"
          rf"[ -]*(?:more )?(?P<unit>{_UNIT})'?(?: time| from (?:now|today)| later| hence)?", _en_after),
    _rule(r"(?:in |after )?(?P<number>an?|one) (?P<unit>year|month|week)(?P<half> and a half)", _en_after),
    _rule(r"(?:in |after )?half a year(?: from now)?|半年(?:之?[后後]|以[后後])?",
          lambda _, today: _months_on(today, 6)),
    _rule(r"(?P<number>one|two) (?P<unit>weeks?) (?:from|on) (?P<weekday>" + _WEEKDAY + ")",
          lambda m, today: _weekday(today, _WEEKDAYS[m["weekday"]], 0)
          + timedelta(days=7 * int(_number(m["number"])))),
    _rule(r"next (?P<unit>week|month|year)", lambda m, today: _later(today, 1, m["unit"])),
    _rule(r"(?:the )?week after next", lambda _, today: today + timedelta(days=14)),
    _rule(rf"(?:(?:this|coming|this coming|the coming) )?(?P<weekday>{_WEEKDAY})",
          lambda m, today: _weekday(today, _WEEKDAYS[m["weekday"]], 0)),
    _rule(rf"next (?:week )?(?P<weekday>{_WEEKDAY})|(?:on )?(?P<other>{_WEEKDAY}) (?:of )?next week",
          lambda m, today: _weekday(today, _WEEKDAYS[m["weekday"] or m["other"]], 1)),
    _rule(r"(?:this |the )?weekend", lambda _, today: _weekday(today, 5, 0)),
    _rule(r"next weekend", lambda _, today: _weekday(today, 5, 1)),
    _rule(r"(?:(?:at|by|the) )*(?:end|last day|close) of (?:(?P<which>the|this|next|current) )?"
          r"(?P<unit>month|year|week|quarter)|(?P<_which>)month[ -]?end", lambda m, today: _en_end(m, today)
          if m["unit"] else _end_of_month(today)),
    _rule(rf"(?:(?:at|by|the) )*(?:end|last day) of (?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?",
          lambda m, today: _end_of_month(_month_coming(today, _MONTHS[m["month"]], _optional(m["year"])))),
    _rule(r"(?:(?:at|by|the) )*end of (?P<year>\d{4})", lambda m, _: date(int(m["year"]), 12, 31)),
    _rule(r"(?:(?:at|the) )*(?:start|beginning|first|first day|1st) of (?:the )?next (?P<unit>month|year|week)",
          _en_start),
    _rule(r"(?P<day>\d{1,2})(?:st|nd|rd|th)(?: of (?P<which>this|next|the) month)?|(?P<_day>)x", _nth),
    _rule(rf"(?:(?:{_WEEKDAY}),? )?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\.?"
          r"(?:,? ?(?P<year>\d{4}|'\d\d))?",
          lambda m, today: _coming(today, _MONTHS[m["month"]], int(m["day"]),
                                   _optional((m["year"] or "").lstrip("'")))),
    _rule(rf"(?:(?:{_WEEKDAY}),? )?(?P<month>{_MONTH})\.? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
          r"(?:,? ?(?P<year>\d{4}))?",
          lambda m, today: _coming(today, _MONTHS[m["month"]], int(m["day"]), _optional(m["year"]))),
    _rule(rf"(?:in )?(?:next )?(?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?",
          lambda m, today: _month_coming(today, _MONTHS[m["month"]], _optional(m["year"]))),
    _rule(r"(?:christmas|christmas day|xmas|圣诞节?|聖誕節?)", _fixed(12, 25)),
    _rule(r"christmas eve|平安夜", _fixed(12, 24)),
    _rule(r"new year'?s?(?: day)?|元旦", _fixed(1, 1)),
    _rule(r"new year'?s eve|除夕夜|跨年夜", _fixed(12, 31)),
    _rule(r"国庆节?|國慶節?", _fixed(10, 1)),
    _rule(r"(?:再?过|再過)?(?P<number>\d{1,3}|半)[个個]?(?P<half>半)?(?P<unit>天|日|周|週|星期|礼拜|禮拜|(?<=[个個半])月|年|月(?=.*[后後内內]))"
          r"(?:[之以]?[后後]|时间|內|内|以内|之内)?", _zh_after),
    _rule(r"(?P<which>下下?|这|這|本|这个|這個)?个?(?:周|星期|礼拜|禮拜|週)(?P<day>[一二三四五六日天1-6])", _zh_weekday),
    _rule(r"(?:这|本|這)?周末|週末", lambda _, today: _weekday(today, 5, 0)),
    _rule(r"下个?周末", lambda _, today: _weekday(today, 5, 1)),
    _rule(r"下个?(?:周|星期|礼拜|禮拜|週)", lambda _, today: today + timedelta(days=7)),
    _rule(r"下个?月", lambda _, today: _months_on(today, 1)),
    _rule(r"明年", lambda _, today: _months_on(today, 12)),
    _rule(r"后年|後年", lambda _, today: _months_on(today, 24)),
    _rule(r"(?:(?P<year>明年|\d{4}年)(?P<month>\d{1,2})月|(?P<which>本|这个?|這個?|下个?|下個)?月)[底末](?:最后一天)?",
          _zh_month_end),
    _rule(r"(?P<year>)(?P<which>)(?P<month>\d{1,2})月[底末]", _zh_month_end),
    _rule(r"(?P<year>今年|明年|后年|後年|本年|\d{4}年?)?年?[底末]", _zh_end),
    _rule(r"下个?月初|下个?月1[号號日]", lambda _, today: _months_on(today.replace(day=1), 1)),
    _rule(r"明年初|明年年初|年初", lambda _, today: date(today.year + 1, 1, 1)),
    _rule(r"下个?月(?P<day>\d{1,2})[日号號]",
          lambda m, today: _months_on(today.replace(day=1), 1).replace(day=int(m["day"]))),
    _rule(r"(?P<which>本月|这个?月|這個?月)?(?P<day>\d{1,2})[日号號]", _nth),
    _rule(r"(?P<year>今年|明年|后年|後年|\d{4}年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号號]?", _zh_month_day),
    _rule(r"(?P<year>明年|\d{4}年)?(?P<month>\d{1,2})月(?:份)?",
          lambda m, today: _month_coming(
              today, int(m["month"]),
              today.year + 1 if m["year"] == "明年" else _optional((m["year"] or "").rstrip("年")))),
)  # fmt: skip
