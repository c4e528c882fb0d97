"""Figures, as a table: `make bench`. Medians of a few runs on this machine; nothing is asserted."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.model import LlamaModel, find_model, reader_beside
from agent.planner import plan
from agent.state import ContactEntry, CredentialEntry, DIDEntry, State
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.vault.secret import Secret
from wallet.verify.pipeline import verify
from wallet.verify.sources import Sources
from wallet.wallet import Wallet, create_wallet, open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PASSPHRASE: Final = Secret("bench")
ACME: Final = "did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"
EVALUATION: Final = Path(__file__).parents[1] / "models" / "evaluation"


def main() -> None:
    """Measure and print."""
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "wallet"
        rows.append(("make a wallet and its chain", once(lambda: create(home))))
        rows.append(("unlock (key derivation included)", median(5, lambda: unlock(home))))
        with open_wallet(home, PASSPHRASE) as wallet:
            rows += work(wallet)
            pages = [p for p in sorted((home / "outbox").iterdir()) if "presentation" in p.name]
            rows += verification(wallet, pages[0])
        rows += cold(home, pages[0])
    rows += planning()
    width = max(len(label) for label, _ in rows)
    for label, figure in rows:
        sys.stdout.write(f"| {label:<{width}} | {figure:>10} |\n")


def work(wallet: Wallet) -> list[tuple[str, str]]:
    """Actions, their consents answered at once."""
    do(wallet, "create_did", {"method": "ethr", "name": "uni"})
    do(wallet, "create_did", {"method": "key", "name": "mei"})
    do(wallet, "add_contact", {"name": "Acme", "did": ACME})
    published = once(lambda: do(wallet, "publish_did", {"did": "uni"}))
    claims = {"level": "Senior", "number": "RN-48213"}
    said = {"type": "Nursing Licence", "subject": "mei", "claims": claims}
    issued = median(5, lambda: do(wallet, "issue_credential", said))
    held = ACTIONS["list_credentials"].read
    assert held is not None
    first = held(wallet, {}).data["credentials"][0]["id"]
    shown = {"credential": first, "verifier": "Acme"}
    presented = median(5, lambda: do(wallet, "present_credential", shown))
    return [
        ("publish a did:ethr on the embedded chain", published),
        ("issue a credential (eddsa-rdfc-2022)", issued),
        ("present it", presented),
    ]


def verification(wallet: Wallet, page: Path) -> list[tuple[str, str]]:
    """In one process, the chain open."""
    data = page.read_bytes()
    at = datetime.now(UTC)
    sources = Sources(wallet.resolver)
    return [
        (
            "verify a presentation with one credential, issuer on the chain",
            median(20, lambda: verify(data, sources=sources, at=at)),
        )
    ]


def cold(home: Path, page: Path) -> list[tuple[str, str]]:
    """Whole processes."""
    command = [sys.executable, "-m", "wallet.cli.main"]
    return [
        ("python -c pass", median(5, lambda: process([sys.executable, "-c", "pass"]))),
        ("holdfast --help", median(5, lambda: process([*command, "--help"]))),
        (
            "holdfast verify, cold, issuer on the chain",
            median(5, lambda: process([*command, "verify", str(page), "--home", str(home)])),
        ),
    ]


def planning() -> list[tuple[str, str]]:
    """The model, on a wallet of 20 DIDs, 200 credentials and 50 contacts."""
    state = State(
        now=datetime.now(UTC),
        dids=tuple(DIDEntry(f"did:key:z{n}", f"name{n}", "key") for n in range(20)),
        credentials=tuple(
            CredentialEntry(f"cred-{n}", f"Licence{n}", claims=("level", "number"))
            for n in range(200)
        ),
        contacts=(
            *(ContactEntry(f"Friend {n}", f"did:key:z{n}") for n in range(49)),
            ContactEntry("Acme", ACME),
        ),
    )
    rows: list[tuple[str, str]] = []
    for lang, called in (("en", "English"), ("zh", "Chinese")):
        model = LlamaModel(find_model())
        loaded = once(model.start)
        times = sorted(clock(partial(plan, said, state, model)) for said in messages(lang))
        model.close()
        rows += [
            (f"load the model, its process started ({called})", loaded),
            (f"plan a message, median ({called})", milliseconds(statistics.median(times))),
            (
                f"plan a message, 95th percentile ({called})",
                milliseconds(times[int(len(times) * 0.95)]),
            ),
        ]
    files = {"the model's file": find_model(), "the encoder's file": reader_beside(find_model())}
    sizes = ((called, path.stat().st_size / 1e6) for called, path in files.items() if path)
    return [*rows, *((called, f"{size:.1f} MB") for called, size in sizes)]


def messages(lang: str) -> list[str]:
    """What people say, of an evaluation set."""
    with (EVALUATION / f"wide-{lang}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def create(home: Path) -> None:
    create_wallet(home, PASSPHRASE)[0].close()


def unlock(home: Path) -> None:
    open_wallet(home, PASSPHRASE).close()


def do(wallet: Wallet, name: str, arguments: Mapping[str, object]) -> None:
    propose = ACTIONS[name].propose
    assert propose is not None
    proposal = propose(wallet, arguments)
    run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.FLAG)))


def process(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def clock(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def once(work: Callable[[], object]) -> str:
    return milliseconds(clock(work))


def median(times: int, work: Callable[[], object]) -> str:
    return milliseconds(statistics.median(clock(work) for _ in range(times)))


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    main()
