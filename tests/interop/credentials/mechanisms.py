"""The mechanisms that are compared: what Holdfast issues and presents in each, by a did:key.

Keys are of fixed seeds and protect nothing. Documents hold five claims and the names of the
standard's context for terms of one's own, as those that the wallet issues do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.base_encodings import decode_base64url, encode_base64url
from did.encoding import encode_multikey, to_jwk
from did.keys import ALGORITHMS, SigningKey
from wallet.credentials.form import CREDENTIALS_V1
from wallet.credentials.formats import data_integrity, jose
from wallet.credentials.issuing import UNDEFINED_TERMS_V2, unsigned_credential
from wallet.credentials.presenting import older_presentation, unsigned_presentation
from wallet.credentials.received import as_json, member_of, read_credential
from wallet.credentials.strict_json import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.formats.data_integrity import Proposal
    from wallet.credentials.formats.jose import JoseProposal, Style

_STYLES: Final[Mapping[str, tuple[Style, Style]]] = MappingProxyType(
    {"vc+jwt": ("vc+jwt", "vp+jwt"), "jwt-vc": ("jwt-vc", "jwt-vp")}
)
_TOKEN: Final = re.compile(rb"eyJ[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)

ISSUER: Final = 1
HOLDER: Final = 2
CHALLENGE: Final = "uqN8y3vJ4mVfRkT2xwE0dLg"
DOMAIN: Final = "https://shop.example"
CLAIMS: Final = {
    "name": "Mei Tanaka",
    "level": "Senior",
    "number": "RN-48213",
    "ward": "Intensive Care",
    "employer": "City Hospital",
}
CHANGED: Final = ("RN-48213", "RN-48214")
"""A claim's value, and one of the same length that nobody signed."""


@dataclass(frozen=True, slots=True)
class Party:
    """Someone with a did:key."""

    key: SigningKey = field(repr=False)
    did: str

    @property
    def method(self) -> str:
        """The DID URL of the key."""
        return f"{self.did}#{self.did.removeprefix('did:key:')}"

    def jwk(self) -> dict[str, str]:
        """The private key, for another's program to sign with."""
        return {**to_jwk(self.key.public_key), "d": encode_base64url(self.key.expose_secret())}


@cache
def party(algorithm: str, number: int) -> Party:
    """Someone whose key is of that algorithm; made once, for keys are no part of what is timed."""
    kind = ALGORITHMS[algorithm]
    key = kind.private_key(bytes((*range(1, kind.secret_size), number)))
    assert isinstance(key, SigningKey)
    return Party(key, f"did:key:{encode_multikey(key.public_key)}")


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A way to secure a document.

    `suite` is the name in `SUITES`, or for a JWT of either model the style of its credentials.
    `peer` names the package that does the same.
    """

    name: str
    suite: str
    algorithm: str
    peer: str

    @property
    def is_jwt(self) -> bool:
        """Whether what is secured is a token."""
        return self.suite in _STYLES

    @property
    def is_older(self) -> bool:
        """Whether it is of VCDM 1.1."""
        return self.suite in {"Ed25519Signature2020", "jwt-vc"}

    def party(self, number: int) -> Party:
        """Someone with a key for it."""
        return party(self.algorithm, number)


_VC: Final = "@digitalbazaar/vc"
_JWT: Final = "did-jwt-vc"

MECHANISMS: Final = (
    Mechanism("eddsa-rdfc-2022", "eddsa-rdfc-2022", "Ed25519", _VC),
    Mechanism("eddsa-jcs-2022", "eddsa-jcs-2022", "Ed25519", _VC),
    Mechanism("ecdsa-rdfc-2019 P-256", "ecdsa-rdfc-2019", "P-256", _VC),
    Mechanism("ecdsa-rdfc-2019 P-384", "ecdsa-rdfc-2019", "P-384", _VC),
    Mechanism("ecdsa-jcs-2019 P-256", "ecdsa-jcs-2019", "P-256", _VC),
    Mechanism("ecdsa-jcs-2019 P-384", "ecdsa-jcs-2019", "P-384", _VC),
    Mechanism("Ed25519Signature2020", "Ed25519Signature2020", "Ed25519", _VC),
    Mechanism("JWT VC EdDSA", "jwt-vc", "Ed25519", _JWT),
    Mechanism("JWT VC ES256", "jwt-vc", "P-256", _JWT),
    Mechanism("JWT VC ES256K", "jwt-vc", "secp256k1", _JWT),
)
"""Those that a package of npm has as well."""


def now() -> datetime:
    """A moment ago, in whole seconds: nobody is to find it in the future."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=5)


