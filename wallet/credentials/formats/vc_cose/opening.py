"""VC-JOSE-COSE 1.0, sections 3.3 and 4: the credential or presentation in a `COSE_Sign1`.

The payload is the document itself, and what the header says of it must agree with it. Whether the
signature holds is not looked at: `Cose.verify` does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, InvalidJSON, UnsupportedFormat
from wallet.credentials.form import Version
from wallet.credentials.formats.cose.cbor import read_cbor
from wallet.credentials.formats.cose.sign1 import Sign1
from wallet.credentials.formats.cose.written import cose_in, kept
from wallet.credentials.formats.jose.kinds import PURPOSES
from wallet.credentials.formats.jose.opening import (
    check_agreement,
    check_model,
    signer_of,
    verification_method_of,
)
from wallet.credentials.formats.proof import COSE, Proof
from wallet.credentials.formats.vc_cose.headers import (
    CWT_CLAIMS,
    algorithm_in,
    check_headers,
    claims_in,
    kid_in,
    kind_in,
)
from wallet.credentials.json_path import ROOT
from wallet.credentials.strict_json import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.formats.jose.algorithms import SignatureAlgorithm
    from wallet.credentials.formats.jose.kinds import Kind

_TAG: Final = 1
"""In bytes; `cose_in` has looked at it."""
_STATUS: Final = 65535
"""Token Status List, section 6.3."""


@dataclass(frozen=True, slots=True)
class CoseProof(Proof):
    """What a signature of COSE says of itself; that one is there says that it was read strictly.

    `raw` is `{"cose": …}`, all of it in base64url.
    """

    sign1: Sign1 = field(repr=False)
    algorithm: SignatureAlgorithm


@dataclass(frozen=True, slots=True)
class OpenedCose:
    """What is signed. `document` is to be read only; `pointer` leads to it: it is the payload."""

    document: Mapping[str, Any] = field(repr=False)
    proof: CoseProof
    kind: Kind
    pointer: str = ""


def open_cose(data: bytes) -> OpenedCose:
    """The credential or presentation in a `COSE_Sign1`, in CBOR or its base64.

    Raises:
        InvalidCredential: it is none, holds neither, or contradicts itself.
        InvalidCBOR, InvalidJSON, TooComplex: it, or what is in it, is not strict, or too large.
        UnsupportedFormat: it is signed in a way that is not checked here, or by one who is not
            named by a DID.
    """
    sign1 = read_sign1(data)
    algorithm, kid, kind = algorithm_in(sign1), kid_in(sign1), kind_in(sign1)
    if len(sign1.signature) != algorithm.size:
        reason = f"must have the {algorithm.size} bytes of {algorithm.name}"
        raise InvalidCredential("signature", reason)
    claims, document = claims_in(sign1), document_in(sign1)
    check_agreement(document, claims, kind)
    _check_status(sign1, document)
    check_model(document, kind, Version.V2_0, ROOT)
    proof = CoseProof(
        type=COSE,
        cryptosuite=f"cose {algorithm.name}",
        verification_method=verification_method_of(kid, signer_of(document, claims, kind)),
        purpose=PURPOSES[kind],
        created=claims.created,
        expires=claims.exp,
        challenge=claims.nonce,
        domains=claims.aud,
        raw={"cose": kept(cose_in(data) or b"").decode("ascii")},
        sign1=sign1,
        algorithm=algorithm,
    )
    return OpenedCose(document, proof, kind)


def read_sign1(data: bytes) -> Sign1:
    """The signature that the bytes are, with headers that are safe to go by. Raises as above."""
    cbor = cose_in(data)
    if cbor is None:
        raise InvalidCredential(ROOT, "is no COSE_Sign1 with its tag, nor the base64 of one")
    sign1 = Sign1.read(read_cbor(cbor[_TAG:]), ROOT)
    check_headers(sign1)
    return sign1


def document_in(sign1: Sign1) -> dict[str, Any]:
    """The payload, a JSON object. Raises `InvalidJSON` and `InvalidCredential`."""
    try:
        document = read_json(sign1.payload)
    except InvalidJSON as error:
        raise InvalidJSON(f"what is signed: {error}") from error
    if not isinstance(document, dict):
        raise InvalidCredential(ROOT, "must be a JSON object")
    return document


def _check_status(sign1: Sign1, document: Mapping[str, Any]) -> None:
    """A status is looked for in the document alone. `claims_in` has looked at the claims' form."""
    claims = sign1.header.get(CWT_CLAIMS, {})
    said = "status" in document
    if _STATUS in claims and not (said and document["status"] == claims[_STATUS]):
        raise UnsupportedFormat("its status stands in its header, and not in the document")


def holds(proof: CoseProof, document: Mapping[str, Any]) -> bool:
    """Whether the signed bytes are of the document, whatever became of what was read of them."""
    # Strict when it was first read, it means the same to any reader.
    return bool(document == json.loads(proof.sign1.payload))
