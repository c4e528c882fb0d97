from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.testclient import TestClient

from tests.wallet.serving.conftest import ADDRESS, HOST, TOKEN, credential
from wallet.serving.guard import Guard
from wallet.serving.limits import Limits
from wallet.serving.openapi import described

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Receive, Scope, Send

    from tests.wallet.serving.conftest import Served

asynchronous = pytest.mark.asyncio(loop_scope="module")
SIGNING = (
    "/credentials/issue",
    "/eddsa-jcs-2022/credentials/issue",
    "/ecdsa-sd-2023/credentials/issue",
    "/presentations/prove",
    "/credentials/status",
)


@asynchronous
async def test_says_what_is_served(served: Served) -> None:
    answer = await served.client.get("/")
    found = answer.json()
    assert {one["id"] for one in found["issuers"]} == set(served.dids.values())
    assert "/eddsa-rdfc-2022/credentials/issue" in found["paths"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@asynchronous
async def test_describes_itself_as_openapi(served: Served) -> None:
    document = (await served.client.get("/openapi.json")).json()
    OpenAPIV31SpecValidator(document).validate()
    names = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    ]
    assert len(names) == len(set(names))


@asynchronous
async def test_every_path_that_is_described_is_there(served: Served) -> None:
    document = (await served.client.get("/openapi.json")).json()
    for path, methods in document["paths"].items():
        for method in methods.keys() & {"get", "post"}:
            answer = await served.client.request(
                method, path, json={} if method == "post" else None
            )
            assert answer.status_code not in {404, 405}, path


def test_a_server_that_only_verifies_describes_nothing_that_signs() -> None:
    document = described(ADDRESS, lists=None)
    OpenAPIV31SpecValidator(document).validate()
    assert not [path for path in document["paths"] if path.endswith(("issue", "prove", "status"))]


@asynchronous
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {b"Authorization": b"Bearer \xff\xfe"},
        {"Cookie": f"token={TOKEN}"},
        [("Authorization", f"Bearer {TOKEN}"), ("Authorization", f"Bearer {TOKEN}")],
    ],
)
async def test_nothing_is_signed_without_the_token(served: Served, headers: Any) -> None:
    body = {"credential": credential(served.dids["ed"])}
    for path in SIGNING:
        answer = await served.client.post(path, json=body, headers=headers)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "proofValue" not in answer.text


@asynchronous
async def test_the_token_may_be_written_as_rfc_6750_allows(served: Served) -> None:
    body = {"credential": credential(served.dids["ed"])}
    answer = await served.client.post(
        "/credentials/issue", json=body, headers={"Authorization": f"bEARER  {TOKEN}"}
    )
    assert answer.status_code == 201


@asynchronous
async def test_the_token_in_the_address_does_not_count(served: Served) -> None:
    body = {"credential": credential(served.dids["ed"])}
    answer = await served.client.post(f"/credentials/issue?access_token={TOKEN}", json=body)
    assert answer.status_code == 401


@asynchronous
@pytest.mark.parametrize(
    "host",
    [
        "attacker.example",
        "localhost.attacker.example:8741",
        "localhost:80",
        "localhost",
        "127.0.0.1:8742",
        "localhost:8741@attacker.example",
        "localhost:8741, attacker.example",
        "",
    ],
)
async def test_a_request_for_another_host_is_not_answered(served: Served, host: str) -> None:
    for path in ("/", "/credentials/verify"):
        answer = await served.client.request("GET", path, headers={"Host": host})
        assert answer.status_code == 421
        assert "holdfast" not in answer.text


@asynchronous
async def test_no_page_of_another_origin_may_read_answers(served: Served) -> None:
    headers = {
        "Origin": "https://attacker.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    for method in ("OPTIONS", "GET"):
        answer = await served.client.request(method, "/credentials/issue", headers=headers)
        assert answer.status_code == 405
        assert not [name for name in answer.headers if name.startswith("access-control")]


@asynchronous
@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/jsonx",
        "text/json",
        "",
    ],
)
async def test_what_a_form_can_send_is_not_read(served: Served, kind: str) -> None:
    answer = await served.client.post(
        "/credentials/verify", content=b"{}", headers={"Content-Type": kind}
    )
    assert answer.status_code == 415


@asynchronous
@pytest.mark.parametrize("kind", ["application/ld+json", "APPLICATION/JSON; charset=utf-8"])
async def test_json_by_another_name_is_read(served: Served, kind: str) -> None:
    answer = await served.client.post(
        "/credentials/verify", content=b"{}", headers={"Content-Type": kind}
    )
    assert answer.status_code == 400


@asynchronous
async def test_addresses_that_are_none_are_problems(served: Served) -> None:
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("POST", "/credentials", 404),
        ("POST", "/credentials/issue/", 404),
        ("POST", "//credentials/issue", 404),
        ("POST", "/rot13-2024/credentials/issue", 404),
        ("GET", "/credentials/issue", 405),
        ("DELETE", "/credentials/verify", 405),
    ):
        answer = await served.client.request(method, path)
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"


@asynchronous
async def test_a_body_that_is_too_long_is_refused(served: Served) -> None:
    for body in (b"x" * (Limits().body + 1), b"[" + b"0," * (3 << 20) + b"0]"):
        answer = await served.client.post(
            "/credentials/verify", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 413
    exact = b" " * (Limits().body - 2) + b"{}"
    answer = await served.client.post(
        "/credentials/verify", content=exact, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400


def guarded(app: Any, told: list[str], **bounds: float) -> TestClient:
    limits = Limits(**bounds)  # type: ignore[arg-type]
    guard = Guard(app, hosts=(HOST,), limits=limits, tell=told.append)
    return TestClient(guard, base_url=f"http://{HOST}")


def test_what_breaks_is_told_by_its_kind_alone() -> None:
    async def breaks(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise KeyError("the passphrase")

    told: list[str] = []
    answer = guarded(breaks, told).get("/")
    assert answer.status_code == 500
    assert told == ["KeyError"]
    assert "passphrase" not in answer.text


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    async def sleeps(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.sleep(60)

    told: list[str] = []
    assert guarded(sleeps, told, answer_seconds=0.05).get("/").status_code == 503
    assert not told


def test_one_request_too_many_is_told_to_come_back() -> None:
    async def never(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError

    answer = guarded(never, [], requests=0).get("/")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


async def test_requests_are_counted_while_they_are_answered() -> None:
    entered, go = asyncio.Event(), asyncio.Event()

    async def waits(_scope: Scope, _receive: Receive, send: Send) -> None:
        entered.set()
        await go.wait()
        await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    guard = Guard(waits, hosts=(HOST,), limits=Limits(requests=1), tell=pytest.fail)
    statuses: list[int] = []

    async def ask() -> None:
        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "headers": [(b"host", HOST.encode())]}
        await guard(scope, receive, send)

    first = asyncio.create_task(ask())
    await entered.wait()
    await ask()
    go.set()
    await first
    await ask()
    assert statuses == [503, 200, 200]
