"""The time of day that words name, in English and Chinese, and the words without it.

A part of the day without a clock time stands for one hour of it, so that it is not lost: the
evening is at six. What is said of the hours after midnight, "tonight at one", is the next day's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

_PARTS: Final = {
    "morning": 9, "forenoon": 9, "first thing": 9, "lunchtime": 12, "afternoon": 15, "arvo": 15,
    "evening": 18, "night": 20, "tonight": 20,
    "凌晨": 3, "清晨": 6, "清早": 6, "一早": 9, "早上": 9, "早晨": 9, "早": 9, "上午": 9,
    "中午": 12, "正午": 12, "下午": 15, "傍晚": 18, "晚上": 20, "晚间": 20, "晚": 20, "夜里": 22,
    "夜晚": 20, "深夜": 23, "午夜": 0, "一大早": 9, "大清早": 6, "朝早": 9, "朝": 9, "上昼": 9,
    "下昼": 15, "晏昼": 15, "午后": 15,
}  # fmt: skip
_AFTERNOON: Final = frozenset({"afternoon", "arvo", "下午", "午后", "下昼", "晏昼", "傍晚"})
_NIGHT: Final = frozenset(
    {"evening", "night", "tonight", "晚上", "晚间", "晚", "夜里", "夜晚", "深夜"}
)
_SMALL_HOURS: Final = 5  # a night's hours before this are the next day's
_PART_EN: Final = re.compile(
    r",? *\b(?:(?:(?:in|during|on|first thing in|late in|early in) )?the "
    r"|at |this |every |later? |early )*"
    r"\b(?P<part>morning|forenoon|afternoon|arvo|evening|night|lunchtime|first thing)\b(?: of\b)?"
    r"|\b(?:later )?(?P<tonight>tonight)\b",
    re.IGNORECASE,
)
_NAMED_DAY: Final = (
    r"(?:to(?:day|morrow)|tmrw?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
)
_DAY: Final = rf"(?:{_NAMED_DAY}|on|this|next|the)\b"
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NO_DATE: Final = r"(?! *[-/.]\d)"
_MINUTE: Final = r"(?: |\.(?!0[1-9]|1[0-2]))[0-5]\d"  # 10.12 is as well the tenth of December
_CLOCK_EN: Final = re.compile(
    r"(?:,? *\b(?:(?P<at>at)|(?P<near>around|by|before)|about)"
    r"(?: (?:about|around|exactly))? +|,? +|^)(?:exactly +)?(?:"
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?::\d{2})? *(?P<half>[ap])\.?m\b\.?"
    r"|(?P<hour24>\d{1,2})(?:[:h](?P<minute24>\d{2})(?::\d{2})?"
    r"(?: *(?:h|hrs|hours|o'clock)\b)?|h\b)"
    r"|(?P<hour4>[01]\d|2[0-3])(?P<minute4>[0-5]\d)"
    rf"(?: *(?:h|hrs|hours)\b|(?(at)\b|(?<=\b0\d\d\d)\b){_NO_DATE})"
    r"|(?:(?:an? )?(?P<past>half|quarter|5|10|20|25|\d{1,2}(?= minutes? ))(?: minutes?)? "
    rf"(?P<side>past|after|to|before|till?|(?<=quarter )of|of(?= \d{{1,2}} {_DAY})) |half[ -])"
    rf"(?:(?P<hour_past>\d{{1,2}})\b{_NO_DATE}|(?P<word_past>noon|midday|midnight)\b)"
    r"|(?P<bare>\d{1,2}) o'? ?clock"
    r"|(?:12 )?(?P<word>noon|midday|midnight)\b"
    rf"|(?(at)(?P<bare_at>\d{{1,2}})(?:[. ](?P<minute_at>[0-5]\d))?\b{_NO_DATE}"
    rf"|(?(near)(?P<bare_near>\d{{1,2}})(?:[. ](?P<minute_near>[0-5]\d))?(?=,|$| +{_DAY})|(?!)))"
    rf"|(?<!.)(?P<first>\d{{1,2}})(?P<minute_first>{_MINUTE})?(?=,? {_DAY})"
    r"|(?P<same>(?:this|(?:the )?same) time)"
    r")(?: (?:sharp|on the dot|exactly)\b)?",
    re.IGNORECASE,
)
_HOURS: Final = ("hour24", "hour4", "bare", "bare_at", "bare_near", "first")
_MINUTES: Final = ("minute24", "minute4", "minute_at", "minute_near", "minute_first")
_COMING: Final = re.compile(
    r"(?:(?P<at>at) )?(?:an? )?(?P<past>half|quarter) "
    r"(?P<side>past|after|(?(at)(?:to|till?)|(?!)))",
    re.IGNORECASE,
)
_WITH_PART: Final = re.compile(  # of "Sunday, ten in the morning" without the part
    rf"(?:(?P<day>.*(?:,|\b{_NAMED_DAY}|\d(?:st|nd|rd|th)|\d(?:st|nd|rd|th)?(?: of)? {_MONTH})) +)?"
    r"(?P<hour>\d{1,2})(?:[:. ](?P<minute>[0-5]\d))?",
    re.IGNORECASE,
)
_ALONE: Final = tuple(  # "Monday, nine thirty", "tomorrow 0800"
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<day>.*\b(?:to(?:day|morrow)|tmrw?)),? +(?P<hour>\d{1,2})(?P<minute>[:. ]?[0-5]\d)?",
        rf"(?P<day>.*\b{_NAMED_DAY}),? +(?P<hour>\d{{1,2}})(?P<minute>{_MINUTE}|[0-5]\d)",
        rf"(?!.*{_MONTH}, \d+$)(?P<day>.+), +(?P<hour>\d{{1,2}})(?P<minute>{_MINUTE})?",
    )
)
_PART_ZH: Final = (
    "凌晨|清晨|大?清早|一大?早|朝早|早[上晨]|[上中下正午]午|午后|[上下晏]昼"
    "|傍晚|晚[上间]|夜[里晚]|深夜|午夜"
)
_ABOUT_ZH: Final = "大概|大约|约|差不多|准时"
_SHORT_ZH: Final = re.compile(
    r"(?:(?<=[今明听聼])|(?<=后)(?<![天日周年月期拜钟时之以]后))(?:朝早|晚夜|[晚早夜朝](?!上|晨|间|里|晚))"
)
_HAN_SPACE: Final = re.compile(r"(?<=[\u2e80-\u9fff]) +| +(?=[\u2e80-\u9fff])")
_CLOCK_ZH: Final = re.compile(
    rf"(?:{_ABOUT_ZH})?(?P<part>{_PART_ZH}|[早晚朝])?的?(?:{_ABOUT_ZH})?"
    r"(?:差(?:(?P<to>\d{1,2})分|(?P<quarters_to>[13])刻)钟?)?"
    r"(?P<hour>\d{1,2})(?:[点时](?:钟|整|踏?正)?过?(?:踏?(?P<half>半)|(?P<quarters>[13])刻钟?"
    r"|(?P<fives>\d{1,2})个字|踏(?P<hand>\d{1,2})|差(?:(?P<short>\d{1,2})分|(?P<quarters_short>[13])刻)"
    r"|(?P<minute>\d{1,2})分?)?"
    r"|:(?P<minute2>\d{2})(?::\d{2})?)(?:整|踏?正)?(?:左右|上下|准时)?"
)
_ONLY_PART_ZH: Final = re.compile(rf"(?P<part>{_PART_ZH})|(?P<end>[早晚])$")
_SAME_ZH: Final = re.compile(r"的?(?:这个?|同一个?|同样的?)(?:时候|时间|时刻)|的?此时")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day.

    Attributes:
        at: the time; None where the words name none.
        rest: the words without it.
        over: how many days after the one that the words name.
        is_part: whether only a part of the day was named.
    """

    at: time | None
    rest: str
    over: int = 0
    is_part: bool = False


