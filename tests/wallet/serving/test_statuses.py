from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.wallet.serving.conftest import LIST, credential, done, served_by
from wallet.actions.journal import journal_of
from wallet.credentials.received import read_credential
from wallet.serving.suites import is_taken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.wallet.serving.conftest import Served
    from wallet.wallet import Wallet

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listing(issuing_wallet: Wallet) -> AsyncIterator[Served]:
    async with served_by(issuing_wallet, lists=("passes",)) as found:
        yield found


@pytest.mark.parametrize("way", ["", "/jwt", "/cose"])
async def test_what_is_issued_gets_a_place_in_the_list_and_can_be_taken_back(
    listing: Served, way: str
) -> None:
    id_ = f"urn:uuid:11{way}"
    secured = await listing.issued(way, id=id_)
    entry = read_credential(json.dumps(secured).encode()).document["credentialStatus"]
    assert entry["type"] == "BitstringStatusListEntry"
    assert entry["statusListCredential"] == LIST
    assert await _verdict(listing, secured) == "valid"
    for value, verdict in ((True, "revoked"), (False, "valid")):
        answer = await listing.post(
            "/credentials/status",
            {
                "credentialId": id_,
                "credentialStatus": {
                    "type": "BitstringStatusListEntry",
                    "statusPurpose": "revocation",
                },
                "status": value,
            },
        )
        assert answer.status_code == 200, answer.text
        assert await _verdict(listing, secured) == verdict


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("application/ld+json, application/json", "application/ld+json"),
        ("application/json", "application/json"),
        ("text/html, */*;q=0.1", "application/vc"),
    ],
)
async def test_the_list_is_given_as_what_was_asked_for(
    listing: Served, accept: str, given: str
) -> None:
    answer = await listing.client.get(LIST, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, given)
    assert answer.json()["id"] == LIST


@pytest.mark.parametrize("accept", ["text/html", "application/vc;q=0", "no header"])
async def test_the_list_is_given_as_nothing_else(listing: Served, accept: str) -> None:
    answer = await listing.client.get(LIST, headers={"accept": accept})
    assert answer.status_code == 406


async def test_the_list_stands_at_its_address_signed(listing: Served) -> None:
    answer = await listing.client.get(LIST)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vc"
    assert answer.headers["cache-control"] == "public, max-age=60"
    known = {"If-None-Match": answer.headers["etag"]}
    assert (await listing.client.get(LIST, headers=known)).status_code == 304
    found = answer.json()
    assert found["id"] == LIST
    assert found["issuer"] == listing.dids["ed"]
    checked = await listing.post("/credentials/verify", {"verifiableCredential": found})
    assert checked.status_code == 200


async def test_what_another_program_takes_back_is_seen_once_it_is_signed_anew(
    listing: Served,
) -> None:
    secured = await listing.issued(id="urn:uuid:31")
    made = _last_entry(listing)["made"]
    done(
        listing.wallet, "revoke_credential", credential=made, output=str(listing.wallet.home / "x")
    )
    published = await listing.post("/status/passes/publish", {})
    assert published.status_code == 204
    assert await _verdict(listing, secured) == "revoked"


async def test_the_lists_are_described(listing: Served) -> None:
    document = (await listing.client.get("/openapi.json")).json()
    OpenAPIV31SpecValidator(document).validate()
    assert {"/status/passes", "/status/passes/publish"} < document["paths"].keys()


@pytest.mark.parametrize(
    "path", ["/", "/openapi.json", "/credentials/issue", "/bbs-2023/credentials/x"]
)
async def test_a_list_stands_at_no_address_where_something_is_asked(path: str) -> None:
    assert is_taken(path)
    assert not is_taken("/status/passes")


async def test_other_issuers_get_no_place_in_it(listing: Served) -> None:
    body = {"credential": credential(listing.dids["p256"])}
    secured = (await listing.post("/credentials/issue", body)).json()["verifiableCredential"]
    assert "credentialStatus" not in secured


async def test_no_two_credentials_share_a_place(listing: Served) -> None:
    places = [
        (await listing.issued(id=f"urn:uuid:2{number}"))["credentialStatus"]["statusListIndex"]
        for number in range(5)
    ]
    assert len(set(places)) == 5


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"credentialId": "urn:uuid:nobody"}, 404),
        ({"credentialStatus": {"statusPurpose": "suspension"}}, 404),
        ({"credentialStatus": "revoked"}, 400),
        ({"credentialId": None}, 400),
        ({"status": "perhaps"}, 400),
        ({"credentialStatus": {"statusListCredential": LIST, "statusListIndex": "1e3"}}, 400),
        ({"credentialStatus": {"statusListCredential": LIST, "statusListIndex": 5}}, 400),
    ],
)
async def test_what_is_not_in_a_list_cannot_be_taken_back(
    listing: Served, changed: dict[str, Any], status: int
) -> None:
    body = {
        "credentialId": "urn:uuid:11",
        "credentialStatus": {"statusPurpose": "revocation"},
        **changed,
    }
    assert (await listing.post("/credentials/status", body)).status_code == status


async def test_a_credential_without_an_id_is_taken_back_by_its_place(listing: Served) -> None:
    secured, other = await listing.issued(), await listing.issued()
    entry = secured["credentialStatus"]
    answer = await listing.post("/credentials/status", {"credentialStatus": entry})
    assert answer.status_code == 200, answer.text
    assert await _verdict(listing, secured) == "revoked"
    assert await _verdict(listing, other) == "valid"
    elsewhere = {**entry, "statusListCredential": "https://school.example/passes"}
    answer = await listing.post("/credentials/status", {"credentialStatus": elsewhere})
    assert answer.status_code == 404


async def test_one_that_the_wallet_let_go_of_does_not_stand_in_the_way(listing: Served) -> None:
    gone = await listing.issued(id="urn:uuid:41")
    made = _last_entry(listing)["made"]
    done(listing.wallet, "delete_credential", credential=made)
    kept = await listing.issued(id="urn:uuid:42")
    for document, status in ((kept, 200), (gone, 404)):
        answer = await listing.post(
            "/credentials/status",
            {"credentialId": document["id"], "credentialStatus": {"statusPurpose": "revocation"}},
        )
        assert answer.status_code == status


async def test_taking_back_takes_the_token(listing: Served) -> None:
    for path in ("/credentials/status", "/status/passes/publish"):
        assert (await listing.post(path, {}, token=None)).status_code == 401


async def test_there_is_no_other_list(listing: Served) -> None:
    for path in ("/status/others", "/status/passes/../../vault.db", "/status/%2e%2e/vault.db"):
        assert (await listing.client.get(path)).status_code == 404


def _last_entry(listing: Served) -> dict[str, Any]:
    return dict(journal_of(listing.wallet).latest(1).entries[0])


async def _verdict(listing: Served, document: dict[str, Any]) -> str:
    answer = await listing.post("/credentials/verify", {"verifiableCredential": document})
    return str(answer.json()["verdict"])
