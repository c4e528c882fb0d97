"""A grammar that holds what llama.cpp writes, token by token."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from typing import Any, Final, Self

import llama_cpp
import numpy as np


@dataclass(frozen=True, slots=True)
class Likely:
    """The likeliest allowed token, and the probabilities of all, allowed or not."""

    token: int
    probabilities: np.ndarray

    def probability(self, token: int) -> float:
        """That of a token."""
        return float(self.probabilities[token])


class Held:
    """A grammar that is asked about a few likely tokens at a time, which is fast."""

    _ASKED: Final = (8, 256)  # of the likeliest, then more, then all

    def __init__(self, model: Any, grammar: str) -> None:
        self._model = model
        self._vocabulary = llama_cpp.llama_model_get_vocab(model.model)
        self._grammar = grammar.encode()
        self._sampler: Any = None

    def __enter__(self) -> Self:
        self._sampler = llama_cpp.llama_sampler_init_grammar(
            self._vocabulary, self._grammar, b"root"
        )
        if not self._sampler:
            raise ValueError("the grammar cannot be read")
        return self

    def __exit__(self, *_: object) -> None:
        if self._sampler:
            llama_cpp.llama_sampler_free(self._sampler)

    def likeliest(self) -> Likely:
        """The likeliest token that the grammar allows next."""
        count = self._model.n_vocab()
        raw = llama_cpp.llama_get_logits_ith(self._model.ctx, -1)
        logits = np.ctypeslib.as_array(raw, shape=(count,)).astype(np.float64)
        weights = np.exp(logits - logits.max())
        order = np.argsort(-logits)
        for asked in (*self._ASKED, count):
            for token in self._allowed(order[:asked]):
                return Likely(token, weights / weights.sum())
        raise ValueError("the grammar allows nothing here")

    def allows(self, token: int) -> bool:
        """Whether a token may come next."""
        return bool(self._allowed(np.array([token])))

    def accept(self, token: int) -> None:
        """Go on after a token."""
        llama_cpp.llama_sampler_accept(self._sampler, token)

    def _allowed(self, tokens: np.ndarray) -> list[int]:
        """Those of the tokens that may come next, in their order."""
        data = (llama_cpp.llama_token_data * len(tokens))(
            *(llama_cpp.llama_token_data(int(token), 0.0, 0.0) for token in tokens)
        )
        listed = llama_cpp.llama_token_data_array(data, len(tokens), -1, False)  # noqa: FBT003
        llama_cpp.llama_sampler_apply(self._sampler, ctypes.byref(listed))
        return [data[at].id for at in range(listed.size) if data[at].logit > -math.inf]
