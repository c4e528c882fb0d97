"""A network born able to copy.

Copying a name that was never seen before takes two attention heads that work together: one that
tells each token what stood before it, and one that finds the token whose predecessor is the
present one. Small networks find this pair late and by chance. Here it is set up at the start, in
the first two layers, and training goes on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor

    from models.network import Block, Network

CONSTANT: Final = 0.5  # what every token has in dimension 0: something to attend by position with
PAIRS_HEADS: Final = 2  # heads of either kind
_NEAR: Final = 16  # rotary pairs that turn fast enough to tell one place from the next
_FAR: Final = 15  # the first pair that hardly turns over the length of a message
_TOLD: Final = 0.06  # how loudly the token before is told
_MATCH: Final = 2.2  # how sharply the second kind looks
_COPY: Final = 0.7  # how loudly what it finds is said


@torch.no_grad()
def prepare(network: Network) -> None:
    """Set up both kinds of heads; all other ways into the residual stream start at nothing."""
    width, head = network.shape.width, network.shape.head
    nn.init.normal_(network.embedding.weight, std=width**-0.5)
    network.embedding.weight[:, 0] = CONSTANT
    network.norm.weight.fill_(0.8)
    for block in network.blocks:
        nn.init.zeros_(block.out.weight)
        nn.init.zeros_(block.down.weight)
    ways = _apart(width, 3 * PAIRS_HEADS, head)
    first, second = network.blocks[0], network.blocks[1]
    for place in range(PAIRS_HEADS):
        read, told, said = ways[3 * place : 3 * place + 3]
        _tells_the_one_before(first, place, network.shape.base, read, told)
        _finds_what_followed(second, place, read, told, said)


def _apart(width: int, count: int, head: int) -> list[Tensor]:
    """Orthonormal rows in random directions, [head, width] each; none touches dimension 0.

    Every `width // head` of them share no direction; beyond that they are only random.
    """
    found: list[Tensor] = []
    for _ in range(count):
        rows = nn.init.orthogonal_(torch.empty(width - 1, width - 1))[:head]
        found.append(torch.cat((torch.zeros(head, 1), rows), dim=1))
    return found


def _tells_the_one_before(
    block: Block, place: int, base: float, read: Tensor, told: Tensor
) -> None:
    q, k, v = _head(block, place)
    q.zero_()
    k.zero_()
    angles = base ** (-torch.arange(_NEAR).float() * 2 / block.head)
    q[0 : 2 * _NEAR : 2, 0] = 1.0
    k[0 : 2 * _NEAR : 2, 0] = angles.cos()
    k[1 : 2 * _NEAR : 2, 0] = angles.sin()
    v.copy_(read)
    _out(block, place).copy_(_TOLD * told.T)


def _finds_what_followed(
    block: Block, place: int, read: Tensor, told: Tensor, said: Tensor
) -> None:
    q, k, v = _head(block, place)
    q.copy_(_MATCH * read)
    k.copy_(_MATCH * told)
    q[: 2 * _FAR] = 0.0
    k[: 2 * _FAR] = 0.0
    v.copy_(said)
    _out(block, place).copy_(_COPY * said.T)


def _head(block: Block, place: int) -> tuple[Tensor, Tensor, Tensor]:
    """The rows of the three projections of one group, the first of its queries."""
    query = place * (block.heads // block.groups)
    rows = slice(query * block.head, (query + 1) * block.head)
    shared = slice(place * block.head, (place + 1) * block.head)
    return block.q.weight[rows], block.k.weight[shared], block.v.weight[shared]


def _out(block: Block, place: int) -> Tensor:
    query = place * (block.heads // block.groups)
    return block.out.weight[:, query * block.head : (query + 1) * block.head]
