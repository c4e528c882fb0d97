"""What the letters that were typed fit, where they may lie apart: the best first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from textual.fuzzy import FuzzySearch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")
_FUZZY: Final = FuzzySearch()


def fitting(wanted: str, candidates: Iterable[T], searched: Callable[[T], str]) -> list[T]:
    """Those in whose text the letters occur in that order; alike ones stay in their order."""
    plain = wanted.casefold()
    near = [one for one in candidates if _in_order(plain, searched(one).casefold())]
    scored = [(_FUZZY.match(wanted, searched(one))[0], one) for one in near]
    found = sorted((one for one in scored if one[0] > 0), key=lambda one: -one[0])
    return [one for _, one in found]


def _in_order(letters: str, text: str) -> bool:
    """Cheap, where weighing up how well it fits is not."""
    rest = iter(text)
    return all(letter in rest for letter in letters)
