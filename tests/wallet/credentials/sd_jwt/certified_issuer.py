"""An issuer of SD-JWT VCs whom a certificate names: tokens as right or as wrong as asked.

What it makes is made by `cryptography`, `json` and `base64` alone.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.wallet.credentials.mdoc.issuer import (
    NOW,
    Authority,
    certificate,
    der,
    named,
    new_key,
    usage,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.wallet.credentials.mdoc.issuer import PrivateKey

TYPE: Final = "urn:eudi:pid:1"
ISSUER: Final = "https://pid.utopia.example/issuer"
SIGNS: Final = ((usage(signs=True), True),)
SHOWN: Final = ("given_name", "Erika")


def for_names(*names: x509.GeneralName) -> tuple[x509.ExtensionType, bool]:
    return (x509.SubjectAlternativeName(names), False)


FOR_HOST: Final = for_names(x509.DNSName("pid.utopia.example"))
FOR_URI: Final = for_names(x509.UniformResourceIdentifier(ISSUER))


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def in_base64(*chain: x509.Certificate) -> list[str]:
    return [b64encode(der(one)).decode() for one in chain]


def jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": base64url(numbers.x.to_bytes(32)),
        "y": base64url(numbers.y.to_bytes(32)),
    }


_HASHES: Final = {"ES256": hashes.SHA256(), "ES384": hashes.SHA384(), "ES512": hashes.SHA512()}


def sign(key: PrivateKey, alg: str, data: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    size = (key.curve.key_size + 7) // 8
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(_HASHES.get(alg, hashes.SHA256()))))
    return r.to_bytes(size) + s.to_bytes(size)


def jws(header: Mapping[str, Any], payload: Mapping[str, Any], key: PrivateKey) -> str:
    head = ".".join(base64url(json.dumps(part).encode()) for part in (header, payload))
    return f"{head}.{base64url(sign(key, header['alg'], head.encode()))}"


@dataclass
class Issuing:
    """How a token is made, and what is made wrong about it.

    `extensions` are those of the signer's certificate; `chain`, where it is given, takes its place.
    """

    authority: Authority
    key: PrivateKey = field(default_factory=new_key)
    holder: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (*SIGNS, FOR_HOST)
    chain: tuple[x509.Certificate, ...] = ()
    x5c: object = None
    alg: str = "ES256"
    header: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=lambda: {"iss": ISSUER})
    without: tuple[str, ...] = ()

    def signer(self) -> x509.Certificate:
        subject = named("Utopia PID")
        by = self.authority
        return certificate(subject, self.key, by.name, by.key, extensions=self.extensions)

    def make(self, bind: Callable[[str], str] = lambda _: "") -> bytes:
        disclosure = base64url(json.dumps(["c2FsdC1zYWx0LXNhbHQ", *SHOWN]).encode())
        payload = {
            "vct": TYPE,
            "iat": int((NOW - timedelta(days=10)).timestamp()),
            "exp": int((NOW + timedelta(days=90)).timestamp()),
            "cnf": {"jwk": jwk(self.holder)},
            "_sd": [base64url(hashlib.sha256(disclosure.encode()).digest())],
            "_sd_alg": "sha-256",
            **self.claims,
        }
        brought = self.x5c or in_base64(*(self.chain or (self.signer(),)))
        header = {"alg": self.alg, "typ": "dc+sd-jwt", "x5c": brought, **self.header}
        for name in self.without:
            header.pop(name, None)
            payload.pop(name, None)
        shown = f"{jws(header, payload, self.key)}~{disclosure}~"
        return f"{shown}{bind(shown)}".encode()

    def present(self, *, nonce: str, audience: str, **header: Any) -> bytes:
        def bind(shown: str) -> str:
            payload = {
                "iat": int(NOW.timestamp()),
                "aud": audience,
                "nonce": nonce,
                "sd_hash": base64url(hashlib.sha256(shown.encode()).digest()),
            }
            return jws({"alg": "ES256", "typ": "kb+jwt", **header}, payload, self.holder)

        return self.make(bind)
