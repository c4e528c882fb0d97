"""How often the agent is right.

    python -m models.evaluate models/holdfast-agent.gguf cases.jsonl
    python -m models.evaluate models/holdfast-agent.gguf --held-out 400

The first plans an evaluation set by the planner and scores as the agent's contract says. The
second compares drafts, on cases drawn from the lines of the corpus that training leaves out;
`--free` leaves the grammar off.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from agent.cases import answer, read_cases, told
from agent.draft import NONE, Draft
from agent.errors import ModelFailed
from agent.grammar import grammar_for
from agent.llama_loading import load
from agent.llama_process import complete, opened
from agent.model import reader_beside
from agent.scoring import Scores
from agent.shorthand import spelt
from models.cases import Cases
from models.phrasebook import EVERYBODY, LANGUAGES, Authors
from wallet.actions import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.llama_reader import Reader

LONGEST: Final = 192  # tokens of an answer without a grammar


@dataclass(frozen=True)
class InProcess:
    """The model in this very process: an evaluation may end with it."""

    llama: Any
    reader: Reader | None = None

    def complete(self, prompt: str, grammar: str, /) -> str:
        """The line that the grammar allows."""
        try:
            return complete(self.llama, prompt, grammar, reader=self.reader)
        except ValueError as error:
            raise ModelFailed(str(error)) from error

    def free(self, prompt: str) -> str:
        """The line that the model writes with nothing to hold it."""
        tokens = [
            self.llama.token_bos(),
            *self.llama.tokenize(prompt.encode(), add_bos=False, special=False),
        ]
        answer: list[int] = []
        for token in self.llama.generate(tokens, temp=0.0, repeat_penalty=1.0):
            if token == self.llama.token_eos() or len(answer) == LONGEST:
                break
            answer.append(token)
            if self.llama.detokenize([token]).endswith(b"\n"):
                break
        return str(self.llama.detokenize(answer).decode(errors="replace")).strip()


@dataclass
class Score:
    """Right and all, by what one likes; how long each took; what went wrong."""

    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    confused: Counter[str] = field(default_factory=Counter)

    def add(self, keys: list[str], *, right: bool, seconds: float) -> None:
        """Count one case."""
        self.total.update(keys)
        self.seconds.append(seconds)
        if right:
            self.right.update(keys)

    def miss(self, text: str, wanted: str, got: str) -> None:
        """Keep a mistake."""
        self.wrong.append((text, wanted, got))
        self.confused[f"{wanted.split(' ', maxsplit=1)[0]} -> {got.split(' ', maxsplit=1)[0]}"] += 1

    def print(self, shown: int) -> None:
        """Say it all."""
        for key, total in sorted(self.total.items()):
            right = self.right[key]
            print(f"{key:32} {right:5}/{total:<5} {right / total:7.1%}")
        if len(self.seconds) > 1:
            print_latency(self.seconds)
        for confusion, count in self.confused.most_common(12):
            print(f"{count:5}  {confusion}")
        for text, wanted, got in self.wrong[:shown]:
            print(f"\n{text}\n  wanted {wanted}\n  got    {got}")


def held_out(
    model: InProcess, count: int, *, split: str, seed: int, free: bool, authors: Authors = EVERYBODY
) -> Score:
    """Drafts for cases drawn from the corpus."""
    score = Score()
    for lang in LANGUAGES:
        for case in _drawn(Cases(lang, split, seed, authors), count):
            grammar = grammar_for(case.prompt, PLANNED)
            start = time.perf_counter()
            got = (
                model.free(case.prompt.text) if free else model.complete(case.prompt.text, grammar)
            )
            seconds = time.perf_counter() - start
            wanted, got = case.draft.write(), _written(got)
            action = case.draft.steps[0].action if case.draft.steps else NONE
            keys = [f"{lang}", f"{lang} {case.scene}", f"action {action}", "all"]
            score.add(keys, right=got.casefold() == wanted.casefold(), seconds=seconds)
            if got.casefold() != wanted.casefold():
                score.miss(spelt(case.prompt.text), wanted, got)
    return score


def _written(line: str) -> str:
    """A draft written out, or the line itself where it is none."""
    try:
        return Draft.read(line).write()
    except ValueError:
        return line


def _drawn(source: Cases, count: int) -> Iterator[Any]:
    found = 0
    for _ in range(count * 4):
        for case in source.some(3):
            if found < count:
                found += 1
                yield case


def planned(model: InProcess, path: Path, shown: int) -> None:
    """Plans for an evaluation set, scored as the contract says."""
    scores = Scores()
    seconds: list[float] = []
    with path.open(encoding="utf-8") as lines:
        for case in read_cases(lines):
            start = time.perf_counter()
            steps = answer(case, model)
            seconds.append(time.perf_counter() - start)
            scores.add(case, steps)
    for line in told(scores, shown):
        print(line)
    print_latency(seconds)


def print_latency(seconds: list[float]) -> None:
    """The median and the 95th percentile."""
    ordered = sorted(seconds)
    median, late = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(f"latency: median {median * 1e3:.0f} ms, 95 % {late * 1e3:.0f} ms")


def main() -> None:
    """Evaluate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("cases", type=Path, nargs="?", help="an evaluation set, JSONL")
    parser.add_argument("--held-out", type=int, default=300, help="cases of each language")
    parser.add_argument("--split", choices=("train", "held-out"), default="held-out")
    parser.add_argument("--left-out", default="", help="measure this author's phrasings alone")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--alone", action="store_true", help="without the encoder's opinion")
    parser.add_argument("--free", action="store_true", help="without the grammar")
    parser.add_argument("--show", type=int, default=20, help="mistakes shown")
    options = parser.parse_args()
    reader = None if options.alone else opened(reader_beside(options.model))
    model = InProcess(load(str(options.model)), reader)
    if options.cases:
        planned(model, options.cases, options.show)
    else:
        held_out(
            model,
            options.held_out,
            split=options.split,
            seed=options.seed,
            free=options.free,
            authors=Authors(left_out=options.left_out),
        ).print(options.show)


if __name__ == "__main__":
    main()
