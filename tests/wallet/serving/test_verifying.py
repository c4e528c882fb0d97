from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.wallet.serving.conftest import credential

if TYPE_CHECKING:
    from tests.wallet.serving.conftest import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

VECTORS: Final = Path(__file__).parents[2] / "vectors" / "vc-di-eddsa"
VP = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"]}


async def verify(served: Served, document: Any, **options: Any) -> dict[str, Any]:
    body = {"verifiableCredential": document, **({"options": options} if options else {})}
    answer = await served.post("/credentials/verify", body, token=None)
    found: dict[str, Any] = answer.json()
    assert answer.status_code == (200 if found["verified"] else 400)
    return found


async def test_a_refusal_names_the_failed_check(served: Served) -> None:
    secured = await served.issued()
    secured["credentialSubject"]["name"] = "Mallory"
    found = await verify(served, secured)
    assert found["verified"] is False
    assert found["check"] == "proof"
    assert found["type"] == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
    assert found["status"] == 400
    assert [one["check"] for one in found["problemDetails"]] == ["proof"]
    assert found["report"]["verdict"] == found["verdict"] == "invalid"


@pytest.mark.parametrize(
    ("proof", "check"),
    [
        ({"proofPurpose": "authentication"}, "proof"),
        ({"created": "2020-01-01T00:00:00Z"}, "proof"),
        (
            {"verificationMethod": "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj#x"},
            "proof",
        ),
        ({"cryptosuite": "unheard-of-2022"}, "proof"),
        ({"proofValue": "z"}, "proof"),
        ({"proofValue": 5}, "proof"),
        ({"type": "Unheard"}, "proof"),
        ({"previousProof": "urn:uuid:not-there"}, "proof"),
    ],
)
async def test_every_word_of_the_proof_counts(
    served: Served, proof: dict[str, Any], check: str
) -> None:
    secured = await served.issued("/eddsa-jcs-2022")
    found = await verify(served, {**secured, "proof": {**secured["proof"], **proof}})
    assert found["verified"] is False
    assert check in [one["check"] for one in found["problemDetails"]]


async def test_a_document_as_text_is_refused(served: Served) -> None:
    secured = await served.issued()
    for text in (json.dumps(secured), f" {json.dumps(secured)}", json.dumps(json.dumps(secured))):
        answer = await served.post(
            "/credentials/verify", {"verifiableCredential": text}, token=None
        )
        assert answer.status_code == 400
        assert answer.json()["check"] == "request"


async def test_one_without_a_proof_is_refused(served: Served) -> None:
    found = await verify(served, credential(served.dids["ed"]))
    assert found["check"] == "proof"


async def test_whose_key_it_is_counts_only_where_it_is_asked_about(served: Served) -> None:
    # A wallet signs in nobody else's name; the standard's own example was signed so.
    path = VECTORS / "eddsa-rdfc-2022" / "signedDataInt.json"
    secured = json.loads(path.read_bytes())
    found = await verify(served, secured)
    assert [one["check"] for one in found["problemDetails"]] == ["issuer"]
    assert (await verify(served, secured, checks=["proof"]))["verified"] is True


async def test_expired_is_not_asked_where_the_proof_alone_is(served: Served) -> None:
    secured = await served.issued(
        validFrom="2020-01-01T00:00:00Z", validUntil="2020-02-01T00:00:00Z"
    )
    found = await verify(served, secured)
    assert (found["verdict"], found["check"]) == ("expired", "period")
    assert (await verify(served, secured, checks=["proof"]))["verified"] is True


async def test_checks_must_name_the_proof_and_nothing_unknown(served: Served) -> None:
    secured = await served.issued()
    for checks in (["credentialStatus"], ["proof", "horoscope"], []):
        answer = await served.post(
            "/credentials/verify",
            {"verifiableCredential": secured, "options": {"checks": checks}},
        )
        assert answer.status_code == 400
        assert answer.json()["check"] == "request"


async def test_tokens_are_verified_as_text(served: Served) -> None:
    answer = await served.post("/credentials/verify", {"verifiableCredential": "eyJ.eyJ.abc"})
    assert answer.status_code == 400
    assert answer.json()["verified"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verifiableCredential": None},
        {"verifiableCredential": 5},
        {"verifiableCredential": []},
        {"verifiableCredential": {}},
        {"verifiableCredential": {"type": []}},
        {"verifiableCredential": {}, "options": []},
        {"verifiableCredential": {}, "options": {"checks": "all"}},
        {"verifiableCredential": {}, "unheardOf": 1},
        [],
        "text",
    ],
)
async def test_a_malformed_request_is_a_problem_and_no_crash(served: Served, body: Any) -> None:
    answer = await served.post("/credentials/verify", body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["check"] in {"request", "syntax", "model", "proof"}
    assert answer.json()["verified"] is False


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"verifiableCredential":{},"verifiableCredential":{}}',
        b'{"verifiableCredential":' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"verifiableCredential":{"n":1e999}}',
        b'{"verifiableCredential":{"n":9007199254740993}}',
        b'{"verifiableCredential":{"n":NaN}}',
        b'{"verifiableCredential":{"s":"\\ud800"}}',
        b'\xef\xbb\xbf{"verifiableCredential":{}}',
        b'{"verifiableCredential":{"s":"\xff"}}',
    ],
)
async def test_what_readers_read_differently_is_not_read_at_all(served: Served, raw: bytes) -> None:
    for path in ("/credentials/verify", "/credentials/issue"):
        answer = await served.client.post(
            path,
            content=raw,
            headers={
                "Content-Type": "application/json",
                "Authorization": "Bearer a-token-that-nobody-guesses",
            },
        )
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("#PARSING_ERROR")


async def test_a_duplicate_inside_the_credential_is_found(served: Served) -> None:
    secured = await served.issued()
    text = json.dumps({"verifiableCredential": secured})
    doubled = text.replace('"issuer":', '"issuer": "did:example:mallory", "issuer":', 1)
    answer = await served.client.post(
        "/credentials/verify", content=doubled, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert "appears twice" in answer.json()["detail"]


async def test_a_presentation_that_nobody_signed_is_refused(served: Served) -> None:
    answer = await served.post("/presentations/verify", {"verifiablePresentation": VP})
    assert answer.status_code == 400
    assert answer.json()["check"] == "proof"


async def test_a_credential_in_a_presentation_is_judged_for_itself(served: Served) -> None:
    forged = await served.issued()
    forged["credentialSubject"]["name"] = "Mallory"
    proved = await served.post(
        "/presentations/prove", {"presentation": {**VP, "verifiableCredential": [forged]}}
    )
    shown = proved.json()["verifiablePresentation"]
    answer = await served.post("/presentations/verify", {"verifiablePresentation": shown})
    assert answer.status_code == 400
    assert answer.json()["subject"] == "credential 1"


async def test_a_proof_chain_with_a_link_cut_out_is_refused(served: Served) -> None:
    chained = json.loads((VECTORS / "proof-set-chain" / "signedProofChain2.json").read_bytes())
    assert (await verify(served, chained, checks=["proof"]))["verified"] is True
    cut = {**chained, "proof": chained["proof"][1:]}
    assert (await verify(served, cut, checks=["proof"]))["verified"] is False
    alone = {**chained, "proof": chained["proof"][-1]}
    assert (await verify(served, alone, checks=["proof"]))["verified"] is False
