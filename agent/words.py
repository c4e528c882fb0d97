"""A message as the planner reads it: its words, and the literals in it that no model should spell.

DIDs, accounts, links and file names are replaced by one private-use character each before the
model sees the message, and put back afterwards, so that an identifier can never be misspelt. The
rest it reads in one width, one script, without a sentence's first capital, and with one space
before each word, whatever the person typed there: so a word is always the same tokens, and what
the model quotes is found in the message again. All text that a plan may quote is a run of the
message's own words (`Units`).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from agent.han import simplified

# Two ranges, so that the model can tell a DID from a place where a file may be.
DID_MARKS: Final = tuple(map(chr, range(0xE000, 0xE008)))
PLACE_MARKS: Final = tuple(map(chr, range(0xE008, 0xE010)))
_PRIVATE_USE: Final = re.compile("[\ue000-\uf8ff]")

# A DID, or the account of a chain.
_DID: Final = re.compile(
    r"did:[a-z0-9]+:[A-Za-z0-9._:%\-]*[A-Za-z0-9_\-]|(?<![0-9A-Za-z])0x[0-9a-fA-F]{40}(?![0-9A-Za-z])"
)
_HAN: Final = "\u3400-\u9fff\uf900-\ufaff"
# Characters that end a link: of Chinese and its neighbours, and full-width ones.
_WIDE: Final = rf"\u2018-\u201f\u2026\u3000-\u30ff{_HAN}\uac00-\ud7af\uff00-\uffef"
_OPEN: Final = r"""\s"'<>，。；、！？：“”「」"""  # what no path has in it
_START: Final = r"(?:~|\.{1,2}|[A-Za-z]:|(?<!\w))[/\\]"
_ENDINGS: Final = "json|jsonld|jwt|vc|vp|txt|pem|age|zip|pdf"
_WHOLE: Final = r"(?!\w|[.\-/\\]\w)"  # "./a.age" is no file's name in "./a.age.txt"
_PLACE: Final = re.compile(
    # a link; Chinese goes on in it where it begins a part, and begins a sentence anywhere else
    rf"""(?:[a-z][a-z0-9+.\-]{{1,31}}://(?:[^\s"'<>){_WIDE}]|(?<=[/.=])[{_HAN}]+)+"""
    rf"""(?:(?<=[/{_HAN}])[^{_OPEN})]*?\.(?:{_ENDINGS}){_WHOLE}|(?<![.,;:!?])))"""
    # a path in any script that ends in a file's extension, and one in ASCII
    rf"""|(?:{_START}(?:(?!(?<![/\\.])(?:~|\.{{1,2}})[/\\])[^{_OPEN}])*?"""
    rf"""\.(?:{_ENDINGS}|jsonl|bak|xml|csv|png|jpe?g|tar|gz){_WHOLE})"""
    rf"""|(?:{_START}(?:(?:[\w.\-]+|[{_HAN}]+)[/\\])*[\w\-]+(?:\.[\w]+)*)"""
    rf"""|(?:(?<![\w.@\-])[\w\-]+(?:\.[\w\-]+)*(?:/[\w.\-]+)*\.(?:{_ENDINGS}){_WHOLE})""",  # a file
    re.ASCII,
)
# A unit is a Han character, a word with what joins its parts, or a mark.
UNIT: Final = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]"
    r"|[\ue000-\ue00f]"
    r"|[^\W_\u3400-\u9fff\uf900-\ufaff]+(?:[\-'’._@/&:+#][^\W_\u3400-\u9fff\uf900-\ufaff]+)*[%+]*"
)
# A unit that takes no space before it.
_SPACELESS: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff\ue000-\ue00f]")
_SPACES: Final = re.compile(r"\s+")


# Characters that are read as others: those of the full width, and a few marks.
_READ_AS: Final = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    0x3000: 0x20, 0x2018: 0x27, 0x2019: 0x27, 0x201C: 0x22, 0x201D: 0x22, 0x3002: 0x2E,
    0x2013: 0x2D, 0x2014: 0x2D, 0x00A0: 0x20, 0x3001: 0x2C, 0x300C: 0x22, 0x300D: 0x22,
    0x300E: 0x22, 0x300F: 0x22,
}  # fmt: skip
_SENTENCE: Final = re.compile(r"(?:^|[.!?:] )[^\w]*([^\W\d_])(?=[^\W\d_A-Z]| |')")


@dataclass(frozen=True, slots=True)
class Masked:
    """A message with its literals taken out.

    Attributes:
        text: one line as the model reads it; every literal is one private-use character.
        literals: mark -> what stood there.
        typed: the line as the person typed it, literals masked.
        places: where in `typed` each character of `text` stands; an added space is at what follows.
    """

    text: str
    literals: dict[str, str]
    typed: str
    places: tuple[int, ...]

    def restore(self, text: str) -> str:
        """A run of `text` as the person typed it, with every mark put back to what stood there."""
        plain = text.strip(" ")
        at = self.text.find(spaced(plain))
        if at < 0:
            at = self.text.find(plain)
        if at >= 0 and plain:
            end = (
                at + len(spaced(plain))
                if self.text.startswith(spaced(plain), at)
                else at + len(plain)
            )
            plain = self.typed[self.places[at] : self.places[end - 1] + 1]
        for mark, literal in self.literals.items():
            plain = plain.replace(mark, literal)
        return plain

    def reads(self, typed: str) -> str | None:
        """What the model reads for words as typed (literals in full); None if they are not here."""
        for mark, literal in self.literals.items():
            typed = typed.replace(literal, mark)
        at = self.typed.find(typed)
        if at < 0:
            return None
        first, last = bisect_left(self.places, at), bisect_left(self.places, at + len(typed))
        return self.text[first:last].strip(" ")


def read(text: str) -> str:
    """A text as the model reads it: one width, simplified characters; as long as before."""
    return simplified(text.translate(_READ_AS))


def canonical(text: str) -> str:
    """A name as the model reads it, its first word with its space."""
    return _canonical(read(text))[0]


def spaced(words: str) -> str:
    """A run of words with the space that stands before its first, if that takes one."""
    return words if not words or _SPACELESS.match(words) else f" {words}"


def _canonical(line: str) -> tuple[str, tuple[int, ...]]:
    """One space before each word and none elsewhere; and where each character stood."""
    text: list[str] = []
    places: list[int] = []
    at = 0
    for match in (*UNIT.finditer(line), None):
        end = match.start() if match else len(line)
        for place in range(at, end):
            if line[place] != " ":
                text.append(line[place])
                places.append(place)
        if match:
            if not _SPACELESS.match(match[0]):
                text.append(" ")
                places.append(end)
            text += match[0]
            places += range(end, match.end())
            at = match.end()
    return "".join(text), tuple(places)


def _sentences(line: str) -> str:
    """No capital at a sentence's start, and none where there is nothing else; as long as before."""
    plain = read(line)
    if sum(map(str.isupper, plain)) > 4 and not any(map(str.islower, plain)):
        return _lowered(plain)
    return _SENTENCE.sub(lambda match: _lowered(match[0]), plain)


def _lowered(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


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
    text, places = _canonical(_sentences(line))
    return Masked(text, literals, line, places)


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
        matches = list(UNIT.finditer(line))
        gaps = tuple(line[left.end() : right.start()] for left, right in pairwise(matches))
        return cls(tuple(match[0] for match in matches), gaps)
