"""A wallet that has been lived in goes to another machine by way of a backup: `travel.py SIZE`.

`python -P travel.py SIZE FOLDER` makes a wallet with SIZE credentials, looks at it, backs it up,
takes it out of the way, restores it as somebody with another home folder, and looks again. It
prints both as JSON; what is the same and what is not is for who reads it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

sys.path.append(str(Path(__file__).parents[4]))  # the tests are not installed

from tests.wallet.backup.journey.doing import do
from tests.wallet.backup.journey.life import lived
from tests.wallet.backup.journey.look import gone_on, looked, refusals
from tests.wallet.backup.journey.web import Web, served
from wallet.credentials.timestamps import write_timestamp
from wallet.vault.attempts import ATTEMPTS
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import create_wallet, open_wallet

PASSPHRASE: Final = "correct horse battery staple"
BACKUPS: Final = "the backup's own passphrase"
BACKUP: Final = "wallet.age"
_INHERITED: Final = frozenset({"PATH", "PYTHONPATH"})


@dataclass(frozen=True, slots=True)
class Machine:
    """A computer: a folder that is somebody's home, and what is carried to it."""

    home: Path
    web: Web
    carried: Path

    @property
    def wallet(self) -> Path:
        """The wallet's folder."""
        return self.home / "wallet"

    @property
    def environment(self) -> dict[str, str]:
        """What a process there knows of the world."""
        return {
            **{name: os.environ[name] for name in _INHERITED & os.environ.keys()},
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "SSL_CERT_FILE": str(self.web.certificate),
            "HOLDFAST_HOME": str(self.wallet),
            "HOLDFAST_LANGUAGE": "en",
        }

    def holdfast(self, *words: str, codes: tuple[int, ...] = (0,)) -> str:
        """What a command prints there, in a process of its own."""
        return self._run([sys.executable, "-P", "-m", "wallet.cli.main", *words], codes)

    def sees(self, what: str, *words: str) -> Any:
        """What this program prints there when it is asked for a part of itself."""
        return json.loads(self._run([sys.executable, "-P", __file__, f"--{what}", *words], (0,)))

    def _run(self, command: list[str], codes: tuple[int, ...]) -> str:
        done = subprocess.run(
            command,
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            check=False,
            text=True,
        )
        if done.returncode not in codes:
            raise SystemExit(f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def verdicts(self, at: str, *, offline: bool) -> dict[str, Any]:
        """What the batch verifier says of each credential of the wallet, by its id."""
        shown = self.home / f"shown-{offline}"
        self.sees("show", str(self.wallet), str(shown))
        words = ("verify", str(shown), "--json", "--at", at)
        said = self.holdfast(*words, *(("--offline",) if offline else ()), codes=tuple(range(16)))
        reports = map(json.loads, said.splitlines())
        return {Path(one.pop("input")).name: one for one in reports}


def travel(folder: Path, size: int) -> dict[str, Any]:
    """What is seen `before` and `after`, and how many seconds each part took."""
    carried = folder / "stick"
    carried.mkdir()
    for name, text in (("passphrase", PASSPHRASE), ("backup's", BACKUPS)):
        (carried / name).write_text(text, encoding="utf-8")
    timed: dict[str, float] = {}
    started = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal started
        timed[name] = round(time.perf_counter() - started, 1)
        started = time.perf_counter()

    with served(folder / "web", carried / "web.pem") as web:
        old, new = (Machine(folder / name, web, carried) for name in ("old", "new"))
        old.home.mkdir()
        new.home.mkdir()
        keys = (
            *("--passphrase-file", str(carried / "passphrase")),
            *("--backup-passphrase-file", str(carried / "backup's")),
        )
        places = (web.folder, web.plain, web.secure, web.certificate, carried)
        at = old.sees("live", str(old.wallet), *map(str, places), str(size))
        lap("live")
        head = str(next((carried / "receipts").glob("journal-?*[0-9].json")))
        before = _seen(old, at, head)
        lap("look")
        backup = str(carried / BACKUP)
        old.holdfast("backup", backup, "--yes", *keys)
        verified = json.loads(old.holdfast("backup", "verify", backup, "--json", *keys))
        old.home.rename(folder / "gone")
        lap("back up")
        new.holdfast("restore", backup, *keys)
        lap("restore")
        after = _seen(new, at, head)
        lap("look again")
        receipt = new.holdfast("chain", "receipt", head, head.replace(".json", ".anchor.json"))
        last = new.sees("go-on", str(new.wallet), head)
        lap("go on")
    return {
        "at": at,
        "before": before,
        "verified": verified,
        "after": after,
        "receipt": receipt,
        "last": last,
        "seconds": timed,
    }


def _seen(machine: Machine, at: str, head: str) -> dict[str, Any]:
    found: dict[str, Any] = machine.sees("look", str(machine.wallet), head)
    found["verdicts"] = machine.verdicts(at, offline=False)
    found["verdicts offline"] = machine.verdicts(at, offline=True)
    return found


def main(words: list[str]) -> Any:
    """A part of it, in a process of its own; or all of it."""
    ATTEMPTS.sleep = lambda _: None
    match words:
        case ["--live", home, folder, plain, secure, certificate, carried, size]:
            web = Web(Path(folder), plain, secure, Path(certificate))
            return _live(Path(home), web, Path(carried), int(size))
        case ["--show", home, folder]:
            Path(folder).mkdir()
            with open_wallet(Path(home), Secret(PASSPHRASE)) as wallet:
                for record in wallet.vault.all(Kind.CREDENTIAL):
                    output = str(Path(folder) / record.id)
                    do(wallet, "show_credential", credential=record.id, output=output)
            return None
        case ["--look", home, head]:
            with open_wallet(Path(home), Secret(PASSPHRASE)) as wallet:
                found = looked(wallet, Path(head))
                return {**found, "refusals": refusals(wallet)}
        case ["--go-on", home, head]:
            with open_wallet(Path(home), Secret(PASSPHRASE)) as wallet:
                return gone_on(wallet, Path(head))
        case [size, folder]:
            return travel(Path(folder), int(size))
        case _:
            raise SystemExit(__doc__)


def _live(home: Path, web: Web, carried: Path, size: int) -> str:
    """Makes the wallet and lives in it; when that was over."""
    create_wallet(home, Secret(PASSPHRASE), kdf=FLOOR)[0].close()
    lived(home, Secret(PASSPHRASE), web, carried, size)
    return write_timestamp(datetime.now(UTC))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1:])))
