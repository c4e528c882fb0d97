from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from did.identifier import DID
from wallet.credentials.errors import InvalidJSON
from wallet.errors import BadInput
from wallet.exchange.request_file import PresentationRequest, draw_challenge

VERIFIER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def request(claims: tuple[str, ...] = ("level",)) -> PresentationRequest:
    return PresentationRequest(
        verifier=DID.parse(VERIFIER),
        challenge=draw_challenge(),
        domain="clinic.example",
        expires=datetime(2026, 11, 26, 9, tzinfo=UTC),
        credential_type="NursingLicence",
        purpose="to let you work here",
        claims=claims,
    )


@pytest.mark.parametrize("claims", [(), ("level", "毕业日期")])
def test_what_is_written_is_read_back(claims: tuple[str, ...]) -> None:
    asked = request(claims)
    assert PresentationRequest.parse(asked.dump()) == asked


def test_draws_another_challenge_each_time_of_128_bits_or_more() -> None:
    drawn = {draw_challenge() for _ in range(100)}
    assert len(drawn) == 100
    assert min(map(len, drawn)) >= 22


@pytest.mark.parametrize(
    ("member", "value", "reason"),
    [
        ("type", "Request", "not a presentation request"),
        ("verifier", "acme", "cannot be used"),
        ("verifier", None, 'no "verifier"'),
        ("challenge", "short", "128 random bits"),
        ("challenge", "", 'no "challenge"'),
        ("domain", 7, 'no "domain"'),
        ("expires", "soon", "cannot be used"),
        ("expires", "2026-11-26T09:00:00", "no time zone"),
        ("query", {}, "no credential type"),
        ("query", {"credentials": []}, "no credential type"),
        ("query", {"credentials": ["x"]}, "no credential type"),
        ("query", {"credentials": [{"meta": {"type_values": [["A"]]}, "claims": [{}]}]}, "no cred"),
    ],
)
def test_refuses_a_request_that_is_not_whole(member: str, value: Any, reason: str) -> None:
    document = request().to_json()
    document[member] = value
    with pytest.raises(BadInput, match=reason):
        PresentationRequest.parse(json.dumps(document).encode())


@pytest.mark.parametrize("data", [b"", b"{", b'{"type":"a","type":"b"}', b"\xff"])
def test_refuses_what_is_no_strict_json(data: bytes) -> None:
    with pytest.raises(InvalidJSON):
        PresentationRequest.parse(data)


def test_refuses_json_that_is_no_object() -> None:
    with pytest.raises(BadInput, match="not a presentation request"):
        PresentationRequest.parse(b"[]")
