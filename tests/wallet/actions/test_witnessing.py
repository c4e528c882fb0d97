from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.errors import DIDError, InvalidDID
from did.fetch import StaticFetch
from did.methods.webvh import WebVH
from did.methods.webvh.location import Location
from wallet.actions.witnessing import FILE
from wallet.entries import dids, find
from wallet.errors import BadInput
from wallet.registrars.webvh import FILE as LOG
from wallet.vault.record import Kind as RecordKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from did.document import Document
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

NAMES: Final = ("ann", "bob")


@pytest.fixture
def log(do: Does, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of two witnesses, which both have to approve; nobody has yet."""
    monkeypatch.chdir(tmp_path)
    for name in (*NAMES, "eve"):
        do("create_did", method="key", name=name)
    do("create_did", method="webvh", name="log", address="log.example", witness=[*NAMES])
    return tmp_path / LOG


def resolved(wallet: Wallet, log: bytes, proofs: bytes | None) -> Document:
    """What others find where that log, and perhaps that file of proofs, is on the web."""
    did = find(dids(wallet.vault), "log", noun="DID").did
    location = Location.of(did)
    bodies: dict[str, bytes | DIDError] = {location.log_url: log}
    if proofs is not None:
        bodies[location.witness_url] = proofs
    return WebVH(StaticFetch(bodies), clock=wallet.clock).resolve(did, {})[0]


def approve(do: Does, log: Path, name: str, **arguments: Any) -> str:
    """The file of that witness's proof."""
    proof = f"{name}-{len(list(Path.cwd().iterdir()))}.json"
    return str(do("approve_log", log=str(log), output=proof, **{"as": name}, **arguments).saved)


def test_a_log_is_believed_with_the_file_of_its_witnesses_and_not_without(
    wallet: Wallet, do: Does, log: Path
) -> None:
    half = do("collect_proofs", did="log", proofs=[approve(do, log, "ann")])
    assert not half.data["enough"]
    for proofs in (None, Path(FILE).read_bytes()):
        with pytest.raises(InvalidDID, match=r"of its witnesses approved it, not 2"):
            resolved(wallet, log.read_bytes(), proofs)
    whole = do("collect_proofs", did="log", proofs=[approve(do, log, "bob")])
    assert whole.data["enough"]
    own = find(dids(wallet.vault), "log", noun="DID")
    assert whole.data["approved"] == [
        find(dids(wallet.vault), name, noun="DID").id for name in NAMES
    ]
    document = resolved(wallet, log.read_bytes(), Path(FILE).read_bytes())
    assert document.did == own.did
    assert Path(FILE).stat().st_mode & 0o777 == 0o644


def test_a_change_needs_proofs_of_its_own_and_those_before_it_stay_good(
    wallet: Wallet, do: Does, log: Path
) -> None:
    do("collect_proofs", did="log", proofs=[approve(do, log, name) for name in NAMES])
    first = log.read_bytes()
    published = log.with_name("published.jsonl")
    published.write_bytes(first)
    for change, arguments in (
        ("add_service", {"endpoint": "https://log.example/files"}),
        ("deactivate_did", {}),
    ):
        do(change, did="log", **arguments)
        with pytest.raises(InvalidDID, match="0 of its witnesses approved it"):
            resolved(wallet, log.read_bytes(), Path(FILE).read_bytes())
        proofs = [approve(do, log, name, published=str(published)) for name in NAMES]
        do("collect_proofs", did="log", proofs=proofs)
        resolved(wallet, log.read_bytes(), Path(FILE).read_bytes())
        resolved(wallet, published.read_bytes(), Path(FILE).read_bytes())
        published.write_bytes(log.read_bytes())


def test_a_witness_is_told_that_a_did_is_given_up(
    do: Does, propose: Callable[..., Any], log: Path
) -> None:
    approve(do, log, "ann")
    do("deactivate_did", did="log")
    proposal = propose("approve_log", log=str(log), output="p.json", **{"as": "ann"})
    assert "the DID is given up with it, for good" in map(str, proposal.statement.warnings)


def test_a_witness_approves_no_second_version_of_a_number(
    wallet: Wallet, do: Does, propose: Callable[..., Any], log: Path
) -> None:
    approve(do, log, "ann")
    fork = find(dids(wallet.vault), "log", noun="DID")
    do("add_service", did="log", endpoint="https://log.example/one")
    other = log.with_name("other.jsonl")
    approved = propose("approve_log", log=str(log), output="one.json", **{"as": "ann"})
    wallet.vault.put(RecordKind.DID, fork.body(), id=fork.id)
    do("add_service", did="log", endpoint="https://log.example/two", output=str(other))
    late = propose("approve_log", log=str(other), output="two.json", **{"as": "ann"})
    approved.perform()
    # Neither what was proposed before the other was approved, nor what is proposed now.
    for again in (
        late.perform,
        lambda: approve(do, other, "ann"),
        lambda: approve(do, other, "bob"),
    ):
        with pytest.raises(BadInput, match=r"another version 2 of .* was approved here before"):
            again()
    assert not Path("two.json").exists()
    assert approve(do, log, "ann") != "one.json"


def test_a_witness_that_did_not_approve_what_is_published_needs_a_copy_of_it(
    do: Does, log: Path
) -> None:
    published = log.with_name("published.jsonl")
    published.write_bytes(log.read_bytes())
    do("add_service", did="log", endpoint="https://log.example/files")
    with pytest.raises(BadInput, match="before the last was not approved here") as refused:
        approve(do, log, "ann")
    assert "--published" in str(refused.value.hint)
    published.write_bytes(published.read_bytes().rstrip())
    assert approve(do, log, "ann", published=str(published))
    with pytest.raises(BadInput, match="one entry more"):
        approve(do, log, "ann", published=str(log))


def test_a_log_that_does_not_hold_is_not_approved(do: Does, log: Path) -> None:
    log.write_text(log.read_text().replace("log.example", "eve.example"))
    with pytest.raises(InvalidDID, match="entry 1 of the log"):
        approve(do, log, "ann")


@pytest.mark.parametrize(
    ("name", "message"), [("eve", "not among"), ("log", "cannot be a witness")]
)
def test_who_is_no_witness_approves_nothing(do: Does, log: Path, name: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        approve(do, log, name)


def test_a_witness_is_a_contact_by_name_too(wallet: Wallet, do: Does, log: Path) -> None:
    ann = find(dids(wallet.vault), "ann", noun="DID")
    do("add_contact", name="Mei", did=ann.id)
    do(
        "create_did",
        method="webvh",
        name="other",
        address="other.example",
        output=str(log.with_name("other.jsonl")),
        witness=["mei", "bob"],
        threshold=1,
    )
    entry = json.loads(log.with_name("other.jsonl").read_text())
    bob = find(dids(wallet.vault), "bob", noun="DID")
    assert entry["parameters"]["witness"] == {
        "threshold": 1,
        "witnesses": [{"id": ann.id}, {"id": bob.id}],
    }


def test_a_proof_alone_is_a_file_of_a_witness_too(do: Does, log: Path) -> None:
    file = Path(approve(do, log, "ann"))
    (item,) = json.loads(file.read_text())
    file.write_text(json.dumps(item["proof"][0]))
    assert len(do("collect_proofs", did="log", proofs=[str(file)]).data["approved"]) == 1
    file.write_text(json.dumps({**item["proof"][0], "created": "2020-01-01T00:00:00Z"}))
    with pytest.raises(BadInput, match="has no good proof"):
        do("collect_proofs", did="log", proofs=[str(file)])


@pytest.mark.parametrize("content", ["{}", "[1]", "not JSON", '{"proofValue": 1}', "[]"])
def test_refuses_a_file_that_is_none_of_a_witness(do: Does, log: Path, content: str) -> None:
    file = log.with_name("proof.json")
    file.write_text(content)
    with pytest.raises((BadInput, DIDError)):
        do("collect_proofs", did="log", proofs=[str(file)])
    assert not Path(FILE).exists()


def test_a_did_without_witnesses_has_no_proofs_to_be_collected(do: Does, log: Path) -> None:
    do("create_did", method="webvh", name="free", address="free.example", output="free.jsonl")
    for name in ("free", "ann"):
        with pytest.raises(BadInput, match="has no witnesses"):
            do("collect_proofs", did=name, proofs=[str(log)])


def test_what_changed_meanwhile_is_not_written_over(
    wallet: Wallet, do: Does, propose: Callable[..., Any], log: Path
) -> None:
    proposal = propose("collect_proofs", did="log", proofs=[approve(do, log, "ann")])
    do("add_service", did="log", endpoint="https://log.example/files")
    kept = dids(wallet.vault)
    with pytest.raises(BadInput, match="changed meanwhile"):
        proposal.perform()
    assert dids(wallet.vault) == kept
    assert not Path(FILE).exists()


def test_the_method_is_loaded_by_who_needs_it_alone() -> None:
    asked = "import sys, wallet.actions; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert "wallet.actions.witnesses" in done.stdout
    assert "did.methods.webvh" not in done.stdout
