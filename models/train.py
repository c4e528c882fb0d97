"""Train the agent's model from nothing, on cases made as it goes; on a GPU where there is one.

    python -m models.train --minutes 75
    python -m models.train --start models/holdfast-agent.gguf --half --scored 0.15 --rate 0.0008

The second goes on from a model that was exported, a little at a time, for which a CPU will do.
Other processes draw the cases. The rate follows the clock, so the run ends when it should on
whatever machine. Now and then the state is written to `models/run/` and measured on phrasings held
out; `--resume` goes on from there. At the end `models/run/latest.gguf` is written as well.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 - its usual name

from models.cases import Cases
from models.feed import Feed, draw
from models.induction import prepare
from models.network import Network, Shape
from models.optimizer import Muon
from models.phrasebook import EVERYBODY, LANGUAGES, Authors, Corpus
from models.rows import ANSWER, COPY, LENGTH, PROMPT, Rows, batches
from models.taught import lessons
from models.tokenizer import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable

RUN: Final = Path(__file__).parent / "run"
SIGNS: Final = "，。？！：；、（）“”‘’《》【】—…～·￥"
# What a token counts in the loss: a prompt's words teach what goes with what.
WEIGHTS: Final = {ANSWER: 1.0, PROMPT: 0.06, COPY: 0.5}
WARM: Final = 100  # steps
MEASURED: Final = 256  # rows


def main() -> None:
    """Train."""
    options = _options()
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.set_float32_matmul_precision("high")
    options.run.mkdir(parents=True, exist_ok=True)
    path = options.run / "tokenizer.json"
    started = _started(options, path) if options.start else None
    run = Run(options, _tokenizer(path), started)
    if options.resume and (options.run / "state.pt").exists():
        run.load(options.run / "state.pt")
    with Feed(
        path,
        seed=options.seed + run.step,
        workers=options.workers,
        authors=run.authors,
        written=[*chain.from_iterable(map(lessons, LANGUAGES))] if options.written else (),
        share=options.written,
    ) as feed:
        run.go(feed)


class Run:
    """A training run and where it stands."""

    def __init__(
        self, options: argparse.Namespace, tokenizer: Tokenizer, network: Network | None = None
    ) -> None:
        """`network` is one to go on with."""
        self.options = options
        self.tokenizer = tokenizer
        self.authors = Authors(left_out=options.leave_out, favoured=options.favour)
        self.device = torch.device(options.device)
        self.network = network or _born(options, len(tokenizer.tokens))
        self.network.to(self.device)
        on_gpu = self.device.type == "cuda"
        self.half = on_gpu or options.half
        self.network.kind = torch.bfloat16 if self.half else torch.float32
        self.scored: Callable[..., torch.Tensor] = scored
        if on_gpu and options.compile:
            self.scored = torch.compile(scored)
        matrices = [p for p in self.network.blocks.parameters() if p.dim() == 2]
        inside = {id(parameter) for parameter in matrices}
        rest = [parameter for parameter in self.network.parameters() if id(parameter) not in inside]
        self.optimizers = (
            Muon(matrices, lr=options.rate, decay=options.decay, half=self.half),
            torch.optim.AdamW(rest, lr=options.rate / 4, betas=(0.9, 0.95), weight_decay=0.0),
        )
        self.step, self.seen, self.cases, self.elapsed = 0, 0, 0, 0.0
        count = sum(parameter.numel() for parameter in self.network.parameters())
        print(f"{count:,} parameters, {len(tokenizer.tokens)} tokens, {self.device}", flush=True)

    def go(self, feed: Feed) -> None:
        """Train until the time is up."""
        seconds = self.options.minutes * 60
        losses: list[torch.Tensor] = []
        waited = 0
        saved, measured = self.elapsed, self.elapsed
        rows = feed.rows(self.options.rows)
        lap = time.monotonic()
        while self.elapsed < seconds:
            self._rate(self.elapsed / seconds)
            losses.append(self._learn(rows))
            waited += feed.waiting()
            rows = feed.rows(self.options.rows)
            now = time.monotonic()
            self.elapsed, lap = self.elapsed + now - lap, now
            if self.step % self.options.report == 0:
                mean = torch.stack(losses).mean(0).tolist()
                print(
                    f"step {self.step} {self.elapsed / 60:.2f} min {self.cases} cases"
                    f" answers {mean[0]:.4f} prompts {mean[1]:.3f}"
                    f" {self.seen / self.elapsed:.0f} tokens/s waited {waited}",
                    flush=True,
                )
                losses, waited = [], 0
            if self.elapsed - measured > self.options.measure_every * 60:
                measured = self.elapsed
                self.measure()
                lap = time.monotonic()  # what measuring takes is no training time
            if self.elapsed - saved > self.options.save_every * 60:
                saved = self.elapsed
                self.save()
                lap = time.monotonic()
        self.save()
        self.measure(4 * MEASURED)
        self.export()

    def _rate(self, done: float) -> None:
        """Warm-up; full for a while; then down to nothing in a straight line."""
        warm = min(1.0, (self.step + 1) / WARM)
        left = min(1.0, (1.0 - done) / (1.0 - self.options.hold))
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group.setdefault("full", group["lr"]) * warm * max(0.01, left)

    def _learn(self, rows: Rows) -> torch.Tensor:
        """One step; the mean losses of the answers' and of the prompts' tokens."""
        self.network.train()
        batch = on(rows, self.device, self.options.scored)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            each = self.scored(self.network, *batch[:4])
        weights, parts = batch[4], batch[5]
        loss = (each * weights).sum() / weights.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.seen += int((rows.blocks > 0).sum())
        self.cases += int(rows.blocks.max(axis=1).astype(int).sum())
        told = each.detach()
        return torch.stack([told[parts == ANSWER].mean(), told[parts == PROMPT].mean()])

    def measure(self, count: int = MEASURED) -> None:
        """How much of what was held out, and of what was not, is answered right."""
        for split in ("train", "held-out"):
            figures = exact(
                self.network, self.tokenizer, split, count, self.authors, half=self.half
            )
            said = ", ".join(f"{key} {right}/{total}" for key, (right, total) in figures.items())
            print(f"  right on {split}: {said}", flush=True)

    def save(self) -> None:
        """Write the state."""
        path = self.options.run / "state.pt"
        state = {
            "network": self.network.state_dict(),
            "shape": asdict(self.network.shape),
            "progress": (self.step, self.seen, self.cases, self.elapsed),
        }
        if not self.options.small_state:
            state["optimizers"] = [optimizer.state_dict() for optimizer in self.optimizers]
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def export(self) -> None:
        """Write the file for llama.cpp, where its library is."""
        try:
            from models.export import export  # noqa: PLC0415 - a GPU machine may lack the library
        except ModuleNotFoundError:
            return
        export(self.network.cpu(), self.tokenizer, self.options.run / "latest.gguf")

    def load(self, path: Path) -> None:
        """Go on from a saved state, or start from one with `--fresh`."""
        state: dict[str, Any] = torch.load(path, weights_only=True, map_location=self.device)
        self.network.load_state_dict(state["network"])
        if self.options.fresh:
            return
        for optimizer, saved in zip(self.optimizers, state.get("optimizers", ()), strict=False):
            optimizer.load_state_dict(saved)
        self.step, self.seen, self.cases, self.elapsed = state["progress"]


def on(rows: Rows, device: torch.device, share: float) -> tuple[torch.Tensor, ...]:
    """Tokens, places, which sees which, what is scored; and the targets' weights and parts."""
    parts = rows.parts[:, 1:].astype(np.int64)
    wanted = parts > 0
    limit = int(share * parts.size)
    rng = np.random.default_rng(int(rows.tokens[:, :4].sum()))
    # Answers and copies first, and then as many of the prompts' tokens as there is room for.
    order = np.argsort(
        np.where(wanted, (parts == PROMPT) + rng.random(parts.shape) * 0.5, 9.0), axis=None
    )[:limit]
    flat = np.zeros(limit, np.int64)
    flat[:] = order // (LENGTH - 1) * LENGTH + order % (LENGTH - 1)
    chosen_parts = parts.flat[order]
    weights = np.zeros(limit, np.float32)
    for part, weight in WEIGHTS.items():
        weights[chosen_parts == part] = weight
    scale = (parts == PROMPT).sum() / max(1, (chosen_parts == PROMPT).sum())
    weights[chosen_parts == PROMPT] *= scale
    tokens = torch.from_numpy(rows.tokens.astype(np.int64)).to(device, non_blocking=True)
    places = torch.from_numpy(rows.places.astype(np.int64)).to(device, non_blocking=True)
    blocks = torch.from_numpy(rows.blocks.astype(np.int64)).to(device, non_blocking=True)
    return (
        tokens,
        places,
        blocks,
        torch.from_numpy(flat).to(device, non_blocking=True),
        torch.from_numpy(weights).to(device, non_blocking=True),
        torch.from_numpy(chosen_parts).to(device, non_blocking=True),
    )


