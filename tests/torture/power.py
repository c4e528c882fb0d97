"""Power cuts: what a device holds at some moment is copied, and mounted as if after a cut.

What the inner file system has not written to its device is not in the copy. A copy counts only
if no write of the device ended while it was made: then it is what a cut could have left.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.torture.children import DONE, Child, living
from tests.torture.deeds import State, new_vault, states, which
from tests.torture.mounting import CannotMount, mounted, run
from tests.torture.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.rows import Scale

SIZE: Final = "16M"
LONGEST: Final = 0.4
TRIES: Final = 400


class Careless(sqlite3.Connection):
    """Does not wait for the disk, whatever it is told."""

    def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
        """Runs a statement."""
        if statement == "PRAGMA synchronous = FULL":
            statement = "PRAGMA synchronous = OFF"
        return super().execute(statement, *arguments)


def power(scale: Scale) -> Iterator[Row]:
    """Cut, look; and once more without waiting for the disk, which has to lose something."""
    row = Row("power cuts (ext4 on a loop device)", "0 acknowledged lost, 0 half done")
    yield _cuts(row, scale.cuts, careless=False)
    control = Row(
        "power cuts with synchronous=OFF", "the control: has to lose what was acknowledged"
    )
    yield _cuts(control, max(3, scale.cuts // 10), careless=True)


def _cuts(row: Row, count: int, *, careless: bool) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        image, place = Path(folder) / "device", Path(folder) / "mounted"
        place.mkdir()
        try:
            run("truncate", "-s", SIZE, str(image))
            run("mkfs.ext4", "-q", "-F", str(image))
            with mounted(place, "-o", "loop", str(image)):
                _on_device(row, image, place, count, careless=careless)
        except CannotMount as error:
            row.impossible = str(error)
    if careless and not row.impossible and not row.counts.get("deeds lost"):
        row.fail("nothing was lost though nothing was synced: the cuts cut nothing")
    return row


def _on_device(row: Row, image: Path, place: Path, count: int, *, careless: bool) -> None:
    path = new_vault(place / "wallet")
    state = State()
    for seed in range(count):
        work = living(path, seed, state)

        def writing(say: Any, work: Any = work) -> None:
            if careless:
                connect = sqlite3.connect
                sqlite3.connect = lambda *a, **k: connect(*a, **k, factory=Careless)  # type: ignore[assignment]
            work(say)

        child = Child.of(writing)
        child.listen(60)
        time.sleep(random.uniform(0, LONGEST))  # noqa: S311 -- any moment will do
        before = child.listen().count(DONE)
        copied = _copied(image)
        after = child.listen().count(DONE)
        said = child.kill().count(DONE)
        row.count("cuts")
        row.count("of these at an instant", copied[1])
        row.count("deeds acknowledged", before)
        _look(row, copied[0], states(seed, state, range(after + 2)), before, careless=careless)
        state = _gone_on(row, path, seed, state, said)


def _gone_on(row: Row, path: Path, seed: int, state: State, said: int) -> State:
    now = which(path.parent, states(seed, state, (said, said + 1)))
    if now is None:
        row.fail(f"life {seed}: killed, it is in no state that it was in")
        return state
    for made in path.parent.glob("*made-*"):
        made.unlink()
    return State(now.records, now.passphrase)


def _copied(image: Path) -> tuple[bytes, bool]:
    """The device's bytes, and whether they are those of one instant."""
    copied = b""
    for _ in range(TRIES):
        before = _writes(image)
        copied = image.read_bytes()
        if _writes(image) == before:
            return copied, True
    return copied, False


def _writes(image: Path) -> tuple[str, ...]:
    """How many writes and flushes of the device have ended (Linux, block/stat)."""
    for loop in Path("/sys/block").glob("loop*"):
        backing = loop / "loop/backing_file"
        if backing.exists() and backing.read_text().strip() == str(image):
            numbers = (loop / "stat").read_text().split()
            return numbers[4], *numbers[15:16]
    raise CannotMount("the loop device cannot be found")


def _look(
    row: Row, device: bytes, possible: list[State], acknowledged: int, *, careless: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        image, place = Path(folder) / "device", Path(folder) / "mounted"
        image.write_bytes(device)
        place.mkdir()
        with mounted(place, "-o", "loop", str(image)):
            home = place / "wallet"
            try:
                now = which(home, possible)
            except Exception as error:  # noqa: BLE001 -- without syncs, anything may be left
                now = None
                row.count(f"left {type(error).__name__}")
    if now in possible[acknowledged:]:
        return
    if not careless:
        row.fail(f"after {acknowledged} deeds it is in no state from there on")
    lost = acknowledged - possible.index(now) if now in possible else acknowledged
    row.count("deeds lost", lost)
