"""What is issued and shown as a JWT, or in CBOR, in its envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.wallet.serving.test_issuing import OLDER, VP, newer

if TYPE_CHECKING:
    from tests.wallet.serving.conftest import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("name", ["ed", "p256", "p384", "k1"])
@pytest.mark.parametrize("way", ["jwt", "cose"])
async def test_what_is_no_json_comes_in_its_envelope(served: Served, way: str, name: str) -> None:
    body = {"credential": newer(served.dids[name])}
    answer = await served.post(f"/{way}/credentials/issue", body)
    assert answer.status_code == 201, answer.text
    secured = answer.json()["verifiableCredential"]
    assert secured["type"] == "EnvelopedVerifiableCredential"
    media_type, _, token = secured["id"].partition(",")
    assert media_type.startswith(f"data:application/vc+{way}")
    for path in ("/credentials/verify", f"/{way}/credentials/verify"):
        for document in (secured, token):
            checked = await served.post(path, {"verifiableCredential": document})
            assert checked.status_code == 200, checked.text
    shown = await served.post(
        f"/{way}/presentations/prove",
        {
            "presentation": {**VP, "holder": served.dids[name], "verifiableCredential": [secured]},
            "options": {"challenge": "once-only", "domain": "shop.example"},
        },
    )
    assert shown.status_code == 201, shown.text
    proved = shown.json()["verifiablePresentation"]
    assert proved["type"] == "EnvelopedVerifiablePresentation"
    for path in ("/presentations/verify", f"/{way}/presentations/verify"):
        for challenge, status in (("once-only", 200), ("another", 400)):
            options = {"challenge": challenge, "domain": "shop.example"}
            checked = await served.post(
                path, {"verifiablePresentation": proved, "options": options}
            )
            assert checked.status_code == status, checked.text


@pytest.mark.parametrize("way", ["jwt", "cose"])
async def test_an_envelope_holds_no_credential_of_before_and_no_chain(
    served: Served, way: str
) -> None:
    older = {"credential": {**OLDER, "issuer": served.dids["ed"]}}
    chained = {"credential": newer(served.dids["ed"]), "options": {"proofId": "urn:uuid:1"}}
    for body in (older, chained):
        assert (await served.post(f"/{way}/credentials/issue", body)).status_code == 400


@pytest.mark.parametrize("way", ["jwt", "cose"])
async def test_what_is_in_an_envelope_ends_when_it_was_asked_to(served: Served, way: str) -> None:
    for end, status in (("2099-01-01T00:00:00Z", 200), ("2020-01-02T00:00:00Z", 400)):
        options = {"created": "2020-01-01T00:00:00Z", "expires": end}
        body = {"credential": newer(served.dids["ed"]), "options": options}
        answer = await served.post(f"/{way}/credentials/issue", body)
        secured = answer.json()["verifiableCredential"]
        checked = await served.post("/credentials/verify", {"verifiableCredential": secured})
        assert checked.status_code == status, checked.text


@pytest.mark.parametrize("way", ["jwt", "cose"])
async def test_what_is_in_an_envelope_was_not_changed(served: Served, way: str) -> None:
    body = {"credential": newer(served.dids["ed"])}
    secured = (await served.post(f"/{way}/credentials/issue", body)).json()["verifiableCredential"]
    told, _, data = secured["id"].partition(",")
    middle = len(data) // 2
    forged = f"{data[:middle]}{'A' if data[middle] != 'A' else 'B'}{data[middle + 1 :]}"
    answer = await served.post(
        "/credentials/verify", {"verifiableCredential": {**secured, "id": f"{told},{forged}"}}
    )
    assert answer.status_code == 400, answer.text
