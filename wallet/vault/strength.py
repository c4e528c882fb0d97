"""How hard a passphrase is to guess: zxcvbn's estimate, for whoever chooses one.

It is advice: `Vault` refuses only an empty one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.messages import Message
    from wallet.vault.secret import Secret

FIRST: Final = 28
"""So many characters are looked at first: where those are strong, no more is computed."""
MOST: Final = 72
"""Characters that are looked at; the time that zxcvbn takes grows with the square of them."""


class Score(IntEnum):
    """zxcvbn's: by the number of guesses, fewer than 10^3, 10^6, 10^8, 10^10, or more."""

    TRIVIAL = 0
    WEAK = 1
    FAIR = 2
    GOOD = 3
    STRONG = 4


WORDS: Final[Mapping[Score, Message]] = {
    Score.TRIVIAL: say("very weak"),
    Score.WEAK: say("weak"),
    Score.FAIR: say("fair"),
    Score.GOOD: say("good"),
    Score.STRONG: say("strong"),
}
"""A word for each, beside a meter."""


@dataclass(frozen=True, slots=True)
class Strength:
    """What was found out about a passphrase; nothing in it is of the passphrase itself.

    Attributes:
        score: 0 to 4.
        advice: a sentence: what makes it weak, or that it will do.
        guesses_log10: how many guesses it takes, as a power of ten.
        cut: whether only the first `MOST` characters were looked at, which `note` says.
    """

    score: Score
    advice: Message
    guesses_log10: float
    cut: bool = False

    @property
    def note(self) -> Message | None:
        """Why it may be better than it looks, if it may."""
        if not self.cut:
            return None
        return say("only the first {count} characters count here, or it takes too long", count=MOST)


def strength(passphrase: Secret, *, known: Sequence[str] = ()) -> Strength:
    """How hard a passphrase is to guess, for somebody who knows the words that are `known`.

    It may take a tenth of a second, and a second where somebody tries hard: not for a thread that
    draws a screen.
    """
    if not passphrase:
        return Strength(Score.TRIVIAL, _ADVICE["empty"], 0.0)
    found = _estimate(passphrase, FIRST, known)
    if found["score"] < Score.STRONG and len(passphrase.expose_secret()) > FIRST:
        found = _estimate(passphrase, MOST, known)
    score = Score(found["score"])
    cut = len(passphrase.expose_secret()) > MOST and score < Score.STRONG
    return Strength(score, _advice(score, found["sequence"]), float(found["guesses_log10"]), cut)


def _estimate(passphrase: Secret, count: int, known: Sequence[str]) -> Any:
    # Deferred: it loads dictionaries, for those who choose a passphrase.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    return zxcvbn(passphrase.expose_secret()[:count], list(known))


def _advice(score: Score, sequence: Sequence[Mapping[str, Any]]) -> Message:
    if score >= Score.GOOD:
        return _ADVICE["strong" if score is Score.STRONG else "good"]
    longest = max(sequence, key=lambda match: len(match["token"]), default=None)
    return _ADVICE.get("" if longest is None else _reason(longest), _ADVICE["short"])


def _reason(match: Mapping[str, Any]) -> str:
    """What makes a part of it easy to guess."""
    pattern = str(match["pattern"])
    if pattern != "dictionary":
        return pattern
    return "common" if match["dictionary_name"] == "passwords" else "word"


_ADVICE: Final[Mapping[str, Message]] = {
    "empty": say("a passphrase of four or more unrelated words is hard to guess"),
    "short": say("longer is better: add another word or two that nobody would expect"),
    "word": say("a word or a name alone is guessed soon: add more words, unrelated ones"),
    "common": say("this is among the passwords that are tried first"),
    "spatial": say("rows of keys are easy to guess"),
    "repeat": say("what repeats itself is no longer for somebody who guesses"),
    "sequence": say("sequences such as abc or 6543 are easy to guess"),
    "regex": say("years are easy to guess"),
    "date": say("dates are easy to guess"),
    "good": say("it will do; another word makes it strong"),
    "strong": say("it is hard to guess: keep it where you find it again, and nobody else does"),
}
