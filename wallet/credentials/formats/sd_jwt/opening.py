"""SD-JWT VC and VC-JOSE-COSE 1.0, section 3.2: what an SD-JWT holds, as checks and people read it.

A credential of SD-JWT VC is no document of the VC Data Model. It is read as one: its `vct` is a
type, `iss` the issuer, `nbf` and `exp` the ends of its period, `status` stands where it stood, and
every other claim is one about the subject. What was received is kept beside it. An issuer whom a
certificate names is called by the digest of that, with what it names beside it, as one of an mdoc.

A key binding is read as a presentation by the holder's key: the `did:jwk` that is made of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from did.encoding import encode_multikey
from did.methods.jwk import jwk_did
from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import CREDENTIALS_V2, ENVELOPED_CREDENTIAL
from wallet.credentials.formats.jose.claims import REGISTERED, Claims
from wallet.credentials.formats.jose.opening import (
    PROOF_TYPE,
    signer_of,
    verification_method_of,
)
from wallet.credentials.formats.jose.token import CERTIFICATES, Token, brought_key, read_token
from wallet.credentials.formats.proof import Proof
from wallet.credentials.formats.sd_jwt.binding import KeyBinding, holder_key
from wallet.credentials.formats.sd_jwt.compact import Compact
from wallet.credentials.formats.sd_jwt.disclosure import Disclosure, algorithm_of
from wallet.credentials.formats.sd_jwt.making import KEPT
from wallet.credentials.formats.sd_jwt.processing import Processed, process
from wallet.credentials.json_path import ROOT, child, write_path
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.formats.sd_jwt.certified import Certified

TYPES: Final = frozenset({"dc+sd-jwt", "vc+sd-jwt"})
"""SD-JWT VC, section 3.1; the second was its name in drafts, and is that of VC-JOSE-COSE."""
_NEVER_HIDDEN: Final = frozenset((name,) for name in KEPT)
_OF_TOKEN: Final = frozenset({"iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"})


@dataclass(frozen=True, slots=True)
class SdJwtProof(Proof):
    """The issuer's signature; the token was read strictly, and its disclosures put in place.

    `certified` is there where a certificate says whose the signature is, and not a DID.
    """

    token: Token = field(repr=False)
    compact: Compact = field(repr=False)
    processed: Processed = field(repr=False)
    read: str = field(repr=False)
    """The document in the token, as JSON: what becomes of the first changes nothing here."""
    certified: Certified | None = None


@dataclass(frozen=True, slots=True)
class BindingProof(Proof):
    """A holder's signature over what they present."""

    binding: KeyBinding = field(repr=False)
    compact: Compact = field(repr=False)
    algorithm: str


@dataclass(frozen=True, slots=True)
class OpenedSdJwt:
    """What an SD-JWT holds; `presentation` and `binding` are there where it has a key binding.

    Both documents are to be read only.
    """

    document: Mapping[str, Any] = field(repr=False)
    proof: SdJwtProof
    presentation: Mapping[str, Any] | None = field(repr=False, default=None)
    binding: BindingProof | None = None


def open_sd_jwt(data: bytes) -> OpenedSdJwt:
    """The credential in an SD-JWT, and who presents it where somebody does.

    Raises:
        InvalidCredential: it is none, or contradicts itself.
        InvalidJSON: a part of it is no strict JSON.
        UnsupportedFormat: it is signed or hashed in a way not checked here, by one who is named by
            no DID, https address or certificate, or bound to a key in a way not read here.
        TooComplex: it has too many disclosures or certificates, or is nested too deep.
    """
    compact = Compact.read(data)
    token = read_token(compact.issued.encode("ascii"), typ=TYPES, certified=True)
    certified = _certified(token)
    document, processed = _read(token, compact, certified)
    claims = Claims.read(token.header, processed.payload)
    proof = SdJwtProof(
        type=PROOF_TYPE,
        cryptosuite=f"sd-jwt {token.alg}",
        verification_method=(
            _method_of(token.kid, signer_of(document, claims, "credential"))
            if certified is None
            else certified.id
        ),
        purpose="assertionMethod",
        created=claims.created,
        expires=claims.exp,
        challenge=None,
        domains=(),
        raw={"jwt": compact.issued},
        token=token,
        compact=compact,
        processed=processed,
        read=json.dumps(document),
        certified=certified,
    )
    if compact.key_binding is None:
        return OpenedSdJwt(document, proof)
    presentation, binding = _bound(compact, token)
    return OpenedSdJwt(document, proof, presentation, binding)


def _certified(token: Token) -> Certified | None:
    """Whom the certificates of its header name, where it has any. Raises as `read_certified`.

    VC-JOSE-COSE, section 4 knows of no issuers that they name.
    """
    if CERTIFICATES not in token.header:
        return None
    if "vct" not in token.payload:
        raise brought_key(CERTIFICATES)
    # Deferred: most issuers are named by DIDs.
    from wallet.credentials.formats.sd_jwt.certified import read_certified  # noqa: PLC0415

    return read_certified(token)


