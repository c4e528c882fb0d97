"""Schemas that a credential keeps to, and resources whose digests it gives."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from did.errors import NotFound
from wallet.credentials.contexts import SHIPPED
from wallet.verify.evidence import MAX_ADDRESSES
from wallet.verify.policy import Excused, Policy
from wallet.verify.report import EXCUSED, Check, Report, Verdict
from wallet.verify.sources import Body

if TYPE_CHECKING:
    from collections.abc import Callable

Make: TypeAlias = "Callable[..., dict[str, Any]]"
Judged: TypeAlias = "Callable[..., Report]"

UNIVERSITY, MALLORY = "did:example:university", "did:example:mallory"
URL = "https://university.example/degree.json"
SCHEMA = {
    "$id": URL,
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "credentialSubject": {
            "type": "object",
            "properties": {"degree": {"enum": ["Bachelor of Science", "Master of Science"]}},
            "required": ["degree"],
        }
    },
}


class Web(dict[str, bytes]):
    """What stands at addresses."""

    def __call__(self, url: str, /, *, accept: str = "*/*") -> Body:
        del accept
        if url not in self:
            raise NotFound(f"nothing at {url}")
        return Body(self[url])


def sri(data: bytes) -> str:
    return f"sha384-{b64encode(hashlib.sha384(data).digest()).decode()}"


def findings(report: Report, name: str) -> list[Check]:
    return [check for check in report.checks if check.name == name]


def with_schema(issued: Make, **entry: Any) -> dict[str, Any]:
    return issued(credentialSchema={"id": URL, "type": "JsonSchema", **entry})


def test_a_credential_that_keeps_to_its_schema_is_valid(issued: Make, judged: Judged) -> None:
    report = judged(with_schema(issued), get=Web({URL: json.dumps(SCHEMA).encode()}))
    assert report.verdict is Verdict.VALID
    assert [check.code for check in findings(report, "schema")] == ["kept"]


def test_a_credential_that_breaks_its_schema_is_invalid_and_the_place_is_named(
    issued: Make, judged: Judged
) -> None:
    credential = issued(
        credentialSchema={"id": URL, "type": "JsonSchema"},
        credentialSubject={"id": "did:example:alice", "degree": "Doctor"},
    )
    report = judged(credential, get=Web({URL: json.dumps(SCHEMA).encode()}))
    assert report.verdict is Verdict.INVALID
    (found,) = findings(report, "schema")
    assert (found.code, found.pointer) == ("broken", "/credentialSubject/degree")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"type": "nonsense"}', b"<html>"])
def test_a_schema_that_is_none_leaves_the_credential_undecided(
    issued: Make, judged: Judged, body: bytes
) -> None:
    report = judged(with_schema(issued), get=Web({URL: body}))
    assert report.verdict is Verdict.INDETERMINATE


def test_a_schema_of_a_type_that_is_not_known_is_undecided(issued: Make, judged: Judged) -> None:
    credential = with_schema(issued, type="https://example.org/ZkpSchema")
    report = judged(credential, get=Web({URL: json.dumps(SCHEMA).encode()}))
    assert report.verdict is Verdict.INDETERMINATE


def test_the_digest_of_a_schema_is_compared(issued: Make, judged: Judged) -> None:
    data = json.dumps(SCHEMA).encode()
    for digest, verdict in ((sri(data), Verdict.VALID), (sri(b"other"), Verdict.INVALID)):
        report = judged(with_schema(issued, digestSRI=digest), get=Web({URL: data}))
        assert report.verdict is verdict


@pytest.fixture
def schema_credential(sealed: Make) -> Callable[..., bytes]:
    """A schema that comes in a credential of its own."""

    def make(*, by: str = UNIVERSITY, **members: Any) -> bytes:
        document = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": URL,
            "type": ["VerifiableCredential", "JsonSchemaCredential"],
            "issuer": UNIVERSITY,
            "credentialSchema": {
                "id": "https://www.w3.org/ns/credentials/json-schema/v2.json",
                "type": "JsonSchema",
            },
            "credentialSubject": {
                "id": "https://university.example/schema",
                "type": "JsonSchema",
                "jsonSchema": SCHEMA,
            },
            **members,
        }
        return json.dumps(sealed(document, by, proofPurpose="assertionMethod")).encode()

    return make


def test_a_schema_may_come_in_a_credential_which_must_hold_itself(
    issued: Make, judged: Judged, schema_credential: Callable[..., bytes]
) -> None:
    credential = with_schema(issued, type="JsonSchemaCredential")
    good = judged(credential, get=Web({URL: schema_credential()}))
    assert good.verdict is Verdict.VALID
    for bad in (
        schema_credential(by=MALLORY),
        schema_credential(validUntil="2020-01-01T00:00:00Z"),
        json.dumps(SCHEMA).encode(),
    ):
        report = judged(credential, get=Web({URL: bad}))
        assert report.verdict is Verdict.INDETERMINATE


def test_the_digest_of_a_schemas_credential_is_compared(
    issued: Make, judged: Judged, schema_credential: Callable[..., bytes]
) -> None:
    data = schema_credential()
    for digest, verdict in ((sri(data), Verdict.VALID), (sri(b"other"), Verdict.INVALID)):
        credential = with_schema(issued, type="JsonSchemaCredential", digestSRI=digest)
        assert judged(credential, get=Web({URL: data})).verdict is verdict


def test_a_related_resource_must_be_what_the_issuer_saw(issued: Make, judged: Judged) -> None:
    image = "https://university.example/seal.png"
    credential = issued(relatedResource=[{"id": image, "digestSRI": sri(b"seal")}])
    same = judged(credential, get=Web({image: b"seal"}))
    other = judged(credential, get=Web({image: b"another"}))
    gone = judged(credential, get=Web())
    assert [same.verdict, other.verdict, gone.verdict] == [
        Verdict.VALID,
        Verdict.INVALID,
        Verdict.INDETERMINATE,
    ]
    (found,) = findings(other, "digest")
    assert found.pointer == "/relatedResource/0"


def test_a_context_among_the_related_resources_is_not_asked_for(
    issued: Make, judged: Judged
) -> None:
    url = "https://www.w3.org/ns/credentials/v2"
    published = "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"
    digest = f"sha256-{b64encode(bytes.fromhex(published)).decode()}"
    assert url in SHIPPED
    report = judged(issued(relatedResource=[{"id": url, "digestSRI": digest}]), get=Web())
    assert report.verdict is Verdict.VALID
    bad = judged(issued(relatedResource=[{"id": url, "digestSRI": sri(b"x")}]), get=Web())
    assert bad.verdict is Verdict.INVALID


def test_a_policy_may_put_up_with_not_knowing_a_schema_or_a_digest(
    issued: Make, judged: Judged
) -> None:
    credential = issued(
        credentialSchema={"id": URL, "type": "JsonSchema"},
        relatedResource=[{"id": "https://a.example/x", "digestSRI": sri(b"x")}],
    )
    policy = Policy(excuse=frozenset({Excused.SCHEMA, Excused.DIGEST}))
    report = judged(credential, get=Web(), policy=policy)
    assert report.verdict is Verdict.VALID
    assert {check.name for check in report.unchecked} == {"schema", "digest"}
    assert {check.code for check in report.unchecked} == {EXCUSED}


def test_one_input_sends_the_verifier_to_so_many_addresses_and_no_more(
    issued: Make, judged: Judged
) -> None:
    web = Web()
    asked = []

    def get(url: str, /, *, accept: str = "*/*") -> Body:
        asked.append(url)
        return web(url, accept=accept)

    resources = [
        {"id": f"https://a.example/{number}", "digestSRI": sri(b"x")}
        for number in range(MAX_ADDRESSES + 9)
    ]
    report = judged(issued(relatedResource=resources), get=get)
    assert len(asked) == MAX_ADDRESSES
    assert report.verdict is Verdict.INDETERMINATE
