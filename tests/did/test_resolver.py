from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from did.document import Document, Service, VerificationMethod
from did.encoding import encode_multikey
from did.errors import (
    DIDError,
    InvalidDID,
    InvalidDIDURL,
    InvalidDocument,
    NotFound,
    Unreachable,
    UnsupportedMethod,
)
from did.identifier import DID, DIDURL
from did.keys.ed25519 import Ed25519PrivateKey
from did.methods.key import key_did
from did.resolver import Method, Resolution, Resolver, Resolves, StaticResolver

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY: Final = Ed25519PrivateKey(b"\x07" * 32).public_key
EXAMPLE: Final = "did:example:123"
JSON: Final = {
    "id": EXAMPLE,
    "verificationMethod": [
        {
            "id": "#key-1",
            "type": "Multikey",
            "controller": EXAMPLE,
            "publicKeyMultibase": encode_multikey(KEY),
        }
    ],
    "service": [
        {"id": "#inbox", "type": "LinkedDomains", "serviceEndpoint": "https://example.com"}
    ],
}


class Recording:
    """The method `example`: answers the same document always, and says what it was asked."""

    name: Final = "example"

    def __init__(self) -> None:
        self.asked: list[tuple[DID, dict[str, str]]] = []

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        self.asked.append((did, dict(options)))
        return Document.parse(JSON), {"deactivated": True, "versionId": "7"}


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
    assert resolution.document_metadata == {"deactivated": True, "versionId": "7"}
    assert resolution.deactivated


@pytest.mark.parametrize("text", ["", "example", f"{EXAMPLE}#key-1"])
def test_what_is_no_did_is_an_answer_and_not_an_exception(resolver: Resolves, text: str) -> None:
    resolution = resolver.resolve(text)
    assert resolution.document is None
    assert resolution.resolution_metadata["error"] == "invalidDid"
    assert isinstance(resolution.error, InvalidDID)
    with pytest.raises(InvalidDID):
        resolution.require()


def test_a_method_that_nobody_knows_is_undecided_and_the_known_ones_are_named() -> None:
    resolution = Resolver().resolve("did:nobody:knows")
    assert isinstance(resolution.error, UnsupportedMethod)
    assert resolution.error.undecided
    assert resolution.error.hint == "supported: did:key"
    assert resolution.resolution_metadata == {
        "error": "methodNotSupported",
        "errorMessage": "did:nobody is not supported",
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
    url = f"{EXAMPLE}?versionId=7&versionTime=2026-03-01T12%3A00%3A00Z#key-1"
    assert isinstance(resolver.dereference(url), VerificationMethod)
    assert recording.asked[0][1] == {"versionId": "7", "versionTime": "2026-03-01T12:00:00Z"}


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("#key-1", InvalidDIDURL),
        (f"{EXAMPLE}/path", InvalidDIDURL),
        (f"{EXAMPLE}?service=inbox", InvalidDIDURL),
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
