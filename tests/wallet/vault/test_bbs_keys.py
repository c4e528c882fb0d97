from __future__ import annotations

import hmac
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from did.bbs.blind import blind_verify_proof
from did.bbs.errors import BbsError, NoProof, TooManyMessages
from did.bbs.parties import KeyIssuer, Signature, holds_alone
from did.encoding import encode_multikey, from_jwk
from did.errors import UnsupportedKey
from did.keys.bls12381 import Bls12381G2PrivateKey, Bls12381G2PublicKey
from wallet.vault.derivation import Branch, KeyPath, derive, holder_blind, holder_secret
from wallet.vault.errors import Locked, VaultError
from wallet.vault.keeper.answering import Held
from wallet.vault.keeper.child import Keeper
from wallet.vault.keeper.wire import BrokenWire
from wallet.vault.keyring import Passphrase as Unlocking
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret
from wallet.vault.store import Store
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

JUNK = "test test test test test test test test test test test junk"
SEED = RecoveryPhrase.parse(Secret(JUNK)).expose_seed()
# draft-irtf-cfrg-pairing-friendly-curves, section 4.2.1.
ORDER = 52435875175126190479447740508185965837690552500527637822603658699938581184513
PATH = KeyPath.did(Branch.DID_KEY, 0, algorithm="BLS12381G2")
HEADER = b"header"
MESSAGES = (b"one", b"two", b"three")
ISSUER = "did:example:uni"
UNI = KeyIssuer(Bls12381G2PrivateKey(b"\x07" * 32))


def hkdf(salt: bytes, info: bytes, size: int) -> bytes:
    """RFC 5869 with SHA-512, one block of it, in the standard library's words."""
    return hmac.digest(hmac.digest(salt, SEED, "sha512"), info + b"\x01", "sha512")[:size]


def reduced(drawn: bytes) -> bytes:
    return (int.from_bytes(drawn, "big") % (ORDER - 1) + 1).to_bytes(32, "big")


@pytest.fixture(params=["here", "kept"])
def opened(request: pytest.FixtureRequest, vault: Vault, passphrase: Secret) -> Iterator[Vault]:
    """A vault whose keys are in this process, and one whose keys are in a child."""
    if request.param == "here":
        yield vault
        return
    vault.close()
    with Vault.open(vault.path, Keeper().with_passphrase(passphrase)) as kept:
        yield kept


def test_a_key_is_the_one_that_the_document_describes() -> None:
    key = derive(SEED, PATH)
    assert key == reduced(hkdf(b"holdfast BLS12381G2", b"m/6580580'/0'/0'", 40))
    assert key.hex() == "24431bffc894accb20604f4fb72ae32ef4bdc7242e908f052d3ce63ac9504e1d"
    text = (Path(__file__).parents[3] / "docs" / "keys.md").read_text("utf-8")
    assert key.hex() in text
    assert encode_multikey(Bls12381G2PrivateKey(key).public_key) in text
    assert holder_secret(SEED).hex() in text
    assert holder_blind(SEED, ISSUER).hex() in text


def test_a_holder_s_secret_is_one_and_what_hides_it_is_each_issuer_s_own() -> None:
    assert holder_secret(SEED) == hkdf(b"holdfast BBS holder", b"secret", 32)
    expected = reduced(hkdf(b"holdfast BBS holder", b"blind " + ISSUER.encode(), 40))
    assert holder_blind(SEED, ISSUER) == expected
    assert holder_blind(SEED, "did:example:other") != expected


def test_paths_and_algorithms_have_keys_of_their_own() -> None:
    keys = {
        derive(SEED, KeyPath.did(branch, number, algorithm=algorithm))
        for branch in (Branch.DID_KEY, Branch.DID_JWK)
        for number in (0, 1)
        for algorithm in ("BLS12381G2", "P-256", "Ed25519")
    }
    assert len(keys) == 12
    with pytest.raises(VaultError, match="is hardened"):
        KeyPath("BLS12381G2", (0,))


def test_signs_many_messages_as_the_key_itself_does(opened: Vault) -> None:
    signer = opened.bbs_signer(PATH)
    key = Bls12381G2PrivateKey(derive(SEED, PATH))
    assert signer.public_key == key.public_key == opened.public_key(PATH)
    value = signer.sign_messages(HEADER, MESSAGES)
    assert value == KeyIssuer(key).sign_messages(HEADER, MESSAGES)
    assert holds_alone(Signature(signer.public_key, value, HEADER, MESSAGES))
    assert not holds_alone(Signature(signer.public_key, value, b"", MESSAGES))
    assert str(PATH) in repr(signer)
    assert derive(SEED, PATH).hex() not in repr(signer)


