"""Times as people say them, worked out from the words and the clock.

What day is meant is read by rule (`agent.days`) and, where no rule reads it, by a date library;
what time of day is read here and in `agent.clocks`. Whatever the words leave open lies in the
future.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Final

from agent.clocks import clock_of
from agent.days import day_of
from agent.numerals import plain_digits
from agent.words import read

if TYPE_CHECKING:
    from agent.clocks import Clock

_FILLERS: Final = re.compile(
    r"^(?:(?:valid|good|only|not|due|latest|on or|no later than|not later than|sometime|come) )*"
    r"(?:(?:for|until|till?|by|to|through|before|after|on|from|starting|as of|up to"
    r"|expir(?:es|ing)) +)+"
    r"|^(?:no later than|not later than|sometime|come) +"
    r"|^(?:early|later?)(?: on)? (?=to|mon|tue|wed|thu|fri|sat|sun)"
    r"|^(?:(?:the )?(?:end|close) of (?:business|day|play)|eod|cob),? (?:on )?| (?:eod|cob)$"
    r"| (?:at the )?latest$| itself$"
    r"|^(?:有效)?期?(?:[为是])?(?:[到至在于]|截[止至]到?|为期)|^有效期[为是]?|^(?:大概|大约|差不多|赶在)"
    r"|(?:(?<=.)下班之?前|之?前|为止|止|(?<=.)当[天日]|截止|到期|吧|的时候)$",
    re.IGNORECASE,
)
# A year alone names no day, and the library reads 2030年 as so many years from now.
_YEAR_ALONE: Final = re.compile(r"\d{4}\s*年?")
_ZONE: Final = re.compile(r"\b[A-Z]{3,5}\b|\b(?i:utc|gmt)\b|\dZ\b")
_OFFSET: Final = re.compile(r"[+-]\d\d:\d\d\b")  # or the end of a range of times
# Abbreviations of the time of several places: the person's own, or else the first.
_SHARED_ZONES: Final = {
    "IST": (5.5, 2, 1), "CST": (-6, 8), "BST": (1, 6), "AST": (-4, 3), "GST": (4, -2),
}  # fmt: skip
_HOURS: Final = (
    r"(?P<number>\d+(?:\.\d+)?|half(?: an?)?|an?(?: half| quarter of an)?|[13] quarters? of an)"
    r"(?P<half> and a half)?[ -]*(?P<unit>minutes?|mins?|hours?|hrs?|h|days?)"
    r"(?P<half2> and a half)?"
)
_AFTER: Final = re.compile(
    r"(?!0\d{3}|(?:1\d|2[0-3])[0-5]\d *(?:h|hrs)\b)"  # 1830h is a clock's
    rf"(?:in |after |within |for )?(?:about |around |another )?{_HOURS}"
    r"(?:,? (?:and )?(?P<more>\d+) (?:minutes?|mins?))?(?:'?s?'? time| from now| later)?"
)
_AFTER_ZH: Final = re.compile(
    r"(?P<past>再?过)?(?:(?P<number>\d+(?:\.\d+)?|半)个?|个(?=半))(?P<half>半)?"
    r"(?P<unit>分钟|小时|钟头|刻钟|[钟字](?(past)|(?=[之以]?[后内]))|天)(?P<half2>半)?"
    r"(?:零?(?P<more>\d+)分钟?)?(?:[之以]?[后内]|时间)?"
)
_PAST: Final = re.compile(r"\d{4}|\b(?:last|ago|previous|past)\b|[前上昨去]", re.IGNORECASE)
NOON: Final = 12
# What says which half of the day is meant.
_HALF_SAID: Final = re.compile(
    r"[ap]\.?m\b|\b0\d|morning|noon|night|evening|早|晨|朝|[上中下]午|晚|夜|[上下晏]昼",
    re.IGNORECASE,
)
_VAGUE: Final = frozenset({"month", "year"})  # what names no day, and is read as today's there
_HOURS_OF: Final = {
    None: 1.0, "a": 1.0, "an": 1.0, "半": 0.5,
    "half": 0.5, "half a": 0.5, "half an": 0.5, "a half": 0.5, "an half": 0.5,
    "a quarter of an": 0.25, "1 quarter of an": 0.25, "3 quarters of an": 0.75,
}  # fmt: skip
_MINUTES: Final = {"m": 1, "分": 1, "刻": 15, "字": 5, "d": 24 * 60, "天": 24 * 60}


def time_of(
    words: str, now: datetime, *, by_rule: bool = False, day: date | None = None
) -> str | None:
    """ISO 8601: a date, or a date-time where the words name a time of day; None if unreadable.

    `now` has an offset; what is worked out is in that offset, and lies in the future where the
    words leave it open. `by_rule`, nothing is left to the library. `day` is the one that a time of
    day alone belongs to; without it, that is the next one.
    """
    plain = _stripped(words)
    moment = _exact(plain, now) or _after(plain, now)
    if moment is not None:
        return moment.isoformat()
    if _OFFSET.search(plain):
        return None
    plain, zone = _zoned(plain, now)
    clock = clock_of(plain, now.time())
    rest = _stripped(clock.rest)
    if clock.at is not None and not rest:
        return _at(clock, day, now, zone) if day else _next(clock, now.astimezone(zone))
    try:
        named = day_of(rest, now.date())
    except (ValueError, OverflowError):
        return None
    if named is None:
        return None if by_rule else _by_library(rest, clock, now, zone)
    return _at(_still_to_come(clock, named, plain, now), named, now, zone)


def _still_to_come(clock: Clock, day: date, words: str, now: datetime) -> Clock:
    """The clock, in the afternoon where today's hour in the morning is over: "at four today"."""
    if clock.at is None or day != now.date() or clock.over or clock.is_part:
        return clock
    if clock.at > now.time() or not 0 < clock.at.hour < NOON or says_half(words):
        return clock
    return replace(clock, at=clock.at.replace(hour=clock.at.hour + NOON))


