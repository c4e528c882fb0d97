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
    "morning": 9, "first thing": 9, "lunchtime": 12, "afternoon": 15, "evening": 18, "night": 20,
    "tonight": 20,
    "凌晨": 3, "清晨": 6, "清早": 6, "一早": 9, "早上": 9, "早晨": 9, "早": 9, "上午": 9,
    "中午": 12, "正午": 12, "下午": 15, "傍晚": 18, "晚上": 20, "晚间": 20, "晚": 20, "夜里": 22,
    "夜晚": 20, "深夜": 23, "午夜": 0,
}  # fmt: skip
_AFTERNOON: Final = frozenset({"afternoon", "下午", "傍晚"})
_NIGHT: Final = frozenset(
    {"evening", "night", "tonight", "晚上", "晚间", "晚", "夜里", "夜晚", "深夜"}
)
_SMALL_HOURS: Final = 5  # a night's hours before this are the next day's
_PART_EN: Final = re.compile(
    r",? *\b(?:(?:(?:in|during|on|first thing in|late in|early in) )?the "
    r"|at |this |every |later? |early )*"
    r"\b(?P<part>morning|afternoon|evening|night|lunchtime|first thing)\b(?: of\b)?"
    r"|\b(?:later )?(?P<tonight>tonight)\b",
    re.IGNORECASE,
)
_DAY: Final = (
    r"tomorrow|today|on|this|next|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
)
_CLOCK_EN: Final = re.compile(
    r"(?:,? *\b(?:at|around|by) +|,? +|^)(?:"
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?::\d{2})? *(?P<half>[ap])\.?m\b\.?"
    r"|(?P<hour24>\d{1,2})(?::(?P<minute24>\d{2})(?::\d{2})?(?: *(?:h|hrs|hours|o'clock)\b)?|h\b)"
    r"|(?:an? )?(?P<past>half|quarter|5|10|20|25)(?: minutes?)? (?P<side>past|after|to|before) "
    r"(?P<hour_past>\d{1,2})\b(?! *[-/.]\d)"
    r"|(?P<bare>\d{1,2}) o'?clock"
    r"|(?:12 )?(?P<word>noon|midday|midnight)"
    r"|(?<=at )(?P<bare_at>\d{1,2})(?:[. ](?P<minute_at>[0-5]\d))?\b(?! *[-/.]\d)"
    rf"|(?<!.)(?P<first>\d{{1,2}})(?= (?:{_DAY})\b)"
    r"|(?P<same>(?:this|(?:the )?same) time)"
    r")",
    re.IGNORECASE,
)
_BARE: Final = re.compile(  # of "Sunday, ten in the morning" without the part
    r"(?:(?P<day>.*\b(?:to(?:day|morrow)|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)"
    r"(?:day)?)),? +)?(?P<hour>\d{1,2})",
    re.IGNORECASE,
)
_PART_ZH: Final = "凌晨|清[晨早]|一早|早[上晨]|[上中下正午]午|傍晚|晚[上间]|夜[里晚]|深夜|午夜"
_SHORT_ZH: Final = re.compile(r"(?<=[今明后])[晚早夜](?!上|晨|间|里|晚)")
_CLOCK_ZH: Final = re.compile(
    rf"(?P<part>{_PART_ZH}|[早晚])?的?"
    r"(?:差(?:(?P<to>\d{1,2})分|(?P<quarters_to>[13])刻)钟?)?"
    r"(?P<hour>\d{1,2})(?:[点时](?:钟|整)?过?(?:(?P<half>半)|(?P<quarters>[13])刻|(?P<minute>\d{1,2})分?)?"
    r"|:(?P<minute2>\d{2})(?::\d{2})?)"
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
    named = _PART_EN.search(words)
    part = (named["part"] or named["tonight"]).casefold() if named else ""
    without = words
    if named:
        is_today = part == "tonight" or named[0].strip(" ,").casefold().startswith("this ")
        left = " today" if is_today else ""
        without = (words[: named.start()] + left + words[named.end() :]).strip(" ,")
    if part and (bare := _BARE.fullmatch(without)):
        return _clock(int(bare["hour"]), 0, part, bare["day"] or "", words)
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
    if match["half"]:
        hour = int(match["hour"]) % 12 + (12 if match["half"].casefold() == "p" else 0)
        return _clock(hour, int(match["minute"] or 0), "", rest, words)
    said = (match[name] for name in ("hour24", "hour_past", "bare", "bare_at", "first"))
    hour = int(next(filter(None, said)))
    if match["past"]:
        past = {"half": 30, "quarter": 15}.get(match["past"].casefold()) or int(match["past"])
        minutes = past if match["side"].casefold() in {"past", "after"} else -past
    else:
        minutes = int(match["minute24"] or match["minute_at"] or 0)
    return _clock(hour, minutes, part, rest, words)


def _chinese(words: str, now: time) -> Clock:
    words = _SHORT_ZH.sub(lambda match: "天早上" if match[0] == "早" else "天晚上", words)
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
    minutes -= int(match["to"] or 0) + 15 * int(match["quarters_to"] or 0)
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
