"""What people call claims, out of `claim_words.txt`: a claim's own name, and other words for it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.candidates import folded
from agent.words import UNIT, read

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS: Final = Path(__file__).with_name("claim_words.txt")
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\da-zA-Z_]+")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]{2,6}")
_MORE_LAST_WORDS: Final = frozenset(["history", "rating", "record", "sum", "total"])


def parts_of(claim: str) -> list[str]:
    """The words of a claim's name: `birth_date`, `birthDate`."""
    return [part.casefold() for part in _PARTS.findall(claim)]


@lru_cache(maxsize=4_096)
def plain_word(word: str) -> str:
    """A word as claims' names and messages are compared."""
    own = folded(word)
    return own.han or own.squeezed


@lru_cache(maxsize=1_024)
def phrases_for(claim: str) -> tuple[tuple[str, ...], ...]:
    """What a claim is called, each as words: by its own name, and by what people say."""
    own = " ".join(parts_of(claim))
    return tuple(
        words
        for phrase in (own, *_spoken().get(own, ()), *_of_days(own))
        if (words := tuple(plain_word(unit[0]) for unit in UNIT.finditer(read(phrase))))
    )


def _of_days(own: str) -> Iterator[str]:
    """What the day of something is called, by its name alone: `issued_on`, `graduation_date`."""
    rest, _, last = own.rpartition(" ")
    if rest and last == "on":
        yield from (f"{rest} date", f"date {rest}", f"when it was {rest}", f"date it was {rest}")
        yield f"the day it was {rest}"
        yield f"{rest.removesuffix('ed')} date"
    elif rest and last == "date":
        yield f"date of {rest}"


def is_claims_last_word(words: str) -> bool:
    """Whether words end as the names of claims do that have several: "number", "record"."""
    return words.rsplit(maxsplit=1)[-1].casefold() in _last_words()


def is_claim(words: str) -> bool:
    """Whether words are the name of a claim that is known here."""
    return words.casefold() in _spoken()


@lru_cache(maxsize=1)
def chinese_names() -> tuple[str, ...]:
    """What claims are called in Chinese, the longest first."""
    found = {phrase for phrases in _spoken().values() for phrase in phrases}
    return tuple(sorted(filter(_CHINESE.fullmatch, found), key=len, reverse=True))


@lru_cache(maxsize=1)
def _last_words() -> frozenset[str]:
    names = [name.split() for name in _spoken() if " " in name]
    return frozenset(name[-1] for name in names) | _MORE_LAST_WORDS


@lru_cache(maxsize=1)
def _spoken() -> dict[str, tuple[str, ...]]:
    """The words of a claim's name -> what else people call it."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    rows = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {name: tuple(rest.split(", ")) for name, _, rest in rows}
