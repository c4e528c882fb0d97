from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.credentials.errors import CredentialError
from wallet.credentials.formats import FORMATS, Format, legacy
from wallet.credentials.formats.data_integrity import secure

if TYPE_CHECKING:
    from datetime import datetime

    from did.document import VerificationMethod
    from did.keys.ed25519 import Ed25519PrivateKey

pytestmark = pytest.mark.parametrize("name", sorted(FORMATS))


@pytest.fixture
def format_(name: str) -> Format:
    return FORMATS[name]


@pytest.fixture
def document(
    name: str,
    unsigned: dict[str, Any],
    key: Ed25519PrivateKey,
    jwk: bytes,
    issuer: str,
    method: VerificationMethod,
    now: datetime,
) -> dict[str, Any]:
    if name == "vcdm1":
        old = legacy.unsigned_credential(
            issuer=issuer,
            subject="did:example:ada",
            type="Degree",
            claims={"degree": "BSc"},
            valid_from=now,
        )
        return legacy.issue(old, jwk)
    return secure(
        unsigned,
        signer=key,
        verification_method=method.id,
        purpose="assertionMethod",
        created=now,
    )


def test_every_format_is_listed_under_its_name(name: str, format_: Format) -> None:
    assert format_.name == name


def test_every_format_recognizes_its_own_and_no_other(
    name: str, format_: Format, document: dict[str, Any]
) -> None:
    assert format_.recognizes(document)
    assert not any(other.recognizes(document) for key, other in FORMATS.items() if key != name)
    nothings: list[object] = [None, [], [1], {}, {"type": None}, {"type": {}}, {"type": ["x"]}]
    for nothing in nothings:
        assert not format_.recognizes({"proof": nothing})


def test_every_format_verifies_its_own_and_refuses_it_once_tampered_with(
    name: str, format_: Format, document: dict[str, Any], method: VerificationMethod
) -> None:
    assert name in FORMATS
    (proof,) = format_.proofs(document)
    format_.verify(document, proof, method)
    document["credentialSubject"]["degree"] = "PhD"
    with pytest.raises(CredentialError):
        format_.verify(document, proof, method)


def test_every_format_finds_no_proof_where_there_is_none(
    name: str, format_: Format, document: dict[str, Any]
) -> None:
    assert name in FORMATS
    del document["proof"]
    assert format_.proofs(document) == ()
    assert not format_.recognizes(document)
