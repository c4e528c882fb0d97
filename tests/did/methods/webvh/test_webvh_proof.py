from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from did.encoding import encode_base58btc, encode_multikey
from did.errors import InvalidDID
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey
from did.methods.webvh.digest import canonical
from did.methods.webvh.proof import Proof, add_proof, make_proof

if TYPE_CHECKING:
    from tests.did.methods.webvh.conftest import Forge

LATER: Final = datetime(2030, 1, 1, tzinfo=UTC)
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def proof(forge: Forge) -> dict[str, Any]:
    return make_proof({"versionId": "1"}, forge.key(1), forge.time(0))


@settings(max_examples=25)
@given(document=st.dictionaries(st.text(), JSON), seed=st.binary(min_size=32, max_size=32))
def test_what_is_signed_verifies_in_any_order_of_its_members(
    document: dict[str, Any], seed: bytes
) -> None:
    key = Ed25519PrivateKey(seed)
    made = Proof.parse(make_proof(document, key, "2026-01-01T00:00:00Z"))
    again = dict(reversed(json.loads(json.dumps(document)).items()))
    assert made.key == key.public_key
    assert made.verifies(canonical(again), at=LATER)
    assert not made.verifies(canonical({**document, "more": 1, "": 0}), at=LATER)


def test_a_proof_is_added_as_a_list(forge: Forge) -> None:
    document = {"versionId": "1"}
    signed = add_proof(document, forge.key(1), forge.time(0))
    assert signed == {**document, "proof": [make_proof(document, forge.key(1), forge.time(0))]}


def test_created_may_be_missing(forge: Forge, proof: dict[str, Any]) -> None:
    made = Proof.parse({name: value for name, value in proof.items() if name != "created"})
    assert not made.verifies(canonical({"versionId": "1"}), at=forge.now)


def test_proves_nothing_once_it_has_expired(forge: Forge) -> None:
    made = Proof.parse(make_proof({}, forge.key(1), forge.time(0)))
    limited = Proof(made.multikey, made.key, made.signature, made.options, forge.now)
    assert limited.verifies(b"{}", at=forge.now - timedelta(seconds=1))
    assert not limited.verifies(b"{}", at=forge.now)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("type", "Ed25519Signature2020"),
        ("cryptosuite", "eddsa-rdfc-2022"),
        ("cryptosuite", "ecdsa-jcs-2019"),
        ("cryptosuite", None),
        ("proofPurpose", "authentication"),
        ("verificationMethod", None),
        ("verificationMethod", "did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG"),
        ("verificationMethod", "did:web:example.com#z6Mk"),
        ("verificationMethod", "did:key:zQ3s#zQ3s"),
        ("created", "yesterday"),
        ("created", "2026-01-01T00:00:00"),
        ("created", "2026-02-30T00:00:00Z"),
        ("created", None),
        ("expires", 1767225600),
        ("proofValue", None),
        ("proofValue", "uAAAA"),
        ("proofValue", "z0"),
        ("proofValue", encode_base58btc(b"\1" * 63)),
        ("proofValue", encode_base58btc(b"\1" * 65)),
        ("@context", ["https://www.w3.org/ns/did/v1"]),
        ("previousProof", "urn:uuid:1"),
        ("challenge", "x"),
        ("domain", "example.com"),
    ],
)
def test_refuses_a_proof_of_another_form(member: str, value: Any, proof: dict[str, Any]) -> None:
    with pytest.raises(InvalidDID):
        Proof.parse({**proof, member: value})


def test_refuses_what_is_no_object() -> None:
    nothing: tuple[Any, ...] = (None, [], "proof")
    for raw in nothing:
        with pytest.raises(InvalidDID, match="not a JSON object"):
            Proof.parse(raw)


def test_refuses_a_did_key_of_another_algorithm(proof: dict[str, Any]) -> None:
    multikey = encode_multikey(Secp256k1PrivateKey(b"\1" * 32).public_key)
    with pytest.raises(InvalidDID, match="secp256k1, not of Ed25519"):
        Proof.parse({**proof, "verificationMethod": f"did:key:{multikey}#{multikey}"})


def test_signs_with_ed25519_alone(forge: Forge) -> None:
    with pytest.raises(InvalidDID, match="cannot sign for did:webvh"):
        make_proof({}, Secp256k1PrivateKey(b"\1" * 32), forge.time(0))


def test_signs_nothing_that_has_no_canonical_form(forge: Forge) -> None:
    with pytest.raises(InvalidDID, match="no canonical form"):
        make_proof({"n": 2**60}, forge.key(1), forge.time(0))
