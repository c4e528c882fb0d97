from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from multiformats import multibase

from did.document import VerificationMethod
from did.encoding import decode_multikey
from did.keys.ed25519 import Ed25519PrivateKey
from wallet.credentials.errors import UnsupportedFormat
from wallet.credentials.formats.data_integrity import (
    SUITES,
    DataIntegrity,
    attach,
    proposal,
    secure,
)
from wallet.credentials.jsonld import Contexts, canonicalize

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
FILES = {"eddsa-rdfc-2022": "DataInt", "eddsa-jcs-2022": "JCS"}


@pytest.fixture(params=sorted(FILES))
def suite(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def private_key(multikey: str) -> Ed25519PrivateKey:
    secret = bytes(multibase.decode(multikey))
    assert secret[:2] == b"\x80\x26"
    return Ed25519PrivateKey(secret[2:])


def method_of(proof: Mapping[str, Any]) -> VerificationMethod:
    method_id = proof["verificationMethod"]
    did, _, fragment = method_id.partition("#")
    return VerificationMethod(method_id, "Multikey", did, decode_multikey(fragment), {})


def test_the_bytes_to_sign_are_those_of_the_standard(
    suite: str, vectors: Path, contexts: Contexts
) -> None:
    folder, ending = vectors / "vc-di-eddsa" / suite, FILES[suite]
    unsigned = load(folder.parent / "unsigned.json")
    options = load(folder / f"proofConfig{ending}.json")
    signing_bytes = SUITES[suite].signing_bytes(unsigned, options, contexts)
    assert signing_bytes.hex() == (folder / f"combinedHash{ending}.txt").read_text()
    assert signing_bytes[:32].hex() == (folder / f"proofHash{ending}.txt").read_text()
    assert signing_bytes[32:].hex() == (folder / f"docHash{ending}.txt").read_text()


def test_the_canonical_forms_are_those_of_the_standard(vectors: Path, contexts: Contexts) -> None:
    folder = vectors / "vc-di-eddsa" / "eddsa-rdfc-2022"
    unsigned = load(folder.parent / "unsigned.json")
    options = load(folder / "proofConfigDataInt.json")
    assert (
        canonicalize(unsigned, contexts=contexts) == (folder / "canonDocDataInt.txt").read_bytes()
    )
    assert (
        canonicalize(options, contexts=contexts) == (folder / "proofCanonDataInt.txt").read_bytes()
    )


def test_the_secured_document_is_that_of_the_standard(
    suite: str, vectors: Path, contexts: Contexts
) -> None:
    folder = vectors / "vc-di-eddsa" / suite
    pair = load(folder.parent / "keyPair.json")
    public = pair["publicKeyMultibase"]
    secured = secure(
        load(folder.parent / "unsigned.json"),
        suite=suite,
        signer=private_key(pair["privateKeyMultibase"]),
        verification_method=f"did:key:{public}#{public}",
        purpose="assertionMethod",
        created=CREATED,
        contexts=contexts,
    )
    assert secured == load(folder / f"signed{FILES[suite]}.json")


def test_the_secured_document_of_the_standard_verifies(
    suite: str, vectors: Path, contexts: Contexts
) -> None:
    secured = load(vectors / "vc-di-eddsa" / suite / f"signed{FILES[suite]}.json")
    format_ = DataIntegrity(contexts)
    (proof,) = format_.proofs(secured)
    format_.verify(secured, proof, method_of(secured["proof"]))


def test_every_proof_of_a_set_verifies_by_itself(vectors: Path, contexts: Contexts) -> None:
    secured = load(vectors / "vc-di-eddsa" / "proof-set-chain" / "signedProofSet2.json")
    format_ = DataIntegrity(contexts)
    proofs = format_.proofs(secured)
    assert len(proofs) == 2
    for proof in proofs:
        format_.verify(secured, proof, method_of(proof.raw))


def test_a_proof_joins_those_that_are_there_already(
    vectors: Path, contexts: Contexts, key: Ed25519PrivateKey, method: VerificationMethod
) -> None:
    secured = load(vectors / "vc-di-eddsa" / "proof-set-chain" / "signedProofSet2.json")
    format_ = DataIntegrity(contexts)
    proposed = proposal(
        secured,
        signer=key,
        verification_method=method.id,
        purpose="assertionMethod",
        created=CREATED,
        contexts=contexts,
    )
    joined = attach(proposed, key.sign(proposed.signing_bytes))
    assert joined["proof"][:2] == secured["proof"]
    *others, own = format_.proofs(joined)
    format_.verify(joined, own, method)
    for proof in others:
        format_.verify(joined, proof, method_of(proof.raw))


def test_a_proof_that_follows_another_is_not_judged_yet(vectors: Path, contexts: Contexts) -> None:
    secured = load(vectors / "vc-di-eddsa" / "proof-set-chain" / "signedProofChain2.json")
    format_ = DataIntegrity(contexts)
    first, second, third, fourth = format_.proofs(secured)
    for proof in (first, second):
        format_.verify(secured, proof, method_of(proof.raw))
    for proof in (third, fourth):
        with pytest.raises(UnsupportedFormat, match="chain"):
            format_.verify(secured, proof, method_of(proof.raw))
