from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from did.document import VerificationMethod
from did.encoding import decode_multikey, encode_multikey
from did.keys.bls12381 import Bls12381G2PrivateKey
from did.keys.p256 import P256PrivateKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from did.keys import PublicKey
    from wallet.credentials.jsonld import Contexts

WINDSURF = "https://windsurf.example/v1"
HMAC_KEY = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)


@pytest.fixture(scope="session")
def known(contexts: Contexts) -> Contexts:
    vocabulary = {"@vocab": "https://windsurf.grotto-networking.com/selective#"}
    return MappingProxyType({**contexts, WINDSURF: vocabulary})


@pytest.fixture(scope="session")
def load(vectors: Path) -> Callable[[str], Any]:
    def read(name: str) -> Any:
        value = json.loads((vectors / name).read_text("utf-8"))
        # A context that is written out is refused; by an address it means the same.
        if isinstance(value, dict) and isinstance(value.get("@context"), list):
            value["@context"] = [
                one if isinstance(one, str) else WINDSURF for one in value["@context"]
            ]
        return value

    return read


@pytest.fixture(scope="session")
def method_of() -> Callable[[Mapping[str, Any]], VerificationMethod]:
    def read(proof: Mapping[str, Any]) -> VerificationMethod:
        id_ = proof["verificationMethod"]
        did, _, fragment = id_.partition("#")
        return VerificationMethod(id_, "Multikey", did, decode_multikey(fragment), {})

    return read


@pytest.fixture(scope="session")
def p256() -> P256PrivateKey:
    return P256PrivateKey(bytes(range(1, 33)))


@pytest.fixture(scope="session")
def bls() -> Bls12381G2PrivateKey:
    return Bls12381G2PrivateKey(bytes(range(1, 33)))


@pytest.fixture(scope="session")
def options_for() -> Callable[[PublicKey], dict[str, Any]]:
    def options(key: PublicKey) -> dict[str, Any]:
        multikey = encode_multikey(key)
        return {
            "created": "2026-01-31T09:00:00Z",
            "verificationMethod": f"did:key:{multikey}#{multikey}",
            "proofPurpose": "assertionMethod",
        }

    return options


@pytest.fixture
def card() -> dict[str, Any]:
    """A credential with two objects that have no identifier."""
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/examples/v2",
        ],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "MemberCard"],
        "issuer": "did:example:club",
        "validFrom": "2026-01-31T09:00:00Z",
        "credentialSubject": {
            "type": "Member",
            "name": "Ada",
            "born": "1990-12-10",
            "card": {"type": "Card", "number": 7, "level": "gold"},
        },
    }
