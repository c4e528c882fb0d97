"""BERT, with what is read off it: of the message as a whole, and of each word and entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from agent.opinion import HEADS
from agent.reading import CONTEXT
from models.encoder.vocabulary import OWN, pretrained, pretrained_words

if TYPE_CHECKING:
    from models.encoder.vocabulary import Vocabulary

WIDTH: Final = 384
LAYERS: Final = 6
ATTENDING: Final = 12  # heads of attention
INNER: Final = 1_536
EPSILON: Final = 1e-12
# Ours -> all-MiniLM-L6-v2's.
_NAMES: Final = {
    "query": "attention.self.query", "key": "attention.self.key",
    "value": "attention.self.value", "out": "attention.output.dense",
    "out_norm": "attention.output.LayerNorm", "up": "intermediate.dense",
    "down": "output.dense", "norm": "output.LayerNorm",
}  # fmt: skip


class Layer(nn.Module):
    """Attention, and two matrices with GELU between; a norm after each."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.out = nn.Linear(WIDTH, WIDTH)
        self.out_norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)

    def forward(self, states: Tensor, mask: Tensor, dropout: float) -> Tensor:
        """States of rows x tokens x width; the mask is true where there is a token."""
        rows, length, _ = states.shape

        def parted(values: Tensor) -> Tensor:
            return values.view(rows, length, ATTENDING, WIDTH // ATTENDING).transpose(1, 2)

        seen = F.scaled_dot_product_attention(
            parted(self.query(states)), parted(self.key(states)), parted(self.value(states)), mask
        )
        seen = self.out(seen.transpose(1, 2).reshape(rows, length, WIDTH))
        states = self.out_norm(states + F.dropout(seen, dropout, self.training))
        inner = self.down(F.gelu(self.up(states)))
        return self.norm(states + F.dropout(inner, dropout, self.training))


class Encoder(nn.Module):
    """Tokens in, `agent.opinion.HEADS` numbers a token out."""

    def __init__(self, words: int) -> None:
        """`words` is the size of the vocabulary."""
        super().__init__()
        self.words = nn.Embedding(words, WIDTH)
        self.places = nn.Embedding(CONTEXT, WIDTH)
        self.kinds = nn.Embedding(2, WIDTH)  # BERT's two segments; all is of the first here
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.heads = nn.Linear(WIDTH, HEADS)

    def forward(self, tokens: Tensor, mask: Tensor, dropout: float = 0.0) -> Tensor:
        """Of rows x tokens, rows x tokens x heads; the mask is true where there is a token."""
        states = self.words(tokens) + self.places.weight[: tokens.shape[1]] + self.kinds.weight[0]
        states = F.dropout(self.norm(states), dropout, self.training)
        for layer in self.layers:
            states = layer(states, mask[:, None, None, :], dropout)
        outputs: Tensor = self.heads(F.dropout(states, dropout, self.training))
        return outputs


def from_pretrained(vocabulary: Vocabulary) -> Encoder:
    """MiniLM with these words of its; our own words and what is read off it begin at random."""
    given = load_file(pretrained("model.safetensors"))
    encoder = Encoder(len(vocabulary.words))
    places = {word: at for at, word in enumerate(pretrained_words())}
    words = given["embeddings.word_embeddings.weight"]
    own = slice(vocabulary.words.index(OWN[0]), vocabulary.words.index(OWN[-1]) + 1)
    state = {
        "words.weight": words[torch.tensor([places[word] for word in vocabulary.words])],
        "places.weight": given["embeddings.position_embeddings.weight"][:CONTEXT],
        "kinds.weight": given["embeddings.token_type_embeddings.weight"],
    }
    state["words.weight"][own].normal_(0.0, float(words.std()))
    for part in ("weight", "bias"):
        state[f"norm.{part}"] = given[f"embeddings.LayerNorm.{part}"]
        for layer in range(LAYERS):
            for ours, theirs in _NAMES.items():
                state[f"layers.{layer}.{ours}.{part}"] = given[
                    f"encoder.layer.{layer}.{theirs}.{part}"
                ]
    encoder.load_state_dict(state, strict=False)  # all but the heads
    return encoder
