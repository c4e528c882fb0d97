"""The trained encoder as a GGUF file for llama.cpp.

python -m models.encoder.export models/run/reader.pt models/holdfast-reader.gguf
"""

from __future__ import annotations

import argparse
import base64
from pathlib import Path
from typing import TYPE_CHECKING, Final

import gguf
import numpy as np
import torch

from agent.llama_reader import HEADS_FIELD
from agent.reading import CONTEXT
from models.encoder.network import ATTENDING, EPSILON, INNER, LAYERS, WIDTH, Encoder
from models.encoder.vocabulary import CONTINUED, OWN, SPECIAL, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

# All weights that ship stay within 32 MB: what is largest is written in the fewest bits.
_EIGHT: Final = gguf.GGMLQuantizationType.Q8_0
_FIVE: Final = gguf.GGMLQuantizationType.Q5_0
_BEGINS: Final = "\u2581"  # a piece that begins a word, as llama.cpp writes it


def export(encoder: Encoder, vocabulary: Vocabulary, path: Path) -> None:
    """Write the file."""
    writer = gguf.GGUFWriter(path.with_suffix(".new"), "bert")
    writer.add_name("Holdfast reader")
    writer.add_description("Gives a second opinion on drafts of wallet plans. English.")
    writer.add_license("Apache-2.0")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(ATTENDING)
    writer.add_layer_norm_eps(EPSILON)
    writer.add_causal_attention(False)  # noqa: FBT003 - gguf's signature
    writer.add_pooling_type(gguf.PoolingType.NONE)
    writer.add_token_type_count(2)
    writer.add_vocab_size(len(vocabulary.words))
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    _add_tokenizer(writer, vocabulary)
    heads = torch.cat([encoder.heads.weight.flatten(), encoder.heads.bias]).detach()
    written = base64.b64encode(heads.numpy().astype("<f2").tobytes()).decode()
    writer.add_string(HEADS_FIELD, written)
    for name, values, kind in tensors(encoder):
        plain = values.detach().float().numpy()
        if kind is None:
            writer.add_tensor(name, np.ascontiguousarray(plain))
        else:
            writer.add_tensor(name, gguf.quants.quantize(plain, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    path.with_suffix(".new").replace(path)


def tensors(
    encoder: Encoder,
) -> Iterator[tuple[str, torch.Tensor, gguf.GGMLQuantizationType | None]]:
    """llama.cpp's names, values, and how they are written."""
    yield "token_embd.weight", encoder.words.weight, _FIVE
    yield "position_embd.weight", encoder.places.weight, None
    yield "token_types.weight", encoder.kinds.weight, None
    yield from _pair("token_embd_norm", encoder.norm, None)
    for place, layer in enumerate(encoder.layers):
        matrices = {
            "attn_q": layer.query, "attn_k": layer.key, "attn_v": layer.value,
            "attn_output": layer.out,
        }  # fmt: skip
        for name, matrix in matrices.items():
            yield from _pair(f"blk.{place}.{name}", matrix, _EIGHT)
        for name, matrix in {"ffn_up": layer.up, "ffn_down": layer.down}.items():
            yield from _pair(f"blk.{place}.{name}", matrix, _FIVE)
        yield from _pair(f"blk.{place}.attn_output_norm", layer.out_norm, None)
        yield from _pair(f"blk.{place}.layer_output_norm", layer.norm, None)


def _add_tokenizer(writer: gguf.GGUFWriter, vocabulary: Vocabulary) -> None:
    control = {*SPECIAL, *OWN}
    words = [
        word if word in control
        else word.removeprefix(CONTINUED) if word.startswith(CONTINUED) and word != CONTINUED
        else _BEGINS + word
        for word in vocabulary.words
    ]  # fmt: skip
    kinds = [
        gguf.TokenType.CONTROL if word in control else gguf.TokenType.NORMAL
        for word in vocabulary.words
    ]
    writer.add_tokenizer_model("bert")
    writer.add_token_list(words)
    writer.add_token_types(kinds)
    for add, word in zip(
        (writer.add_pad_token_id, writer.add_unk_token_id, writer.add_bos_token_id,
         writer.add_sep_token_id),
        SPECIAL,
        strict=True,
    ):  # fmt: skip
        add(vocabulary.words.index(word))


def _pair(
    name: str, module: nn.Module, kind: gguf.GGMLQuantizationType | None
) -> Iterator[tuple[str, torch.Tensor, gguf.GGMLQuantizationType | None]]:
    yield f"{name}.weight", module.weight, kind
    yield f"{name}.bias", module.bias, None


def main() -> None:
    """Export a state."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    vocabulary = Vocabulary.of_pretrained()
    encoder = Encoder(len(vocabulary.words))
    encoder.load_state_dict(torch.load(options.state, weights_only=True, map_location="cpu"))
    export(encoder, vocabulary, options.file)
    print(f"{options.file}: {options.file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