def test_what_was_bound_by_a_commitment_is_shown_by_the_phrase_alone(opened: Vault) -> None:
    holder = opened.bbs_holder(ISSUER)
    value = UNI.sign_messages(HEADER, MESSAGES, holder.commitment())
    signature = Signature(UNI.public_key, value, HEADER, MESSAGES)
    assert holder.holds(signature)
    assert not opened.bbs_holder("did:example:other").holds(signature)
    assert not holder.holds(Signature(UNI.public_key, value, b"another", MESSAGES))
    proof = holder.prove(signature, b"presented", [1])
    told = {1: MESSAGES[1]}
    assert blind_verify_proof(UNI.public_key, proof, HEADER, b"presented", 3, told)
    assert not blind_verify_proof(UNI.public_key, proof, HEADER, b"again", 3, told)
    assert proof != holder.prove(signature, b"presented", [1])


def test_a_commitment_is_proved_anew_and_hides_one_secret(opened: Vault) -> None:
    holder = opened.bbs_holder(ISSUER)
    one, other = holder.commitment(), holder.commitment()
    assert one != other
    assert one[:48] == other[:48]
    assert opened.bbs_holder("did:example:other").commitment()[:48] != one[:48]


def test_signs_with_a_commitment_of_another_s(opened: Vault) -> None:
    signer = opened.bbs_signer(PATH)
    commitment = opened.bbs_holder(ISSUER).commitment()
    value = signer.sign_messages(HEADER, MESSAGES, commitment)
    given = Signature(signer.public_key, value, HEADER, MESSAGES)
    assert opened.bbs_holder(ISSUER).holds(given)
    assert not holds_alone(given)
    for broken in (commitment[:-1], commitment[:-1] + bytes((commitment[-1] ^ 1,)), b""):
        with pytest.raises(NoProof):
            signer.sign_messages(HEADER, MESSAGES, broken)


def test_what_is_wrong_is_said_in_its_own_words(opened: Vault) -> None:
    with pytest.raises(TooManyMessages, match="1024"):
        opened.bbs_signer(PATH).sign_messages(HEADER, [b""] * 1025)
    holder = opened.bbs_holder(ISSUER)
    assert not holder.holds(Signature(UNI.public_key, b"short", HEADER, MESSAGES))
    with pytest.raises(BbsError):
        holder.prove(Signature(UNI.public_key, b"short", HEADER, MESSAGES), b"", [0])
    with pytest.raises(VaultError, match="is of Ed25519, not BLS12381G2"):
        opened.bbs_signer(KeyPath.did_key(0))
    with pytest.raises(UnsupportedKey, match="nothing here verifies a signature of BLS12381G2"):
        opened.signer(PATH)


def test_nothing_is_signed_or_shown_once_the_vault_is_closed(opened: Vault) -> None:
    signer, holder = opened.bbs_signer(PATH), opened.bbs_holder(ISSUER)
    given = Signature(signer.public_key, bytes(80), HEADER, MESSAGES)
    opened.close()
    uses: tuple[Callable[[], object], ...] = (
        lambda: signer.sign_messages(HEADER, MESSAGES),
        holder.commitment,
        lambda: holder.holds(given),
        lambda: holder.prove(given, b"", [0]),
        lambda: opened.bbs_signer(PATH),
        lambda: opened.bbs_holder(ISSUER),
    )
    for use in uses:
        with pytest.raises(Locked):
            use()


def test_a_private_jwk_is_given_to_who_has_the_passphrase(opened: Vault) -> None:
    with opened.unsafe_expose_jwk(PATH) as jwk:
        members = json.loads(jwk)
    public = {name: members[name] for name in ("kty", "crv", "x")}
    assert from_jwk(public) == opened.public_key(PATH)
    assert isinstance(opened.public_key(PATH), Bls12381G2PublicKey)


@pytest.mark.parametrize(
    "question",
    [
        {"ask": "bbs"},
        {"ask": "bbs", "key": ["BLS12381G2", 1 << 31], "header": "", "messages": "none"},
        {"ask": "commit"},
        {"ask": "commit", "issuer": 7},
        {"ask": "holds", "issuer": ISSUER, "signature": {}},
        {"ask": "prove", "issuer": ISSUER, "signature": {"key": "AA==", "value": ""}},
    ],
)
def test_what_is_no_question_is_not_answered(
    vault: Vault, passphrase: Secret, question: dict[str, Any]
) -> None:
    vault.close()
    held = Held()
    held.data_keys, held.keys = Unlocking(passphrase).unlock(dict(Store.peek(vault.path)))
    with pytest.raises(BrokenWire):
        held.answer(question, trusted=True)
