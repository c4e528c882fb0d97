"""What the wallet's own formats secure, judged with the keys that did:key names."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from did.encoding import encode_multikey, to_jwk
from did.keys.ed25519 import Ed25519PrivateKey
from did.resolver import Resolver
from wallet.credentials.form import CREDENTIALS_V2
from wallet.credentials.formats import FORMATS, jose, legacy, vc_cose
from wallet.credentials.formats.data_integrity import secure
from wallet.credentials.formats.sd_jwt.securing import issuance
from wallet.credentials.issuing import unsigned_credential
from wallet.credentials.presenting import unsigned_presentation
from wallet.verify.pipeline import verify
from wallet.verify.report import Report, Verdict
from wallet.verify.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SEED = bytes(range(32))
KEY = Ed25519PrivateKey(SEED)
DID = f"did:key:{encode_multikey(KEY.public_key)}"
METHOD = f"{DID}#{DID.removeprefix('did:key:')}"


def judged(document: Mapping[str, Any] | bytes, challenge: str | None = None) -> Report:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return verify(data, sources=Sources(Resolver()), at=NOW, challenge=challenge)


def by_data_integrity() -> dict[str, Any]:
    unsigned = unsigned_credential(
        issuer=DID,
        subject=DID,
        type="University Degree",
        claims={"degree": "Bachelor of Science", "毕业日期": "2026-06-30"},
        valid_from=NOW - timedelta(days=1),
    )
    return secure(
        unsigned,
        signer=KEY,
        verification_method=METHOD,
        purpose="assertionMethod",
        created=NOW,
    )


def by_didkit() -> dict[str, Any]:
    unsigned = legacy.unsigned_credential(
        issuer=DID,
        subject=DID,
        type="University Degree",
        claims={"degree": "Bachelor of Science"},
        valid_from=NOW - timedelta(days=1),
        valid_until=NOW + timedelta(days=1),
    )
    secret = base64.urlsafe_b64encode(SEED).rstrip(b"=").decode()
    return legacy.issue(unsigned, json.dumps({**to_jwk(KEY.public_key), "d": secret}).encode())


def by_jose(degree: str = "Bachelor of Science") -> dict[str, Any]:
    unsigned = unsigned_credential(
        issuer=DID,
        subject=DID,
        type="University Degree",
        claims={"degree": degree},
        valid_from=NOW - timedelta(days=1),
    )
    token = jose.secure(
        unsigned,
        signer=KEY,
        verification_method=METHOD,
        purpose="assertionMethod",
        issued=NOW,
    )
    return jose.enveloped(token)


def by_cose(degree: str = "Bachelor of Science") -> dict[str, Any]:
    unsigned = unsigned_credential(
        issuer=DID,
        subject=DID,
        type="University Degree",
        claims={"degree": degree},
        valid_from=NOW - timedelta(days=1),
    )
    proposed = vc_cose.proposal(
        unsigned,
        signer=KEY,
        verification_method=METHOD,
        purpose="assertionMethod",
        issued=NOW,
    )
    return vc_cose.enveloped_cose(vc_cose.attach(proposed, KEY.sign(proposed.signing_bytes)))


def by_sd_jwt(degree: str = "Bachelor of Science") -> dict[str, Any]:
    made = issuance(
        {"degree": degree},
        type="UniversityDegree",
        issuer=DID,
        verification_method=METHOD,
        signer=KEY,
        issued=NOW - timedelta(days=1),
        draw=bytes,
        subject=DID,
        holder=KEY.public_key,
    )
    token = made.finish(KEY.sign(made.proposal.signing_bytes)).decode()
    return {
        "@context": [CREDENTIALS_V2],
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/dc+sd-jwt,{token}",
    }


MAKERS = {
    "cose": by_cose,
    "data-integrity": by_data_integrity,
    "jose": by_jose,
    "sd-jwt": by_sd_jwt,
    "vcdm1": by_didkit,
}


def test_every_format_is_judged_here() -> None:
    assert MAKERS.keys() == FORMATS.keys()


def changed(credential: dict[str, Any]) -> dict[str, Any]:
    """The credential with another degree, its proof left as it was."""
    if "credentialSubject" in credential:
        subject = {**credential["credentialSubject"], "degree": "Doctor of Science"}
        return {**credential, "credentialSubject": subject}
    if "cose" in credential["id"]:
        prefix, _, data = credential["id"].partition(",")
        said = base64.b64decode(data).replace(b"Bachelor", b"Doctoral")
        return {**credential, "id": f"{prefix},{base64.b64encode(said).decode()}"}
    if "~" in credential["id"]:
        other = by_sd_jwt("Doctor of Science")["id"].split("~")
        return {**credential, "id": "~".join([credential["id"].split("~")[0], *other[1:]])}
    header, payload, signature = credential["id"].rsplit(",", 1)[1].split(".")
    other = by_jose("Doctor of Science")["id"].rsplit(",", 1)[1].split(".")
    assert other[1] != payload
    prefix = credential["id"].rsplit(",", 1)[0]
    return {**credential, "id": f"{prefix},{header}.{other[1]}.{signature}"}


@pytest.mark.parametrize("name", MAKERS)
def test_what_a_format_secures_is_valid_until_a_claim_is_changed(name: str) -> None:
    credential = MAKERS[name]()
    good = judged(credential)
    assert (good.verdict, good.format) == (Verdict.VALID, name)
    assert judged(changed(credential)).verdict is Verdict.INVALID


@pytest.mark.parametrize("name", MAKERS)
def test_a_presentation_holds_credentials_of_any_format(name: str) -> None:
    presentation = secure(
        unsigned_presentation(holder=DID, credentials=(MAKERS[name](),)),
        signer=KEY,
        verification_method=METHOD,
        purpose="authentication",
        created=NOW,
        challenge="c-1",
    )
    assert judged(presentation, "c-1").verdict is Verdict.VALID
    assert judged(presentation, "c-2").verdict is Verdict.INVALID
