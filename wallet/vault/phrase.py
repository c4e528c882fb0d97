"""BIP-39: the recovery phrase, from which the keys of the wallet come.

Strict where the standard's reference library is not: a phrase is normalised, its words must all be
in one list and its checksum must hold before a seed is made of it. An extra word, which the
standard calls a passphrase, may belong to it; it has no checksum, and any is a right one.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from enum import StrEnum
from functools import cache
from typing import Final, Self, final

from mnemonic import Mnemonic

from wallet.vault.errors import InvalidPhrase
from wallet.vault.secret import Confidential, Secret, SecretBytes, SecretText

WORD_COUNTS: Final = (12, 24)
_ENTROPY_SIZES: Final = {words: words * 4 // 3 for words in WORD_COUNTS}
LONGEST_EXTRA_WORD: Final = 1_024  # bytes of UTF-8, after NFKD
_WITH_EXTRA_WORD: Final = b"+extra-word"


class Language(StrEnum):
    """The word lists of BIP-39 that this wallet reads and writes."""

    ENGLISH = "english"
    CHINESE = "chinese_simplified"


@final
class RecoveryPhrase(Confidential):
    """A valid phrase of 12 or 24 words, always. Says nothing about itself unless asked by name."""

    __slots__ = ("_entropy", "_extra_word", "language")

    def __init__(
        self,
        entropy: bytes,
        language: Language = Language.ENGLISH,
        *,
        extra_word: Secret | None = None,
    ) -> None:
        """`entropy` is 16 or 32 bytes. Raises `InvalidPhrase`, for an empty extra word too."""
        if len(entropy) not in _ENTROPY_SIZES.values():
            raise InvalidPhrase("a recovery phrase holds 16 or 32 bytes")
        self._entropy: Final = SecretBytes(entropy)
        self.language: Final = language
        self._extra_word: Final = None if extra_word is None else _normal(extra_word)

    @classmethod
    def generate(cls, words: int = 12, language: Language = Language.ENGLISH) -> Self:
        """A new phrase of 12 or 24 words from the system's random source."""
        if words not in WORD_COUNTS:
            raise InvalidPhrase(f"a recovery phrase has 12 or 24 words, not {words}")
        return cls(SecretBytes(secrets.token_bytes(_ENTROPY_SIZES[words])), language)

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
            entropy = SecretBytes(_mnemonic(language).to_entropy(list(words)))
        except ValueError:
            # `from None`: the frames below hold the words, and some crash screens show locals.
            raise InvalidPhrase(
                "the recovery phrase's checksum does not hold",
                hint="a word is misread, or two have changed places",
            ) from None
        return cls(entropy, language)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What `to_bytes` gave. Raises `InvalidPhrase` for anything else."""
        head, separator, rest = map(SecretBytes, data.partition(b"\0"))
        name = head.removesuffix(_WITH_EXTRA_WORD)
        try:
            language, extra_word = Language(name.decode()), None
            if head != name:
                size = rest[0]
                rest, extra_word = rest[1 : 1 + size], Secret(rest[1 + size :].decode())
        except (ValueError, IndexError):
            # `from None`: the error may hold what could not be read.
            raise InvalidPhrase("the bytes are no recovery phrase") from None
        if not separator:
            raise InvalidPhrase("the bytes are no recovery phrase")
        return cls(rest, language, extra_word=extra_word)

    def to_bytes(self) -> SecretBytes:
        """All of it, to be sealed: language and entropy, and the extra word where there is one."""
        language = self.language.encode()
        if self._extra_word is None:
            return SecretBytes(language + b"\0" + self._entropy)
        size = len(self._entropy).to_bytes(1)
        word = self._extra_word.expose_secret().encode()
        return SecretBytes(language + _WITH_EXTRA_WORD + b"\0" + size + self._entropy + word)

    def with_extra_word(self, extra_word: Secret) -> RecoveryPhrase:
        """The same words with that extra word. Raises `InvalidPhrase` where it can be none."""
        return RecoveryPhrase(self._entropy, self.language, extra_word=extra_word)

    @property
    def has_extra_word(self) -> bool:
        """Whether an extra word belongs to it; without it, its words make other keys."""
        return self._extra_word is not None

    @property
    def count(self) -> int:
        """How many words it has, the extra one not counted."""
        return len(self._entropy) * 3 // 4

    def expose_secret(self) -> SecretText:
        """The words, separated by one space; not the extra one."""
        return SecretText(_mnemonic(self.language).to_mnemonic(self._entropy))

    def expose_entropy(self) -> SecretBytes:
        """The 16 or 32 bytes that the words encode."""
        return self._entropy

    def expose_extra_word(self) -> str:
        """The extra word in NFKD; empty where there is none, which makes the same seed."""
        return "" if self._extra_word is None else self._extra_word.expose_secret()

    def expose_seed(self) -> SecretBytes:
        """The 64-byte BIP-39 seed of the words and the extra word."""
        return SecretBytes(Mnemonic.to_seed(self.expose_secret(), self.expose_extra_word()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RecoveryPhrase):
            return NotImplemented
        own, others = self.expose_extra_word(), other.expose_extra_word()
        same_entropy = hmac.compare_digest(self._entropy, other._entropy)
        same_word = hmac.compare_digest(own.encode(), others.encode())
        return same_entropy and same_word and self.language is other.language

    __hash__ = None  # type: ignore[assignment]  # a hash would tell two secrets apart


def unknown_words(text: Secret, *, unfinished: bool = False) -> tuple[int, tuple[int, ...]]:
    """How many words there are so far, and which of them, from 1, stand in no list.

    The last one of a text that is `unfinished` may yet become one.
    """
    words = _Words.of(text)
    language = max(Language, key=lambda one: sum(word in words_of(one) for word in words))
    known = words_of(language)
    return len(words), tuple(
        place
        for place, word in enumerate(words, 1)
        if word not in known
        and not (unfinished and place == len(words) and any(one.startswith(word) for one in known))
    )


class _Words(Confidential, tuple[str, ...]):
    """The words as they were typed; says nothing about itself."""

    __slots__ = ()

    @classmethod
    def of(cls, text: Secret) -> Self:
        """NFKD, as BIP-39 asks, and lower case; Han characters are words with or without spaces."""
        normal = SecretText(unicodedata.normalize("NFKD", text.expose_secret()).lower())
        return cls("".join(f" {c} " if "\u4e00" <= c <= "\u9fff" else c for c in normal).split())


def _normal(extra_word: Secret) -> Secret:
    """The extra word as the seed is made of it: in NFKD, and else as it was typed, spaces too."""
    normal = Secret(unicodedata.normalize("NFKD", extra_word.expose_secret()))
    if not normal:
        raise InvalidPhrase("the extra word is empty")
    if len(normal.expose_secret().encode()) > LONGEST_EXTRA_WORD:
        raise InvalidPhrase("the extra word is longer than a kibibyte")
    if any(unicodedata.category(character) == "Cc" for character in normal.expose_secret()):
        raise InvalidPhrase("the extra word has a control character", hint="type it once more")
    return normal


def _language(words: _Words) -> Language:
    """The language whose list has all the words; the lists share none."""
    unknown = {
        language: [place for place, word in enumerate(words, 1) if word not in words_of(language)]
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
def words_of(language: Language) -> frozenset[str]:
    """The words of a list; which of them a phrase has is the secret."""
    return frozenset(_mnemonic(language).wordlist)
