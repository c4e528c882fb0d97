"""Muon: momentum whose step is made orthogonal by Newton and Schulz's iteration.

Jordan and others, 2024. For matrices inside the network; embeddings and norms go by AdamW.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor, nn

_QUINTIC: Final = (3.4445, -4.7750, 2.0315)
_ROUNDS: Final = 5


class Muon(torch.optim.Optimizer):
    """Steps of one size in every direction that the gradient has."""

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        lr: float,
        decay: float = 0.01,
        *,
        half: bool = False,
    ) -> None:
        """`half`: steps are worked out in 16 bits."""
        super().__init__(list(parameters), {"lr": lr, "momentum": 0.95, "weight_decay": decay})
        self._kind = torch.bfloat16 if half else torch.float32

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Move every parameter."""
        group = self.param_groups[0]
        alike: dict[tuple[int, int], list[tuple[Tensor, Tensor, bool]]] = {}
        for parameter in group["params"]:
            if parameter.grad is None:
                continue
            momentum = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
            momentum.lerp_(parameter.grad, 1 - group["momentum"])
            step = parameter.grad.lerp(momentum, group["momentum"])
            tall = step.shape[0] > step.shape[1]
            flat = step.T if tall else step
            alike.setdefault(tuple(flat.shape), []).append((parameter, flat, tall))
        for members in alike.values():
            self._move(members, group["lr"], group["weight_decay"])

    def _move(self, members: list[tuple[Tensor, Tensor, bool]], rate: float, decay: float) -> None:
        steps = orthogonal(torch.stack([step for _, step, _ in members]).to(self._kind))
        for (parameter, _, tall), step in zip(members, steps, strict=True):
            turned = (step.T if tall else step).to(parameter.dtype)
            scale = max(1.0, parameter.shape[0] / parameter.shape[1]) ** 0.5
            parameter.mul_(1 - rate * decay)
            parameter.add_(turned, alpha=-rate * scale)


def orthogonal(matrices: Tensor) -> Tensor:
    """The nearest matrices with singular values of about 1. [count, rows <= columns]."""
    a, b, c = _QUINTIC
    x = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(_ROUNDS):
        square = x @ x.transpose(1, 2)
        x = a * x + (b * square + c * square @ square) @ x
    return x
