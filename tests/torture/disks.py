"""A disk that is full, or does not sync, at each call in turn; and small real ones."""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.torture import faults
from tests.torture.children import Child
from tests.torture.deeds import FILE, Deed, State, found, new_vault, repeat_salts, secret, which
from tests.torture.faults import Calls, Fault, Strike
from tests.torture.mounting import CannotMount, mounted, run
from tests.torture.rows import Row
from wallet.vault.errors import StorageFailed, StorageFull, VaultError
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.rows import Scale

DEEDS: Final = (
    Deed(put=(("a", {"x": "x" * 2_000}),)),
    Deed(put=(("a", {"x": "y" * 9_000}),)),
    Deed(put=(("b", {}), ("c", {"x": "x" * 5_000})), delete=("a",)),
    Deed(passphrase=True),
    Deed(delete=("b",)),
    Deed(create="made-0.db"),
    Deed(put=(("d", {"x": "x" * 20_000}),)),
)
LAST: Final = Deed(put=(("last", {}),))
SMALLEST, LARGEST, STEP = 64, 512, 4  # KiB


def disks(scale: Scale) -> Iterator[Row]:
    """Fail, look whether that was said and undone, and go on."""
    kept = "said so, undone, works on afterwards"
    yield _struck(Row("no room (ENOSPC) at each write", kept), Calls.WRITE, errno.ENOSPC, scale)
    yield _struck(Row("fsync fails (EIO) at each sync", kept), Calls.SYNC, errno.EIO, scale)
    yield _struck(Row("the disk fails (EIO) at each call", kept), Calls.ALL, errno.EIO, scale)
    yield _small(Row("real file systems that fill up", kept), scale)


def _struck(row: Row, which_calls: Calls, number: int, scale: Scale) -> Row:
    if not faults.loaded():
        row.impossible = "no C compiler here to build what makes calls fail"
        return row
    with tempfile.TemporaryDirectory() as folder:
        template = new_vault(Path(folder) / "template").parent
        # Where every later call fails, what was made cannot be removed again.
        for lasting in (False, True) if which_calls is not Calls.ALL else (False,):
            at = 1
            while True:
                home = Path(folder) / f"{at} {lasting}"
                shutil.copytree(template, home)
                fault = Fault(which_calls, at, Strike.FAIL, number, lasting=lasting)
                if _one(row, home, fault) < at:
                    break
                shutil.rmtree(home)
                at += scale.calls
    return row


def _small(row: Row, scale: Scale) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for size in range(SMALLEST, LARGEST, STEP * min(scale.calls, 25)):
            options = ("-t", "tmpfs", "-o", f"size={size}k,mode=700", "tmpfs")
            try:
                with mounted(place, *options):
                    _on_small(row, place)
            except CannotMount as error:
                row.impossible = str(error)
                return row
    return row


def _on_small(row: Row, place: Path) -> None:
    try:
        new_vault(place / "wallet")
    except StorageFull:
        row.count("refused to create")
        if list((place / "wallet").iterdir()):
            row.fail("a vault that found no room left something")
        return
    except VaultError as error:
        row.fail(f"no room, and what was said is: {error}")
        return
    _one(row, place / "wallet", None, room=place)


def _one(row: Row, home: Path, fault: Fault | None, *, room: Path | None = None) -> int:
    """Deeds under a fault, or on the file system at `room`; how many calls were counted."""
    repeat_salts(7)
    child = Child.of(lambda say: say(json.dumps(_deeds(home, fault)).encode()))
    code, said = child.ended()
    if code != 0:
        row.fail(f"{fault}: {said.decode() or f'killed by signal {-code}'}")
        return -1
    told = json.loads(said)
    row.count("trials")
    for name, number in told["refused"].items():
        row.count(name, number)
    if told["wrong"]:
        row.fail(f"{fault}: {told['wrong']}")
    if room is not None:  # opening it takes some, too
        run("mount", "-o", "remount,size=8m", str(room))
    state = State()
    for done in told["done"]:
        state = (*DEEDS, LAST)[done].after(state)
    if which(home, [state]) is None:
        done = [(*DEEDS, LAST)[number] for number in told["done"]]
        made = [path.name for path in home.glob("made-*")]
        row.fail(f"{fault}: what is there is not what was acknowledged: {len(done)} deeds, {made}")
    return int(told["seen"])


def _deeds(home: Path, fault: Fault | None) -> dict[str, Any]:
    done: list[int] = []
    refused: dict[str, int] = {}
    wrong: list[str] = []
    with Vault.open(home / FILE, secret(0)) as vault:
        state = State()
        if fault:
            fault.arm(home)
        for number, deed in enumerate(DEEDS):
            if not set(deed.delete) <= set(state.records):
                continue
            try:
                deed.do(vault, state)
            except StorageFailed as error:
                refused[type(error).__name__] = refused.get(type(error).__name__, 0) + 1
                continue
            done.append(number)
            state = deed.after(state)
        seen = faults.seen() if fault else 0
        if fault:
            faults.disarm()
            LAST.do(vault, state)
            done.append(len(DEEDS))
            state = LAST.after(state)
        if found(vault) != state.records:
            wrong.append("the open vault shows something else than was acknowledged")
    return {"done": done, "refused": refused, "wrong": wrong, "seen": seen}
