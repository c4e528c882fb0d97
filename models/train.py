"""Train the agent's model from nothing, on cases made as it goes.

    python -m models.train --minutes 75

A second process draws the cases, and reads the corpus afresh now and then. The rate follows the
clock, so the run ends when it should on whatever machine. Every few minutes the state is written
to `models/run/`, exported as `models/run/latest.gguf`, and measured on phrasings held out;
`--resume` goes on from there.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import torch
from mnemonic import Mnemonic
from torch.nn import functional as F  # noqa: N812 - its usual name

from models.cases import Cases
from models.corpus import LANGUAGES, Corpus
from models.export import export
from models.induction import prepare
from models.network import Network, Shape
from models.noise import TRADITIONAL
from models.optimizer import Muon
from models.rows import COPY_WEIGHT, Batch, batched, copying, drawn
from models.tokenizer import Tokenizer

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

RUN: Final = Path(__file__).parent / "run"
POOL: Final = 240  # wallets drawn at a time, to find rows of like length
SIGNS: Final = "，。？！：；、（）“”‘’《》【】—…～·￥"
EACH: Final = 7  # cases about a wallet
WAIT: Final = 300  # seconds for a batch; without one the other process is dead
REREAD: Final = 1_200  # wallets, after which the corpus is read again


def main() -> None:
    """Train."""
    options = _options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.run.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(options.run / "tokenizer.json")
    run = Run(options, tokenizer)
    if options.resume and (options.run / "state.pt").exists():
        run.load(options.run / "state.pt")
    batches: Queue[Batch] = multiprocessing.get_context("spawn").Queue(maxsize=24)
    worker = multiprocessing.get_context("spawn").Process(
        target=_draw,
        args=(
            batches,
            options.run / "tokenizer.json",
            options.seed + run.step,
            options.tokens,
            options.copies,
        ),
        daemon=True,
    )
    worker.start()
    run.go(batches)
    worker.terminate()


class Run:
    """A training run and where it stands."""

    def __init__(self, options: argparse.Namespace, tokenizer: Tokenizer) -> None:
        self.options = options
        self.tokenizer = tokenizer
        shape = Shape(vocabulary=len(tokenizer.tokens), layers=options.layers, inner=options.inner)
        self.network = Network(shape)
        prepare(self.network)
        matrices = [
            (parameter, {"qkv": 3, "gate_up": 2}.get(name.split(".")[-2], 1))
            for name, parameter in self.network.blocks.named_parameters()
            if parameter.dim() == 2
        ]
        inside = {id(parameter) for parameter, _ in matrices}
        rest = [parameter for parameter in self.network.parameters() if id(parameter) not in inside]
        self.optimizers = (
            Muon(matrices, lr=options.rate),
            torch.optim.AdamW(rest, lr=options.rate / 4, betas=(0.9, 0.95), weight_decay=0.0),
        )
        self.step, self.seen, self.cases, self.elapsed = 0, 0, 0, 0.0
        self.copied = 0.0  # the loss of copying, a running mean
        count = sum(parameter.numel() for parameter in self.network.parameters())
        print(f"{count:,} parameters, {len(tokenizer.tokens)} tokens", flush=True)

    def go(self, batches: Queue[Batch]) -> None:
        """Train until the time is up."""
        seconds = self.options.minutes * 60
        losses: list[float] = []
        saved = self.elapsed
        lap = time.monotonic()
        while self.elapsed < seconds:
            batch = batches.get(timeout=WAIT)
            self._rate(self.elapsed / seconds)
            losses.append(self._learn(batch))
            now = time.monotonic()
            self.elapsed, lap = self.elapsed + now - lap, now
            if self.step % 20 == 0:
                mean = sum(losses) / len(losses)
                speed = self.seen / self.elapsed
                print(
                    f"step {self.step} {self.elapsed / 60:.1f} min {self.cases} cases"
                    f" loss {mean:.4f} copying {self.copied:.2f} {speed:.0f} tokens/s",
                    flush=True,
                )
                losses = []
            if self.elapsed - saved > self.options.save_every * 60:
                saved = self.elapsed
                self.save()
                lap = time.monotonic()  # what measuring takes is no training time
        self.save()

    def _rate(self, done: float) -> None:
        """Warm-up over 40 steps; full for a third of the time; then down to nothing by a cosine."""
        warm = min(1.0, (self.step + 1) / 40)
        cooling = max(0.0, (done - 0.3) / 0.7)
        factor = warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, cooling))))
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group.setdefault("full", group["lr"]) * factor

    def _learn(self, batch: Batch) -> float:
        """One step; the mean loss of the answers' tokens."""
        logits, targets, weights = scored(self.network, batch)
        each = F.cross_entropy(logits, targets, reduction="none")
        loss = (each * weights).sum() / weights.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.seen += int((batch.blocks >= 0).sum())
        self.cases += sum(map(len, batch.cases)) or int(batch.blocks.max(axis=1).sum())
        copied = weights == COPY_WEIGHT
        if copied.any():
            self.copied = 0.9 * self.copied + 0.1 * each.detach()[copied].mean().item()
        return each.detach()[weights == 1].mean().item()

    def save(self) -> None:
        """Write the state, measure it, and export it."""
        path = self.options.run / "state.pt"
        state = {
            "network": self.network.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "shape": asdict(self.network.shape),
            "progress": (self.step, self.seen, self.cases, self.elapsed),
        }
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)
        export(self.network, self.tokenizer, self.options.run / "latest.gguf")
        for split in ("train", "held-out"):
            figures = {lang: exact(self.network, self.tokenizer, lang, split) for lang in LANGUAGES}
            said = ", ".join(f"{lang} {right}/{total}" for lang, (right, total) in figures.items())
            print(f"  right on {split}: {said}", flush=True)

    def load(self, path: Path) -> None:
        """Go on from a saved state."""
        state: dict[str, Any] = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.seen, self.cases, self.elapsed = state["progress"]


