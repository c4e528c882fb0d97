from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from did.document import Document, Service, VerificationMethod
from did.encoding import encode_multikey
from did.errors import (
    DIDError,
    FeatureNotSupported,
    InternalError,
    InvalidDID,
    InvalidDIDURL,
    InvalidDocument,
    NotFound,
    RepresentationNotSupported,
    Unreachable,
    UnsupportedMethod,
    UnsupportedOption,
)
from did.identifier import DID, DIDURL
from did.keys.ed25519 import Ed25519PrivateKey
from did.methods.key import Key, key_did
from did.resolver import Method, Resolution, Resolver, Resolves, StaticResolver

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY: Final = Ed25519PrivateKey(b"\x07" * 32).public_key
EXAMPLE: Final = "did:example:123"
SERVICES: Final = [
    {"id": "#inbox", "type": "LinkedDomains", "serviceEndpoint": "https://example.com"}
]
JSON: Final[dict[str, Any]] = {
    "id": EXAMPLE,
    "verificationMethod": [
        {
            "id": "#key-1",
            "type": "Multikey",
            "controller": EXAMPLE,
            "publicKeyMultibase": encode_multikey(KEY),
        }
    ],
    "service": SERVICES,
}
KEY_2: Final = {"type": "Multikey", "controller": EXAMPLE, "publicKeyMultibase": "z6Mk"}


class Recording:
    """The method `example`: answers the same document always, and says what it was asked."""

    name: Final = "example"

    def __init__(self) -> None:
        self.asked: list[tuple[DID, dict[str, str]]] = []
        self.metadata: dict[str, Any] = {"deactivated": False, "versionId": "7"}

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        self.asked.append((did, dict(options)))
        return Document.parse(JSON), self.metadata


@pytest.fixture
def recording() -> Recording:
    return Recording()


@pytest.fixture(params=["resolver", "static"])
def resolver(request: pytest.FixtureRequest, recording: Recording) -> Resolves:
    if request.param == "static":
        return StaticResolver({EXAMPLE: JSON})
    method: Method = recording
    return Resolver({method.name: method})


def test_answers_with_the_document_of_the_did(resolver: Resolves) -> None:
    resolution = resolver.resolve(EXAMPLE)
    assert resolution == resolver.resolve(DID("example", "123"))
    assert resolution.document is resolution.require() or resolution.document is not None
    assert resolution.require().to_json() == JSON
    assert resolution.error is None
    assert resolution.resolution_metadata == {"contentType": "application/did"}


def test_hands_the_options_to_the_method_and_on_what_the_method_knows(
    recording: Recording,
) -> None:
    resolution = Resolver({"example": recording}).resolve(EXAMPLE, versionId="7")
    assert recording.asked == [(DID("example", "123"), {"versionId": "7"})]
    assert resolution.document_metadata == {"deactivated": False, "versionId": "7"}
    assert not resolution.deactivated
    assert resolution.version_id == "7"


@pytest.mark.parametrize("text", ["", "example", f"{EXAMPLE}#key-1"])
def test_what_is_no_did_is_an_answer_and_not_an_exception(resolver: Resolves, text: str) -> None:
    resolution = resolver.resolve(text)
    assert resolution.document is None
    assert resolution.resolution_metadata["error"]["code"] == "invalidDid"
    assert isinstance(resolution.error, InvalidDID)
    with pytest.raises(InvalidDID):
        resolution.require()


def test_a_method_that_nobody_knows_is_undecided_and_the_known_ones_are_named() -> None:
    resolution = Resolver({"key": Key()}).resolve("did:nobody:knows")
    assert isinstance(resolution.error, UnsupportedMethod)
    assert resolution.error.undecided
    assert resolution.error.hint == "supported: did:key"
    assert resolution.resolution_metadata == {
        "error": {
            "type": "https://www.w3.org/ns/did#METHOD_NOT_SUPPORTED",
            "title": "Method not supported",
            "detail": "did:nobody is not supported",
            "code": "methodNotSupported",
        }
    }


def test_the_document_of_another_did_is_no_answer(recording: Recording) -> None:
    for resolver in (
        Resolver({"example": recording}),
        StaticResolver({"did:example:456": Document.parse(JSON)}),
    ):
        resolution = resolver.resolve("did:example:456")
        assert isinstance(resolution.error, InvalidDocument)
        assert resolution.document is None


def test_resolves_did_key_with_nothing_given_to_it() -> None:
    assert Resolver().resolve(key_did(KEY)).require().did == key_did(KEY)


def test_a_resolver_does_not_change_with_the_mapping_it_was_made_of(recording: Recording) -> None:
    methods: dict[str, Method] = {}
    resolver = Resolver(methods)
    methods["example"] = recording
    assert isinstance(resolver.resolve(EXAMPLE).error, UnsupportedMethod)


