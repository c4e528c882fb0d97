"""Names that a person takes for one another, or that mix scripts: Unicode TS 39, sections 4 and 5.

The tables hold the letters of other scripts that look like Latin ones in most typefaces, which is
what forgers use; Unicode's own has thousands that no name is made of.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from re import Pattern

_UNSEEN: Final = frozenset({"Mn", "Me", "Cf", "Cc", "Co", "Cn", "Cs", "Zs", "Zl", "Zp"})
_TURNING: Final = frozenset("\u202d\u202e\u2066\u2067\u2068\u200f\u061c")
_CAPITALS: Final = str.maketrans(
    "АВЕЗІЈКМНОРСТУХЅԌԚԜѴ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" "ՕՍԼՏ",
    "abe3ijkmhopctyxsgqwv" "abezhikmnoptyx" "ould",
)  # fmt: skip
_SMALL: Final = str.maketrans(
    "авгезіјкмнопрстухѕһԁԛԝԍѵьүӏԏ" "αβγεζηικνορτυχϲϳωσ" "օսհոցզլյ" "ıɑɡ",
    "abre3ijkmhonpctyxshdqwgvbylt" "abyeznikvoptuxcjwo" "ouhngqlj" "iag",
)  # fmt: skip
_ALIKE: Final = str.maketrans("0i1|!", "ollll")
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))


@lru_cache(maxsize=4_096)
def skeleton(name: str) -> str:
    """What names that look alike have in common: no case, accents, spaces, nothing unseen."""
    plain = unicodedata.normalize("NFKD", name).translate(_CAPITALS).casefold()
    seen = "".join(letter for letter in plain if unicodedata.category(letter) not in _UNSEEN)
    folded = seen.translate(_SMALL).translate(_ALIKE)
    for pair, letter in _PAIRS:
        folded = folded.replace(pair, letter)
    return folded


def looks_like(name: str, other: str) -> bool:
    """Whether two different names could be taken for one another."""
    first, second = skeleton(name), skeleton(other)
    if name == other or not first:
        return False
    # A name that is turned around by a mark in it reads as the other does.
    turned = not _TURNING.isdisjoint(name + other) and first == second[::-1]
    return first == second or turned


def mixes_scripts(name: str) -> bool:
    """Whether a name has letters of scripts that nobody writes together, or of rare ones.

    Unicode TS 39, 5.2, "Highly Restrictive": one script of those in use today (UAX 31, table 5), or
    Latin with Chinese, Japanese or Korean.
    """
    plain = unicodedata.normalize("NFKC", name)
    if plain.isascii():
        return False
    return not any(pattern.fullmatch(plain) for pattern in _together())


_TOGETHER: Final = ("Latn Hani Hira Kana", "Latn Hani Bopo", "Latn Hani Hang")
_ALONE: Final = (
    "Cyrl Grek Arab Armn Beng Deva Ethi Geor Gujr Guru Hebr Knda Khmr Laoo Mlym Mymr Orya Sinh "
    "Taml Telu Thaa Thai Tibt"
)


@cache
def _together() -> tuple[Pattern[str], ...]:
    """What matches names all of whose letters may stand together."""
    # Deferred: most names have no letter that is not ASCII.
    import regex  # noqa: PLC0415 - `re` knows no scripts

    def all_of(scripts: str) -> Pattern[str]:
        known = (*scripts.split(), "Zyyy", "Zinh")  # and what every script uses
        members = "".join(rf"\p{{scx={one}}}" for one in known)
        pattern: Pattern[str] = regex.compile(f"[{members}]*")
        return pattern

    return tuple(map(all_of, (*_TOGETHER, *_ALONE.split())))


def double_of(name: str, names: Iterable[str]) -> str | None:
    """Another of the names, which this one could be taken for."""
    return next((other for other in names if looks_like(name, other)), None)
