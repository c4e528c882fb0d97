from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import DIDError
from did.identifier import DID
from did.methods import METHODS
from did.resolver import Method, Resolver

EXAMPLES: Final = {
    "key": "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
    "jwk": "did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJYMjU1MTkiLCJ1c2UiOiJlbmMiLCJ4IjoiM3A3YmZYdDl3YlRU"
    "VzJIQzdPUTFOei1EUThoYmVHZE5yZngtRkctSUswOCJ9",
    "pkh": "did:pkh:eip155:1:0xb9c5714089478a327f09197987f16f9e5d936e8a",
    "peer": "did:peer:2.Vz6Mkj3PUd1WjvaDhNZhhhXQdz5UnZXmS7ehtx8bsPpD47kKc"
    ".Ez6LSg8zQom395jKLrGiBNruB9MM6V8PWuf2FpEy4uRFiqQBR",
}

pytestmark = pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))


def test_stands_in_the_table_under_its_own_name(method: Method) -> None:
    assert METHODS[method.name] is method


def test_answers_with_a_document_of_the_did_asked(method: Method) -> None:
    did = DID.parse(EXAMPLES[method.name])
    document, metadata = method.resolve(did, {})
    assert document.did == did
    assert metadata.get("deactivated", False) is False
    assert Resolver().resolve(did).document == document


def test_every_key_of_its_document_can_be_dereferenced(method: Method) -> None:
    document, _ = method.resolve(DID.parse(EXAMPLES[method.name]), {})
    assert document.verification_methods
    for key in document.verification_methods:
        assert Resolver().dereference(key.id) == key


@given(
    st.from_regex(r"[A-Za-z0-9._:%-]{1,80}", fullmatch=True).filter(
        lambda text: "%" not in text and not text.endswith(":")
    )
)
def test_an_arbitrary_did_has_its_document_or_a_reason_why_not(method: Method, text: str) -> None:
    did = DID(method.name, text)
    try:
        document, _ = method.resolve(did, {})
    except DIDError:
        return
    assert document.did == did
