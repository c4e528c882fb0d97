from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from wallet.credentials.errors import InvalidCredential, ProofInvalid, UnsupportedFormat
from wallet.credentials.form import CREDENTIALS_V1
from wallet.credentials.formats.jose import PROOF_TYPE, Jose, open_token
from wallet.credentials.formats.proof import Proof

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wallet.credentials.jose.conftest import Party

    Made = Callable[..., dict[str, Any]]


def test_opens_and_verifies_what_each_algorithm_signed(everyone: Party, credential: Made) -> None:
    token = everyone.token(credential(everyone.did, iat=1769850000, exp=1769850060))
    opened = open_token(token)
    assert (opened.kind, opened.pointer) == ("credential", "")
    assert opened.document == credential(everyone.did)
    proof = opened.proof
    assert (proof.type, proof.cryptosuite) == ("JWT", everyone.alg)
    assert proof.verification_method == everyone.method.id
    assert proof.purpose == "assertionMethod"
    assert proof.created == datetime(2026, 1, 31, 9, 0, tzinfo=UTC)
    assert proof.expires == datetime(2026, 1, 31, 9, 1, tzinfo=UTC)
    assert proof.raw == {"jwt": token.decode()}
    Jose().verify(opened.document, proof, everyone.method)
    Jose().verify(proof.token.payload, proof, everyone.method)


def test_opens_a_presentation_with_its_question(ada: Party, presentation: Made) -> None:
    opened = open_token(
        ada.token(presentation(ada.did, nonce="n", aud=["a", "b"], iat=5, nbf=7.5), typ="vp+jwt")
    )
    proof = opened.proof
    assert (opened.kind, proof.purpose) == ("presentation", "authentication")
    assert (proof.challenge, proof.domains) == ("n", ("a", "b"))
    assert proof.created == datetime(1970, 1, 1, 0, 0, 7, 500_000, tzinfo=UTC)
    assert opened.document == presentation(ada.did)
    one = open_token(ada.token(presentation(ada.did, aud="a"), typ="vp+jwt"))
    assert one.proof.domains == ("a",)
    assert (one.proof.created, one.proof.challenge) == (None, None)


@pytest.mark.parametrize(
    "typ", ["vc+jwt", "application/vc+jwt", "vc-ld+jwt", "vc+ld+json+jwt", "JWT", None]
)
def test_opens_a_credential_of_each_type_that_was_ever_written(
    ada: Party, credential: Made, typ: str | None
) -> None:
    opened = open_token(ada.token(credential(ada.did), typ=typ))
    assert opened.kind == "credential"
    for content in ("vc", "application/vc", "vc+ld+json", "example"):
        open_token(ada.token(credential(ada.did), typ=typ, cty=content))
    for wrong in ("vp", 1, ["vc"]):
        with pytest.raises(InvalidCredential, match="cty"):
            open_token(ada.token(credential(ada.did), typ=typ, cty=wrong))
    for nested in ("JWT", "jwt", "vc+jwt"):
        with pytest.raises(UnsupportedFormat, match="another token"):
            open_token(ada.token(credential(ada.did), typ=typ, cty=nested))


def test_takes_neither_kind_for_the_other(ada: Party, credential: Made, presentation: Made) -> None:
    for typ, document in (("vp+jwt", credential(ada.did)), ("vc+jwt", presentation(ada.did))):
        with pytest.raises(InvalidCredential, match="type is not that of a"):
            open_token(ada.token(document, typ=typ))
    both = ["VerifiableCredential", "VerifiablePresentation"]
    for types in (both, [], None, "Other", {"VerifiableCredential": 1}, [["VerifiableCredential"]]):
        with pytest.raises(InvalidCredential, match="type must name"):
            open_token(ada.token(credential(ada.did, type=types)))


def test_takes_no_token_of_another_trade_for_either(ada: Party) -> None:
    claims = {"iss": ada.did, "sub": "someone", "aud": "https://service.example", "exp": 1769850000}
    with pytest.raises(InvalidCredential):
        open_token(ada.token(claims, typ="JWT"))


@pytest.mark.parametrize("name", ["vc", "vp"])
@pytest.mark.parametrize("value", [{}, None, "a.b.c", {"type": "VerifiableCredential"}])
def test_refuses_vc_or_vp_beside_a_document_of_vcdm_2(
    ada: Party, credential: Made, name: str, value: object
) -> None:
    with pytest.raises(InvalidCredential, match="must not be in a token"):
        open_token(ada.token(credential(ada.did, **{name: value})))


def test_refuses_a_document_of_vcdm_1_in_the_form_of_2(ada: Party, older: Made) -> None:
    with pytest.raises(InvalidCredential, match=r"is of VCDM 1\.1"):
        open_token(ada.token(older(ada.did)))
    with pytest.raises(InvalidCredential, match="@context"):
        open_token(ada.token({**older(ada.did), "@context": CREDENTIALS_V1}))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "did:example:other"},
        {"iss": ""},
        {"iss": 1},
        {"jti": "urn:uuid:other"},
        {"sub": "did:example:other"},
        {"sub": ["did:example:ada"]},
        {"nonce": 1},
        {"aud": []},
        {"aud": [""]},
        {"aud": 1},
        {"aud": {"a": 1}},
    ],
)
def test_refuses_a_claim_that_contradicts_the_document_or_is_malformed(
    ada: Party, credential: Made, claims: dict[str, Any]
) -> None:
    with pytest.raises(InvalidCredential):
        open_token(ada.token(credential(ada.did, **claims)))


