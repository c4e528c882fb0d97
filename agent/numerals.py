"""Numbers in words as digits, in English and Chinese: 三个月后 is 3个月后, "third" is "3rd"."""

from __future__ import annotations

import re
from typing import Final

_ONES: Final = {
    word: value
    for value, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
         "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
         "nineteen"],
        start=1,
    )
}  # fmt: skip
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_ORDINALS: Final = {
    word: value
    for value, word in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
         "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
         "seventeenth", "eighteenth", "nineteenth", "twentieth"],
        start=1,
    )
} | {"thirtieth": 30}  # fmt: skip
_SETS: Final = {"couple": 2, "few": 3, "dozen": 12}
_ONE: Final = "|".join(sorted(_ONES, key=len, reverse=True))
_TEN: Final = "|".join(_TENS)
_BELOW: Final = rf"(?:(?:{_TEN})(?:[ -](?:{_ONE}))?|(?:{_ONE}))"
_CARDINAL: Final = re.compile(
    rf"\b(?:(?P<hundreds>an?|{_ONE}) hundred(?:(?: and)? (?P<rest>{_BELOW}))?"
    rf"|(?P<below>{_BELOW}))\b",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(
    rf"(?<!\ba )\b(?:(?P<tens>twenty|thirty)[ -])?(?P<one>{'|'.join(_ORDINALS)})\b(?! thing)",
    re.IGNORECASE,
)
_SET: Final = re.compile(r"\b(?:an? )?(?P<set>couple|few|dozen)(?: of)?(?= )", re.IGNORECASE)
_HAN: Final = re.compile(r"(?:(?!一大?早)[零〇一二两三四五六七八九十百廿])+")
_HAN_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_FUSED: Final = re.compile(r"[俩仨](?=[小时钟天日周星礼月年])")
"""两个 and 三个 in one character."""
_ABOUT: Final = re.compile("[一二两三四五六七八九]{2,3}")
"""两三 is two or three, and no number."""
_NO_NUMBER: Final = ("周", "星期", "礼拜", "统", "唯")
"""What makes the character after it a weekday's, or no number at all."""


def plain_digits(words: str) -> str:
    """The words, in simplified characters, with every number in digits but a weekday's."""
    words = _SET.sub(lambda match: str(_SETS[match["set"].lower()]), words)
    words = _ORDINAL.sub(_ordinal, words)
    words = _CARDINAL.sub(_cardinal, words)
    words = _FUSED.sub(lambda match: "2个" if match[0] == "俩" else "3个", words)

    def digits(match: re.Match[str]) -> str:
        is_none = words[: match.start()].endswith(_NO_NUMBER) and match[0][0] != "零"
        return match[0] if is_none or _ABOUT.fullmatch(match[0]) else _han_value(match[0])

    return _HAN.sub(digits, words)


def _cardinal(match: re.Match[str]) -> str:
    if match["below"]:
        return str(_below(match["below"]))
    hundreds = _ONES.get(match["hundreds"].lower(), 1)
    return str(100 * hundreds + (_below(match["rest"]) if match["rest"] else 0))


def _below(words: str) -> int:
    return sum(_TENS.get(word) or _ONES[word] for word in re.split("[ -]", words.lower()))


def _ordinal(match: re.Match[str]) -> str:
    value = _ORDINALS[match["one"].lower()] + _TENS.get((match["tens"] or "").lower(), 0)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if 10 < value < 14 else value % 10, "th")
    return f"{value}{ending}"


def _han_value(text: str) -> str:
    if all(c in _HAN_DIGITS for c in text):  # 二〇二七
        return "".join(str(_HAN_DIGITS[c]) for c in text)
    total, digit = 0, 0
    for character in text.replace("廿", "二十"):
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _HAN_DIGITS[character]
    return str(total + digit)
