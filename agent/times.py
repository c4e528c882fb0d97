"""Times as people say them, worked out from the words and the clock.

What day is meant is read by rule (`agent.days`) and, where no rule reads it, by a date library;
what time of day is read here. Whatever the words leave open lies in the future.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from agent.days import day_of, plain_digits

_FILLERS: Final = re.compile(
    r"^(?:valid |good |only |not |due )*"
    r"(?:(?:for|until|till?|by|to|through|before|on|from|starting|as of|up to|expir(?:es|ing)) +)+"
    r"|^(?:有效期?)?(?:[到至在于於]|截止)|(?:之?前|为止|為止|止|截止|到期|吧|的时候|的時候)$",
    re.IGNORECASE,
)
# A year alone names no day, and the library reads 2030年 as so many years from now.
_YEAR_ALONE: Final = re.compile(r"\d{4}\s*年?")
_AFTER: Final = re.compile(
    r"(?:in |after )?(?:about )?(?P<number>\d+|an?|half an|one and a half)[ -]*"
    r"(?P<unit>minutes?|mins?|hours?|hrs?|h)(?:'? time| from now| later)?"
    r"|(?:再?过|再過)?(?P<zh>\d+|半)个?(?P<half>半)?(?P<zh_unit>分钟|分鐘|小时|小時|钟头|鐘頭)(?:之?[后後]|以[后後])?",
    re.IGNORECASE,
)
_CLOCK_EN: Final = re.compile(
    r"(?:,? *\b(?:at|around|by) +|,? +|^)(?:"
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?::\d{2})? *(?P<half>[ap])\.?m\b\.?"
    r"|(?P<hour24>\d{1,2}):(?P<minute24>\d{2})(?::\d{2})?(?: *(?:h|hrs|hours|o'clock)\b)?"
    r"|(?P<past>half past|quarter past|quarter to) (?P<hour_past>\w+)"
    r"|(?P<bare>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) o'?clock"
    r"|(?P<word>noon|midday|midnight)"
    r"|(?<=at )(?P<bare_at>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"\b(?! *[-/.]\d)"
    r")",
    re.IGNORECASE,
)
_PART_EN: Final = re.compile(
    r",? *\b(?:(?:in|during) the|at|this|every|late|early)? *"
    r"\b(?P<part>morning|afternoon|evening|night)\b",
    re.IGNORECASE,
)
_CLOCK_ZH: Final = re.compile(
    r"(?P<part>凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|晚间|夜里|夜裡|早|晚)?"
    r"(?:(?P<hour>\d{1,2})(?:[点點时時](?:钟|鐘|整)?(?:(?P<half>半)|(?P<quarter>[一1]刻|[三3]刻)|(?P<minute>\d{1,2})分?)?"
    r"|[:：](?P<minute2>\d{2})(?:[:：]\d{2})?))"
    r"|(?P<noon>中午|正午|午夜)",
)
_PART_ZH: Final = re.compile(r"(?:凌晨|早上|早晨|清晨|上午|下午|傍晚|晚上|晚间|夜里)")
_HOURS: Final = dict(
    zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve"], range(1, 13),
        strict=True)
)  # fmt: skip
_LATE: Final = frozenset(
    {"afternoon", "evening", "night", "下午", "傍晚", "晚上", "晚间", "夜里", "夜裡", "晚"}
)


def time_of(words: str, now: datetime) -> str | None:
    """ISO 8601: a date, or a date-time where the words name a time of day; None if unreadable.

    `now` has an offset; what is worked out is in that offset, and lies in the future where the
    words leave it open.
    """
    moment = _exact(words.strip(), now) or _after(words, now)
    if moment is not None:
        return moment.isoformat()
    plain = _stripped(words)
    clock, rest = _clock(plain)
    rest = _stripped(rest)
    today = now.date()
    if clock is not None and not rest:
        day: date | None = today if clock > now.time() else today + timedelta(days=1)
    else:
        day = day_of(rest, today) or _by_library(rest, now)
    if day is None:
        return None
    if clock is None:
        return day.isoformat()
    return datetime.combine(day, clock, now.tzinfo).isoformat()


def _stripped(words: str) -> str:
    plain = plain_digits(" ".join(words.split())).strip(" ,.，。!！")
    while (shorter := _FILLERS.sub("", plain).strip(" ,，")) != plain:
        plain = shorter
    return plain


def _exact(words: str, now: datetime) -> datetime | None:
    """An ISO 8601 date-time."""
    if not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", words):
        return None
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def _after(words: str, now: datetime) -> datetime | None:
    """So many minutes or hours from now."""
    match = _AFTER.fullmatch(_stripped(words).casefold())
    if match is None:
        return None
    if match["unit"]:
        given = {"a": 1.0, "an": 1.0, "half an": 0.5, "one and a half": 1.5}
        number = given.get(match["number"]) or float(match["number"])
        hours = number / (60 if match["unit"].startswith("m") else 1)
    else:
        number = 0.5 if match["zh"] == "半" else float(match["zh"]) + (0.5 if match["half"] else 0)
        hours = number / (60 if match["zh_unit"].startswith("分") else 1)
    return (now + timedelta(hours=hours)).replace(microsecond=0)


def _clock(words: str) -> tuple[time | None, str]:
    """The time of day in the words, and the words without it."""
    if any(c > "\u2e7f" for c in words):
        return _chinese_clock(words)
    part = _PART_EN.search(words)
    late = bool(part and part["part"].casefold() in _LATE) or "tonight" in words.casefold()
    without = _PART_EN.sub("", words, count=1) if part else words
    match = _CLOCK_EN.search(without)
    if match is None:
        return None, without
    try:
        return _english_clock(match, late=late), (
            without[: match.start()] + " " + without[match.end() :]
        ).strip()
    except (ValueError, KeyError):
        return None, without


def _english_clock(match: re.Match[str], *, late: bool) -> time:
    if match["hour"]:
        hour = int(match["hour"]) % 12 + (12 if match["half"].casefold() == "p" else 0)
        return time(hour, int(match["minute"] or 0))
    if match["hour24"]:
        hour = int(match["hour24"])
        return time(hour + (12 if late and hour < 12 else 0), int(match["minute24"]))
    if match["word"]:
        return time(0 if match["word"].casefold() == "midnight" else 12)
    said = (match["hour_past"] or match["bare"] or match["bare_at"]).casefold()
    hour = int(said) if said.isdecimal() else _HOURS[said]
    if late and hour < 12:
        hour += 12
    past = (match["past"] or "").casefold()
    if past == "quarter to":
        return time(hour - 1, 45)
    if past:
        return time(hour, 30 if past.startswith("half") else 15)
    return time(hour % 24)


def _chinese_clock(words: str) -> tuple[time | None, str]:
    words = re.sub(r"今晚|今夜", "今天晚上", re.sub(r"明晚", "明天晚上", words))
    words = re.sub(r"明早", "明天早上", re.sub(r"今早", "今天早上", words))
    match = _CLOCK_ZH.search(words)
    if match is None:
        return None, _PART_ZH.sub("", words)
    rest = (words[: match.start()] + words[match.end() :]).strip()
    if match["noon"]:
        return time(0 if match["noon"] == "午夜" else 12), rest
    hour, part = int(match["hour"]), match["part"] or ""
    if part in _LATE and hour < 12:
        hour += 12
    if part == "中午" and hour < 3:
        hour += 12
    minute = int(match["minute"] or match["minute2"] or 0)
    if match["half"]:
        minute = 30
    if match["quarter"]:
        minute = 15 if match["quarter"][0] in "一1" else 45
    try:
        return time(hour % 24, minute), rest
    except ValueError:
        return None, words


def _by_library(words: str, now: datetime) -> date | None:
    if (
        not words
        or _YEAR_ALONE.fullmatch(words)
        or not re.search(r"\d|[a-zA-Z]{3}|[天日月年周]", words)
    ):
        return None
    # Deferred: the library takes a third of a second to load, and few messages name a time.
    import dateparser  # noqa: PLC0415

    found = dateparser.parse(
        words,
        languages=["en", "zh"],
        settings={"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "future"},
    )
    return None if found is None else found.date()
