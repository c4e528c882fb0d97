from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain.evidence import EthrEvidence, InvalidEvidence, gathered
from did.chain.evidence.form import MAX_BLOCKS, MAX_NODES, MAX_SIZE

ALICE = b"\xa1" * 20
HUB = (
    "DIDAttributeChanged(address,bytes32,bytes,uint256,uint256)",
    (b"did/svc/Hub", b"https://hub.example", 4_000_000_000),
)


@pytest.fixture(scope="module")
def evidence(made: Any) -> EthrEvidence:
    chain = made(keeps_hashes=True)
    chain.change(ALICE, HUB)
    for _ in range(12):
        chain.mine()
    return gathered(chain, ALICE)


@pytest.fixture
def form(evidence: EthrEvidence) -> dict[str, Any]:
    return evidence.to_json()


def test_evidence_is_the_same_after_it_was_written_and_read(evidence: EthrEvidence) -> None:
    assert evidence.blocks[0].past is not None
    assert EthrEvidence.from_json(evidence.to_json()) == evidence
    assert EthrEvidence.parse(evidence.serialized()) == evidence


def test_evidence_that_lacks_something_says_so_when_it_is_read(form: dict[str, Any]) -> None:
    lacking = {**form, "state": None, "lacking": ["state", "receipts of block 7"]}
    evidence = EthrEvidence.from_json(lacking)
    assert evidence.lacking == ("state", "receipts of block 7")
    assert evidence.to_json() == lacking


@pytest.mark.parametrize("given", [None, [], "x", 7, {}, {"type": "EthrEvidence"}])
def test_refuses_json_that_is_no_evidence(given: Any) -> None:
    with pytest.raises(InvalidEvidence):
        EthrEvidence.from_json(given)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("type",), "AnchorReceipt"),
        (("version",), 2),
        (("chain",), 1),
        (("chain",), "eip155:0"),
        (("chain",), "eip155:01"),
        (("chain",), "eip155:" + "9" * 20),
        (("registry",), "0x00"),
        (("registry",), None),
        (("identity",), "0x" + "a1" * 21),
        (("identity",), "a1" * 20),
        (("state",), []),
        (("state", "accountProof"), {}),
        (("state", "accountProof"), ["0x0"]),
        (("state", "accountProof"), [7]),
        (("state", "storageProof"), ["0x"] * (MAX_NODES + 1)),
        (("state", "more"), []),
        (("blocks",), {}),
        (("blocks",), [{}] * (MAX_BLOCKS + 1)),
        (("blocks", 0), None),
        (("blocks", 0, "header"), "0xzz"),
        (("blocks", 0, "receipts"), "0x"),
        (("blocks", 0, "receipts"), ["0xfg"]),
        (("blocks", 0, "receipts"), [[]]),
        (("blocks", 0, "past"), 7),
        (("blocks", 0, "past", "block"), True),
        (("blocks", 0, "past", "block"), -1),
        (("blocks", 0, "past", "block"), 1 << 60),
        (("blocks", 0, "past", "block"), "0x1"),
        (("blocks", 0, "number"), 7),
        (("lacking",), ["a clue"]),
        (("lacking",), [7]),
        (("lacking",), "state"),
        (("more",), 1),
    ],
)
def test_refuses_a_member_that_is_another_thing(
    form: dict[str, Any], place: tuple[Any, ...], value: Any
) -> None:
    form = deepcopy(form)
    inside: Any = form
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    with pytest.raises(InvalidEvidence):
        EthrEvidence.from_json(form)


@pytest.mark.parametrize("name", ["type", "chain", "registry", "identity", "state", "blocks"])
def test_refuses_evidence_without_a_member(form: dict[str, Any], name: str) -> None:
    del form[name]
    with pytest.raises(InvalidEvidence, match=f"has no '{name}'"):
        EthrEvidence.from_json(form)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"type": 1, "type": 1}',
        b"[" * 100_000,
        b" " * (MAX_SIZE + 1),
    ],
    ids=len,
)
def test_refuses_files_that_are_no_evidence(text: bytes) -> None:
    with pytest.raises(InvalidEvidence):
        EthrEvidence.parse(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("0x00"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "blocks", "state", "header", "receipts", "past"]), inner
            )
        ),
        max_leaves=10,
    )
)
def test_any_json_is_evidence_or_refused(evidence: EthrEvidence, value: Any) -> None:
    for name in ("state", "blocks", "chain"):
        try:
            read = EthrEvidence.from_json({**evidence.to_json(), name: value})
        except InvalidEvidence:
            continue
        assert json.loads(read.serialized()) == read.to_json()
