from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from did.base_encodings import decode_base58btc
from did.encoding import decode_multicodec, decode_multikey, encode_multicodec, encode_multikey
from did.keys.p256 import P256PrivateKey
from wallet.credentials.errors import ProofInvalid
from wallet.credentials.formats import read_proofs
from wallet.credentials.formats.data_integrity import SELECTIVE_SUITES, DataIntegrity
from wallet.credentials.formats.data_integrity.selective.disclosure import (
    disclose,
    proof_hash,
    read_shown,
    sort_statements,
)
from wallet.credentials.formats.data_integrity.selective.ecdsa_values import (
    BaseValue,
    DerivedValue,
)
from wallet.credentials.formats.data_integrity.selective.grouping import group_statements
from wallet.credentials.formats.data_integrity.selective.labels import hmac_labels
from wallet.credentials.formats.data_integrity.suites.ecdsa_sd import derive, propose_base
from wallet.credentials.jsonld import canonicalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from did.document import VerificationMethod
    from wallet.credentials.jsonld import Contexts

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINTERS = {"employ": "employ", "prc": "prCred"}


class Example:
    """One folder of the vectors, and what goes in."""

    def __init__(self, name: str, load: Callable[[str], Any], vectors: Path) -> None:
        self.folder = f"vc-di-ecdsa/ecdsa-sd-2023/{name}"
        self.vectors = vectors
        self.load = load
        self.mandatory = load(f"vc-di-ecdsa/{POINTERS[name]}Mandatory.json")
        self.selective = load(f"vc-di-ecdsa/{POINTERS[name]}Selective.json")
        self.material = load("vc-di-ecdsa/ecdsa-sd-2023/SDKeyMaterial.json")
        self.base = self("addSignedSDBase.json")
        self.document = {n: v for n, v in self.base.items() if n != "proof"}
        self.hmac_key = bytes.fromhex(self.material["hmacKeyString"])

    def __call__(self, name: str) -> Any:
        return self.load(f"{self.folder}/{name}")

    def labels(self, labels: Iterable[str]) -> Mapping[str, str]:
        return hmac_labels(labels, self.hmac_key)

    def key(self, which: str) -> P256PrivateKey:
        return P256PrivateKey(decode_base58btc(self.material[which]["secretKeyMultibase"])[2:])


@pytest.fixture(params=POINTERS, scope="module")
def example(request: pytest.FixtureRequest, load: Callable[[str], Any], vectors: Path) -> Example:
    return Example(request.param, load, vectors)


def test_the_document_of_the_first_example_is_the_one_that_is_published(
    load: Callable[[str], Any], vectors: Path
) -> None:
    assert Example("employ", load, vectors).document == load("vc-di-ecdsa/employmentAuth.json")


def test_the_statements_are_canonical_and_named_by_hmac(example: Example, known: Contexts) -> None:
    canonical = canonicalize(example.document, contexts=known).decode()
    assert canonical.splitlines(keepends=True) == example("addBaseDocCanon.json")
    grouping = group_statements(example.document, example.labels, known)
    assert [*map(bytes.decode, grouping.statements)] == example("addBaseDocHMACCanon.json")


def test_the_statements_are_sorted_as_the_issuer_has_it(example: Example, known: Contexts) -> None:
    sorted_ = sort_statements(example.document, example.mandatory, example.labels, known)
    expected = example("addBaseTransform.json")
    assert expected["mandatoryPointers"] == example.mandatory
    for statements, name in ((sorted_.mandatory, "mandatory"), (sorted_.others, "nonMandatory")):
        assert [*map(bytes.decode, statements)] == [s for _, s in expected[name]["value"]]
    assert sorted_.mandatory_hash.hex() == example("addHashData.json")["mandatoryHash"]


def test_the_options_are_hashed_in_their_canonical_form(example: Example, known: Contexts) -> None:
    options = example("addProofConfig.json")
    canonical = canonicalize(options, contexts=known)
    text = (example.vectors / example.folder / "addProofConfigCanon.txt").read_bytes()
    assert canonical == text.rstrip(b"\n") + b"\n"
    hashed = proof_hash(example.document, options, known)
    assert hashed == hashlib.sha256(canonical).digest()
    assert hashed.hex() == example("addHashData.json")["proofHash"]


def test_the_parts_that_pointers_lead_to_are_the_published_ones(
    example: Example, known: Contexts
) -> None:
    grouping = group_statements(example.document, example.labels, known)
    expected = example("derivedGroupIndexes.json")
    mandatory, selective = grouping.group(example.mandatory), grouping.group(example.selective)
    combined = grouping.group([*example.mandatory, *example.selective])
    assert [*mandatory.places] == expected["mandatoryIndexes"]
    assert [*selective.places] == expected["selectiveIndexes"]
    assert [*combined.places] == expected["combinedIndexes"]


