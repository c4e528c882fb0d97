"""BIP-39: the recovery phrase, from which every key of the wallet comes.

Strict where the standard's reference library is not: a phrase is normalised, its words must all be
in one list and its checksum must hold before a seed is made of it.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final, Self, final

from mnemonic import Mnemonic

from wallet.vault.errors import InvalidPhrase
from wallet.vault.secret import Confidential

if TYPE_CHECKING:
    from wallet.vault.secret import Secret

WORD_COUNTS: Final = (12, 24)
_ENTROPY_SIZES: Final = {words: words * 4 // 3 for words in WORD_COUNTS}


class Language(StrEnum):
    """The word lists of BIP-39 that this wallet reads and writes."""

    ENGLISH = "english"
    CHINESE = "chinese_simplified"


@final
class RecoveryPhrase(Confidential):
    """A valid phrase of 12 or 24 words, always. Says nothing about itself unless asked by name."""

    __slots__ = ("_entropy", "language")

    def __init__(self, entropy: bytes, language: Language = Language.ENGLISH) -> None:
        """`entropy` is 16 or 32 bytes. Raises `InvalidPhrase` for another length."""
        if len(entropy) not in _ENTROPY_SIZES.values():
            raise InvalidPhrase("a recovery phrase holds 16 or 32 bytes")
        self._entropy: Final = entropy
        self.language: Final = language

    @classmethod
    def generate(cls, words: int = 12, language: Language = Language.ENGLISH) -> Self:
        """A new phrase of 12 or 24 words from the system's random source."""
        if words not in WORD_COUNTS:
            raise InvalidPhrase(f"a recovery phrase has 12 or 24 words, not {words}")
        return cls(secrets.token_bytes(_ENTROPY_SIZES[words]), language)

    @classmethod
    def parse(cls, text: Secret) -> Self:
        """Reads a phrase in any of the languages.

        Case, kind and amount of white space do not matter; Chinese needs none. Raises
        `InvalidPhrase` for another number of words, a word of no list or a wrong checksum.
        """
        words = _Words.of(text)
        if len(words) not in WORD_COUNTS:
            raise InvalidPhrase(f"a recovery phrase has 12 or 24 words, not {len(words)}")
        language = _language(words)
        try:
            entropy = _mnemonic(language).to_entropy(list(words))
        except ValueError:
            # `from None`: the frames below hold the words, and some crash screens show locals.
            raise InvalidPhrase(
                "the recovery phrase's checksum does not hold",
                hint="a word is misread, or two have changed places",
            ) from None
        return cls(bytes(entropy), language)

    @property
    def count(self) -> int:
        """How many words it has."""
        return len(self._entropy) * 3 // 4

    def expose_secret(self) -> str:
        """The words, separated by one space."""
        return str(_mnemonic(self.language).to_mnemonic(self._entropy))

    def expose_entropy(self) -> bytes:
        """The 16 or 32 bytes that the words encode."""
        return self._entropy

    def expose_seed(self) -> bytes:
        """The 64-byte BIP-39 seed; the standard's optional passphrase is empty."""
        return bytes(Mnemonic.to_seed(self.expose_secret()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RecoveryPhrase):
            return NotImplemented
        same_entropy = hmac.compare_digest(self._entropy, other._entropy)
        return same_entropy and self.language is other.language

    __hash__ = None  # type: ignore[assignment]  # a hash would tell two secrets apart


class _Words(Confidential, tuple[str, ...]):
    """The words as they were typed; says nothing about itself."""

    __slots__ = ()

    @classmethod
    def of(cls, text: Secret) -> Self:
        """NFKD, as BIP-39 asks, and lower case; Han characters are words with or without spaces."""
        normal = unicodedata.normalize("NFKD", text.expose_secret()).lower()
        return cls("".join(f" {c} " if "\u4e00" <= c <= "\u9fff" else c for c in normal).split())


def _language(words: _Words) -> Language:
    """The language whose list has all the words; the lists share none."""
    unknown = {
        language: [place for place, word in enumerate(words, 1) if word not in _word_set(language)]
        for language in Language
    }
    language, places = min(unknown.items(), key=lambda item: len(item[1]))
    if places:
        numbers = ", ".join(map(str, places))
        raise InvalidPhrase(
            f"not a word of the {language.replace('_', ' ')} word list: number {numbers}"
        )
    return language


@cache
def _mnemonic(language: Language) -> Mnemonic:
    return Mnemonic(language.value)


@cache
def _word_set(language: Language) -> frozenset[str]:
    return frozenset(_mnemonic(language).wordlist)
