from __future__ import annotations

import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from did.base_encodings import decode_base58btc
from did.document import VerificationMethod
from did.encoding import decode_multikey
from did.keys.ed25519 import Ed25519PrivateKey
from wallet.credentials.errors import ProofInvalid
from wallet.credentials.formats import read_proofs
from wallet.credentials.formats.data_integrity import (
    SUITES,
    DataIntegrity,
    attach,
    proposal,
    secure,
)
from wallet.credentials.formats.data_integrity.canonical_json import canonical_json
from wallet.credentials.jsonld import Contexts, canonicalize

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
CITIZENSHIP = "https://w3id.org/citizenship/v4rc1"


class Example(NamedTuple):
    suite: str
    folder: str
    ending: str
    unsigned: str


EXAMPLES = [
    Example("eddsa-rdfc-2022", "eddsa-rdfc-2022", "DataInt", "unsigned"),
    Example("eddsa-rdfc-2022", "eddsa-rdfc-2022/employ", "DataInt", "employmentAuth"),
    Example("eddsa-jcs-2022", "eddsa-jcs-2022", "JCS", "unsigned"),
    Example("Ed25519Signature2020", "Ed25519Signature2020", "EdSig", "unsigned"),
]


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.folder)
def example(request: pytest.FixtureRequest) -> Example:
    found: Example = request.param
    return found


@pytest.fixture(scope="module")
def known(vectors: Path, contexts: Contexts) -> Contexts:
    citizenship = load(vectors / "vc-di-ecdsa" / "contexts" / "citizenship-v4rc1.jsonld")
    return MappingProxyType({**contexts, CITIZENSHIP: citizenship["@context"]})


@pytest.fixture(scope="module")
def chain(vectors: Path) -> Path:
    return vectors / "vc-di-eddsa" / "proof-set-chain"


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def private_key(multikey: str) -> Ed25519PrivateKey:
    secret = decode_base58btc(multikey)
    assert secret[:2] == b"\x80\x26"
    return Ed25519PrivateKey(secret[2:])


def method_of(proof: Mapping[str, Any]) -> VerificationMethod:
    method_id = proof["verificationMethod"]
    did, _, fragment = method_id.partition("#")
    return VerificationMethod(method_id, "Multikey", did, decode_multikey(fragment), {})


def unsigned_of(example: Example, vectors: Path) -> dict[str, Any]:
    unsigned: dict[str, Any] = load(vectors / "vc-di-eddsa" / f"{example.unsigned}.json")
    # The published document of the older suite names the context of that suite.
    if example.suite == "Ed25519Signature2020":
        unsigned["@context"].append("https://w3id.org/security/suites/ed25519-2020/v1")
    return unsigned


def test_the_bytes_to_sign_are_those_of_the_standard(
    example: Example, vectors: Path, known: Contexts
) -> None:
    folder, ending = vectors / "vc-di-eddsa" / example.folder, example.ending
    options = load(folder / f"proofConfig{ending}.json")
    unsigned = unsigned_of(example, vectors)
    signing_bytes = SUITES[example.suite].signing_bytes(unsigned, options, known)
    proof_hash, document_hash = signing_bytes[:32].hex(), signing_bytes[32:].hex()
    assert proof_hash == (folder / f"proofHash{ending}.txt").read_text()
    assert document_hash == (folder / f"docHash{ending}.txt").read_text()
    assert proof_hash + document_hash == (folder / f"combinedHash{ending}.txt").read_text()


def test_the_canonical_forms_are_those_of_the_standard(
    example: Example, vectors: Path, known: Contexts
) -> None:
    folder, ending = vectors / "vc-di-eddsa" / example.folder, example.ending
    options = load(folder / f"proofConfig{ending}.json")
    unsigned = unsigned_of(example, vectors)

    def canonical(document: dict[str, Any]) -> bytes:
        if example.suite == "eddsa-jcs-2022":
            return canonical_json(document)
        return canonicalize(document, contexts=known)

    assert canonical(unsigned) == (folder / f"canonDoc{ending}.txt").read_bytes()
    assert canonical(options) == (folder / f"proofCanon{ending}.txt").read_bytes()


def test_the_secured_document_is_that_of_the_standard(
    example: Example, vectors: Path, known: Contexts
) -> None:
    folder = vectors / "vc-di-eddsa"
    pair = load(folder / "keyPair.json")
    public = pair["publicKeyMultibase"]
    secured = secure(
        load(folder / f"{example.unsigned}.json"),
        suite=example.suite,
        signer=private_key(pair["privateKeyMultibase"]),
        verification_method=f"did:key:{public}#{public}",
        purpose="assertionMethod",
        created=CREATED,
        contexts=known,
    )
    assert secured == load(folder / example.folder / f"signed{example.ending}.json")
    value = secured["proof"]["proofValue"]
    assert value == (folder / example.folder / f"sigBTC58{example.ending}.txt").read_text()
    signature = (folder / example.folder / f"sigHex{example.ending}.txt").read_text()
    assert decode_base58btc(value).hex() == signature


