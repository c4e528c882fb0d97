"""How people type: slips, missing capitals and points, full-width signs, traditional characters.

Everything here works on the pieces of a message, so that what a plan quotes is quoted as typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent.han import SIMPLIFIED, TRADITIONAL
from agent.words import mask

if TYPE_CHECKING:
    from random import Random

_NEIGHBOURS: Final = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o",
    "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}  # fmt: skip
_TO_TRADITIONAL: Final = dict(zip(reversed(SIMPLIFIED), reversed(TRADITIONAL), strict=True))
_WORDS: Final = re.compile(r"[A-Za-z']{2,}")
_SIGNS_OF_HAN: Final = re.compile("[\u4e00-\u9fff]")
_SYLLABLES: Final = ("ba", "ter", "mon", "li", "shu", "gra", "pel", "dy", "ket", "ron", "fi", "osk")
_FULL_WIDTH: Final = str.maketrans(
    {",": "，", ".": "。", "?": "？", "!": "！", ":": "：", "(": "（", ")": "）"}
)
_HALF_WIDTH: Final = str.maketrans({"，": ",", "。": ".", "？": "?", "！": "!", "：": ":"})


def slip(word: str, rng: Random) -> str:
    """One slip of the finger in a word."""
    at = rng.randrange(len(word))
    letter = word[at]
    match rng.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :] or word
        case 1:
            return word[:at] + letter + word[at:]
        case 2 if at + 1 < len(word):
            return word[:at] + word[at + 1] + letter + word[at + 2 :]
        case _:
            near = _NEIGHBOURS.get(letter.lower(), letter)
            return word[:at] + rng.choice(near) + word[at + 1 :]


def _slips(text: str, rng: Random, rate: float) -> str:
    words = text.split(" ")
    return " ".join(
        slip(word, rng)
        if len(word) > 3 and word.isascii() and word.isalpha() and rng.random() < rate
        else word
        for word in words
    )


def traditional(text: str) -> str:
    """Common characters in their traditional form."""
    return "".join(_TO_TRADITIONAL.get(character, character) for character in text)


def typed(pieces: list[str], quoted: frozenset[int], lang: str, rng: Random) -> list[str]:
    """The pieces as somebody may type them; those in `quoted` keep their letters, bar case."""
    pieces = list(pieces)
    free = [at for at in range(len(pieces)) if at not in quoted]
    chance = rng.random()
    if chance < 0.14:
        for at in free:
            pieces[at] = _slips(pieces[at], rng, 0.15)
    if rng.random() < 0.09:
        _one_word_astray(pieces, free, lang, rng)
    if lang == "en":
        _english(pieces, free, rng)
    else:
        _chinese(pieces, free, rng)
    last = pieces[-1] if pieces else ""
    if free and free[-1] == len(pieces) - 1 and rng.random() < 0.35:
        pieces[-1] = last.rstrip(".!?。！？") or last
    elif last and last[-1] not in ".!?。！？~" and rng.random() < 0.2:
        pieces.append(
            rng.choice((".", "!", ".", "?") if lang == "en" else ("。", "！", "。", "？"))
        )
    return pieces


def _one_word_astray(pieces: list[str], free: list[int], lang: str, rng: Random) -> None:
    """A word that is missing or is no word at all: no single one may be all that tells.

    Only where several others remain; what a plan quotes stays whole.
    """
    pattern = _WORDS if lang == "en" else _SIGNS_OF_HAN
    found = [(at, match) for at in free for match in pattern.finditer(pieces[at])]
    if len(found) < (6 if lang == "en" else 8):
        return
    at, match = rng.choice(found)
    if rng.random() < 0.5:
        other = ""
    elif lang == "en":
        other = "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(1, 3)))
    else:
        other = chr(rng.randint(0x4E00, 0x9FA5))
    text = pieces[at]
    gap = text[match.end() : match.end() + 1] == " " and not other
    pieces[at] = text[: match.start()] + other + text[match.end() + gap :]


def _english(pieces: list[str], free: list[int], rng: Random) -> None:
    chance = rng.random()
    if chance < 0.22:
        for at, piece in enumerate(pieces):
            pieces[at] = piece.lower() if at in free or chance < 0.1 else piece
    elif chance < 0.26:
        pieces[:] = [piece if mask(piece).literals else piece.upper() for piece in pieces]
    elif chance < 0.6 and pieces[0] and not mask(pieces[0]).literals:
        pieces[0] = pieces[0][0].upper() + pieces[0][1:]
    if rng.random() < 0.08:
        for at in free:
            pieces[at] = pieces[at].replace(",", "").replace("'", rng.choice(("", "’")))
    if rng.random() < 0.02:
        pieces[:] = [
            piece.translate(_FULL_WIDTH) if at in free else piece for at, piece in enumerate(pieces)
        ]


def _chinese(pieces: list[str], free: list[int], rng: Random) -> None:
    chance = rng.random()
    for at in free:
        if chance < 0.10:
            pieces[at] = pieces[at].translate(_HALF_WIDTH)
        elif chance < 0.18:
            pieces[at] = pieces[at].replace("，", rng.choice((" ", "")))
        elif chance < 0.24:
            pieces[at] = traditional(pieces[at])
        elif chance < 0.27:
            pieces[at] = pieces[at].upper()
    if chance < 0.20:
        pieces[:] = [
            traditional(piece) if rng.random() < 0.3 and chance > 0.16 else piece
            for piece in pieces
        ]
