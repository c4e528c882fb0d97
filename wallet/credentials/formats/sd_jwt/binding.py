"""RFC 9901, section 4.3: the key binding, by which a holder presents a token to one verifier once.

Whether a nonce, an audience and a time are those that a verifier asked for is theirs to judge.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self

from did.encoding import from_jwk
from did.errors import DIDError
from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, ProofInvalid, UnsupportedFormat
from wallet.credentials.formats.jose.claims import Claims, numeric_date
from wallet.credentials.formats.jose.signing import JoseProposal, token_proposal
from wallet.credentials.formats.jose.token import Token, check_token, read_token
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.strict_json import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from did.keys import PublicKey, Signer
    from wallet.credentials.formats.sd_jwt.compact import Compact

TYP: Final = "kb+jwt"
MAX_REMEMBERED: Final = 256
"""How many holders' keys are kept in memory."""
_CNF: Final = child(ROOT, "cnf")


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """A key binding JWT whose form is right; `check` says whether it holds.

    Attributes:
        token: as it was read.
        nonce: the verifier's.
        audience: whom it is for.
        created: in UTC, when it says that it was made.
        sd_hash: of the token and disclosures that it presents.
    """

    token: Token = field(repr=False)
    nonce: str
    audience: str
    created: datetime
    sd_hash: str

    @classmethod
    def read(cls, text: str) -> Self:
        """What stands after the last tilde.

        Raises:
            InvalidCredential, InvalidJSON, UnsupportedFormat: it is no key binding JWT.
        """
        token = read_token(text.encode("ascii"), typ=frozenset({TYP}))
        claims = Claims.read(token.header, token.payload)
        sd_hash = token.payload.get("sd_hash")
        if not isinstance(sd_hash, str) or not sd_hash:
            raise InvalidCredential(child(ROOT, "sd_hash"), "must be the hash of what is presented")
        if claims.nonce is None or claims.iat is None:
            missing = "nonce" if claims.nonce is None else "iat"
            raise InvalidCredential(child(ROOT, missing), "is missing in the key binding")
        if len(claims.aud) != 1:
            raise InvalidCredential(child(ROOT, "aud"), "must name one audience")
        return cls(token, claims.nonce, claims.aud[0], claims.iat, sd_hash)

    def check(self, compact: Compact, *, algorithm: str, key: PublicKey) -> None:
        """Return where it is signed with the holder's key, and of just these disclosures.

        `algorithm` is what the digests of the token are made by.

        Raises:
            ProofInvalid: it is not.
        """
        if self.sd_hash != compact.hash(algorithm):
            raise ProofInvalid("the key binding is of another token, or of other disclosures")
        check_token(self.token, key)


def holder_key(payload: Mapping[str, Any]) -> PublicKey | None:
    """The key that the issuer bound the token to (RFC 7800); None where to none.

    Raises:
        InvalidCredential: what stands there is no key.
        UnsupportedFormat: it is given in a way that is not read here.
    """
    if "cnf" not in payload:
        return None
    confirmation = payload["cnf"]
    if not isinstance(confirmation, dict):
        raise InvalidCredential(_CNF, "must be an object")
    if "jwk" not in confirmation:
        raise UnsupportedFormat("the holder's key is not given as a JWK, and no other form is read")
    jwk = confirmation["jwk"]
    if not isinstance(jwk, dict):
        raise InvalidCredential(child(_CNF, "jwk"), "must be a JWK")
    try:
        return _key(write_json(jwk))
    except DIDError as error:
        if error.undecided:
            raise UnsupportedFormat(f"the holder's key cannot be used: {error}") from error
        raise InvalidCredential(child(_CNF, "jwk"), f"is no key: {error}") from error


@lru_cache(maxsize=MAX_REMEMBERED)
def _key(jwk: bytes) -> PublicKey:
    """A token is read more than once, and whether a key is a point of its curve takes a while."""
    return from_jwk(json.loads(jwk))


def binding_proposal(
    compact: Compact,
    *,
    algorithm: str,
    nonce: str,
    audience: str,
    created: datetime,
    signer: Signer,
) -> JoseProposal:
    """The key binding of what is to be presented, up to its signature.

    Raises:
        UnsupportedFormat: no JWT is signed with such a key.
    """
    payload = {
        "iat": numeric_date(created),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": compact.hash(algorithm),
    }
    return token_proposal(payload, typ=TYP, signer=signer)
