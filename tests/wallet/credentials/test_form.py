from __future__ import annotations

from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import (
    CREDENTIALS_V1,
    CREDENTIALS_V2,
    Version,
    check_described,
    is_absolute_iri,
    read_id,
    read_media_type,
    read_members,
    read_names,
    read_party,
    read_subjects,
    read_version,
)

if TYPE_CHECKING:
    from collections.abc import Callable

UNDEFINED = "https://www.w3.org/ns/credentials/undefined-terms/v2"
MEMBER: dict[str, Any] = {"@context": [CREDENTIALS_V2], "type": ["VerifiableCredential", "Degree"]}
ENVELOPE: dict[str, Any] = {
    "@context": CREDENTIALS_V2,
    "id": "data:application/vc+jwt,eyJ.eyJ.AA",
    "type": "EnvelopedVerifiableCredential",
}
REFUSED = InvalidCredential


def presentation(members: object, context: str = CREDENTIALS_V2) -> dict[str, Any]:
    return {"@context": [context], "verifiableCredential": members}


@pytest.mark.parametrize(
    ("contexts", "version"),
    [
        ([CREDENTIALS_V2], Version.V2_0),
        ([CREDENTIALS_V1], Version.V1_1),
        ([CREDENTIALS_V2, UNDEFINED], Version.V2_0),
        ([CREDENTIALS_V2, {"a": "https://example.org/a"}, "urn:a:b"], Version.V2_0),
        ([CREDENTIALS_V1, {}], Version.V1_1),
    ],
)
def test_the_first_context_tells_the_version(contexts: list[Any], version: Version) -> None:
    assert read_version({"@context": contexts}) is version


@pytest.mark.parametrize(
    ("contexts", "path"),
    [
        (CREDENTIALS_V2, '$["@context"]'),
        ({"@vocab": "urn:a:"}, '$["@context"]'),
        (None, '$["@context"]'),
        ([UNDEFINED, CREDENTIALS_V2], '$["@context"][0]'),
        ([CREDENTIALS_V2 + "#"], '$["@context"][0]'),
        ([CREDENTIALS_V2.upper()], '$["@context"][0]'),
        ([CREDENTIALS_V2, CREDENTIALS_V1], '$["@context"][1]'),
        ([CREDENTIALS_V1, UNDEFINED, CREDENTIALS_V2], '$["@context"][2]'),
        ([CREDENTIALS_V2, "https ://example.org/context"], '$["@context"][1]'),
        ([CREDENTIALS_V2, "context"], '$["@context"][1]'),
        ([CREDENTIALS_V2, ""], '$["@context"][1]'),
        ([CREDENTIALS_V2, [UNDEFINED]], '$["@context"][1]'),
        ([CREDENTIALS_V2, None], '$["@context"][1]'),
        ([CREDENTIALS_V2, 2], '$["@context"][1]'),
    ],
)
def test_refuses_contexts_of_another_form(contexts: object, path: str) -> None:
    with pytest.raises(REFUSED) as refusal:
        read_version({"@context": contexts})
    assert refusal.value.path == path


@pytest.mark.parametrize(
    "identifier",
    [
        "did:example:ada",
        "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "https://example.org/a?b=c#d",
        "https://例え.example/ü",
        "data:,a",
        "mailto:ada@example.org",
        "http://example.org/%zz",
    ],
)
def test_an_identifier_may_be_any_url(identifier: str) -> None:
    assert read_id({"id": identifier}) == identifier
    assert read_party({"issuer": identifier}, "issuer") == identifier
    assert read_party({"issuer": {"id": identifier, "name": "A"}}, "issuer") == identifier


@pytest.mark.parametrize(
    "identifier",
    [
        None, 1, True, "", "ada", "#a", "//example.org/a", "/a", "1a:b", "a b:c", "urn:", "urn:a b",
        "urn:a\n", "urn:a<b", "urn:{a}", "\u00e9:a", ["urn:a:b"], {"id": "urn:a:b"},
    ],
)  # fmt: skip
def test_refuses_an_identifier_that_is_no_single_url(identifier: object) -> None:
    with pytest.raises(REFUSED, match=r"\$\.id must be an absolute URL"):
        read_id({"id": identifier})
    for party in ("issuer", "holder"):
        with pytest.raises(REFUSED, match=rf"\$\.{party}\.id must be an absolute URL"):
            read_party({party: {"id": identifier}}, party)


def test_types_are_names_in_any_order() -> None:
    assert read_names({"type": "A"}, "$") == ("A",)
    assert read_names({"type": ["B", "https://example.org/A", "A"]}, "$") == (
        "B",
        "https://example.org/A",
        "A",
    )


@pytest.mark.parametrize("value", [None, "", [], [""], [None], ["A", 1], [["A"]], {"A": 1}, 1])
def test_refuses_types_of_another_form(value: object) -> None:
    with pytest.raises(REFUSED, match=r"\$\.a\.type "):
        read_names({"type": value}, "$.a")