def scored(
    network: Network,
    tokens: torch.Tensor,
    places: torch.Tensor,
    blocks: torch.Tensor,
    chosen: torch.Tensor,
) -> torch.Tensor:
    """The loss of predicting the token after each chosen place."""
    logits = network(tokens, places, seen(blocks), chosen)
    return F.cross_entropy(logits.float(), tokens.flatten()[chosen + 1], reduction="none")


def seen(blocks: torch.Tensor) -> torch.Tensor:
    """Which token sees which: what stands before it in its own block."""
    same = blocks[:, :, None] == blocks[:, None, :]
    length = blocks.shape[1]
    earlier = torch.ones(length, length, dtype=torch.bool, device=blocks.device).tril()
    return (same & earlier)[:, None]


@torch.no_grad()
def exact(
    network: Network,
    tokenizer: Tokenizer,
    split: Any,
    count: int,
    authors: Authors = EVERYBODY,
    *,
    half: bool = False,
) -> dict[str, tuple[int, int]]:
    """How many cases are answered right, greedily and without a grammar, and of how many.

    Each token is asked for after the right ones before it: all right is just what a greedy
    answer being right means.
    """
    network.eval()
    device = network.embedding.weight.device
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    rows_left = count
    for rows in draw(tokenizer, split, 7, authors, copies=0.0):
        for batch in batches(rows, min(16, len(rows.tokens))):
            tokens = torch.from_numpy(batch.tokens.astype(np.int64)).to(device)
            places = torch.from_numpy(batch.places.astype(np.int64)).to(device)
            blocks = torch.from_numpy(batch.blocks.astype(np.int64)).to(device)
            with torch.autocast(device.type, torch.bfloat16, enabled=half):
                logits = network(tokens, places, seen(blocks)).view(*tokens.shape, -1)
            wrong = (logits[:, :-1].argmax(-1) != tokens[:, 1:]).cpu().numpy()
            wrong &= batch.parts[:, 1:] == ANSWER
            for number, scenes in enumerate(batch.scenes):
                failed = set(batch.blocks[number, 1:][wrong[number]].tolist())
                for block, scene in enumerate(scenes, start=1):
                    keys = (scene.split(" ")[0], scene)
                    total.update(keys)
                    right.update(() if block in failed else keys)
            rows_left -= len(batch.tokens)
            if rows_left <= 0:
                return {key: (right[key], total[key]) for key in sorted(total)}
    return {}


