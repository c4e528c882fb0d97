"""The likeliest lines that a grammar allows.

Lines are found best first: each is written greedily to its end, and wherever another token was not
much less likely, that is kept as the beginning of another line. What stands in the prompt, and what
lines have in common, is read once.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from agent.llama_held import read_anew, weights_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from agent.llama_held import Grammar, Held

NEWLINE: Final = b"\n"
_LIKELY: Final = math.log(0.02)  # the beginning of a line that is less likely is not tried
_PROPOSED: Final = math.log(0.05)  # a beginning that is proposed is taken for so likely at least
_MOST_RUNS: Final = 12
_OTHERS: Final = 3  # tokens beside the likeliest


@dataclass(frozen=True, slots=True)
class Line:
    """A line, without its newline, and how likely the model finds it: a logarithm.

    Of what the grammar allows: where it leaves no choice, the model's own is not counted.
    """

    text: str
    weight: float


class Drafts:
    """What a model may write after a prompt."""

    def __init__(self, model: Any, grammar: Grammar, prompt: Sequence[int], longest: int) -> None:
        """`prompt` is read here; `longest` is the most tokens of a line."""
        self._model = model
        self._grammar = grammar
        self._longest = longest
        self._prompt = list(prompt)
        model.reset()
        model.eval(self._prompt)
        self._known: dict[tuple[int, ...], np.ndarray] = {(): weights_of(model)}

    def likely(self, count: int, beginnings: Iterable[int] = ()) -> Iterator[Line]:
        """At most so many lines, the likeliest first; `beginnings` are tokens tried as well."""
        waiting: list[tuple[float, list[int]]] = [(0.0, [])]
        with self._grammar.held() as held:
            weights = self.after(())
            waiting += (
                (-max(float(weights[token]), _PROPOSED), [token])
                for token in beginnings
                if held.allows(token)
            )
        heapq.heapify(waiting)
        found: set[str] = set()
        for _ in range(_MOST_RUNS):
            if not waiting or len(found) == count:
                return
            line = self._finished(heapq.heappop(waiting)[1], waiting)
            if line is not None and line.text not in found:
                found.add(line.text)
                yield line

    def line(self, text: str) -> Line:
        """A line of which the model knows how likely it is; it need not be likely."""
        tokens = self._model.tokenize(text.encode() + NEWLINE, add_bos=False, special=False)
        weight = 0.0
        with self._grammar.held() as held:
            for at, token in enumerate(tokens):
                weights = self.after(tokens[:at])
                if not held.allows(token):  # cut short, or not to be decoded
                    return Line(text, -math.inf)
                weight += _share(weights, held.likeliest_of(weights), token)
                held.accept(token)
        return Line(text, weight)

    def allows(self, token: int) -> bool:
        """Whether a line may begin with a token."""
        with self._grammar.held() as held:
            return held.allows(token)

    def greedy(self, choose: Callable[[Held, np.ndarray], int]) -> str:
        """The line that `choose` writes, token by token."""
        line: list[int] = []
        with self._grammar.held() as held:
            while len(line) < self._longest:
                line.append(token := choose(held, self.after(line)))
                if self._ends(token):
                    break
                held.accept(token)
        return self._text(line)

    def after(self, line: Sequence[int]) -> np.ndarray:
        """The logarithms of all tokens' probabilities behind a part of a line."""
        if (known := self._known.get(tuple(line))) is not None:
            return known
        read_anew(self._model, [*self._prompt, *line])
        self._known[tuple(line)] = weights = weights_of(self._model)
        return weights

    def _finished(self, begun: list[int], waiting: list[tuple[float, list[int]]]) -> Line | None:
        """A line from its beginning on; other ways to go on are put among those that wait."""
        line: list[int] = []
        weight = reached = 0.0
        with self._grammar.held() as held:
            while len(line) < self._longest:
                weights = self.after(line)
                allowed = held.likeliest_of(weights)
                if len(line) < len(begun):
                    token = begun[len(line)]
                else:
                    token, *others = allowed[: 1 + _OTHERS]
                    for other in others:
                        beside = reached + float(weights[other])
                        if beside >= _LIKELY:
                            heapq.heappush(waiting, (-beside, [*line, other]))
                weight += _share(weights, allowed, token)
                reached += float(weights[token])
                line.append(token)
                if self._ends(token):
                    return Line(self._text(line), weight)
                held.accept(token)
        return None

    def _ends(self, token: int) -> bool:
        is_end: bool = token == self._model.token_eos()
        return is_end or bool(self._model.detokenize([token]).endswith(NEWLINE))

    def _text(self, line: list[int]) -> str:
        text = self._model.detokenize([token for token in line if token != self._model.token_eos()])
        return str(text.decode(errors="replace")).strip()


def _share(weights: np.ndarray, allowed: Sequence[int], token: int) -> float:
    """The logarithm of a token's share of what is allowed, as far as that is likely at all."""
    among = weights[[*{*allowed, token}]]
    return float(weights[token] - np.logaddexp.reduce(among))
