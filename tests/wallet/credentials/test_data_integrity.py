from __future__ import annotations

import dataclasses
from copy import deepcopy
from datetime import UTC, datetime
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from did.document import VerificationMethod
from did.encoding import encode_multikey
from did.keys import ALGORITHMS, signing_key
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import (
    CredentialError,
    InvalidCredential,
    InvalidJSON,
    ProofInvalid,
    TooComplex,
    UndefinedTerm,
    UnsupportedFormat,
)
from wallet.credentials.formats import read_proofs
from wallet.credentials.formats.data_integrity import (
    SUITES,
    DataIntegrity,
    attach,
    proposal,
    secure,
)
from wallet.credentials.formats.proof import Proof

if TYPE_CHECKING:
    from did.keys import Signer, SigningKey

DI = DataIntegrity()
UNTAMPERED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


# Every suite with every algorithm that it signs with.
WAYS = sorted((suite, name) for suite in SUITES for name in SUITES[suite].algorithms)


def signer_of(algorithm: str) -> SigningKey:
    found = ALGORITHMS[algorithm]
    return signing_key(found.private_key(b"\x05" * found.secret_size))


def method_of(signer: Signer) -> VerificationMethod:
    multikey = encode_multikey(signer.public_key)
    did = f"did:key:{multikey}"
    return VerificationMethod(f"{did}#{multikey}", "Multikey", did, signer.public_key, {})


def verify(document: dict[str, Any], method: VerificationMethod) -> None:
    proofs = read_proofs(document)
    if not proofs:
        raise ProofInvalid("no proof")
    for proof in proofs:
        DI.verify(document, proof, method)


def test_what_was_secured_verifies(secured: dict[str, Any], method: VerificationMethod) -> None:
    assert all(DI.secures(proof) for proof in read_proofs(secured))
    verify(secured, method)
    verify(dict(reversed(list(secured.items()))), method)


@pytest.mark.parametrize(("suite", "algorithm"), WAYS)
def test_what_any_key_of_any_suite_secured_verifies_with_that_key_alone(
    unsigned: dict[str, Any], now: datetime, suite: str, algorithm: str
) -> None:
    signer = signer_of(algorithm)
    method = method_of(signer)
    secured = secure(
        unsigned,
        suite=suite,
        signer=signer,
        verification_method=method.id,
        purpose="assertionMethod",
        created=now,
        expires=now,
        proof_id="urn:proof",
    )
    verify(secured, method)
    for other in ALGORITHMS:
        if other not in SUITES[suite].algorithms:
            key = ALGORITHMS[other].private_key(b"\x01" * ALGORITHMS[other].secret_size).public_key
            with pytest.raises(UnsupportedFormat, match="and the key of"):
                verify(secured, dataclasses.replace(method, public_key=key))
        elif other != algorithm:
            key = signer_of(other).public_key
            with pytest.raises(ProofInvalid, match="must hold"):
                verify(secured, dataclasses.replace(method, public_key=key))
    found = ALGORITHMS[algorithm]
    key = found.private_key(b"\x07" * found.secret_size).public_key
    with pytest.raises(ProofInvalid, match="signature does not fit"):
        verify(secured, dataclasses.replace(method, public_key=key))


@pytest.mark.parametrize("algorithm", ["P-256", "P-384"])
def test_objects_without_a_name_are_signed_and_verified(
    unsigned: dict[str, Any], now: datetime, algorithm: str
) -> None:
    del unsigned["id"]
    subject = {"degree": {"grade": "A", "subject": {"of": "mathematics"}}}
    unsigned["credentialSubject"] = subject
    signer = signer_of(algorithm)
    method = method_of(signer)
    secured = secure(
        unsigned,
        signer=signer,
        verification_method=method.id,
        purpose="assertionMethod",
        created=now,
    )
    verify(secured, method)
    subject["degree"]["grade"] = "B"
    with pytest.raises(ProofInvalid):
        verify({**secured, "credentialSubject": subject}, method)


def test_the_suite_of_the_key_is_taken_where_none_is_named(
    unsigned: dict[str, Any], now: datetime
) -> None:
    for algorithm, suite in (
        ("Ed25519", "eddsa-rdfc-2022"),
        ("P-256", "ecdsa-rdfc-2019"),
        ("P-384", "ecdsa-rdfc-2019"),
    ):
        signer = signer_of(algorithm)
        proposed = proposal(
            unsigned,
            signer=signer,
            verification_method=method_of(signer).id,
            purpose="assertionMethod",
            created=now,
        )
        assert proposed.suite == proposed.options["cryptosuite"] == suite


