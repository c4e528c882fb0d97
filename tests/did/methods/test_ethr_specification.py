from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from did.chain.registry import AttributeChanged, Change, DelegateChanged, OwnerChanged, word
from did.document import Document
from did.identifier import DID
from did.methods.ethr import Ethr, Subject
from did.methods.ethr.document import account_after

VECTORS = Path(__file__).parents[2] / "vectors" / "did-ethr"
SPECIFICATION = json.loads((VECTORS / "specification.json").read_text(encoding="utf-8"))
EVENTS = json.loads((VECTORS / "events.json").read_text(encoding="utf-8"))

EXAMPLE = DID.parse("did:ethr:0xf3beac30c498d9e26865f34fcaa57dbb935b0d74")
OTHER = bytes.fromhex("12345678c498d9e26865f34fcaa57dbb935b0d74")
BASE = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/secp256k1recovery-2020/v2",
]


class Empty:
    """A mainnet where nothing was written of anybody."""

    chain_id = 1
    registry = "0x" + "00" * 20

    def request(self, method: str, _params: Any = (), /) -> Any:
        assert method == "eth_call"
        return "0x" + "00" * 32

    def request_many(self, calls: Any, /) -> tuple[Any, ...]:
        return tuple(self.request(*call) for call in calls)


def resolved(did: DID, *changes: Change, now: int = 50) -> dict[str, Any]:
    document = account_after(did, Subject.of(did), changes, now=now).document()
    Document.parse(document)
    return document


@pytest.mark.parametrize("document", SPECIFICATION["documents"], ids=lambda one: one["id"][9:17])
def test_a_did_of_which_nothing_was_written_has_the_document_of_the_specification(
    document: dict[str, Any],
) -> None:
    found, metadata = Ethr({1: Empty()}).resolve(DID.parse(document["id"]), {})
    assert found.to_json() == document
    assert metadata == {}


@pytest.mark.parametrize("attribute", SPECIFICATION["attributes"])
def test_an_attribute_makes_the_entry_of_the_specification(attribute: dict[str, Any]) -> None:
    value = bytes.fromhex(attribute["value"][2:])
    change = AttributeChanged(1, 10, 0, word(attribute["name"]), value, 100)
    document = resolved(EXAMPLE, change)
    entry = document[attribute["section"]][-1]
    expected = {**attribute["entry"], "id": f"{EXAMPLE}{attribute['entry']['id']}"}
    if attribute["section"] == "verificationMethod":
        expected["controller"] = str(EXAMPLE)
    assert entry == expected
    assert document["@context"] == [*BASE, *attribute["contexts"]]


def test_an_identifier_may_name_its_network_in_several_ways() -> None:
    subjects = {Subject.of(DID.parse(text)) for text in SPECIFICATION["aliases"]}
    assert len(subjects) == 1


def test_a_delegate_makes_the_entry_of_the_specification() -> None:
    change = DelegateChanged(1, 10, 0, word("veriKey"), OTHER, 100)
    document = resolved(EXAMPLE, change)
    entry = document["verificationMethod"][1]
    assert entry.pop("blockchainAccountId").lower() == "eip155:1:0x" + OTHER.hex()
    assert entry == {
        "id": f"{EXAMPLE}#delegate-1",
        "type": "EcdsaSecp256k1RecoveryMethod2020",
        "controller": str(EXAMPLE),
    }
    assert entry["id"] in document["assertionMethod"]
    assert entry["id"] not in document["authentication"]


def test_names_of_entries_stay_as_in_the_table_of_the_specification() -> None:
    key, name = word("did/pub/Ed25519/veriKey"), word("veriKey")
    steps: dict[str, Change | None] = {
        "add key": AttributeChanged(1, 1, 0, key, b"\1" * 32, 100),
        "add another key": AttributeChanged(2, 2, 1, key, b"\2" * 32, 100),
        "add delegate": DelegateChanged(3, 3, 2, name, OTHER, 20),
        "add service": AttributeChanged(4, 4, 3, word("did/svc/Hub"), b"https://hub", 100),
        "revoke first key": AttributeChanged(5, 5, 4, key, b"\1" * 32, 0),
        "add another delegate": DelegateChanged(6, 6, 5, name, bytes(19) + b"\1", 100),
        "first delegate expires": None,
    }
    done: list[Change] = []
    now = 10
    for step in EVENTS:
        if (change := steps[step["do"]]) is None:
            now = 21
        else:
            done.append(change)
        document = resolved(EXAMPLE, *done, now=now)
        entries = [*document["verificationMethod"][1:], *document.get("service", [])]
        assert [entry["id"].removeprefix(str(EXAMPLE)) for entry in entries] == step["ids"]


def test_a_deactivated_did_has_the_document_of_the_specification() -> None:
    change = AttributeChanged(1, 1, 0, word("did/svc/Hub"), b"https://hub", 100)
    document = resolved(EXAMPLE, change, OwnerChanged(2, 2, 1, bytes(20)))
    assert document == {
        "@context": BASE,
        "id": str(EXAMPLE),
        "verificationMethod": [],
        "authentication": [],
        "assertionMethod": [],
    }


@pytest.mark.parametrize(("now", "listed"), [(100, True), (101, False)])
def test_what_ends_at_an_instant_holds_until_then(now: int, *, listed: bool) -> None:
    change = DelegateChanged(1, 10, 0, word("sigAuth"), OTHER, 100)
    assert (len(resolved(EXAMPLE, change, now=now)["verificationMethod"]) == 2) is listed


def test_a_change_of_owner_takes_no_delegates_and_attributes_away() -> None:
    delegate = DelegateChanged(1, 10, 0, word("sigAuth"), OTHER, 100)
    service = AttributeChanged(2, 10, 1, word("did/svc/Hub"), b"https://hub", 100)
    document = resolved(EXAMPLE, delegate, service, OwnerChanged(3, 10, 2, OTHER))
    controller, kept = document["verificationMethod"]
    assert controller["blockchainAccountId"] == kept["blockchainAccountId"]
    assert len(document["service"]) == 1


def test_a_delegate_added_again_has_a_new_name() -> None:
    first = DelegateChanged(1, 10, 0, word("sigAuth"), OTHER, 100)
    again = DelegateChanged(2, 20, 1, word("sigAuth"), OTHER, 200)
    document = resolved(EXAMPLE, first, again)
    assert [one["id"][-1] for one in document["verificationMethod"][1:]] == ["2"]
