"""A clock that is set back and forward while a vault is open."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.torture import faults
from tests.torture.children import Child
from tests.torture.deeds import new_vault, secret
from tests.torture.rows import Row
from wallet.vault.record import Kind
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.torture.rows import Scale

DAY: Final = 86_400
JUMPS: Final = (0, 400, -400, 3_650, -20_000, 0, 1, -1, 50_000, -1_000)
"""Days: to 1971, to 2160, and back."""


def clocks(_scale: Scale) -> Iterator[Row]:
    """Put at each time, look at the order; and wait for another writer while the clock jumps."""
    row = Row("the clock set back and forward", "order, contents and waiting are as before")
    if not faults.loaded():
        row.counts["by"] = "the vault's own clock argument: no C compiler here"
    with tempfile.TemporaryDirectory() as folder:
        path = new_vault(Path(folder) / "wallet")
        child = Child.of(lambda _: _jump(path))
        code, said = child.ended()
        row.count("jumps", len(JUMPS))
        if code != 0:
            row.fail(said.decode())
        if faults.loaded():
            _wait(path, row)
    yield row


def _jump(path: Path) -> None:
    shift = 0

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(days=0 if faults.loaded() else shift)

    for number, days in enumerate(JUMPS):
        shift = days
        if faults.loaded():
            faults.shift_clock(days * DAY)
        with Vault.open(path, secret(0), clock=clock) as vault:
            vault.put(Kind.CONTACT, {"n": number}, id=f"{number}")
            vault.put(Kind.CONTACT, {"n": 0, "again": number}, id="0")
            held = vault.all(Kind.CONTACT)
            assert [record.id for record in held] == [f"{n}" for n in range(number + 1)]
            assert abs((held[-1].created - clock()).total_seconds()) < DAY / 2
            assert held[0].body["again"] == number
    if faults.loaded():
        really = time.time() - JUMPS[-1] * DAY
        assert abs(really - (path.stat().st_mtime)) < DAY  # files keep the system's own time


def _wait(path: Path, row: Row) -> None:
    """Nobody waits for years, nor gives up at once."""

    def hold(say: Callable[[bytes], object]) -> None:
        with Vault.open(path, secret(0)) as vault, vault.transaction():
            vault.put(Kind.SETTING, {"by": "holder"}, id="held")
            say(b"R")
            time.sleep(0.5)

    def wait(days: int) -> None:
        with Vault.open(path, secret(0), timeout=30) as vault:
            faults.shift_clock(days * DAY)
            vault.put(Kind.SETTING, {"by": "waiter"}, id="held")

    for days in (4_000, -4_000):
        holder = Child.of(hold)
        holder.listen(30)
        waiter = Child.of(lambda _, days=days: wait(days))  # type: ignore[misc]
        for child in (holder, waiter):
            code, said = child.ended()
            if code != 0:
                row.fail(said.decode())
        with Vault.open(path, secret(0)) as vault:
            if vault.get(Kind.SETTING, "held").body != {"by": "waiter"}:
                row.fail("the one that waited did not write")
        row.count("jumps while waiting for another process")
