"""Killed at any moment under mixed writes: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.torture.children import DONE, READY, Child, living
from tests.torture.deeds import State, new_vault, states, which
from tests.torture.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.torture.rows import Scale

LONGEST: Final = 0.15
"""How long a process writes at most, in seconds."""
OPENING: Final = 0.02


def kills(scale: Scale) -> Iterator[Row]:
    """Kill, look, and go on with what is there."""
    row = Row("kill -9 at random, mixed writes", "0 lost, 0 half done")
    with tempfile.TemporaryDirectory() as folder:
        path = new_vault(Path(folder) / "wallet")
        state = State()
        for seed in range(scale.kills):
            state = _killed(path, seed, state, row)
            for made in path.parent.glob("*made-*"):
                made.unlink()
            state = State(state.records, state.passphrase)
    yield row


def _killed(path: Path, seed: int, start: State, row: Row) -> State:
    child = Child.of(living(path, seed, start))
    if random.random() < 0.1:  # noqa: S311 -- any moment will do
        time.sleep(random.uniform(0, OPENING))  # noqa: S311
    else:
        child.listen(60)
        time.sleep(random.uniform(0, LONGEST))  # noqa: S311
    said = child.kill()
    acknowledged = said.count(DONE)
    row.count("kills")
    row.count("deeds acknowledged", acknowledged)
    row.count("killed while opening", not said.startswith(READY))
    if b"Traceback" in said:
        row.fail(f"life {seed}: {said.decode()}")
    first, second = states(seed, start, (acknowledged, acknowledged + 1))
    if seed % 3 == 0:
        _killed_again(path, [first, second], row)
    now = which(path.parent, [first, second])
    if now is None:
        row.fail(f"life {seed}: neither {acknowledged} nor {acknowledged + 1} deeds are there")
        return start
    row.count("killed between a commit and its acknowledgement", now == second)
    return now


def _killed_again(path: Path, candidates: list[State], row: Row) -> None:
    """Kills the recovery, too."""
    if not path.with_name(f"{path.name}-wal").exists():
        return

    def work(say: Callable[[bytes], object]) -> None:
        which(path.parent, candidates)
        say(READY)

    child = Child.of(work)
    time.sleep(random.uniform(0, OPENING))  # noqa: S311
    row.count("killed again while recovering", child.kill() != READY)
