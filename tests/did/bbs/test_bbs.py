from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from py_arkworks_bls12381 import G1Point, Scalar

from did.bbs.blind import (
    blind_prove,
    blind_sign,
    blind_verify,
    blind_verify_proof,
    check_commitment,
    commit,
)
from did.bbs.ciphersuite import (
    API,
    CIPHERSUITE,
    EXPAND_SIZE,
    MAX_MESSAGES,
    P1,
    create_generators,
    expand_message,
    hash_to_scalar,
    messages_to_scalars,
)
from did.bbs.errors import NoProof, TooManyMessages
from did.bbs.proofs import hidden_in, prove, verify_proof
from did.bbs.signatures import sign, verify
from did.keys.bls12381 import Bls12381G2PrivateKey, Bls12381G2PublicKey

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parents[2] / "vectors" / "bbs" / "bls12-381-sha-256"
ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
SIGNATURES = sorted(path.name for path in (FOLDER / "signature").iterdir())
PROOFS = sorted(path.name for path in (FOLDER / "proof").iterdir())


def load(*names: str) -> Any:
    return json.loads(FOLDER.joinpath(*names).read_text("utf-8"))


def octets(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def mocked(count: int) -> Callable[[int], bytes]:
    fixture = load("mockedRng.json")
    seed, tag = bytes.fromhex(fixture["seed"]), bytes.fromhex(fixture["dst"])
    stream = expand_message(seed, tag, EXPAND_SIZE * count)
    parts = iter(range(0, len(stream), EXPAND_SIZE))

    def random(size: int) -> bytes:
        at = next(parts)
        return stream[at : at + size]

    return random


@pytest.fixture(scope="module")
def key() -> Bls12381G2PrivateKey:
    return Bls12381G2PrivateKey(bytes.fromhex(load("keypair.json")["keyPair"]["secretKey"]))


@pytest.fixture(scope="module")
def messages() -> list[bytes]:
    return octets(json.loads((FOLDER.parent / "messages.json").read_text()))


def test_the_public_key_is_that_of_the_fixture(key: Bls12381G2PrivateKey) -> None:
    assert key.public_key.raw.hex() == load("keypair.json")["keyPair"]["publicKey"]


def test_a_hash_is_the_scalar_of_the_fixture() -> None:
    fixture = load("h2s.json")
    scalar = hash_to_scalar(bytes.fromhex(fixture["message"]), bytes.fromhex(fixture["dst"]))
    assert scalar.to_be_bytes().hex() == fixture["scalar"]


def test_messages_are_the_scalars_of_the_fixture() -> None:
    cases = load("MapMessageToScalarAsHash.json")["cases"]
    scalars = messages_to_scalars(octets([case["message"] for case in cases]), API)
    assert [scalar.to_be_bytes().hex() for scalar in scalars] == [c["scalar"] for c in cases]


def test_generators_are_those_of_the_fixture_in_whatever_number_they_are_asked_for() -> None:
    fixture = load("generators.json")
    assert P1.to_compressed_bytes().hex() == fixture["P1"]
    expected = [fixture["Q1"], *fixture["MsgGenerators"]]
    for count in (3, 11, 1, 7, 0):
        made = create_generators(count, API)
        assert [one.hex() for one in made.octets] == expected[:count]
        assert [one.to_compressed_bytes() for one in made.points] == [*made.octets]


def test_the_fixed_point_is_made_as_the_ciphersuite_says() -> None:
    tag = CIPHERSUITE + b"H2G_HM2S_"
    seed = expand_message(
        tag + b"BP_MESSAGE_GENERATOR_SEED", tag + b"SIG_GENERATOR_SEED_", EXPAND_SIZE
    )
    value = expand_message(seed + (1).to_bytes(8), tag + b"SIG_GENERATOR_SEED_", EXPAND_SIZE)
    assert G1Point.hash_to_curve(value, tag + b"SIG_GENERATOR_DST_") == P1


def test_random_scalars_are_mocked_as_in_the_fixture() -> None:
    fixture = load("mockedRng.json")
    random = mocked(fixture["count"])
    made = [Scalar.from_be_bytes_mod_order(random(EXPAND_SIZE)) for _ in range(fixture["count"])]
    assert [scalar.to_be_bytes().hex() for scalar in made] == fixture["mockedScalars"]


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_is_made_and_judged_as_in_the_fixture(name: str) -> None:
    fixture = load("signature", name)
    pair = fixture["signerKeyPair"]
    header, signature = bytes.fromhex(fixture["header"]), bytes.fromhex(fixture["signature"])
    messages = octets(fixture["messages"])
    public_key = Bls12381G2PublicKey(bytes.fromhex(pair["publicKey"]))
    assert verify(public_key, signature, header, messages) is fixture["result"]["valid"]
    if fixture["result"]["valid"]:
        private_key = Bls12381G2PrivateKey(bytes.fromhex(pair["secretKey"]))
        assert sign(private_key, header, messages) == signature


@pytest.mark.parametrize("name", PROOFS)
def test_a_proof_is_made_and_judged_as_in_the_fixture(name: str) -> None:
    fixture = load("proof", name)
    public_key = Bls12381G2PublicKey(bytes.fromhex(fixture["signerPublicKey"]))
    header, presented = (bytes.fromhex(fixture[n]) for n in ("header", "presentationHeader"))
    messages, places = octets(fixture["messages"]), fixture["disclosedIndexes"]
    proof = bytes.fromhex(fixture["proof"])
    told = {place: messages[place] for place in places}
    assert verify_proof(public_key, proof, header, presented, told) is fixture["result"]["valid"]
    if fixture["result"]["valid"]:
        signature = bytes.fromhex(fixture["signature"])
        random = mocked(5 + len(messages) - len(places))
        made = prove(public_key, signature, header, presented, messages, places, random=random)
        assert made == proof


def test_two_proofs_of_one_signature_have_nothing_in_common(
    key: Bls12381G2PrivateKey, messages: list[bytes]
) -> None:
    signature = sign(key, b"header", messages)
    one, other = (
        prove(key.public_key, signature, b"header", b"", messages, [0, 3]) for _ in range(2)
    )
    assert not {one[at : at + 8] for at in range(len(one) - 7)} & {
        other[at : at + 8] for at in range(len(other) - 7)
    }
    assert signature[:48] not in one
    told = {0: messages[0], 3: messages[3]}
    assert verify_proof(key.public_key, one, b"header", b"", told)
    assert verify_proof(key.public_key, other, b"header", b"", told)


def test_a_proof_may_show_all_messages_or_none(
    key: Bls12381G2PrivateKey, messages: list[bytes]
) -> None:
    for count in (0, 1, 4):
        signature = sign(key, b"", messages[:count])
        for places in ([], [*range(count)]):
            proof = prove(key.public_key, signature, b"", b"", messages[:count], places)
            assert hidden_in(proof) == count - len(places)
            told = {place: messages[place] for place in places}
            assert verify_proof(key.public_key, proof, b"", b"", told)


@pytest.mark.parametrize("places", [[0, 0], [1, 0], [-1], [4], [0, 1, 2, 3, 4]])
def test_places_of_messages_are_those_of_messages_each_once_and_in_their_order(
    key: Bls12381G2PrivateKey, messages: list[bytes], places: list[int]
) -> None:
    signature = sign(key, b"", messages[:4])
    with pytest.raises(ValueError, match="some of those signed"):
        prove(key.public_key, signature, b"", b"", messages[:4], places)
    proof = prove(key.public_key, signature, b"", b"", messages[:4], [])
    told = dict.fromkeys(places, b"x")
    assert not verify_proof(key.public_key, proof[: -32 * len(told)], b"", b"", told)


def test_a_proof_that_is_changed_anywhere_does_not_hold(
    key: Bls12381G2PrivateKey, messages: list[bytes]
) -> None:
    signature = sign(key, b"", messages[:3])
    proof = prove(key.public_key, signature, b"", b"", messages[:3], [1])
    told = {1: messages[1]}
    for at in range(0, len(proof), 16):
        changed = bytearray(proof)
        changed[at] ^= 1
        assert not verify_proof(key.public_key, bytes(changed), b"", b"", told)
    for size in (0, 1, 47, 48, 144, 271, 272, len(proof) - 1):
        assert not verify_proof(key.public_key, proof[:size], b"", b"", told)
    assert not verify_proof(key.public_key, proof + b"\0", b"", b"", told)


@pytest.mark.parametrize("point", [0, 1, 2])
def test_the_identity_is_no_point_of_a_proof(
    key: Bls12381G2PrivateKey, messages: list[bytes], point: int
) -> None:
    signature = sign(key, b"", messages[:1])
    proof = bytearray(prove(key.public_key, signature, b"", b"", messages[:1], [0]))
    proof[48 * point : 48 * point + 48] = b"\xc0" + bytes(47)
    assert not verify_proof(key.public_key, bytes(proof), b"", b"", {0: messages[0]})


@pytest.mark.parametrize("scalar", [0, ORDER, 2**256 - 1])
def test_a_scalar_that_is_zero_or_too_great_is_none(
    key: Bls12381G2PrivateKey, messages: list[bytes], scalar: int
) -> None:
    signature = sign(key, b"", messages[:1])
    assert not verify(key.public_key, signature[:48] + scalar.to_bytes(32), b"", messages[:1])
    proof = prove(key.public_key, signature, b"", b"", messages[:1], [0])
    for at in range(144, len(proof), 32):
        changed = proof[:at] + scalar.to_bytes(32) + proof[at + 32 :]
        assert not verify_proof(key.public_key, changed, b"", b"", {0: messages[0]})


def test_a_signature_over_the_identity_is_none(key: Bls12381G2PrivateKey) -> None:
    forged = b"\xc0" + bytes(47) + (1).to_bytes(32)
    assert not verify(key.public_key, forged, b"", [])
    with pytest.raises(NoProof, match="identity"):
        prove(key.public_key, forged, b"", b"", [], [])


def test_there_are_no_more_messages_than_anyone_would_wait_for(key: Bls12381G2PrivateKey) -> None:
    many = [b""] * (MAX_MESSAGES + 1)
    with pytest.raises(TooManyMessages, match="1024"):
        sign(key, b"", many)
    with pytest.raises(TooManyMessages, match="1024"):
        verify_proof(key.public_key, bytes(272 + 32 * len(many)), b"", b"", {})
    with pytest.raises(TooManyMessages, match="1024"):
        blind_verify_proof(key.public_key, bytes(272 + 32 * 1026), b"", b"", len(many), {})


def test_what_was_committed_to_is_proved_and_never_told(
    key: Bls12381G2PrivateKey, messages: list[bytes]
) -> None:
    commitment = commit([b"a secret"])
    signature = blind_sign(key, commitment.with_proof, b"header", messages[:4])
    given = (key.public_key, signature, b"header")
    known = ([b"a secret"], commitment.blind)
    assert blind_verify(*given, messages[:4], *known)
    assert not blind_verify(*given, messages[:4], [b"another"], commitment.blind)
    assert not blind_verify(*given, messages[:4], [b"a secret"], b"\x01" * 32)
    proof = blind_prove(*given, b"presented", messages[:4], [1, 2], *known)
    told = {1: messages[1], 2: messages[2]}
    assert blind_verify_proof(key.public_key, proof, b"header", b"presented", 4, told)
    for count, other in ((3, told), (5, told), (6, told), (4, {1: messages[1], 2: messages[3]})):
        assert not blind_verify_proof(key.public_key, proof, b"header", b"presented", count, other)
    assert not verify_proof(key.public_key, proof, b"header", b"presented", told)
    with pytest.raises(ValueError, match="not told"):
        blind_prove(*given, b"presented", messages[:4], [1, 5], *known)


def test_a_proof_by_someone_who_does_not_know_the_secret_does_not_hold(
    key: Bls12381G2PrivateKey, messages: list[bytes]
) -> None:
    commitment = commit([b"a secret"])
    signature = blind_sign(key, commitment.with_proof, b"", messages[:2])
    proof = blind_prove(
        *(key.public_key, signature, b"", b"", messages[:2], [0]), [b"a guess"], commitment.blind
    )
    assert not blind_verify_proof(key.public_key, proof, b"", b"", 2, {0: messages[0]})


def test_nothing_is_signed_blindly_of_which_nobody_has_shown_to_know_it(
    key: Bls12381G2PrivateKey,
) -> None:
    whole = commit([b"a secret"]).with_proof
    for at in range(48, len(whole), 16):
        changed = bytearray(whole)
        changed[at + 1] ^= 1
        with pytest.raises(NoProof):
            blind_sign(key, bytes(changed), b"", [b"message"])
    for part in (b"", whole[:48], whole[:80], whole[:-1], whole + bytes(31) + b"\x01"):
        with pytest.raises(NoProof):
            blind_sign(key, part, b"", [b"message"])
    with pytest.raises(NoProof, match="length"):
        blind_sign(key, commit([b""] * 9).with_proof, b"", [b"message"])


def test_what_opens_a_commitment_is_not_shown() -> None:
    commitment = commit([b"a secret"])
    assert commitment.blind.hex() not in repr(commitment)
    assert repr(commitment.blind) not in repr(commitment)


def test_a_commitment_is_checked_by_itself() -> None:
    made = commit([b"secret"])
    check_commitment(made.with_proof)
    with pytest.raises(NoProof):
        check_commitment(made.with_proof[:-1] + bytes((made.with_proof[-1] ^ 1,)))


def test_what_opens_a_commitment_may_be_given() -> None:
    blind = (7).to_bytes(32)
    made = commit([b"secret"], blind=blind)
    assert made.blind == blind
    assert made.with_proof[:48] == commit([b"secret"], blind=blind).with_proof[:48]
    with pytest.raises(NoProof):
        commit([b"secret"], blind=bytes(32))


def test_no_more_bytes_are_drawn_from_a_message_than_there_are() -> None:
    for tag, size in ((b"tag", 255 * 32 + 1), (b"t" * 256, 32)):
        with pytest.raises(ValueError, match="SHA-256 expands to"):
            expand_message(b"", tag, size)
    assert len(expand_message(b"", b"tag", 255 * 32)) == 255 * 32


def test_a_signature_has_one_scalar(key: Bls12381G2PrivateKey) -> None:
    signature = sign(key, b"", [b"one"])
    assert not verify(key.public_key, signature + signature[-32:], b"", [b"one"])