def test_a_static_resolver_knows_what_it_was_given_and_nothing_else() -> None:
    resolver = StaticResolver({EXAMPLE: JSON, "did:example:away": Unreachable("nobody answers")})
    assert resolver.resolve(EXAMPLE).document_metadata == {}
    assert not resolver.resolve(EXAMPLE).deactivated
    assert isinstance(resolver.resolve("did:example:456").error, NotFound)
    assert isinstance(resolver.resolve("did:example:away").error, Unreachable)


def test_a_static_resolver_refuses_json_that_is_no_document() -> None:
    with pytest.raises(InvalidDocument):
        StaticResolver({EXAMPLE: {}})


def test_an_answer_is_a_document_or_an_error() -> None:
    error = NotFound("it is not there")
    assert Resolution(error).error is error
    assert Resolution(error).document_metadata == {}
    with pytest.raises(NotFound):
        Resolution(error).require()


def test_a_url_names_a_document_or_a_method_or_service_of_it(resolver: Resolves) -> None:
    document = resolver.dereference(EXAMPLE)
    method = resolver.dereference(f"{EXAMPLE}#key-1")
    service = resolver.dereference(DIDURL.parse(f"{EXAMPLE}#inbox"))
    assert isinstance(document, Document)
    assert isinstance(method, VerificationMethod)
    assert isinstance(service, Service)
    assert method.public_key == KEY
    assert service.endpoint == "https://example.com"


def test_a_url_may_name_a_version(recording: Recording) -> None:
    resolver = Resolver({"example": recording})
    for query in ("versionId=7", "versionTime=2026-03-01T12%3A00%3A00Z"):
        assert isinstance(resolver.dereference(f"{EXAMPLE}?{query}#key-1"), VerificationMethod)
    assert [options for _, options in recording.asked] == [
        {"versionId": "7"},
        {"versionTime": "2026-03-01T12:00:00Z"},
    ]


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("#key-1", InvalidDIDURL),
        (f"{EXAMPLE}/path", NotFound),
        (f"{EXAMPLE}?transformKey=JsonWebKey", NotFound),
        (f"{EXAMPLE}?service=outbox", NotFound),
        (f"{EXAMPLE}?versionId=1&versionTime=2026-03-01T12:00:00Z", UnsupportedOption),
        (f"{EXAMPLE}?versionId=1&versionId=2", InvalidDIDURL),
        (f"{EXAMPLE}?&", InvalidDIDURL),
        (f"{EXAMPLE}#", NotFound),
        (f"{EXAMPLE}#key-2", NotFound),
        ("did:example:456#key-1", DIDError),
    ],
)
def test_refuses_a_url_that_names_nothing(
    resolver: Resolves, url: str, error: type[DIDError]
) -> None:
    with pytest.raises(error):
        resolver.dereference(url)


class Broken:
    """The method `broken`, which has a mistake in it."""

    name: Final = "broken"

    def resolve(self, did: DID, _: Mapping[str, str], /) -> tuple[Document, Mapping[str, Any]]:
        raise KeyError(f"secret of {did}")


def test_a_mistake_in_a_method_is_an_internal_error_whose_cause_only_developers_see() -> None:
    resolver = Resolver({"broken": Broken()})
    resolution = resolver.resolve("did:broken:1")
    dereferencing = resolver.dereference_url("did:broken:1#key-1")
    for answer in (resolution, dereferencing):
        assert isinstance(answer.error, InternalError)
        assert answer.error.undecided
        assert isinstance(answer.error.__cause__, KeyError)
        assert "secret" not in str(answer.to_json()) + str(answer.error.hint)
    assert resolution.resolution_metadata["error"]["type"].endswith("#INTERNAL_ERROR")
    assert resolution.document is None


class Confused:
    """The method `confused`, which cannot tell the parts of a DID URL apart."""

    name: Final = "confused"

    @property
    def parameters(self) -> frozenset[str]:
        raise ZeroDivisionError

    def resolve(self, did: DID, _: Mapping[str, str], /) -> tuple[Document, Mapping[str, Any]]:
        return Document.parse({"id": str(did)}), {}