def clock_of(words: str, now: time) -> Clock:
    """The time of day in words in simplified characters whose numbers are digits."""
    found = Clock(None, words)
    if any(c > "\u2e7f" for c in words):
        found = _chinese(words, now)
    return _english(words, now) if found.at is None else found


def _english(words: str, now: time) -> Clock:
    if coming := _COMING.fullmatch(words):
        return _in_this_hour(_past(coming) % 60, now)
    named = _PART_EN.search(words)
    part = (named["part"] or named["tonight"]).casefold() if named else ""
    without = words
    if named:
        is_today = part == "tonight" or named[0].strip(" ,").casefold().startswith("this ")
        left = " today" if is_today else ""
        without = f"{words[: named.start()].rstrip()}{left}{words[named.end() :]}".strip(" ,")
    patterns = (_WITH_PART,) if part else _ALONE
    if bare := next(filter(None, (pattern.fullmatch(without) for pattern in patterns)), None):
        hour, minute = int(bare["hour"]), _minute(bare["minute"])
        return _clock(hour, minute, part, bare["day"] or "", words)
    match = _CLOCK_EN.search(without)
    if match is None:
        return Clock(time(_PARTS[part]), without, is_part=True) if part else Clock(None, words)
    rest = f"{without[: match.start()]} {without[match.end() :]}".strip()
    if match["same"]:
        return Clock(now.replace(second=0, microsecond=0), rest)
    if match["word"]:
        is_midnight = match["word"].casefold() == "midnight"
        over = 1 if is_midnight and part == "tonight" else 0
        return Clock(time(0 if is_midnight else 12), rest, over)
    return _shown(match, part, rest, words)


