"""VC-JOSE-COSE 1.0, section 3.3: a `COSE_Sign1` around a document, made in two steps.

`proposal` works out the very bytes to be signed, so that a person can say yes; `attach` joins the
signature of these bytes, and of no others, to them.
"""

from __future__ import annotations

from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import cbor2

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.formats.cose.sign1 import ALG, signing_input
from wallet.credentials.formats.jose.algorithms import (
    SignatureAlgorithm,
    algorithm_of,
    check_signature,
)
from wallet.credentials.formats.jose.claims import numeric_date
from wallet.credentials.formats.jose.kinds import PURPOSES
from wallet.credentials.formats.vc_cose.headers import (
    CONTENT_TYPE,
    CONTENT_TYPES,
    CWT_CLAIMS,
    KID,
    NUMBERS,
    TYP,
    TYPES,
)
from wallet.credentials.formats.vc_cose.opening import open_cose
from wallet.credentials.json_path import ROOT
from wallet.credentials.strict_json import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from did.keys import PublicKey, Signer
    from wallet.credentials.formats.jose.kinds import Kind

_TAG: Final = 18
"""RFC 9052, section 2."""
_ISS, _AUD, _EXP, _IAT, _NONCE = 1, 3, 4, 6, 10
# The first number of each, which every reader knows: those of RFC 9864 are younger.
_NUMBERS: Final[Mapping[str, int]] = MappingProxyType(
    {algorithm.name: number for number, algorithm in reversed(tuple(NUMBERS.items()))}
)
_KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {purpose: kind for kind, purpose in PURPOSES.items()}
)


@dataclass(frozen=True, slots=True)
class CoseProposal:
    """A signed header and a payload, and what a signature of both is made over."""

    protected: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    algorithm: SignatureAlgorithm
    public_key: PublicKey
    media_type: str

    @property
    def signing_bytes(self) -> bytes:
        """What is signed."""
        return signing_input(self.protected, self.payload)

    @property
    def digest(self) -> str:
        """A name for exactly this: the SHA-256 of what is signed, in hex."""
        return sha256(self.signing_bytes).hexdigest()


def proposal(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    verification_method: str,
    purpose: str,
    issued: datetime,
    expires: datetime | None = None,
    challenge: str | None = None,
    domain: str | None = None,
) -> CoseProposal:
    """What the document of VCDM 2.0 would be when it is signed; nothing is signed.

    `expires` is when the signature ends, whatever the document says of its own end.

    Raises:
        UnsupportedFormat: nothing is signed so with such a key, or for that purpose.
        InvalidCredential: a reader would find another document in it, or none.
        InvalidJSON: the document holds what JSON cannot express.
    """
    if purpose not in _KINDS:
        raise UnsupportedFormat(f"nothing is signed in CBOR for {purpose}")
    kind = _KINDS[purpose]
    party = document.get("issuer" if kind == "credential" else "holder")
    iss = party.get("id") if isinstance(party, dict) else party
    claims: dict[int, Any] = {
        **({} if iss is None else {_ISS: iss}),
        **({} if domain is None else {_AUD: domain}),
        **({} if expires is None else {_EXP: numeric_date(expires)}),
        _IAT: numeric_date(issued),
        **({} if challenge is None else {_NONCE: challenge.encode()}),
    }
    proposed = bare_proposal(
        document, kind=kind, signer=signer, verification_method=verification_method, claims=claims
    )
    _check_reading(proposed, verification_method)
    return proposed


def bare_proposal(
    document: Mapping[str, Any],
    *,
    kind: Kind,
    signer: Signer,
    verification_method: str,
    claims: Mapping[int, Any],
) -> CoseProposal:
    """As `proposal`, with any claims in the header, and whoever its parties and key are.

    Raises:
        UnsupportedFormat: nothing is signed so with such a key.
        InvalidJSON: the document holds what JSON cannot express.
    """
    algorithm = algorithm_of(signer.public_key)
    media_type = _named(TYPES, kind)
    header = {
        ALG: _NUMBERS[algorithm.name],
        CONTENT_TYPE: _named(CONTENT_TYPES, kind),
        KID: verification_method.encode(),
        CWT_CLAIMS: dict(claims),
        TYP: media_type,
    }
    return CoseProposal(
        protected=cbor2.dumps(header),
        payload=write_json(document),
        algorithm=algorithm,
        public_key=signer.public_key,
        media_type=media_type,
    )


def attach(proposed: CoseProposal, signature: bytes) -> bytes:
    """The CBOR, the signature having been checked.

    Raises:
        ProofInvalid: the signature is not the proposed key's over the proposed bytes.
    """
    check_signature(proposed.algorithm, proposed.public_key, signature, proposed.signing_bytes)
    return _joined(proposed, signature)


def _joined(proposed: CoseProposal, signature: bytes) -> bytes:
    parts = [proposed.protected, {}, proposed.payload, signature]
    return cbor2.dumps(cbor2.CBORTag(_TAG, parts))


def _named(table: Mapping[str, Kind], kind: Kind) -> str:
    return next(name for name, of in table.items() if of == kind)


def _check_reading(proposed: CoseProposal, verification_method: str) -> None:
    """Whoever reads it must find the document that was to be secured, and its signer."""
    opened = open_cose(_joined(proposed, bytes(proposed.algorithm.size)))
    if opened.document != read_json(proposed.payload):
        raise InvalidCredential(ROOT, "would be read otherwise than it is")
    if opened.proof.verification_method != verification_method:
        raise InvalidCredential("header.kid", "must be the absolute DID URL of a key")
