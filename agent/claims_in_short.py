"""A claim called by the last word of its name: "the number" of a licence, `licence_number`.

Only words for what a paper says of anything, a number, a date, are read so, where one claim alone
ends in them, and where they are no part of a longer phrase.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KINDS: Final = frozenset(
    ["address", "amount", "category", "class", "code", "date", "grade", "level", "mark", "name",
     "number", "score", "status", "title", "type"]
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


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a word is a whole phrase of its own, with an article or in a list."""
    return bool(_LISTED.search(text[:start]) and _ENDED.match(text, end))
