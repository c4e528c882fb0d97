from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from did.bbs.parties import Signature, holds_alone
from did.document import Relationship
from did.keys.bls12381 import Bls12381G2PublicKey
from wallet.errors import BadInput
from wallet.registrars.document_keys import has_bbs, signs_alone
from wallet.registrars.registrar import BBS, AddService, NewDID, Publish, Rotate

if TYPE_CHECKING:
    from did.document import Document
    from wallet.entries import OwnDID

    Office = Any

MESSAGES = (b"one", b"two")


def bbs_methods(document: Document) -> list[str]:
    return [
        method.id
        for method in document.verification_methods
        if isinstance(method.public_key, Bls12381G2PublicKey)
    ]


def holds(office: Office, own: OwnDID) -> bool:
    """Whether others find the key that signed, listed for assertions alone."""
    key = office.of(own).bbs_signing(own)
    document = office.resolver.resolve(own.did).require()
    method = document.method(key.verification_method)
    assert document.authorizes(method.id, Relationship.ASSERTION_METHOD)
    value = key.signer.sign_messages(b"header", MESSAGES)
    return holds_alone(Signature(method.require_key(), value, b"header", MESSAGES))


@pytest.mark.parametrize("method", ["key", "jwk"])
def test_a_did_that_is_a_key_of_bbs_signs_by_that_alone(office: Office, method: str) -> None:
    own = office.make(method, algorithm=BBS)
    assert holds(office, own)
    assert has_bbs(own)
    assert not signs_alone(own)
    with pytest.raises(BadInput, match="signs by bbs-2023 alone"):
        office.of(own).signing(own)


@pytest.mark.parametrize("method", ["web", "webvh"])
def test_a_document_has_one_beside_its_usual_key(office: Office, method: str) -> None:
    own = office.published(method, algorithm=BBS)
    assert holds(office, own)
    assert has_bbs(own)
    assert signs_alone(own)
    assert office.of(own).signing(own).signer.public_key.algorithm == "Ed25519"
    document = office.resolver.resolve(own.did).require()
    (id_,) = bbs_methods(document)
    assert not document.authorizes(id_, Relationship.AUTHENTICATION)
    assert len(office.of(own).keys(own)) == (2 if method == "web" else 3)
    with pytest.raises(BadInput, match="cannot be had in such a document"):
        office.registrars[method].create(NewDID(7, address="example.com/x", algorithm="P-384"))


@pytest.mark.parametrize("method", ["web", "webvh"])
@pytest.mark.parametrize("keep", [True, False])
def test_it_changes_with_each_rotation_and_stays_through_other_changes(
    office: Office, method: str, *, keep: bool
) -> None:
    own = office.published(method, algorithm=BBS)
    before = office.of(own).bbs_signing(own).verification_method
    own = office.change(own, AddService("https://example.com/files", "LinkedDomains")).own
    assert office.of(own).bbs_signing(own).verification_method == before
    own = office.change(office.change(own, Rotate(keep=keep)).own, Publish()).own
    assert holds(office, own)
    document = office.resolver.resolve(own.did).require()
    after = office.of(own).bbs_signing(own).verification_method
    assert after != before
    assert bbs_methods(document) == ([before, after] if keep else [after])


@pytest.mark.parametrize("method", ["key", "jwk", "peer", "web", "webvh", "ethr", "pkh", "tz"])
def test_other_dids_have_none_and_say_how_to_get_one(office: Office, method: str) -> None:
    own = office.make(method)
    assert not has_bbs(own)
    with pytest.raises(BadInput, match="no key of BLS12381G2") as refused:
        office.of(own).bbs_signing(own)
    assert "did create --method key --algorithm BLS12381G2" in str(refused.value.hint)