def test_subjects_are_objects_with_or_without_identifiers() -> None:
    subjects = ({"id": "did:example:ada"}, {"id": "did:example:bob", "a": 1}, {"a": {"id": "b"}})
    assert read_subjects({"credentialSubject": list(subjects)}) == subjects
    assert read_subjects({"credentialSubject": subjects[0]}) == subjects[:1]


TEXT = {"@value": "学位", "@language": "zh-Hant", "@direction": "ltr"}


@pytest.mark.parametrize(
    "value",
    [
        "Degree",
        "",
        TEXT,
        {"@value": "a"},
        {"@value": "", "@language": "en"},
        ["Degree", TEXT, {"@value": "شهادة", "@language": "ar", "@direction": "rtl"}],
    ],
)
@pytest.mark.parametrize("name", ["name", "description"])
def test_names_and_descriptions_are_texts_in_any_language(name: str, value: object) -> None:
    check_described({name: value, "issuer": {"id": "urn:a:b", name: value}}, Version.V2_0)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (None, ""),
        (1, ""),
        ([], ""),
        ({}, ""),
        ({"@language": "en"}, ""),
        ({"@value": 1}, ""),
        ({"@value": None}, ""),
        ({"@value": "a", "@type": "b"}, ""),
        ({"@value": "a", "url": "b"}, ""),
        ({"@value": "a", "@language": None}, '["@language"]'),
        ({"@value": "a", "@language": ""}, '["@language"]'),
        ({"@value": "a", "@language": "en_GB"}, '["@language"]'),
        ({"@value": "a", "@language": "en-"}, '["@language"]'),
        ({"@value": "a", "@language": ["en"]}, '["@language"]'),
        ({"@value": "a", "@direction": None}, '["@direction"]'),
        ({"@value": "a", "@direction": "auto"}, '["@direction"]'),
        ({"@value": "a", "@direction": ["ltr"]}, '["@direction"]'),
        (["a", None], "[1]"),
        ([["a"]], "[0]"),
        (["a", {"@value": "a", "@language": "?"}], '[1]["@language"]'),
        ({"en": "Degree"}, ""),
    ],
)
@pytest.mark.parametrize("name", ["name", "description"])
def test_refuses_names_and_descriptions_of_another_form(
    name: str, value: object, path: str
) -> None:
    for document, place in (
        ({name: value}, f"$.{name}"),
        ({"issuer": {"id": "urn:a:b", name: value}}, f"$.issuer.{name}"),
    ):
        with pytest.raises(REFUSED) as refusal:
            check_described(document, Version.V2_0)
        assert refusal.value.path == place + path


def test_names_are_what_the_contexts_say_in_vcdm_1() -> None:
    check_described({"name": 1, "issuer": {"name": 1}, "relatedResource": 1}, Version.V1_1)


POINTERS = ["credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence"]
RESERVED = ["confidenceMethod", "renderMethod"]


@pytest.mark.parametrize("name", [*POINTERS, *RESERVED])
def test_what_points_elsewhere_is_one_object_or_several_with_a_type(name: str) -> None:
    entry = {"id": "https://example.org/a", "type": ["A", "B"], "more": None}
    for version in Version:
        check_described({name: entry}, version)
        check_described({name: [entry, entry]}, version)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (None, ""),
        ({}, ""),
        ([], ""),
        ("https://example.org/a", ""),
        ({"id": "urn:a:b"}, ".type"),
        ({"id": "urn:a:b", "type": None}, ".type"),
        ({"id": "urn:a:b", "type": []}, ".type"),
        ({"id": "urn:a:b", "type": {"a": 1}}, ".type"),
        ({"id": "a", "type": "A"}, ".id"),
        ({"id": None, "type": "A"}, ".id"),
        ({"id": ["urn:a:b", "urn:a:c"], "type": "A"}, ".id"),
        ([{"id": "urn:a:b", "type": "A"}, None], "[1]"),
        ([{"id": "urn:a:b", "type": "A"}, {"id": "urn:a:b"}], "[1].type"),
    ],
)
@pytest.mark.parametrize("name", [*POINTERS, *RESERVED])
def test_refuses_what_points_elsewhere_in_another_form(name: str, value: object, path: str) -> None:
    for version in Version if name in POINTERS else [Version.V2_0]:
        with pytest.raises(REFUSED) as refusal:
            check_described({name: value}, version)
        assert refusal.value.path == f"$.{name}{path}"


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("credentialStatus", [Version.V1_1]),
        ("credentialSchema", [Version.V1_1, Version.V2_0]),
        ("refreshService", [Version.V1_1]),
        ("termsOfUse", []),
        ("evidence", []),
    ],
)
def test_an_identifier_is_needed_where_the_version_says(name: str, needed: list[Version]) -> None:
    for version in Version:
        with pytest.raises(REFUSED, match="id is missing") if version in needed else nullcontext():
            check_described({name: {"type": "A"}}, version)


