from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from did.bbs.ciphersuite import (
    API,
    BLIND_API,
    EXPAND_SIZE,
    expand_message,
)
from did.bbs.parties import KeyIssuer, SecretHolder
from did.encoding import decode_multikey
from did.keys.bls12381 import Bls12381G2PrivateKey
from wallet.credentials.errors import ProofInvalid
from wallet.credentials.formats import read_proofs
from wallet.credentials.formats.data_integrity import SELECTIVE_SUITES, DataIntegrity
from wallet.credentials.formats.data_integrity.selective.bbs_values import (
    BaseValue,
    DerivedValue,
    Feature,
)
from wallet.credentials.formats.data_integrity.selective.disclosure import (
    disclose,
    proof_hash,
    read_shown,
    sort_statements,
)
from wallet.credentials.formats.data_integrity.selective.grouping import group_statements
from wallet.credentials.formats.data_integrity.selective.labels import shuffled_labels
from wallet.credentials.formats.data_integrity.suites.bbs import (
    BBS,
    derive,
    propose_base,
)
from wallet.credentials.jsonld import canonicalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from did.document import VerificationMethod
    from wallet.credentials.jsonld import Contexts


class Inputs(NamedTuple):
    folder: str
    pointers: str
    document: str | None
    feature: Feature


INPUTS = {
    "windsurf": Inputs(".", "wind", "windDoc", Feature.BASELINE),
    "prc": Inputs("prc", "prCred", None, Feature.BASELINE),
    "license": Inputs(
        "HolderBinding", "FeatureInputs/license", "FeatureInputs/license", Feature.HOLDER_BINDING
    ),
}


class Example:
    """One folder of the vectors, and what goes in."""

    def __init__(self, inputs: Inputs, load: Callable[[str], Any], vectors: Path) -> None:
        self.inputs = inputs
        self.load = load
        self.path = vectors / "vc-di-bbs" / inputs.folder
        self.mandatory = load(f"vc-di-bbs/{inputs.pointers}Mandatory.json")
        self.selective = load(f"vc-di-bbs/{inputs.pointers}Selective.json")
        self.material = load("vc-di-bbs/BBSKeyMaterial.json")
        self.presented = load("vc-di-bbs/BBSDeriveMaterial.json")
        self.base = self("addSignedSDBase.json")
        self.document = {n: v for n, v in self.base.items() if n != "proof"}
        self.hmac_key = bytes.fromhex(self.material["hmacKeyString"])
        self.key = Bls12381G2PrivateKey(bytes.fromhex(self.material["privateKeyHex"]))

    def __call__(self, name: str) -> Any:
        return self.load(f"vc-di-bbs/{self.inputs.folder}/{name}")

    def labels(self, labels: Iterable[str]) -> Mapping[str, str]:
        return shuffled_labels(labels, self.hmac_key)

    @property
    def presentation_header(self) -> bytes:
        return bytes.fromhex(self.presented["presentationHeaderHex"])

    @property
    def commitment(self) -> bytes | None:
        if self.inputs.feature is Feature.BASELINE:
            return None
        return bytes.fromhex(self("commitmentInfo.json")["commitmentWithProof"])

    @property
    def binding(self) -> SecretHolder | None:
        if self.inputs.feature is Feature.BASELINE:
            return None
        secret = self.load("vc-di-bbs/FeatureInputs/holderSecret.json")["holderSecretHex"]
        blind = self("commitmentInfo.json")["secretProverBlind"]
        return SecretHolder(bytes.fromhex(secret), bytes.fromhex(blind))

    def holder(self, hidden: int) -> SecretHolder | None:
        binding = self.binding
        return None if binding is None else replace(binding, random=self.random(hidden))

    def random(self, hidden: int) -> Callable[[int], bytes]:
        # The tag of the mocked scalars is that of the interface, without the draft's ending.
        tag = API if self.inputs.feature is Feature.BASELINE else BLIND_API
        seed = bytes.fromhex(self.presented["pseudoRandSeedHex"])
        stream = expand_message(seed, tag, EXPAND_SIZE * (5 + hidden))
        places = iter(range(0, len(stream), EXPAND_SIZE))

        def random(size: int) -> bytes:
            at = next(places)
            return stream[at : at + size]

        return random


@pytest.fixture(params=INPUTS, scope="module")
def example(request: pytest.FixtureRequest, load: Callable[[str], Any], vectors: Path) -> Example:
    return Example(INPUTS[request.param], load, vectors)


def test_the_key_is_the_published_one(example: Example) -> None:
    assert example.key.public_key.raw.hex() == example.material["publicKeyHex"]
    method: str = example.base["proof"]["verificationMethod"]
    assert decode_multikey(method.partition("#")[2]) == example.key.public_key


def test_the_document_is_the_published_one(example: Example) -> None:
    if example.inputs.document is not None:
        assert example.document == example.load(f"vc-di-bbs/{example.inputs.document}.json")


def test_the_statements_are_canonical_and_named_by_shuffled_numbers(
    example: Example, known: Contexts
) -> None:
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
    text = (example.path / "addProofConfigCanon.txt").read_bytes()
    assert canonicalize(options, contexts=known) == text.rstrip(b"\n") + b"\n"
    hashed = proof_hash(example.document, options, known)
    assert hashed.hex() == example("addHashData.json")["proofHash"]


