"""A small Llama: RMSNorm, interleaved rotary positions, SwiGLU, tied embeddings."""

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

    vocabulary: int = 4608
    width: int = 256
    layers: int = 4
    heads: int = 4
    inner: int = 640
    context: int = 768
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
        return F.rms_norm(x, self.weight.shape, self.weight, self.epsilon)


class Block(nn.Module):
    """Attention, then a gated feed-forward layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, inner = shape.width, shape.inner
        self.heads, self.head = shape.heads, shape.head
        self.attention_norm = Norm(width, shape.epsilon)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.inner_norm = Norm(width, shape.epsilon)
        self.gate_up = nn.Linear(width, 2 * inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor, turns: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        """`x` is [batch, length, width]; `mask` is True where a query may look at a key."""
        batch, length, width = x.shape
        q, k, v = (
            self.qkv(self.attention_norm(x)).view(batch, length, 3, self.heads, self.head).unbind(2)
        )
        q, k, v = (
            turned(q, turns).transpose(1, 2),
            turned(k, turns).transpose(1, 2),
            v.transpose(1, 2),
        )
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = x + self.out(seen.transpose(1, 2).reshape(batch, length, width))
        gate, up = self.gate_up(self.inner_norm(x)).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)


class Network(nn.Module):
    """Tokens in, logits out."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
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
        for block in self.blocks:
            nn.init.normal_(block.out.weight, std=0.3 * self.shape.width**-0.5)
            nn.init.normal_(block.down.weight, std=0.3 * self.shape.inner**-0.5)

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
        x = self.embedding(tokens)
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
    return torch.stack(
        (even * cosines - odd * sines, even * sines + odd * cosines), dim=-1
    ).flatten(-2)
