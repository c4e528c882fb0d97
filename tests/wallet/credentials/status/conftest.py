from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from wallet.credentials.status import BitList, StatusEntry, status_entries
from wallet.credentials.status.issuing import (
    bitstring_entry,
    token_entry,
    token_list_claims,
    unsigned_bitstring_list,
)

URL = "https://example.com/credentials/status/3"
INDEX = 94_567


@pytest.fixture(scope="session")
def published() -> dict[str, Any]:
    directory = Path(__file__).parents[3] / "vectors" / "bitstring-status-list"
    examples = json.loads((directory / "examples.json").read_bytes())
    return {example["title"]: example["document"] for example in examples}


@pytest.fixture(scope="session")
def published_2021() -> list[dict[str, Any]]:
    directory = Path(__file__).parents[3] / "vectors" / "bitstring-status-list"
    return [
        example["document"]
        for example in json.loads((directory / "examples-2021.json").read_bytes())
    ]


@pytest.fixture(scope="session")
def token_vectors() -> Path:
    return Path(__file__).parents[3] / "vectors" / "token-status-list"


@pytest.fixture
def revoked() -> BitList:
    return BitList.empty().with_value(INDEX, 1)


@pytest.fixture
def credential() -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:ada", "name": "Ada"},
        "credentialStatus": bitstring_entry(url=URL, index=INDEX, purpose="revocation"),
    }


@pytest.fixture
def entry(credential: dict[str, Any]) -> StatusEntry:
    (found,) = status_entries(credential)
    assert isinstance(found, StatusEntry)
    return found


@pytest.fixture
def document(revoked: BitList) -> dict[str, Any]:
    return unsigned_bitstring_list(
        id=URL,
        issuer="did:example:issuer",
        purposes=["revocation"],
        bits=revoked,
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=datetime(2026, 2, 1, tzinfo=UTC),
    )


@pytest.fixture
def token() -> StatusEntry:
    (found,) = status_entries({"status": token_entry(URL, INDEX)})
    assert isinstance(found, StatusEntry)
    return found


@pytest.fixture
def claims(revoked: BitList) -> dict[str, Any]:
    return token_list_claims(
        uri=URL,
        issued=datetime(2026, 1, 1, tzinfo=UTC),
        expires=datetime(2026, 2, 1, tzinfo=UTC),
        bits=revoked,
    )
