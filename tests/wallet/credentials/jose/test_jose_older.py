from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.credentials.errors import CredentialError, InvalidCredential
from wallet.credentials.form import CREDENTIALS_V1, CREDENTIALS_V2
from wallet.credentials.formats.jose import Jose, open_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wallet.credentials.jose.conftest import Party

    Made = Callable[..., dict[str, Any]]


def test_puts_together_a_credential_from_the_claims_and_vc(everyone: Party, claims: Made) -> None:
    token = everyone.token(claims(everyone.did, exp=2085382800, iat=1769850001), typ="JWT")
    opened = open_token(token)
    assert (opened.kind, opened.pointer) == ("credential", "/vc")
    assert opened.document == {
        "@context": [CREDENTIALS_V1],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential"],
        "issuer": everyone.did,
        "issuanceDate": "2026-01-31T09:00:00Z",
        "expirationDate": "2036-01-31T09:00:00Z",
        "credentialSubject": {"id": "did:example:ada", "name": "Ada"},
    }
    Jose().verify(opened.document, opened.proof, everyone.method)


def test_puts_together_a_presentation_from_the_claims_and_vp(ada: Party) -> None:
    vp = {"@context": [CREDENTIALS_V1], "type": "VerifiablePresentation"}
    claims = {"iss": ada.did, "jti": "urn:uuid:2", "aud": "did:example:v", "nonce": "n", "nbf": 5}
    opened = open_token(
        ada.token({**claims, "vp": {**vp, "verifiableCredential": ["e.e.e"]}}, typ="JWT")
    )
    assert (opened.kind, opened.pointer) == ("presentation", "/vp")
    assert opened.document == {
        **vp,
        "id": "urn:uuid:2",
        "holder": ada.did,
        "verifiableCredential": ["e.e.e"],
    }
    assert opened.proof.purpose == "authentication"
    assert (opened.proof.challenge, opened.proof.domains) == ("n", ("did:example:v",))
    Jose().verify(opened.document, opened.proof, ada.method)


def test_takes_members_that_say_what_the_claims_say(ada: Party, claims: Made) -> None:
    said = {
        "id": "urn:uuid:1",
        "issuer": {"id": ada.did, "name": "Ada"},
        "issuanceDate": "2026-01-31T10:00:00.75+01:00",
        "expirationDate": "2036-01-31T09:00:00Z",
        "credentialSubject": [{"id": "did:example:ada", "name": "Ada"}],
    }
    payload = claims(ada.did, said, exp=2085382800.25)
    document = {**payload["vc"], **said}
    assert open_token(ada.token(payload, typ="JWT")).document == document
    nameless = {**said, "issuer": {"name": "Ada"}, "credentialSubject": [{"name": "Ada"}]}
    assert open_token(ada.token(claims(ada.did, nameless), typ="JWT")).document == document
    outside = {**payload, "vc": {**payload["vc"], "issuer": {"name": "Ada"}}}
    del outside["vc"]["issuer"]
    outside["issuer"] = {"name": "Ada"}
    assert open_token(ada.token(outside, typ="JWT")).document == document


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ({"id": "urn:uuid:2"}, {}),
        ({"id": 1}, {}),
        ({"issuer": "did:example:other"}, {}),
        ({"issuer": {"id": "did:example:other"}}, {}),
        ({"issuer": []}, {}),
        ({"issuer": None}, {}),
        ({"issuanceDate": "2026-01-31T09:00:01Z"}, {}),
        ({"issuanceDate": "2026-01-31"}, {}),
        ({"issuanceDate": 1769850000}, {}),
        ({"expirationDate": "2036-01-31T09:00:01Z"}, {"exp": 2085382800}),
        ({"credentialSubject": {"id": "did:example:bob", "name": "Bob"}}, {}),
        ({"credentialSubject": [{"name": "A"}, {"name": "B"}]}, {}),
        ({"credentialSubject": []}, {}),
        ({"credentialSubject": "did:example:ada"}, {}),
        ({"credentialSubject": None}, {}),
        ({"@context": [CREDENTIALS_V2]}, {}),
        ({"@context": []}, {}),
        ({"type": ["VerifiablePresentation"]}, {}),
        ({"type": None}, {}),
        ({}, {"iss": None}),
        ({}, {"vp": {"type": ["VerifiablePresentation"]}}),
        ({}, {"issuer": "did:example:other"}),
        ({"issuer": {"name": "A"}}, {"issuer": {"name": "B"}}),
        ({}, {"credentialSubject": {"id": "did:example:ada", "name": "Mallory"}}),
        ({}, {"issuanceDate": "2020-01-01T00:00:00Z"}),
        ({}, {"issuanceDate": "yesterday"}),
        ({}, {"expirationDate": "2099-01-01T00:00:00Z"}),
        ({}, {"type": ["VerifiableCredential", "Degree"]}),
        ({}, {"id": "urn:uuid:2"}),
        ({}, {"credentialStatus": {"id": "urn:uuid:3", "type": "S"}}),
        ({}, {"holder": "did:example:ada"}),
    ],
)
def test_refuses_a_member_that_says_otherwise_than_a_claim(
    ada: Party, claims: Made, said: dict[str, Any], claim: dict[str, Any]
) -> None:
    with pytest.raises(InvalidCredential):
        open_token(ada.token(claims(ada.did, said, **claim), typ="JWT"))


@pytest.mark.parametrize("value", [None, [], "a.b.c", {}, 1, True])
def test_refuses_a_vc_or_vp_that_is_no_object(ada: Party, value: object) -> None:
    for name in ("vc", "vp"):
        with pytest.raises(InvalidCredential, match=name):
            open_token(ada.token({"iss": ada.did, name: value}, typ="JWT"))


def test_refuses_a_presentation_about_another_than_its_holder(ada: Party) -> None:
    vp = {"@context": [CREDENTIALS_V1], "type": ["VerifiablePresentation"]}
    for claims in ({"sub": "did:example:bob"}, {"jti": "urn:uuid:2", "vp": {**vp, "id": "urn:3"}}):
        with pytest.raises(InvalidCredential):
            open_token(ada.token({"iss": ada.did, "vp": vp, **claims}, typ="JWT"))
    with pytest.raises(InvalidCredential, match="holder"):
        open_token(
            ada.token({"iss": ada.did, "vp": {**vp, "holder": "did:example:bob"}}, typ="JWT")
        )


def test_takes_the_issuance_from_iat_where_there_is_no_nbf(ada: Party, claims: Made) -> None:
    payload = claims(ada.did, nbf=None, iat=1769850000)
    document = open_token(ada.token(payload, typ="JWT")).document
    assert document["issuanceDate"] == "2026-01-31T09:00:00Z"
    said = {"issuanceDate": "2020-01-01T00:00:00Z"}
    payload = claims(ada.did, said, nbf=None, iat=1769850000)
    assert (
        open_token(ada.token(payload, typ="JWT")).document["issuanceDate"] == said["issuanceDate"]
    )


def test_does_not_change_what_it_read_while_putting_it_together(ada: Party, claims: Made) -> None:
    payload = claims(ada.did, {"issuer": {"name": "Ada"}})
    assert open_token(ada.token(payload, typ="JWT")).proof.token.payload == payload


def test_reads_the_older_form_under_no_newer_type(ada: Party, claims: Made) -> None:
    for typ in ("vc+jwt", "vc+ld+json+jwt", "application/vc+jwt"):
        with pytest.raises(CredentialError, match="must not be in a token"):
            open_token(ada.token(claims(ada.did), typ=typ))
    assert open_token(ada.token(claims(ada.did), typ=None)).pointer == "/vc"
