"""The trained network as a GGUF file for llama.cpp.

python -m models.export models/run/state.pt models/holdfast-agent.gguf
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

import gguf
import numpy as np
import torch

from models.network import Network, Shape
from models.tokenizer import END, PAD, SPECIAL, START, Tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

# The pre-tokenizer must cut no word: this one knows no English contractions, which would make
# 'degree in quotation marks another row of tokens than degree.
PRE_TOKENIZER: Final = "bloom"


def export(network: Network, tokenizer: Tokenizer, path: Path, *, quantized: bool = True) -> None:
    """Write the file: Q8_0 matrices, or F32 ones."""
    shape = network.shape
    writer = gguf.GGUFWriter(path.with_suffix(".new"), "llama")
    writer.add_name("Holdfast agent")
    writer.add_description(
        "Turns what a person says into a draft of a wallet plan. English and Chinese."
    )
    writer.add_license("Apache-2.0")
    writer.add_context_length(1024)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.groups)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(shape.base)
    writer.add_vocab_size(shape.vocabulary)
    kind = gguf.LlamaFileType.MOSTLY_Q8_0 if quantized else gguf.LlamaFileType.ALL_F32
    writer.add_file_type(kind)
    _add_tokenizer(writer, tokenizer)
    for name, tensor in tensors(network):
        values = tensor.detach().float().cpu().numpy()
        if quantized and values.ndim == 2:
            sort = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(values, sort), raw_dtype=sort)
        else:
            writer.add_tensor(name, np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    path.with_suffix(".new").replace(path)


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    kinds = [gguf.TokenType.CONTROL] * len(SPECIAL)
    kinds += [gguf.TokenType.NORMAL] * (len(tokenizer.tokens) - len(SPECIAL))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PRE_TOKENIZER)
    writer.add_token_list(list(tokenizer.tokens))
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in tokenizer.merges])
    writer.add_bos_token_id(START)
    writer.add_eos_token_id(END)
    writer.add_pad_token_id(PAD)
    writer.add_add_bos_token(True)  # noqa: FBT003 - gguf's signature
    writer.add_add_eos_token(False)  # noqa: FBT003 - gguf's signature


def tensors(network: Network) -> Iterator[tuple[str, Tensor]]:
    """llama.cpp's names."""
    yield "token_embd.weight", network.embedding.weight
    yield "output_norm.weight", network.norm.weight
    for place, block in enumerate(network.blocks):
        named = {
            "attn_norm": block.attention_norm.weight, "attn_q": block.q.weight,
            "attn_k": block.k.weight, "attn_v": block.v.weight, "attn_output": block.out.weight,
            "ffn_norm": block.inner_norm.weight, "ffn_gate": block.gate.weight,
            "ffn_up": block.up.weight, "ffn_down": block.down.weight,
        }  # fmt: skip
        for name, tensor in named.items():
            yield f"blk.{place}.{name}.weight", tensor


def load(path: Path) -> Network:
    """The network of a training run's state."""
    state = torch.load(path, weights_only=True, map_location="cpu")
    network = Network(Shape(**state["shape"]))
    network.load_state_dict(state["network"])
    return network


def main() -> None:
    """Export a state."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--full", action="store_true", help="F32 instead of Q8_0")
    options = parser.parse_args()
    tokenizer = Tokenizer.load(options.state.with_name("tokenizer.json"))
    export(load(options.state), tokenizer, options.file, quantized=not options.full)
    print(f"{options.file}: {options.file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
