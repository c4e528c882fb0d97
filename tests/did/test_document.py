from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.document import MAX_ENTRIES, Document, Relationship
from did.encoding import encode_multikey
from did.errors import DIDError, InvalidDocument, InvalidKey, UnsupportedKey
from did.identifier import DID
from did.keys.ed25519 import Ed25519PrivateKey

KEY: Final = Ed25519PrivateKey(b"\x07" * 32).public_key
EXAMPLE: Final = "did:example:123"
MULTIKEY: Final = {
    "id": f"{EXAMPLE}#key-1",
    "type": "Multikey",
    "controller": EXAMPLE,
    "publicKeyMultibase": encode_multikey(KEY),
}
SERVICE: Final = {
    "id": f"{EXAMPLE}#inbox",
    "type": "LinkedDomains",
    "serviceEndpoint": "https://example.com",
}
NAMES: Final = st.sampled_from(
    ["id", "type", "controller", "verificationMethod", "service", "serviceEndpoint", "expires"]
    + [relationship.value for relationship in Relationship]
)
JSON: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from([EXAMPLE, "#key-1", "Multikey", f"{EXAMPLE}#key-1", "2026-02-30T00:00:00Z"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
)


def document(**members: Any) -> Document:
    return Document.parse({"id": EXAMPLE, **members})


def test_has_the_methods_relationships_and_services_of_its_json() -> None:
    parsed = document(
        verificationMethod=[MULTIKEY],
        authentication=[MULTIKEY["id"]],
        service=[SERVICE],
        controller=["did:example:parent"],
    )
    (method,) = parsed.verification_methods
    (service,) = parsed.services
    assert parsed.did == DID("example", "123")
    assert parsed.controllers == (DID("example", "parent"),)
    assert (method.id, method.type, method.controller) == (MULTIKEY["id"], "Multikey", EXAMPLE)
    assert method.public_key == method.require_key() == KEY
    assert (service.id, service.types) == (SERVICE["id"], ("LinkedDomains",))
    assert service.endpoint == "https://example.com"
    assert parsed.method(MULTIKEY["id"]) is method
    assert parsed.service(SERVICE["id"]) is service
    assert parsed.method(SERVICE["id"]) is None
    assert parsed.service(MULTIKEY["id"]) is None


def test_the_least_document_is_an_id_and_authorizes_nothing() -> None:
    parsed = document()
    assert parsed.verification_methods == ()
    assert parsed.services == ()
    assert parsed.controllers == ()
    for relationship in Relationship:
        assert not parsed.authorizes(MULTIKEY["id"], relationship)


@pytest.mark.parametrize("relationship", Relationship)
def test_a_method_may_be_used_as_the_document_says_and_in_no_other_way(
    relationship: Relationship,
) -> None:
    parsed = document(verificationMethod=[MULTIKEY], **{relationship.value: [MULTIKEY["id"]]})
    for other in Relationship:
        assert parsed.authorizes(MULTIKEY["id"], other) is (other is relationship)


def test_a_method_that_stands_in_a_relationship_is_a_method_for_that_alone() -> None:
    parsed = document(assertionMethod=[MULTIKEY])
    assert parsed.method(MULTIKEY["id"]) is not None
    assert parsed.authorizes(MULTIKEY["id"], Relationship.ASSERTION_METHOD)
    assert not parsed.authorizes(MULTIKEY["id"], Relationship.AUTHENTICATION)


def test_relative_ids_are_made_absolute() -> None:
    parsed = document(
        verificationMethod=[{**MULTIKEY, "id": "#key-1"}],
        authentication=["#key-1"],
        service=[{**SERVICE, "id": "#inbox"}],
    )
    assert parsed.method(f"{EXAMPLE}#key-1") is not None
    assert parsed.authorizes(f"{EXAMPLE}#key-1", Relationship.AUTHENTICATION)
    assert parsed.service(f"{EXAMPLE}#inbox") is not None


def test_a_method_of_another_document_may_be_named_but_is_not_here() -> None:
    parsed = document(authentication=["did:example:456#key-1"])
    assert parsed.authorizes("did:example:456#key-1", Relationship.AUTHENTICATION)
    assert parsed.method("did:example:456#key-1") is None


def test_the_json_is_kept_whole_and_given_back_as_a_copy() -> None:
    raw = {"@context": ["https://www.w3.org/ns/did/v1"], "id": EXAMPLE, "unknown": {"a": [1.5]}}
    parsed = Document.parse(raw)
    copy = parsed.to_json()
    assert copy == raw
    copy["unknown"]["a"].append(2)
    assert parsed.to_json() == raw
    with pytest.raises(TypeError):
        parsed.raw["id"] = "did:example:456"  # type: ignore[index]


def test_a_document_and_what_is_in_it_can_be_kept_in_a_set() -> None:
    parsed = document(verificationMethod=[MULTIKEY], service=[SERVICE])
    assert len({parsed, parsed, *parsed.verification_methods, *parsed.services}) == 3


def test_a_broken_key_does_not_take_the_others_with_it() -> None:
    broken = {**MULTIKEY, "id": "#key-2", "publicKeyMultibase": "z6Mk"}
    parsed = document(verificationMethod=[MULTIKEY, broken])
    method = parsed.verification_methods[1]
    assert parsed.verification_methods[0].public_key == KEY
    assert method.public_key is None
    with pytest.raises(InvalidKey):
        method.require_key()


def test_a_key_of_unknown_form_is_there_but_cannot_be_used() -> None:
    account = {
        "id": "#controller",
        "type": "EcdsaSecp256k1RecoveryMethod2020",
        "controller": EXAMPLE,
        "blockchainAccountId": "eip155:1:0xb9c5714089478a327f09197987f16f9e5d936e8a",
    }
    (method,) = document(verificationMethod=[account]).verification_methods
    assert method.public_key is None
    assert method.raw["blockchainAccountId"] == account["blockchainAccountId"]
    with pytest.raises(UnsupportedKey, match="EcdsaSecp256k1RecoveryMethod2020"):
        method.require_key()


@pytest.mark.parametrize("name", ["expires", "revoked"])
def test_a_key_ends_at_the_instant_that_the_document_says(name: str) -> None:
    ending = {**MULTIKEY, name: "2026-03-01T12:00:00.5+02:00"}
    (method,) = document(verificationMethod=[ending]).verification_methods
    end = datetime(2026, 3, 1, 10, 0, 0, 500_000, tzinfo=UTC)
    assert not method.ended(end - timedelta(microseconds=1))
    assert method.ended(end)


def test_a_key_without_an_end_never_ends() -> None:
    (method,) = document(verificationMethod=[MULTIKEY]).verification_methods
    assert not method.ended(datetime.max.replace(tzinfo=UTC))


def test_a_service_may_have_several_types_and_endpoints_and_an_id_of_another_scheme() -> None:
    several = {
        "id": "urn:example:inbox",
        "type": ["A", "B"],
        "serviceEndpoint": ["https://example.com", {"uri": "https://example.org"}],
    }
    (service,) = document(service=[several]).services
    assert service.id == "urn:example:inbox"
    assert service.types == ("A", "B")
    assert service.endpoint == ("https://example.com", {"uri": "https://example.org"})


@pytest.mark.parametrize("id_", [None, 5, "", "example", f"{EXAMPLE}#key-1", "#key-1", [EXAMPLE]])
def test_refuses_a_document_that_is_not_named_by_a_did(id_: Any) -> None:
    with pytest.raises(InvalidDocument):
        document(id=id_)


@pytest.mark.parametrize("raw", [None, [], "did:example:123", [{"id": EXAMPLE}]])
def test_refuses_json_that_is_not_an_object(raw: Any) -> None:
    with pytest.raises(InvalidDocument):
        Document.parse(raw)


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": "key-1"},
        {"id": "did:example:456#key-1"},
        {"id": EXAMPLE},
        {"id": f"{EXAMPLE}/path#key-1"},
        {"type": None},
        {"type": ["Multikey"]},
        {"controller": None},
        {"controller": f"{EXAMPLE}#key-1"},
        {"controller": [EXAMPLE]},
        {"expires": None},
        {"expires": "2026-03-01"},
        {"expires": "2026-03-01T12:00:00"},
        {"expires": "2026-02-30T12:00:00Z"},
        {"revoked": "yesterday"},
        {"revoked": "٢٠٢٦-03-01T12:00:00Z"},
    ],
)
def test_refuses_a_method_that_breaks_the_rules(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocument):
        document(verificationMethod=[{**MULTIKEY, **change}])
    with pytest.raises(InvalidDocument):
        document(authentication=[{**MULTIKEY, **change}])


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": "inbox"},
        {"id": "did:example:456# "},
        {"type": None},
        {"type": []},
        {"type": [5]},
        {"serviceEndpoint": None},
        {"serviceEndpoint": []},
        {"serviceEndpoint": [["https://example.com"]]},
    ],
)
def test_refuses_a_service_that_breaks_the_rules(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocument):
        document(service=[{**SERVICE, **change}])


