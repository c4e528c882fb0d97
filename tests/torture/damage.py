"""A file that somebody changed: each byte in turn, each length, records in each other's place."""

from __future__ import annotations

import functools
import itertools
import json
import os
import shutil
import signal
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, Never

from tests.torture.children import Child
from tests.torture.deeds import FILE, Deed, State, found, new_vault, secret
from tests.torture.rows import Row
from wallet.vault.errors import VaultError
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.torture.rows import Scale

HELD: Final = State({f"record {n}": {"n": n, "x": "x" * 100} for n in range(4)})
FLIP: Final = 0x41  # two bits, so that one changes whatever a field's width
LOG: Final = 7
"""Of a log's bytes fewer are tried: each try syncs."""
MEMORY: Final = Path("/dev/shm")  # noqa: S108 -- a folder of our own is made in it
BATCH: Final = 2_000
PATIENCE: Final = 60
"""After so many seconds, reading a damaged file counts as going on for ever."""
Change = tuple[str, bytes]


def damage(scale: Scale) -> Iterator[Row]:
    """Change, open, and read all: it is refused by name, or it is all there."""
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        closed, left = _templates(Path(folder))
        whole = (closed / FILE).read_bytes()
        log = (left / f"{FILE}-wal").read_bytes()
        mark = "refused by name, or nothing is changed"
        flips = _flipped(whole, scale.bytes)
        yield _each(Row("each byte of the file changed", mark), closed, FILE, flips, [HELD])
        cut = _cut(whole, scale.bytes)
        yield _each(Row("the file cut at each length", mark), closed, FILE, cut, [HELD])
        earlier = _earlier()
        mark = "refused, or a whole state from before"
        row = Row("each byte of a killed one's log changed", mark)
        yield _each(row, left, f"{FILE}-wal", _flipped(log, scale.bytes * LOG), earlier)
        row = Row("a killed one's log cut at each length", mark)
        yield _each(row, left, f"{FILE}-wal", _cut(log, scale.bytes * LOG), earlier)
        yield _moved(Row("records swapped, copied, deleted, put back", "refused by name"), closed)


def _memory() -> Path | None:
    """Where nothing waits for a disk, if there is such a place."""
    return MEMORY if os.access(MEMORY, os.W_OK) else None


def _templates(folder: Path) -> tuple[Path, Path]:
    """A vault that was closed, and one with a log that waits to be read."""
    closed, left = folder / "closed", folder / "left"
    path = new_vault(closed)
    with Vault.open(path, secret(0)) as vault:
        state = State()
        for id_, body in HELD.records.items():
            deed = Deed(put=((id_, body),))
            deed.do(vault, state)
            state = deed.after(state)
        shutil.copytree(closed, left)
    (left / f"{FILE}-shm").unlink()
    return closed, left


def _earlier() -> list[State]:
    """Each state that the vault was in."""
    ids = list(HELD.records)
    return [State({id_: HELD.records[id_] for id_ in ids[:n]}) for n in range(len(ids) + 1)]


def _flipped(whole: bytes, step: int) -> Iterator[Change]:
    for place in range(0, len(whole), step):
        flipped = bytes([whole[place] ^ FLIP])
        yield f"byte {place}", whole[:place] + flipped + whole[place + 1 :]


def _cut(whole: bytes, step: int) -> Iterator[Change]:
    for size in range(0, len(whole), step):
        yield f"length {size}", whole[:size]


def _each(
    row: Row, template: Path, name: str, changes: Iterator[Change], may_be: list[State]
) -> Row:
    """In children, so that a crash is seen; the tally comes back as JSON."""
    while batch := list(itertools.islice(changes, BATCH)):
        child = Child.of(_trying(template, name, batch, may_be))
        code, said = child.ended()
        if code != 0:
            row.fail(f"{batch[0][0]} and after: {said.decode() or f'killed by signal {-code}'}")
            continue
        told = json.loads(said)
        for what, number in told["counts"].items():
            row.count(what, number)
        for failure in told["failures"]:
            row.fail(failure)
    return row


