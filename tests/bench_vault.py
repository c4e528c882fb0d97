"""A wallet of 1,000, 10,000 and 100,000 credentials, as a table; nothing is asserted.

    python -P tests/bench_vault.py [SIZE ...]

What a person waits for is measured through the actions that a face calls. Each wallet is made in a
process of its own and opened in three others, one after another. Times are from the end of the key
derivation, and of files that the system has in memory: the shortest and the median of all. Behind
them stands the least that the thread itself computed, which is the same on a busy machine. Memory
is the most after the derivation.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path.append(str(Path(__file__).parents[1]))  # the tests are not installed

from agent.state import state_of
from did.identifier import DID
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.actions.exporting import import_wallet
from wallet.backup.universal_wallet import lock_wallet
from wallet.entries import Contact
from wallet.vault.files import VAULT_FILE
from wallet.vault.header import FLOOR
from wallet.vault.keyring import Passphrase
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.store import Store
from wallet.vault.vault import utc_now
from wallet.wallet import create_wallet, open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from wallet.vault.keys import DataKeys, Keys
    from wallet.wallet import Wallet

    Times = list[tuple[float, float]]
    Figures = dict[str, float | Times]

SIZES: Final = (1_000, 10_000, 100_000)
BATCH: Final = 10_000
OPENINGS: Final = 3
PASSPHRASE: Final = Secret("correct horse battery staple")
TYPES: Final = ("UniversityDegree", "EmployeeBadge", "DrivingLicence", "Membership", "Course")
CLAIMS: Final = ("degree", "grade", "memberSince", "course", "score", "seat", "origin", "level")
PEOPLE: Final = ("Alice", "Bob", "Carol", "Dmitri", "王芳", "Farah", "Grace", "Heidi")
ENDS: Final = (None,) * 8 + ("2026-02-01T00:00:00Z", "2999-01-01T00:00:00Z")
QUERIES: Final = {
    "one word of many": "degree",
    "three words of many": "alice held course",
    "a rare word": "777",
    "by a contact's name": "acme",
    "in Chinese": "王芳",
    "words that never meet": "alice heidi",
    "no such word": "zzzz",
}
SAID: Final = "show Alice's university degree 777 to Acme, but only the grade"
MARKS: Final = {
    "unlock to first page": 200.0,
    "memory, MB": 300.0,
    "import, a second": 1000.0,
    "list: those that expired": 50.0,
}
MARK_OF_SEARCH: Final = 50.0


def documents(count: int) -> Iterator[dict[str, Any]]:
    """Credentials of about 1.5 KB, of 500 issuers."""
    draw = random.Random(count)  # noqa: S311 -- the same ones each time
    for number in range(count):
        issuer = draw.randrange(500)
        claims = {CLAIMS[(issuer + n) % 8]: draw.randrange(1000) for n in range(1 + issuer % 5)}
        end = draw.choice(ENDS)
        yield {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": f"urn:uuid:{number:032x}",
            "type": ["VerifiableCredential", f"{TYPES[issuer % len(TYPES)]}Credential"],
            "issuer": {"id": f"did:web:issuer{issuer}.example", "name": f"Issuer {issuer}"},
            "validFrom": "2026-01-01T00:00:00Z",
            **({"validUntil": end} if end else {}),
            "credentialSubject": {"id": "did:key:z6MkHolder", **claims, "note": "x" * 700},
            "proof": {"type": "DataIntegrityProof", "proofValue": "z" + "3" * 87},
        }


def credentials(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same as entries of a wallet, each of its own name."""
    draw = random.Random(count)  # noqa: S311 -- as above
    for number, document in enumerate(documents(count)):
        id_ = f"cred-{number:08x}"
        name = f"{draw.choice(PEOPLE)} {document['type'][1].removesuffix('Credential')} {number}"
        yield id_, {"id": id_, "name": name, "raw": json.dumps(document), "role": "held"}


def make(home: Path, count: int) -> Figures:
    """What is kept for searching, in a wallet with a journal beside."""
    with create_wallet(home, PASSPHRASE, kdf=FLOOR)[0] as wallet:
        entries = credentials(count)
        wallet.vault.put_many(Kind.CREDENTIAL, entries)
        wallet.vault.put_many(Kind.JOURNAL, ((None, {"n": n}) for n in range(count // 10)))
        for number in range(20):
            did = DID.parse(f"did:web:issuer{number}.example")
            contact = Contact("Acme" if number == 7 else f"Friend {number}", did)
            wallet.vault.put(Kind.CONTACT, contact.body(), id=contact.id)
        indexing = timed(wallet.index.keep)
    size = (home / VAULT_FILE).stat().st_size / 1e6
    return {"indexing, a second": per_second(count, indexing), "file, MB": size}


def take(home: Path, count: int) -> Figures:
    """Takes another wallet's credentials over, by the action for it."""
    file, password = home.parent / "other.json", home.parent / "password"
    password.write_text("correct horse")
    contents = list(documents(count))
    file.write_text(json.dumps(lock_wallet(contents, Secret("correct horse"), utc_now())))
    arguments = {"file": str(file), "password_file": str(password)}
    with create_wallet(home, PASSPHRASE, kdf=FLOOR)[0] as wallet:

        def taken() -> None:
            proposal = import_wallet(wallet, arguments)
            run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.FLAG)))

        took = timed(taken)
        assert wallet.vault.count(Kind.CREDENTIAL) == count
    return {"import, a second": per_second(count, took)}


