"""`holdfast serve` on a fresh wallet, as a person starts it: by the command line."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tests.conformance.configuration import ISSUING, Server
from tests.interop.packages import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOLDFAST: Final = (sys.executable, "-P", "-m", "wallet.cli.main")
_ENDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class _Wallet:
    """A wallet in a folder of its own."""

    home: Path

    @classmethod
    def fresh(cls, home: Path) -> _Wallet:
        home.mkdir()
        (home.parent / "passphrase").write_text("conformance of a fresh wallet", "utf-8")
        wallet = cls(home)
        wallet.do("init", "--json")
        return wallet

    def command(self, *words: str) -> list[str]:
        at = ("--home", str(self.home), "--passphrase-file", str(self.home.parent / "passphrase"))
        verbs = next((i for i, word in enumerate(words) if word.startswith("-")), len(words))
        return [*HOLDFAST, *words[:verbs], *at, *words[verbs:]]

    def do(self, *words: str) -> dict[str, Any]:
        """What a command says as JSON. Raises `CannotRun`."""
        ran = subprocess.run(
            self.command(*words), capture_output=True, encoding="utf-8", check=False
        )
        if ran.returncode != 0:
            raise CannotRun(f"holdfast {' '.join(words[:2])}: {ran.stderr.strip()}")
        said: dict[str, Any] = json.loads(ran.stdout)
        return said


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """The server, for as long as the context lasts; its wallet has a DID for each kind of key.

    Raises:
        CannotRun: it does not start.
    """
    wallet = _Wallet.fresh(folder / "wallet")
    issuers = {
        algorithm: _did(wallet, algorithm)
        for algorithm in dict.fromkeys(issuing.algorithm for issuing in ISSUING)
    }
    port = _free_port()
    url = f"https://localhost:{port}/status/conformance"
    said = ("--url", url, "--issuer", issuers["Ed25519"], "--output", str(folder / "list.json"))
    wallet.do("status", "create", "conformance", *said, "--yes", "--json")
    options = ("--port", str(port), "--tls-self-signed", "--status", "conformance", "--offline")
    command = wallet.command("serve", *options, "--yes", "--json")
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            if not (line := process.stdout.readline()):
                raise CannotRun("holdfast serve does not start")
            started = json.loads(line)
            yield Server(started["url"], issuers, started["token"])
        finally:
            process.terminate()
            process.wait(_ENDS)


def _did(wallet: _Wallet, algorithm: str) -> str:
    made = wallet.do(
        "did", "create", "--method", "key", "--algorithm", algorithm, "--yes", "--json"
    )
    return str(made["data"]["did"] if "data" in made else made["did"])


def _free_port() -> int:
    """A port that nobody has now: the address of a status list is told before it is served."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
