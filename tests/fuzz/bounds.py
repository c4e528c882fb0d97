"""What hostile input costs, as a table: run it with `python -P`.

Each input is verified in a process of its own, which is given 10 seconds of a processor and 1 GiB
of addresses, and ended where it wants more. A figure with a mark is beyond what a person should
wait for, 1 s, or beyond 256 MiB.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path.append(str(Path(__file__).parents[2]))  # the tests are not installed

from tests.fuzz.hostile import HOSTILE
from tests.fuzz.parties import judge
from wallet.credentials.formats.didkit_pipe import SHARED

if TYPE_CHECKING:
    from tests.fuzz.hostile_parts import Hostile

SECONDS: Final = 10
ADDRESSES: Final = 1 << 30
SLOW: Final = 1.0
LARGE: Final = 256.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What verifying came to. `verdict` is empty where there was no report.

    `cpu` and `wall` are in seconds, the processes that were asked included; `memory` is what the
    peak is above what the process had before, in MiB.
    """

    name: str
    size: int
    verdict: str
    cpu: float
    wall: float
    memory: float
    found: str


def measured(name: str) -> Cost:
    """Verify one of the inputs in a process of its own."""
    given = HOSTILE[name]()
    gc.collect()
    reader, writer = os.pipe()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _verify(given, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        said = answer.read()
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - started
    cpu = usage.ru_utime + usage.ru_stime
    if not said:
        why = f"ended with {os.waitstatus_to_exitcode(status)}"
        return Cost(name, len(given.data), "", cpu, wall, usage.ru_maxrss / 1024, why)
    told: dict[str, Any] = json.loads(said)
    memory = max(0.0, (usage.ru_maxrss - told.pop("before")) / 1024)
    return Cost(name, len(given.data), cpu=cpu, wall=wall, memory=memory, **told)


def _verify(given: Hostile, writer: int) -> None:
    """Write the verdict, and what it follows from, to a file descriptor; never return."""
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        report = judge(given.data, given.web)
        json.dumps(report.to_json())
        SHARED.close()
        verdict = report.verdict
        worst = [check for check in report.checks if check.verdict is verdict]
        found = ", ".join(dict.fromkeys(f"{check.name}: {check.code}" for check in worst[:50]))
        told = {"verdict": verdict.value, "found": found[:60], "before": before}
        os.write(writer, json.dumps(told).encode())
        code = 0
    except BaseException as error:  # noqa: BLE001 - whatever it is, it must not have been raised
        told = {"verdict": "", "found": f"{type(error).__name__}: {error}"[:200], "before": 0}
        os.write(writer, json.dumps(told).encode())
    finally:
        os._exit(code)


def main(arguments: list[str]) -> None:
    """Print a table, or with `--json` a line of JSON for each input; or some alone, by name."""
    wanted = [name for name in arguments if not name.startswith("-")] or list(HOSTILE)
    width = max(map(len, wanted))
    for cost in map(measured, wanted):
        if "--json" in arguments:
            line = json.dumps(asdict(cost))
        else:
            cpu = f"{cost.cpu * 1000:7.0f} ms{'!' if cost.cpu > SLOW else ' '}"
            memory = f"{cost.memory:6.1f} MiB{'!' if cost.memory > LARGE else ' '}"
            verdict = cost.verdict or "none!"
            line = f"| {cost.name:<{width}} | {cpu} | {memory} | {verdict:<13} | {cost.found}"
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
