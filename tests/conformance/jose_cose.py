"""What the suite of VC-JOSE-COSE asks of a program: to issue, or to verify, with a key in a file.

The suite's parties are named by https addresses, at which nothing can be looked up here; so the key
is the one in the file, and what reads, hides, signs and checks is the wallet's own. A verification
is for the instant at which a token was made: the suite's presentations ended in 2024.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from did.encoding import from_jwk
from did.errors import DIDError, InvalidKey
from did.keys import signing_key, verifying_key
from did.private_jwk import decode_private_jwk
from wallet.credentials.errors import CredentialError, InvalidCredential, UnsupportedFormat
from wallet.credentials.formats.cose.written import padded
from wallet.credentials.formats.jose import opening, read_envelope
from wallet.credentials.formats.jose.algorithms import check_signature
from wallet.credentials.formats.jose.claims import Claims, numeric_date
from wallet.credentials.formats.jose.kinds import READ_TYPES
from wallet.credentials.formats.jose.signing import attach, token_proposal
from wallet.credentials.formats.jose.token import check_token, read_token
from wallet.credentials.formats.sd_jwt import opening as sd_jwt_opening
from wallet.credentials.formats.sd_jwt.compact import Compact
from wallet.credentials.formats.sd_jwt.making import hide
from wallet.credentials.formats.sd_jwt.opening import TYPES
from wallet.credentials.formats.sd_jwt.presented import presented_document, read_presented
from wallet.credentials.formats.vc_cose import attach as attach_cose
from wallet.credentials.formats.vc_cose.headers import algorithm_in, claims_in, kid_in, kind_in
from wallet.credentials.formats.vc_cose.opening import document_in, read_sign1
from wallet.credentials.formats.vc_cose.signing import bare_proposal
from wallet.credentials.json_path import ROOT, steps
from wallet.credentials.model import Credential, Presentation
from wallet.credentials.strict_json import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FEATURES: Final = (
    "credential_jose",
    "presentation_jose",
    "credential_sdjwt",
    "presentation_sdjwt",
    "credential_cose",
    "presentation_cose",
)
"""What the wallet does of the suite: all of it."""


class Result(StrEnum):
    """What the suite is told."""

    SUCCESS = "success"
    FAILURE = "failure"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class Answer:
    """A result, and what was made or why not."""

    result: Result
    data: str

    def to_json(self) -> dict[str, str]:
        """As the suite reads it."""
        return {"result": self.result.value, "data": self.data}


def answered(
    verb: str, feature: str, given: bytes, key: Mapping[str, Any], hidden: Sequence[str]
) -> Answer:
    """What the wallet makes of it; nothing is raised for what is given."""
    try:
        if verb == "issue":
            return Answer(Result.SUCCESS, _issued(feature, given, key, hidden))
        _verify(feature, given.strip(), key)
    except (UnsupportedFormat, InvalidKey) as error:
        return Answer(Result.INDETERMINATE, str(error))
    except (CredentialError, DIDError) as error:
        return Answer(Result.FAILURE, str(error))
    return Answer(Result.SUCCESS, "")


def _issued(feature: str, given: bytes, key: Mapping[str, Any], hidden: Sequence[str]) -> str:
    what, _, securing = feature.partition("_")
    document = read_json(given)
    model = Credential.of(document) if what == "credential" else Presentation.of(document)
    party = model.issuer if isinstance(model, Credential) else model.holder
    claims = {"iat": numeric_date(datetime.now(UTC))} | ({} if party is None else {"iss": party})
    signer = signing_key(decode_private_jwk(key["secretKeyJwk"]))
    if securing == "jose":
        typ = "vc+jwt" if what == "credential" else "vp+jwt"
        proposed = token_proposal(
            {**document, **claims}, typ=typ, signer=signer, verification_method=key["id"]
        )
        return attach(proposed, signer.sign(proposed.signing_bytes)).decode("ascii")
    if securing == "cose":
        signing = bare_proposal(
            document,
            kind="credential" if what == "credential" else "presentation",
            signer=signer,
            verification_method=key["id"],
            claims={6: claims["iat"]} | ({} if party is None else {1: party}),
        )
        return padded(attach_cose(signing, signer.sign(signing.signing_bytes)))
    places = [steps(f"{ROOT}.{path}") for path in hidden]
    parts = hide({**document, **claims}, places, os.urandom)
    proposed = token_proposal(
        parts.payload,
        typ="vc+sd-jwt" if what == "credential" else "vp+sd-jwt",
        signer=signer,
        verification_method=key["id"],
    )
    token = attach(proposed, signer.sign(proposed.signing_bytes)).decode("ascii")
    return Compact(token, tuple(one.encoded for one in parts.disclosures)).write()


def _verify(feature: str, given: bytes, key: Mapping[str, Any]) -> None:
    """Return where the token is right. Raises as the wallet's readers do."""
    if given[:1] == b"{":
        raise InvalidCredential(ROOT, "is JSON, secured by nothing")
    what, _, securing = feature.partition("_")
    public = verifying_key(from_jwk(key["publicKeyJwk"]))
    if feature == "presentation_sdjwt":
        compact, token = read_presented(given)
        kind, document = "presentation", presented_document(token, compact)
        claims = Claims.read(token.header, token.payload)
        check_token(token, public)
    elif securing == "sdjwt":
        compact = Compact.read(given)
        token = read_token(compact.issued.encode("ascii"), typ=TYPES)
        kind, (document, _) = "credential", sd_jwt_opening._read(token, compact, None)
        claims = Claims.read(token.header, document)
        check_token(token, public)
    elif securing == "cose":
        sign1 = read_sign1(given)
        algorithm, kind, claims = algorithm_in(sign1), kind_in(sign1), claims_in(sign1)
        kid_in(sign1)
        document = document_in(sign1)
        check_signature(algorithm, public, sign1.signature, sign1.signed)
    else:
        token = read_token(given, typ=READ_TYPES)
        claims = Claims.read(token.header, token.payload)
        kind, pointer = opening._kind(token)
        document = opening._document(token.payload, claims, kind, pointer)
        check_token(token, public)
    if kind != what:
        raise InvalidCredential(ROOT, f"is a {kind}, and not a {what}")
    if what == "credential":
        Credential.of(document)
    else:
        for path, member in Presentation.of(document).members:
            if isinstance(member, dict):
                read_envelope(member, path)
    at = claims.created or datetime.now(UTC)
    if claims.exp is not None and claims.exp <= at:
        raise InvalidCredential(f"{ROOT}.exp", "is over")
