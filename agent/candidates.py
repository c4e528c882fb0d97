"""Which of the wallet's entries a message may mean, and how plainly it names each.

Found by code, so that a name that nobody has seen before, or one that is misspelt, is the model's
to weigh and not to spell. A match is a whole label (`=`), part of one or one misspelt (`~`), or,
of a credential, its issuer (`@`); `^` is one that an earlier turn was about.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from agent.han import simplified
from agent.shorthand import HANDLES
from agent.state import ContactEntry, CredentialEntry, DIDEntry, Entry, ProductEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

E = TypeVar("E", DIDEntry, CredentialEntry, ContactEntry, ProductEntry)

WHOLE: Final = "="
PART: Final = "~"
ISSUER: Final = "@"
BEFORE: Final = "^"
# Of a kind that the message names none of, so many are listed, the newest first.
UNNAMED: Final = {DIDEntry: 6, CredentialEntry: HANDLES, ContactEntry: 5, ProductEntry: 5}
OF_MANY: Final = {DIDEntry: 4, CredentialEntry: 5, ContactEntry: 3, ProductEntry: 3}
TITLES: Final = frozenset(["mr", "mrs", "ms", "mx", "dr", "prof"])
_TELLING: Final = 3  # letters of a word that can stand for a whole name
_LATIN: Final = re.compile(r"[^\W_\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_POSSESSIVE: Final = re.compile(r"(?<=\w)['\u2019]s?(?!\w)")
_ALIKE: Final = str.maketrans("kyz", "cis")  # letters that sound alike
# Words of a label that tell nothing on their own.
IDLE: Final = frozenset(
    ["the", "and", "for", "from", "with", "credential", "credentials", "did", "dids", "my", "new",
    "card", "all", "show", "one", "that", "this", "her", "his"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate(Generic[E]):
    """An entry, and the marks of how the message names it, if it does."""

    entry: E
    match: str = ""


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text as names are compared: its Latin words, its runs of Han characters."""

    words: tuple[str, ...]
    han: str  # the runs, apart by spaces

    @property
    def spaced(self) -> str:
        return f" {' '.join(self.words)} "

    @property
    def squeezed(self) -> str:
        return "".join(self.words)


@lru_cache(maxsize=4_096)
def folded(text: str) -> _Folded:
    """The text folded: width, case, accents, traditional characters and 's make no difference."""
    plain = unicodedata.normalize("NFKD", simplified(text))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    plain = _POSSESSIVE.sub(" ", plain)
    return _Folded(tuple(_LATIN.findall(plain)), " ".join(_HAN.findall(plain)))


def candidates(
    entries: Sequence[E], message: str, before: str = "", kept: Iterable[Entry] = ()
) -> tuple[Candidate[E], ...]:
    """The entries to list, at most eight, oldest last.

    Those that the message names, those in `kept`, and where it names none wholly, others too, the
    ones nearest to what was said, `before` and now.
    """
    said, earlier = folded(message), folded(before)
    wanted = {entry.id for entry in kept}
    found: list[Candidate[E]] = []
    for entry in reversed(entries):
        match = _match(entry, said)
        if entry.id in wanted or (before and _match(entry, earlier).startswith(WHOLE)):
            match += BEFORE
        found.append(Candidate(entry, match))
    sure: list[Candidate[E]] = [c for c in found if c.match]
    if any(c.match.startswith(WHOLE) for c in found):
        return _strongest(sure, found)
    if not found:
        return ()
    few = UNNAMED if len(found) <= HANDLES else OF_MANY
    room = max(few[type(found[0].entry)], min(len(sure), HANDLES))
    rest: list[Candidate[E]] = [c for c in found if c not in sure]
    if len(sure) + len(rest) > room:
        near = folded(f"{before} {message}")
        rest = sorted(rest, key=lambda c: -_shared(c.entry, near))[: max(0, room - len(sure))]
    return _strongest(sure + rest, found)


def _strongest(chosen: list[Candidate[E]], order: list[Candidate[E]]) -> tuple[Candidate[E], ...]:
    """At most as many as have handles, the plainest named first to stay; in the order given."""
    ranks = {WHOLE: 0, BEFORE: 1, PART: 1, ISSUER: 2, "": 3}
    kept = sorted(chosen, key=lambda c: ranks[c.match[:1]])[:HANDLES]
    return tuple(c for c in order if c in kept)


def _match(entry: Entry, said: _Folded) -> str:
    found = {_named(label, said) for label in labels(entry)}
    marks = WHOLE if WHOLE in found else PART if PART in found else ""
    if isinstance(entry, CredentialEntry) and entry.issuer and not entry.issuer.startswith("did:"):
        marks += ISSUER if _named(entry.issuer, said) else ""
    return marks