@pytest.mark.parametrize(
    ("type_", "cryptosuite"),
    [
        ("DataIntegrityProof", "eddsa-jcs-2022"),
        ("DataIntegrityProof", "bbs-2023"),
        ("DataIntegrityProof", None),
        ("Ed25519Signature2020", None),
    ],
)
def test_a_proof_is_secured_here_by_its_type(
    type_: str, cryptosuite: str | None, method: VerificationMethod
) -> None:
    raw = {"type": type_, "verificationMethod": method.id, "proofPurpose": "assertionMethod"}
    named = raw if cryptosuite is None else {**raw, "cryptosuite": cryptosuite}
    assert DI.secures(Proof.of(named, "$.proof"))


@pytest.mark.parametrize(
    "type_", ["Ed25519Signature2018", "JsonWebSignature2020", "JWT", "eddsa-jcs-2022"]
)
def test_a_proof_of_another_type_is_not_secured_here(
    type_: str, method: VerificationMethod
) -> None:
    raw = {"type": type_, "verificationMethod": method.id, "proofPurpose": "assertionMethod"}
    assert not DI.secures(Proof.of({**raw, "cryptosuite": "eddsa-jcs-2022"}, "$.proof"))


@pytest.mark.parametrize(
    ("type_", "cryptosuite"),
    [
        ("DataIntegrityProof", "bbs-2023"),
        ("DataIntegrityProof", "Ed25519Signature2020"),
        ("DataIntegrityProof", None),
        ("Ed25519Signature2020", "eddsa-rdfc-2022"),
        ("Ed25519Signature2020", "Ed25519Signature2020"),
        ("Ed25519Signature2018", None),
        ("eddsa-rdfc-2022", None),
    ],
)
def test_a_suite_that_is_not_known_leaves_it_open(
    secured: dict[str, Any], method: VerificationMethod, type_: str, cryptosuite: str | None
) -> None:
    secured["proof"]["type"] = type_
    del secured["proof"]["cryptosuite"]
    if cryptosuite is not None:
        secured["proof"]["cryptosuite"] = cryptosuite
    with pytest.raises(UnsupportedFormat):
        verify(secured, method)


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


@pytest.mark.parametrize(("suite", "algorithm"), WAYS)
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
    now: datetime,
    suite: str,
    algorithm: str,
    name: str,
    value: object,
) -> None:
    signer = signer_of(algorithm)
    method = method_of(signer)
    secured = secure(
        unsigned,
        suite=suite,
        signer=signer,
        verification_method=method.id,
        purpose="assertionMethod",
        created=now,
        challenge="c-1",
        domain="https://verifier.example",
    )
    verify(secured, method)
    if secured["proof"].get(name) != value:
        with pytest.raises(CredentialError):
            verify({**secured, "proof": {**secured["proof"], name: value}}, method)
    missing = {key: value for key, value in secured["proof"].items() if key != name}
    if name in secured["proof"] and name not in {"type", "@context"}:
        with pytest.raises(CredentialError):
            verify({**secured, "proof": missing}, method)


