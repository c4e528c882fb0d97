from __future__ import annotations

import base64
import gc
import json
import pickle
from typing import TYPE_CHECKING

import pytest
from nacl.signing import SigningKey

from did.encoding import from_jwk
from did.keys.secp256k1 import Secp256k1PublicKey, address
from wallet.vault.derivation import Branch, KeyPath, derive
from wallet.vault.errors import Locked, VaultError
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from did.keys import DigestSigner, Signer
    from wallet.vault.vault import Vault

JUNK = "test test test test test test test test test test test junk"
PATHS = [KeyPath.ethr(0), KeyPath.assertion(0, 0), KeyPath.did_key(0), KeyPath.journal()]


@pytest.mark.parametrize("key_path", PATHS, ids=str)
def test_signs_with_the_key_of_its_path(vault: Vault, key_path: KeyPath) -> None:
    signer: Signer = vault.signer(key_path)
    signature = signer.sign(b"message")
    assert signer.public_key == vault.public_key(key_path)
    assert signer.public_key.algorithm == key_path.algorithm
    assert signer.public_key.verify(signature, b"message")
    assert not signer.public_key.verify(signature, b"massage")


def test_signs_the_digests_of_the_account_that_pays(vault: Vault) -> None:
    signer: DigestSigner = vault.digest_signer(KeyPath.ethr(0))
    public_key = signer.public_key
    assert isinstance(public_key, Secp256k1PublicKey)
    assert address(public_key) == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert len(signer.sign_digest(bytes(32))) == 65
    assert public_key.verify(signer.sign(b"message"), b"message")


def test_gives_no_digest_signer_for_another_algorithm(vault: Vault) -> None:
    with pytest.raises(VaultError, match="is of Ed25519, not secp256k1"):
        vault.digest_signer(KeyPath.did_key(0))


@pytest.mark.parametrize("key_path", PATHS, ids=str)
def test_signs_nothing_once_the_vault_is_closed(vault: Vault, key_path: KeyPath) -> None:
    signer = vault.signer(key_path)
    vault.close()
    with pytest.raises(Locked):
        signer.sign(b"message")
    with pytest.raises(Locked):
        vault.signer(key_path)
    with pytest.raises(Locked):
        vault.public_key(key_path)
    with pytest.raises(Locked), vault.unsafe_expose_jwk(key_path):
        pass


@pytest.mark.parametrize("key_path", PATHS, ids=str)
def test_a_signer_shows_its_path_and_no_key(vault: Vault, key_path: KeyPath) -> None:
    signer = vault.signer(key_path)
    secret = derive(RecoveryPhrase.parse(Secret(JUNK)).expose_seed(), key_path)
    assert str(key_path) in repr(signer)
    assert secret.hex() not in repr(signer)
    reachable = [value for value in gc.get_referents(signer) if isinstance(value, bytes)]
    assert secret not in reachable
    with pytest.raises(TypeError):
        pickle.dumps(signer)


def test_exposes_a_private_jwk_by_a_name_that_warns(vault: Vault) -> None:
    key_path = KeyPath.did_key(3)
    with vault.unsafe_expose_jwk(key_path) as jwk:
        members = json.loads(jwk)
    assert members.keys() == {"kty", "crv", "x", "d"}
    assert (members["kty"], members["crv"]) == ("OKP", "Ed25519")
    secret = base64.urlsafe_b64decode(members["d"] + "=")
    assert SigningKey(secret).verify_key.encode() == vault.public_key(key_path).raw
    assert base64.urlsafe_b64decode(members["x"] + "=") == vault.public_key(key_path).raw


def test_exposes_no_jwk_of_the_account_that_pays(vault: Vault) -> None:
    for path in (KeyPath.ethr(0), KeyPath.pkh(0)):
        with pytest.raises(VaultError, match="of an account"), vault.unsafe_expose_jwk(path):
            pass


@pytest.mark.parametrize(
    ("algorithm", "size"), [("P-256", 32), ("P-384", 48), ("P-521", 66), ("secp256k1", 32)]
)
def test_exposes_a_jwk_of_any_algorithm_that_signs_credentials(
    vault: Vault, algorithm: str, size: int
) -> None:
    path = KeyPath.did(Branch.DID_KEY, 1, algorithm=algorithm)
    with vault.unsafe_expose_jwk(path) as jwk:
        members = json.loads(jwk)
    assert from_jwk({name: members[name] for name in ("kty", "crv", "x", "y")}) == (
        vault.public_key(path)
    )
    assert len(base64.urlsafe_b64decode(members["d"] + "==")) == size
