"""Whole processes measured: one credential from a cold start, and thousands at once."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.interop.credentials.measuring import Command, clock, figure, met, show, started
from tests.interop.credentials.mechanisms import MECHANISMS, credential, now
from tests.interop.credentials.peer import (
    environment,
    knowledge,
    node,
    verification,
)

if TYPE_CHECKING:
    from tests.interop.credentials.mechanisms import Mechanism
    from tests.interop.packages import Packages

ROOT: Final = Path(__file__).parents[3]
HOLDFAST: Final = Path(sys.executable).with_name("holdfast")
STARTS: Final = 20
PEER_STARTS: Final = 10
BATCH: Final = 5000
COLD_MARK: Final = 150.0
SPEED_UP_MARK: Final = 1.8
COLD: Final = ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019 P-256", "JWT VC EdDSA")


def cold_starts(folder: Path, packages: Packages | None) -> None:
    """The command of this checkout, that of a wheel, and node, each on the same file."""
    wheel, rows = _wheel(folder), []
    for mechanism in MECHANISMS:
        if mechanism.name not in COLD:
            continue
        try:
            rows.append(_cold(folder, mechanism, wheel, packages))
        except subprocess.CalledProcessError as error:
            sys.stdout.write(f"verify {mechanism.name} is not measured: {_last_line(error)}\n\n")
    bare = started(STARTS, [sys.executable, "-c", "pass"])
    node = None if packages is None else started(PEER_STARTS, ["node", "--eval", "0"])
    rows.append(("to start and do nothing", figure(bare, 0), "", "", "", figure(node, 0), ""))
    show(("ms, a process", "checkout", "wheel", "mark", "", "npm", "times ours"), rows)


def _cold(
    folder: Path, mechanism: Mechanism, wheel: Path | None, packages: Packages | None
) -> tuple[str, ...]:
    secured = credential(mechanism, now())
    path = folder / f"{mechanism.suite}.credential"
    path.write_bytes(secured)
    arguments: Command = ["verify", path, "--home", folder / "home"]
    ours = started(STARTS, [HOLDFAST, *arguments])
    built = None if wheel is None else started(STARTS, [wheel, *arguments])
    best = ours if built is None else built
    theirs = None if packages is None else _peer(packages, mechanism, secured)
    return (
        f"verify {mechanism.name}",
        figure(ours, 0),
        figure(built, 0),
        figure(COLD_MARK, 0),
        met(best, COLD_MARK),
        figure(theirs, 0),
        "" if theirs is None else f"{theirs / best:.1f}",
    )


def _wheel(folder: Path) -> Path | None:
    """The command installed from a wheel, beside what this environment has; None if it cannot be.

    An editable checkout starts slower: it looks for its modules in a way of its own.
    """
    scratch, built = folder / "venv", folder / "wheel"
    site = next(path for path in sys.path if path.endswith("site-packages"))
    try:
        venv.create(scratch, with_pip=False)
        target = next(scratch.glob("lib/python*/site-packages"))
        # A folder named so is searched, and its own .pth files, such as ours, are not read.
        (target / "holdfast-needs.pth").write_text(f"{site}\n", "utf-8")
        build: Command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", built]
        subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
        pip: Command = [sys.executable, "-m", "pip", "--python", scratch / "bin" / "python"]
        pip += ["install", "--no-deps", "--no-index", *map(str, built.glob("*.whl"))]
        subprocess.run(pip, check=True, capture_output=True)
    except (OSError, StopIteration, subprocess.CalledProcessError) as error:
        sys.stdout.write(f"a wheel is not measured: {error}\n\n")
        return None
    return scratch / "bin" / "holdfast"


def _peer(packages: Packages, mechanism: Mechanism, secured: bytes) -> float:
    questions = (knowledge(), verification(mechanism, secured, presents=False))
    asked = "".join(f"{json.dumps(question)}\n" for question in questions).encode()
    asking = node()

    def start() -> None:
        ran = subprocess.run(
            asking,
            input=asked,
            cwd=packages.root,
            env=environment(packages),
            check=True,
            capture_output=True,
        )
        assert json.loads(ran.stdout.splitlines()[1]) == {"value": None}

    return statistics.median(clock(start) for _ in range(PEER_STARTS))


def batches(folder: Path) -> None:
    """A file of many different credentials, its reading and the start of all processes included."""
    mechanism, at = MECHANISMS[0], now()
    path = folder / "many.jsonl"
    with path.open("wb") as file:
        for number in range(BATCH):
            file.write(credential(mechanism, at, id=f"urn:example:{number}") + b"\n")
    command: Command = [HOLDFAST, "verify", path, "--home", folder / "home", "--quiet", "--jobs"]
    # Twice each, in turn, and the better of the two: a machine has other things to do.
    try:
        runs = [(_used([*command, "1"]), _used([*command, "2"])) for _ in range(2)]
    except subprocess.CalledProcessError as error:
        sys.stdout.write(f"a batch is not measured: {_last_line(error)}\n")
        return
    one, two = (
        tuple(min(figures) for figures in zip(*times, strict=True))
        for times in zip(*runs, strict=True)
    )
    speed_up = one[0] / two[0]
    reached = "met" if speed_up >= SPEED_UP_MARK else "NOT met"
    head = (f"{BATCH} credentials, {mechanism.name}", "s", "processors, s", "a second")
    gained = (f"{speed_up:.2f}", str(SPEED_UP_MARK), reached)
    named = (("one process", one, ("", "", "")), ("two processes", two, gained))
    rows = [
        (name, f"{used[0]:.2f}", f"{used[1]:.2f}", f"{BATCH / used[0]:.0f}", *more)
        for name, used, more in named
    ]
    show((*head, "speed-up", "mark", ""), rows)


def _used(command: Command) -> tuple[float, float]:
    """The seconds that a process took, and those of processors that it and its children used."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = started(1, command) / 1000
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _last_line(error: subprocess.CalledProcessError) -> str:
    """What a process said last, of its errors or else at all."""
    said = (error.stderr or error.stdout).decode(errors="replace").strip().splitlines()
    return said[-1] if said else f"it ended with {error.returncode}"