def _method_of(kid: str | None, issuer: str | None) -> str:
    """The name of the key that signed; of an issuer named by an address, that, `#` and `kid`.

    Raises as `verification_method_of`.
    """
    if issuer is None or not issuer.startswith("https://"):
        return verification_method_of(kid, issuer)
    if "#" in issuer:
        raise InvalidCredential(child(ROOT, "iss"), "is an address with a fragment")
    return issuer if kid is None else f"{issuer}#{kid}"


def _read(
    token: Token, compact: Compact, certified: Certified | None
) -> tuple[dict[str, Any], Processed]:
    _look_at_open(token.payload, may_lack=frozenset() if certified is None else frozenset({"iss"}))
    processed = process(token.payload, [*map(Disclosure.read, compact.disclosures)])
    claims = Claims.read(token.header, processed.payload)
    if "vct" in processed.payload:
        for place in {one.place for one in processed.disclosed} & _NEVER_HIDDEN:
            raise InvalidCredential(write_path(place), "must not come by a disclosure")
        issuer = (
            processed.payload["iss"]
            if certified is None
            else {"id": certified.id, "name": certified.name}
        )
        return _viewed(processed.payload, claims, issuer), processed
    if "@context" not in processed.payload:
        raise InvalidCredential(child(ROOT, "vct"), "is missing")
    document = {n: v for n, v in processed.payload.items() if n not in REGISTERED}
    issuer = document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    if claims.iss is not None and claims.iss != named:
        raise InvalidCredential(child(ROOT, "iss"), "is not the issuer of the document")
    return {**document, "issuer": issuer}, processed


def _look_at_open(payload: Mapping[str, Any], *, may_lack: frozenset[str]) -> None:
    """SD-JWT VC, section 3.2.2.2: what must not come by a disclosure stands in the token itself."""
    if "@context" in payload and "vct" not in payload:
        return
    for name in ("iss", "vct"):
        if name in may_lack and name not in payload:
            continue
        if not isinstance(payload.get(name), str):
            raise InvalidCredential(child(ROOT, name), "must be text, and not hidden")


def _viewed(payload: Mapping[str, Any], claims: Claims, issuer: object) -> dict[str, Any]:
    for name in _OF_TOKEN & payload.keys():
        if name in {"nbf", "exp", "cnf", "status"} and payload[name] is None:
            raise InvalidCredential(child(ROOT, name), "must not be null")
    start = claims.nbf or claims.iat
    subject = {name: value for name, value in payload.items() if name not in _OF_TOKEN}
    about = _about(payload)
    named = {} if about is None else {"id": about}
    # What calls itself `id` in a claim is the subject's word, and not who holds the key.
    own = {("claim:id" if name == "id" else name): value for name, value in subject.items()}
    if own.get("sub") == about:
        own.pop("sub", None)  # said by `id`
    return {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiableCredential", payload["vct"]],
        "issuer": issuer,
        **({} if start is None else {"validFrom": write_timestamp(start)}),
        **({} if claims.exp is None else {"validUntil": write_timestamp(claims.exp)}),
        "credentialSubject": {**named, **own},
        **({"status": payload["status"]} if "status" in payload else {}),
    }


class Holder(NamedTuple):
    """Whom a token is bound to: a DID, and its verification method."""

    did: str
    method: str


def holder_of(payload: Mapping[str, Any]) -> Holder | None:
    """Whose the key is that a token is bound to; None where it is bound to none.

    Its subject, where that is the `did:key` of this key, or else the `did:jwk` that is made of it.

    Raises:
        InvalidCredential, UnsupportedFormat: as `holder_key` does.
    """
    key = holder_key(payload)
    if key is None:
        return None
    multikey = encode_multikey(key)
    if payload.get("sub") == f"did:key:{multikey}":
        return Holder(f"did:key:{multikey}", f"did:key:{multikey}#{multikey}")
    did = str(jwk_did(key))
    return Holder(did, f"{did}#0")


def _about(payload: Mapping[str, Any]) -> str | None:
    """The DID that it is about."""
    if (holder := holder_of(payload)) is not None:
        return holder.did
    subject = payload.get("sub")
    return subject if isinstance(subject, str) and subject.startswith("did:") else None


def _bound(compact: Compact, token: Token) -> tuple[dict[str, Any], BindingProof]:
    binding = KeyBinding.read(compact.key_binding or "")
    holder = holder_of(token.payload)
    if holder is None:
        raise InvalidCredential(child(ROOT, "cnf"), "is missing, and a key binding is there")
    proof = BindingProof(
        type=PROOF_TYPE,
        cryptosuite=f"kb-jwt {binding.token.alg}",
        verification_method=holder.method,
        purpose="authentication",
        created=binding.created,
        expires=Claims.read(binding.token.header, binding.token.payload).exp,
        challenge=binding.nonce,
        domains=(binding.audience,),
        raw={"jwt": compact.key_binding},
        binding=binding,
        compact=compact,
        algorithm=algorithm_of(token.payload),
    )
    credential = {
        "@context": [CREDENTIALS_V2],
        "type": [ENVELOPED_CREDENTIAL],
        "id": f"data:application/{token.typ},{compact.unbound}",
    }
    presentation = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": holder.did,
        "verifiableCredential": [credential],
    }
    return presentation, proof
