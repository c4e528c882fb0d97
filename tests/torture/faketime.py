"""The clock of whole commands, set by libfaketime: years back, years on, and while one runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.torture.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.rows import Scale

LIBRARIES: Final = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib*/faketime/libfaketime.so.1")
JUMPS: Final = ("+0", "-400d", "+10y", "-50y", "+0", "+3650d", "-1d", "+60y", "+0")
PASSPHRASE: Final = "correct horse battery staple"
# Jumps while the wallet is open: the file that libfaketime reads is written anew for each step.
OPEN: Final = """
import json, os, sys
from pathlib import Path
from wallet.clock import now
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault
told = []
with Vault.open(Path(sys.argv[1]), Secret(sys.argv[2])) as vault:
    for number, jump in enumerate(json.loads(sys.argv[3])):
        Path(os.environ["FAKETIME_TIMESTAMP_FILE"]).write_text(jump)
        vault.put(Kind.PRODUCT, {"n": number, "year": now().year}, id=f"{number}")
        told.append(now().year)
    held = [[record.id, record.created.year] for record in vault.all(Kind.PRODUCT)]
print(json.dumps([told, held]))
"""


def faketime(scale: Scale) -> Iterator[Row]:
    """Commands at each time, in that order; then the order, the verdicts and the journal."""
    row = Row("libfaketime, whole commands", "each answers; order, journal, verdicts hold")
    library = _library()
    if library is None:
        row.impossible = "there is no libfaketime here (apt-get install faketime)"
        yield row
        return
    with tempfile.TemporaryDirectory() as name:
        try:
            _live(row, library, Path(name), JUMPS[:: min(scale.calls, 3)])
            _jump_while_open(row, library, Path(name))
        except Failed as error:
            row.fail(str(error))
    yield row


class Failed(Exception):
    """A command did not do what it does at any other time."""


def _library() -> Path | None:
    for pattern in LIBRARIES:
        for path in sorted(Path("/").glob(pattern.removeprefix("/"))):
            return path
    return None


def _environment(library: Path, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "HOLDFAST_HOME": str(folder / "wallet"),
        "HOLDFAST_LANGUAGE": "en",
        "LD_PRELOAD": str(library),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_TIMESTAMP_FILE": str(folder / "time"),
    }


def _ran(library: Path, folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", *words],
        cwd=folder,
        env=_environment(library, folder),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise Failed(f"{words[:4]}: {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def _live(row: Row, library: Path, folder: Path, jumps: tuple[str, ...]) -> None:
    (folder / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    common = ("--passphrase-file", "passphrase", "--quiet")

    def holdfast(*words: str, yes: bool = True) -> str:
        return _ran(
            library, folder, "-m", "wallet.cli.main", *words, *common, *(("--yes",) if yes else ())
        )

    for number, jump in enumerate(jumps):
        (folder / "time").write_text(jump, encoding="utf-8")
        if number == 0:
            holdfast("init", yes=False)
            holdfast("did", "create", "--method", "key", "--name", "me")
        holdfast("contact", "add", f"Contact {number}", f"did:web:c{number}.example")
        issued = json.loads(
            holdfast(
                *("issue", "--type", f"Pass {number}", "--issuer", "me", "--subject", "me"),
                *("--claim", "n=1", "--json"),
            )
        )
        (folder / f"{number}.json").write_text(json.dumps(issued["credential"]), encoding="utf-8")
        _ran(library, folder, "-m", "wallet.cli.main", "verify", f"{number}.json")
        holdfast("history", "verify", yes=False)
        row.count("jumps between commands")
    listed = json.loads(holdfast("contact", "list", "--json", yes=False))["contacts"]
    if [one["name"] for one in listed] != [f"Contact {number}" for number in range(len(jumps))]:
        row.fail("the contacts are not in the order in which they were made")
    holdfast("doctor", yes=False)


def _jump_while_open(row: Row, library: Path, folder: Path) -> None:
    jumps = json.dumps(JUMPS)
    said = _ran(library, folder, "-c", OPEN, str(folder / "wallet" / "vault.db"), PASSPHRASE, jumps)
    told, held = json.loads(said)
    row.count("jumps while it is open", len(JUMPS))
    expected: list[list[Any]] = [[f"{number}", year] for number, year in enumerate(told)]
    if len(set(told)) < 4:
        row.fail(f"the clock did not jump: {told}")
    if held != expected:
        row.fail(f"the records are not as they were put: {held}")
