"""Claims in a list of which the model took some, and left others out.

"…, role cook, berth 4, valid until May": what stands between two marks is a claim where it begins
with a name that claims have, or goes on with figures, and says neither a time nor what to do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent.claim_words import is_claim
from agent.phrases import ENDS
from agent.times import time_of
from agent.widening import places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

_PART: Final = re.compile(
    r"(?:(?<=, )|(?<=; )|(?<= and )|(?<= with )|(?<=: ))(?!and )"
    r"(?P<words>[^\W\d_][^,;:.!?]*?)(?=,|;| and |[.!?](?:\s|$)|$)"
)
_END: Final = re.compile(r"[.!?](?=\s|$)")
_LONGEST: Final = 5  # words of a claim and its value
_LONGEST_NAME: Final = 3
# Words that begin another request, or say when the credential ends.
_NO_NAME: Final = frozenset(
    ["add", "anchor", "ask", "back", "call", "check", "create", "delete", "expires", "exp", "find",
     "give", "good", "import", "issue", "list", "lock", "make", "next", "no", "pay", "present",
     "publish", "request", "revoke", "rotate", "search", "send", "share", "show", "sign", "tell",
     "then", "trace", "until", "valid", "verify", "expiring", "expiry", "till", "through", "ends",
     "of", "as", "well", "by"]
)  # fmt: skip
_CUE: Final = re.compile(
    r"\b(?:valid(?:ity)?|good|expir(?:es|ing|y)|until|till|through|ends|ending)"
    r"(?: (?:for|until|till|through|to|on|up to|at|is|date))* (?P<words>[^,.;!?]+)",
    re.IGNORECASE,
)


def claims_left_out(
    pairs: Sequence[tuple[str, str]], line: str, others: Iterable[str], now: datetime
) -> Iterator[tuple[str, str]]:
    """Claims of the list that some of the pairs stand in.

    `others` are words that something else was made of.
    """
    values = [place for _, value in pairs for place in places(value, line)]
    if not values:
        return
    taken = [*values, *(place for other in others for place in places(other, line))]
    first = min(start for start, _ in values)
    end = _END.search(line, max(last for _, last in values))
    for part in _PART.finditer(line, first, end.start() if end else len(line)):
        start, last = part.span("words")
        if any(before < last and start < after for before, after in taken):
            continue
        claim = _claim(part["words"])
        if claim is not None and (
            time_of(part["words"], now, by_rule=True) is None or _is_score(claim)
        ):
            yield claim


def _claim(part: str) -> tuple[str, str] | None:
    """A name and a value that stand in a row."""
    words = part.split()
    if not 1 < len(words) <= _LONGEST or not (ENDS | _NO_NAME).isdisjoint(
        word.casefold() for word in words
    ):
        return None
    for count in range(min(_LONGEST_NAME, len(words) - 1), 0, -1):
        if is_claim(" ".join(words[:count])):
            return " ".join(words[:count]), " ".join(words[count:])
    figures = next((at for at, word in enumerate(words) if any(map(str.isdigit, word))), 0)
    if 0 < figures <= _LONGEST_NAME - 1:
        return " ".join(words[:figures]), " ".join(words[figures:])
    return None


def _is_score(claim: tuple[str, str]) -> bool:
    """Whether a claim is a time that somebody needed: "time 2:41"."""
    name, value = claim
    return is_claim(name) and bool(re.fullmatch(r"\d+:\d\d(?:[.:]\d+)?", value))


def end_said(line: str, reads: Callable[[str], object]) -> str | None:
    """When a credential ends, where the line says so in as many words: "valid for 2 years"."""
    for match in _CUE.finditer(line):
        words = match["words"].split(" ")
        runs = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        if found := next(filter(reads, runs), None):
            return found
    return None
