from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.wallet.serving.conftest import done, served_by
from wallet.actions.journal import journal_of
from wallet.credentials.formats.data_integrity import SUITES
from wallet.rules.store import earlier
from wallet.serving.limits import Limits

if TYPE_CHECKING:
    from tests.wallet.serving.conftest import Served
    from wallet.wallet import Wallet

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY_OF = {
    "eddsa-rdfc-2022": ["ed"],
    "eddsa-jcs-2022": ["ed"],
    "ecdsa-rdfc-2019": ["p256", "p384"],
    "ecdsa-jcs-2019": ["p256", "p384"],
    "Ed25519Signature2020": ["ed"],
}
OLDER = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "type": ["VerifiableCredential"],
    "issuanceDate": "2020-03-16T22:37:26Z",
    "credentialSubject": {"id": "did:example:alice"},
}
ID = "/credentialSubject/id"
VP = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"]}


def newer(issuer: str) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "did:example:alice", "name": "Alice"},
    }


async def test_every_suite_has_an_address_that_issues_by_it(served: Served) -> None:
    assert set(KEY_OF) == set(SUITES)
    for suite, names in KEY_OF.items():
        for name in names:
            for document in (newer(served.dids[name]), {**OLDER, "issuer": served.dids[name]}):
                answer = await served.post(f"/{suite}/credentials/issue", {"credential": document})
                assert answer.status_code == 201, answer.text
                secured = answer.json()["verifiableCredential"]
                proof = secured["proof"]
                assert proof.get("cryptosuite", proof["type"]) == suite
                checked = await served.post(
                    "/credentials/verify", {"verifiableCredential": secured}, token=None
                )
                assert checked.status_code == 200, checked.text
                assert checked.json()["verified"] is True


async def test_without_a_suite_the_key_chooses(served: Served) -> None:
    for name, suite in {"ed": "eddsa-rdfc-2022", "p384": "ecdsa-rdfc-2019"}.items():
        answer = await served.post(
            "/credentials/issue", {"credential": newer(served.dids[name]), "options": None}
        )
        assert answer.json()["verifiableCredential"]["proof"]["cryptosuite"] == suite


async def test_the_contexts_that_the_suite_needs_are_added(served: Served) -> None:
    document = {**OLDER, "issuer": served.dids["ed"]}
    for suite, context in {
        "eddsa-rdfc-2022": "https://w3id.org/security/data-integrity/v2",
        "Ed25519Signature2020": "https://w3id.org/security/suites/ed25519-2020/v1",
    }.items():
        answer = await served.post(f"/{suite}/credentials/issue", {"credential": document})
        assert answer.json()["verifiableCredential"]["@context"] == [
            *OLDER["@context"],
            context,
        ]


async def test_signs_in_nobody_elses_name(served: Served) -> None:
    answer = await served.post("/credentials/issue", {"credential": newer("did:example:other")})
    assert answer.status_code == 400
    assert answer.json()["check"] == "issuer"


async def test_a_key_of_another_kind_than_the_suites_is_refused(served: Served) -> None:
    body = {"credential": newer(served.dids["p256"])}
    answer = await served.post("/eddsa-jcs-2022/credentials/issue", body)
    assert answer.status_code == 400
    assert "of Ed25519" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"issuer": None}, "$.issuer"),
        ({"issuer": {"id": "not a url"}}, "$.issuer"),
        ({"type": ["Other"]}, "$.type"),
        ({"@context": []}, "@context"),
        ({"credentialSubject": {}}, "$.credentialSubject"),
        ({"validFrom": "yesterday"}, "$.validFrom"),
        ({"unheardOf": True}, "unheardOf"),
        ({"relatedResource": [{"id": "https://example.com/x"}]}, "relatedResource"),
    ],
)
async def test_refuses_what_would_be_no_credential(
    served: Served, changed: dict[str, Any], place: str
) -> None:
    document = newer(served.dids["ed"]) | changed
    answer = await served.post("/credentials/issue", {"credential": document})
    assert answer.status_code == 400, answer.text
    assert place in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_journal_tells_what_was_issued_and_under_which_consent(served: Served) -> None:
    await served.issued()
    entry = last_entry(served)
    assert entry["action"] == "issue_credential"
    assert (entry["asked"], entry["by"], entry["outcome"]) == ("http", "grant", "done")
    assert entry["approved"] == served.digest
    assert len(entry["digest"]) == 64