def _born(options: argparse.Namespace, vocabulary: int) -> Network:
    """A network of the shape that is asked for, ready to be trained."""
    shape = Shape(
        vocabulary=vocabulary, width=options.width, layers=options.layers,
        heads=options.width // 64, groups=2, inner=options.inner,
    )  # fmt: skip
    network = Network(shape, options.dropout)
    prepare(network)
    return network


def _started(options: argparse.Namespace, path: Path) -> Network:
    """The network of the file to start from, whose tokenizer becomes the run's."""
    from models.restored import restored  # noqa: PLC0415 - a GPU machine may lack the library

    network, tokenizer = restored(options.start, options.dropout)
    tokenizer.save(path)
    return network


def _tokenizer(path: Path) -> Tokenizer:
    """The run's tokenizer, made of prompts and answers where there is none yet."""
    if not path.exists():
        texts: list[str] = []
        for lang in LANGUAGES:
            source = Cases(lang, "train", seed=1)
            for _ in range(6_000):
                texts += [f"{case.prompt.text}\n" for case in source.some(4)]
        Tokenizer.train(texts, always=_han()).save(path)
    return Tokenizer.load(path)


def _han() -> str:
    """Common Han characters: those the corpus writes, and the first level of GB 2312."""
    folder = Corpus("zh", "train").folder / "zh"
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt")))
    counted = Counter(character for character in text if "\u3400" < character < "\u9fff")
    written = [character for character, count in counted.items() if count > 1]
    listed = [
        bytes((row, cell)).decode("gb2312")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
        if not (row == 0xD7 and cell > 0xF9)
    ]
    return "".join(dict.fromkeys((*SIGNS, *sorted(written), *listed)))


