from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.issuing import unsigned_credential
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.model import Presentation
from wallet.credentials.presenting import unsigned_presentation
from wallet.credentials.terms import claim_term, type_term

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)


def credential(**changes: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "issuer": "did:example:university",
        "subject": "did:example:ada",
        "type": "University Degree",
        "claims": {"degree": "BSc"},
        "valid_from": NOW,
    }
    return unsigned_credential(**{**arguments, **changes})


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("University Degree", "UniversityDegree"),
        ("university degree", "UniversityDegree"),
        ("UniversityDegree", "UniversityDegree"),
        ("driver's licence", "DriversLicence"),
        ("driver’s  licence ", "DriversLicence"),
        ("MSc in Physics", "MScInPhysics"),
        ("毕业证", "毕业证"),
        ("大学 毕业证", "大学毕业证"),
        ("e-mail", "E-mail"),
        ("Cafe\u0301", "Café"),
        ("7 days pass", "7DaysPass"),
    ],
)
def test_a_type_is_kept_as_written_but_for_spaces_and_capitals(words: str, term: str) -> None:
    assert type_term(words) == term


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("degree", "degree"),
        ("Degree", "Degree"),
        ("graduation date", "graduationDate"),
        ("birth_date", "birth_date"),
        ("毕业日期", "毕业日期"),
        ("name", "name"),
    ],
)
def test_a_claim_is_kept_as_written_but_for_spaces(words: str, term: str) -> None:
    assert claim_term(words) == term


@pytest.mark.parametrize(
    "words", ["", " ", "a" * 101, "a:b", "@type", "a#b", "a/b", "<a>", "a\nb\x00", "a\u202eb", "👍"]
)
def test_words_that_make_no_term_are_refused(words: str) -> None:
    for fold in (type_term, claim_term):
        with pytest.raises(InvalidCredential):
            fold(words)


@pytest.mark.parametrize("words", ["VerifiableCredential", "verifiable presentation", "JsonSchema"])
def test_a_type_of_the_standard_is_not_given_to_a_credential_by_hand(words: str) -> None:
    if words != "verifiable presentation":
        words = words[:1].lower() + words[1:]
    with pytest.raises(InvalidCredential, match="means something else"):
        type_term(words)


@pytest.mark.parametrize("words", ["id", "type"])
def test_a_claim_is_not_called_what_names_the_subject(words: str) -> None:
    with pytest.raises(InvalidCredential, match="means something else"):
        credential(claims={words: "x"})


@given(st.text())
def test_every_term_can_be_signed(words: str) -> None:
    try:
        term = claim_term(words)
        document = credential(claims={words: "x"})
    except InvalidCredential:
        return
    assert claim_term(term) == term
    if term not in {"aud", "iss", "jku", "kid", "sub", "x5u", "cnf"}:
        assert canonicalize(document)


def test_a_credential_says_who_says_what_of_whom_and_when() -> None:
    document = credential(
        id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        claims={"degree": "BSc", "毕业日期": "2025-06-30"},
        valid_until=NOW + timedelta(days=1),
    )
    assert document == {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/undefined-terms/v2",
        ],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "UniversityDegree"],
        "name": "University Degree",
        "issuer": "did:example:university",
        "validFrom": "2026-01-31T09:00:00Z",
        "validUntil": "2026-02-01T09:00:00Z",
        "credentialSubject": {
            "id": "did:example:ada",
            "degree": "BSc",
            "毕业日期": "2025-06-30",
        },
    }
    assert canonicalize(document)


def test_a_type_that_was_a_term_already_needs_no_name_beside_it() -> None:
    assert "name" not in credential(type="毕业证")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"claims": {"a b": "1", "a  b": "2"}}, "the same once written as terms"),
        ({"issuer": "university"}, "absolute URL"),
        ({"subject": "ada"}, "absolute URL"),
        ({"valid_until": NOW - timedelta(days=1)}, "earlier than validFrom"),
    ],
)
def test_a_credential_that_would_be_malformed_is_not_made(
    changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidCredential, match=reason):
        credential(**changes)


def test_a_presentation_holds_the_credentials_as_they_were_received() -> None:
    first, second = credential(), credential(type="毕业证")
    document = unsigned_presentation(holder="did:example:ada", credentials=[first, second])
    assert document["verifiableCredential"] == [first, second]
    assert [member for _, member in Presentation.of(document).members] == [first, second]
    assert canonicalize(document)
    with_id = unsigned_presentation(holder="did:example:ada", credentials=[], id="urn:a:b")
    assert with_id["id"] == "urn:a:b"


def test_a_presentation_by_no_did_is_not_made() -> None:
    with pytest.raises(InvalidCredential, match=r"\$\.holder"):
        unsigned_presentation(holder="ada", credentials=[])
