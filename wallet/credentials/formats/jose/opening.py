"""VC-JOSE-COSE 1.0, sections 3.1.3 to 5.1, and VCDM 1.1, section 6.3.1: what is in a token.

What a token says twice, in a claim and in the document, must be said alike. Whether its signature
holds is not looked at: `Jose.verify` does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from did.base_encodings import decode_base64url
from did.errors import InvalidDID, InvalidDIDURL, quoted
from did.identifier import DID, DIDURL
from did.values import dataclass, field, replace
from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.form import Version, read_version
from wallet.credentials.formats.jose.claims import REGISTERED, Claims
from wallet.credentials.formats.jose.kinds import (
    CONTENT_TYPES,
    MODEL_TYPES,
    OLDER_CLAIMS,
    PURPOSES,
    READ_TYPES,
    TYPES,
    UNTYPED,
    Kind,
)
from wallet.credentials.formats.jose.token import Token, read_token
from wallet.credentials.formats.jose.vcdm1 import document_of
from wallet.credentials.formats.proof import Proof
from wallet.credentials.json_path import ROOT, child

if TYPE_CHECKING:
    from collections.abc import Mapping

PROOF_TYPE: Final = "JWT"


@dataclass(frozen=True, slots=True)
class TokenProof(Proof):
    """What a token says of itself. That one is there says that the token was read strictly.

    `raw` is `{"jwt": …}`, the token as text. `verification_method` is the signer's DID alone where
    the token names no key.
    """

    token: Token = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token holds. `pointer` (RFC 6901) leads to the document in the payload.

    `document` is to be read only. In it are no claims of the token's own, such as `exp`; in the
    older form, it has the members that the claims stand for.
    """

    document: Mapping[str, Any] = field(repr=False)
    proof: TokenProof
    kind: Kind
    pointer: str


def open_token(token: bytes) -> Opened:
    """The credential or presentation in a token, which is the bytes from the first to the last.

    Raises:
        InvalidCredential: it is no token, holds neither, or contradicts itself.
        InvalidJSON: its header or payload is no strict JSON.
        UnsupportedFormat: it is encrypted, an SD-JWT, signed in a way that is not checked here, or
            by one who is not named by a DID.
    """
    read = read_token(token, typ=READ_TYPES)
    claims = Claims.read(read.header, read.payload)
    kind, pointer = _kind(read)
    document = _document(read.payload, claims, kind, pointer)
    version = Version.V1_1 if pointer else Version.V2_0
    check_model(document, kind, version, ROOT + pointer.replace("/", "."))
    proof = TokenProof(
        type=PROOF_TYPE,
        cryptosuite=read.alg,
        verification_method=verification_method_of(read.kid, signer_of(document, claims, kind)),
        purpose=PURPOSES[kind],
        created=claims.created,
        expires=claims.exp,
        challenge=claims.nonce,
        domains=claims.aud,
        raw={"jwt": token.decode("ascii")},
        token=read,
    )
    return Opened(document, proof, kind, pointer)


def holds(proof: TokenProof, document: Mapping[str, Any]) -> bool:
    """Whether the signed bytes are of the document, or of the payload that it stands in.

    They are looked at anew: whatever became of the objects they were first read into.
    """
    token = proof.token
    # Strict when it was first read, it means the same to any reader.
    payload = json.loads(decode_base64url(token.signing_input.decode("ascii").partition(".")[2]))
    if document == payload:
        return True
    claims = Claims.read(token.header, payload)
    return document == _document(payload, claims, *_kind(replace(token, payload=payload)))


def _document(
    payload: Mapping[str, Any], claims: Claims, kind: Kind, pointer: str
) -> dict[str, Any]:
    return document_of(payload, claims, kind) if pointer else _plain(payload, claims, kind)


def _kind(token: Token) -> tuple[Kind, str]:
    """What the token holds, by its type where it has one, and where that stands."""
    older = [name for name in OLDER_CLAIMS if name in token.payload]
    if token.typ not in UNTYPED:
        kind, pointer = TYPES[token.typ], ""
        if older:
            raise InvalidCredential(child(ROOT, older[0]), f"must not be in a token {token.typ}")
    elif len(older) == 1:
        kind, pointer = OLDER_CLAIMS[older[0]], f"/{older[0]}"
    elif older:
        raise InvalidCredential(ROOT, "holds a credential and a presentation at once")
    else:
        kind, pointer = _kind_by_type(token.payload, ROOT), ""
    _check_content_type(token.header, kind)
    return kind, pointer