def test_related_resources_have_media_types() -> None:
    resource = {"id": "urn:a:b", "digestSRI": "sha256-x", "mediaType": "application/ld+json"}
    check_described({"relatedResource": resource}, Version.V2_0)
    with pytest.raises(REFUSED, match=r"\$\.relatedResource\[0\]\.mediaType must be a media type"):
        check_described({"relatedResource": [{**resource, "mediaType": "html"}]}, Version.V2_0)


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("text/html", True),
        ("application/vc+jwt", True),
        ("text/plain; charset=utf-8", True),
        ("text", False),
        ("text/", False),
        ("text/html\n", False),
        ("text/html, text/plain", False),
        (["text/html"], False),
        (None, False),
    ],
)
def test_a_media_type_is_a_type_and_a_subtype(value: object, known: bool) -> None:  # noqa: FBT001
    with nullcontext() if known else pytest.raises(REFUSED, match=r"\$\.a\.mediaType"):
        assert read_media_type({"mediaType": value}, "$.a") == value
    assert read_media_type({}, "$") is None


def test_a_presentation_holds_none_one_or_several_members() -> None:
    assert read_members({"@context": [CREDENTIALS_V2]}) == ()
    assert read_members(presentation([])) == ()
    assert read_members(presentation(MEMBER)) == (("$.verifiableCredential", MEMBER),)
    assert read_members(presentation([MEMBER, ENVELOPE])) == (
        ("$.verifiableCredential[0]", MEMBER),
        ("$.verifiableCredential[1]", ENVELOPE),
    )


def test_only_vcdm_1_holds_texts() -> None:
    texts = ["eyJ.eyJ.AA", MEMBER]
    assert [member for _, member in read_members(presentation(texts, CREDENTIALS_V1))] == texts
    assert read_members(presentation("eyJ.eyJ.AA", CREDENTIALS_V1)) == (
        ("$.verifiableCredential", "eyJ.eyJ.AA"),
    )
    with pytest.raises(REFUSED, match=r"\$\.verifiableCredential\[0\] must be an object"):
        read_members(presentation(texts))


@pytest.mark.parametrize(
    ("member", "path"),
    [
        (None, ""),
        (1, ""),
        ("", ""),
        ({}, ""),
        ([MEMBER], ""),
        ({"@context": [CREDENTIALS_V2]}, ".type"),
        ({**MEMBER, "type": []}, ".type"),
        ({**MEMBER, "type": "Degree"}, ".type"),
        ({**MEMBER, "type": "VerifiablePresentation"}, ".type"),
        ({**ENVELOPE, "type": ["EnvelopedVerifiableCredential", "Degree"]}, ".type"),
        ({**ENVELOPE, "type": ["VerifiableCredential", "EnvelopedVerifiableCredential"]}, ".type"),
        ({**ENVELOPE, "type": "EnvelopedVerifiablePresentation"}, ".type"),
        ({**ENVELOPE, "@context": []}, '["@context"]'),
        ({**ENVELOPE, "@context": UNDEFINED}, '["@context"]'),
        ({**ENVELOPE, "@context": None}, '["@context"]'),
        ({**ENVELOPE, "id": "https://example.org/vc.jwt"}, ".id"),
        ({**ENVELOPE, "id": "eyJ.eyJ.AA"}, ".id"),
        ({**ENVELOPE, "id": None}, ".id"),
    ],
)
@pytest.mark.parametrize("context", [CREDENTIALS_V1, CREDENTIALS_V2])
def test_refuses_a_member_that_is_no_credential(member: object, path: str, context: str) -> None:
    with pytest.raises(REFUSED) as refusal:
        read_members(presentation([MEMBER, member], context))
    assert refusal.value.path == f"$.verifiableCredential[1]{path}"


NAMES = [*POINTERS, *RESERVED, "@context", "id", "type", "issuer", "holder", "credentialSubject"]
NAMES += ["name", "description", "relatedResource", "verifiableCredential", "mediaType", "@value"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["a", "urn:a:b", CREDENTIALS_V2]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)
READERS: list[Callable[[dict[str, Any]], object]] = [
    read_version,
    read_id,
    read_subjects,
    read_members,
    lambda document: read_names(document, "$"),
    lambda document: read_party(document, "issuer"),
    lambda document: read_party(document, "holder"),
    lambda document: check_described(document, Version.V1_1),
    lambda document: check_described(document, Version.V2_0),
]


@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=8))
def test_whatever_stands_in_a_document_is_read_or_refused(document: dict[str, Any]) -> None:
    for read in READERS:
        with suppress(REFUSED):
            read(document)


@given(st.text(max_size=20))
def test_an_absolute_iri_holds_nothing_that_rdf_forbids(text: str) -> None:
    if is_absolute_iri(text):
        assert ":" in text
        assert not set(text) & set(' <>"{}|\\^`\n\t')
