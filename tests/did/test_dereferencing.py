from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.addresses import endpoints, selected_services
from did.document import Document, Service, VerificationMethod
from did.errors import (
    DIDError,
    FeatureNotSupported,
    InvalidDIDURL,
    InvalidRelationship,
    InvalidVerificationMethod,
    NotFound,
    RepresentationNotSupported,
    UnsupportedOption,
)
from did.identifier import DIDURL
from did.resolver import Resolver, StaticResolver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.identifier import DID

VECTORS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors/did-resolution/examples.json").read_text()
)
STANDARD: Final[dict[str, Any]] = VECTORS["document"]
EXAMPLE: Final = "did:example:123"
KEY: Final = {
    "type": "Multikey",
    "controller": EXAMPLE,
    "publicKeyMultibase": "z6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cxu",
}
JSON: Final[dict[str, Any]] = {
    "id": EXAMPLE,
    "verificationMethod": [{"id": "#key-1", **KEY}, {"id": "#key-2", **KEY}],
    "authentication": ["#key-1"],
    "service": [
        {"id": "#files", "type": "Files", "serviceEndpoint": "https://files.example/alice/"},
        {
            "id": "#mirror",
            "type": ["Files", "Mirror"],
            "serviceEndpoint": [
                "https://mirror.example/alice/list?of=all",
                {"uri": "https://mirror.example/"},
                "https://mirror.example/bob/#top",
            ],
        },
        {"id": "#object", "type": "Object", "serviceEndpoint": {"uri": "https://o.example/"}},
        {"id": "#peer", "type": "Peer", "serviceEndpoint": "did:example:456"},
        {"id": "#words", "type": "Words", "serviceEndpoint": "not an address"},
        {"id": "#bare", "type": "Words", "serviceEndpoint": "example.com/path"},
        {"id": "https://s.example/service", "type": "Far", "serviceEndpoint": "https://s.example"},
    ],
}
LIST: Final = "text/uri-list"


@pytest.fixture
def resolver() -> StaticResolver:
    return StaticResolver({EXAMPLE: JSON, STANDARD["id"]: STANDARD})


def addresses(resolver: StaticResolver, query: str) -> object:
    return resolver.dereference(f"{EXAMPLE}?{query}")


@pytest.mark.parametrize("name", ["verification_method"])
def test_a_fragment_names_the_verification_method_of_the_standards_example(
    resolver: StaticResolver, name: str
) -> None:
    answer = resolver.dereference_url(VECTORS[name]["url"])
    assert isinstance(answer.outcome, VerificationMethod)
    expected = dict(VECTORS[name]["resource"])
    context = expected.pop("@context")
    given = answer.to_json()["contentStream"]
    assert context in given.pop("@context")
    assert given == expected
    assert answer.to_json()["dereferencingMetadata"] == {"contentType": "application/did"}
    assert answer.to_json()["contentMetadata"] == {}


def test_the_standards_service_example_is_what_rfc_3986_says_and_not_what_the_example_says(
    resolver: StaticResolver,
) -> None:
    example = VECTORS["service_endpoint"]
    answer = resolver.dereference_url(example["url"], accept=LIST)
    assert answer.to_json() == {
        "dereferencingMetadata": {"contentType": LIST},
        "contentStream": ["https://example.com/some/path?query#frag"],
        "contentMetadata": {"contentType": LIST},
    }
    assert answer.content_stream != [example["resource"]]


@pytest.mark.parametrize("text", VECTORS["urls"])
def test_the_urls_of_the_standards_are_read_and_given_back(text: str) -> None:
    url = DIDURL.parse(text)
    assert str(url) == text
    assert isinstance(url.parameters(), MappingProxyType)


def test_without_a_fragment_a_url_names_the_document_and_its_metadata(
    resolver: StaticResolver,
) -> None:
    for url in (EXAMPLE, f"{EXAMPLE}?"):
        answer = resolver.dereference_url(url)
        assert answer.error is None
        assert answer.require() == resolver.resolve(EXAMPLE).require()
        assert answer.to_json() == {
            "dereferencingMetadata": {"contentType": "application/did"},
            "contentStream": JSON,
            "contentMetadata": {},
        }


