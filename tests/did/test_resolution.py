from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import pytest

from did.document import Document
from did.errors import NotFound
from did.resolution import Resolution

RAW: Final = {"@context": ["https://www.w3.org/ns/did/v1.1"], "id": "did:example:123"}
DOCUMENT: Final = Document.parse(RAW)


def test_the_result_has_the_three_parts_of_the_standard() -> None:
    metadata: dict[str, Any] = {"versionId": "1", "witness": {"witnesses": [{"id": "a"}]}}
    result = Resolution(DOCUMENT, metadata).to_json()
    assert result == {
        "didDocument": RAW,
        "didDocumentMetadata": metadata,
        "didResolutionMetadata": {"contentType": "application/did"},
    }
    assert json.loads(json.dumps(result)) == result


def test_an_error_leaves_nothing_beside_it() -> None:
    result = Resolution(NotFound("it is not there"), {"versionId": "1"}).to_json()
    assert result == {
        "didDocument": None,
        "didDocumentMetadata": {},
        "didResolutionMetadata": {
            "error": {
                "type": "https://www.w3.org/ns/did#NOT_FOUND",
                "title": "Not found",
                "detail": "it is not there",
                "code": "notFound",
            }
        },
    }


def test_a_deactivated_did_has_metadata_and_no_document() -> None:
    resolution = Resolution(DOCUMENT, {"deactivated": True})
    assert resolution.to_json() == {
        "didDocument": None,
        "didDocumentMetadata": {"deactivated": True},
        "didResolutionMetadata": {},
    }
    assert resolution.deactivated


@pytest.mark.parametrize("later", [{"nextVersionId": "8"}, {"nextUpdate": "2026-01-01T00:00:00Z"}])
def test_what_was_true_before_a_did_was_deactivated_is_still_told(later: dict[str, str]) -> None:
    resolution = Resolution(DOCUMENT, {"deactivated": True, **later})
    assert resolution.to_json()["didDocument"] == RAW


def test_an_answer_of_the_network_says_when_it_was_had_and_how_old_it_is() -> None:
    when = datetime(2026, 3, 1, 13, 0, 0, 999, timezone(timedelta(hours=1)))
    resolution = Resolution(DOCUMENT, retrieved=when, age=timedelta(seconds=61, milliseconds=900))
    assert resolution.resolution_metadata == {
        "contentType": "application/did",
        "retrieved": "2026-03-01T12:00:00Z",
        "age": 61,
    }
    assert resolution.retrieved == when.astimezone(UTC)
