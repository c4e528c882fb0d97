"""The encoder that is asked for a second opinion, under llama.cpp."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import llama_cpp
import numpy as np

from agent.errors import NoModel
from agent.llama_loading import load
from agent.opinion import HEADS, Opinion
from agent.reading import CONTEXT, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEADS_FIELD: Final = "holdfast.heads"
"""What is read off its last layer: base64 of 16-bit floats, the weights and then the biases."""
_CUT: Final = 4_096  # texts whose tokens are kept


class Reader:
    """A BERT in a GGUF file, with heads of its own."""

    def __init__(self, path: Path) -> None:
        """Load the file.

        Raises:
            NoModel: it is not of this sort.
            ValueError: llama.cpp cannot load it.
        """
        self._model = load(
            str(path),
            context=CONTEXT,
            n_ubatch=CONTEXT,
            embedding=True,
            pooling_type=llama_cpp.LLAMA_POOLING_TYPE_NONE,
        )
        self._batch = llama_cpp.llama_batch_init(CONTEXT, 0, 1)
        self._width = self._model.n_embd()
        self._weights, self._biases = _heads(self._model.metadata, self._width)
        self._tokens = lru_cache(_CUT)(self._cut)

    def opinion(self, reading: Reading) -> Opinion:
        """What the encoder makes of a prompt."""
        encoded = reading.encoded(self._tokens)
        states = self._states(encoded.tokens)
        places = [0, *encoded.words, *encoded.entries.values()]
        outputs = states[places] @ self._weights.T + self._biases
        return Opinion.of(outputs, words=len(encoded.words), entries=tuple(encoded.entries))

    def _states(self, tokens: Sequence[int]) -> np.ndarray:
        """The last layer's output for each token."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for at, token in enumerate(tokens):
            batch.token[at], batch.pos[at] = token, at
            batch.n_seq_id[at], batch.seq_id[at][0], batch.logits[at] = 1, 0, 1
        if llama_cpp.llama_encode(self._model.ctx, batch):
            raise ValueError("the second model cannot read that")
        raw = llama_cpp.llama_get_embeddings(self._model.ctx)
        states = np.ctypeslib.as_array(raw, shape=(len(tokens), self._width))
        return states.astype(np.float64)

    def _cut(self, text: str) -> tuple[int, ...]:
        return tuple(self._model.tokenize(text.encode(), add_bos=False, special=False))


def _heads(metadata: Any, width: int) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.frombuffer(base64.b64decode(metadata.get(HEADS_FIELD, "")), dtype="<f2")
    if numbers.size != HEADS * (width + 1):
        raise NoModel("it gives no second opinion")
    values = numbers.astype(np.float64)
    return values[: HEADS * width].reshape(HEADS, width), values[HEADS * width :]