def test_a_service_is_named_by_its_fragment(resolver: StaticResolver) -> None:
    answer = resolver.dereference_url(f"{EXAMPLE}#files")
    assert isinstance(answer.outcome, Service)
    assert answer.content_stream == {**JSON["service"][0], "id": f"{EXAMPLE}#files"}


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("service=files", ("https://files.example/alice/",)),
        ("service=%23files", ("https://files.example/alice/",)),
        (f"service={EXAMPLE}%23files", ("https://files.example/alice/",)),
        ("service=https://s.example/service", ("https://s.example",)),
        ("service=files&relativeRef=cv.pdf", ("https://files.example/alice/cv.pdf",)),
        ("service=files&relativeRef=%2Fcv.pdf", ("https://files.example/cv.pdf",)),
        ("service=files&relativeRef=a/../b", ("https://files.example/alice/b",)),
        ("service=files&relativeRef=a%3Fb%3D1", ("https://files.example/alice/a?b=1",)),
        ("service=files&relativeRef=%3Fb", ("https://files.example/alice/?b",)),
        ("service=files&relativeRef=", ("https://files.example/alice/",)),
        ("service=files&relativeRef=a%2523", ("https://files.example/alice/a%23",)),
        ("service=files&relativeRef=a%23b", ("https://files.example/alice/a#b",)),
        ("service=peer", ("did:example:456",)),
        (
            "serviceType=Mirror&relativeRef=x",
            ("https://mirror.example/alice/x", "https://mirror.example/bob/x"),
        ),
        (
            "serviceType=Files",
            (
                "https://files.example/alice/",
                "https://mirror.example/alice/list?of=all",
                "https://mirror.example/bob/#top",
            ),
        ),
        (
            "service=mirror&serviceType=Files",
            ("https://mirror.example/alice/list?of=all", "https://mirror.example/bob/#top"),
        ),
        ("service=files#part", ("https://files.example/alice/#part",)),
        ("service=files&versionId=1", ("https://files.example/alice/",)),
    ],
)
def test_a_service_is_asked_for_its_addresses(
    resolver: StaticResolver, query: str, answer: tuple[str, ...]
) -> None:
    assert addresses(resolver, query) == answer


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("service=nothing", NotFound),
        ("serviceType=Nothing", NotFound),
        ("service=files&serviceType=Mirror", NotFound),
        ("service=object", NotFound),
        ("service=words", NotFound),
        ("service=bare", NotFound),
        ("service=", NotFound),
        ("relativeRef=/a", NotFound),
        ("service=files&relativeRef=https:%2F%2Fevil.example%2F", InvalidDIDURL),
        ("service=files&relativeRef=%2F%2Fevil.example%2F", InvalidDIDURL),
        ("service=files&relativeRef=javascript:1", InvalidDIDURL),
        ("service=files&relativeRef=a%0Ab", InvalidDIDURL),
        ("service=files&relativeRef=%C3%A9", InvalidDIDURL),
        ("service=files&relativeRef=a/../../b", InvalidDIDURL),
        ("service=files&relativeRef=%2F..%2Fb", InvalidDIDURL),
        ("service=files&relativeRef=%" + "25" * 20 + "2e", InvalidDIDURL),
        ("service=peer&relativeRef=a", InvalidDIDURL),
        ("service=mirror#part", InvalidDIDURL),
        ("service=files&relativeRef=a%23b#part", InvalidDIDURL),
        ("service=files&service=mirror", InvalidDIDURL),
        ("service=%FF", InvalidDIDURL),
    ],
)
def test_refuses_a_service_that_is_not_there_and_a_reference_that_leads_elsewhere(
    resolver: StaticResolver, query: str, error: type[DIDError]
) -> None:
    with pytest.raises(error):
        addresses(resolver, query)


@pytest.mark.parametrize("step", VECTORS["traversals"])
@pytest.mark.parametrize("prefix", ["", "a/../", "./", "/"])
def test_no_way_to_write_it_climbs_out_of_the_folder_of_the_endpoint(
    step: str, prefix: str
) -> None:
    services = selected_services(Document.parse(JSON), {"service": "files"})
    with pytest.raises(InvalidDIDURL):
        endpoints(services, f"{prefix}{step}bob/")


def test_by_the_letter_a_service_is_asked_for_a_document_of_it_alone(
    resolver: StaticResolver,
) -> None:
    answer = resolver.dereference_url(f"{EXAMPLE}?service=files")
    assert answer.content_stream == {**JSON, "service": [JSON["service"][0]]}
    key = resolver.dereference_url(f"{EXAMPLE}?service=files#key-1")
    assert isinstance(key.outcome, VerificationMethod)
    assert isinstance(resolver.dereference_url(f"{EXAMPLE}?service=files#peer").error, NotFound)
    document = resolver.dereference(f"{EXAMPLE}?service=files", accept="application/did")
    assert isinstance(document, Document)


