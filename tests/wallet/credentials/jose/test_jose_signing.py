from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import CredentialError, InvalidCredential, UnsupportedFormat
from wallet.credentials.form import CREDENTIALS_V1
from wallet.credentials.formats.jose import (
    Jose,
    attach,
    check_token,
    open_token,
    proposal,
    read_token,
    secure,
    token_proposal,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.wallet.credentials.jose.conftest import Party
    from wallet.credentials.formats.jose import Style

    Made = Callable[..., dict[str, Any]]


def signed(party: Party, document: Any, issued: datetime, **options: Any) -> bytes:
    options = {"purpose": "assertionMethod", "verification_method": party.method.id, **options}
    return secure(document, signer=party.key, issued=issued, **options)


def test_a_credential_comes_back_from_its_token(
    everyone: Party, credential: Made, older: Made, issued: datetime
) -> None:
    styles: list[tuple[Style, Made, str]] = [
        ("vc+jwt", credential, ""),
        ("jwt-vc", older, "/vc"),
    ]
    for style, made, pointer in styles:
        document = made(everyone.did)
        opened = open_token(signed(everyone, document, issued, style=style))
        assert (opened.document, opened.pointer) == (document, pointer)
        assert opened.proof.created == issued
        assert opened.proof.verification_method == everyone.method.id
        Jose().verify(document, opened.proof, everyone.method)


def test_a_presentation_comes_back_from_its_token_with_its_question(
    ada: Party, presentation: Made, issued: datetime
) -> None:
    styles: list[tuple[Style, dict[str, Any]]] = [
        ("vp+jwt", {}),
        ("jwt-vp", {"@context": [CREDENTIALS_V1], "id": "urn:uuid:2"}),
    ]
    domains: list[tuple[str | list[str], tuple[str, ...]]] = [
        ("a", ("a",)),
        (["a", "b"], ("a", "b")),
    ]
    for style, members in styles:
        for domain, read in domains:
            token = signed(
                ada,
                presentation(ada.did, **members),
                issued,
                style=style,
                purpose="authentication",
                challenge="n",
                domain=domain,
                expires=issued + timedelta(minutes=5),
            )
            opened = open_token(token)
            assert opened.kind == "presentation"
            assert opened.document == presentation(ada.did, **members)
            proof = opened.proof
            assert (proof.challenge, proof.domains) == ("n", read)
            assert proof.expires == issued + timedelta(minutes=5)
            Jose().verify(opened.document, proof, ada.method)


def test_keeps_what_a_claim_would_not_say_alike(ada: Party, older: Made, issued: datetime) -> None:
    document = older(
        ada.did,
        issuer={"id": ada.did, "name": "Ada"},
        issuanceDate="2026-01-31T10:00:00.5+01:00",
        credentialSubject=[{"id": "did:example:ada", "name": "Ada"}],
    )
    opened = open_token(signed(ada, document, issued, style="jwt-vc"))
    assert opened.document == document
    payload = opened.proof.token.payload
    assert payload["nbf"] == 1769850000
    assert payload["vc"]["issuer"] == {"name": "Ada"}
    assert payload["vc"]["issuanceDate"] == "2026-01-31T10:00:00.5+01:00"
    assert "expirationDate" not in payload["vc"]
    several = older(ada.did, credentialSubject=[{"id": "urn:a", "n": 1}, {"id": "urn:b", "n": 2}])
    opened = open_token(signed(ada, several, issued, style="jwt-vc"))
    assert opened.document == several
    assert "sub" not in opened.proof.token.payload


def test_proposes_the_very_bytes_and_takes_no_other_signature(
    ada: Party, mallory: Party, credential: Made, issued: datetime
) -> None:
    document = credential(ada.did)
    proposed = proposal(
        document,
        signer=ada.key,
        verification_method=ada.method.id,
        purpose="assertionMethod",
        issued=issued,
    )
    document["credentialSubject"]["name"] = "changed afterwards"
    assert proposed.document == credential(ada.did)
    assert proposed.header == {"alg": "EdDSA", "typ": "vc+jwt", "kid": ada.method.id}
    assert proposed.alg == "EdDSA"
    assert proposed.digest == hashlib.sha256(proposed.signing_bytes).hexdigest()
    token = attach(proposed, ada.key.sign(proposed.signing_bytes))
    assert token.startswith(proposed.signing_bytes + b".")
    for signature in (
        mallory.key.sign(proposed.signing_bytes),
        ada.key.sign(proposed.signing_bytes + b"."),
        bytes(64),
        b"",
    ):
        with pytest.raises(CredentialError):
            attach(proposed, signature)


@pytest.mark.parametrize(
    "options",
    [
        {"style": "sd-jwt"},
        {"style": "jwt-vc"},
        {"style": "vp+jwt", "purpose": "authentication"},
        {"purpose": "authentication"},
        {"purpose": "keyAgreement"},
        {"verification_method": "did:example:other#key"},
        {"verification_method": "#key"},
        {"verification_method": "key"},
        {"challenge": ""},
        {"domain": []},
    ],
)
def test_proposes_nothing_that_would_be_read_otherwise(
    ada: Party, credential: Made, issued: datetime, options: dict[str, Any]
) -> None:
    with pytest.raises(CredentialError):
        signed(ada, credential(ada.did), issued, **options)


@pytest.mark.parametrize("name", ["iss", "exp", "vc", "vp", "nonce", "sub"])
def test_refuses_a_document_with_a_member_that_is_a_claim(
    ada: Party, credential: Made, older: Made, issued: datetime, name: str
) -> None:
    with pytest.raises(InvalidCredential, match="taken for a claim"):
        signed(ada, credential(ada.did, **{name: 1}), issued)
    with pytest.raises(InvalidCredential, match="taken for a claim"):
        signed(ada, older(ada.did, **{name: 1}), issued, style="jwt-vc")


def test_gives_an_older_credential_no_other_end_than_its_own(
    ada: Party, older: Made, issued: datetime
) -> None:
    with pytest.raises(InvalidCredential, match="expirationDate"):
        signed(ada, older(ada.did), issued, style="jwt-vc", expires=issued)
    end = issued.replace(year=2036)
    assert signed(ada, older(ada.did), issued, style="jwt-vc", expires=end)
    endless = {name: value for name, value in older(ada.did).items() if name != "expirationDate"}
    with pytest.raises(InvalidCredential, match="expirationDate"):
        signed(ada, endless, issued, style="jwt-vc", expires=end)
    unborn = {name: value for name, value in older(ada.did).items() if name != "issuanceDate"}
    with pytest.raises(InvalidCredential):
        signed(ada, unborn, issued, style="jwt-vc")


def test_refuses_a_document_of_another_issuer_or_none(
    ada: Party, credential: Made, presentation: Made, issued: datetime
) -> None:
    issuers: list[object] = ["did:example:other", None, {}, "https://issuer.example"]
    for issuer in issuers:
        with pytest.raises(CredentialError):
            signed(ada, credential(ada.did, issuer=issuer), issued)
    with pytest.raises(CredentialError):
        signed(ada, presentation("did:example:x"), issued, style="vp+jwt", purpose="authentication")


def test_refuses_what_json_cannot_express_and_a_time_without_an_offset(
    ada: Party, credential: Made, issued: datetime
) -> None:
    for value in (float("nan"), 2**60, {1, 2}, "\ud800"):
        with pytest.raises(CredentialError):
            signed(ada, credential(ada.did, value=value), issued)
    no_object: Any = []
    with pytest.raises(InvalidCredential, match="must be an object"):
        signed(ada, no_object, issued)
    with pytest.raises(ValueError, match="offset"):
        signed(ada, credential(ada.did), issued.replace(tzinfo=None))


def test_makes_and_reads_a_token_of_any_type(everyone: Party) -> None:
    payload = {"status_list": {"bits": 1, "lst": "eNrb"}, "sub": "https://list.example/1"}
    proposed = token_proposal(
        payload,
        typ="statuslist+jwt",
        signer=everyone.key,
        verification_method=everyone.method.id,
    )
    token = attach(proposed, everyone.key.sign(proposed.signing_bytes))
    read = read_token(token, typ=frozenset({"statuslist+jwt"}))
    check_token(read, everyone.key.public_key)
    assert read.payload == payload
    with pytest.raises(InvalidCredential):
        open_token(token)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)
