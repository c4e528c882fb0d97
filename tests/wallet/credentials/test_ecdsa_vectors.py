from __future__ import annotations

import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from did.base_encodings import decode_base58btc, encode_base58btc
from did.document import VerificationMethod
from did.encoding import decode_multikey
from did.keys.p256 import P256PrivateKey
from did.keys.p384 import P384PrivateKey
from wallet.credentials.errors import ProofInvalid
from wallet.credentials.formats import read_proofs
from wallet.credentials.formats.data_integrity import SUITES, DataIntegrity, secure
from wallet.credentials.formats.data_integrity.canonical_json import canonical_json
from wallet.credentials.jsonld import Contexts, HashAlgorithm, canonicalize

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
CITIZENSHIP = "https://w3id.org/citizenship/v4rc1"
ORDERS = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": int("f" * 48 + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16),
}


class Example(NamedTuple):
    suite: str
    curve: str
    folder: str
    ending: str
    unsigned: str


EXAMPLES = [
    Example(f"ecdsa-{way}-2019", curve, f"ecdsa-{way}-2019-{short}{more}", ending, unsigned)
    for curve, short in (("P-256", "p256"), ("P-384", "p384"))
    for way, ending, more, unsigned in (
        ("rdfc", f"ECDSA{short.upper()}", "", "unsigned"),
        ("rdfc", f"ECDSA{short.upper()}", "/employ", "employmentAuth"),
        ("jcs", f"JCSECDSA{short.upper()}", "", "unsigned"),
    )
]


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.folder)
def example(request: pytest.FixtureRequest) -> Example:
    found: Example = request.param
    return found


@pytest.fixture(scope="module")
def folder(vectors: Path) -> Path:
    return vectors / "vc-di-ecdsa"


@pytest.fixture(scope="module")
def known(folder: Path, contexts: Contexts) -> Contexts:
    citizenship = load(folder / "contexts" / "citizenship-v4rc1.jsonld")
    return MappingProxyType({**contexts, CITIZENSHIP: citizenship["@context"]})


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def method_of(proof: Mapping[str, Any]) -> VerificationMethod:
    method_id = proof["verificationMethod"]
    did, _, fragment = method_id.partition("#")
    return VerificationMethod(method_id, "Multikey", did, decode_multikey(fragment), {})


def private_key(folder: Path, curve: str) -> P256PrivateKey | P384PrivateKey:
    pair = load(folder / f"{curve.replace('-', '').lower()}KeyPair.json")
    secret = decode_base58btc(pair["secretKeyMultibase"])
    key: P256PrivateKey | P384PrivateKey
    if curve == "P-256":
        assert secret[:2] == b"\x86\x26"
        key = P256PrivateKey(secret[2:])
    else:
        assert secret[:2] == b"\x87\x26"
        key = P384PrivateKey(secret[2:])
    assert key.public_key == decode_multikey(pair["publicKeyMultibase"])
    return key


def test_the_bytes_to_sign_are_those_of_the_standard(
    example: Example, folder: Path, known: Contexts
) -> None:
    place, ending = folder / example.folder, example.ending
    signing_bytes = SUITES[example.suite].signing_bytes(
        load(folder / f"{example.unsigned}.json"),
        load(place / f"proofConfig{ending}.json"),
        known,
        example.curve,
    )
    size = len(signing_bytes) // 2
    assert size == {"P-256": 32, "P-384": 48}[example.curve]
    assert signing_bytes[:size].hex() == (place / f"proofHash{ending}.txt").read_text()
    assert signing_bytes[size:].hex() == (place / f"docHash{ending}.txt").read_text()
    assert signing_bytes.hex() == (place / f"combinedHash{ending}.txt").read_text()


