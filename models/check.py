"""Check the corpus: every line parses, no phrasing stands twice, and none is an evaluation set's.

python -m models.check
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.phrasebook import FOLDER, LANGUAGES, malformed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SETS: Final = Path(__file__).parent / "evaluation"
WORDS: Final = 8
CHARACTERS: Final = 10
_SYNTAX: Final = re.compile(r"[\[\](){}|\t]")
_HAN: Final = re.compile("[\u3400-\u9fff]+")
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


def leaked(lang: str, folder: Path = FOLDER, sets: Path = SETS) -> Iterator[tuple[str, int, str]]:
    """Lines with words in a row that a turn of an evaluation set has, too: file, number, line."""
    known = frozenset(
        run
        for path in sorted(sets.glob(f"*-{lang}.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        for turn in _turns(line)
        for run in _runs(turn)
    )
    written = (folder / "taught" / lang).glob("*.jsonl")
    for path in (*sorted((folder / lang).rglob("*.txt")), *sorted(written)):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            pieces = [*_pieces(path, line)]
            if any(run in known for piece in pieces for run in _runs(piece)):
                yield (
                    str(path.relative_to(folder)), number,
                    f"of an evaluation set: {' | '.join(pieces)}",
                )  # fmt: skip


def _pieces(path: Path, line: str) -> Iterable[str]:
    """What people say in a line of the corpus."""
    if path.suffix == ".jsonl":
        return _turns(line)
    return [] if line.startswith("#") else _SYNTAX.split(line)


def _turns(line: str) -> Iterator[str]:
    """What people say in a case."""
    case = json.loads(line)
    yield case["text"]
    yield from (turn["text"] for turn in case.get("history", ()) if turn["role"] == "user")


def _runs(text: str) -> Iterator[str]:
    """Its runs of words, or of Han characters, that are too long to be common to two by chance."""
    words = _IDLE.sub(" ", text.casefold()).split()
    for at in range(len(words) - WORDS + 1):
        yield " ".join(words[at : at + WORDS])
    for match in _HAN.finditer("".join(words)):
        for at in range(len(match[0]) - CHARACTERS + 1):
            yield match[0][at : at + CHARACTERS]


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    wrong = 0
    for lang in LANGUAGES:
        for file, number, why in (*malformed(lang), *repeated(lang), *leaked(lang)):
            print(f"{file}:{number}: {why}")
            wrong += 1
    print(f"{wrong} lines are wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
