"""Everything that may happen to a vault, as a table: `make torture`, or `run.py` with `python -P`.

`--short` takes seconds, and `--only WORD` runs the ordeals whose name has it. It fails if
anything did not hold.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.append(str(Path(__file__).parents[2]))  # the tests are not installed

from tests.torture import faults
from tests.torture.backups import backups
from tests.torture.calls import calls
from tests.torture.clocks import clocks
from tests.torture.crowd import crowd
from tests.torture.damage import damage
from tests.torture.deeds import remember_derived_keys, without_waits
from tests.torture.disks import disks
from tests.torture.faketime import faketime
from tests.torture.kills import kills
from tests.torture.passphrases import passphrases
from tests.torture.power import power
from tests.torture.rows import SHORT, Row, Scale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ORDEALS: Final[Mapping[str, Callable[[Scale], Iterator[Row]]]] = {
    "passphrases": passphrases,  # before the derived keys are remembered
    "kills": kills,
    "power": power,
    "disks": disks,
    "calls": calls,
    "crowd": crowd,
    "clocks": clocks,
    "faketime": faketime,
    "damage": damage,
    "backups": backups,
}


def main() -> int:
    """Run, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--only", choices=ORDEALS, action="append")
    parser.add_argument("--kills", type=int)
    parsed = parser.parse_args()
    faults.load()
    scale = SHORT if parsed.short else Scale()
    if parsed.kills:
        scale = replace(scale, kills=parsed.kills)
    without_waits()
    failures = []
    try:
        for name in (name for name in ORDEALS if name in (parsed.only or ORDEALS)):
            if name != "passphrases":
                remember_derived_keys()
            for row in _timed(ORDEALS[name](scale)):
                failures += row.failures
    finally:
        faults.unload()
    for failure in failures:
        sys.stderr.write(f"{failure}\n")
    return 1 if failures else 0


def _timed(rows: Iterator[Row]) -> Iterator[Row]:
    started = time.perf_counter()
    for row in rows:
        seconds = f"{time.perf_counter() - started:.0f} s"
        said = row.impossible or ", ".join(f"{what} {n}" for what, n in row.counts.items())
        line = f"| {row.ordeal:<38} | {said:<100} | {row.mark:<46} | {row.verdict} | {seconds} |\n"
        sys.stdout.write(line)
        sys.stdout.flush()
        started = time.perf_counter()
        yield row


if __name__ == "__main__":
    sys.exit(main())