def scored(network: Network, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Logits, targets and weights of the tokens that count, in the flattened batch's order."""
    tokens, blocks = torch.from_numpy(batch.tokens), torch.from_numpy(batch.blocks)
    weights = torch.from_numpy(batch.weights)[:, 1:]
    chosen = torch.zeros_like(tokens, dtype=torch.bool)
    chosen[:, :-1] = weights > 0
    logits = network(
        tokens, torch.from_numpy(batch.positions), seen(blocks), chosen.flatten().nonzero()[:, 0]
    )
    return logits, tokens[:, 1:][weights > 0], weights[weights > 0]


def seen(blocks: torch.Tensor) -> torch.Tensor:
    """Which token sees which: the entries, and what stands before it in its own block."""
    same = blocks[:, :, None] == blocks[:, None, :]
    shared = (blocks == 0)[:, None, :]
    earlier = torch.ones(blocks.shape[1], blocks.shape[1], dtype=torch.bool).tril()
    return ((same | shared) & earlier)[:, None]


@torch.no_grad()
def exact(
    network: Network, tokenizer: Tokenizer, lang: str, split: str, wallets: int = 40
) -> tuple[int, int]:
    """How many cases are answered right, greedily and without a grammar, and of how many.

    Each token is asked for after the right ones before it: all right is just what a greedy
    answer being right means.
    """
    source = Cases(lang, split, seed=7)
    right = total = 0
    for batch in batched(drawn([source], tokenizer, wallets, EACH, Random(7)), 6_000):
        logits, targets, weights = scored(network, batch)
        places = torch.from_numpy(batch.weights)[:, 1:] > 0
        wrong = (logits.argmax(-1) != targets) & (weights == 1)
        rows = places.nonzero()[:, 0]
        owners = torch.from_numpy(batch.blocks)[:, 1:][places]
        failed = set(zip(rows[wrong].tolist(), owners[wrong].tolist(), strict=True))
        count = sum(map(len, batch.cases))
        right, total = right + count - len(failed), total + count
    return right, total


def _draw(batches: Queue[Batch], path: Path, seed: int, size: int, copies: float) -> None:
    """Draw batches without end; runs in a process of its own."""
    torch.set_num_threads(1)
    rng = Random(seed)
    tokenizer = Tokenizer.load(path)
    while True:
        sources = [Cases(lang, "train", rng.randrange(1 << 30)) for lang in LANGUAGES]
        for _ in range(REREAD // POOL):
            found = drawn(sources, tokenizer, POOL, EACH, rng)
            found += [copying(tokenizer, rng) for _ in range(int(len(found) * copies))]
            found = list(batched(found, size))
            rng.shuffle(found)
            for batch in found:
                batches.put(Batch(batch.tokens, batch.positions, batch.blocks, batch.weights))


def _tokenizer(path: Path) -> Tokenizer:
    """The run's tokenizer, made of prompts and answers where there is none yet."""
    if not path.exists():
        texts: list[str] = []
        for lang in LANGUAGES:
            source = Cases(lang, "train", seed=1)
            for _ in range(1_500):
                texts += [f"{case.prompt.text}{case.draft.write()}\n" for case in source.some(4)]
        Tokenizer.train(texts, always=_han()).save(path)
    return Tokenizer.load(path)


def _han() -> str:
    """Common Han characters: those the corpus writes twice, and the 2,048 of BIP 39's word list."""
    folder = Corpus("zh", "train").folder / "zh"
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt")))
    counted = Counter(character for character in text if "\u2e80" < character < "\uffef")
    written = [character for character, count in counted.items() if count > 1]
    listed = Mnemonic("chinese_simplified").wordlist
    return "".join(dict.fromkeys((*SIGNS, *sorted(written), *listed, *TRADITIONAL)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--minutes", type=float, default=75, help="of training, measuring not counted"
    )
    parser.add_argument("--run", type=Path, default=RUN, help="where the state is kept")
    parser.add_argument("--resume", action="store_true", help="go on from the state kept there")
    parser.add_argument("--tokens", type=int, default=3_072, help="in a batch")
    parser.add_argument("--copies", type=float, default=0.1, help="rows of copying for each row")
    parser.add_argument("--rate", type=float, default=0.002, help="Muon's; AdamW's is a quarter")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--inner", type=int, default=640)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-every", type=float, default=8, help="minutes")
    parser.add_argument("--seed", type=int, default=20261125)
    return parser.parse_args()


if __name__ == "__main__":
    main()
