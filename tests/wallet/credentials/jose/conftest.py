from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from did.base_encodings import encode_base64url
from did.document import VerificationMethod
from did.encoding import encode_multikey
from did.keys import ALGORITHMS, SigningKey
from wallet.credentials.form import CREDENTIALS_V1, CREDENTIALS_V2
from wallet.credentials.formats.jose.algorithms import SIGNATURES
from wallet.credentials.strict_json import write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ISSUED = datetime(2026, 1, 31, 9, 0, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Party:
    """Someone with a did:key, who signs whatever they are given."""

    alg: str
    key: SigningKey
    did: str
    method: VerificationMethod

    @classmethod
    def of(cls, alg: str, *, number: int = 1) -> Party:
        algorithm = ALGORITHMS[SIGNATURES[alg].key]
        secret = bytes((*range(algorithm.secret_size - 1), number))
        key = algorithm.private_key(secret)
        assert isinstance(key, SigningKey)
        multikey = encode_multikey(key.public_key)
        did = f"did:key:{multikey}"
        method = VerificationMethod(f"{did}#{multikey}", "Multikey", did, key.public_key, {})
        return cls(alg, key, did, method)

    def token(self, payload: object, *, typ: Any = "vc+jwt", **header: Any) -> bytes:
        """Whatever it is, signed as it is; a member of the header that is None is left out."""
        members = {"alg": self.alg, "typ": typ, "kid": self.method.id, **header}
        present = {name: value for name, value in members.items() if value is not None}
        return self.sign(write_json(present), write_json(payload))

    def sign(self, header: bytes, payload: bytes) -> bytes:
        signing_input = f"{encode_base64url(header)}.{encode_base64url(payload)}"
        signature = encode_base64url(self.key.sign(signing_input.encode()))
        return f"{signing_input}.{signature}".encode()


@pytest.fixture(scope="session")
def party() -> Callable[..., Party]:
    return Party.of


@pytest.fixture(scope="session")
def ada() -> Party:
    return Party.of("EdDSA")


@pytest.fixture(scope="session")
def mallory() -> Party:
    return Party.of("EdDSA", number=2)


@pytest.fixture(params=sorted(SIGNATURES))
def everyone(request: pytest.FixtureRequest) -> Party:
    return Party.of(request.param)


@pytest.fixture(scope="session")
def issued() -> datetime:
    return ISSUED


@pytest.fixture(scope="session")
def credential() -> Callable[..., dict[str, Any]]:
    def made(issuer: str, /, **members: Any) -> dict[str, Any]:
        return {
            "@context": [CREDENTIALS_V2],
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential"],
            "issuer": issuer,
            "validFrom": "2026-01-31T09:00:00Z",
            "credentialSubject": {"id": "did:example:ada", "name": "Ada 毕业"},
            **members,
        }

    return made


@pytest.fixture(scope="session")
def presentation() -> Callable[..., dict[str, Any]]:
    def made(holder: str, /, **members: Any) -> dict[str, Any]:
        return {
            "@context": [CREDENTIALS_V2],
            "type": ["VerifiablePresentation"],
            "holder": holder,
            "verifiableCredential": [],
            **members,
        }

    return made


@pytest.fixture(scope="session")
def older() -> Callable[..., dict[str, Any]]:
    """A credential of VCDM 1.1."""

    def made(issuer: str, /, **members: Any) -> dict[str, Any]:
        return {
            "@context": [CREDENTIALS_V1],
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential"],
            "issuer": issuer,
            "issuanceDate": "2026-01-31T09:00:00Z",
            "expirationDate": "2036-01-31T09:00:00Z",
            "credentialSubject": {"id": "did:example:ada", "name": "Ada"},
            **members,
        }

    return made


@pytest.fixture(scope="session")
def claims() -> Callable[..., dict[str, Any]]:
    """The payload of a token of VCDM 1.1, with as little in `vc` as there can be."""

    def made(issuer: str, vc: Mapping[str, Any] | None = None, /, **others: Any) -> dict[str, Any]:
        least = {
            "@context": [CREDENTIALS_V1],
            "type": ["VerifiableCredential"],
            "credentialSubject": {"name": "Ada"},
        }
        payload = {
            "iss": issuer,
            "sub": "did:example:ada",
            "jti": "urn:uuid:1",
            "nbf": 1769850000,
            "vc": {**least, **(vc or {})},
            **others,
        }
        return {name: value for name, value in payload.items() if value is not None}

    return made