@pytest.mark.parametrize(
    "members",
    [
        {"verificationMethod": MULTIKEY},
        {"verificationMethod": ["#key-1"]},
        {"verificationMethod": None},
        {"authentication": f"{EXAMPLE}#key-1"},
        {"authentication": [5]},
        {"authentication": [None]},
        {"authentication": ["key-1"]},
        {"service": SERVICE},
        {"service": [[]]},
        {"controller": 5},
        {"controller": ["example"]},
    ],
)
def test_refuses_members_of_the_wrong_shape(members: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocument):
        document(**members)


def test_refuses_a_document_too_large_to_be_read_quickly() -> None:
    references = ["did:example:456#key-1"] * MAX_ENTRIES
    assert document(authentication=references).did == DID("example", "123")
    with pytest.raises(InvalidDocument, match=f"more than {MAX_ENTRIES}"):
        document(authentication=references, verificationMethod=[MULTIKEY])


def test_refuses_two_things_of_one_name() -> None:
    for members in (
        {"verificationMethod": [MULTIKEY, MULTIKEY]},
        {"verificationMethod": [MULTIKEY], "authentication": [MULTIKEY]},
        {"verificationMethod": [MULTIKEY, {**MULTIKEY, "id": "#key-1"}]},
        {"service": [SERVICE, SERVICE]},
        {"verificationMethod": [MULTIKEY], "service": [{**SERVICE, "id": "#key-1"}]},
    ):
        with pytest.raises(InvalidDocument, match="more than one"):
            document(**members)


