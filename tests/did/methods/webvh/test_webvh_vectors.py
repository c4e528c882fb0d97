from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.document import Document
from did.errors import DIDError, InvalidDID, InvalidDocument
from did.fetch import StaticFetch
from did.identifier import DID
from did.methods.webvh import Location, WebVH
from did.methods.webvh.digest import canonical, digest
from did.methods.webvh.log import Log, read_log
from did.methods.webvh.witness import read_witness_file, witnessed

if TYPE_CHECKING:
    from collections.abc import Mapping

VECTORS: Final = Path(__file__).parents[3] / "vectors" / "didwebvh"
SUITE: Final = VECTORS / "suite"
NOW: Final = datetime(2026, 10, 1, tzinfo=UTC)
DEVIATIONS: Final[dict[str, list[str]]] = json.loads((VECTORS / "deviations.json").read_bytes())
ALL: Final = sorted(str(path.parent.relative_to(SUITE)) for path in SUITE.glob("*/*/did.jsonl"))
GOOD: Final = [name for name in ALL if not name.startswith("negative-") and name not in DEVIATIONS]
NEGATIVE: Final = [name for name in ALL if name.startswith("negative-")]
RESULTS: Final = sorted(
    str(path.relative_to(SUITE))
    for name in GOOD
    for path in (SUITE / name).glob("resolutionResult*.json")
)
REQUESTS: Final[list[dict[str, Any]]] = json.loads(
    (VECTORS / "resolver" / "resolver-suite.json").read_bytes()
)
METADATA: Final = {
    "created",
    "updated",
    "versionId",
    "versionTime",
    "scid",
    "portable",
    "deactivated",
}


def verify(folder: Path) -> Log:
    log = read_log((folder / "did.jsonl").read_bytes(), NOW)
    proofs = folder / "did-witness.json"
    return witnessed(log, read_witness_file(proofs.read_bytes()) if proofs.exists() else {}, NOW)


def resolve(
    folder: Path, did: DID, options: Mapping[str, str]
) -> tuple[Document, Mapping[str, Any]]:
    location = Location.of(did)
    bodies: dict[str, bytes | DIDError] = {location.log_url: (folder / "did.jsonl").read_bytes()}
    if (proofs := folder / "did-witness.json").exists():
        bodies[location.witness_url] = proofs.read_bytes()
    return WebVH(StaticFetch(bodies), clock=lambda: NOW).resolve(did, options)


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """Ids absolute and folders without the slash at their end: implementations differ in those."""
    services = [
        {
            **service,
            "id": document["id"] + service["id"]
            if service["id"].startswith("#")
            else service["id"],
            "serviceEndpoint": service["serviceEndpoint"].rstrip("/"),
        }
        for service in document.get("service", ())
    ]
    return {**document, "service": services}


@pytest.mark.parametrize("name", GOOD)
def test_every_entry_of_five_implementations_holds(name: str) -> None:
    log = verify(SUITE / name)
    assert log.failure is None
    assert log.versions


@pytest.mark.parametrize("path", RESULTS)
def test_resolves_to_the_published_result(path: str) -> None:
    file = SUITE / path
    result = json.loads(file.read_bytes())
    number = file.stem.partition(".")[2]
    did = DID.parse(result["didDocument"]["id"])
    options = {"versionNumber": number} if number else {}
    try:
        Document.parse(result["didDocument"])
    except InvalidDocument:
        # The log holds, but what it says is no DID document, unless it is a deactivated one's.
        if not result["didDocumentMetadata"].get("deactivated"):
            with pytest.raises(InvalidDocument):
                resolve(file.parent, did, options)
            return
    document, metadata = resolve(file.parent, did, options)
    if metadata["deactivated"]:
        assert document.to_json() == {"@context": ["https://www.w3.org/ns/did/v1"], "id": str(did)}
    else:
        assert comparable(document.to_json()) == comparable(result["didDocument"])
    members = METADATA - {"updated"} if number else METADATA
    for member in members & result["didDocumentMetadata"].keys():
        assert metadata[member] == result["didDocumentMetadata"][member]


def test_some_of_the_published_results_are_compared_whole() -> None:
    whole = 0
    for path in RESULTS:
        try:
            Document.parse(json.loads((SUITE / path).read_bytes())["didDocument"])
        except InvalidDocument:
            continue
        whole += 1
    assert whole >= 25


@pytest.mark.parametrize(("name", "deviation"), DEVIATIONS.items())
def test_refuses_a_published_log_that_deviates(name: str, deviation: list[str]) -> None:
    failure = verify(SUITE / name).failure
    assert failure is not None
    assert str(failure).startswith(deviation[0])


@pytest.mark.parametrize("name", NEGATIVE)
def test_refuses_the_negative_vectors(name: str) -> None:
    data = (SUITE / name / "did.jsonl").read_bytes()
    scid = json.loads(data.splitlines()[0])["parameters"]["scid"]
    if len(scid) == 46:
        did = DID.parse(f"did:webvh:{scid}:example.com")
        with pytest.raises(InvalidDID, match=r"entry \d of the log"):
            resolve(SUITE / name, did, {})
    assert verify(SUITE / name).failure is not None


@pytest.mark.parametrize("text", json.loads((VECTORS / "invalid-dids.json").read_bytes()))
def test_refuses_the_negative_dids_before_anything_is_fetched(text: str) -> None:
    # With a SCID that could be one, so that it is the place that is refused.
    did = text.replace("Qm" + "0" * 44, "Qm" + "1" * 44).replace("Qm" + "0" * 46, "Qm" + "1" * 44)
    with pytest.raises(InvalidDID):
        WebVH(StaticFetch({})).resolve(DID.parse(did), {})


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda r: f"{r['log']} {r['did_url'][-20:]}")
def test_answers_the_requests_of_the_resolver_suite(request_: dict[str, Any]) -> None:
    text, _, query = request_["did_url"].partition("?")
    options = dict(part.split("=") for part in query.split("&")) if query else {}
    folder = VECTORS / "resolver" / "logs" / request_["log"]
    if request_["status"] == "error":
        with pytest.raises(DIDError) as caught:
            resolve(folder, DID.parse(text), options)
        assert caught.value.code == request_["didResolutionMetadata"]["error"]
        return
    _, metadata = resolve(folder, DID.parse(text), options)
    expected = request_["didDocumentMetadata"]
    broken = request_["log"].startswith("missing-")
    for member in (METADATA - {"updated"} if broken else METADATA) & expected.keys():
        assert metadata[member] == expected[member]


def test_a_log_of_a_hundred_and_twenty_entries_and_many_witnesses_holds() -> None:
    log = verify(VECTORS / "history")
    assert log.failure is None
    assert len(log.versions) == 120
    assert len({version.witnesses for version in log.versions}) > 1


def test_the_hash_is_the_one_of_the_specification() -> None:
    # Section "Generate Entry Hash"; its example is of version 0.5, which hashes alike.
    entry = json.loads((VECTORS / "entry-hash.json").read_bytes())

    assert digest(canonical(entry["preliminary"])) == entry["entryHash"]
