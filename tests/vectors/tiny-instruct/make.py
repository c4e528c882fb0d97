"""Makes `tiny-instruct.gguf`: a Llama of random weights that brings a chat template.

    pip install gguf tokenizers numpy
    python tests/vectors/tiny-instruct/make.py

The same weights each time: the generator is seeded.
"""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
WIDTH, LAYERS, HEADS, GROUPS, INNER, VOCABULARY = 64, 2, 4, 2, 64, 1024
SPECIAL = ("<|start|>", "<|stop|>", "<|of|>", "<|over|>")
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|of|>{{ message['role'] }}\n"
    "{{ message['content'] | trim }}<|over|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|of|>assistant\n{% endif %}"
)


def tokens() -> tuple[list[str], list[str]]:
    """A byte-level vocabulary out of the manual, and how its pieces are put together."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=16,
    )
    texts = [path.read_text() for path in sorted((ROOT / "docs").glob("*.md"))]
    tokenizer.train_from_iterator([*texts, (ROOT / "agent/instruct.py").read_text()], trainer)
    vocabulary = tokenizer.get_vocab()
    saved = json.loads(tokenizer.to_str())["model"]["merges"]
    return sorted(vocabulary, key=vocabulary.__getitem__), [" ".join(pair) for pair in saved]


def main() -> None:
    """Write the file."""
    pieces, merges = tokens()
    listed = [*SPECIAL, *pieces]
    writer = gguf.GGUFWriter(HERE / "tiny-instruct.gguf", "llama")
    writer.add_name("Tiny instruct model of random weights")
    writer.add_license("Apache-2.0")
    writer.add_context_length(4096)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(GROUPS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(listed))
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(listed)
    kinds = [gguf.TokenType.CONTROL] * len(SPECIAL)
    writer.add_token_types(kinds + [gguf.TokenType.NORMAL] * len(pieces))
    writer.add_token_merges(merges)
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_eot_token_id(3)
    writer.add_add_bos_token(True)  # noqa: FBT003 - gguf's signature
    writer.add_chat_template(TEMPLATE)
    chance = np.random.default_rng(1)
    head = WIDTH // HEADS
    shapes = {"token_embd.weight": (len(listed), WIDTH)}
    for layer in range(LAYERS):
        shapes |= {
            f"blk.{layer}.attn_q.weight": (WIDTH, WIDTH),
            f"blk.{layer}.attn_k.weight": (GROUPS * head, WIDTH),
            f"blk.{layer}.attn_v.weight": (GROUPS * head, WIDTH),
            f"blk.{layer}.attn_output.weight": (WIDTH, WIDTH),
            f"blk.{layer}.ffn_gate.weight": (INNER, WIDTH),
            f"blk.{layer}.ffn_up.weight": (INNER, WIDTH),
            f"blk.{layer}.ffn_down.weight": (WIDTH, INNER),
        }
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{norm}.weight", np.ones(WIDTH, np.float32))
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    sort = gguf.GGMLQuantizationType.Q8_0
    for name, shape in shapes.items():
        weights = chance.normal(0, 0.1, shape).astype(np.float32)
        writer.add_tensor(name, gguf.quants.quantize(weights, sort), raw_dtype=sort)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
