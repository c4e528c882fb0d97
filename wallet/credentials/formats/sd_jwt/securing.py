"""SD-JWT VC, section 3.2, and RFC 9901, section 7.2: issuing, and presenting a part.

Each in two steps, as for any token: what is to be signed is worked out to the last byte first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.encoding import to_jwk
from did.values import dataclass, field, replace
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.formats.jose.claims import numeric_date
from wallet.credentials.formats.jose.signing import JoseProposal, attach, token_proposal
from wallet.credentials.formats.sd_jwt.binding import binding_proposal
from wallet.credentials.formats.sd_jwt.compact import Compact
from wallet.credentials.formats.sd_jwt.disclosure import algorithm_of
from wallet.credentials.formats.sd_jwt.making import KEPT, hide
from wallet.credentials.formats.sd_jwt.opening import SdJwtProof, holder_of, open_sd_jwt
from wallet.credentials.formats.sd_jwt.selecting import select
from wallet.credentials.json_path import ROOT, child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from did.keys import PublicKey, Signer
    from wallet.credentials.formats.sd_jwt.disclosure import Disclosure
    from wallet.credentials.json_path import Trail

TYP: Final = "dc+sd-jwt"
_SET: Final = KEPT | {"iat", "sub"}


@dataclass(frozen=True, slots=True)
class Issuance:
    """A token up to its signature, and the disclosures that are given to the holder with it."""

    proposal: JoseProposal
    disclosures: tuple[Disclosure, ...] = field(repr=False)

    def finish(self, signature: bytes) -> bytes:
        """The SD-JWT. Raises `ProofInvalid` where the signature is another's."""
        token = attach(self.proposal, signature).decode("ascii")
        return Compact(token, tuple(d.encoded for d in self.disclosures)).write().encode("ascii")


@dataclass(frozen=True, slots=True)
class Showing:
    """A part of a token, and the key binding to be signed; None where it is bound to no key."""

    compact: Compact = field(repr=False)
    binding: JoseProposal | None

    def finish(self, signature: bytes | None) -> bytes:
        """What is sent. Raises `ProofInvalid` where the signature is another's."""
        if self.binding is None or signature is None:
            return self.compact.write().encode("ascii")
        bound = attach(self.binding, signature).decode("ascii")
        return replace(self.compact, key_binding=bound).write().encode("ascii")


def issuance(  # noqa: PLR0913 - what a credential says of itself is as much
    claims: Mapping[str, Any],
    *,
    type: str,  # noqa: A002 - the standard's `vct`
    issuer: str,
    verification_method: str,
    signer: Signer,
    issued: datetime,
    draw: Callable[[int], bytes],
    subject: str | None = None,
    holder: PublicKey | None = None,
    expires: datetime | None = None,
    status: Mapping[str, Any] | None = None,
) -> Issuance:
    """A credential every claim of which its holder can show or hide.

    `holder` is the key it is bound to. An object's claims are hidden one by one, and so are the
    elements of a list; what holds them is hidden, too.

    Raises:
        InvalidCredential: a claim has a name that the token needs for itself.
        UnsupportedFormat: no JWT is signed with such a key.
    """
    for name in claims:
        if name in _SET:
            raise InvalidCredential(child(ROOT, name), "is a claim of the token's own")
    payload = {
        "iss": issuer,
        "iat": numeric_date(issued),
        "vct": type,
        **({} if subject is None else {"sub": subject}),
        **({} if expires is None else {"exp": numeric_date(expires)}),
        **({} if holder is None else {"cnf": {"jwk": to_jwk(holder)}}),
        **({} if status is None else {"status": dict(status)}),
        **claims,
    }
    hidden = hide(payload, [*_places(claims, ())], draw)
    proposal = token_proposal(
        hidden.payload, typ=TYP, signer=signer, verification_method=verification_method
    )
    return Issuance(proposal, hidden.disclosures)


def showing(
    held: bytes,
    wanted: Iterable[Trail],
    *,
    nonce: str,
    audience: str,
    created: datetime,
    signer: Signer | None,
) -> Showing:
    """The part of a held token that shows what stands at `wanted` in its claims, and no more.

    `signer` has the key that the token is bound to; None for one that is bound to none.

    Raises:
        InvalidCredential: there is nothing at a place, it is bound to another key, or it is what a
            holder sent to somebody: a token with its key binding.
    """
    opened = open_sd_jwt(held)
    if opened.binding is not None:
        raise InvalidCredential("token", "has a key binding: it was made for one verifier")
    proof: SdJwtProof = opened.proof
    chosen = select(proof.processed, wanted)
    compact = replace(proof.compact, disclosures=tuple(c.disclosure.encoded for c in chosen))
    owner = holder_of(proof.token.payload)
    if owner is None:
        return Showing(compact, None)
    if signer is None or to_jwk(signer.public_key) != _bare(proof.token.payload["cnf"]["jwk"]):
        raise InvalidCredential(child(ROOT, "cnf"), "is another key than the one that presents it")
    binding = binding_proposal(
        compact,
        algorithm=algorithm_of(proof.token.payload),
        nonce=nonce,
        audience=audience,
        created=created,
        signer=signer,
    )
    return Showing(compact, binding)


def _bare(jwk: Mapping[str, Any]) -> dict[str, Any]:
    return {name: jwk[name] for name in ("kty", "crv", "x", "y") if name in jwk}


def _places(value: object, at: Trail) -> Iterable[Trail]:
    if isinstance(value, dict):
        inner = [((*at, name), each) for name, each in value.items()]
    elif isinstance(value, list | tuple):
        inner = [((*at, index), each) for index, each in enumerate(value)]
    else:
        return
    for place, each in inner:
        yield place
        yield from _places(each, place)
