from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from wallet.credentials.formats import FORMATS
from wallet.credentials.strict_json import MAX_BYTES
from wallet.verify.detect import MAX_PROOFS, Part, Refusal, detect
from wallet.verify.report import Outcome, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

Make: TypeAlias = "Callable[..., dict[str, Any]]"
Judged: TypeAlias = "Callable[..., Report]"

FAIL, UNKNOWN = Outcome.FAIL, Outcome.UNKNOWN
V2 = "https://www.w3.org/ns/credentials/v2"
BARE = {
    "@context": [V2],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:university",
    "credentialSubject": {"id": "did:example:alice", "type": "https://example.org/Person"},
}


def refusal(data: bytes) -> Refusal:
    (part,) = detect(data, FORMATS)
    assert isinstance(part, Refusal)
    assert part.finding.name in {"syntax", "model", "proof"}
    return part


@pytest.mark.parametrize(
    ("data", "outcome", "word"),
    [
        (b"", FAIL, "nothing"),
        (b" \n\t", FAIL, "nothing"),
        (b" " * MAX_BYTES + b"{}", FAIL, "bytes long"),
        (b"\xff\xfe", FAIL, "UTF-8"),
        (b"not JSON", FAIL, "JSON"),
        (b"%PDF-1.7", UNKNOWN, "PDF"),
        (b"-----BEGIN CERTIFICATE-----", UNKNOWN, "PEM"),
        (b"\xa2gversion", UNKNOWN, "CBOR"),
        (b"openid4vp://?request_uri=x", UNKNOWN, "link"),
        (b"<html>", UNKNOWN, "HTML"),
        (b"[" * 100_000, FAIL, "deep"),
        (b'{"issuer": "a", "issuer": "b"}', FAIL, "twice"),
        (b'{"age": NaN}', FAIL, "NaN"),
        (b"[]", FAIL, "object"),
        (b"null", FAIL, "object"),
        (b'"eyJ"', FAIL, "object"),
        (b"{}", FAIL, "object"),
        (b'{"type": [1, null, {}]}', FAIL, "@context"),
        (b'{"name": "Alice"}', FAIL, "@context"),
        (b'{"@context": ["' + V2.encode() + b'"]}', FAIL, "type"),
        (b"eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2ln\n", FAIL, "signature"),
        (b"eyJhbGciOiJFZERTQSJ9.e30.c2ln~WyJhIl0~", FAIL, "typ"),
        (b"eyJhbGciOiJFZERTQSJ9.a.b.c.d", UNKNOWN, "JWE"),
        (b"eyJhbGciOiJub25lIn0.e30.", FAIL, "nobody signed"),
        (
            json.dumps(
                {
                    "@context": [V2],
                    "type": "EnvelopedVerifiableCredential",
                    "id": "data:application/vc+jwt,eyJ.e30.c2ln",
                }
            ).encode(),
            FAIL,
            "base64url",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    data: bytes, outcome: Outcome, word: str
) -> None:
    finding = refusal(data).finding
    assert finding.outcome is outcome
    assert word in str(finding.sentence)


def test_a_document_that_says_it_is_both_kinds_is_neither(issued: Make) -> None:
    both = {**issued(), "type": ["VerifiableCredential", "VerifiablePresentation"]}
    assert refusal(json.dumps(both).encode()).finding.outcome is FAIL


def test_an_enveloped_credential_of_another_kind_leaves_its_presentation_undecided(
    presented: Make, judged: Judged
) -> None:
    enveloped = {
        "@context": V2,
        "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+cbor,eyJ.e30.c2ln",
    }
    report = judged(presented(enveloped, proof={"cryptosuite": "eddsa-jcs-2022"}))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.checks[-1].pointer == "/verifiableCredential/0"


def test_a_credential_without_its_proof_is_unsecured_and_invalid(
    issued: Make, judged: Judged
) -> None:
    credential = issued()
    del credential["proof"]
    report = judged(credential)
    assert report.verdict is Verdict.INVALID
    assert "no proof" in str(report.checks[0].sentence)
    assert report.format is None
    assert report.facts == ()


@pytest.mark.parametrize(
    "proof", [[], {}, None, "signed", [[]], {"type": []}, {"type": {}}, [{"type": None}]]
)
def test_a_proof_that_holds_nothing_is_not_a_proof(judged: Judged, proof: object) -> None:
    assert judged({**BARE, "proof": proof}).verdict is not Verdict.VALID


@pytest.mark.parametrize(
    "change",
    [
        {"verificationMethod": None},
        {"verificationMethod": "#key-1"},
        {"verificationMethod": {"id": "did:example:university#key-1"}},
        {"proofPurpose": None},
        {"created": "yesterday"},
        {"type": ["DataIntegrityProof"]},
    ],
)
def test_a_malformed_proof_is_refused(issued: Make, judged: Judged, change: dict[str, Any]) -> None:
    credential = issued()
    credential["proof"].append({"type": "DataIntegrityProof", **credential["proof"][0], **change})
    report = judged(credential)
    assert report.verdict is not Verdict.VALID
    assert [check.name for check in report.checks] == ["model"]
    assert report.checks[0].pointer.startswith("/proof/1")


def test_a_way_of_securing_that_is_not_known_is_undecided(judged: Judged) -> None:
    proof = {
        "type": "ProofOfTomorrow",
        "verificationMethod": "did:example:university#key-1",
        "proofPurpose": "assertionMethod",
    }
    report = judged({**BARE, "proof": proof})
    assert report.verdict is Verdict.INDETERMINATE


def test_more_proofs_than_a_person_would_wait_for_are_not_checked(
    issued: Make, judged: Judged
) -> None:
    credential = issued()
    (proof,) = credential["proof"]
    credential["proof"] = [{**proof, "id": f"urn:x:{n}"} for n in range(MAX_PROOFS + 1)]
    report = judged(credential)
    assert report.verdict is Verdict.INDETERMINATE
    assert len(report.checks) == 1


def test_the_parts_of_a_presentation_are_named_and_numbered(issued: Make, presented: Make) -> None:
    unsecured = issued()
    del unsecured["proof"]
    parts = detect(json.dumps(presented(issued(), unsecured, issued())).encode(), FORMATS)
    subjects = [
        part.subject if isinstance(part, Part) else f"refused: {part.finding.subject}"
        for part in parts
    ]
    assert subjects == ["presentation", "credential 1", "refused: credential 2", "credential 3"]


def test_a_report_tells_what_each_part_says_of_itself(
    issued: Make, presented: Make, judged: Judged
) -> None:
    presentation, credential = judged(presented(issued())).to_json()["facts"]
    assert presentation["holder"] == "did:example:alice"
    assert presentation["issuer"] is None
    assert credential["issuer"] == "did:example:university"
    assert credential["subjects"] == ["did:example:alice"]
    assert credential["claims"] == ["degree", "毕业日期"]
    assert credential["validUntil"] == "2027-01-01T00:00:00Z"