def _check_content_type(header: Mapping[str, Any], kind: Kind) -> None:
    """RFC 7515, section 4.1.10: it may be more specific than the type, and not another."""
    content = header.get("cty", "")
    if not isinstance(content, str):
        raise InvalidCredential("header.cty", "must be text")
    content = content.removeprefix("application/")
    if content.upper() == "JWT" or content in TYPES:
        raise UnsupportedFormat("the token holds another token (RFC 7519, section 5.2)")
    if CONTENT_TYPES.get(content, kind) != kind:
        raise InvalidCredential("header.cty", f"is not that of a {kind}")


def _plain(payload: Mapping[str, Any], claims: Claims, kind: Kind) -> dict[str, Any]:
    """The payload is the document itself, and claims that name the same must agree with it."""
    document = {name: value for name, value in payload.items() if name not in REGISTERED}
    check_agreement(document, claims, kind)
    return document


def check_agreement(document: Mapping[str, Any], claims: Claims, kind: Kind) -> None:
    """Return where claims that name what the document names agree with it.

    Raises:
        InvalidCredential: one of them does not.
    """
    party = "issuer" if kind == "credential" else "holder"
    if claims.iss is not None and party in document and _id(document[party]) != claims.iss:
        raise InvalidCredential(child(ROOT, "iss"), f"is not the {party} of the document")
    if claims.jti is not None and document.get("id", claims.jti) != claims.jti:
        raise InvalidCredential(child(ROOT, "jti"), "is not the id of the document")
    if claims.sub is not None:
        subjects = document.get("credentialSubject" if kind == "credential" else party)
        every = subjects if isinstance(subjects, list) else [subjects]
        if any(_id(subject) not in {None, claims.sub} for subject in every):
            raise InvalidCredential(child(ROOT, "sub"), "is not the subject of the document")


def check_model(document: Mapping[str, Any], kind: Kind, version: Version, path: str) -> None:
    """Return where a document at `path` is of that kind and version. Else InvalidCredential."""
    try:
        found = read_version(document)
    except InvalidCredential as error:
        raise InvalidCredential(error.path.replace(ROOT, path, 1), error.reason) from error
    if found is not version:
        raise InvalidCredential(
            f"{path}['@context']", f"is of VCDM {found}, and the token of VCDM {version}"
        )
    if _kind_by_type(document, path) != kind:
        raise InvalidCredential(child(path, "type"), f"is not that of a {kind}")


def _kind_by_type(document: Mapping[str, Any], path: str) -> Kind:
    value = document.get("type")
    types = value if isinstance(value, list) else [value]
    kinds = [kind for name, kind in MODEL_TYPES.items() if name in types]
    if len(kinds) != 1:
        raise InvalidCredential(
            child(path, "type"), "must name VerifiableCredential or VerifiablePresentation"
        )
    return kinds[0]


def signer_of(document: Mapping[str, Any], claims: Claims, kind: Kind) -> str | None:
    """Who must have signed: the issuer or holder, or `iss` where a presentation names no holder.

    Raises:
        InvalidCredential: a credential has no issuer, or a party no identifier.
    """
    name = "issuer" if kind == "credential" else "holder"
    if name not in document:
        if kind == "credential":
            raise InvalidCredential(child(ROOT, name), "is missing")
        return claims.iss
    signer = _id(document[name])
    if signer is None:
        raise InvalidCredential(child(ROOT, name), "must have an identifier")
    return signer


def verification_method_of(kid: str | None, signer: str | None) -> str:
    """VC-JOSE-COSE, section 4.1: the DID URL that `kid` is, of the signer; or the signer's DID.

    The two DIDs are compared letter by letter.

    Raises:
        InvalidCredential: it is no key of the signer, or nobody is named.
        UnsupportedFormat: the signer is not named by a DID.
    """
    if signer is None:
        signer = (kid or "").partition("#")[0]
    if not signer:
        raise InvalidCredential("header.kid", "is missing, and nothing else says who signed")
    if not signer.startswith("did:"):
        raise UnsupportedFormat(
            f"the token is signed by {quoted(signer)}, and keys are found for DIDs alone"
        )
    try:
        did = DID.parse(signer)
    except InvalidDID as error:
        raise InvalidCredential(child(ROOT, "iss"), f"names no signer: {error}") from error
    if kid is None:
        return signer
    named, mark, fragment = kid.partition("#")
    if (named or signer) != signer:
        raise InvalidCredential("header.kid", f"is no key of {quoted(signer)}")
    if not mark or not fragment:
        raise InvalidCredential("header.kid", "must be a DID and a fragment that names its key")
    try:
        return str(DIDURL(did, fragment=fragment))
    except InvalidDIDURL as error:
        raise InvalidCredential("header.kid", f"names no key: {error}") from error


def _id(party: object) -> str | None:
    """The identifier of an issuer, holder or subject: text, or an object with an `id`."""
    found = party.get("id") if isinstance(party, dict) else party
    return found if isinstance(found, str) and found else None