def test_the_secured_document_of_the_standard_verifies(
    example: Example, vectors: Path, known: Contexts
) -> None:
    secured = load(vectors / "vc-di-eddsa" / example.folder / f"signed{example.ending}.json")
    format_ = DataIntegrity(known)
    (proof,) = read_proofs(secured)
    assert format_.secures(proof)
    format_.verify(secured, proof, method_of(secured["proof"]))


@pytest.mark.parametrize("name", ["Set1", "Set2", "Chain1", "Chain2"])
def test_every_proof_of_the_sets_and_chains_verifies(
    name: str, chain: Path, known: Contexts
) -> None:
    secured = load(chain / f"signedProof{name}.json")
    for proof in read_proofs(secured):
        DataIntegrity(known).verify(secured, proof, method_of(proof.raw))


def test_the_chain_of_the_standard_is_made_again_proof_by_proof(
    chain: Path, known: Contexts
) -> None:
    steps = [
        ("proofSetConfig1", "signedProofSet1"),
        ("proofSetConfig2", "signedProofSet2"),
        ("proofChainConfig1", "signedProofChain1"),
        ("proofChainConfig2", "signedProofChain2"),
    ]
    pairs, document = load(chain / "multiKeyPairs.json"), load(chain / "unsigned.json")
    for number, (config, expected) in enumerate(steps, start=1):
        options = load(chain / f"{config}.json")
        document = secure(
            document,
            signer=private_key(pairs[f"keyPair{number}"]["privateKeyMultibase"]),
            verification_method=options["verificationMethod"],
            purpose=options["proofPurpose"],
            created=datetime.fromisoformat(options["created"]),
            proof_id=options.get("id"),
            previous_proof=options.get("previousProof"),
            contexts=known,
        )
        assert document == load(chain / f"{expected}.json")
        proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
        assert proofs[-1] == load(chain / f"{config.replace('Config', 'ConfigSigned')}.json")


def test_what_a_link_of_the_chain_signs_is_the_document_of_the_standard(
    chain: Path, known: Contexts
) -> None:
    pairs = load(chain / "multiKeyPairs.json")
    for number, signed in ((1, "signedProofSet2"), (2, "signedProofChain1")):
        options = load(chain / f"proofChainConfig{number}.json")
        proposed = proposal(
            load(chain / f"{signed}.json"),
            signer=private_key(pairs[f"keyPair{number + 2}"]["privateKeyMultibase"]),
            verification_method=options["verificationMethod"],
            purpose=options["proofPurpose"],
            created=datetime.fromisoformat(options["created"]),
            proof_id=options.get("id"),
            previous_proof=options["previousProof"],
            contexts=known,
        )
        assert proposed.signing_bytes == SUITES["eddsa-rdfc-2022"].signing_bytes(
            load(chain / f"proofChainTempDoc{number}.json"), options, known
        )


def test_a_proof_joins_those_that_are_there_already(
    chain: Path, known: Contexts, key: Ed25519PrivateKey, method: VerificationMethod
) -> None:
    secured = load(chain / "signedProofSet2.json")
    format_ = DataIntegrity(known)
    proposed = proposal(
        secured,
        signer=key,
        verification_method=method.id,
        purpose="assertionMethod",
        created=CREATED,
        contexts=known,
    )
    joined = attach(proposed, key.sign(proposed.signing_bytes))
    assert joined["proof"][:2] == secured["proof"]
    *others, own = read_proofs(joined)
    format_.verify(joined, own, method)
    for proof in others:
        format_.verify(joined, proof, method_of(proof.raw))


@pytest.mark.parametrize("link", [0, 1, 2])
def test_a_link_of_the_chain_cannot_be_changed_under_those_that_build_on_it(
    link: int, chain: Path, known: Contexts
) -> None:
    secured = load(chain / "signedProofChain2.json")
    secured["proof"][link]["created"] = "2023-02-24T23:36:39Z"
    building = 2 if link < 2 else 3
    for proof in (read_proofs(secured)[link], read_proofs(secured)[building]):
        with pytest.raises(ProofInvalid, match="signature does not fit"):
            DataIntegrity(known).verify(secured, proof, method_of(proof.raw))
