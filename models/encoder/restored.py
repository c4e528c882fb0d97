"""An encoder out of a GGUF file: teaching can go on from the one that ships.

Its matrices are read back as 32-bit numbers, exactly as llama.cpp reads them; what the file has
rounded stays rounded.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import gguf
import numpy as np
import torch

from agent.llama_reader import HEADS_FIELD
from models.encoder.export import tensors
from models.encoder.network import Encoder
from models.restored import fill

if TYPE_CHECKING:
    from pathlib import Path

    from models.encoder.vocabulary import Vocabulary


def restored(path: Path, vocabulary: Vocabulary) -> Encoder:
    """The encoder of a file that `models.encoder.export` wrote, with this vocabulary.

    Raises:
        ValueError: the file is another model's: a tensor is missing, or one is of another shape.
    """
    reader = gguf.GGUFReader(path)
    encoder = Encoder(len(vocabulary.words))
    heads = reader.get_field(HEADS_FIELD)
    if heads is None:
        raise ValueError(f"{path} does not say its {HEADS_FIELD}")
    read_off = np.frombuffer(base64.b64decode(heads.contents()), "<f2").astype(np.float32)
    weight, bias = encoder.heads.weight, encoder.heads.bias
    if read_off.size != weight.numel() + bias.numel():
        raise ValueError(f"{HEADS_FIELD} of {path} has {read_off.size} numbers")
    with torch.no_grad():
        weight.copy_(torch.from_numpy(read_off[: weight.numel()]).view_as(weight))
        bias.copy_(torch.from_numpy(read_off[weight.numel() :]))
    fill(((name, values) for name, values, _ in tensors(encoder)), reader, path)
    return encoder