def _shown(match: re.Match[str], part: str, rest: str, words: str) -> Clock:
    """What hours and minutes are said."""
    if match["half"]:
        hour = int(match["hour"]) % 12 + (12 if match["half"].casefold() == "p" else 0)
        return _clock(hour, int(match["minute"] or 0), "", rest, words)
    if match["word_past"]:
        minutes = _past(match)
        is_midnight = match["word_past"].casefold() == "midnight"
        hour = 12 if not is_midnight else 24 if minutes < 0 else 0
        return _clock(hour, minutes, part, rest, words)
    if match["hour_past"]:
        return _clock(int(match["hour_past"]), _past(match), part, rest, words)
    said = next(match[name] for name in _HOURS if match[name])
    minute = next((match[name] for name in _MINUTES if match[name]), None)
    return _clock(int(said), _minute(minute), part, rest, words)


def _minute(said: str | None) -> int:
    return int((said or "0").lstrip(":. "))


def _past(match: re.Match[str]) -> int:
    """How many minutes after the hour: fewer than none before it."""
    if not match["past"]:
        return 30  # "half three"
    past = {"half": 30, "quarter": 15}.get(match["past"].casefold()) or int(match["past"])
    return past if match["side"].casefold() in {"past", "after"} else -past


def _in_this_hour(minute: int, now: time) -> Clock:
    """The next time that so many minutes of an hour are over."""
    hour = now.hour + (minute <= now.minute)
    return Clock(time(hour % 24, minute), "", hour // 24)


def _chinese(words: str, now: time) -> Clock:
    words = _HAN_SPACE.sub("", words)
    words = _SHORT_ZH.sub(lambda match: "天早上" if match[0][0] in "早朝" else "天晚上", words)
    if same := _SAME_ZH.search(words):
        rest = words[: same.start()] + words[same.end() :]
        return Clock(now.replace(second=0, microsecond=0), rest.strip())
    match = _CLOCK_ZH.search(words)
    if match is None:
        named = _ONLY_PART_ZH.search(words)
        if named is None:
            return Clock(None, words)
        rest = (words[: named.start()] + words[named.end() :]).strip()
        hour = _PARTS[named["part"] or named["end"]]
        return Clock(time(hour), rest, is_part=(named["part"] or "")[-1:] != "午" or hour != 12)
    rest = (words[: match.start()] + words[match.end() :]).strip()
    minutes = int(match["minute"] or match["minute2"] or 0)
    minutes += 30 if match["half"] else 15 * int(match["quarters"] or 0)
    minutes += 5 * int(match["fives"] or match["hand"] or 0)
    minutes -= int(match["to"] or match["short"] or 0)
    minutes -= 15 * int(match["quarters_to"] or match["quarters_short"] or 0)
    return _clock(int(match["hour"]), minutes, match["part"] or "", rest, words)


def _clock(hour: int, minutes: int, part: str, rest: str, words: str) -> Clock:
    """So many minutes after an hour, as it is meant in that part of a day."""
    if hour > 24 or not -60 < minutes < 60:
        return Clock(None, words)
    is_next = part in _NIGHT and (hour == 12 or hour < _SMALL_HOURS)
    if part == "凌晨" or is_next:
        hour %= 12
    elif hour < 12 and (part in _AFTERNOON | _NIGHT or (part == "中午" and hour < 3)):
        hour += 12
    days, left = divmod((is_next * 24 + hour) * 60 + minutes, 24 * 60)
    return Clock(time(left // 60, left % 60), rest, days)
