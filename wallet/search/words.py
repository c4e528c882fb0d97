"""Words as they are compared: what a query asks for, and what stands for it in a description."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_WORDS: Final = 8
_SAID_OF_ALL: Final = frozenset(
    {"credential", "credentials", "verifiable", "verifiablecredential", "凭证"}
)
_IN_FORCE: Final = "in force"
ROLES: Final = ("held", "issued")
_ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {"持有": "held", "持有的": "held", "签发": "issued", "签发的": "issued"}
)
_STATES: Final[Mapping[str, bool]] = MappingProxyType(
    {
        "expired": True,
        "过期": True,
        "过期的": True,
        "已过期": True,
        _IN_FORCE: False,
        "有效": False,
        "有效的": False,
        "未过期": False,
    }
)


def normal(text: str) -> str:
    """A text as it is compared: NFKC, and without upper and lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, the longest first, which is likely the rarest; the first few count.

    What is so of every credential, such as that it is one, tells nothing and is left out. "In
    force" counts as one word.
    """
    said = normal(query).split()[:_MAX_WORDS]
    at = 0
    while at + 1 < len(said):
        if " ".join(said[at : at + 2]) == _IN_FORCE:
            said[at : at + 2] = [_IN_FORCE]
        at += 1
    words = dict.fromkeys(word for word in said if word not in _SAID_OF_ALL)
    return tuple(sorted(words, key=len, reverse=True))


def role_meant(word: str) -> str | None:
    """The role that a word of a query means in Chinese; in English it is the word itself."""
    return _ROLES.get(word)


def state_meant(word: str) -> bool | None:
    """The state that a word of a query means: whether it has expired, if it says that at all."""
    return _STATES.get(word)
