"""Amounts of ether as people say them: "0.5", "half an ether", "一个半", "零点零五个以太"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from agent.words import read

_HAN_DIGITS: Final = {**{c: n for n, c in enumerate("零一二三四五六七八九")},
                      "〇": 0, "两": 2}  # fmt: skip
_HAN_UNITS: Final = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
_UNITS: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: Final = {
    **{word: Decimal(value) for value, word in enumerate(_UNITS)},
    **{word: Decimal(10 * value) for value, word in enumerate(_TENS, start=2)},
    "a": Decimal(1), "an": Decimal(1), "half": Decimal("0.5"), "quarter": Decimal("0.25"),
    "tenth": Decimal("0.1"), "hundredth": Decimal("0.01"), "couple": Decimal(2),
    "nought": Decimal(0), "oh": Decimal(0),
}  # fmt: skip
_SEVERAL: Final = re.compile(r" (?:[a-z][\w\-]* )?(?P<thing>[a-z][a-z\-]+s)\b")
_PARTS: Final = frozenset(["half", "quarter", "tenth", "hundredth", "couple"])
_MANY: Final = {"hundred": Decimal(100), "thousand": Decimal(1_000)}
# Words for ether, and what may stand between it and the number.
_NAMED: Final = r"(?<![a-z])eth(?:er(?:eum)?s?|s)?(?![a-z])|Ξ|[以乙]太[币坊]?"
_ETHER: Final = re.compile(rf"{_NAMED}|[个枚颗]", re.IGNORECASE)
_ETHER_NEXT: Final = re.compile(rf" ?(?:of (?:an? )?)?[个枚颗]?(?:{_NAMED})", re.IGNORECASE)
_MEASURES: Final = frozenset("个枚颗")
_FOREIGN: Final = re.compile(
    r"[$€£¥₽₹]|\b(?:usd[ct]?|dollars?|bucks?|eur(?:os?)?|gbp|pounds?|quid|chf|francs?|jpy|yen|rmb|cny|"
    r"yuan|btc|bitcoins?|sol|dai|gwei|wei|cents?|rupees?|roubles?|rubles?|nairas?|cedis?|shillings?"
    r"|rands?|pesos?|ringgits?|baht|dirhams?|riyals?|liras?|kron(?:e|er|or)|zlotys?|reais|sgd|hkd"
    r"|aud|cad|nzd|inr|aed|zar|fivers?|tenners?|grand)\b"
    r"|[元块刀镑]|(?<=[\d十百千万])欧|美[元金]|欧元|人民币|比特币|日元|港币",
    re.IGNORECASE,
)
_FOREIGN_BEFORE: Final = re.compile(r"(?:[$€£¥₽₹]|\b(?:usd|eur|gbp|chf|rmb|inr)) ?$", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+(?:[.,]\d+)*|[.,]\d+")


def amount_of(words: str) -> str | None:
    """A decimal without exponent, as text; None where the words are no amount of ether."""
    words = read(words)
    if _FOREIGN.search(words):
        return None
    plain = _ETHER.sub(" ", words).strip(" ,、。").rstrip(".")
    plain = re.sub(r"(?<=\d) of(?: an?)?$", "", plain)
    value = _digits(plain)
    if value is None:
        value = _han(plain) if any(c > "\u2e7f" for c in plain) else _english(plain.casefold())
    return None if value is None or value <= 0 else f"{value.normalize():f}"


def with_point(text: str, line: str) -> str:
    """The words of an amount from end to end: ".15" or "0,15" of "15", "25,000" of "25"."""
    if not text[:1].isdigit():
        return text
    own, plain = re.escape(text), read(line)
    if grouped := re.search(rf"(?<![\w.,]){own}(?:,\d{{3}})+(?!\d)", plain):
        return grouped[0]
    begun = re.search(rf"(?<![\w.,])(?P<start>\d+,|[.]){own}(?!\w)", plain)
    is_whole = re.search(rf"(?<![\w.,]){own}(?!\w)", plain)
    return begun["start"] + text if begun and not is_whole else text


def names_ether(words: str) -> bool:
    """Whether the words name the currency."""
    return any(match[0] not in _MEASURES for match in _ETHER.finditer(read(words)))


def counts_another(words: str, line: str, known: frozenset[str]) -> bool:
    """Whether an amount is a number of something else: "two hundred bamboo poles", "$1,840".

    `known` are folded words that may follow an amount, though they look like several of a thing.
    """
    before, found, after = line.partition(words)
    amount = amount_of(words)
    if not found or amount is None or is_in_ether(words, line):
        return False
    rest = words[-1:] + read(after)  # 一百欧 and no 欧阳
    if _FOREIGN_BEFORE.search(read(before)) or _FOREIGN.match(rest, 1 + rest[1:2].isspace()):
        return True
    if "." in amount:
        return False
    match = _SEVERAL.match(read(after))
    return match is not None and match["thing"].casefold() not in known


def is_in_ether(words: str, line: str) -> bool:
    """Whether an amount's own words name ether, "0.3ETH", or the next word of its line does."""
    _, found, after = line.partition(words)
    return names_ether(words) or bool(found and _ETHER_NEXT.match(read(after)))


