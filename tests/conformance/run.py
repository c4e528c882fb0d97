"""The W3C's test suites against `holdfast serve`: run `run.py FOLDER` with `python -P`.

FOLDER holds the checkouts of the suites, each under its repository's name. Without one, what has to
lie there is printed. The suites are not ours and are never part of this repository.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.append(str(Path(__file__).parents[2]))  # the tests are not installed

from tests.conformance.checkouts import commit, ready, wanted
from tests.conformance.command import standing_in
from tests.conformance.forwarding import asking_for_the_proof
from tests.conformance.nothing import MANNERS, serving_nothing
from tests.conformance.page import Row, measured, surprises, write
from tests.conformance.resolving import resolving
from tests.conformance.running import Came, run
from tests.conformance.serving import serving
from tests.conformance.suites import SUITES
from tests.interop.packages import CannotRun, Missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.conformance.suites import Suite

TOLD: Final = """\
Give the folder that holds these repositories of GitHub, each checked out under its name:
"""


def main() -> int:
    """Run what was asked for. The exit status is 1 where something is not as it is known to be."""
    asked = _parser().parse_args()
    if asked.folder is None:
        sys.stdout.write(TOLD)
        sys.stdout.writelines(f"  {one.owner}/{one.name} at {one.commit}\n" for one in wanted())
        return 2
    suites = [suite for suite in SUITES if not asked.suite or asked.suite in suite.name]
    try:
        rows = _rows(asked.folder, suites)
    except Missing as error:
        sys.stdout.write(f"skipped: {error}\n")
        return 0
    except CannotRun as error:
        sys.stderr.write(f"not everything was run: {error}\n")
        return 1
    sys.stdout.write(measured(rows))
    if asked.write:
        write(rows)
    unexpected = list(surprises(rows))
    sys.stdout.writelines(f"{sentence}\n" for sentence in unexpected)
    return 1 if unexpected else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where the checkouts are")
    parser.add_argument("--suite", default="", metavar="WORD", help="those with this in their name")
    parser.add_argument("--write", action="store_true", help="put it into docs/conformance.md")
    return parser


def _rows(checkouts: Path, suites: Sequence[Suite]) -> list[Row]:
    """Every suite against the servers that prove nothing, and then against Holdfast."""
    folders = {suite.name: ready(checkouts, suite) for suite in suites}
    nothing = dict.fromkeys(folders, 0)
    for manner in MANNERS:
        with _temporary() as temporary, serving_nothing(manner, temporary) as server:
            path = standing_in(temporary, ("--always", manner.command))
            for suite in suites:
                ran = run(suite, folders[suite.name], server, path)
                nothing[suite.name] = max(nothing[suite.name], ran.count(Came.PASSED))
    with _temporary() as temporary, _temporary() as other, ExitStack() as stack:
        served = stack.enter_context(serving(temporary))
        silent = stack.enter_context(asking_for_the_proof(served, other))
        servers = {"did-key-test-suite": stack.enter_context(resolving(other))}
        path = standing_in(other)
        return [
            Row(
                run(suite, folders[suite.name], servers.get(suite.name, served), path),
                commit(checkouts, suite.checkout),
                nothing[suite.name],
                run(suite, folders[suite.name], silent) if suite.is_silent else None,
            )
            for suite in suites
        ]


@contextmanager
def _temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)


if __name__ == "__main__":
    sys.exit(main())
