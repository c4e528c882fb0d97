"""Presentations that are SD-JWTs themselves, through the whole of verification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.fuzz.parties import CHALLENGE, DOMAIN, HOLDER, ISSUER, MADE, MALLORY, Party, judge
from tests.fuzz.parties import unsigned as credential_of
from wallet.credentials.errors import CredentialError, InvalidCredential
from wallet.credentials.formats.jose import enveloped, read_envelope
from wallet.credentials.formats.sd_jwt import is_presented, open_presented, open_sd_jwt
from wallet.credentials.formats.sd_jwt.making import hide
from wallet.credentials.json_path import ROOT, steps
from wallet.credentials.presenting import unsigned_presentation
from wallet.credentials.received import read_credential
from wallet.credentials.strict_json import write_json
from wallet.recognizing import What, recognize
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

VALID, INVALID = Verdict.VALID, Verdict.INVALID
CLAIMS: Final = {"nonce": CHALLENGE, "aud": DOMAIN, "iat": int(MADE.timestamp())}


def held(by: Party = ISSUER) -> dict[str, Any]:
    payload = {**credential_of(ISSUER.did, HOLDER.did), "iss": ISSUER.did}
    return enveloped(by.token(payload, kid=ISSUER.method))


def presented(
    *members: dict[str, Any],
    hidden: Sequence[str] = (),
    by: Party = HOLDER,
    typ: str = "vp+sd-jwt",
    **claims: Any,
) -> list[bytes]:
    """The token, and its disclosures."""
    document = unsigned_presentation(holder=by.did, credentials=members)
    places = [steps(f"{ROOT}.{path}") for path in hidden]
    parts = hide({**document, **CLAIMS, **claims}, places, bytes)
    return [by.token(parts.payload, typ=typ), *(one.encoded.encode() for one in parts.disclosures)]


def joined(parts: Sequence[bytes]) -> bytes:
    return b"~".join([*parts, b""])


def verdict(data: bytes, challenge: str = CHALLENGE, domain: str = DOMAIN) -> Verdict:
    return judge(data, challenge=challenge, domain=domain).verdict


def test_all_of_it_and_each_credential_in_it_is_judged() -> None:
    data = joined(presented(held(), hidden=["verifiableCredential[0]"]))
    report = judge(data, challenge=CHALLENGE, domain=DOMAIN)
    assert (report.verdict, report.format) == (VALID, "sd-jwt")
    assert [facts.subject for facts in report.facts] == ["presentation", "credential 1"]
    assert recognize(data.decode()).kind is What.PRESENTATION
    assert verdict(joined(presented(held(MALLORY)))) is INVALID


def test_it_answers_the_question_it_was_made_for() -> None:
    data = joined(presented(held()))
    assert verdict(data) is VALID
    assert verdict(data, challenge="another") is INVALID
    assert verdict(data, domain="https://other.example") is INVALID


def test_another_signature_is_invalid() -> None:
    token, *_ = presented(held())
    head, _, signature = token.rpartition(b".")
    other = presented(held(), nonce="another")[0].rpartition(b".")[2]
    assert other != signature
    assert verdict(joined([head + b"." + other])) is INVALID


def test_what_was_hidden_and_is_left_out_is_not_there() -> None:
    token, *disclosures = presented(held(), held(), hidden=["verifiableCredential[1]"])
    assert len(open_presented(joined([token, *disclosures])).document["verifiableCredential"]) == 2
    assert len(open_presented(joined([token])).document["verifiableCredential"]) == 1
    assert verdict(joined([token])) is VALID
    assert verdict(joined([token, *disclosures, *disclosures])) is INVALID


@pytest.mark.parametrize("name", ["@context", "nonce", "aud"])
def test_what_it_is_and_what_it_answers_stand_in_the_open(name: str) -> None:
    with pytest.raises(InvalidCredential):
        open_presented(joined(presented(held(), hidden=[name])))


def test_a_type_may_be_hidden_and_is_missing_until_shown() -> None:
    token, shown = presented(held(), hidden=["type"])
    assert verdict(joined([token, shown])) is VALID
    assert verdict(joined([token])) is INVALID


def test_a_holder_that_is_hidden_is_nobody_until_shown() -> None:
    token, holder = presented(held(), hidden=["holder"])
    assert open_presented(joined([token, holder])).document["holder"] == HOLDER.did
    assert "holder" not in open_presented(joined([token])).document
    report = judge(joined([token]), challenge=CHALLENGE, domain=DOMAIN)
    assert "unnamed" in {check.code for check in report.checks}


def test_neither_is_read_as_the_other() -> None:
    data = joined(presented(held()))
    assert is_presented(data)
    with pytest.raises(InvalidCredential, match="presentation"):
        read_credential(data)
    as_credential = joined(presented(held(), typ="vc+sd-jwt"))
    assert not is_presented(as_credential)
    assert verdict(as_credential) is not VALID
    with pytest.raises(InvalidCredential):
        open_presented(
            joined([ISSUER.token(credential_of(ISSUER.did, HOLDER.did), typ="vp+sd-jwt")])
        )
    with pytest.raises(CredentialError):
        open_sd_jwt(as_credential)


def test_a_key_binding_beside_it_is_refused() -> None:
    data = joined(presented(held())) + HOLDER.token({}, typ="kb+jwt")
    with pytest.raises(InvalidCredential, match="key binding"):
        open_presented(data)
    assert verdict(data) is INVALID


def test_its_envelope_is_of_a_presentation() -> None:
    data = joined(presented(held()))
    envelope = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/vp+sd-jwt,{data.decode()}",
    }
    assert read_envelope(envelope, "$") == data
    assert verdict(write_json(envelope)) is VALID
    inside = {**envelope, "type": "EnvelopedVerifiableCredential"}
    inside["id"] = f"data:application/vc+sd-jwt,{data.decode()}"
    assert verdict(write_json(inside)) is INVALID
    assert verdict(joined(presented(inside))) is INVALID
