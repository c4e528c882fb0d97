from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from wallet.credentials.errors import InvalidCredential, InvalidJSON
from wallet.credentials.form import Version
from wallet.credentials.model import Credential, Presentation

V2: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "Degree"],
    "issuer": {"id": "did:example:university", "name": "University"},
    "validFrom": "2026-01-31T09:00:00Z",
    "validUntil": "2027-01-31T09:00:00+01:00",
    "credentialSubject": [
        {"id": "did:example:ada", "degree": "BSc", "type": "Person"},
        {"degree": "MSc", "grade": 1},
    ],
    "somethingNew": {"kept": [1, 2]},
}
V1: dict[str, Any] = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "type": "VerifiableCredential",
    "issuer": "did:example:university",
    "issuanceDate": "2026-01-31T09:00:00Z",
    "expirationDate": "2026-02-01T09:00:00Z",
    "credentialSubject": {"id": "did:example:ada", "degree": "BSc"},
}
VP: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiablePresentation"],
    "holder": "did:example:ada",
    "verifiableCredential": [V2, V1],
}
ABSENT = object()


def changed(document: dict[str, Any], name: str, value: object) -> dict[str, Any]:
    copy = deepcopy(document)
    copy.pop(name, None)
    return copy if value is ABSENT else {**copy, name: value}


def test_a_credential_of_vcdm_2_is_read_into_a_typed_view() -> None:
    data = json.dumps(V2, indent=1).encode()
    credential = Credential.parse(data)
    assert credential.raw == data
    assert credential.version is Version.V2_0
    assert credential.id == "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"
    assert credential.types == ("VerifiableCredential", "Degree")
    assert credential.issuer == "did:example:university"
    assert credential.subjects == ("did:example:ada",)
    assert credential.valid_from == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert credential.valid_until == datetime(2027, 1, 31, 8, tzinfo=UTC)
    assert credential.claims == ("degree", "grade")
    assert credential.document["somethingNew"] == {"kept": [1, 2]}


def test_a_credential_of_vcdm_1_is_read_into_the_same_view() -> None:
    credential = Credential.of(V1)
    assert credential.version is Version.V1_1
    assert credential.id is None
    assert credential.types == ("VerifiableCredential",)
    assert credential.valid_from == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert credential.valid_until == datetime(2026, 2, 1, 9, tzinfo=UTC)


def test_a_credential_made_from_an_object_does_not_change_with_it() -> None:
    document = deepcopy(V2)
    credential = Credential.of(document)
    document["issuer"]["id"] = "did:example:other"
    assert credential.document == V2
    assert credential == Credential.of(V2)
    assert hash(credential) == hash(Credential.of(V2))


def test_what_is_claimed_does_not_show_in_the_repr() -> None:
    assert "BSc" not in repr(Credential.of(V2)) + repr(Presentation.of(VP))


