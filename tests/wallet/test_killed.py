from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.chain.embedded import EmbeddedChain
from wallet.cli.main import main
from wallet.entries import OwnDID, dids
from wallet.resolution import CHAIN_FILE
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[..., Any]

PASSPHRASE: Final = "correct horse battery staple"
# Does what it is told with every yes, and is killed at the n-th step: a step is something written
# down ("down") or removed ("off") of what is under way.
PROGRAM: Final = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.registrars.table import registrars_of
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

home, passphrase, step, left, action, *given = sys.argv[1:]
left = int(left)

def die_at(name):
    global left
    if name == step:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

class Store:
    def __init__(self, store):
        self.store = store
        self.all = store.all
    def put(self, intent, /):
        self.store.put(intent)
        die_at("down")
    def remove(self, id_, /):
        die_at("off")
        self.store.remove(id_)

with open_wallet(Path(home), Secret(passphrase)) as wallet:
    outbox = replace(wallet.sending.outbox, store=Store(wallet.sending.outbox.store))
    sending = replace(wallet.sending, outbox=outbox)
    registrars = registrars_of(wallet.vault, wallet.chains, wallet.resolver, sending)
    wallet = replace(wallet, sending=sending, registrars=registrars)
    arguments = {name: value for name, _, value in (one.partition("=") for one in given)}
    if "documents" in arguments:
        arguments["documents"] = [arguments["documents"]]
    proposal = ACTIONS[action].propose(wallet, arguments)
    run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
"""


@pytest.fixture
def ask(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command with --json and reads what it printed."""
    (tmp_path / "passphrase").write_text(PASSPHRASE)

    def asked(*argv: str) -> Any:
        passphrase = ("--passphrase-file", str(tmp_path / "passphrase"))
        assert main([*argv, "--home", str(home), *passphrase, "--json", "--quiet"]) == 0
        return json.loads(capsys.readouterr().out)

    return asked


@pytest.fixture
def kill(home: Path) -> Callable[..., None]:
    def killed(step: str, number: int, action: str, **arguments: str) -> None:
        given = [f"{name}={value}" for name, value in arguments.items()]
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, home, PASSPHRASE, step, str(number), action, *given],
            check=False,
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()

    return killed


def blocks(home: Path) -> int:
    with EmbeddedChain.open(home / CHAIN_FILE) as chain:
        return int(chain.request("eth_blockNumber"), 16)


def only_did(home: Path) -> OwnDID:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        (own,) = dids(wallet.vault)
        return own


def under_way(home: Path) -> tuple[int, int]:
    """How many transactions, and how many batches of anchors, the wallet is not done with."""
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        vault = wallet.vault
        return len(vault.all(Kind.TRANSACTION)), len(vault.all(Kind.ANCHORING))


def signs_what_others_verify(ask: Ask) -> bool:
    what = ("--type", "Badge", "--subject", "shop", "--claim", "level=1")
    card = ask("issue", "--issuer", "shop", *what, "--yes")["id"]
    return bool(ask("verify", card)["verdict"] == "valid")


@pytest.mark.parametrize(("step", "sent"), [("down", 0), ("off", 1)])
def test_a_publication_is_done_once_whenever_the_wallet_is_killed(
    ask: Ask, kill: Any, home: Path, step: str, sent: int
) -> None:
    ask("did", "create", "--name", "shop", "--yes")
    kill(step, 1, "publish_did", did="shop")
    assert (blocks(home), under_way(home)) == (sent, (1, 0))
    (found,) = ask("chain", "pending")["transactions"]
    assert (found["state"], found["purpose"]["call"]) == ("done", "setAttribute")
    assert (blocks(home), under_way(home)) == (1, (0, 0))
    assert only_did(home).published is None
    assert "transaction" not in ask("did", "publish", "shop", "--yes")
    assert blocks(home) == 1
    assert only_did(home).published is not None
    assert signs_what_others_verify(ask)


def test_a_conversation_begins_with_what_is_under_way(
    ask: Ask, kill: Any, home: Path, tmp_path: Path
) -> None:
    ask("did", "create", "--name", "shop", "--yes")
    kill("down", 1, "publish_did", did="shop")
    assert under_way(home) == (1, 0)
    opened = ("--home", str(home), "--passphrase-file", str(tmp_path / "passphrase"))
    command = [sys.executable, "-P", "-m", "wallet.cli.main", "ask", *opened]
    done = subprocess.run(command, input=b"bye", check=False, capture_output=True, timeout=120)
    assert done.returncode == 0
    assert (blocks(home), under_way(home)) == (1, (0, 0))


@pytest.mark.parametrize(("step", "number"), [("down", 1), ("off", 1), ("down", 2)])
def test_a_rotation_is_gone_on_with_whenever_the_wallet_is_killed(
    ask: Ask, kill: Any, home: Path, step: str, number: int
) -> None:
    ask("did", "create", "--name", "shop", "--yes")
    ask("did", "publish", "shop", "--yes")
    kill(step, number, "rotate_key", did="shop")
    assert under_way(home) == (1, 0)
    assert only_did(home).rotation == 0
    ask("did", "rotate", "shop", "--yes")
    assert (under_way(home), blocks(home)) == ((0, 0), 3)
    own = only_did(home)
    assert own.rotation == 1
    document = ask("did", "resolve", own.id)["didDocument"]
    assert len(document["verificationMethod"]) == 2
    assert signs_what_others_verify(ask)


def test_an_end_is_kept_though_the_wallet_was_killed(ask: Ask, kill: Any, home: Path) -> None:
    ask("did", "create", "--name", "shop", "--yes")
    kill("off", 1, "deactivate_did", did="shop")
    ask("did", "deactivate", "shop", "--yes")
    assert (under_way(home), blocks(home)) == ((0, 0), 1)
    assert only_did(home).deactivated


def test_receipts_are_written_though_the_wallet_was_killed(
    ask: Ask, kill: Any, home: Path, tmp_path: Path
) -> None:
    ask("did", "create", "--name", "shop", "--yes")
    document, folder = tmp_path / "a.txt", tmp_path / "receipts"
    document.write_text("what is anchored")
    kill("down", 1, "anchor_credential", documents=str(document), output=str(folder))
    assert not folder.exists()
    ask("did", "list")  # any command does
    (receipt,) = folder.iterdir()
    assert (under_way(home), blocks(home)) == ((0, 0), 1)
    assert ask("chain", "receipt", str(document), str(receipt))["block"] == 1
