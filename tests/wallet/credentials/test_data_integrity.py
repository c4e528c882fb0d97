from __future__ import annotations

import dataclasses
from copy import deepcopy
from datetime import UTC, datetime
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import (
    CredentialError,
    InvalidCredential,
    ProofInvalid,
    UndefinedTerm,
    UnsupportedFormat,
)
from wallet.credentials.formats.data_integrity import (
    SUITES,
    DataIntegrity,
    attach,
    proposal,
    secure,
)
from wallet.credentials.formats.proof import Proof

if TYPE_CHECKING:
    from did.document import VerificationMethod
    from did.keys import Signer

DI = DataIntegrity()
UNTAMPERED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def verify(document: dict[str, Any], method: VerificationMethod) -> None:
    proofs = DI.proofs(document)
    if not proofs:
        raise ProofInvalid("no proof")
    for proof in proofs:
        DI.verify(document, proof, method)


def test_what_was_secured_verifies(secured: dict[str, Any], method: VerificationMethod) -> None:
    assert DI.recognizes(secured)
    verify(secured, method)
    verify(dict(reversed(list(secured.items()))), method)


def test_a_document_without_a_proof_has_none_to_verify(unsigned: dict[str, Any]) -> None:
    assert not DI.recognizes(unsigned)
    assert DI.proofs(unsigned) == ()


@pytest.mark.parametrize("proof", [None, "x", [], ["x"], {}, {"type": ["DataIntegrityProof"]}])
def test_what_is_no_proof_is_not_recognized(unsigned: dict[str, Any], proof: object) -> None:
    assert not DI.recognizes({**unsigned, "proof": proof})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "urn:uuid:00000000-0000-0000-0000-000000000000"),
        ("type", ["VerifiableCredential", "MastersDegree"]),
        ("type", ["VerifiableCredential"]),
        ("name", "Another degree"),
        ("issuer", "did:example:someone"),
        ("issuer", {"id": "did:example:someone"}),
        ("validFrom", "2026-01-31T09:00:01Z"),
        ("validFrom", "2026-01-31T10:00:00+01:00"),
        ("validUntil", "2036-01-31T09:00:00Z"),
        ("credentialStatus", {"type": "BitstringStatusListEntry"}),
        ("credentialSubject", {"id": "did:example:eve", "degree": "BSc"}),
        ("evidence", {"type": "Evidence"}),
        ("anything", "else"),
        ("anything", []),
        ("anything", None),
    ],
)
def test_a_changed_or_added_member_is_refused(
    secured: dict[str, Any], method: VerificationMethod, name: str, value: object
) -> None:
    with pytest.raises((ProofInvalid, InvalidCredential)):
        verify({**secured, name: value}, method)


def test_a_removed_member_is_refused(secured: dict[str, Any], method: VerificationMethod) -> None:
    for name in secured.keys() - {"proof", "@context"}:
        smaller = {key: value for key, value in secured.items() if key != name}
        with pytest.raises((ProofInvalid, InvalidCredential)):
            verify(smaller, method)


@UNTAMPERED
@given(
    claim=st.sampled_from(["degree", "graduationDate", "毕业日期", "isAdmin", "id"]),
    value=st.text() | st.integers(-99, 99) | st.booleans() | st.none() | st.lists(st.text()),
)
def test_no_claim_can_be_changed(
    secured: dict[str, Any], method: VerificationMethod, claim: str, value: object
) -> None:
    subject = secured["credentialSubject"]
    tampered = {**secured, "credentialSubject": {**subject, claim: value}}
    # In JSON-LD a list of one says what its element says.
    if claim in subject and value in (subject[claim], [subject[claim]]):
        verify(tampered, method)
    else:
        with pytest.raises(CredentialError):
            verify(tampered, method)