def test_refuses_a_reference_to_a_method_that_it_does_not_have() -> None:
    with pytest.raises(InvalidDocument, match="not there"):
        document(verificationMethod=[MULTIKEY], authentication=["#key-2"])


@given(st.dictionaries(NAMES, JSON), st.booleans())
def test_arbitrary_json_is_a_document_or_refused(
    raw: dict[str, Any],
    named: bool,  # noqa: FBT001  # hypothesis passes by position
) -> None:
    try:
        parsed = Document.parse({**raw, "id": EXAMPLE} if named else raw)
    except DIDError as error:
        assert isinstance(error, InvalidDocument)  # noqa: PT017  # any other would be a leak
        return
    assert Document.parse(parsed.to_json()) == parsed


def test_other_names_of_the_subject_are_typed() -> None:
    names = ("https://example.com/", "did:example:456", "at://alice.example", "urn:uuid:1")
    assert Document.parse({"id": EXAMPLE, "alsoKnownAs": list(names)}).also_known_as == names
    assert Document.parse({"id": EXAMPLE}).also_known_as == ()


@pytest.mark.parametrize(
    "names",
    [
        "https://example.com/",
        ["example"],
        ["/relative"],
        ["https://example.com/ a"],
        [7],
        [{"id": "https://example.com/"}],
        None,
        ["https://example.com/" + "a" * 10_000],
        ["https://example.com/"] * (MAX_ENTRIES + 1),
    ],
)
def test_refuses_other_names_that_are_no_uris(names: object) -> None:
    with pytest.raises(InvalidDocument):
        Document.parse({"id": EXAMPLE, "alsoKnownAs": names})


def test_refuses_a_document_of_endless_controllers() -> None:
    with pytest.raises(InvalidDocument, match="controllers"):
        Document.parse({"id": EXAMPLE, "controller": [EXAMPLE] * (MAX_ENTRIES + 1)})