def test_a_signature_of_one_suite_is_not_taken_for_one_of_another(
    unsigned: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    of_ed25519 = [suite for suite, algorithm in WAYS if algorithm == "Ed25519"]
    for suite, other in permutations(of_ed25519, 2):
        secured = secure(
            unsigned,
            suite=suite,
            signer=key,
            verification_method=method.id,
            purpose="assertionMethod",
            created=now,
        )
        secured["proof"] |= SUITES[other].options({}, {})
        if other == "Ed25519Signature2020":
            del secured["proof"]["cryptosuite"]
        with pytest.raises(ProofInvalid):
            verify(secured, method)


def test_a_flipped_bit_of_the_signature_is_refused(
    secured: dict[str, Any], method: VerificationMethod
) -> None:
    value = secured["proof"]["proofValue"]
    for position in range(1, len(value)):
        letter = "2" if value[position] != "2" else "3"
        tampered = deepcopy(secured)
        tampered["proof"]["proofValue"] = value[:position] + letter + value[position + 1 :]
        with pytest.raises(ProofInvalid):
            verify(tampered, method)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "must be a signature"),
        (["z"], "must be a signature"),
        ("", "begins with 'z'"),
        ("u" + "A" * 86, "begins with 'z'"),
        ("z", "must hold 64 bytes, and holds 0"),
        ("z" + "1" * 63, "must hold 64 bytes, and holds 63"),
        ("z" + "1" * 65, "must hold 64 bytes, and holds 65"),
        ("z" + "0" * 87, "characters that base58 does not"),
        ("z" + "2" * 87 + "\n", "characters that base58 does not"),
        ("z" + "2" * 1_000_000, "longer than 133 characters"),
    ],
)
def test_a_signature_that_is_none_is_refused_with_the_reason(
    secured: dict[str, Any], method: VerificationMethod, value: object, reason: str
) -> None:
    secured["proof"]["proofValue"] = value
    with pytest.raises(ProofInvalid, match=f"proofValue.* {reason}"):
        verify(secured, method)


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
        read_proofs({**unsigned, "proof": proof})


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
        ({"proof_id": "proof-1"}, InvalidCredential),
        ({"previous_proof": "urn:proof"}, InvalidCredential),
        ({"previous_proof": []}, InvalidCredential),
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
    options = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022"}
    assert jcs.options({}, {}) == options
    assert len(jcs.signing_bytes({"a": 1}, options, SHIPPED)) == 64
    with pytest.raises(InvalidCredential, match="no canonical JSON"):
        jcs.signing_bytes({"a": 2**53}, options, SHIPPED)


def test_contexts_that_jcs_signed_are_the_same_json_and_not_just_the_same_to_python() -> None:
    jcs = SUITES["eddsa-jcs-2022"]
    options = jcs.options({"@context": [{"a": 1}]}, {})
    jcs.signing_bytes({"@context": [{"a": 1}]}, options, SHIPPED)
    with pytest.raises(ProofInvalid, match="other contexts"):
        jcs.signing_bytes({"@context": [{"a": True}]}, options, SHIPPED)


def test_a_document_of_the_older_data_model_gets_the_words_of_its_proof(
    unsigned: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    unsigned["@context"] = [
        "https://www.w3.org/2018/credentials/v1",
        {"@vocab": "https://www.w3.org/ns/credentials/undefined-term#"},
    ]
    unsigned["issuanceDate"] = unsigned.pop("validFrom")
    for suite, added in (
        ("eddsa-rdfc-2022", ["https://w3id.org/security/data-integrity/v2"]),
        ("eddsa-jcs-2022", []),
        ("Ed25519Signature2020", ["https://w3id.org/security/suites/ed25519-2020/v1"]),
    ):
        secured = secure(
            unsigned,
            suite=suite,
            signer=key,
            verification_method=method.id,
            purpose="assertionMethod",
            created=now,
        )
        assert secured["@context"] == unsigned["@context"] + added
        verify(secured, method)
        again = secure(
            secured,
            suite=suite,
            signer=key,
            verification_method=method.id,
            purpose="assertionMethod",
            created=now,
        )
        assert again["@context"] == secured["@context"]
        verify(again, method)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_hostile_documents_end_in_an_error_of_credentials(
    secured: dict[str, Any], method: VerificationMethod, suite: str
) -> None:
    secured["proof"]["cryptosuite"] = suite
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    (proof,) = read_proofs(secured)
    hostiles: list[Any] = [deep, [[[]]], {"@id": 1}, {"@context": 1}]
    for hostile in hostiles:
        with pytest.raises(CredentialError):
            DI.verify({**secured, "claim": hostile}, proof, method)


def test_more_proofs_than_are_judged_leave_it_open(
    secured: dict[str, Any], method: VerificationMethod
) -> None:
    secured["proof"] = [secured["proof"]] * 33
    with pytest.raises(TooComplex, match="33 proofs"):
        verify(secured, method)


def test_what_cannot_be_written_as_json_is_not_signed(
    unsigned: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> None:
    with pytest.raises(InvalidJSON):
        proposal(
            {**unsigned, "a": float("nan")},
            signer=key,
            verification_method=method.id,
            purpose="assertionMethod",
            created=now,
        )