def is_named(entry: Entry, text: str) -> bool:
    """Whether a text names an entry, wholly or in part."""
    return bool(_match(entry, folded(text)))


def labels(entry: Entry) -> tuple[str, ...]:
    """What an entry is called."""
    if isinstance(entry, CredentialEntry):
        return tuple(filter(None, (entry.name, _CAMEL.sub(" ", entry.type), *entry.also)))
    return tuple(filter(None, (entry.name, *entry.also)))


def _named(label: str, said: _Folded) -> str:
    """How a message names a label: wholly, in part, or not."""
    own = folded(label)
    if not own.words and not own.han:
        return ""
    if _is_whole(own, said):
        return WHOLE
    if any(_is_near(word, said.words) for word in own.words) or _is_initials(own, said):
        return PART
    if any(
        is_code(own.words, pair) or begun(own.words, pair) is not None
        for pair in pairwise(said.words)
    ):
        return PART
    return PART if _shares_han(own.han, said.han) else ""


def _is_whole(own: _Folded, said: _Folded) -> bool:
    """All of the label stands in the message, whatever the spaces."""
    if own.han and own.han not in said.han:
        return False
    if not own.words or own.spaced in said.spaced:
        return True
    return len(own.squeezed) > _TELLING + 1 and own.squeezed in said.squeezed


def _is_near(word: str, said: tuple[str, ...]) -> bool:
    """A word of a label is in the message, perhaps misspelt, cut short or in the plural."""
    if len(word) < _TELLING or word in IDLE:
        return False
    return any(word == other or (word not in TITLES and is_slip(word, other)) for other in said)


def is_code(own: Sequence[str], said: tuple[str, str]) -> bool:
    """Whether two neighbouring words are a label's, and one a number: "VX-16"."""
    return any(map(str.isdigit, said)) and said in pairwise(own)


def begun(own: Sequence[str], said: Sequence[str]) -> int | None:
    """The place of a label's word that is cut short before the label's next: "hep B"."""
    short, *after = said
    if len(short) < _TELLING or short in IDLE:
        return None
    return next(
        (
            place
            for place, (word, following) in enumerate(pairwise(own))
            if [following] == after and len(word) > len(short) + 2 and word.startswith(short)
        ),
        None,
    )


@lru_cache(maxsize=32_768)
def is_slip(word: str, other: str) -> bool:
    """Whether a word is another one misspelt, cut short or in the plural."""
    if len(other) < _TELLING or abs(len(word) - len(other)) > 2 + 9 * other.startswith(word[:4]):
        return False
    short, long = sorted((word, other), key=len)
    if len(short) > _TELLING and long.startswith(short):
        return len(long) - len(short) <= 2 or len(short) > 2 * (len(long) - len(short))
    if min(len(word), len(other)) < _TELLING + 1 or (word[0] != other[0] and word[1] != other[1]):
        return False
    if max(len(word), len(other)) == _TELLING + 1:
        # "ring" is no slip of "rind", but "Kian" one of "Cian"
        return sorted(word.translate(_ALIKE)) == sorted(other.translate(_ALIKE))
    return _distance(word, other) <= (1 if max(len(word), len(other)) < 7 else 2)


@lru_cache(maxsize=16_384)
def _distance(a: str, b: str) -> int:
    """Slips between two words: a letter more, less, other, or changed with the next."""
    before, last = list(range(len(b) + 1)), list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        row = [i]
        for j, right in enumerate(b, start=1):
            best = min(row[-1] + 1, last[j] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]


def _is_initials(own: _Folded, said: _Folded) -> bool:
    """NTU for Northern Technical University."""
    initials = "".join(word[0] for word in own.words)
    return len(initials) > 2 and initials in said.words


def _shares_han(own: str, said: str) -> bool:
    """Two neighbouring characters of the label stand side by side in the message."""
    return any(
        " " not in own[at : at + 2] and own[at : at + 2] in said for at in range(len(own) - 1)
    )


def _shared(entry: Entry, near: _Folded) -> float:
    """How much of an entry's words is in what was spoken, by pairs of characters."""
    own = _pairs(" ".join(filter(None, _words(entry))))
    return len(own & _pairs(f"{near.spaced} {near.han}")) / (len(own) + 1)


def _words(entry: Entry) -> tuple[str, ...]:
    match entry:
        case DIDEntry():
            return (entry.name, entry.method)
        case CredentialEntry():
            return (*labels(entry), entry.issuer)
        case ContactEntry() | ProductEntry():
            return (entry.name,)


@lru_cache(maxsize=4_096)
def _pairs(text: str) -> frozenset[str]:
    own = folded(text)
    plain = f"{own.spaced}{own.han}"
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1)) | frozenset(own.han)
