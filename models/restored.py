"""A network out of a GGUF file: training can go on from the model that ships.

Q8_0 matrices are read back as 32-bit numbers, exactly as llama.cpp reads them; what the file has
rounded stays rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gguf
import numpy as np
import torch

from models.export import tensors
from models.network import Network, Shape
from models.tokenizer import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gguf import GGUFReader


def restored(path: Path, dropout: float = 0.0) -> tuple[Network, Tokenizer]:
    """The network and the tokenizer of a file that `models.export` wrote.

    Raises:
        ValueError: the file is another model's: a tensor is missing, or one is of another shape.
    """
    reader = gguf.GGUFReader(path)
    network = Network(_shape(reader), dropout)
    fill(tensors(network), reader, path)
    merges = _field(reader, "tokenizer.ggml.merges")
    return network, Tokenizer(tuple(_pair(merge) for merge in merges))


def fill(parameters: Iterable[tuple[str, torch.Tensor]], reader: GGUFReader, path: Path) -> None:
    """Give parameters, each with the name that the file has for it, the file's values.

    Raises:
        ValueError: a tensor is missing, or one is of another shape.
    """
    found = {tensor.name: tensor for tensor in reader.tensors}
    with torch.no_grad():
        for name, parameter in parameters:
            if name not in found:
                raise ValueError(f"{path} has no {name}")
            values = gguf.quants.dequantize(found[name].data, found[name].tensor_type)
            if values.shape != tuple(parameter.shape):
                raise ValueError(f"{name} of {path} is {values.shape}")
            parameter.copy_(torch.from_numpy(values.astype(np.float32)))


def _shape(reader: GGUFReader) -> Shape:
    return Shape(
        vocabulary=len(_field(reader, "tokenizer.ggml.tokens")),
        width=_field(reader, "llama.embedding_length"),
        layers=_field(reader, "llama.block_count"),
        heads=_field(reader, "llama.attention.head_count"),
        groups=_field(reader, "llama.attention.head_count_kv"),
        inner=_field(reader, "llama.feed_forward_length"),
        context=_field(reader, "llama.context_length"),
        epsilon=_field(reader, "llama.attention.layer_norm_rms_epsilon"),
        base=_field(reader, "llama.rope.freq_base"),
    )


def _field(reader: GGUFReader, name: str) -> Any:
    field = reader.get_field(name)
    if field is None:
        raise ValueError(f"the file does not say its {name}")
    return field.contents()


def _pair(merge: str) -> tuple[str, str]:
    left, _, right = merge.partition(" ")
    return left, right