def _trying(
    template: Path, name: str, batch: list[Change], may_be: list[State]
) -> Callable[[Callable[[bytes], object]], None]:
    def work(say: Callable[[bytes], object]) -> None:
        counts: dict[str, int] = {}
        failures = []
        with tempfile.TemporaryDirectory(dir=_memory()) as folder:
            for what, content in batch:
                home = Path(folder) / "home"
                shutil.copytree(template, home)
                (home / name).write_bytes(content)
                said = _tried(home, may_be)
                if said.startswith("!"):
                    failures.append(f"{what}: {said[1:]}")
                counts[said] = counts.get(said, 0) + 1
                shutil.rmtree(home)
        say(json.dumps({"counts": counts, "failures": failures}).encode())

    return work


def _late(*_: object) -> Never:
    raise TimeoutError(f"it took more than {PATIENCE} seconds")


def _tried(home: Path, may_be: list[State]) -> str:
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(PATIENCE)
    try:
        with Vault.open(home / FILE, secret(0)) as vault:
            records = found(vault)
    except VaultError as error:
        return type(error).__name__ if str(error) else "!an error without a sentence"
    except BaseException as error:  # noqa: BLE001 -- whatever it is, it is the failure
        return f"!{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    if records == HELD.records:
        return "nothing changed"
    return "a state from before" if State(records) in may_be else "!another content"


def _moved(row: Row, template: Path) -> Row:
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        old = _replaced(template, Path(folder) / "newer")
        for name, change in _moves(old):
            home = Path(folder) / name
            shutil.copytree(Path(folder) / "newer", home)
            with closing(sqlite3.connect(home / FILE, isolation_level=None)) as connection:
                change(connection)
            said = _tried(home, [])
            row.count(f"{name.split()[0]}: {said.removeprefix('!')}")
            if said != "IntegrityError":
                row.fail(f"{name}: {said}")
    return row


def _replaced(template: Path, newer: Path) -> list[tuple[object, ...]]:
    """Writes each record anew in a copy; the rows as they were before."""
    shutil.copytree(template, newer)
    with closing(sqlite3.connect(newer / FILE)) as connection:
        rows = connection.execute("SELECT number, version, sealed FROM record").fetchall()
    with Vault.open(newer / FILE, secret(0)) as vault:
        for id_, body in HELD.records.items():
            Deed(put=((id_, {**body, "new": True}),)).do(vault, HELD)
    return rows


_UPDATE: Final = "UPDATE record SET version = ?, sealed = ? WHERE number = ?"


def _moves(
    old: list[tuple[object, ...]],
) -> Iterator[tuple[str, Callable[[sqlite3.Connection], object]]]:
    """Each pair of records swapped, each copied over each, deleted, and put back from earlier."""
    numbers = [row[0] for row in old]
    for pair in itertools.combinations(numbers, 2):
        yield f"swapped {pair}", _putting(pair, pair[::-1])
    for one, other in itertools.permutations(numbers, 2):
        yield f"copied {one} {other}", _putting((one,), (other,))
    for number in numbers:
        delete = functools.partial(_run, "DELETE FROM record WHERE number = ?", (number,))
        yield f"deleted {number}", delete
    for number, version, sealed in old:
        yield f"old {number}", functools.partial(_run, _UPDATE, (version, sealed, number))


def _putting(
    sources: tuple[object, ...], places: tuple[object, ...]
) -> Callable[[sqlite3.Connection], object]:
    def change(connection: sqlite3.Connection) -> None:
        select = "SELECT version, sealed FROM record WHERE number = ?"
        rows = [connection.execute(select, (source,)).fetchone() for source in sources]
        for row, place in zip(rows, places, strict=True):
            connection.execute(_UPDATE, (*row, place))

    return change


def _run(statement: str, arguments: tuple[object, ...], connection: sqlite3.Connection) -> None:
    connection.execute(statement, arguments)