def test_takes_claims_that_say_what_the_document_says(ada: Party, credential: Made) -> None:
    document = credential(ada.did, issuer={"id": ada.did, "name": "Ada"})
    claims = {"iss": ada.did, "sub": "did:example:ada", "jti": document["id"]}
    assert open_token(ada.token({**document, **claims})).document == document
    assert open_token(ada.token(document, iss=ada.did)).document == document
    with pytest.raises(InvalidCredential, match="iss"):
        open_token(ada.token(document, iss="did:example:other"))
    subjects = [{"id": "did:example:ada", "a": 1}, {"id": "did:example:bob", "a": 1}]
    with pytest.raises(InvalidCredential, match="sub"):
        open_token(ada.token({**document, **claims, "credentialSubject": subjects}))


@pytest.mark.parametrize("issuer", [None, "", [], {}, {"id": 1}, {"name": "x"}, 7])
def test_refuses_an_issuer_without_an_identifier(
    ada: Party, credential: Made, issuer: object
) -> None:
    for claims in ({}, {"iss": ada.did}):
        with pytest.raises(InvalidCredential):
            open_token(ada.token(credential(ada.did, issuer=issuer, **claims)))
    nobody = {name: value for name, value in credential(ada.did).items() if name != "issuer"}
    with pytest.raises(InvalidCredential, match="issuer is missing"):
        open_token(ada.token({**nobody, "iss": ada.did}))


def test_knows_that_it_finds_no_keys_but_those_of_dids(ada: Party, credential: Made) -> None:
    with pytest.raises(UnsupportedFormat, match="DIDs alone"):
        open_token(ada.token(credential("https://issuer.example")))
    with pytest.raises(InvalidCredential, match="names no signer"):
        open_token(ada.token(credential("did:"), kid=None))
    with pytest.raises(InvalidCredential, match="names no signer"):
        open_token(ada.token(credential(f"did:example:{'a' * 10_000}"), kid=None))


def test_takes_the_signer_of_a_presentation_from_wherever_it_is_named(
    ada: Party, presentation: Made
) -> None:
    nobody = {name: value for name, value in presentation(ada.did).items() if name != "holder"}
    ways: list[tuple[dict[str, Any], str]] = [
        ({**nobody, "iss": ada.did}, "#" + ada.method.id.partition("#")[2]),
        (nobody, ada.method.id),
        (presentation(ada.did), ada.method.id),
    ]
    for payload, kid in ways:
        opened = open_token(ada.token(payload, typ="vp+jwt", kid=kid))
        assert opened.proof.verification_method == ada.method.id
        Jose().verify(opened.document, opened.proof, ada.method)
    for nameless in (None, "#key"):
        with pytest.raises(InvalidCredential, match="nothing else says who signed"):
            open_token(ada.token(nobody, typ="vp+jwt", kid=nameless))
    with pytest.raises(InvalidCredential, match="is no key of"):
        open_token(ada.token({**nobody, "iss": "did:example:1"}, typ="vp+jwt"))


def test_names_the_signer_alone_where_the_token_names_no_key(
    ada: Party, mallory: Party, credential: Made
) -> None:
    opened = open_token(ada.token(credential(ada.did), kid=None))
    assert opened.proof.verification_method == ada.did
    Jose().verify(opened.document, opened.proof, ada.method)
    Jose().verify(opened.document, opened.proof, replace(ada.method, id=f"{ada.did}#other"))
    wrong_key = replace(ada.method, public_key=mallory.key.public_key)
    with pytest.raises(ProofInvalid, match="does not fit"):
        Jose().verify(opened.document, opened.proof, wrong_key)
    with pytest.raises(ProofInvalid, match="another verification method"):
        Jose().verify(opened.document, opened.proof, replace(ada.method, id=f"{ada.did}x#k"))


def test_refuses_another_method_than_the_token_names(ada: Party, credential: Made) -> None:
    opened = open_token(ada.token(credential(ada.did)))
    for identifier in (f"{ada.method.id}x", ada.did, f"{ada.did}#"):
        with pytest.raises(ProofInvalid, match="another verification method"):
            Jose().verify(opened.document, opened.proof, replace(ada.method, id=identifier))
    with pytest.raises(UnsupportedFormat, match="no key"):
        Jose().verify(opened.document, opened.proof, replace(ada.method, public_key=None))


def test_secures_no_proof_that_stands_in_a_document(ada: Party, credential: Made) -> None:
    opened = open_token(ada.token(credential(ada.did)))
    assert Jose().secures(opened.proof)
    embedded = Proof.of(
        {
            "type": PROOF_TYPE,
            "verificationMethod": ada.method.id,
            "proofPurpose": "assertionMethod",
            "jwt": opened.proof.raw["jwt"],
        },
        "$.proof",
    )
    assert not Jose().secures(embedded)
    with pytest.raises(UnsupportedFormat):
        Jose().verify(opened.document, embedded, ada.method)


def test_refuses_a_document_that_was_changed_after_it_was_opened(
    ada: Party, credential: Made, claims: Made
) -> None:
    for token in (
        ada.token(credential(ada.did, iss=ada.did)),
        ada.token(claims(ada.did), typ="JWT"),
    ):
        opened = open_token(token)
        document: Any = opened.document
        document["credentialSubject"]["name"] = "Mallory"
        for changed in (document, {}, {**document, "more": 1}):
            with pytest.raises(ProofInvalid, match="not the one in the token"):
                Jose().verify(changed, opened.proof, ada.method)
