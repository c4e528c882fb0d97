from __future__ import annotations

from typing import Any

import pytest

from wallet.credentials.status import StatusEntry, status_entries
from wallet.credentials.status.errors import StatusUnverified

UUID = "58172aac-d8ba-11ed-83dd-0b3aef56cc33"


def read(url: str, index: int, **document: Any) -> StatusEntry:
    status = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": url,
    }
    (entry,) = status_entries({"credentialStatus": status, **document})
    assert isinstance(entry, StatusEntry)
    return entry


@pytest.mark.parametrize(
    ("url", "index"),
    [
        ("https://example.com/status?index=94567", 94567),
        ("https://example.com/status?list=3&i=94567", 94567),
        ("https://example.com/status?i=%39%34567", 94567),
        ("https://example.com/status?i=0094567", 94567),
        ("https://example.com/status/3/94567", 94567),
        ("https://example.com/status/94567?list=3", 94567),
        ("https://example.com/status?statusListIndex=7", 7),
        ("https://example.com/status?IDX=7", 7),
        ("https://example.com/status?index=0", 0),
        ("did:web:example.com?service=status&index=7", 7),
    ],
)
def test_refuses_an_address_that_holds_the_index(url: str, index: int) -> None:
    with pytest.raises(StatusUnverified, match="own index"):
        read(url, index)


@pytest.mark.parametrize(
    ("url", "index"),
    [
        ("https://example.com/status/3", 3),
        ("https://example.com/status?list=3", 3),
        ("https://example.com/status/2026", 2026),
        ("https://example.com/status/94568", 94567),
        ("https://example.com/status/x94567", 94567),
        ("https://example.com/status/3#94567", 94567),
        ("https://example.com/status?index=", 0),
        ("https://example.com/status?index", 0),
        ("https://94567.example.com/status", 94567),
        ("data:text/plain,94567", 94567),
    ],
)
def test_lets_a_list_have_a_number_of_its_own(url: str, index: int) -> None:
    assert read(url, index).url == url


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/status?holder=did:example:ada",
        "https://example.com/status/did%3Aexample%3Aada/3",
        "https://example.com/status/3-did:example:ada",
        "https://example.com/status?did:example:ada",
        f"https://example.com/status/{UUID}",
        f"https://example.com/status?for=urn:uuid:{UUID}",
    ],
)
def test_refuses_an_address_that_names_the_holder_or_the_credential(url: str) -> None:
    document = {"id": f"urn:uuid:{UUID}", "credentialSubject": {"id": "did:example:ada"}}
    with pytest.raises(StatusUnverified, match="names the credential or its holder"):
        read(url, 5, **document)


def test_looks_at_every_subject_and_at_the_claims_of_a_token() -> None:
    url = "https://example.com/status?for=did:example:ada"
    for document in (
        {"credentialSubject": [{"name": "Bo"}, {"id": "did:example:ada"}]},
        {"sub": "did:example:ada"},
        {"jti": "did:example:ada"},
    ):
        with pytest.raises(StatusUnverified):
            read(url, 5, **document)


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "did:example:ada", "credentialSubject": {"id": "did:example:ada"}},
        {"issuer": {"id": "did:example:ada"}, "credentialSubject": {"id": "did:example:ada"}},
        {"iss": "did:example:ada", "sub": "did:example:ada"},
        {"credentialSubject": {"id": "status"}},
        {"credentialSubject": {"id": 5}},
        {"credentialSubject": "did:example:ada"},
        {"credentialSubject": None, "id": None},
    ],
)
def test_the_issuers_own_name_and_short_words_tell_nothing(document: dict[str, Any]) -> None:
    url = "https://example.com/did:example:ada/status"
    assert read(url, 5, **document).url == url


def test_many_subjects_and_a_long_address_are_judged_all_the_same() -> None:
    subjects = [{"id": f"did:example:{number:020}"} for number in range(20_000)]
    url = "https://example.com/" + "a/" * 2000
    assert read(url, 5, credentialSubject=subjects).index == 5
    with pytest.raises(StatusUnverified):
        read(url + f"{19_999:020}", 5, credentialSubject=subjects)