@pytest.mark.parametrize("suite", sorted(SUITES))
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created", "2026-01-31T09:00:01Z"),
        ("expires", "2036-01-31T09:00:01Z"),
        ("verificationMethod", "did:example:someone#key"),
        ("proofPurpose", "authentication"),
        ("challenge", "other"),
        ("domain", "https://other.example"),
        ("domain", ["https://verifier.example", "https://other.example"]),
        ("domain", []),
        ("nonce", "n"),
        ("id", "urn:uuid:00000000-0000-0000-0000-000000000000"),
        ("type", "Ed25519Signature2020"),
        ("type", ["DataIntegrityProof"]),
        ("cryptosuite", "ecdsa-rdfc-2019"),
        ("cryptosuite", ["eddsa-rdfc-2022"]),
        ("previousProof", "urn:uuid:00000000-0000-0000-0000-000000000000"),
        ("anything", "else"),
        ("@context", "https://www.w3.org/ns/did/v1"),
        ("@context", ["https://www.w3.org/ns/credentials/undefined-terms/v2"]),
        ("proofValue", None),
        ("proofValue", ""),
        ("proofValue", "z"),
        ("proofValue", "z1"),
        ("proofValue", "z" + "0" * 87),
        ("proofValue", "u" + "A" * 86),
        ("proofValue", "z" + "1" * 64),
        ("proofValue", "z" + "2" * 100_000),
    ],
)
def test_no_option_of_the_proof_can_be_changed(
    unsigned: dict[str, Any],
    key: Ed25519PrivateKey,
    method: VerificationMethod,
    now: datetime,
    suite: str,
    name: str,
    value: object,
) -> None:
    secured = secure(
        unsigned,
        suite=suite,
        signer=key,
        verification_method=method.id,
        purpose="assertionMethod",
        created=now,
        challenge="c-1",
        domain="https://verifier.example",
    )
    verify(secured, method)
    with pytest.raises(CredentialError):
        verify({**secured, "proof": {**secured["proof"], name: value}}, method)
    missing = {key: value for key, value in secured["proof"].items() if key != name}
    if name in secured["proof"] and name not in {"type", "@context"}:
        with pytest.raises(CredentialError):
            verify({**secured, "proof": missing}, method)


def test_a_signature_of_one_suite_is_not_taken_for_one_of_another(
    unsigned: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    for suite, other in permutations(SUITES, 2):
        secured = secure(
            unsigned,
            suite=suite,
            signer=key,
            verification_method=method.id,
            purpose="assertionMethod",
            created=now,
        )
        secured["proof"]["cryptosuite"] = other
        with pytest.raises(ProofInvalid):
            verify(secured, method)


def test_a_flipped_bit_of_the_signature_is_refused(
    secured: dict[str, Any], method: VerificationMethod
) -> None:
    value = secured["proof"]["proofValue"]
    for position in (1, 40, len(value) - 1):
        letter = "2" if value[position] != "2" else "3"
        tampered = deepcopy(secured)
        tampered["proof"]["proofValue"] = value[:position] + letter + value[position + 1 :]
        with pytest.raises(ProofInvalid):
            verify(tampered, method)


def test_another_key_does_not_verify(secured: dict[str, Any], method: VerificationMethod) -> None:
    other = dataclasses.replace(method, public_key=Ed25519PrivateKey(b"\x07" * 32).public_key)
    with pytest.raises(ProofInvalid, match="signature does not fit"):
        verify(secured, other)


def test_a_key_under_another_name_does_not_verify(
    secured: dict[str, Any], method: VerificationMethod
) -> None:
    with pytest.raises(ProofInvalid, match="another verification method"):
        verify(secured, dataclasses.replace(method, id="did:example:other#key"))


def test_a_key_that_cannot_be_used_leaves_it_open(
    secured: dict[str, Any], method: VerificationMethod
) -> None:
    with pytest.raises(UnsupportedFormat, match="no key that can be used"):
        verify(secured, dataclasses.replace(method, public_key=None))


def test_a_key_of_another_algorithm_is_not_tried(
    secured: dict[str, Any], method: VerificationMethod
) -> None:
    other = Secp256k1PrivateKey(b"\x07" * 32).public_key
    with pytest.raises(UnsupportedFormat, match="eddsa-rdfc-2022 is of Ed25519"):
        verify(secured, dataclasses.replace(method, public_key=other))


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        ({}, "must be an object with members"),
        ("x", "must be an object with members"),
        ([], "must not be an empty list"),
        ({"type": "DataIntegrityProof"}, r"\$\.proof\.verificationMethod is missing"),
        ([{"verificationMethod": 1}], r"\$\.proof\[0\]\.verificationMethod must be text"),
        ({"verificationMethod": "#key"}, "must be an absolute URL"),
        ({"verificationMethod": "did:a:b#c"}, r"\$\.proof\.type is missing"),
    ],
)
def test_a_malformed_proof_is_refused_with_its_place(
    unsigned: dict[str, Any], proof: object, reason: str
) -> None:
    with pytest.raises(InvalidCredential, match=reason):
        DI.proofs({**unsigned, "proof": proof})


