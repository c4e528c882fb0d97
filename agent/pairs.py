"""Names and values of claims, as the words of a message put them together.

The model chooses which words are a claim's name and which its value, and mixes them up where
several stand in a row: they are set right by what stands beside what.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COMMA: Final = re.compile(r"(?:, |[，；;] ?)(?=\D)")
_CLAIM: Final = re.compile(r"(?P<name>[^\W\d][^:：]*?)(?: is |[:：] ?| )(?P<value>\S+)")
_MARKS: Final = re.compile(r"(?<!\d)[,.]|[,.](?!\d)|[:：，；;。!?！？]|\band\b")
_NAME_BEFORE: Final = re.compile(
    r" ?(?:with |his |her |their |the )?(?P<name>[^\W\d_](?:[\w\-]| (?!is\b)){0,24}?)"
    r"(?: is|=|写|寫|填|是|为|為)? ?"
)
_SHOULD_BE: Final = (
    r"(?: should(?: be| read)?| is| must be| to be|[:：=]) (?P<value>[^,.;]+?)(?=[,.;]|$)"
)
_ARTICLE: Final = re.compile(r"^(?:the|an?|my|your|his|her|their|its|our) (?=.)", re.IGNORECASE)


def parted(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Claims one by one: "3B, deposit 900" of a flat is two, and "bay 14" of a bay is 14."""
    for name, value in pairs:
        first, *more = _COMMA.split(value)
        claims = [match for piece in more if (match := _CLAIM.fullmatch(piece))]
        own = first if len(claims) == len(more) else value  # "Smith, John" is one
        stem, _, rest = own.partition(" ")
        yield name, rest if rest and stem.casefold() == name.casefold() else own
        if own is first:
            yield from ((claim["name"], claim["value"]) for claim in claims)


def restated(pairs: Iterable[tuple[str, str]], line: str) -> Iterator[tuple[str, str]]:
    """Claims as the line says them, where the model mixed up which words are whose.

    A value has the name that stands right before it between two marks, and a name the value that
    stands right behind it; a name that is told to be something else has that value.
    """
    parts = _MARKS.split(line)
    said = [*pairs]
    for name, value in said:
        first, _, rest = value.partition(" ")
        told = re.search(rf"\b{re.escape(name)}{_SHOULD_BE}", line, re.IGNORECASE)
        part = next((part for part in parts if part.rstrip().endswith(value)), "")
        before = _NAME_BEFORE.fullmatch(part.rstrip().removesuffix(value))
        behind = re.compile(rf"[\w ]*?\b{re.escape(name)} (?P<value>\S+) ?")
        own = next(filter(None, map(behind.fullmatch, parts)), None)
        is_others = any(other in value and other != value for _, other in said)
        if rest and name == value:
            yield first, rest
        elif is_others and own:
            yield name, own["value"]
        elif told and value not in line:
            yield name, told["value"]
        elif before and _is_cut_short(name, before["name"]):
            yield before["name"], value
        elif before and name not in part and line.count(value) == 1:
            if own:
                yield name, own["value"]
            yield before["name"], value
        else:
            yield name, value


def _is_cut_short(name: str, whole: str) -> bool:
    """Whether one or two characters were cut off a Chinese name's beginning."""
    return whole.endswith(name) and 0 < len(whole) - len(name) < 3 and name[:1] > "\u2e7f"


def tidied(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Claims without an article before the name, and without the next sentence after the value."""
    for name, value in pairs:
        yield without_article(name), re.split(r"[.;!?](?: |$)", value, maxsplit=1)[0] or value


def without_article(text: str) -> str:
    """A phrase without the article or possessive before it."""
    return _ARTICLE.sub("", text) or text