async def test_what_is_signed_and_cannot_be_looked_at_is_written_down_and_not_handed_out(
    issuing_wallet: Wallet,
) -> None:
    async with served_by(issuing_wallet, limits=Limits(judging_seconds=0.001)) as served:
        body = {"credential": newer(served.dids["ed"])}
        answer = await served.post("/credentials/issue", body)
        assert answer.status_code == 503
        assert "proof" not in answer.text
        entry = last_entry(served)
    assert (entry["action"], entry["outcome"]) == ("issue_credential", "refused")


async def test_options_of_the_proof_are_kept_to(served: Served) -> None:
    options = {
        "created": "2026-01-02T03:04:05Z",
        "expires": "2099-01-01T00:00:00Z",
        "proofId": "urn:uuid:9f1e",
        "credentialId": "urn:uuid:7a2b",
    }
    body = {"credential": newer(served.dids["ed"]), "options": options}
    secured = (await served.post("/credentials/issue", body)).json()["verifiableCredential"]
    assert secured["id"] == "urn:uuid:7a2b"
    assert secured["proof"]["created"] == options["created"]
    assert secured["proof"]["expires"] == options["expires"]
    assert secured["proof"]["id"] == "urn:uuid:9f1e"


async def test_an_option_that_is_not_understood_is_refused(served: Served) -> None:
    body = {"credential": newer(served.dids["ed"]), "options": {"proofPurpose": "authentication"}}
    answer = await served.post("/credentials/issue", body)
    assert answer.status_code == 400
    assert "proofPurpose" in answer.json()["detail"]


async def test_a_proof_can_build_on_one_that_is_there(served: Served) -> None:
    first = await served.post(
        "/credentials/issue",
        {"credential": newer(served.dids["ed"]), "options": {"proofId": "urn:uuid:1"}},
    )
    once = first.json()["verifiableCredential"]
    answer = await served.post(
        "/credentials/issue", {"credential": once, "options": {"previousProof": "urn:uuid:1"}}
    )
    chained = answer.json()["verifiableCredential"]
    assert [proof.get("previousProof") for proof in chained["proof"]] == [None, "urn:uuid:1"]
    verified = await served.post("/credentials/verify", {"verifiableCredential": chained})
    assert verified.status_code == 200


async def test_builds_on_no_proof_that_does_not_hold(served: Served) -> None:
    first = await served.post(
        "/credentials/issue",
        {"credential": newer(served.dids["ed"]), "options": {"proofId": "urn:uuid:1"}},
    )
    forged = first.json()["verifiableCredential"]
    forged["credentialSubject"]["name"] = "Mallory"
    answer = await served.post(
        "/credentials/issue", {"credential": forged, "options": {"previousProof": "urn:uuid:1"}}
    )
    assert answer.status_code == 400
    assert answer.json()["check"] == "proof"
    assert "verifiableCredential" not in answer.json()
    entry = last_entry(served)
    assert (entry["action"], entry["outcome"]) == ("issue_credential", "refused")


@pytest.mark.parametrize(("suite", "name"), [("ecdsa-sd-2023", "p256"), ("bbs-2023", "bls")])
async def test_parts_are_shown_of_a_base_proof(served: Served, suite: str, name: str) -> None:
    document = newer(served.dids[name])
    document["@context"].append("https://www.w3.org/ns/credentials/undefined-terms/v2")
    document["credentialSubject"] |= {"degree": "BSc", "grade": "A"}
    body = {
        "credential": document,
        "options": {"mandatoryPointers": ["/issuer", "/credentialSubject/degree"]},
    }
    answer = await served.post(f"/{suite}/credentials/issue", body)
    assert answer.status_code == 201, answer.text
    base = answer.json()["verifiableCredential"]
    refused = await served.post("/credentials/verify", {"verifiableCredential": base})
    assert refused.status_code == 400  # a base proof is for its holder alone
    for path in ("/credentials/derive", f"/{suite}/credentials/derive"):
        chosen = {"selectivePointers": ["/credentialSubject/name"]}
        derived = await served.post(path, {"verifiableCredential": base, "options": chosen})
        assert derived.status_code == 201, derived.text
        part = derived.json()["verifiableCredential"]
        assert part["credentialSubject"].keys() - {"id"} == {"name", "degree"}
        checked = await served.post("/credentials/verify", {"verifiableCredential": part})
        assert checked.status_code == 200, checked.text


