"""What is bound to a holder's secret: issued, and shown for the token alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.wallet.serving.conftest import TOKEN, done
from tests.wallet.serving.test_issuing import ID, last_entry, newer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.wallet.serving.conftest import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_is_bound_to_the_secret_of_the_wallet_is_shown_for_the_token_alone(
    served: Served, tmp_path: Path
) -> None:
    base = await _bound(served, tmp_path)
    body = {"verifiableCredential": base, "options": {"selectivePointers": [ID]}}
    for path in ("/credentials/derive", "/bbs-2023/credentials/derive"):
        for token, status in ((TOKEN, 201), (None, 400), ("another", 401)):
            answer = await served.post(path, body, token=token)
            assert answer.status_code == status, answer.text
    part = (await served.post("/credentials/derive", body)).json()["verifiableCredential"]
    assert last_entry(served)["action"] == "present_credential"
    assert "Alice" not in str(part)
    checked = await served.post("/credentials/verify", {"verifiableCredential": part}, token=None)
    assert checked.status_code == 200, checked.text
    other = await served.post("/ecdsa-sd-2023/credentials/derive", body)
    assert other.status_code == 400


async def test_rules_hold_for_what_is_bound_to_the_secret_too(
    served: Served, tmp_path: Path
) -> None:
    base = await _bound(served, tmp_path)
    kept = done(served.wallet, "add_policy", rule="never-disclose", claim="name")
    answers = [
        await served.post(
            "/credentials/derive",
            {"verifiableCredential": base, "options": {"selectivePointers": [pointer]}},
        )
        for pointer in ("/credentialSubject/name", ID)
    ]
    done(served.wallet, "remove_policy", policy=kept.data["id"])
    assert [answer.status_code for answer in answers] == [403, 201]


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "did:example:other"},
        {"type": "Other"},
        {"commitmentWithProof": "u"},
        {"commitmentWithProof": f"u{'A' * 192}"},
        {"commitmentWithProof": 7},
    ],
)
async def test_binds_to_no_commitment_that_does_not_hold(
    served: Served, tmp_path: Path, changed: dict[str, Any]
) -> None:
    body = {
        "credential": newer(served.dids["bls"]),
        "options": {"commitment": _commitment(served, tmp_path) | changed},
    }
    answer = await served.post("/bbs-2023/credentials/issue", body)
    assert answer.status_code == 400, answer.text
    assert "proofValue" not in answer.text


async def test_a_commitment_is_an_object_and_for_bbs(served: Served, tmp_path: Path) -> None:
    given = _commitment(served, tmp_path)
    for suite, name, commitment in (
        ("/ecdsa-sd-2023", "p256", given),
        ("", "ed", given),
        ("/bbs-2023", "bls", given["commitmentWithProof"]),
        ("/bbs-2023", "bls", ""),
        ("/bbs-2023", "bls", {}),
    ):
        body = {"credential": newer(served.dids[name]), "options": {"commitment": commitment}}
        answer = await served.post(f"{suite}/credentials/issue", body)
        assert answer.status_code == 400, answer.text


def _commitment(served: Served, folder: Path) -> dict[str, Any]:
    file = str(folder / "commitment.json")
    made = done(served.wallet, "make_commitment", issuer=served.dids["bls"], output=file)
    return dict(made.data["commitment"])


async def _bound(served: Served, folder: Path) -> dict[str, Any]:
    """A credential that is bound to the secret of the server's own wallet."""
    document = newer(served.dids["bls"])
    document["@context"].append("https://www.w3.org/ns/credentials/undefined-terms/v2")
    body = {"credential": document, "options": {"commitment": _commitment(served, folder)}}
    answer = await served.post("/bbs-2023/credentials/issue", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["verifiableCredential"])