def test_times_may_be_left_out_in_vcdm_2() -> None:
    document = changed(changed(V2, "validFrom", ABSENT), "validUntil", ABSENT)
    credential = Credential.of(document)
    assert credential.valid_from is None
    assert credential.valid_until is None


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("@context", ABSENT, r"\$\[\"@context\"\] must be a list"),
        ("@context", "https://www.w3.org/ns/credentials/v2", "must be a list"),
        ("@context", [], "must be a list"),
        ("@context", ["https://example.org/v2"], "context of a data model"),
        ("@context", [{"@vocab": "urn:x:"}], "context of a data model"),
        ("@context", ["https://www.w3.org/ns/credentials/v2", 1], "URL or an object"),
        ("@context", ["https://www.w3.org/ns/credentials/v2", None], "URL or an object"),
        ("id", "degree-1", r"\$\.id must be an absolute URL"),
        ("id", ["urn:a:b"], r"\$\.id must be an absolute URL"),
        ("id", None, r"\$\.id must be an absolute URL"),
        ("id", "urn:a b", r"\$\.id must be an absolute URL"),
        ("type", ABSENT, r"\$\.type is missing"),
        ("type", [], r"\$\.type must not be an empty list"),
        ("type", ["Degree"], r"\$\.type must name VerifiableCredential"),
        ("type", ["VerifiableCredential", 1], r"\$\.type must be a name"),
        ("type", ["VerifiableCredential", ""], r"\$\.type must be a name"),
        ("type", {}, r"\$\.type must be a name"),
        ("issuer", ABSENT, r"\$\.issuer is missing"),
        ("issuer", None, r"\$\.issuer must be an absolute URL"),
        ("issuer", "university", r"\$\.issuer must be an absolute URL"),
        ("issuer", {"name": "University"}, r"\$\.issuer\.id must be an absolute URL"),
        ("issuer", ["did:example:a", "did:example:b"], r"\$\.issuer must be an absolute URL"),
        ("credentialSubject", ABSENT, r"\$\.credentialSubject is missing"),
        ("credentialSubject", {}, "must be an object with members"),
        ("credentialSubject", [], "must not be an empty list"),
        ("credentialSubject", [{}], r"\$\.credentialSubject\[0\] must be an object"),
        ("credentialSubject", "did:example:ada", "must be an object with members"),
        ("credentialSubject", {"id": "ada", "a": 1}, r"\$\.credentialSubject\.id must be"),
        ("validFrom", "2026-01-31", r"\$\.validFrom must be a time"),
        ("validFrom", "2026-01-31T09:00:00", r"\$\.validFrom must be a time"),
        ("validUntil", "2026-01-31T08:59:59Z", r"\$\.validUntil is earlier than validFrom"),
        ("validUntil", None, r"\$\.validUntil must be a time"),
        ("name", 1, r"\$\.name must be text"),
        ("name", {"@value": 1}, r"\$\.name must be text"),
        ("name", [{"@value": "a", "url": "b"}], r"\$\.name\[0\] must hold"),
        ("description", None, r"\$\.description must be text"),
        ("credentialStatus", {"id": "urn:a:b"}, r"\$\.credentialStatus\.type is missing"),
        ("credentialStatus", {"type": "X", "id": "b"}, r"\$\.credentialStatus\.id must be"),
        ("credentialStatus", "urn:a:b", r"\$\.credentialStatus must be an object"),
        ("credentialSchema", {"type": "JsonSchema"}, r"\$\.credentialSchema\.id is missing"),
        ("refreshService", [{"a": 1}], r"\$\.refreshService\[0\]\.type is missing"),
        ("termsOfUse", {"a": 1}, r"\$\.termsOfUse\.type is missing"),
        ("evidence", {"type": []}, r"\$\.evidence\.type must not be"),
        ("relatedResource", {"digestSRI": "x"}, r"\$\.relatedResource\.id must be"),
        ("relatedResource", {"id": "urn:a:b"}, "must have a digestSRI"),
        (
            "relatedResource",
            [{"id": "urn:a:b", "digestSRI": "x"}, {"id": "urn:a:b", "digestMultibase": "x"}],
            "is listed twice",
        ),
    ],
)
def test_refuses_a_credential_of_another_form(name: str, value: object, reason: str) -> None:
    with pytest.raises(InvalidCredential, match=reason):
        Credential.of(changed(V2, name, value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", {"@value": "Diplom", "@language": "de", "@direction": "ltr"}),
        ("name", ["Degree", {"@value": "学位", "@language": "zh"}]),
        ("credentialStatus", {"type": "BitstringStatusListEntry"}),
        ("credentialSchema", [{"type": "JsonSchema", "id": "https://example.org/s"}]),
        ("relatedResource", [{"id": "urn:a:b", "digestSRI": "sha384-x"}]),
        ("issuer", "https://university.example"),
    ],
)
def test_takes_every_form_that_the_standard_gives(name: str, value: object) -> None:
    assert Credential.of(changed(V2, name, value)).document[name] == value


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("issuanceDate", ABSENT, r"\$\.issuanceDate is missing"),
        ("expirationDate", "2020-01-01T00:00:00Z", "earlier than issuanceDate"),
        ("credentialStatus", {"type": "X"}, r"\$\.credentialStatus\.id is missing"),
    ],
)
def test_refuses_a_credential_of_vcdm_1_of_another_form(
    name: str, value: object, reason: str
) -> None:
    with pytest.raises(InvalidCredential, match=reason):
        Credential.of(changed(V1, name, value))


@pytest.mark.parametrize("data", [b"[]", b"{}", b'"x"', b"null", b"1"])
def test_refuses_json_that_is_no_object(data: bytes) -> None:
    for model in (Credential, Presentation):
        with pytest.raises(InvalidCredential, match="must be an object"):
            model.parse(data)


def test_refuses_bytes_that_are_no_strict_json() -> None:
    with pytest.raises(InvalidJSON, match="appears twice"):
        Credential.parse(json.dumps(V2).replace('"type"', '"id"', 1).encode())


def test_a_presentation_holds_its_credentials() -> None:
    presentation = Presentation.of(VP)
    assert presentation.holder == "did:example:ada"
    assert presentation.members == (
        ("$.verifiableCredential[0]", V2),
        ("$.verifiableCredential[1]", V1),
    )
    assert presentation.types == ("VerifiablePresentation",)
    assert presentation.id is None


@pytest.mark.parametrize("value", [ABSENT, []])
def test_a_presentation_may_hold_no_credential(value: object) -> None:
    assert Presentation.of(changed(VP, "verifiableCredential", value)).members == ()


def test_a_single_credential_need_not_stand_in_a_list() -> None:
    presentation = Presentation.of(changed(VP, "verifiableCredential", V1))
    assert presentation.members == (("$.verifiableCredential", V1),)


def test_a_presentation_may_name_no_holder() -> None:
    assert Presentation.of(changed(VP, "holder", ABSENT)).holder is None


def test_what_a_presentation_holds_is_not_read_with_it() -> None:
    bad = changed(V2, "issuer", "x")
    held = Presentation.of(changed(VP, "verifiableCredential", [V1, bad]))
    assert held.members[1] == ("$.verifiableCredential[1]", bad)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("type", ["VerifiableCredential"], "must name VerifiablePresentation"),
        ("holder", None, r"\$\.holder must be"),
        ("verifiableCredential", "eyJ", "must be an object"),
        ("verifiableCredential", [None], r"\[0\] must be an object"),
        ("id", "x", r"\$\.id must be"),
    ],
)
def test_refuses_a_presentation_of_another_form(name: str, value: object, reason: str) -> None:
    with pytest.raises(InvalidCredential, match=reason):
        Presentation.of(changed(VP, name, value))
