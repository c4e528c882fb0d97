"""Does llama.cpp read the file as the trainer meant it? Tokens alike, and logits alike.

python -m models.parity models/run/state.pt models/run/latest.gguf
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from agent.llama_loading import load as load_gguf
from models.cases import Cases
from models.export import load as load_state
from models.phrasebook import LANGUAGES
from models.rows import ANSWER, text_of
from models.tokenizer import Tokenizer
from models.train import seen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.network import Network


def texts(count: int, rng: Random) -> Iterator[str]:
    """Prompts of both languages, and rows of any characters at all."""
    for lang in LANGUAGES:
        source = Cases(lang, "held-out", seed=3)
        for _ in range(count // 8):
            yield from (
                f"{case.prompt.text}{case.draft.write_short()}\n" for case in source.some(2)
            )
    pieces = (
        "'degree'",
        "it's",
        "I'LL",
        "  ",
        "\n\n",
        "é",
        "école",
        "证书",
        "。",
        "，",
        "ａ１",
        "12345",
        "x_y",
        "<|holdfast:end|>",
        "\ue000",
        "😀",
        "ß",
        "龘",
        "\t",
        "—",
        "…",
        "don't",
        "'s",
        "'re ",
    )
    for _ in range(count // 2):
        drawn = [
            rng.choice(
                (rng.choice(pieces), chr(rng.randint(32, 0x2FF)), chr(rng.randint(0x4E00, 0x9FFF)))
            )
            for _ in range(rng.randint(1, 24))
        ]
        yield "".join(drawn)


def tokens_differ(tokenizer: Tokenizer, model: Any, count: int = 2_000) -> list[str]:
    """Texts that llama.cpp cuts otherwise, or does not give back."""
    differing = []
    for text in texts(count, Random(5)):
        theirs = model.tokenize(text.encode(), add_bos=False, special=False)
        given_back = b"".join(model.detokenize([token]) for token in theirs).decode(
            errors="replace"
        )
        if theirs != tokenizer.encode(text) or given_back != text:
            differing.append(text)
    return differing


@torch.no_grad()
def logits_differ(network: Network, tokenizer: Tokenizer, model: Any) -> tuple[float, float]:
    """The largest difference of an answer's logit; how often its likeliest token is the same."""
    largest, same, total = 0.0, 0, 0
    for case in (case for lang in LANGUAGES for case in Cases(lang, "train", seed=4).some(12)):
        text = text_of(case.lesson, tokenizer)
        row = torch.tensor([text.tokens])
        places = torch.arange(len(text.tokens))[None]
        ours = network(row, places, seen(torch.ones_like(row))).numpy()
        theirs = []
        model.reset()
        for token in text.tokens:
            model.eval([token])
            logits = model._ctx.get_logits()  # noqa: SLF001 - the public way wants all of them kept
            theirs.append(np.ctypeslib.as_array(logits, shape=(ours.shape[1],)).copy())
        answer = [at - 1 for at, part in enumerate(text.parts) if part == ANSWER]
        found = np.stack(theirs)[answer]
        ours = ours[answer]
        largest = max(largest, float(np.abs(found - ours).max()))
        same += int((found.argmax(-1) == ours.argmax(-1)).sum())
        total += len(answer)
    return largest, same / total


def main() -> None:
    """Compare, and fail where there is a difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("state", type=Path)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    tokenizer = Tokenizer.load(options.state.with_name("tokenizer.json"))
    model = load_gguf(str(options.file))
    differing = tokens_differ(tokenizer, model)
    print(f"texts cut otherwise: {len(differing)} {differing[:3]!r}")
    largest, same = logits_differ(load_state(options.state), tokenizer, model)
    print(f"largest difference of a logit: {largest:.4f}; same likeliest token: {same:.2%}")
    if differing or same < 0.97:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