def _options() -> argparse.Namespace:
    on_gpu = torch.cuda.is_available()
    cores = os.cpu_count() or 2
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--minutes", type=float, default=75, help="of training, measuring not counted"
    )
    parser.add_argument(
        "--written", type=float, default=0.1, help="cases written as cases, for each that is drawn"
    )
    parser.add_argument("--run", type=Path, default=RUN, help="where the state is kept")
    parser.add_argument("--resume", action="store_true", help="go on from the state kept there")
    parser.add_argument("--fresh", action="store_true", help="with --resume: its weights alone")
    parser.add_argument("--device", default="cuda" if on_gpu else "cpu")
    parser.add_argument("--rows", type=int, default=128 if on_gpu else 6, help="in a batch")
    parser.add_argument("--workers", type=int, default=max(1, cores - 2) if on_gpu else 1)
    parser.add_argument("--rate", type=float, default=0.01 if on_gpu else 0.003, help="Muon's")
    parser.add_argument("--decay", type=float, default=0.05, help="of the weights")
    parser.add_argument("--dropout", type=float, default=0.1 if on_gpu else 0.0)
    parser.add_argument("--hold", type=float, default=0.3, help="of the time, at the full rate")
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--inner", type=int, default=1024)
    parser.add_argument("--start", type=Path, help="a GGUF file of ours to go on from")
    parser.add_argument("--leave-out", default="", help="an author not to train on")
    parser.add_argument("--favour", default="", help="an author to train on more often")
    parser.add_argument("--half", action="store_true", help="16 bits on a CPU as well")
    parser.add_argument("--scored", type=float, default=0.5, help="share of the tokens to predict")
    parser.add_argument("--no-compile", dest="compile", action="store_false")
    parser.add_argument("--small-state", action="store_true", help="keep the weights alone")
    parser.add_argument("--threads", type=int, default=0 if on_gpu else 2)
    parser.add_argument("--report", type=int, default=20, help="steps")
    parser.add_argument("--measure-every", type=float, default=2 if on_gpu else 10, help="minutes")
    parser.add_argument("--save-every", type=float, default=4 if on_gpu else 8, help="minutes")
    parser.add_argument("--seed", type=int, default=20261126)
    return parser.parse_args()


if __name__ == "__main__":
    main()
