"""VC-JOSE-COSE 1.0, section 3.2.2: a presentation of which its own holder hid a part.

It is signed by the holder, as a JWT is, and no key binding belongs to it: what it answers stands in
its claims. A token of this type is never read as a credential, nor one of those as this.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from did.base_encodings import NotEncoded, decode_base64url
from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import Version
from wallet.credentials.formats.jose.claims import REGISTERED, Claims
from wallet.credentials.formats.jose.kinds import PURPOSES
from wallet.credentials.formats.jose.opening import (
    PROOF_TYPE,
    check_agreement,
    check_model,
    signer_of,
    verification_method_of,
)
from wallet.credentials.formats.jose.token import Token, read_token
from wallet.credentials.formats.proof import Proof
from wallet.credentials.formats.sd_jwt.compact import Compact
from wallet.credentials.formats.sd_jwt.disclosure import Disclosure
from wallet.credentials.formats.sd_jwt.processing import process
from wallet.credentials.json_path import ROOT, write_path

if TYPE_CHECKING:
    from collections.abc import Mapping

PRESENTED: Final = frozenset({"vp+sd-jwt"})
_IN_THE_OPEN: Final = REGISTERED | {"@context"}


@dataclass(frozen=True, slots=True)
class PresentedProof(Proof):
    """The holder's signature; the token was read strictly, and its disclosures put in place."""

    token: Token = field(repr=False)
    compact: Compact = field(repr=False)
    read: str = field(repr=False)
    """The document in the token, as JSON: what becomes of the first changes nothing here."""


@dataclass(frozen=True, slots=True)
class OpenedPresentation:
    """A presentation, to be read only, and its proof."""

    document: Mapping[str, Any] = field(repr=False)
    proof: PresentedProof


def is_presented(data: bytes) -> bool:
    """Whether an SD-JWT says that it is one; whether it is, `open_presented` finds out."""
    try:
        header = json.loads(decode_base64url(data.strip().partition(b".")[0].decode("ascii")))
    except (NotEncoded, ValueError, RecursionError):
        return False
    typ = header.get("typ") if isinstance(header, dict) else None
    return isinstance(typ, str) and typ.removeprefix("application/") in PRESENTED


def open_presented(data: bytes) -> OpenedPresentation:
    """The presentation in an SD-JWT.

    Raises:
        InvalidCredential: it is none, or contradicts itself.
        InvalidJSON: a part of it is no strict JSON.
        UnsupportedFormat: it is signed or hashed in a way not checked here, or by one who is not
            named by a DID.
        TooComplex: it has too many disclosures, or they are nested too deep.
    """
    compact, token = read_presented(data)
    document = presented_document(token, compact)
    check_model(document, "presentation", Version.V2_0, ROOT)
    claims = Claims.read(token.header, token.payload)
    signer = signer_of(document, claims, "presentation")
    proof = PresentedProof(
        type=PROOF_TYPE,
        cryptosuite=f"sd-jwt {token.alg}",
        verification_method=verification_method_of(token.kid, signer),
        purpose=PURPOSES["presentation"],
        created=claims.created,
        expires=claims.exp,
        challenge=claims.nonce,
        domains=claims.aud,
        raw={"jwt": compact.issued},
        token=token,
        compact=compact,
        read=json.dumps(document),
    )
    return OpenedPresentation(document, proof)


def read_presented(data: bytes) -> tuple[Compact, Token]:
    """The parts of it, whose signature is not looked at. Raises as `open_presented`."""
    compact = Compact.read(data)
    if compact.key_binding is not None:
        raise InvalidCredential("token", "is a presentation, and has a key binding beside")
    return compact, read_token(compact.issued.encode("ascii"), typ=PRESENTED)


def presented_document(token: Token, compact: Compact) -> dict[str, Any]:
    """What is shown. Raises as `open_presented`."""
    processed = process(token.payload, [*map(Disclosure.read, compact.disclosures)])
    for one in processed.disclosed:
        if one.place[0] in _IN_THE_OPEN:
            raise InvalidCredential(write_path(one.place), "must not come by a disclosure")
    document = {n: v for n, v in processed.payload.items() if n not in REGISTERED}
    check_agreement(document, Claims.read(token.header, token.payload), "presentation")
    return document