def test_a_proof_is_read_into_a_typed_view() -> None:
    raw = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "verificationMethod": "did:example:a#key",
        "proofPurpose": "authentication",
        "created": "2026-01-31T10:00:00+01:00",
        "expires": "2026-02-01T09:00:00Z",
        "challenge": "c",
        "domain": ["a", "b"],
    }
    proof = Proof.of(raw, "$.proof")
    assert proof.created == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert proof.expires == datetime(2026, 2, 1, 9, tzinfo=UTC)
    assert (proof.purpose, proof.challenge, proof.domains) == ("authentication", "c", ("a", "b"))
    assert Proof.of({**raw, "domain": "a"}, "$.proof").domains == ("a",)
    for domain in ([], ["a", 1], [""], "", 1):
        with pytest.raises(InvalidCredential, match=r"\$\.proof\.domain must be text"):
            Proof.of({**raw, "domain": domain}, "$.proof")


def test_a_proposal_shows_the_bytes_and_signs_nothing(
    unsigned: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    proposed = proposal(
        unsigned,
        signer=key,
        verification_method=method.id,
        purpose="authentication",
        created=now,
        challenge="c",
        domain=["a", "b"],
    )
    assert proposed.suite == "eddsa-rdfc-2022"
    assert len(proposed.signing_bytes) == 64
    assert len(proposed.digest) == 64
    assert proposed.options["domain"] == ["a", "b"]
    unsigned["credentialSubject"]["degree"] = "PhD"
    secured = attach(proposed, key.sign(proposed.signing_bytes))
    assert secured["credentialSubject"]["degree"] == "BSc"
    verify(secured, method)


def test_a_signature_of_other_bytes_is_not_attached(
    unsigned: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    proposed = proposal(
        unsigned, signer=key, verification_method=method.id, purpose="assertionMethod", created=now
    )
    with pytest.raises(ProofInvalid):
        attach(proposed, key.sign(b"other bytes"))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"suite": "eddsa-2099"}, UnsupportedFormat),
        ({"signer": Secp256k1PrivateKey(b"\x07" * 32)}, UnsupportedFormat),
        ({"verification_method": "key-1"}, InvalidCredential),
        ({"domain": []}, InvalidCredential),
    ],
)
def test_what_could_not_be_verified_is_not_signed(
    unsigned: dict[str, Any],
    key: Ed25519PrivateKey,
    method: VerificationMethod,
    now: datetime,
    changes: dict[str, Any],
    error: type[CredentialError],
) -> None:
    arguments: dict[str, Any] = {
        "signer": key,
        "verification_method": method.id,
        "purpose": "assertionMethod",
        "created": now,
    }
    with pytest.raises(error):
        proposal(unsigned, **{**arguments, **changes})


def test_a_claim_that_would_not_be_covered_is_not_signed(
    unsigned: dict[str, Any], key: Signer, method: VerificationMethod, now: datetime
) -> None:
    unsigned["@context"] = ["https://www.w3.org/ns/credentials/v2"]
    unsigned["type"] = ["VerifiableCredential"]
    with pytest.raises(UndefinedTerm, match=r"\$\.credentialSubject\.degree"):
        proposal(
            unsigned,
            signer=key,
            verification_method=method.id,
            purpose="assertionMethod",
            created=now,
        )


def test_a_second_proof_makes_a_set(
    secured: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    twice = secure(
        secured,
        suite="eddsa-jcs-2022",
        signer=key,
        verification_method=method.id,
        purpose="assertionMethod",
        created=now,
    )
    assert twice["proof"][0] == secured["proof"]
    verify(twice, method)
    twice["proof"][0]["created"] = "2026-02-01T09:00:00Z"
    with pytest.raises(ProofInvalid):
        verify(twice, method)


def test_contexts_added_behind_those_that_jcs_signed_change_nothing(
    unsigned: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    secured = secure(
        unsigned,
        suite="eddsa-jcs-2022",
        signer=key,
        verification_method=method.id,
        purpose="assertionMethod",
        created=now,
    )
    added = [*secured["@context"], "https://www.w3.org/ns/did/v1"]
    verify({**secured, "@context": added}, method)
    for other in (added[1:], added[:1], [], "https://www.w3.org/ns/credentials/v2"):
        with pytest.raises(ProofInvalid, match="other contexts"):
            verify({**secured, "@context": other}, method)


def test_jcs_signs_a_document_that_names_no_context() -> None:
    jcs = SUITES["eddsa-jcs-2022"]
    options = {"type": "DataIntegrityProof"}
    assert jcs.options({}, options) == options
    assert len(jcs.signing_bytes({"a": 1}, options, SHIPPED)) == 64
    with pytest.raises(InvalidCredential, match="no canonical JSON"):
        jcs.signing_bytes({"a": 2**53}, options, SHIPPED)
