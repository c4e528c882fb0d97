"""Wrong passphrases: one message, about one time, and nothing touched, whatever is wrong."""

from __future__ import annotations

import hashlib
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.torture.deeds import new_vault, secret
from tests.torture.rows import Row
from wallet.vault.errors import WrongPassphrase
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.rows import Scale

WRONG: Final = {
    "a letter off": secret(0).expose_secret()[:-1] + "1",
    "a letter": "c",
    "1,000 letters": "c" * 1_000,
    "other script": "正确的马电池订书钉",
}
ROUNDS: Final = 40
SAME: Final = 1.15
"""How much longer one may take than another: an answer before the key is derived takes no time."""
DAMAGE: Final = "UPDATE meta SET value = zeroblob(72) WHERE name = 'wallet_key'"


def passphrases(scale: Scale) -> Iterator[Row]:
    """Try each, in turns, so that what else the machine does is the same for all.

    A few tries say nothing of their times: these are judged in the long form alone.
    """
    row = Row("wrong passphrases", "one message, nothing touched, like times")
    times: dict[str, list[float]] = {}
    messages = set()
    with tempfile.TemporaryDirectory() as folder:
        path, damaged = new_vault(Path(folder) / "wallet"), new_vault(Path(folder) / "damaged")
        with closing(sqlite3.connect(damaged, isolation_level=None)) as connection:
            connection.execute(DAMAGE)
        before = _prints(path.parent)
        rounds = max(2, ROUNDS // scale.calls)
        for _ in range(rounds):
            for name, text in WRONG.items():
                messages.add(_timed(path, Secret(text), times.setdefault(name, [])))
            messages.add(_timed(damaged, secret(0), times.setdefault("a damaged key", [])))
        if _prints(path.parent) != before:
            row.fail("trying passphrases left a trace")
    row.counts["messages"] = len(messages)
    for name, taken in times.items():
        row.counts[f"{name}:"] = f"{statistics.median(taken) * 1000:.0f} ms"
    medians = [statistics.median(taken) for taken in times.values()]
    if rounds == ROUNDS and max(medians) > min(medians) * SAME:
        row.fail(f"the times differ by more than {SAME - 1:.0%}")
    if len(messages) != 1:
        row.fail(f"the messages differ: {sorted(messages)}")
    yield row


def _timed(path: Path, tried: Secret, times: list[float]) -> str:
    started = time.perf_counter()
    try:
        Vault.open(path, tried).close()
    except WrongPassphrase as error:
        times.append(time.perf_counter() - started)
        return f"{error} {error.hint}"
    return "it opened"


def _prints(folder: Path) -> dict[str, str]:
    """What the folder holds, and when it was changed."""
    return {
        path.name: f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_mtime_ns}"
        for path in folder.iterdir()
    }