def use(home: Path, count: int) -> Figures:
    """Opens, looks, searches, and waits until all is checked."""
    derived = Derived(home)
    Path("/proc/self/clear_refs").write_text("5")  # the most memory is counted from here
    figures: Figures = {"memory before, MB": memory("VmRSS")}
    opened: list[Wallet] = []

    def first_page() -> None:
        opened.append(open_wallet(home, derived))
        assert len(listed(opened[0])) == 50

    figures["unlock to first page"] = timed(first_page)
    (wallet,) = opened
    some, name = f"cred-{count // 2:08x}", next(iter(listed(wallet)))["name"]
    search = partial(read, wallet, "search")
    figures["list: the next page"] = timed(lambda: listed(wallet, page=2), 5)
    figures["list: the last page"] = timed(lambda: listed(wallet, page=count // 50), 5)
    figures["show one, by its id"] = timed(lambda: read(wallet, "show_credential", credential=some))
    figures["search: the first, with loading"] = timed(lambda: search(query="degree"))
    figures["until all is checked"] = timed(wallet.vault.check)
    figures["show one, by its name"] = timed(
        lambda: read(wallet, "show_credential", credential=name), 5
    )
    for told, query in QUERIES.items():
        figures[f"search: {told}"] = timed(partial(search, query=query), 5)
    figures["list: those that expired"] = timed(lambda: listed(wallet, filter="expired"), 5)
    figures["what the planner sees"] = timed(lambda: state_of(wallet, SAID), 5)
    figures["put one"] = timed(lambda: put_one(wallet, "cred-new"))
    figures["search: after a change"] = timed(lambda: search(query="degree"))
    wallet.vault.delete(Kind.CREDENTIAL, "cred-new")
    figures["search: after a deletion"] = timed(lambda: search(query="degree"))
    figures["memory, MB"] = memory("VmHWM")
    figures["list: all of them"] = timed(lambda: listed(wallet, all=True))
    figures["search: what they say, too (--values)"] = timed(
        lambda: search(query="777", values=True)
    )
    figures["memory after that, MB"] = memory("VmHWM")
    wallet.close()
    return figures


class Derived:
    """`Unlocks` by what was derived before."""

    def __init__(self, home: Path) -> None:
        self.held = Passphrase(PASSPHRASE).unlock(Store.peek(home / VAULT_FILE))

    def unlock(self, _: Mapping[str, bytes], /) -> tuple[DataKeys, Keys]:
        """The keys."""
        return self.held


def read(wallet: Wallet, action: str, **arguments: Any) -> Mapping[str, Any]:
    """An action that only reads, as a face asks for it."""
    asked = ACTIONS[action].read
    assert asked is not None
    return asked(wallet, arguments).data


def listed(wallet: Wallet, **arguments: Any) -> list[dict[str, Any]]:
    """The rows of a list."""
    rows: list[dict[str, Any]] = read(wallet, "list_credentials", **arguments)["credentials"]
    return rows


def put_one(wallet: Wallet, id_: str) -> None:
    """One more credential."""
    wallet.vault.put(Kind.CREDENTIAL, {**next(credentials(1))[1], "id": id_}, id=id_)


def timed(call: Callable[[], object], times: int = 1) -> Times:
    """How long it took, and what was computed by this thread meanwhile, in ms, each time."""
    figures = []
    for _ in range(times):
        started, computed = time.perf_counter(), time.thread_time()
        call()
        took = time.perf_counter() - started, time.thread_time() - computed
        figures.append((took[0] * 1000, took[1] * 1000))
    return figures


def per_second(count: int, times: Times) -> Times:
    """As many things a second."""
    return [(count / took * 1000, count / computed * 1000) for took, computed in times]


def memory(name: str) -> float:
    """What the system says of this process, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def measured(count: int, folder: Path) -> Figures:
    """Each step in a process of its own."""
    figures: Figures = {}
    steps = (("take", min(count, BATCH)), ("make", count), *(("use", count),) * OPENINGS)
    for step, size in steps:
        home = folder / ("other" if step == "take" else "wallet")
        command = [sys.executable, "-P", __file__, step, str(home), str(size)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        for name, figure in json.loads(done.stdout).items():
            figures[name] = together(figures.get(name), figure)
    return figures


def together(earlier: float | Times | None, figure: float | Times) -> float | Times:
    """The times of all openings, or the largest number."""
    match earlier, figure:
        case list(), list():
            return [*earlier, *figure]
        case float(), float():
            return max(earlier, figure)
        case _:
            return figure


def shown(figure: float | Times) -> str:
    """The least and the median of times, and the least computed in brackets; or a number."""
    if isinstance(figure, float):
        return f"{figure:,.0f}"
    took, computed = zip(*figure, strict=True)
    return f"{min(took):,.1f} / {statistics.median(took):,.1f} ({min(computed):,.1f})"


def say(line: str) -> None:
    """On stdout."""
    sys.stdout.write(f"{line}\n")


def mark(name: str) -> str:
    """What is asked, if anything is."""
    asked = MARK_OF_SEARCH if name.startswith("search: ") else MARKS.get(name)
    return "" if asked is None or "loading" in name or "--" in name else f"{asked:,.0f}"


STEPS: Final = {"make": make, "take": take, "use": use}


def main() -> None:
    """The table."""
    if sys.argv[1:2] and sys.argv[1] in STEPS:
        say(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
        return
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    columns = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            columns.append(measured(size, Path(folder)))
    say("| ms, if nothing else is said | mark |" + "".join(f" {size:,} |" for size in sizes))
    say("| --- | ---: |" + " ---: |" * len(sizes))
    for name in columns[0]:
        cells = "".join(f" {shown(column[name])} |" for column in columns)
        say(f"| {name} | {mark(name)} |{cells}")


if __name__ == "__main__":
    main()
