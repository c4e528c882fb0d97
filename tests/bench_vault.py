"""A vault of 1,000, 10,000 and 100,000 credentials, as a table; nothing is asserted.

    python -P tests/bench_vault.py [SIZE ...]

Each wallet is made and each is opened in a process of its own. Times are from the end of the key
derivation, and of files that the system has in memory; behind each stands what the thread itself
computed of it, which is the same on a busy machine. Memory is the most after the derivation.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path.append(str(Path(__file__).parents[1]))  # the tests are not installed

from wallet.search.index import SearchIndex
from wallet.vault.header import FLOOR, Header
from wallet.vault.record import Kind
from wallet.vault.sealed import AT_ONCE
from wallet.vault.secret import Secret
from wallet.vault.store import Store
from wallet.vault.vault import Vault, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Figure = float | Sequence[float]

SIZES: Final = (1_000, 10_000, 100_000)
BATCH: Final = 10_000
PASSPHRASE: Final = Secret("correct horse battery staple")
TYPES: Final = ("UniversityDegree", "EmployeeBadge", "DrivingLicence", "Membership", "Course")
CLAIMS: Final = ("degree", "grade", "memberSince", "course", "score", "seat", "origin", "level")
PEOPLE: Final = ("Alice", "Bob", "Carol", "Dmitri", "王芳", "Farah", "Grace", "Heidi")
QUERIES: Final = {
    "one word of many": "degree",
    "three words of many": "alice held course",
    "a rare word": "777",
    "words that never meet": "alice heidi",
    "no such word": "zzzz",
}
MARKS: Final = {"first page": 200.0, "memory, MB": 300.0, "import, a second": 1000.0}
MARK_OF_SEARCH: Final = 50.0


def credentials(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Credentials of about 1.5 KB, of 500 issuers, each of its own name."""
    draw = random.Random(count)  # noqa: S311 -- the same ones each time
    for number in range(count):
        issuer = draw.randrange(500)
        type_ = TYPES[issuer % len(TYPES)]
        claims = {CLAIMS[(issuer + n) % 8]: draw.randrange(1000) for n in range(1 + issuer % 5)}
        raw = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": f"urn:uuid:{number:032x}",
            "type": ["VerifiableCredential", f"{type_}Credential"],
            "issuer": {"id": f"did:web:issuer{issuer}.example", "name": f"Issuer {issuer}"},
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:key:z6MkHolder", **claims, "note": "x" * 700},
            "proof": {"type": "DataIntegrityProof", "proofValue": "z" + "3" * 87},
        }
        id_ = f"cred-{number:08x}"
        name = f"{draw.choice(PEOPLE)} {type_} {number}"
        yield id_, {"id": id_, "name": name, "raw": json.dumps(raw), "role": "held"}


def make(path: Path, count: int) -> dict[str, Figure]:
    """Imports, with a journal beside; and what is kept for searching."""
    vault, _ = Vault.create(path, PASSPHRASE, kdf=FLOOR)
    with vault:
        entries = list(credentials(min(count, BATCH)))  # drawing them is not importing them
        took, computed = timed(lambda: vault.put_many(Kind.CREDENTIAL, entries))
        rest = credentials(count)
        for _ in entries:
            next(rest)
        vault.put_many(Kind.CREDENTIAL, rest)
        vault.put_many(Kind.JOURNAL, ((None, {"n": n}) for n in range(count // 10)))
        indexing, indexed = timed(SearchIndex(vault).keep)
    return {
        "import, a second": (len(entries) / took * 1000, len(entries) / computed * 1000),
        "indexing, a second": (count / indexing * 1000, count / indexed * 1000),
        "file, MB": path.stat().st_size / 1e6,
    }


def use(path: Path, count: int) -> dict[str, Figure]:
    """Opens, looks, searches, and waits until all is checked."""
    meta = Store.peek(path)
    header = Header.parse(meta["header"])
    wallet_key = header.unwrap(meta["wallet_key"], PASSPHRASE)
    Path("/proc/self/clear_refs").write_text("5")  # the most memory is counted from here
    figures: dict[str, Figure] = {"memory before, MB": memory("VmRSS")}
    vault = Vault(path, utc_now)

    def first_page() -> None:
        vault._unlock(Store.open(path), header.wallet, wallet_key, AT_ONCE)
        assert len(vault.page(Kind.CREDENTIAL).records) == 50

    figures["first page"] = timed(first_page)
    page = vault.page(Kind.CREDENTIAL)
    figures["next page"] = timed(lambda: vault.page(Kind.CREDENTIAL, before=page.before))
    figures["one by its id"] = timed(lambda: vault.get(Kind.CREDENTIAL, f"cred-{count // 2:08x}"))
    figures["count"] = timed(lambda: vault.count(Kind.CREDENTIAL))
    figures["one put"] = timed(lambda: vault.put(Kind.CONTACT, {"name": "Acme"}))
    index = SearchIndex(vault)
    figures["search: the first, with loading"] = timed(lambda: index.find("degree"))
    figures["until all is checked"] = timed(vault.check)
    figures["search: after a change"] = timed(lambda: index.find("degree"))
    for name, query in QUERIES.items():
        figures[f"search: {name}"] = timed(partial(index.find, query), 5)
    vault.put(Kind.CREDENTIAL, dict(next(credentials(1))[1]), id="cred-new")
    figures["search: after an import"] = timed(lambda: index.find("degree"))
    figures["memory, MB"] = memory("VmHWM")
    vault.close()
    return figures


def timed(call: Callable[[], object], times: int = 1) -> tuple[float, float]:
    """The shortest of several, and what was computed by this thread meanwhile, in ms."""
    figures = []
    for _ in range(times):
        started, computed = time.perf_counter(), time.thread_time()
        call()
        took = time.perf_counter() - started, time.thread_time() - computed
        figures.append((took[0] * 1000, took[1] * 1000))
    return min(figures)


def memory(name: str) -> float:
    """What the system says of this process, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def measured(count: int, folder: Path) -> dict[str, Figure]:
    """Both, each in a process of its own."""
    path = folder / "wallet" / "vault.db"
    figures: dict[str, Figure] = {}
    for step in ("make", "use"):
        command = [sys.executable, "-P", __file__, step, str(path), str(count)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        figures |= json.loads(done.stdout)
    return figures


def shown(figure: Figure) -> str:
    """A time with what was computed of it in brackets, or a number."""
    match figure:
        case [took, computed]:
            return f"{took:,.1f} ({computed:,.1f})"
        case _:
            return f"{figure:,.0f}"


def say(line: str) -> None:
    """On stdout."""
    sys.stdout.write(f"{line}\n")


def mark(name: str) -> str:
    """What is asked, if anything is."""
    asked = MARK_OF_SEARCH if name.startswith("search: ") else MARKS.get(name)
    return "" if asked is None or "loading" in name else f"{asked:,.0f}"


def main() -> None:
    """The table."""
    if sys.argv[1:2] in (["make"], ["use"]):
        step = make if sys.argv[1] == "make" else use
        say(json.dumps(step(Path(sys.argv[2]), int(sys.argv[3]))))
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