async def test_what_is_mandatory_is_for_suites_that_can_hide(served: Served) -> None:
    body = {"credential": newer(served.dids["ed"]), "options": {"mandatoryPointers": ["/issuer"]}}
    assert (await served.post("/credentials/issue", body)).status_code == 400


async def test_derives_from_no_other_proof(served: Served) -> None:
    secured = await served.issued()
    for path in ("/credentials/derive", "/bbs-2023/credentials/derive"):
        answer = await served.post(path, {"verifiableCredential": secured})
        assert answer.status_code == 400
        assert answer.json()["check"] == "proof"


async def test_a_base_proof_takes_a_key_of_its_suite(served: Served) -> None:
    for suite, name in (("ecdsa-sd-2023", "ed"), ("ecdsa-sd-2023", "bls"), ("bbs-2023", "p256")):
        body = {"credential": newer(served.dids[name])}
        answer = await served.post(f"/{suite}/credentials/issue", body)
        assert answer.status_code == 400, answer.text


async def test_a_pointer_to_nothing_is_refused(served: Served) -> None:
    body = {
        "credential": newer(served.dids["p256"]),
        "options": {"mandatoryPointers": ["/credentialSubject/shoeSize"]},
    }
    answer = await served.post("/ecdsa-sd-2023/credentials/issue", body)
    assert answer.status_code == 400
    assert "/credentialSubject/shoeSize" in answer.json()["detail"]


async def test_a_presentation_is_proved_for_who_asked(served: Served) -> None:
    shown = await served.issued()
    body = {
        "presentation": {**VP, "holder": served.dids["p256"], "verifiableCredential": [shown]},
        "options": {"challenge": "once-only", "domain": "shop.example"},
    }
    answer = await served.post("/presentations/prove", body)
    assert answer.status_code == 201, answer.text
    proved = answer.json()["verifiablePresentation"]
    assert proved["proof"]["proofPurpose"] == "authentication"
    for options, status in (
        ({"challenge": "once-only", "domain": "shop.example"}, 200),
        ({"challenge": "another", "domain": "shop.example"}, 400),
        ({"challenge": "once-only", "domain": "thief.example"}, 400),
    ):
        checked = await served.post(
            "/presentations/verify", {"verifiablePresentation": proved, "options": options}
        )
        assert checked.status_code == status, checked.text


async def test_rules_of_the_persons_hold_for_whoever_has_the_token_too(served: Served) -> None:
    shown = await served.issued()
    body = {
        "presentation": {**VP, "verifiableCredential": [shown]},
        "options": {"domain": "shop.example"},
    }
    kept = done(served.wallet, "add_policy", rule="never-disclose", claim="name")
    answer = await served.post("/presentations/prove", body)
    done(served.wallet, "remove_policy", policy=kept.data["id"])
    assert answer.status_code == 403, answer.text
    assert answer.json()["check"] == "rule"
    entry = last_entry(served, before=1)
    assert (entry["action"], entry["outcome"]) == ("present_credential", "refused")
    assert (await served.post("/presentations/prove", body)).status_code == 201
    assert earlier(served.wallet.vault)[-1].verifier == "shop.example"


async def test_a_presentation_of_nobody_is_held_by_whoever_has_such_a_key(served: Served) -> None:
    for suite, name in {"ecdsa-jcs-2019": "p256", "eddsa-jcs-2022": "ed"}.items():
        answer = await served.post(f"/{suite}/presentations/prove", {"presentation": VP})
        assert answer.json()["verifiablePresentation"]["holder"] == served.dids[name]


async def test_a_wallet_that_was_locked_signs_nothing_and_says_no_more(wallet: Wallet) -> None:
    did = str(done(wallet, "create_did", method="key", name="ed").made)
    async with served_by(wallet) as served:
        wallet.vault.close()
        answer = await served.post("/credentials/issue", {"credential": newer(did)})
        assert answer.status_code == 503
        assert answer.json()["detail"] == "the wallet cannot sign now"
        body = {"verifiableCredential": newer(did)}
        assert (await served.post("/credentials/verify", body)).status_code == 400


async def test_many_may_ask_at_once(served: Served) -> None:
    await asyncio.gather(*(served.issued() for _ in range(12)))


def last_entry(served: Served, *, before: int = 0) -> dict[str, Any]:
    return dict(journal_of(served.wallet).latest(1 + before).entries[0])
