"""Other people's tools on a chain of ours, as tables: `python -P tests/interop/ethr.py [PACKAGES]`.

npm's ethr-did-resolver resolves DIDs with a rich life through the server of an embedded chain, at
each of their versions, and so does Holdfast; ethers and cast read and write there. A difference
that `generations` does not explain is a failure. PACKAGES is a folder with `node_modules` to use
instead of the versions that are installed, as for a resolver that npm does not have yet.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).parents[2]))  # the tests are not installed

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from did.identifier import DID
from tests.interop.clients import use
from tests.interop.comparison import resolved
from tests.interop.lives import ETHER, Clock, Life, lived
from tests.interop.packages import CAST, PACKAGES, CannotRun, Missing, Packages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.interop.clients import Used
    from tests.interop.comparison import Compared


def main(arguments: Sequence[str]) -> int:
    """Compare, and print. The exit status is 1 where something differs or cannot be compared."""
    try:
        packages = Packages.installed(*(Path(folder).resolve() for folder in arguments[:1]))
        used, compared = _compared(packages)
    except Missing as error:
        sys.stdout.write(f"skipped: {error}, which npm's tools need\n")
        return 0
    except CannotRun as error:
        sys.stderr.write(f"not everything was compared: {error}\n")
        return 1
    _show_versions(packages)
    _show_clients(used)
    _show_documents(compared)
    wrong = [f"{tool}, {name}: {said!r}, not {so!r}" for tool, name, said, so in used.differing]
    wrong += [difference for found in compared for difference in found.differences]
    sys.stdout.writelines(f"{difference}\n" for difference in wrong)
    return 1 if wrong else 0


def _compared(packages: Packages) -> tuple[Used, list[Compared]]:
    with tempfile.TemporaryDirectory() as folder:
        path, clock = Path(folder) / "chain.db", Clock()
        with EmbeddedChain.create(path, accounts=ETHER, clock=clock) as chain:
            lives = list(lived(chain, clock))
        with EmbeddedChain.open(path) as chain, serve(chain, port=0) as server:
            used = use(chain, server.url, packages)
            lives += [Life(name, DID.parse(did)) for name, did in used.dids.items()]
            return used, resolved(chain, server.url, packages, lives)


def _show_clients(used: Used) -> None:
    count = Counter(tool for tool, *_ in used.rows)
    wrong = Counter(tool for tool, *_ in used.differing)
    rows = [(tool, str(many - wrong[tool]), str(wrong[tool])) for tool, many in count.items()]
    _table(("what is used", "equal", "differing"), rows)
    for reason in used.skipped:
        sys.stdout.write(f"skipped: {reason}\n\n")


def _show_documents(compared: Sequence[Compared]) -> None:
    figures = [(found.versions, found.equal, found.mapped, found.differing) for found in compared]
    totals = tuple(sum(column) for column in zip(*figures, strict=True))
    named = [(found.life.name, _short(str(found.life.did))) for found in compared]
    lines = zip([*named, ("all of them", "")], [*figures, totals], strict=True)
    head = ("DID resolved", "", "versions", "equal", "mapped", "differing")
    _table(head, [(*names, *map(str, numbers)) for names, numbers in lines])
    rules = sum((found.rules for found in compared), Counter[str]())
    _table(("mapped", "versions"), [(rule, str(many)) for rule, many in rules.items()])


def _show_versions(packages: Packages) -> None:
    versions = ((name, packages.version(name)) for name in (*PACKAGES, *CAST))
    _table(("package", "version"), [(name, version or "none") for name, version in versions])


def _short(did: str) -> str:
    """A DID with the middle of its network and of its account left out."""
    head, _, account = did.rpartition(":")
    return f"{head[:14]}…:{account[:8]}…{account[-4:]}" if len(head) > 14 else did


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Figures to the right, all else to the left."""
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    figures = [all(cell.isdecimal() for cell in column[1:]) for column in columns]
    for line in (head, tuple("-" * width for width in widths), *rows):
        cells = [
            cell.rjust(width) if figure else cell.ljust(width)
            for cell, width, figure in zip(line, widths, figures, strict=True)
        ]
        sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