def test_a_mistake_outside_of_resolving_is_an_internal_error_of_dereferencing_too() -> None:
    answer = Resolver({"confused": Confused()}).dereference_url("did:confused:1#key-1")
    assert isinstance(answer.error, InternalError)
    assert isinstance(answer.error.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    ("options", "error", "code"),
    [
        ({"versionId": "1", "versionTime": "2026-01-01T00:00:00Z"}, UnsupportedOption, "OPTIONS"),
        ({"versionTime": "now"}, UnsupportedOption, "INVALID_OPTIONS"),
        ({"hints": "1"}, FeatureNotSupported, "FEATURE_NOT_SUPPORTED"),
        ({"accept": "text/html"}, RepresentationNotSupported, "REPRESENTATION_NOT_SUPPORTED"),
        ({"accept": "application/did+ld+json"}, RepresentationNotSupported, "NOT_SUPPORTED"),
    ],
)
def test_an_option_that_cannot_be_followed_is_answered_with_its_error(
    resolver: Resolves, options: dict[str, str], error: type[DIDError], code: str
) -> None:
    resolution = resolver.resolve(EXAMPLE, **options)
    assert isinstance(resolution.error, error)
    assert resolution.resolution_metadata["error"]["type"].endswith(code)
    assert resolution.to_json()["didDocument"] is None


def test_nobody_is_asked_where_the_question_is_wrong(recording: Recording) -> None:
    resolver = Resolver({"example": recording})
    resolver.resolve(EXAMPLE, versionTime="now")
    for url in (f"{EXAMPLE}?a=1&a=2", f"{EXAMPLE}?versionId=1&versionTime=2026-01-01T00:00:00Z"):
        assert resolver.dereference_url(url).error is not None
    assert resolver.dereference_url(EXAMPLE, accept="text/html").error is not None
    assert recording.asked == []


def test_a_document_is_given_in_the_media_type_asked_for(resolver: Resolves) -> None:
    resolution = resolver.resolve(EXAMPLE, accept="text/html, application/did+json;q=0.5")
    assert resolution.resolution_metadata == {"contentType": "application/did+json"}


def test_relative_urls_are_expanded_where_that_is_asked_for() -> None:
    document = {
        "@context": ["https://www.w3.org/ns/did/v1.1"],
        "id": EXAMPLE,
        "controller": EXAMPLE,
        "alsoKnownAs": ["https://example.com/"],
        "verificationMethod": JSON["verificationMethod"],
        "authentication": ["#key-1", {**KEY_2, "id": "#key-2"}, "did:other:1#key"],
        "service": [*SERVICES, {"id": "https://a.example/s", "type": "S", "serviceEndpoint": {}}],
        "relativeExtension": [{"id": "#part", "of": "#whole"}, "#text", 7, {"id": 7}],
    }
    resolver = StaticResolver({EXAMPLE: document})
    assert resolver.resolve(EXAMPLE, expandRelativeUrls="false").require().to_json() == document
    expanded = resolver.resolve(EXAMPLE, expandRelativeUrls="true").require()
    raw = expanded.to_json()
    assert raw["verificationMethod"][0]["id"] == f"{EXAMPLE}#key-1"
    assert raw["authentication"][0] == f"{EXAMPLE}#key-1"
    assert raw["authentication"][1]["id"] == f"{EXAMPLE}#key-2"
    assert raw["authentication"][2] == "did:other:1#key"
    assert [service["id"] for service in raw["service"]] == [
        f"{EXAMPLE}#inbox",
        "https://a.example/s",
    ]
    assert raw["relativeExtension"] == [
        {"id": f"{EXAMPLE}#part", "of": "#whole"},
        "#text",
        7,
        {"id": 7},
    ]
    unchanged = {name: raw[name] for name in ("@context", "id", "controller", "alsoKnownAs")}
    assert unchanged == {name: document[name] for name in unchanged}
    again = StaticResolver({EXAMPLE: expanded}).resolve(EXAMPLE, expandRelativeUrls="true")
    assert again.require() is expanded


@pytest.mark.parametrize(
    "metadata",
    [
        {"deactivated": "true"},
        {"versionId": 7},
        {"versionId": "é"},
        {"nextVersionId": 8},
        {"equivalentId": "did:example:ABC"},
        {"equivalentId": ["did:other:123"]},
        {"equivalentId": [7]},
        {"canonicalId": "did:other:123"},
        {"canonicalId": "example"},
        {"canonicalId": None},
        {"created": object()},
    ],
)
def test_metadata_that_breaks_the_standard_is_no_answer(
    recording: Recording, metadata: dict[str, Any]
) -> None:
    recording.metadata = metadata
    error = Resolver({"example": recording}).resolve(EXAMPLE).error
    assert isinstance(error, InvalidDocument)


def test_other_forms_of_the_did_are_known_by_the_method_alone(recording: Recording) -> None:
    recording.metadata = {"equivalentId": ["did:example:ABC"], "canonicalId": "did:example:abc"}
    resolution = Resolver({"example": recording}).resolve(EXAMPLE)
    assert resolution.equivalent_ids == (DID("example", "ABC"),)
    assert resolution.canonical_id == DID("example", "abc")
    assert resolution.version_id is None
    plain = StaticResolver({EXAMPLE: JSON}).resolve(EXAMPLE)
    assert (plain.equivalent_ids, plain.canonical_id) == ((), None)
