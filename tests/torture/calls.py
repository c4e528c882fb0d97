"""Killed at each call in turn that changes the folder, whole or in the middle of a write."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.torture import faults
from tests.torture.children import Child
from tests.torture.deeds import FILE, Deed, State, new_vault, repeat_salts, secret, which
from tests.torture.faults import Calls, Fault, Strike
from tests.torture.rows import Row
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.torture.rows import Scale

HELD: Final = State({f"record {n}": {"x": "x" * 3_000} for n in range(6)})
DEEDS: Final = {
    "put": Deed(put=(("new", {"x": "x" * 6_000}),)),
    "replace": Deed(put=(("record 1", {"x": "y" * 9_000}),)),
    "delete": Deed(delete=("record 2",)),
    "several": Deed(put=(("record 1", {}), ("new", {"x": "x" * 6_000})), delete=("record 0",)),
    "passphrase": Deed(passphrase=True),
    "create": Deed(create="made-0.db"),
}


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is done to a copy of a folder, from when on calls are struck, and what may be left."""

    template: Path
    work: Callable[[Path, Callable[[], None]], None]
    may_be: list[State]


def calls(scale: Scale) -> Iterator[Row]:
    """Kill at the first call, at the second, and so on until nothing is left to be killed."""
    with tempfile.TemporaryDirectory() as folder:
        calm, crashed = _templates(Path(folder))
        for name, deed in DEEDS.items():
            trial = _Trial(calm, _doing(deed), [HELD, deed.after(HELD)])
            yield _each(
                Row(f"killed at each call: {name}", "the old or the new, whole"), trial, scale
            )
        row = Row("killed at each call: recovery, closing", "all that was acknowledged")
        yield _each(row, _Trial(crashed, _opening, [HELD]), scale)


def _templates(folder: Path) -> tuple[Path, Path]:
    """A vault that was closed, and the same one whose process was killed."""
    calm, crashed = folder / "calm", folder / "crashed"
    path = new_vault(crashed)

    def fill(_: Callable[[bytes], object]) -> None:
        vault = Vault.open(path, secret(0))
        for id_, body in HELD.records.items():
            Deed(put=((id_, body),)).do(vault, HELD)
        os.kill(os.getpid(), signal.SIGKILL)

    Child.of(fill).ended()
    shutil.copytree(crashed, calm)
    assert which(calm, [HELD]) == HELD
    return calm, crashed


def _doing(deed: Deed) -> Callable[[Path, Callable[[], None]], None]:
    def work(home: Path, arm: Callable[[], None]) -> None:
        with Vault.open(home / FILE, secret(0)) as vault:
            arm()
            deed.do(vault, HELD)

    return work


def _opening(home: Path, arm: Callable[[], None]) -> None:
    arm()
    Vault.open(home / FILE, secret(0)).close()


def _each(row: Row, trial: _Trial, scale: Scale) -> Row:
    if not faults.loaded():
        row.impossible = "no C compiler here to build what kills at a call"
        return row
    home = trial.template.with_name("home")
    for strike in (Strike.DIE, Strike.TEAR):
        at = 1
        while _killed(row, trial, home, Fault(Calls.ALL, at, strike)):
            at += scale.calls
    return row


def _killed(row: Row, trial: _Trial, home: Path, fault: Fault) -> bool:
    """Whether there was a call left to be killed at."""
    shutil.copytree(trial.template, home)
    repeat_salts(7)
    code, said = Child.of(lambda _: trial.work(home, lambda: fault.arm(home))).ended()
    if said:
        row.fail(f"{fault}: {said.decode()}")
    now = which(home, trial.may_be)
    if now is None:
        row.fail(f"{fault}: neither the old nor the new is there")
    elif code != 0:
        row.count("kills")
        row.count("left the new", now == trial.may_be[-1] != trial.may_be[0])
    shutil.rmtree(home)
    return code == -signal.SIGKILL
