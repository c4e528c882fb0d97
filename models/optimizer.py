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
    """Steps of one size in every direction that the gradient has.

    A parameter may hold several matrices on top of each other, `parts` of them.
    """

    def __init__(self, parameters: Iterable[tuple[nn.Parameter, int]], lr: float = 0.02) -> None:
        groups = [{"params": [parameter], "parts": parts} for parameter, parts in parameters]
        super().__init__(groups, {"lr": lr, "momentum": 0.95, "weight_decay": 0.01})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Move every parameter."""
        alike: dict[tuple[int, int], list[tuple[Tensor, Tensor, dict[str, float]]]] = {}
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                momentum = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
                momentum.lerp_(parameter.grad, 1 - group["momentum"])
                ahead = parameter.grad.lerp(momentum, group["momentum"])
                for part, step in zip(
                    parameter.chunk(group["parts"]), ahead.chunk(group["parts"]), strict=True
                ):
                    tall = step.shape[0] > step.shape[1]
                    flat = step.T if tall else step
                    alike.setdefault(tuple(flat.shape), []).append(
                        (part, flat, {**group, "tall": tall})
                    )
        for members in alike.values():
            self._move(members)

    def _move(self, members: list[tuple[Tensor, Tensor, dict[str, float]]]) -> None:
        steps = orthogonal(torch.stack([step for _, step, _ in members]))
        for (part, _, group), step in zip(members, steps, strict=True):
            turned = step.T if group["tall"] else step
            scale = max(1.0, part.shape[0] / part.shape[1]) ** 0.5
            part.mul_(1 - group["lr"] * group["weight_decay"])
            part.add_(turned, alpha=-group["lr"] * scale)


def orthogonal(matrices: Tensor) -> Tensor:
    """The nearest matrices with singular values of about 1. [count, rows <= columns]."""
    a, b, c = _QUINTIC
    x = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(_ROUNDS):
        square = x @ x.transpose(1, 2)
        x = a * x + (b * square + c * square @ square) @ x
    return x