def says_half(words: str) -> bool:
    """Whether words say which half of the day a time is in."""
    return bool(_HALF_SAID.search(words))


def day_named(words: str, now: datetime) -> date | None:
    """The day that words name by rule, whatever time of day is with it; None if they name none."""
    try:
        return day_of(_stripped(clock_of(_stripped(words), now.time()).rest), now.date())
    except (ValueError, OverflowError):
        return None


def _stripped(words: str) -> str:
    plain = plain_digits(read(" ".join(words.split()))).strip(" ,.!的")
    while (shorter := _FILLERS.sub("", plain).strip(" ,的")) != plain:
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


def _zoned(plain: str, now: datetime) -> tuple[str, tzinfo | None]:
    """The words without the time zone that they name, and that; or the person's own."""
    if not _ZONE.search(plain):
        return plain, now.tzinfo
    from dateparser.timezone_parser import pop_tz_offset_from_string  # noqa: PLC0415 - as below

    rest, zone = pop_tz_offset_from_string(plain)
    if zone is None:
        return plain, now.tzinfo
    if meanings := _SHARED_ZONES.get(zone.tzname(None)):
        offsets = [timedelta(hours=hours) for hours in meanings]
        own = now.utcoffset()
        return _stripped(rest), timezone(own if own in offsets else offsets[0])
    return _stripped(rest), zone


def _after(plain: str, now: datetime) -> datetime | None:
    """So many minutes or hours from now, or days where one is half a day."""
    folded = plain.casefold()
    match = _AFTER.fullmatch(folded) or _AFTER_ZH.fullmatch(folded)
    if match is None:
        return None
    said = match["number"]
    count = _HOURS_OF[said] if said in _HOURS_OF else float(said)
    count += 0.5 if match["half"] or match["half2"] else 0
    if match["unit"][0] in "d天" and not count % 1:
        return None  # a day, and no time of it
    minutes = count * _MINUTES.get(match["unit"][0], 60) + int(match["more"] or 0)
    return (now + timedelta(minutes=minutes)).replace(microsecond=0)


def _next(clock: Clock, now: datetime) -> str | None:
    """The next time that a clock shows that."""
    assert clock.at is not None  # noqa: S101 - whoever calls looked
    is_over = clock.over == 0 and clock.at <= now.time()
    return _at(clock, now.date() + timedelta(days=is_over), now, now.tzinfo)


def _at(clock: Clock, day: date, now: datetime, zone: tzinfo | None) -> str | None:
    """That day, at the clock's time if it has one."""
    try:
        day += timedelta(days=clock.over)
    except OverflowError:
        return None
    if clock.at is None:
        return day.isoformat()
    moment = datetime.combine(day, clock.at, zone)
    if clock.is_part and day == now.date() and moment <= now:
        return day.isoformat()  # an hour that stands for a part that goes on
    return moment.isoformat()


def _by_library(words: str, clock: Clock, now: datetime, zone: tzinfo | None) -> str | None:
    if (
        not words
        or _YEAR_ALONE.fullmatch(words)
        or not re.search(r"\d|[a-zA-Z]{3}|[天日月年周]", words)
    ):
        return None
    # Deferred: the library takes a third of a second to load, and few messages name a time.
    from dateparser.date import DateDataParser  # noqa: PLC0415

    parser = DateDataParser(
        languages=["en", "zh"],
        settings={
            "RELATIVE_BASE": now.replace(tzinfo=None),
            "PREFER_DATES_FROM": "future",
            "RETURN_TIME_AS_PERIOD": True,
        },
    )
    found = parser.get_date_data(words)
    if found.date_obj is None or found.period in _VAGUE:
        return None
    if found.date_obj.date() < now.date() and not _PAST.search(words):
        return None
    if found.period == "time" and clock.at is None:
        moment: datetime = found.date_obj.replace(microsecond=0, tzinfo=zone)
        return moment.isoformat()
    return _at(clock, found.date_obj.date(), now, zone)
