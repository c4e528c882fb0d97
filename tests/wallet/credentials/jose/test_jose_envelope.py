from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.form import CREDENTIALS_V1, CREDENTIALS_V2
from wallet.credentials.formats.jose import enveloped, read_envelope

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wallet.credentials.jose.conftest import Party

    Made = Callable[..., dict[str, Any]]


def test_a_token_comes_back_from_its_envelope(
    ada: Party, credential: Made, presentation: Made
) -> None:
    token = ada.token(credential(ada.did))
    envelope = enveloped(token)
    assert envelope == {
        "@context": [CREDENTIALS_V2],
        "id": f"data:application/vc+jwt,{token.decode()}",
        "type": "EnvelopedVerifiableCredential",
    }
    assert read_envelope(envelope, "$") == token
    token = ada.token(presentation(ada.did), typ="vp+jwt")
    envelope = enveloped(token, presentation=True)
    assert envelope["type"] == "EnvelopedVerifiablePresentation"
    assert read_envelope({**envelope, "@context": CREDENTIALS_V2}, "$") == token
    assert read_envelope({**envelope, "type": [envelope["type"]]}, "$") == token


def test_puts_no_token_in_the_envelope_of_another_kind(
    ada: Party, credential: Made, claims: Made
) -> None:
    with pytest.raises(InvalidCredential, match="holds a credential"):
        enveloped(ada.token(credential(ada.did)), presentation=True)
    with pytest.raises(UnsupportedFormat, match="no envelope"):
        enveloped(ada.token(claims(ada.did), typ="JWT"))
    with pytest.raises(InvalidCredential):
        enveloped(b"no token")


@pytest.mark.parametrize(
    "change",
    [
        {"@context": None},
        {"@context": []},
        {"@context": [CREDENTIALS_V1]},
        {"@context": ["https://example.org/", CREDENTIALS_V2]},
        {"@context": {}},
        {"type": "VerifiableCredential"},
        {"type": "EnvelopedVerifiablePresentation"},
        {"type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]},
        {"type": []},
        {"type": None},
        {"type": {}},
        {"id": None},
        {"id": 1},
        {"id": ""},
        {"id": "urn:uuid:1"},
        {"id": "DATA:application/vc+jwt,a.b.c"},
        {"id": "data:application/vc+jwt,"},
        {"id": "data:application/vc+jwt"},
        {"id": "data:application/vc+jwt;base64,YS5iLmM"},
        {"id": "data:application/vc+jwt;charset=utf-8,a.b.c"},
        {"id": "data:application/vc+jwt,a.b.c "},
        {"id": "data:application/vc+jwt,a.b.c\n"},
        {"id": "data:application/vc+jwt,a%2Eb.c"},
        {"id": "data:application/vc+jwt,a.b.c;data:application/vc+jwt,a.b.c"},
        {"id": "data:application/vc+jwt,a.b.é"},
        {"id": "data:application/vp+jwt,a.b.c"},
        {"issuer": "did:example:1"},
        {"credentialSubject": {"name": "Mallory"}},
        {"proof": {}},
    ],
)
def test_refuses_what_is_no_envelope_or_says_more_than_one(change: dict[str, Any]) -> None:
    envelope = {
        "@context": [CREDENTIALS_V2],
        "id": "data:application/vc+jwt,a.b.c",
        "type": "EnvelopedVerifiableCredential",
    }
    assert read_envelope(envelope, "$") == b"a.b.c"
    with pytest.raises(InvalidCredential) as refusal:
        read_envelope({**envelope, **change}, "$.verifiableCredential[0]")
    assert refusal.value.path.startswith("$.verifiableCredential[0]")


@pytest.mark.parametrize(
    "media_type",
    ["application/vp+sd-jwt", "application/cose", "application/jwt", "text/plain", ""],
)
def test_names_the_media_type_that_it_does_not_read(media_type: str) -> None:
    envelope = {
        "@context": [CREDENTIALS_V2],
        "id": f"data:{media_type},a.b.c",
        "type": "EnvelopedVerifiableCredential",
    }
    with pytest.raises(UnsupportedFormat, match="media type") as refusal:
        read_envelope(envelope, "$")
    assert media_type in str(refusal.value)
