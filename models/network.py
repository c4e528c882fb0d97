"""A small Llama: RMSNorm, interleaved rotary positions, grouped heads, SwiGLU, tied embeddings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the network is."""

    vocabulary: int = 8192
    width: int = 384
    layers: int = 8
    heads: int = 6
    groups: int = 2  # heads that have keys and values; each serves as many queries
    inner: int = 1024
    context: int = 1024
    epsilon: float = 1e-5
    base: float = 10_000.0

    @property
    def head(self) -> int:
        """Width of a head."""
        return self.width // self.heads


class Norm(nn.Module):
    """Root mean square normalization."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Same shape as `x`."""
        return F.rms_norm(x, self.weight.shape, self.weight.to(x.dtype), self.epsilon)


class Block(nn.Module):
    """Attention, then a gated feed-forward layer."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        width, inner = shape.width, shape.inner
        self.heads, self.groups, self.head = shape.heads, shape.groups, shape.head
        self.dropout = dropout
        self.attention_norm = Norm(width, shape.epsilon)
        self.q = nn.Linear(width, width, bias=False)
        self.k = nn.Linear(width, self.groups * self.head, bias=False)
        self.v = nn.Linear(width, self.groups * self.head, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.inner_norm = Norm(width, shape.epsilon)
        self.gate = nn.Linear(width, inner, bias=False)
        self.up = nn.Linear(width, inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor, turns: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        """`x` is [batch, length, width]; `mask` is True where a query may look at a key."""
        batch, length, width = x.shape
        normed = self.attention_norm(x)
        q = turned(self.q(normed).view(batch, length, self.heads, self.head), turns)
        k = turned(self.k(normed).view(batch, length, self.groups, self.head), turns)
        v = self.v(normed).view(batch, length, self.groups, self.head)
        times = self.heads // self.groups
        k, v = (each.repeat_interleave(times, dim=2) for each in (k, v))
        seen = F.scaled_dot_product_attention(
            q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), attn_mask=mask
        )
        told = self.out(seen.transpose(1, 2).reshape(batch, length, width))
        x = x + F.dropout(told, self.dropout, self.training)
        normed = self.inner_norm(x)
        inner = self.down(F.silu(self.gate(normed)) * self.up(normed))
        return x + F.dropout(inner, self.dropout, self.training)


class Network(nn.Module):
    """Tokens in, logits out."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.kind = torch.float32  # of what flows between the layers
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape, dropout) for _ in range(shape.layers))
        self.norm = Norm(shape.width, shape.epsilon)
        rates = shape.base ** (-torch.arange(0, shape.head, 2).float() / shape.head)
        angles = torch.arange(shape.context).float()[:, None] * rates
        self.register_buffer("cosines", angles.cos(), persistent=False)
        self.register_buffer("sines", angles.sin(), persistent=False)
        self._start(self.parameters())

    def _start(self, parameters: Iterable[nn.Parameter]) -> None:
        for parameter in parameters:
            if parameter.dim() > 1:
                nn.init.normal_(
                    parameter,
                    std=0.02 if parameter is self.embedding.weight else parameter.shape[1] ** -0.5,
                )

    def forward(
        self, tokens: Tensor, positions: Tensor, mask: Tensor, chosen: Tensor | None = None
    ) -> Tensor:
        """Logits at the `chosen` places of the flattened batch, or at all.

        Args:
            tokens: [batch, length] numbers.
            positions: [batch, length], each token's place in its own text.
            mask: [batch, 1, length, length], True where a token sees another.
            chosen: flat indices, or None.
        """
        x = self.embedding(tokens).to(self.kind)
        turns = self.cosines[positions][:, :, None], self.sines[positions][:, :, None]
        for block in self.blocks:
            x = block(x, turns, mask)
        x = x.flatten(0, 1)
        x = self.norm(x if chosen is None else x[chosen])
        return F.linear(x, self.embedding.weight)


def turned(x: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions, pairs side by side as llama.cpp has them; [batch, length, heads, head]."""
    cosines, sines = turns
    even, odd = x[..., 0::2], x[..., 1::2]
    pairs = torch.stack((even * cosines - odd * sines, even * sines + odd * cosines), dim=-1)
    return pairs.flatten(-2).to(x.dtype)
