"""Check the corpus: every line parses, and no phrasing stands twice.

python -m models.check
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from models.phrasebook import FOLDER, LANGUAGES, malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a phrasing is compared without: case, spaces and points.
_IDLE: Final = re.compile(r"[\s.,!?;:，。！？；：、]+")
# Word lists may say a word twice, under two heads.
_LISTS: Final = frozenset({"claims_words", "types", "values", "claims", "refer"})


def repeated(lang: str) -> Iterator[tuple[str, int, str]]:
    """Lines that an earlier line of a file of that name has already: file, number, line."""
    seen: dict[tuple[str, str], str] = {}
    for path in sorted((FOLDER / lang).rglob("*.txt")):
        if path.stem in _LISTS:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            folded = _IDLE.sub("", line.casefold())
            if not folded or line.startswith("#"):
                continue
            if (path.stem, folded) in seen:
                yield str(path.relative_to(FOLDER)), number, line
            seen[path.stem, folded] = line


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    wrong = 0
    for lang in LANGUAGES:
        for file, number, why in (*malformed(lang), *repeated(lang)):
            print(f"{file}:{number}: {why}")
            wrong += 1
    print(f"{wrong} lines are wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
