from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from multiformats import multibase

from did.encoding import encode_multikey
from did.keys.ed25519 import Ed25519PrivateKey
from did.resolver import StaticResolver
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.formats.data_integrity import SUITES
from wallet.verify.pipeline import verify
from wallet.verify.sources import Sources, nobody

if TYPE_CHECKING:
    from collections.abc import Callable

    from did.errors import DIDError
    from did.resolver import Resolves
    from wallet.verify.report import Report
    from wallet.verify.sources import Get

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PEOPLE = ("did:example:university", "did:example:alice", "did:example:mallory")
CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
]


def key_of(did: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey(hashlib.sha256(did.encode()).digest())


def document_of(did: str) -> dict[str, Any]:
    key = {
        "id": f"{did}#key-1",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": encode_multikey(key_of(did).public_key),
    }
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [key],
        "assertionMethod": [key["id"]],
        "authentication": [key["id"]],
    }


@pytest.fixture(scope="session")
def signing_key() -> Callable[[str], Ed25519PrivateKey]:
    """The key of anybody, by their DID."""
    return key_of


@pytest.fixture(scope="session")
def sealed() -> Callable[..., dict[str, Any]]:
    """Adds one more proof to a document, with any options, by the key of anybody."""

    def seal(document: dict[str, Any], by: str, **options: Any) -> dict[str, Any]:
        suite = SUITES[options.get("cryptosuite", "eddsa-rdfc-2022")]
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": suite.name,
            "created": "2026-11-23T08:00:00Z",
            "verificationMethod": f"{by}#key-1",
            **options,
        }
        proof = {name: value for name, value in proof.items() if value is not None}
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        proof = suite.options(unsecured, proof)
        signature = key_of(by).sign(suite.signing_bytes(unsecured, proof, SHIPPED))
        proof["proofValue"] = multibase.encode(signature, "base58btc")
        proofs = [*document.get("proof", []), proof]
        return deepcopy({**unsecured, "proof": proofs})

    return seal


@pytest.fixture(scope="session")
def degree() -> Callable[..., dict[str, Any]]:
    """Alice's degree without a proof; a member given as None is left out."""

    def unsecured(**members: Any) -> dict[str, Any]:
        document = {
            "@context": CONTEXTS,
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential", "DegreeCredential"],
            "issuer": "did:example:university",
            "validFrom": "2026-01-01T00:00:00Z",
            "validUntil": "2027-01-01T00:00:00Z",
            "credentialSubject": {
                "id": "did:example:alice",
                "degree": "Bachelor of Science",
                "毕业日期": "2026-06-30",
            },
            **members,
        }
        return {name: value for name, value in document.items() if value is not None}

    return unsecured


@pytest.fixture(scope="session")
def issued(
    degree: Callable[..., dict[str, Any]], sealed: Callable[..., dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """Alice's degree, made by its issuer unless `by` says otherwise."""

    def issue(
        *, by: str = "did:example:university", proof: dict[str, Any] | None = None, **members: Any
    ) -> dict[str, Any]:
        options = {"proofPurpose": "assertionMethod", **(proof or {})}
        return sealed(degree(**members), by, **options)

    return issue


@pytest.fixture(scope="session")
def presented(sealed: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A presentation by Alice unless `by` says otherwise."""

    def present(
        *credentials: dict[str, Any],
        by: str = "did:example:alice",
        holder: str | None = "did:example:alice",
        proof: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        document = {
            "@context": CONTEXTS[:1],
            "type": ["VerifiablePresentation"],
            **({} if holder is None else {"holder": holder}),
            **({"verifiableCredential": list(credentials)} if credentials else {}),
        }
        options = {"proofPurpose": "authentication", **(proof or {})}
        return sealed(document, by, **options)

    return present


@pytest.fixture
def world() -> dict[str, dict[str, Any] | DIDError]:
    """What asking for a DID gives, for a test to change."""
    return {did: document_of(did) for did in PEOPLE}


@pytest.fixture
def judged(world: dict[str, dict[str, Any] | DIDError]) -> Callable[..., Report]:
    """The report on a document, or on bytes, as the world stands."""

    def judge(
        given: dict[str, Any] | bytes,
        *,
        at: datetime = NOW,
        resolver: Resolves | None = None,
        get: Get | None = None,
        **asked: Any,
    ) -> Report:
        data = given if isinstance(given, bytes) else json.dumps(given).encode()
        sources = Sources(resolver or StaticResolver(world), get or nobody)
        return verify(data, sources=sources, at=at, **asked)

    return judge
