"""One run of a suite: mocha in the suite's folder, and what it says of each test, from its JSON."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.conformance.configuration import CONTENT, FILE, VARIABLE
from tests.interop.packages import CannotRun, finished

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.conformance.configuration import Server
    from tests.conformance.suites import Suite

MOCHA: Final = ("node", "node_modules/mocha/bin/mocha.js", "tests/", "--reporter", "json")


class Came(StrEnum):
    """What came of a test. A suite leaves tests out by itself: those are neither good nor bad."""

    PASSED = "passed"
    FAILED = "failed"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Tried:
    """A test that was run: its full name, what came of it, and what mocha says where it failed."""

    name: str
    came: Came
    said: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a suite. A hook that failed counts as a failed test: it hides those after it."""

    suite: Suite
    tests: tuple[Tried, ...]

    def count(self, came: Came) -> int:
        """How many tests that came of."""
        return sum(test.came is came for test in self.tests)

    @property
    def failed(self) -> tuple[Tried, ...]:
        """The tests that failed."""
        return tuple(test for test in self.tests if test.came is Came.FAILED)


def run(suite: Suite, folder: Path, server: Server, path: Path | None = None) -> Run:
    """Run a suite against a server, with `path` before the folders in which programs are found.

    Raises:
        CannotRun: mocha does not end, or says nothing that can be read.
    """
    (folder / FILE).write_text(CONTENT, "utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.json"
        command = [*MOCHA, "--reporter-option", f"output={report}", *suite.options]
        ran = finished(command, folder, _environment(server, temporary, path))
        try:
            read = json.loads(report.read_text("utf-8"))
        except (OSError, ValueError) as error:
            said = (ran.stdout + ran.stderr).strip()[-2000:]
            raise CannotRun(f"{suite.name} says nothing: {said}") from error
    return Run(suite, tuple(_tests(read)))


def _tests(read: Mapping[str, Any]) -> Iterator[Tried]:
    for member, came in (("passes", Came.PASSED), ("pending", Came.LEFT_OUT)):
        for test in read[member]:
            yield Tried(test["fullTitle"], came)
    for test in read["failures"]:
        yield Tried(test["fullTitle"], Came.FAILED, test["err"].get("message", ""))


def _environment(server: Server, home: str, path: Path | None) -> dict[str, str]:
    """No settings of this machine's: neither proxies nor a node of the person's."""
    folders = [str(path)] if path is not None else []
    return {
        "PATH": os.pathsep.join([*folders, os.environ["PATH"]]),
        "HOME": home,
        VARIABLE: server.configuration(),
    }
