from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.document import Relationship
from did.errors import (
    DIDError,
    InvalidDID,
    InvalidDocument,
    NotFound,
    TooLarge,
    Unreachable,
    UnsupportedOption,
)
from did.fetch import StaticFetch
from did.identifier import DID, MAX_LENGTH
from did.keys import ALGORITHMS, PublicKey
from did.methods.web import MAX_DOCUMENT, Web, location, web_did, web_document
from did.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.document import Document

VECTORS: Final = Path(__file__).parents[2] / "vectors" / "did-web"
LOCATIONS: Final[dict[str, str]] = json.loads((VECTORS / "locations.json").read_bytes())
DOCUMENTS: Final[list[dict[str, Any]]] = json.loads((VECTORS / "documents.json").read_bytes())
EXAMPLE: Final = DID.parse("did:web:example.com")
PLACE: Final = "https://example.com/.well-known/did.json"


def key(algorithm: str) -> PublicKey:
    return ALGORITHMS[algorithm].private_key(b"\1" * ALGORITHMS[algorithm].secret_size).public_key


def resolve(
    body: Any, did: DID = EXAMPLE, options: Mapping[str, str] = MappingProxyType({})
) -> Document:
    data = body if isinstance(body, bytes | DIDError) else json.dumps(body).encode()
    document, metadata = Web(StaticFetch({location(did): data})).resolve(did, options)
    assert metadata == {}
    return document


@pytest.mark.parametrize("did", LOCATIONS)
def test_a_document_stands_where_the_specification_says(did: str) -> None:
    assert location(DID.parse(did)) == LOCATIONS[did]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("example.com%3a3000", "https://example.com:3000/.well-known/did.json"),
        ("example.com%3A443:a", "https://example.com:443/a/did.json"),
        ("EXAMPLE.com:User:Alice", "https://example.com/User/Alice/did.json"),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example/.well-known/did.json"),
        ("example.com:a%20b", "https://example.com/a%20b/did.json"),
        ("example.com:a%3Fb%23c", "https://example.com/a%3Fb%23c/did.json"),
        ("example.com:%E4%BE%8B", "https://example.com/%E4%BE%8B/did.json"),
        ("example.com:a%3Ab", "https://example.com/a%3Ab/did.json"),
        ("example.com:...", "https://example.com/.../did.json"),
    ],
)
def test_what_is_encoded_stays_encoded_but_for_the_colon_of_a_port(text: str, url: str) -> None:
    assert location(DID("web", text)) == url


@pytest.mark.parametrize(
    "text",
    [
        ".",
        "example..com",
        "example.com.",
        "-a.example",
        "a_b.example",
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433.",
        "%5B%3A%3A1%5D",
        "me%40example.com",
        "me%3Asecret%40example.com",
        "example%2Ecom",
        "example.com%2Fa",
        "example.com%3Fa",
        "example.com%23a",
        "example.com%5C",
        "%E4%BE%8B.com",
        "xn--a.example",
        "example.com%3A",
        "example.com%3A0",
        "example.com%3A65536",
        "example.com%3A999999",
        "example.com%3Aport",
        "example.com%3A80%3A80",
        "%3A80",
        "example.com::a",
        "example.com:a::b",
        "example.com:..",
        "example.com:.",
        "example.com:%2e%2e",
        "example.com:.%2E:secret",
        "example.com:a%2Fb",
        "example.com:a%5Cb",
        "example.com:a%00b",
        "example.com:a%0D%0Ab",
        "example.com:%FF",
        "app.localhost",
        "x" * 64 + ".com",
    ],
)
def test_refuses_what_is_no_place_or_another_than_it_seems(text: str) -> None:
    did = DID("web", text)
    with pytest.raises(InvalidDID):
        location(did)
    with pytest.raises(InvalidDID):
        Web(StaticFetch({})).resolve(did, {})


@given(st.from_regex(r"[A-Za-z0-9.:-]{0,60}(%[0-9A-Fa-f]{2})?[A-Za-z0-9.-]{1,9}", fullmatch=True))
def test_no_place_is_above_its_folder_or_on_another_host(text: str) -> None:
    try:
        url = location(DID("web", text))
    except InvalidDID:
        return
    scheme, _, host, *path, file = url.split("/")
    assert (scheme, file) == ("https:", "did.json")
    assert host.replace(":", "%3A") == text.partition(":")[0].lower().replace("%3a", "%3A")
    assert not {"", ".", ".."} & set(path)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_gets_the_documents_of_the_specification(document: dict[str, Any]) -> None:
    assert resolve(document).to_json() == document


def test_asks_for_the_media_types_of_documents_and_not_for_more_than_one_is_long() -> None:
    asked: dict[str, Any] = {}

    def fetch(url: str, /, *, limit: int = 0, accept: str = "") -> bytes:
        asked.update(url=url, limit=limit, accept=accept.split(", "))
        return json.dumps({"id": "did:web:example.com"}).encode()

    Web(fetch).resolve(EXAMPLE, {})
    assert asked == {
        "url": PLACE,
        "limit": MAX_DOCUMENT,
        "accept": [
            "application/did",
            "application/did+json",
            "application/did+ld+json",
            "application/json",
        ],
    }