def test_a_method_may_be_wanted_for_what_it_may_be_used_for(resolver: StaticResolver) -> None:
    def asked(url: str, relationship: str) -> object:
        answer = resolver.dereference_url(url, verificationRelationship=relationship)
        return answer.error if answer.error is not None else answer.outcome

    assert isinstance(asked(f"{EXAMPLE}#key-1", "authentication"), VerificationMethod)
    assert isinstance(asked(f"{EXAMPLE}#key-2", "authentication"), InvalidRelationship)
    assert isinstance(asked(f"{EXAMPLE}#key-1", "assertionMethod"), InvalidRelationship)
    for url in (f"{EXAMPLE}#files", f"{EXAMPLE}#key-3", EXAMPLE):
        assert isinstance(asked(url, "authentication"), InvalidVerificationMethod)
    assert isinstance(asked(f"{EXAMPLE}#key-1", "friendship"), UnsupportedOption)


@pytest.mark.parametrize(
    ("url", "options", "error"),
    [
        ("example", {}, InvalidDIDURL),
        ("did:other:123#key-1", {}, NotFound),
        (f"{EXAMPLE}#key-1", {"accept": LIST}, RepresentationNotSupported),
        (f"{EXAMPLE}?service=files", {"accept": "text/html"}, RepresentationNotSupported),
        (f"{EXAMPLE}?service=files", {"accept": True}, UnsupportedOption),
        (f"{EXAMPLE}?service=files", {"accept": "x"}, UnsupportedOption),
        (f"{EXAMPLE}?versionId=1", {"versionId": "2"}, UnsupportedOption),
        (f"{EXAMPLE}#key-1", {"hints": "1"}, FeatureNotSupported),
        (f"{EXAMPLE}/path", {}, NotFound),
    ],
)
def test_what_goes_wrong_is_in_the_answer(
    resolver: StaticResolver, url: str, options: dict[str, str | bool], error: type[DIDError]
) -> None:
    answer = resolver.dereference_url(url, **options)
    assert isinstance(answer.error, error)
    assert answer.to_json() == {
        "dereferencingMetadata": {"error": answer.error.problem()},
        "contentStream": None,
        "contentMetadata": {},
    }
    with pytest.raises(error):
        answer.require()


class Versioned:
    """The method `example` with versions, paths and a parameter of its own."""

    name: Final = "example"
    parameters: Final = frozenset({"versionNumber"})

    def __init__(self, metadata: dict[str, Any]) -> None:
        self.metadata: Final = metadata
        self.asked: list[Mapping[str, str]] = []

    def resolve(
        self, _did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        self.asked.append(options)
        return Document.parse(JSON), self.metadata

    def locate(self, url: DIDURL, document: Document, /) -> tuple[str, ...]:
        services = selected_services(document, {"service": "files"})
        return endpoints(services, url.path.removeprefix("/"))


def test_a_method_may_say_what_a_path_means() -> None:
    resolver = Resolver({"example": Versioned({})})
    url = f"{EXAMPLE}/a/b.pdf#page=2"
    assert resolver.dereference(url) == ("https://files.example/alice/a/b.pdf#page=2",)
    answer = resolver.dereference_url(f"{EXAMPLE}/a?service=files")
    assert answer.content_stream == ["https://files.example/alice/a"]
    assert isinstance(
        resolver.dereference_url(url, accept="application/did").error, RepresentationNotSupported
    )
    with pytest.raises(InvalidDIDURL):
        resolver.dereference(f"{EXAMPLE}/../a")


def test_a_parameter_of_the_methods_own_selects_a_version() -> None:
    method = Versioned({"versionId": "2-x"})
    answer = Resolver({"example": method}).dereference_url(f"{EXAMPLE}?versionNumber=2")
    assert method.asked == [{"versionNumber": "2"}]
    assert answer.to_json()["contentMetadata"] == {"versionId": "2-x"}


def test_a_deactivated_did_names_nothing_any_more() -> None:
    resolver = Resolver({"example": Versioned({"deactivated": True})})
    whole = resolver.dereference_url(EXAMPLE)
    assert whole.to_json() == {
        "dereferencingMetadata": {},
        "contentStream": None,
        "contentMetadata": {"deactivated": True},
    }
    for url in (f"{EXAMPLE}#key-1", f"{EXAMPLE}?service=files", f"{EXAMPLE}/path"):
        assert isinstance(resolver.dereference_url(url).error, NotFound)


def test_an_older_version_of_a_deactivated_did_still_names_what_it_did() -> None:
    resolver = Resolver({"example": Versioned({"deactivated": True, "nextVersionId": "9"})})
    assert isinstance(resolver.dereference(f"{EXAMPLE}?versionId=8#key-1"), VerificationMethod)
