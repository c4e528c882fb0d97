"""Fuzzing verification with atheris, and what came of it: run it with `python -P`, and seconds.

What goes wrong is kept under `build/fuzz`, and does not end the run.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).parents[2]))  # the tests are not installed

from tests.fuzz.corpus import KEPT, write_corpus

SECONDS: Final = 600
MOST_CRASHES: Final = 20

_WORKER: Final = Path(__file__).with_name("fuzz_verify.py")
_PROGRESS: Final = re.compile(r"#(\d+)\s.*?cov: (\d+) ft: (\d+)")
_LAST_WORDS: Final = ("=== Uncaught", "ALARM", "Traceback", "ERROR: libFuzzer")


@dataclass(slots=True)
class Figures:
    """What the workers counted, so far."""

    runs: int = 0
    edges: int = 0
    features: int = 0

    def add(self, said: str) -> bool:
        """Count what a worker said; whether it ran at all."""
        counted = [tuple(map(int, found)) for found in _PROGRESS.findall(said)]
        if not counted:
            return False
        self.runs += counted[-1][0]
        self.edges = max(self.edges, *(edges for _, edges, _ in counted))
        self.features = max(self.features, *(features for *_, features in counted))
        return True


def main(seconds: int) -> int:
    """Fuzz for so long, whatever is found; print what came of it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    before = set(KEPT.iterdir())
    started, figures, ran = time.monotonic(), Figures(), True
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(Path(folder))
        while ran and len(set(KEPT.iterdir()) - before) < MOST_CRASHES:
            left = int(started + seconds - time.monotonic())
            if left <= 0:
                break
            command = [sys.executable, "-P", str(_WORKER), folder, str(left)]
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
            )
            said = done.stdout.decode(errors="replace")
            ran = figures.add(said)
            if done.returncode:
                sys.stdout.write(f"{_last_words(said)}\n")
    crashes = sorted(set(KEPT.iterdir()) - before)
    sys.stdout.write(
        f"executions {figures.runs:,}, {figures.runs // max(1, seconds)} a second; "
        f"coverage {figures.edges:,} edges, {figures.features:,} features; "
        f"crashes {len(crashes)}\n"
    )
    sys.stdout.writelines(f"{crash}\n" for crash in crashes)
    return 1 if crashes or not figures.runs else 0


def _last_words(said: str) -> str:
    """What a worker said of its end, without the progress before it."""
    starts = [start for words in _LAST_WORDS if (start := said.find(words)) >= 0]
    return said[min(starts, default=0) :][:4_000]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else SECONDS))
