"""A grammar that holds what llama.cpp writes, token by token."""

from __future__ import annotations

import ctypes
import math
from typing import TYPE_CHECKING, Any, Final, Self

import llama_cpp
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


def weights_of(model: Any) -> np.ndarray:
    """The logarithms of all tokens' probabilities behind what a model has read."""
    raw = llama_cpp.llama_get_logits_ith(model.ctx, -1)
    logits = np.ctypeslib.as_array(raw, shape=(model.n_vocab(),)).astype(np.float64)
    shifted = logits - logits.max()
    weights: np.ndarray = shifted - np.log(np.exp(shifted).sum())
    return weights


def read_anew(model: Any, tokens: Sequence[int]) -> None:
    """Have a model read tokens; what it has read already, and is the same again, is kept."""
    known = model.input_ids[: model.n_tokens].tolist()
    same = 0
    while same < min(len(known), len(tokens) - 1) and known[same] == tokens[same]:
        same += 1
    memory = llama_cpp.llama_get_memory(model.ctx)
    if not llama_cpp.llama_memory_seq_rm(memory, 0, same, -1):
        same = 0  # some architectures cannot go back by a part
        llama_cpp.llama_memory_clear(memory, True)  # noqa: FBT003 - llama.cpp's signature
    model.n_tokens = same
    model.eval(tokens[same:])


class Grammar:
    """A grammar, read once."""

    def __init__(self, model: Any, text: str) -> None:
        """`model` is llama_cpp's; `text` is GBNF that begins with `root`."""
        self._model = model
        self._vocabulary = llama_cpp.llama_model_get_vocab(model.model)
        self._text = text.encode()
        self._sampler: Any = None

    def __enter__(self) -> Self:
        """Read it. Raises `ValueError` where that cannot be."""
        self._sampler = llama_cpp.llama_sampler_init_grammar(self._vocabulary, self._text, b"root")
        if not self._sampler:
            raise ValueError("the grammar cannot be read")
        return self

    def __exit__(self, *_: object) -> None:
        llama_cpp.llama_sampler_free(self._sampler)

    def held(self) -> Held:
        """A line that it holds from its beginning on."""
        return Held(self._model, llama_cpp.llama_sampler_clone(self._sampler))


class Held:
    """A line; its grammar is asked about a few likely tokens at a time, which is fast."""

    _ASKED: Final = (8, 256)  # of the likeliest, then more, then all

    def __init__(self, model: Any, sampler: Any) -> None:
        """`sampler` is llama.cpp's, of a grammar, and freed at the end."""
        self._model = model
        self._sampler = sampler

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        llama_cpp.llama_sampler_free(self._sampler)

    def likeliest_of(self, weights: np.ndarray) -> list[int]:
        """Tokens that the grammar allows next, the weightiest first.

        The first is the weightiest of all that it allows; unlikely others may be left out.

        Raises:
            ValueError: it allows none.
        """
        order = np.argsort(-weights)
        for asked in (*self._ASKED, len(order)):
            if allowed := self._allowed(order[:asked]):
                return allowed
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
