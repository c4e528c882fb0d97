"""Many processes that write at once."""

from __future__ import annotations

import json
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.torture.children import Child
from tests.torture.deeds import new_vault, secret
from tests.torture.rows import Row
from wallet.vault.errors import Busy
from wallet.vault.record import Kind
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.torture.rows import Scale


def crowd(scale: Scale) -> Iterator[Row]:
    """Each counts one counter up and changes records of its own, and reads what the others do."""
    row = Row(f"{scale.processes} processes at once", "0 lost updates, 0 half reads")
    with tempfile.TemporaryDirectory() as folder:
        path = new_vault(Path(folder) / "wallet")
        with Vault.open(path, secret(0)) as vault:
            vault.put(Kind.SETTING, {"n": 0}, id="counter")
        until = time.monotonic() + scale.seconds
        children = [Child.of(_work(path, number, until)) for number in range(scale.processes)]
        told = [_told(child, row) for child in children]
        with Vault.open(path, secret(0)) as vault:
            counted = vault.get(Kind.SETTING, "counter").body["n"]
            there = {record.id: record.body["n"] for record in vault.all(Kind.CONTACT)}
    expected = {id_: n for one in told for id_, n in one["own"].items()}
    row.count("updates", sum(one["updates"] for one in told))
    row.count("the least of one process", min(one["updates"] for one in told))
    row.count("told that it is busy", sum(one["busy"] for one in told))
    if counted != sum(one["updates"] for one in told):
        row.fail(f"the counter says {counted}")
    if there != expected:
        row.fail("records are lost, or hold what was not written last")
    yield row


def _told(child: Child, row: Row) -> dict[str, Any]:
    code, said = child.ended()
    if code != 0:
        row.fail(said.decode())
        return {"updates": 0, "busy": 0, "own": {}}
    told: dict[str, Any] = json.loads(said)
    return told


def _work(path: Path, number: int, until: float) -> Callable[[Callable[[bytes], object]], None]:
    def work(say: Callable[[bytes], object]) -> None:
        own: dict[str, int] = {}
        updates = busy = 0
        with Vault.open(path, secret(0)) as vault:
            while time.monotonic() < until:
                try:
                    _update(vault, f"{number}-{random.randrange(5)}", own)  # noqa: S311
                    updates += 1
                except Busy:
                    busy += 1
        say(json.dumps({"updates": updates, "busy": busy, "own": own}).encode())

    return work


def _update(vault: Vault, id_: str, own: dict[str, int]) -> None:
    with vault.transaction():
        n = vault.get(Kind.SETTING, "counter").body["n"] + 1
        vault.put(Kind.SETTING, {"n": n}, id="counter")
        if id_ in own and n % 4 == 0:
            vault.delete(Kind.CONTACT, id_)
        else:
            # Whoever reads a record of another's half, or of another moment, finds them differ.
            vault.put(Kind.CONTACT, {"n": n, "again": [n] * (n % 300)}, id=id_)
    if id_ in own and n % 4 == 0:
        del own[id_]
    else:
        own[id_] = n
    for record in vault.all(Kind.CONTACT):
        assert set(record.body["again"]) <= {record.body["n"]}