def test_relative_identifiers_mean_the_document_they_stand_in() -> None:
    raw = json.loads(json.dumps(DOCUMENTS[1]).replace("did:web:example.com#", "#"))
    assert resolve(raw).verification_methods[0].id == "did:web:example.com#address-0"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>", "not JSON"),
        (b"[]", "not an object"),
        (b"", "not JSON"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'{"id": "did:web:example.com", "id": "did:web:example.com"}', "appears twice"),
        ({}, "'id'"),
        ({"id": "did:web:example.org"}, "is of 'did:web:example.org'"),
        ({"id": "did:web:EXAMPLE.com"}, "is of 'did:web:EXAMPLE.com'"),
        ({"id": "did:web:example.com:a"}, "is of 'did:web:example.com:a'"),
        ({"id": "https://example.com"}, "'id'"),
        ({"id": str(EXAMPLE), "@context": []}, "'@context'"),
        ({"id": str(EXAMPLE), "@context": "https://w3id.org/did/v1"}, "'@context'"),
        ({"id": str(EXAMPLE), "@context": {"@vocab": "x:"}}, "'@context'"),
        ({"id": str(EXAMPLE), "verificationMethod": 1}, "verificationMethod"),
    ],
)
def test_refuses_what_is_not_the_document_of_the_did(body: Any, why: str) -> None:
    with pytest.raises(InvalidDocument, match=why):
        resolve(body)


@pytest.mark.parametrize(
    "context",
    [
        "https://www.w3.org/ns/did/v1",
        "https://www.w3.org/ns/did/v1.1",
        ["https://www.w3.org/ns/did/v1", {"@base": "did:web:example.com"}],
    ],
)
def test_takes_the_contexts_of_documents(context: Any) -> None:
    assert resolve({"@context": context, "id": str(EXAMPLE)}).did == EXAMPLE


@pytest.mark.parametrize("error", [NotFound("no"), Unreachable("no"), TooLarge("no")])
def test_what_goes_wrong_on_the_way_is_told_as_it_is(error: DIDError) -> None:
    with pytest.raises(type(error)):
        resolve(error)


@pytest.mark.parametrize("option", ["versionId", "versionTime"])
def test_has_no_versions(option: str) -> None:
    with pytest.raises(UnsupportedOption, match=option):
        resolve(DOCUMENTS[0], options={option: "1"})
    assert resolve(DOCUMENTS[0], options={"noCache": "true"}).did == EXAMPLE


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (("example.com",), "example.com"),
        (("EXAMPLE.com", 3000), "example.com%3A3000"),
        (("example.com", None, "user/alice"), "example.com:user:alice"),
        (("bücher.example", 8443, "例/a b"), "xn--bcher-kva.example%3A8443:%E4%BE%8B:a%20b"),
    ],
)
def test_a_place_is_a_did(place: tuple[Any, ...], text: str) -> None:
    assert web_did(*place) == DID("web", text)


@pytest.mark.parametrize(
    "place",
    [
        ("",),
        ("example.com:80",),
        ("exam%70le.com",),
        ("me@example.com",),
        ("https://example.com",),
        ("127.0.0.1",),
        ("::1",),
        ("example.com", 0),
        ("example.com", 65536),
        ("example.com", None, "/"),
        ("example.com", None, "a//b"),
        ("example.com", None, "a/../b"),
        ("example.com", None, "a\\b"),
        ("example.com", None, "a\nb"),
        ("example.com", None, "x" * MAX_LENGTH),
    ],
)
def test_makes_no_did_of_what_is_no_place(place: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidDID):
        web_did(*place)


def test_writes_the_document_that_resolving_then_gives() -> None:
    did = web_did("example.com", 3000, "user/alice")
    keys = [key(algorithm) for algorithm in ALGORITHMS]
    services: list[dict[str, Any]] = [
        {"id": "#files", "type": "Files", "serviceEndpoint": "https://example.com/files"},
        {"id": "https://example.com/a", "type": "A", "serviceEndpoint": {"uri": "b"}},
    ]
    written = web_document(did, keys, services)
    assert "#files" not in json.dumps(written).replace(f"{did}#files", "")
    document = resolve(written, did)
    assert document.to_json() == written
    assert [method.public_key for method in document.verification_methods] == keys
    agreeing = document.relationships[Relationship.KEY_AGREEMENT]
    assert [document.method(id_) for id_ in agreeing] == [document.verification_methods[1]]
    assert set(document.relationships[Relationship.AUTHENTICATION]) | set(agreeing) == {
        method.id for method in document.verification_methods
    }
    assert [service.id for service in document.services] == [f"{did}#files", services[1]["id"]]


def test_writes_a_document_without_keys_or_services() -> None:
    assert web_document(EXAMPLE, []) == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": "did:web:example.com",
        "verificationMethod": [],
    }


def test_writes_no_document_that_could_not_be_read() -> None:
    with pytest.raises(InvalidDocument, match="more than one"):
        web_document(EXAMPLE, [key("Ed25519")] * 2)
    with pytest.raises(InvalidDocument, match="'id'"):
        web_document(EXAMPLE, [], [{"type": "A", "serviceEndpoint": "b:"}])
    with pytest.raises(InvalidDID):
        web_document(DID("web", "nowhere"), [])


def test_stands_beside_the_other_methods() -> None:
    web = Web(StaticFetch({PLACE: json.dumps(DOCUMENTS[0]).encode()}))
    resolver = Resolver({web.name: web})
    assert resolver.resolve("did:web:example.com").require().to_json() == DOCUMENTS[0]
    assert isinstance(resolver.resolve("did:web:example.org").error, NotFound)