STYLES: list[Literal["vc+jwt", "jwt-vc"]] = ["vc+jwt", "jwt-vc"]


@given(claims=st.dictionaries(NAMES, VALUES, min_size=1, max_size=5), style=st.sampled_from(STYLES))
def test_every_document_comes_back_as_it_was(
    ada: Party,
    credential: Made,
    older: Made,
    issued: datetime,
    claims: dict[str, Any],
    style: Style,
) -> None:
    made = credential if style == "vc+jwt" else older
    document = made(ada.did, credentialSubject={**claims, "id": "did:example:ada"})
    opened = open_token(signed(ada, document, issued, style=style))
    assert opened.document == document
    Jose().verify(document, opened.proof, ada.method)


@given(data=st.data())
def test_no_token_survives_a_changed_byte(
    ada: Party, credential: Made, issued: datetime, data: st.DataObject
) -> None:
    token = bytearray(signed(ada, credential(ada.did), issued))
    at = data.draw(st.integers(0, len(token) - 1))
    token[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != token[at]))

    def accept() -> None:
        opened = open_token(bytes(token))
        Jose().verify(opened.document, opened.proof, ada.method)

    with pytest.raises(CredentialError):
        accept()


def test_a_style_that_does_not_exist_is_not_written(
    ada: Party, credential: Made, issued: datetime
) -> None:
    with pytest.raises(UnsupportedFormat, match="style"):
        signed(ada, credential(ada.did), issued, style="vc+cose")
