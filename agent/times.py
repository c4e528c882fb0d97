"""Times as people say them, worked out by a date library from the words and the clock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

_HAN_DIGITS: Final = {"一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6,
                      "七": 7, "八": 8, "九": 9, "十": 10}  # fmt: skip
_HAN_NUMBER: Final = re.compile(
    r"([一二两兩三四五六七八九]?)(十?)([一二三四五六七八九]?)(?=个?[年月天日周小分])"
)
_MONTH_AND_DAY: Final = re.compile(r"(\d{1,2})月(\d{1,2})[日号號]")
# A year alone names no day, and the library reads 2030年 as so many years from now.
_YEAR_ALONE: Final = re.compile(r"\d{4}\s*年?")
_FILLERS: Final = re.compile(r"^(?:for|until|till|by|to|through)\s+|之?前$", re.IGNORECASE)
_TIME_OF_DAY: Final = re.compile(
    r"\d\s*[:：]\s*\d|\d\s*(?:am|pm)\b|o'clock|noon|midnight|hour|minute|[点點时時]|小时|分钟",
    re.IGNORECASE,
)


def time_of(words: str, now: datetime) -> str | None:
    """ISO 8601: a date, or a date-time where the words name a time of day; None if unreadable.

    `now` has an offset; what is worked out is in that offset, and lies in the future where the
    words leave it open.
    """
    # Deferred: the library takes a third of a second to load, and few messages name a time.
    import dateparser  # noqa: PLC0415

    readable = _readable(words, now)
    if _YEAR_ALONE.fullmatch(readable):
        return None
    found = dateparser.parse(
        readable,
        languages=["en", "zh"],
        settings={"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "future"},
    )
    if found is None:
        return None
    moment: datetime = found.replace(tzinfo=now.tzinfo, microsecond=0)
    return moment.isoformat() if _TIME_OF_DAY.search(words) else moment.date().isoformat()


def _readable(words: str, now: datetime) -> str:
    """The words in a form that the library reads: digits for numbers, a year for a bare date."""
    plain = _FILLERS.sub("", words.strip())
    plain = _HAN_NUMBER.sub(_digits, plain)
    bare = _MONTH_AND_DAY.fullmatch(plain)
    if bare is None:
        return plain
    month, day = int(bare[1]), int(bare[2])
    year = now.year + ((month, day) < (now.month, now.day))
    return f"{year}-{month:02}-{day:02}"


def _digits(number: re.Match[str]) -> str:
    tens, ten, ones = number.groups()
    if not number[0]:
        return ""
    if not ten:
        return str(_HAN_DIGITS[tens or ones])
    return str(_HAN_DIGITS.get(tens, 1) * 10 + _HAN_DIGITS.get(ones, 0))