def test_what_is_disclosed_is_what_is_published(example: Example, known: Contexts) -> None:
    shown = disclose(example.document, example.mandatory, example.selective, example.labels, known)
    assert shown.document == example("derivedUnsignedReveal.json")
    expected = example("derivedDisclosureData.json")
    labels = [[f"c14n{number}", label] for number, label in shown.label_map.items()]
    assert labels == expected["labelMap"]["value"]
    assert [*shown.mandatory_places] == expected["mandatoryIndexes"]
    signatures = example("derivedAdjSignatures.json")
    published = example("derivedRecoveredBaseData.json")["signatures"]
    assert [*shown.chosen_places] == signatures["adjSignatureIndexes"]
    assert [published[at] for at in shown.chosen_places] == signatures["filteredSignatures"]


def test_a_base_proof_is_read_and_written_byte_for_byte(example: Example) -> None:
    value = example.base["proof"]["proofValue"]
    read, expected = BaseValue.parse(value), example("derivedRecoveredBaseData.json")
    assert str(read) == value
    assert read.signature.hex() == expected["baseSignature"]
    assert encode_multikey(decode_multicodec(read.public_key)) == expected["proofPublicKey"]
    assert read.hmac_key.hex() == expected["hmacKey"]
    assert [one.hex() for one in read.signatures] == expected["signatures"]
    assert [*read.mandatory_pointers] == expected["mandatoryPointers"]


def test_a_derived_proof_is_read_and_written_byte_for_byte(example: Example) -> None:
    value = example("derivedRevealDocument.json")["proof"]["proofValue"]
    read, expected = DerivedValue.parse(value), example("verifyDerivedProofValue.json")
    assert str(read) == value
    assert read.signature.hex() == expected["baseSignature"]
    assert encode_multikey(decode_multicodec(read.public_key)) == expected["publicKey"]
    assert [one.hex() for one in read.signatures] == expected["signatures"]
    assert [[f"c14n{n}", label] for n, label in read.labels.items()] == expected["labelMap"]
    assert [*read.mandatory_places] == expected["mandatoryIndexes"]


def test_the_published_document_is_derived_byte_for_byte(example: Example, known: Contexts) -> None:
    made = derive(example.base, example.selective, contexts=known)
    assert made == example("derivedRevealDocument.json")


def test_a_verifier_reads_the_statements_that_are_published(
    example: Example, known: Contexts
) -> None:
    derived = example("derivedRevealDocument.json")
    value = DerivedValue.parse(derived.pop("proof")["proofValue"])
    shown = read_shown(derived, value.labels, value.mandatory_places, known)
    expected = example("verifyCreateVerifyData.json")
    assert [*map(bytes.decode, shown.others)] == expected["nonMandatory"]
    assert shown.mandatory_hash.hex() == expected["mandatoryHash"]
    every = sorted([*shown.mandatory, *shown.others])
    assert [*map(bytes.decode, every)] == example("verifyNQuads.json")


def test_the_published_proofs_hold(
    example: Example,
    known: Contexts,
    method_of: Callable[[Mapping[str, Any]], VerificationMethod],
) -> None:
    derived = example("derivedRevealDocument.json")
    format_ = DataIntegrity(known)
    (proof,) = read_proofs(derived)
    assert format_.secures(proof)
    method = method_of(derived["proof"])
    format_.verify(derived, proof, method)
    assert method.public_key is not None
    SELECTIVE_SUITES["ecdsa-sd-2023"].verify_base(
        example.document, example.base["proof"], method.public_key, known
    )
    (base,) = read_proofs(example.base)
    with pytest.raises(ProofInvalid, match="is a base proof, which is for the holder alone"):
        format_.verify(example.base, base, method)


def test_the_published_base_proof_is_made_again_but_for_the_sign_of_each_s(
    example: Example, known: Contexts
) -> None:
    published = BaseValue.parse(example.base["proof"]["proofValue"])
    key = example.key("baseKeyPair")
    assert key.public_key == decode_multikey(example.material["baseKeyPair"]["publicKeyMultibase"])
    proposed = propose_base(
        example.document,
        {name: v for name, v in example.base["proof"].items() if name != "proofValue"},
        example.mandatory,
        contexts=known,
        hmac_key=example.hmac_key,
        statement_key=example.key("proofKeyPair"),
    )
    hashes = example("addHashData.json")
    public_key = encode_multicodec(example.key("proofKeyPair").public_key)
    assert proposed.signing_bytes.hex() == (
        hashes["proofHash"] + public_key.hex() + hashes["mandatoryHash"]
    )
    made = proposed.signed(key.sign(proposed.signing_bytes), key.public_key)
    ours = BaseValue.parse(made.pop("proofValue"))
    assert made == {n: v for n, v in example.base["proof"].items() if n != "proofValue"}
    assert ours.public_key == published.public_key
    assert ours.mandatory_pointers == published.mandatory_pointers
    assert _low(ours.signature) == _low(published.signature)
    assert [*map(_low, ours.signatures)] == [*map(_low, published.signatures)]


def _low(signature: bytes) -> bytes:
    s = int.from_bytes(signature[32:])
    return signature[:32] + min(s, ORDER - s).to_bytes(32)
