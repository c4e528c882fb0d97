"""An issuer of mdocs: an authority, signers under it, and documents as right or as wrong as asked.

What it makes is made by `cbor2` and `cryptography` alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NOW: Final = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
MDL: Final = "org.iso.18013.5.1.mDL"
SPACE: Final = "org.iso.18013.5.1"
SIGNER: Final = x509.ObjectIdentifier("1.0.18013.5.1.2")
PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

ELEMENTS: Final[Mapping[str, Any]] = {
    "family_name": "Mustermann",
    "given_name": "Erika",
    "birth_date": cbor2.CBORTag(1004, "1984-01-26"),
    "issuing_country": "UT",
    "portrait": bytes(range(256)),
    "age_over_18": True,
    "driving_privileges": [{"vehicle_category_code": "B"}],
}


def new_key(curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve or ec.SECP256R1())


def named(common: str, country: str = "UT") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def usage(*, signs: bool = False, issues: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )


AUTHORITY: Final = (
    (x509.BasicConstraints(ca=True, path_length=0), True),
    (usage(issues=True), True),
)
SIGNS: Final = ((usage(signs=True), True), (x509.ExtendedKeyUsage([SIGNER]), True))


def certificate(
    subject: x509.Name,
    key: PrivateKey,
    issuer: x509.Name,
    by: PrivateKey,
    *,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = SIGNS,
    start: datetime = NOW - 100 * DAY,
    end: datetime = NOW + 300 * DAY,
    serial: int | None = None,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(by, None if isinstance(by, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def der(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.DER)


def pem(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.PEM)


@dataclass
class Authority:
    """A root, and the keys under it."""

    name: x509.Name = field(default_factory=lambda: named("Utopia IACA"))
    key: PrivateKey = field(default_factory=new_key)
    serial: int | None = None
    root: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.root = certificate(
            self.name,
            self.key,
            self.name,
            self.key,
            extensions=AUTHORITY,
            start=NOW - 1000 * DAY,
            end=NOW + 1000 * DAY,
            serial=self.serial,
        )

    def signer(self, key: PrivateKey, **how: Any) -> x509.Certificate:
        return certificate(named("Utopia DS"), key, self.name, self.key, **how)


_HASHES: Final[Mapping[int, hashes.HashAlgorithm]] = {
    -7: hashes.SHA256(),
    -9: hashes.SHA256(),
    -35: hashes.SHA384(),
    -51: hashes.SHA384(),
    -36: hashes.SHA512(),
    -52: hashes.SHA512(),
}


def sign(key: PrivateKey, alg: int, data: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    size = (key.curve.key_size + 7) // 8
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(_HASHES.get(alg, hashes.SHA256()))))
    return r.to_bytes(size) + s.to_bytes(size)


def nothing(value: Any) -> Any:
    """What is made is left as it is."""
    return value


@dataclass
class Making:
    """How a document is made, and what is made wrong about it.

    `mso`, `items`, `protected`, `unprotected` and `whole` change what is signed, what is shown
    (lists of encoded items), the two headers and the document, before it is encoded.
    """

    authority: Authority
    key: PrivateKey
    chain: tuple[x509.Certificate, ...] = ()
    alg: int = -7
    digest: str = "SHA-256"
    elements: Mapping[str, Any] = field(default_factory=lambda: dict(ELEMENTS))
    holder: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    signed: datetime = NOW - 10 * DAY
    until: datetime = NOW + 90 * DAY
    mso: Callable[[dict[str, Any]], Any] = nothing
    items: Callable[[dict[str, list[Any]]], Any] = nothing
    protected: Callable[[dict[Any, Any]], Any] = nothing
    unprotected: Callable[[dict[Any, Any]], Any] = nothing
    auth: Callable[[list[Any]], Any] = nothing

    def value(self) -> dict[str, Any]:
        """`IssuerSigned`, not encoded yet."""
        items = {SPACE: [item(at, *one) for at, one in enumerate(self.elements.items())]}
        hashed = getattr(hashlib, self.digest.lower().replace("-", ""))
        digests = {at: hashed(cbor2.dumps(one)).digest() for at, one in enumerate(items[SPACE])}
        mso = {
            "version": "1.0",
            "digestAlgorithm": self.digest,
            "valueDigests": {SPACE: digests},
            "deviceKeyInfo": {"deviceKey": cose_key(self.holder)},
            "docType": MDL,
            "validityInfo": {
                "signed": moment(self.signed),
                "validFrom": moment(self.signed),
                "validUntil": moment(self.until),
            },
        }
        payload = cbor2.dumps(cbor2.CBORTag(24, cbor2.dumps(self.mso(mso))))
        protected = cbor2.dumps(self.protected({1: self.alg}))
        chain = [der(one) for one in self.chain or (self.authority.signer(self.key),)]
        unprotected = self.unprotected({33: chain[0] if len(chain) == 1 else chain})
        to_sign = cbor2.dumps(["Signature1", protected, b"", payload])
        auth = [protected, unprotected, payload, sign(self.key, self.alg, to_sign)]
        return {"nameSpaces": self.items(items), "issuerAuth": self.auth(auth)}

    def make(self) -> bytes:
        return cbor2.dumps(self.value())


def item(number: int, identifier: str, value: Any) -> cbor2.CBORTag:
    content = {
        "digestID": number,
        "random": number.to_bytes(32),
        "elementIdentifier": identifier,
        "elementValue": value,
    }
    return cbor2.CBORTag(24, cbor2.dumps(content))


def moment(at: datetime) -> cbor2.CBORTag:
    return cbor2.CBORTag(0, at.strftime("%Y-%m-%dT%H:%M:%SZ"))


def cose_key(key: ec.EllipticCurvePrivateKey) -> dict[int, Any]:
    numbers = key.public_key().public_numbers()
    return {1: 2, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}


def response(*documents: tuple[str, Mapping[str, Any]]) -> bytes:
    """What a device answers with; its own signature is none."""
    signed = {
        "nameSpaces": cbor2.CBORTag(24, cbor2.dumps({})),
        "deviceAuth": {"deviceSignature": [b"", {}, None, bytes(64)]},
    }
    shown = [
        {"docType": doctype, "issuerSigned": issued, "deviceSigned": signed}
        for doctype, issued in documents
    ]
    return cbor2.dumps({"version": "1.0", "documents": shown, "status": 0})
