"""Byte-level BPE in which a word's tokens never depend on what stands beside it.

So copying a word out of a message is copying its tokens. Merges stay inside a run of Latin
letters, with the one space that the planner puts before each word, or inside one character: none
crosses a digit or a sign; a digit, a common Han character and a mark of the shorthand are each one
token, and a rare character is its bytes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Self

from agent.shorthand import MARKS
from agent.words import DID_MARKS, PLACE_MARKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

VOCABULARY: Final = 8192
LONGEST: Final = 16  # bytes in a token; llama.cpp's detokenizer loses pieces of more than 32
# Names that llama.cpp takes for no ending, which it guesses from a token's text.
SPECIAL: Final = ("<|holdfast:pad|>", "<|holdfast:start|>", "<|holdfast:end|>")
PAD, START, END = range(3)

_LETTERS: Final = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]+")
_WORD: Final = re.compile(f" ?{_LETTERS.pattern}")
_PIECES: Final = re.compile(f"{_WORD.pattern}| ?[0-9]|.", re.DOTALL)


def _alphabet() -> tuple[str, ...]:
    """Byte -> the printable character that GPT-2's vocabulary writes it as."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    shifted = {
        byte: chr(0x100 + place)
        for place, byte in enumerate(b for b in range(256) if b not in plain)
    }
    return tuple(shifted.get(byte, chr(byte)) for byte in range(256))


ALPHABET: Final = _alphabet()
_BYTES: Final = {letter: byte for byte, letter in enumerate(ALPHABET)}


def spelt(text: bytes) -> str:
    """Bytes in GPT-2's alphabet."""
    return "".join(ALPHABET[byte] for byte in text)


@dataclass(frozen=True)
class Tokenizer:
    """A vocabulary, by its merges in order; `SPECIAL` and the 256 bytes come before them."""

    merges: tuple[tuple[str, str], ...]
    _cache: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Every token's text, in GPT-2's alphabet, by its number."""
        return (*SPECIAL, *ALPHABET, *("".join(pair) for pair in self.merges))

    @cached_property
    def _ranks(self) -> Mapping[tuple[str, str], int]:
        return {pair: rank for rank, pair in enumerate(self.merges)}

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}

    def encode(self, text: str) -> list[int]:
        """Token numbers of a text; nothing in it is special."""
        numbers: list[int] = []
        for piece in _PIECES.findall(text):
            known = self._cache.get(piece)
            if known is None:
                known = self._cache[piece] = self._merged(piece)
            numbers += known
        return numbers

    def decode(self, numbers: Iterable[int]) -> str:
        """The text of token numbers; special tokens are left out."""
        letters = "".join(self.tokens[number] for number in numbers if number >= len(SPECIAL))
        return bytes(_BYTES[letter] for letter in letters).decode(errors="replace")

    def _merged(self, piece: str) -> tuple[int, ...]:
        parts = list(spelt(piece.encode()))
        while len(parts) > 1:
            ranked = [
                (self._ranks.get(pair, 1 << 30), at) for at, pair in enumerate(pairwise(parts))
            ]
            rank, at = min(ranked)
            if rank == 1 << 30:
                break
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return tuple(self._numbers[part] for part in parts)

    def save(self, path: Path) -> None:
        """Write the merges."""
        path.write_text(json.dumps(self.merges, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        return cls(tuple(map(tuple, json.loads(path.read_text(encoding="utf-8")))))

    @classmethod
    def train(cls, texts: Iterable[str], always: str = "") -> Self:
        """A vocabulary for these texts; each character of `always` is a token."""
        runs: Counter[str] = Counter()
        for text in texts:
            for piece in _PIECES.findall(text):
                if _WORD.fullmatch(piece):
                    runs[piece] += 1
        letters = Counter(letter for run in runs for letter in run if not letter.isascii())
        wanted = (*MARKS, *DID_MARKS, *PLACE_MARKS, *always, *letters)
        digits = [(ALPHABET[ord(" ")], digit) for digit in "0123456789"]
        merges = list(
            dict.fromkeys(
                (*digits, *(pair for character in wanted for pair in _character_merges(character)))
            )
        )
        room = VOCABULARY - len(SPECIAL) - 256 - len(merges)
        return cls((*merges, *_word_merges(runs, room)))


def _character_merges(character: str) -> list[tuple[str, str]]:
    """The merges that make one token of a character's bytes."""
    letters = spelt(character.encode())
    return [(letters[:at], letters[at]) for at in range(1, len(letters))]


def _word_merges(runs: Counter[str], room: int) -> list[tuple[str, str]]:
    """The usual greedy merges, over words cut into characters."""
    words = [([spelt(letter.encode()) for letter in run], count) for run, count in runs.items()]
    merges: list[tuple[str, str]] = []
    pairs: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], set[int]] = {}
    for place, (parts, count) in enumerate(words):
        for pair in pairwise(parts):
            pairs[pair] += count
            where.setdefault(pair, set()).add(place)
    while len(merges) < room and pairs:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        if pairs[best] < 2:
            break
        places = where.pop(best, set())
        if len("".join(best)) <= LONGEST:
            merges.append(best)
            for place in places:
                parts, count = words[place]
                for pair in pairwise(parts):
                    pairs[pair] -= count
                _join(parts, best)
                for pair in pairwise(parts):
                    pairs[pair] += count
                    where.setdefault(pair, set()).add(place)
        del pairs[best]
    return merges


def _join(parts: list[str], pair: tuple[str, str]) -> None:
    """Join every occurrence of a pair, in place."""
    at = 0
    while at < len(parts) - 1:
        if (parts[at], parts[at + 1]) == pair:
            parts[at : at + 2] = ["".join(pair)]
        at += 1
