"""A claim called by the last word of its name: "the number" of a licence, `licence_number`.

Only words for what a paper says of anything, a number, a date, are read so, where one claim alone
ends in them, and where they are no part of a longer phrase.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_KINDS: Final = frozenset(
    ["address", "amount", "category", "class", "code", "date", "grade", "level", "mark", "name",
     "number", "score", "status", "title", "type"]
)  # fmt: skip
_NUMBERS: Final = frozenset(["number", "no", "num"])
_NUMBERS_ZH: Final = (
    "证号", "编号", "号码", "证件号", "证件号码", "证书号", "证书编号", "许可证号", "许可证编号",
    "执照号", "执业证号", "注册号", "登记号", "单号",
)  # fmt: skip
_DAYS: Final = frozenset(["date", "on"])
_DAYS_ZH: Final = (
    "日期", "发证日期", "签发日期", "颁发日期", "授予日期", "获得日期", "考试日期", "检查日期",
    "检验日期", "接种日期", "认证日期", "通过日期", "办理日期",
)  # fmt: skip
# Whose name a holder's own is: of "full_name" and "mother_name" it is the first.
_OWN: Final = frozenset(["full", "holder", "legal", "whole"])
_NAME: Final = "name"
_LISTED: Final = re.compile(
    r"(?:^|[,&+:]|\b(?:and|or|nor|plus|just|only|but|except|without|not"
    r"|(?:(?<!to )(?<!at )(?<!in )(?<!by )(?<!of )(?<!for )(?<!on )(?<!under )(?<!into )"
    r"(?:the|my|his|her|their|its))))[ ]?$",
    re.IGNORECASE,
)
_ENDED: Final = re.compile(
    r" ?(?:$|[,.;:!?&+]|(?:and|or|nor|plus|but|on|from|to|only|please|pls|alone|off|out|too|there"
    r"|nothing|not|no more|for|with|(?:is|are) (?:all|enough|fine|plenty)|will do"
    r"|suffices?|visible|showing|each)\b)",
    re.IGNORECASE,
)


def short_names(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Last word -> the only claim whose name ends in it, of claims and the words of their names."""
    ending: dict[str, list[str]] = {}
    for claim, words in names.items():
        if len(words) > 1 and words[-1] in _KINDS:
            ending.setdefault(words[-1], []).append(claim)
    for claim in ending.get(_NAME, ()):
        if names[claim][0] in _OWN:
            ending[_NAME] = [claim]
    return {word: claims[0] for word, claims in ending.items() if len(claims) == 1}


def short_names_zh(names: Mapping[str, Sequence[str]]) -> Iterator[tuple[tuple[str, ...], str]]:
    """What the only number and the only day of a paper may be called, as words, with the claim."""
    for kinds, phrases in ((_NUMBERS, _NUMBERS_ZH), (_DAYS, _DAYS_ZH)):
        ending = [claim for claim, words in names.items() if words and words[-1] in kinds]
        if len(ending) == 1:
            yield from ((tuple(phrase), ending[0]) for phrase in phrases)


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a word is a whole phrase of its own, with an article or in a list."""
    return bool(_LISTED.search(text[:start]) and _ENDED.match(text, end))