def test_what_is_disclosed_is_what_is_published(example: Example, known: Contexts) -> None:
    grouping = group_statements(example.document, example.labels, known)
    groups = example("derivedGroupIndexes.json")
    combined = grouping.group([*example.mandatory, *example.selective])
    assert [*grouping.group(example.mandatory).places] == groups["mandatoryIndexes"]
    assert [*grouping.group(example.selective).places] == groups["selectiveIndexes"]
    assert [*combined.places] == groups["combinedIndexes"]
    shown = disclose(example.document, example.mandatory, example.selective, example.labels, known)
    assert shown.document == example("derivedUnsignedReveal.json")
    expected = example("derivedDisclosureData.json")
    labels = [[f"c14n{number}", label] for number, label in shown.label_map.items()]
    assert labels == expected["labelMap"]["value"]
    adjusted = example("derivedAdjIndexes.json")
    assert [*shown.mandatory_places] == adjusted["adjMandatoryIndexes"]
    assert [*shown.chosen_places] == adjusted["adjSelectiveIndexes"]


def test_the_published_base_proof_is_made_byte_for_byte(example: Example, known: Contexts) -> None:
    proposed = propose_base(
        example.document,
        {name: v for name, v in example.base["proof"].items() if name != "proofValue"},
        example.mandatory,
        commitment=example.commitment,
        contexts=known,
        hmac_key=example.hmac_key,
    )
    hashes = example("addHashData.json")
    assert proposed.header.hex() == hashes["proofHash"] + hashes["mandatoryHash"]
    made = proposed.signed(proposed.sign(KeyIssuer(example.key)), example.key.public_key)
    assert made == example.base["proof"]
    value, expected = BaseValue.parse(made["proofValue"]), example("addRawBaseSignatureInfo.json")
    assert str(value) == made["proofValue"]
    assert value.signature.hex() == expected["bbsSignature"]
    assert value.feature is example.inputs.feature


def test_the_published_base_proof_holds_for_its_holder(example: Example, known: Contexts) -> None:
    BBS.verify_base(
        *(example.document, example.base["proof"], example.key.public_key, known),
        example.binding,
    )


def test_the_published_document_is_derived_byte_for_byte(example: Example, known: Contexts) -> None:
    groups = example("derivedGroupIndexes.json")
    shown = example("derivedAdjIndexes.json")["adjSelectiveIndexes"]
    committed = 0 if example.inputs.feature is Feature.BASELINE else 2
    hidden = len(groups["nonMandatoryIndexes"]) - len(shown) + committed
    made = derive(
        example.base,
        example.selective,
        presentation_header=example.presentation_header,
        binding=example.holder(hidden),
        contexts=known,
        random=example.random(hidden),
        shuffle=lambda _: None,
    )
    assert made == example("derivedRevealDocument.json")


def test_a_derived_proof_is_read_and_written_byte_for_byte(example: Example) -> None:
    value = example("derivedRevealDocument.json")["proof"]["proofValue"]
    read, expected = DerivedValue.parse(value), example("derivedDisclosureData.json")
    assert str(read) == value
    assert read.proof.hex() == expected["bbsProof"]
    assert [[f"c14n{n}", label] for n, label in read.labels.items()] == (
        expected["labelMap"]["value"]
    )
    assert [*read.mandatory_places] == expected["mandatoryIndexes"]
    assert [*read.chosen_places] == expected["adjSelectiveIndexes"]
    assert read.presentation_header == example.presentation_header
    assert read.feature is example.inputs.feature
    assert read.count == expected.get("lengthBBSMessages")


def test_a_verifier_reads_the_statements_that_are_published(
    example: Example, known: Contexts
) -> None:
    derived = example("derivedRevealDocument.json")
    value = DerivedValue.parse(derived.pop("proof")["proofValue"])
    shown = read_shown(derived, value.labels, value.mandatory_places, known)
    assert shown.mandatory_hash.hex() == example("addHashData.json")["mandatoryHash"]
    if (example.path / "verifyNQuads.json").exists():
        every = sorted([*shown.mandatory, *shown.others])
        assert [*map(bytes.decode, every)] == example("verifyNQuads.json")


def test_the_published_derived_proof_holds_and_the_base_proof_is_not_for_verifiers(
    example: Example,
    known: Contexts,
    method_of: Callable[[Mapping[str, Any]], VerificationMethod],
) -> None:
    format_ = DataIntegrity(known)
    derived = example("derivedRevealDocument.json")
    (proof,) = read_proofs(derived)
    assert format_.secures(proof)
    format_.verify(derived, proof, method_of(derived["proof"]))
    (base,) = read_proofs(example.base)
    with pytest.raises(ProofInvalid, match="is a base proof, which is for the holder alone"):
        format_.verify(example.base, base, method_of(example.base["proof"]))
    assert SELECTIVE_SUITES["bbs-2023"] is BBS


def test_what_is_derived_by_the_holder_holds(
    example: Example,
    known: Contexts,
    method_of: Callable[[Mapping[str, Any]], VerificationMethod],
) -> None:
    made = derive(example.base, example.selective, binding=example.binding, contexts=known)
    (proof,) = read_proofs(made)
    DataIntegrity(known).verify(made, proof, method_of(made["proof"]))
