"""A message as the planner reads it: its words, and the literals in it that no model should spell.

DIDs, addresses, links and file names are replaced by one private-use character each before the
model sees the message, and put back afterwards, so that an identifier can never be misspelt. All
other text that a plan may quote is a run of the message's own words (`Units`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Two ranges, so that the model can tell a DID from a place where a file may be.
DID_MARKS: Final = tuple(map(chr, range(0xE000, 0xE008)))
PLACE_MARKS: Final = tuple(map(chr, range(0xE008, 0xE010)))
_PRIVATE_USE: Final = re.compile("[\ue000-\uf8ff]")

_DID: Final = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%\-]*[A-Za-z0-9_\-]")
_PLACE: Final = re.compile(
    # a link
    r"""(?:[a-z][a-z0-9+.\-]{1,31}://[^\s"'<>，。；、）)]+[^\s"'<>，。；、）).,;:!?！？])"""
    # a path in any script that ends in a file's extension, and one in ASCII
    r"""|(?:(?:~|\.{1,2}|[A-Za-z]:)?[/\\][^\s"'<>，。；、]*?\.(?:json|jsonld|jwt|vc|vp|txt|pdf)\b)"""
    r"""|(?:(?:~|\.{1,2}|[A-Za-z]:)?[/\\](?:[\w.\-]+[/\\])*[\w\-]+(?:\.[\w]+)*)"""
    r"""|(?:[\w\-]+(?:/[\w.\-]+)*\.(?:json|jsonld|jwt|vc|vp|txt|pem|age|zip|pdf)\b)""",  # a file
    re.ASCII,
)
# A unit is a Han character, a word with what joins its parts, or a mark.
_UNIT: Final = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]"
    r"|[\ue000-\ue00f]"
    r"|[^\W_\u3400-\u9fff\uf900-\ufaff]+(?:[\-'’._@/&:+#][^\W_\u3400-\u9fff\uf900-\ufaff]+)*[%+]*"
)
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Masked:
    """A message with its literals taken out.

    Attributes:
        text: one line; every literal is one private-use character.
        literals: mark -> what stood there.
    """

    text: str
    literals: dict[str, str]

    def restore(self, text: str) -> str:
        """`text` with every mark put back to what stood there."""
        for mark, literal in self.literals.items():
            text = text.replace(mark, literal)
        return text


def mask(message: str, taken: dict[str, str] | None = None) -> Masked:
    """One line of the message, NFC, its literals masked; `taken` are marks of earlier turns.

    Private-use characters of the message itself are dropped first: nobody can forge a mark.
    A literal beyond the eighth of its sort stays as it is written.
    """
    literals = dict(taken or {})
    line = _PRIVATE_USE.sub("", unicodedata.normalize("NFC", message))
    line = _SPACES.sub(" ", line).strip()
    for pattern, marks in ((_DID, DID_MARKS), (_PLACE, PLACE_MARKS)):
        line = _masked(line, pattern, marks, literals)
    return Masked(line, literals)


def _masked(
    line: str, pattern: re.Pattern[str], marks: tuple[str, ...], literals: dict[str, str]
) -> str:
    def mark_of(match: re.Match[str]) -> str:
        literal = match[0]
        for mark in marks:
            if literals.setdefault(mark, literal) == literal:
                return mark
        return literal

    return pattern.sub(mark_of, line)


@dataclass(frozen=True, slots=True)
class Units:
    """The words of a line: `words[i]` is followed by `gaps[i]` and then by `words[i + 1]`."""

    words: tuple[str, ...]
    gaps: tuple[str, ...]

    @classmethod
    def of(cls, line: str) -> Units:
        """Cut a line into words; what lies between two words is the gap between them."""
        matches = list(_UNIT.finditer(line))
        gaps = tuple(line[left.end() : right.start()] for left, right in pairwise(matches))
        return cls(tuple(match[0] for match in matches), gaps)
