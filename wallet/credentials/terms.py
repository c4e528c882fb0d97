"""Names as a person writes them, folded into terms that JSON-LD can sign.

A term is the last part of an IRI, so it has no spaces and no punctuation. What a person wrote is
kept as it is but for this: Unicode NFC, apostrophes left out, and words written together, each
word after the first beginning with a capital where its script has any. The first word of a type
gets a capital too; that of a claim stays. "University Degree" is `UniversityDegree`, "graduation
date" is `graduationDate`, 毕业证 is 毕业证.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import CREDENTIALS_V2

_APOSTROPHES: Final = str.maketrans("", "", "'’")
_JOINERS: Final = frozenset("_-.·・")
_RESERVED_CLAIMS: Final = frozenset({"id", "type"})
_LONGEST: Final = 100


def type_term(text: str) -> str:
    """The type that a person's words stand for.

    Raises:
        InvalidCredential: the words make no term, or name a type that the standard itself defines.
    """
    term = "".join(map(_capitalized, _words(text, "type")))
    if term in SHIPPED[CREDENTIALS_V2]:
        raise InvalidCredential("type", f"{text!r} means something else in the standard")
    return term


def claim_term(text: str) -> str:
    """The name of a claim that a person's words stand for.

    Raises:
        InvalidCredential: the words make no term, or are `id` or `type`.
    """
    first, *others = _words(text, "claim")
    term = "".join([first, *map(_capitalized, others)])
    if term in _RESERVED_CLAIMS:
        raise InvalidCredential("claim", f"{text!r} means something else in the standard")
    return term


def _words(text: str, what: str) -> list[str]:
    words = unicodedata.normalize("NFC", text).translate(_APOSTROPHES).split()
    if not words or len(text) > _LONGEST:
        raise InvalidCredential(what, f"must have a name of 1 to {_LONGEST} characters")
    for character in "".join(words):
        if not (unicodedata.category(character)[0] in "LMN" or character in _JOINERS):
            raise InvalidCredential(
                what,
                f"{text!r} holds {character!r}",
                hint="use letters, digits, spaces, hyphens, dots and underscores",
            )
    return words


def _capitalized(word: str) -> str:
    return word[:1].upper() + word[1:]
