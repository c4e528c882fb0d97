"""A segment: the labels of one block of credentials as lines of text, and which of them match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from wallet.search.label import BETWEEN, FIELD, tagged
from wallet.search.words import normal, role_meant, state_meant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a word of a query is found.

    Attributes:
        texts: what is looked for in a credential's own text, any of them.
        abouts: where the texts stand in the index's list that the word is in.
        expired: the state that it means, if it means one.
    """

    texts: tuple[str, ...]
    abouts: frozenset[int]
    expired: bool | None = None

    @classmethod
    def of_tag(cls, tag: str) -> Self:
        """A tag as a whole."""
        return cls((normal(tagged((tag,))),), frozenset())

    @classmethod
    def of(cls, word: str, abouts: frozenset[int]) -> Self:
        """The word itself, and what it means."""
        role = role_meant(word)
        line = () if role is None else (f"{FIELD}{role}{FIELD}",)
        return cls((word, *line), abouts, state_meant(word))


@dataclass(frozen=True, slots=True)
class Segment:
    """The credentials of one block, the newest first.

    Attributes:
        made_of: what the block's records were, as `Vault.blocks` has it.
        numbers: of the records.
        lines: the own text of each, as it is shown.
        all_own: the same as it is compared.
        own: for each, the same.
        abouts: for each, where what it has in common with others stands in the index's list.
        all_abouts: those places.
        untils: until when those hold that end, by their place.
    """

    made_of: bytes
    numbers: tuple[int, ...]
    lines: str
    all_own: str
    own: tuple[str, ...]
    abouts: tuple[int, ...]
    all_abouts: frozenset[int]
    untils: Mapping[int, str]

    @classmethod
    def made(
        cls,
        made_of: bytes,
        numbers: Sequence[int],
        lines: str,
        abouts: Sequence[int],
        untils: Mapping[int, str],
    ) -> Self:
        """`lines` are put together with `BETWEEN`."""
        compared = normal(lines)
        return cls(
            made_of,
            tuple(numbers),
            lines,
            compared,
            tuple(compared.split(BETWEEN)),
            tuple(abouts),
            frozenset(abouts),
            untils,
        )

    @classmethod
    def read(cls, body: Mapping[str, Any], placed: Callable[[list[str]], list[int]]) -> Self:
        """What `body` made; `placed` gives the places of what credentials have in common."""
        places = placed(body["abouts"])
        made_of = bytes.fromhex(body["made_of"])
        abouts = [places[at] for at in body["about"]]
        return cls.made(made_of, body["numbers"], body["lines"], abouts, dict(body["untils"]))

    def body(self, texts: Sequence[str]) -> dict[str, Any]:
        """The segment as a record's body, with the texts that several share only once."""
        used = sorted(self.all_abouts)
        place = {at: n for n, at in enumerate(used)}
        return {
            "format": FORMAT,
            "made_of": self.made_of.hex(),
            "numbers": list(self.numbers),
            "lines": self.lines,
            "abouts": [texts[at] for at in used],
            "about": [place[at] for at in self.abouts],
            "untils": list(self.untils.items()),
        }

    def size(self, texts: Sequence[str]) -> int:
        """Of the texts in `body`, in characters."""
        return len(self.lines) + sum(len(texts[at]) for at in self.all_abouts)

    def matching(self, hits: Sequence[Hit], now: str) -> Sequence[int]:
        """The numbers of those in which each word is found, in one text or the other.

        `now` is the time by which they have expired, as `moment` writes it.
        """
        left: Sequence[int] | None = None  # where they stand; None for all
        for hit in hits:
            if hit.abouts.issuperset(self.all_abouts):
                continue
            left = self._left(hit, range(len(self.numbers)) if left is None else left, now)
            if not left:
                return ()
        return self.numbers if left is None else [self.numbers[at] for at in left]

    def _left(self, hit: Hit, left: Sequence[int], now: str) -> Sequence[int]:
        own, abouts, having = self.own, self.abouts, hit.abouts
        if having.isdisjoint(self.all_abouts):
            having = frozenset()
        texts = [text for text in hit.texts if text in self.all_own]
        fitting = frozenset() if hit.expired is None else self._fitting(now, expired=hit.expired)
        # One comprehension each: a wallet has hundreds of segments.
        match texts:
            case [] if not having:
                return [at for at in left if at in fitting] if fitting else ()
            case []:
                return [at for at in left if abouts[at] in having or at in fitting]
            case [text]:
                return [
                    at for at in left if abouts[at] in having or text in own[at] or at in fitting
                ]
            case _:
                return [
                    at
                    for at in left
                    if abouts[at] in having
                    or any(text in own[at] for text in texts)
                    or at in fitting
                ]

    def _fitting(self, now: str, *, expired: bool) -> frozenset[int]:
        over = frozenset(at for at, until in self.untils.items() if until < now)
        return over if expired else frozenset(range(len(self.numbers))) - over
