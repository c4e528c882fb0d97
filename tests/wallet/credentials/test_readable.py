from __future__ import annotations

import json
from typing import Any

import pytest

from wallet.credentials.model import Credential
from wallet.credentials.readable import MOST, claims_said, in_words


def _said(*subjects: Any) -> list[tuple[int, str, str]]:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:a.example",
        "credentialSubject": subjects[0] if len(subjects) == 1 else list(subjects),
    }
    found = claims_said(Credential.parse(json.dumps(document).encode()))
    return [(one.subject, one.name, str(one.value)) for one in found]


def test_claims_are_read_out_in_the_order_in_which_they_stand() -> None:
    assert _said(
        {"id": "did:web:me.example", "memberNumber": 42, "over18": True, "cat": False}
    ) == [
        (1, "member number", "42"),
        (1, "over18", "yes"),
        (1, "cat", "no"),
    ]


def test_what_is_nested_is_laid_open() -> None:
    assert _said({"address": {"postalCode": "1", "lines": ["a", "b"]}, "id": "did:web:x"}) == [
        (1, "address › postal code", "1"),
        (1, "address › lines", "a, b"),
    ]


def test_each_of_several_things_has_its_number() -> None:
    assert _said({"degree": [{"name": "BSc"}, {"name": "MSc"}]}) == [
        (1, "degree › 1 › name", "BSc"),
        (1, "degree › 2 › name", "MSc"),
    ]


def test_several_subjects_are_told_apart() -> None:
    assert _said({"name": "Mei"}, {"name": "Li"}) == [(1, "name", "Mei"), (2, "name", "Li")]


def test_a_text_with_its_language_is_the_text() -> None:
    assert _said({"name": {"@value": "梅", "@language": "zh"}}) == [(1, "name", "梅")]


def test_what_goes_too_deep_or_on_for_too_long_is_cut() -> None:
    deep: Any = "end"
    for _ in range(20):
        deep = {"a": deep}
    assert _said({"deep": deep}) == [(1, "deep" + " › a" * 5, "… more, in the JSON")]
    assert len(_said({f"c{at}": at for at in range(3 * MOST)})) == MOST


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("memberNumber", "member number"),
        ("degree", "degree"),
        ("ISBN", "ISBN"),
        ("姓名", "姓名"),
        ("https://a.example/x", "https://a.example/x"),
        ("a\u202eb", "a\u202eb"),
    ],
)
def test_a_name_is_read_as_words_where_it_is_made_of_them(name: str, words: str) -> None:
    assert in_words(name) == words
