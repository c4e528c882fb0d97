from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from did.document import VerificationMethod
from did.encoding import encode_multikey
from did.keys.ed25519 import Ed25519PrivateKey
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.formats.data_integrity import secure
from wallet.credentials.issuing import unsigned_credential

if TYPE_CHECKING:
    from collections.abc import Mapping

SEED = bytes(range(32))
NOW = datetime(2026, 1, 31, 9, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def vectors() -> Path:
    return Path(__file__).parents[2] / "vectors"


@pytest.fixture(scope="session")
def contexts() -> Mapping[str, Mapping[str, Any]]:
    examples = {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
    return MappingProxyType({**SHIPPED, "https://www.w3.org/ns/credentials/examples/v2": examples})


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey(SEED)


@pytest.fixture(scope="session")
def jwk(key: Ed25519PrivateKey) -> bytes:
    def base64url(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    members = {"x": base64url(key.public_key.raw), "d": base64url(SEED)}
    return json.dumps({"kty": "OKP", "crv": "Ed25519", **members}).encode()


@pytest.fixture(scope="session")
def issuer(key: Ed25519PrivateKey) -> str:
    return "did:key:" + encode_multikey(key.public_key)


@pytest.fixture(scope="session")
def method(key: Ed25519PrivateKey, issuer: str) -> VerificationMethod:
    identifier = f"{issuer}#{issuer.removeprefix('did:key:')}"
    return VerificationMethod(identifier, "Multikey", issuer, key.public_key, {})


@pytest.fixture
def unsigned(issuer: str, now: datetime) -> dict[str, Any]:
    return unsigned_credential(
        id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        issuer=issuer,
        subject="did:example:ada",
        type="University Degree",
        claims={"degree": "BSc", "graduation date": "2025-06-30", "毕业日期": "2025年6月30日"},
        valid_from=now,
    )


@pytest.fixture
def secured(
    unsigned: dict[str, Any], key: Ed25519PrivateKey, method: VerificationMethod, now: datetime
) -> dict[str, Any]:
    return secure(
        unsigned,
        signer=key,
        verification_method=method.id,
        purpose="assertionMethod",
        created=now,
    )