def unsigned(mechanism: Mechanism, at: datetime, **members: Any) -> dict[str, Any]:
    """A credential of the mechanism's issuer for its holder, not yet secured."""
    issuer, holder = mechanism.party(ISSUER).did, mechanism.party(HOLDER).did
    document = unsigned_credential(
        issuer=issuer,
        subject=holder,
        type="NursingLicence",
        claims=CLAIMS,
        valid_from=at,
        valid_until=at + timedelta(days=365),
        id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    )
    if mechanism.is_older:
        start, end = document.pop("validFrom"), document.pop("validUntil")
        document |= {
            "@context": [CREDENTIALS_V1, UNDEFINED_TERMS_V2],
            "issuanceDate": start,
            "expirationDate": end,
        }
    return {**document, **members}


def propose(
    mechanism: Mechanism, document: Mapping[str, Any], at: datetime, *, by: int = ISSUER
) -> Proposal | JoseProposal:
    """What the issuer of a credential signs; or its holder, for `CHALLENGE` and `DOMAIN`."""
    party, presents = mechanism.party(by), by == HOLDER
    purpose = "authentication" if presents else "assertionMethod"
    challenge, domain = (CHALLENGE, DOMAIN) if presents else (None, None)
    if mechanism.is_jwt:
        return jose.proposal(
            document,
            signer=party.key,
            verification_method=party.method,
            purpose=purpose,
            issued=at,
            style=_STYLES[mechanism.suite][presents],
            challenge=challenge,
            domain=domain,
        )
    return data_integrity.proposal(
        document,
        signer=party.key,
        verification_method=party.method,
        purpose=purpose,
        created=at,
        suite=mechanism.suite,
        challenge=challenge,
        domain=domain,
    )


def secure(
    mechanism: Mechanism, document: Mapping[str, Any], at: datetime, *, by: int = ISSUER
) -> bytes:
    """The document as it is handed on, signed."""
    proposed = propose(mechanism, document, at, by=by)
    signature = mechanism.party(by).key.sign(proposed.signing_bytes)
    if isinstance(proposed, jose.JoseProposal):
        return jose.attach(proposed, signature)
    return write_json(data_integrity.attach(proposed, signature))


def credential(mechanism: Mechanism, at: datetime, **members: Any) -> bytes:
    """A credential that Holdfast secured."""
    return secure(mechanism, unsigned(mechanism, at, **members), at)


def presentation(mechanism: Mechanism, shown: bytes, at: datetime) -> bytes:
    """A presentation of a credential that Holdfast secured."""
    return secure(mechanism, unsecured_presentation(mechanism, shown), at, by=HOLDER)


def unsecured_presentation(mechanism: Mechanism, shown: bytes) -> dict[str, Any]:
    """A presentation of a credential by its holder, not yet secured."""
    received, holder = read_credential(shown), mechanism.party(HOLDER).did
    if mechanism.is_older:
        return older_presentation(holder=holder, credentials=[as_json(received)])
    return unsigned_presentation(holder=holder, credentials=[member_of(received)])


def changed(secured: bytes) -> bytes:
    """The same with another value of a claim, however deep in tokens, all else as it was."""
    before, after = (value.encode() for value in CHANGED)
    if before in secured:
        return secured.replace(before, after)
    return _TOKEN.sub(_changed_token, secured, count=1)


def _changed_token(found: re.Match[bytes]) -> bytes:
    header, payload, signature = found[0].split(b".")
    said = encode_base64url(changed(decode_base64url(payload.decode())))
    return b".".join((header, said.encode(), signature))
