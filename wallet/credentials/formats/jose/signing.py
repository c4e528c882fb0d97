"""VC-JOSE-COSE 1.0, section 3.1, and VCDM 1.1, section 6.3.1: a token made in two steps.

`proposal` works out the very bytes to be signed, so that a person can say yes; `attach` joins the
signature of these bytes, and of no others, to them.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from did.base_encodings import encode_base64url
from did.errors import quoted
from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.form import Version, read_version
from wallet.credentials.formats.jose.algorithms import (
    SignatureAlgorithm,
    algorithm_of,
    check_signature,
)
from wallet.credentials.formats.jose.claims import REGISTERED, numeric_date
from wallet.credentials.formats.jose.kinds import PURPOSES, STYLES, Style
from wallet.credentials.formats.jose.opening import open_token
from wallet.credentials.formats.jose.vcdm1 import payload_of
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.strict_json import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from did.keys import PublicKey, Signer

OLDER_STYLES: Final = frozenset({"jwt-vc", "jwt-vp"})


@dataclass(frozen=True, slots=True)
class JoseProposal:
    """A header and a payload, and what a signature of both is made over.

    `document` is what was to be secured; `signing_bytes` is the token up to its second dot.
    """

    document: Mapping[str, Any] = field(repr=False)
    header: Mapping[str, Any]
    payload: Mapping[str, Any] = field(repr=False)
    algorithm: SignatureAlgorithm
    public_key: PublicKey
    signing_bytes: bytes = field(repr=False)

    @property
    def alg(self) -> str:
        """The name of the algorithm, as the header has it."""
        return self.algorithm.name

    @property
    def digest(self) -> str:
        """A name for exactly this: the SHA-256 of what is signed, in hex."""
        return sha256(self.signing_bytes).hexdigest()


def proposal(  # noqa: PLR0913 - the claims of a token are as many as the standards list
    document: Mapping[str, Any],
    *,
    signer: Signer,
    verification_method: str,
    purpose: str,
    issued: datetime,
    style: Style = "vc+jwt",
    expires: datetime | None = None,
    challenge: str | None = None,
    domain: str | Sequence[str] | None = None,
) -> JoseProposal:
    """What a token with the document would be; nothing is signed. The document is copied.

    `expires` is when the token ends, whatever the document says of its own end. In the style
    `jwt-vc` a token has no end of its own.

    Raises:
        UnsupportedFormat: no JWT is signed with such a key, for that purpose or in that style.
        InvalidCredential: a reader would find another document in it, or none.
        InvalidJSON: the document holds what JSON cannot express.
    """
    if style not in STYLES:
        raise UnsupportedFormat(f"no JWT is written in the style {quoted(style)}")
    kind, typ = STYLES[style]
    if purpose != PURPOSES[kind]:
        raise UnsupportedFormat(f"a JWT of the style {style} is for {PURPOSES[kind]} alone")
    copy = _copied(document)
    claims: dict[str, Any] = {
        "iat": numeric_date(issued),
        **({} if expires is None else {"exp": numeric_date(expires)}),
        **({} if challenge is None else {"nonce": challenge}),
        **({} if domain is None else {"aud": domain if isinstance(domain, str) else list(domain)}),
    }
    if style in OLDER_STYLES:
        _check_version(copy, Version.V1_1, style)
        said = payload_of(copy, kind)
        if kind == "presentation":
            said["nbf"] = claims["iat"]
        if style == "jwt-vc" and "exp" in claims and said.get("exp") != claims["exp"]:
            raise InvalidCredential(
                child(ROOT, "expirationDate"), "must be when the token ends, which says it"
            )
        payload = {**claims, **said}
    else:
        _check_version(copy, Version.V2_0, style)
        party = copy.get("issuer" if kind == "credential" else "holder")
        iss = party.get("id") if isinstance(party, dict) else party
        payload = {**copy, **({} if iss is None else {"iss": iss}), **claims}
    proposed = _proposed(payload, typ, signer, verification_method, document=copy)
    _check_reading(proposed)
    return proposed


def token_proposal(
    payload: Mapping[str, Any], *, typ: str, signer: Signer, verification_method: str | None = None
) -> JoseProposal:
    """What a token of any type with the payload would be, such as a status list. Raises as above.

    `verification_method` becomes the `kid` as it is; without one, none stands in the header.
    """
    copy = _copied(payload)
    return _proposed(copy, typ, signer, verification_method, document=copy)


def attach(proposed: JoseProposal, signature: bytes) -> bytes:
    """The token, the signature having been checked.

    Raises:
        ProofInvalid: the signature is not the proposed key's over the proposed bytes.
    """
    check_signature(proposed.algorithm, proposed.public_key, signature, proposed.signing_bytes)
    return _joined(proposed, signature)


def secure(  # noqa: PLR0913 - as above
    document: Mapping[str, Any],
    *,
    signer: Signer,
    verification_method: str,
    purpose: str,
    issued: datetime,
    style: Style = "vc+jwt",
    expires: datetime | None = None,
    challenge: str | None = None,
    domain: str | Sequence[str] | None = None,
) -> bytes:
    """Propose, sign and attach at once. Raises as `proposal` and `attach` do."""
    proposed = proposal(
        document,
        signer=signer,
        verification_method=verification_method,
        purpose=purpose,
        issued=issued,
        style=style,
        expires=expires,
        challenge=challenge,
        domain=domain,
    )
    return attach(proposed, signer.sign(proposed.signing_bytes))


def _proposed(
    payload: dict[str, Any],
    typ: str,
    signer: Signer,
    verification_method: str | None,
    *,
    document: dict[str, Any],
) -> JoseProposal:
    algorithm = algorithm_of(signer.public_key)
    kid = {} if verification_method is None else {"kid": verification_method}
    header = {"alg": algorithm.name, "typ": typ, **kid}
    parts = (encode_base64url(write_json(part)) for part in (header, payload))
    return JoseProposal(
        document=document,
        header=header,
        payload=payload,
        algorithm=algorithm,
        public_key=signer.public_key,
        signing_bytes=".".join(parts).encode("ascii"),
    )


def _joined(proposed: JoseProposal, signature: bytes) -> bytes:
    return proposed.signing_bytes + b"." + encode_base64url(signature).encode("ascii")


def _copied(document: Mapping[str, Any]) -> dict[str, Any]:
    copy = read_json(write_json(document))
    if not isinstance(copy, dict):
        raise InvalidCredential(ROOT, "must be an object")
    return copy


def _check_version(document: Mapping[str, Any], version: Version, style: Style) -> None:
    if read_version(document) is not version:
        raise UnsupportedFormat(f"the style {style} is for documents of VCDM {version}")
    for name in REGISTERED & document.keys():
        raise InvalidCredential(child(ROOT, name), "would be taken for a claim of the token")


def _check_reading(proposed: JoseProposal) -> None:
    """Whoever reads the token must find the document that was to be secured, and its signer."""
    opened = open_token(_joined(proposed, bytes(proposed.algorithm.size)))
    if opened.document != proposed.document:
        raise InvalidCredential(ROOT, "would be read otherwise from the token than it is")
    if opened.proof.verification_method != proposed.header["kid"]:
        raise InvalidCredential("header.kid", "must be the absolute DID URL of a key")
