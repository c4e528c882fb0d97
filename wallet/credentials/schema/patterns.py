"""How much work a regular expression may make, told before it is compiled.

The engine is linear: a text of n characters takes time proportional to n and to the size of the
compiled expression, and that is what counted repetitions make large. Ones that call for going back,
such as look-around, are not taken at all (RFC 9485, I-Regexp, leaves them out for the same reason).
"""

from __future__ import annotations

import re
from typing import Final

LARGEST: Final = 100_000
"""The weight of all patterns of one schema: compiling them takes about a second at the most."""

_REPEATED: Final = re.compile(r"(\)?)\{(\d{1,6})(?:,(\d{0,6}))?\}")
_WIDE: Final = 100  # \p{L} has hundreds of ranges
_NARROW: Final = 10


def weight(pattern: str) -> int:
    """About how many states the compiled expression has, and never many fewer."""
    width = _WIDE if "\\p" in pattern.lower() else _NARROW
    states, groups = len(pattern), 1
    for after_group, least, most in _REPEATED.findall(pattern):
        times = max(int(least), int(most or 0))
        if after_group:
            groups *= max(times, 1)
        else:
            states += times * width
        if groups * states > LARGEST:
            return LARGEST + 1
    return groups * states