def _digits(text: str) -> Decimal | None:
    """A number in digits and nothing else but one Han unit; a comma groups thousands, or points."""
    match = _DIGITS.fullmatch(text.rstrip("万千百 "))
    if match is None:
        return None
    number = match[0]
    if "." in number or re.fullmatch(r"\d{1,3}(?:,\d{3})+", number):
        number = number.replace(",", "")
    number = number.replace(",", ".")
    if number.count(".") > 1:
        return None
    value = Decimal(number)
    for unit in text[len(match[0]) :].strip():
        value *= _HAN_UNITS[unit]
    return value


def _han(text: str) -> Decimal | None:
    """零点五, 半, 一个半 (its 个 is gone), 十二点五, 两百."""
    text = text.replace(" ", "")
    if text == "半":
        return Decimal("0.5")
    half = Decimal("0.5") if text.endswith("半") else Decimal(0)
    whole, point, rest = text.removesuffix("半").partition("点")
    value = _digits(whole) if whole.isascii() else _han_whole(whole)
    if value is None or (point and not rest):
        return None
    if point:
        digits = [c if c.isdecimal() else str(_HAN_DIGITS.get(c, "")) for c in rest]
        if not all(digits):
            return None
        value += Decimal("0." + "".join(digits))
    return value + half


def _han_whole(text: str) -> Decimal | None:
    total, below, digit, tenth = 0, 0, 0, 1
    for place, character in enumerate(text):
        if character in _HAN_DIGITS:
            if digit:  # 三五 is some, and no number
                return None
            digit = _HAN_DIGITS[character]
            tenth = tenth if digit else 1
        elif character in _HAN_UNITS:
            unit = _HAN_UNITS[character]
            tenth = unit // 10
            if unit == 10_000:
                total, below, digit = (total + below + digit) * unit, 0, 0
            else:
                below += (digit or (place == 0)) * unit
                digit = 0
        else:
            return None
    return Decimal(total + below + digit * tenth) if text else None  # 两千五 is 2,500


def _english(text: str) -> Decimal | None:
    """As in "half a", "one and a half", "zero point two five", "three quarters of an"."""
    text = re.sub(r"\b(?:of an?|of|and)$", "", text.replace("-", " ").strip()).strip()
    text = re.sub(r"^(half|quarter) an?$", r"\1", text)
    text = re.sub(r"^(?:a|one) (half|quarter|tenth|hundredth|couple)\b", r"\1", text)
    whole, point, rest = re.sub(r"^point\b", "zero point", text).partition(" point ")
    if point:
        value = _sum(whole)
        digits = [_WORDS.get(word) for word in rest.split()]
        if value is None or not digits or any(d is None or d % 1 for d in digits):
            return None
        return value + Decimal("0." + "".join(str(d) for d in digits))
    count, _, parts = text.partition(" ")
    if parts in {"quarters", "tenths", "hundredths"} and count in _WORDS and _WORDS[count] > 1:
        return _WORDS[count] * _WORDS[parts.removesuffix("s")]
    if text == "three quarter":
        return Decimal("0.75")
    whole, also, part = text.partition(" and ")
    if also and re.fullmatch(r"(?:a )?(?:half|quarter)", part):
        value = _digits(whole) or _sum(whole)
        return None if value is None else value + _WORDS[part.removeprefix("a ")]
    return _sum(text)


def _sum(text: str) -> Decimal | None:
    total = Decimal(0)
    words = [word for word in text.split() if word != "and"]
    for word in words:
        if word in _MANY:
            total = (total or 1) * _MANY[word]
        elif word in _WORDS and (len(words) == 1 or word not in _PARTS):
            total += _WORDS[word]
        else:
            return None  # "two and a half and": a part is added where it is the last alone
    return total if words else None
