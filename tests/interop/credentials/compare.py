"""npm's tools and Holdfast on each other's credentials: run `compare.py` with `python -P`.

Each mechanism is tried in both directions, with a credential and with a presentation of it, and
both must refuse what either issued once a claim was changed. A difference is a failure.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.append(str(Path(__file__).parents[3]))  # the tests are not installed

from tests.interop.credentials.judging import Row, objection
from tests.interop.credentials.lists import compared_lists
from tests.interop.credentials.mechanisms import (
    HOLDER,
    ISSUER,
    MECHANISMS,
    changed,
    credential,
    now,
    presentation,
    unsecured_presentation,
    unsigned,
)
from tests.interop.credentials.parts import SCRIPT, compared_parts
from tests.interop.credentials.peer import PACKAGES, Peer, Refused, installed
from tests.interop.packages import CannotRun, Missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.interop.credentials.mechanisms import Mechanism
    from tests.interop.packages import Packages

HEAD: Final = (
    "mechanism",
    "what",
    "we issue, they verify",
    "they issue, we verify",
    "changed claim refused by both",
)


def main() -> int:
    """Compare, and print. The exit status is 1 where something differs or cannot be compared."""
    try:
        packages = installed()
        with Peer(packages) as peer:
            rows = [row for mechanism in MECHANISMS for row in _compared(peer, mechanism)]
            rows += compared_lists(peer)
        with Peer(packages, SCRIPT) as peer:
            rows += compared_parts(peer, now())
    except Missing as error:
        sys.stdout.write(f"skipped: {error}, which npm's tools need\n")
        return 0
    except (CannotRun, Refused) as error:
        sys.stderr.write(f"not everything was compared: {error}\n")
        return 1
    _show_versions(packages)
    _table(HEAD, [row.cells for row in rows])
    differences = [difference for row in rows for difference in row.differences]
    sys.stdout.writelines(f"{difference}\n" for difference in differences)
    return 1 if differences else 0


def _compared(peer: Peer, mechanism: Mechanism) -> Iterator[Row]:
    at = now()
    ours = credential(mechanism, at)
    theirs = peer.issue(mechanism, unsigned(mechanism, at), mechanism.party(ISSUER))
    yield _row(peer, mechanism, (ours, theirs), presents=False)
    holder = mechanism.party(HOLDER)
    shown = presentation(mechanism, ours, at)
    shown_by_peer = peer.present(mechanism, unsecured_presentation(mechanism, theirs), holder)
    yield _row(peer, mechanism, (shown, shown_by_peer), presents=True)


def _row(peer: Peer, mechanism: Mechanism, issued: tuple[bytes, bytes], *, presents: bool) -> Row:
    ours, theirs = issued
    said_by_peer = peer.objection(mechanism, ours, presents=presents)
    said_by_us = objection(theirs, presents=presents)
    return Row(
        mechanism.name,
        "presentation" if presents else "credential",
        ours=() if said_by_peer is None else (f"they refuse ours: {said_by_peer}",),
        theirs=() if said_by_us is None else (f"we refuse theirs: {said_by_us}",),
        changed=tuple(_taken(peer, mechanism, issued, presents=presents)),
    )


def _taken(
    peer: Peer, mechanism: Mechanism, issued: tuple[bytes, bytes], *, presents: bool
) -> Iterator[str]:
    for whose, secured in zip(("ours", "theirs"), map(changed, issued), strict=True):
        if peer.objection(mechanism, secured, presents=presents) is None:
            yield f"they take {whose} with a changed claim"
        if objection(secured, presents=presents) is None:
            yield f"we take {whose} with a changed claim"


def _show_versions(packages: Packages) -> None:
    versions = ((name, packages.version(name) or "none") for name in PACKAGES)
    _table(("package", "version"), list(versions))


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for line in (head, tuple("-" * width for width in widths), *rows):
        cells = " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        sys.stdout.write(f"| {cells} |\n")
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.exit(main())