def test_the_canonical_forms_are_those_of_the_standard(
    example: Example, folder: Path, known: Contexts
) -> None:
    place, ending = folder / example.folder, example.ending

    def canonical(document: dict[str, Any]) -> bytes:
        if example.suite == "ecdsa-jcs-2019":
            return canonical_json(document)
        hashing = HashAlgorithm.SHA_384 if example.curve == "P-384" else HashAlgorithm.SHA_256
        return canonicalize(document, contexts=known, algorithm=hashing)

    options = load(place / f"proofConfig{ending}.json")
    assert canonical(options) == (place / f"proofCanon{ending}.txt").read_bytes()
    unsigned = load(folder / f"{example.unsigned}.json")
    assert canonical(unsigned) == (place / f"canonDoc{ending}.txt").read_bytes()


def test_the_secured_document_of_the_standard_verifies(
    example: Example, folder: Path, known: Contexts
) -> None:
    secured = load(folder / example.folder / f"signed{example.ending}.json")
    format_ = DataIntegrity(known)
    (proof,) = read_proofs(secured)
    assert format_.secures(proof)
    format_.verify(secured, proof, method_of(secured["proof"]))
    value = secured["proof"]["proofValue"]
    assert value == (folder / example.folder / f"sigBTC58{example.ending}.txt").read_text()
    signature = (folder / example.folder / f"sigHex{example.ending}.txt").read_text()
    assert decode_base58btc(value).hex() == signature


def test_the_published_signature_is_made_again_but_for_the_sign_of_its_s(
    example: Example, folder: Path, known: Contexts
) -> None:
    published = load(folder / example.folder / f"signed{example.ending}.json")
    secured = secure(
        load(folder / f"{example.unsigned}.json"),
        suite=example.suite,
        signer=private_key(folder, example.curve),
        verification_method=published["proof"]["verificationMethod"],
        purpose="assertionMethod",
        created=CREATED,
        contexts=known,
    )
    ours = decode_base58btc(secured["proof"].pop("proofValue"))
    theirs = decode_base58btc(published["proof"].pop("proofValue"))
    assert secured == published
    size = len(ours) // 2
    assert ours[:size] == theirs[:size]
    other = (ORDERS[example.curve] - int.from_bytes(theirs[size:])).to_bytes(size)
    assert ours[size:] in {theirs[size:], other}


def test_the_other_s_is_taken_as_well(example: Example, folder: Path, known: Contexts) -> None:
    secured = load(folder / example.folder / f"signed{example.ending}.json")
    signature = decode_base58btc(secured["proof"]["proofValue"])
    size = len(signature) // 2
    other = (ORDERS[example.curve] - int.from_bytes(signature[size:])).to_bytes(size)
    secured["proof"]["proofValue"] = encode_base58btc(signature[:size] + other)
    (proof,) = read_proofs(secured)
    DataIntegrity(known).verify(secured, proof, method_of(secured["proof"]))


@pytest.mark.parametrize("half", ["r", "s"])
@pytest.mark.parametrize("value", ["zero", "order", "more than the order"])
def test_no_half_of_a_signature_is_zero_or_as_great_as_the_order(
    half: str, value: str, folder: Path, known: Contexts
) -> None:
    for example in EXAMPLES:
        if "/" in example.folder:
            continue
        secured = load(folder / example.folder / f"signed{example.ending}.json")
        signature = decode_base58btc(secured["proof"]["proofValue"])
        size, order = len(signature) // 2, ORDERS[example.curve]
        s = int.from_bytes(signature[size:])
        number = {"zero": 0, "order": order, "more than the order": order + s}[value]
        if number.bit_length() > 8 * size:
            number = 2 ** (8 * size) - 1
        bad = number.to_bytes(size)
        parts = (bad, signature[size:]) if half == "r" else (signature[:size], bad)
        secured["proof"]["proofValue"] = encode_base58btc(b"".join(parts))
        (proof,) = read_proofs(secured)
        with pytest.raises(ProofInvalid):
            DataIntegrity(known).verify(secured, proof, method_of(secured["proof"]))
