"""The hand-written corpus, read from `corpus/<lang>/` and split into training and held-out lines.

Which half a line belongs to depends on the line alone, so adding lines moves none; a phrasing
that is held out is never trained on. A whole author's folder can be left out of training as well,
and is then what is held out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from models.phrasing import MalformedTemplate, Sequence, parse, slots

if TYPE_CHECKING:
    from collections.abc import Iterator

Split = Literal["train", "held-out"]

FOLDER: Final = Path(__file__).parent / "corpus"
LANGUAGES: Final = ("en", "zh")
HELD_OUT_IN: Final = 20  # one line in so many
FAVOURED: Final = 10  # times that a favoured author's line is drawn as often as another's
# Lines that follow their template in `fill.txt`, `correct.txt` and `multi.txt` are cut here.
_COLUMN: Final = " | "
# Word lists that stay whole: claim names and types are vocabulary, not things to be copied.
_WHOLE: Final = frozenset(
    {"types", "claims_words", "surnames", "given", "times", "claims", "refer", "whens", "abouts",
     "events", "places", "services", "currencies", "cancel"}
)  # fmt: skip

# Word lists that are looked things up in.
_TABLES: Final = frozenset({"types", "claims_words"})
# Word lists in which a line is a thing to be copied; all other files hold phrasings.
_LISTS: Final = frozenset(
    {"names", "orgs", "labels", "topics", "queries", "values", "any", "paths", "products"}
)


@dataclass(frozen=True, slots=True)
class Template:
    """One line: what it is about (an action, parameters), and how it is said."""

    keys: tuple[str, ...]
    tree: Sequence
    slots: frozenset[str]


@dataclass(frozen=True, slots=True)
class Authors:
    """How authors, by their folders, are treated otherwise than the rest.

    Attributes:
        left_out: whose phrasings are not trained on, and measured instead.
        favoured: whose lines are trained on more often.
    """

    left_out: str = ""
    favoured: str = ""


EVERYBODY: Final = Authors()


@dataclass(frozen=True)
class Corpus:
    """One language's files, one half of their lines."""

    lang: str
    split: Split
    folder: Path = FOLDER
    authors: Authors = EVERYBODY
    _templates: dict[str, tuple[Template, ...]] = field(default_factory=dict)
    _words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _lists: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    def templates(self, name: str) -> tuple[Template, ...]:
        """The templates of `<name>.txt`; a malformed line is left out."""
        if name not in self._templates:
            self._templates[name] = tuple(self._read_templates(name))
        return self._templates[name]

    def rows(self, name: str) -> tuple[tuple[str, ...], ...]:
        """The rows of a word list, by tab-separated column."""
        if name not in self._lists:
            rows = tuple(tuple(filter(None, line.split("\t"))) for line in self._lines(name))
            rows = tuple(filter(None, rows))
            self._lists[name] = _by_head(rows) if name in _TABLES else rows
        return self._lists[name]

    def rows_by_name(self, name: str) -> dict[str, tuple[str, ...]]:
        """A word list as a mapping of its first column to the others."""
        return {row[0]: row[1:] or row[:1] for row in self.rows(name)}

    def words(self, name: str) -> tuple[str, ...]:
        """The first column of a word list."""
        if name not in self._words:
            self._words[name] = tuple(row[0] for row in self.rows(name))
        return self._words[name]

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """Names of files that hold templates of a single action."""
        return tuple(sorted({path.stem for path in (self.folder / self.lang).rglob("*_*.txt")}))

    def _read_templates(self, name: str) -> Iterator[Template]:
        for line in self._lines(name):
            *keys, template = (
                line.split(_COLUMN) if name in {"fill", "correct", "multi"} else [line]
            )
            try:
                tree = parse(template)
            except MalformedTemplate:
                continue
            yield Template(tuple(key.strip() for key in keys), tree, slots(tree))

    def _lines(self, name: str) -> Iterator[str]:
        """The lines of every file of that name: each author writes in a folder of their own."""
        for path in sorted((self.folder / self.lang).rglob(f"{name}.txt")):
            author = path.parent.name
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.strip() and not line.startswith("#") and self._is_ours(name, author, line):
                    yield from repeat(line.strip(), self._times(name, author))

    def _times(self, name: str, author: str) -> int:
        """How often a line stands among those that are drawn from."""
        favoured = self.split == "train" and author == self.authors.favoured
        return FAVOURED if favoured and name not in _TABLES else 1

    def _is_ours(self, name: str, author: str, line: str) -> bool:
        if name in _WHOLE:
            return True
        left_out = self.authors.left_out
        if left_out and name not in _LISTS:
            return (author == left_out) == (self.split == "held-out")
        held_out = hashlib.sha256(line.strip().encode()).digest()[0] % HELD_OUT_IN == 0
        return held_out == (self.split == "held-out")


def _by_head(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Rows of one head joined, whoever wrote them."""
    joined: dict[str, list[str]] = {}
    for head, *rest in rows:
        joined.setdefault(head, []).extend(rest)
    return tuple((head, *dict.fromkeys(rest)) for head, rest in joined.items())


def malformed(lang: str, folder: Path = FOLDER) -> Iterator[tuple[str, int, str]]:
    """Lines that do not parse: file, line number, why."""
    for path in sorted((folder / lang).rglob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            try:
                parse(line.rsplit(_COLUMN, 1)[-1])
            except MalformedTemplate as error:
                yield path.name, number, str(error)
