"""What an mdoc holds, as checks and people read it.

It is read as a document of the VC Data Model, as an SD-JWT VC is: its document type is a type, the
ends of `validityInfo` those of its period, each element that is shown a claim, called by its
namespace and its name, and the holder's key the `did:jwk` that is made of it. `status` stands where
that of a token does. Its issuer is named by the digest of the certificate that signed it (RFC
6920). What was received is kept beside it.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from did.base_encodings import encode_base64url
from did.values import dataclass, field
from wallet.credentials.certificates import read_certificate, subject_of
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import CERTIFICATE, CREDENTIALS_V2
from wallet.credentials.formats.cose.cbor import Encoded, read_cbor
from wallet.credentials.formats.mdoc.device_key import device_did
from wallet.credentials.formats.mdoc.issued import IssuerSigned
from wallet.credentials.formats.mdoc.written import cbor_in
from wallet.credentials.formats.proof import MDOC, Proof
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.timestamps import in_utc, write_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_DOCUMENTS: Final = 32
_SHOWN_BYTES: Final = 64
_EXACT: Final = 1 << 53


@dataclass(frozen=True, slots=True)
class MdocProof(Proof):
    """An issuer's signature over digests, and the items that must have them.

    `said` is the document type that stands beside it, where one does. `presented` says whether
    somebody presents it, with a signature of theirs that needs the session to be checked.
    """

    issued: IssuerSigned = field(repr=False)
    said: str | None = None
    presented: bool = False


@dataclass(frozen=True, slots=True)
class OpenedMdoc:
    """A document, to be read only, and its proof. `pointer` is where it stands in what was read."""

    document: Mapping[str, Any] = field(repr=False)
    proof: MdocProof
    pointer: str = ""


def open_mdoc(data: bytes) -> tuple[OpenedMdoc, ...]:
    """What an issuer signed, or each document of a response (`DeviceResponse`); one at the least.

    Raises:
        InvalidCredential, InvalidCBOR: it is none, or contradicts itself.
        UnsupportedFormat: it is made in a way that is not read here.
        TooComplex: it is more than is read here.
    """
    cbor = cbor_in(data)
    if cbor is None:
        raise InvalidCredential(ROOT, "is no mdoc")
    value = read_cbor(cbor)
    match value:
        case {"issuerAuth": _}:
            return (_opened(IssuerSigned.read(value)),)
        case {"docType": _, "issuerSigned": _}:
            return (_document(value, ROOT, ""),)
        case {"documents": [*documents]} if documents:
            if len(documents) > MOST_DOCUMENTS:
                raise InvalidCredential(ROOT, f"holds more than {MOST_DOCUMENTS} documents")
            return tuple(
                _document(one, child(child(ROOT, "documents"), at), f"/documents/{at}")
                for at, one in enumerate(documents)
            )
        case _:
            raise InvalidCredential(ROOT, "is no mdoc, nor a response that holds any")


def written(data: bytes) -> bytes:
    """An mdoc in base64url, as a credential is handed over and kept (OpenID4VCI 1.0, A.2)."""
    cbor = cbor_in(data)
    if cbor is None:
        raise InvalidCredential(ROOT, "is no mdoc")
    return encode_base64url(cbor).encode("ascii")


def _document(value: object, path: str, pointer: str) -> OpenedMdoc:
    if not isinstance(value, dict) or not isinstance(value.get("docType"), str):
        raise InvalidCredential(path, "is no document of a response")
    issued = IssuerSigned.read(value.get("issuerSigned"), child(path, "issuerSigned"))
    return _opened(issued, value["docType"], pointer, presented=True)


def _opened(
    issued: IssuerSigned, said: str | None = None, pointer: str = "", *, presented: bool = False
) -> OpenedMdoc:
    certificate = read_certificate(issued.signature.chain[0])
    digest = hashlib.sha256(issued.signature.chain[0]).digest()
    issuer = f"{CERTIFICATE}{encode_base64url(digest)}"
    security = issued.security
    holder = device_did(security.device_key)
    document = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiableCredential", security.doctype],
        "issuer": {"id": issuer, "name": subject_of(certificate)},
        "validFrom": write_timestamp(security.valid_from),
        "validUntil": write_timestamp(security.valid_until),
        **({} if security.status is None else {"status": _shown(security.status)}),
        "credentialSubject": {
            **({} if holder is None else {"id": holder}),
            **{item.name: _shown(item.value) for item in issued.items},
        },
    }
    proof = MdocProof(
        type=MDOC,
        cryptosuite=f"{MDOC} {issued.signature.algorithm.name}",
        verification_method=issuer,
        purpose="assertionMethod",
        created=security.signed,
        expires=None,
        challenge=None,
        domains=(),
        raw={},
        issued=issued,
        said=said,
        presented=presented,
    )
    return OpenedMdoc(document, proof, pointer)


def _shown(value: Any) -> Any:
    """A value as JSON has it; long bytes, which are a picture mostly, by their length alone."""
    match value:
        case date():
            return (
                write_timestamp(in_utc(value, path=ROOT))
                if isinstance(value, datetime)
                else value.isoformat()
            )
        case Encoded():
            return _shown(value.value())
        case bytes() if len(value) > _SHOWN_BYTES:
            return f"{len(value)} bytes"
        case bytes():
            return encode_base64url(value)
        case bool() | str() | None:
            return value
        case list():
            return [_shown(one) for one in value]
        case dict():
            return dict(_members(value))
        case int() if abs(value) < _EXACT:
            return value
        case _:
            return str(value)


def _members(value: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    names = [str(name) for name in value]
    if len(set(names)) != len(names):
        raise InvalidCredential(ROOT, "has an element of which two names are written alike")
    for name, one in zip(names, value.values(), strict=True):
        yield name, _shown(one)
