from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from did.base_encodings import encode_base64url
from did.encoding import encode_multikey
from did.keys import ALGORITHMS
from did.private_jwk import unsafe_encode_private_jwk
from wallet.vault.errors import IntegrityError, Locked, VaultError
from wallet.vault.header import FLOOR
from wallet.vault.keeper.child import Keeper
from wallet.vault.record import Kind
from wallet.vault.sealed_key import SealedKey
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from did.keys import PrivateKey

NAMES = ("Ed25519", "P-256", "P-384", "P-521", "secp256k1")


@pytest.fixture(params=["in this process", "by a keeper"])
def vault(request: pytest.FixtureRequest, path: Path, passphrase: Secret) -> Iterator[Vault]:
    """A vault whose keys are held in either way."""
    made, _ = Vault.create(path, passphrase, kdf=FLOOR)
    if request.param == "by a keeper":
        made.close()
        made = Vault.open(path, Keeper().with_passphrase(passphrase))
    with made:
        yield made


def key(name: str = "Ed25519", byte: int = 7) -> PrivateKey:
    algorithm = ALGORITHMS[name]
    return algorithm.private_key(b"\x01" + bytes([byte]) * (algorithm.secret_size - 1))


def jwk(made: PrivateKey) -> bytes:
    return json.dumps(unsafe_encode_private_jwk(made)).encode()


@pytest.mark.parametrize("name", NAMES)
def test_signs_with_a_key_that_came_from_elsewhere(vault: Vault, name: str) -> None:
    made = key(name)
    sealed = vault.seal_key(jwk(made))
    assert (sealed.name, sealed.algorithm) == (encode_multikey(made.public_key), name)
    signer = vault.signer(sealed)
    assert signer.public_key == sealed.public_key == vault.public_key(sealed) == made.public_key
    assert signer.public_key.verify(signer.sign(b"message"), b"message")
    with vault.unsafe_expose_jwk(sealed) as exposed:
        assert json.loads(exposed) == unsafe_encode_private_jwk(made)


def test_a_seal_is_each_time_another_and_its_size_tells_no_algorithm(vault: Vault) -> None:
    seals = [vault.seal_key(jwk(key(name))).sealed for name in (*NAMES, *NAMES)]
    assert len(set(seals)) == len(seals)
    assert len({len(sealed) for sealed in seals}) == 1


def test_a_record_brings_it_back_after_the_passphrase_was_changed(
    vault: Vault, path: Path, passphrase: Secret
) -> None:
    sealed = vault.seal_key(jwk(key()))
    vault.put(Kind.KEY, sealed.body(), id=sealed.name)
    vault.change_passphrase(passphrase, Secret("another"), kdf=FLOOR)
    vault.close()
    with Vault.open(path, Secret("another")) as again:
        kept = SealedKey.of(again.get(Kind.KEY, sealed.name))
        assert kept == sealed
        assert kept.public_key.verify(again.signer(kept).sign(b"message"), b"message")


def test_a_seal_in_the_place_of_another_is_refused(vault: Vault) -> None:
    mine, theirs = (vault.seal_key(jwk(key(byte=byte))) for byte in (7, 8))
    swapped = SealedKey(mine.name, theirs.sealed)
    for attempt in (vault.signer, vault.public_key):
        with pytest.raises(IntegrityError, match="imported key z6Mk"):
            attempt(swapped)
    with pytest.raises(IntegrityError), vault.unsafe_expose_jwk(swapped):
        pass
    signer = vault.signer(mine)
    object.__setattr__(mine, "sealed", theirs.sealed)
    with pytest.raises(IntegrityError):
        signer.sign(b"message")


def test_a_seal_of_another_wallet_is_refused(vault: Vault, tmp_path: Path) -> None:
    other, _ = Vault.create(tmp_path / "other" / "vault.db", Secret("passphrase"), kdf=FLOOR)
    with other:
        sealed = other.seal_key(jwk(key()))
    with pytest.raises(IntegrityError):
        vault.signer(sealed)


def test_what_opens_records_does_not_open_it(vault: Vault) -> None:
    sealed = vault.seal_key(jwk(key()))
    vault.put(Kind.KEY, sealed.body(), id=sealed.name)
    body = json.dumps(vault.get(Kind.KEY, sealed.name).body)
    secret = key().expose_secret()
    assert encode_base64url(secret) not in body
    assert secret not in sealed.sealed


@pytest.mark.parametrize("flipped", [0, 23, 24, 100, -1])
def test_a_seal_that_was_changed_is_refused(vault: Vault, flipped: int) -> None:
    sealed = vault.seal_key(jwk(key()))
    data = bytearray(sealed.sealed)
    data[flipped] ^= 1
    for changed in (bytes(data), b"", sealed.sealed[:-1], sealed.sealed + b"x"):
        with pytest.raises(IntegrityError):
            vault.signer(SealedKey(sealed.name, changed))


@pytest.mark.parametrize(
    "name", ["", "z6Mk", "phrase", "zQ3s" * 400, "z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc"]
)
def test_a_name_that_is_no_key_is_refused(vault: Vault, name: str) -> None:
    sealed = vault.seal_key(jwk(key()))
    with pytest.raises(VaultError):
        vault.signer(SealedKey(name, sealed.sealed))


def test_the_recovery_phrase_is_no_imported_key(vault: Vault) -> None:
    phrase = vault._held.rows.meta()["phrase"]
    with pytest.raises(IntegrityError):
        vault.signer(SealedKey("phrase", phrase))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"\xff", b"{" * 9_000])
def test_seals_nothing_but_a_private_jwk(vault: Vault, data: bytes) -> None:
    with pytest.raises(VaultError):
        vault.seal_key(data)


def test_seals_no_key_that_signs_nothing(vault: Vault) -> None:
    with pytest.raises(VaultError, match="X25519"):
        vault.seal_key(jwk(key("X25519")))


def test_signs_and_seals_nothing_once_the_vault_is_closed(vault: Vault) -> None:
    sealed = vault.seal_key(jwk(key()))
    signer = vault.signer(sealed)
    vault.close()
    with pytest.raises(Locked):
        signer.sign(b"message")
    with pytest.raises(Locked):
        vault.signer(sealed)
    with pytest.raises(Locked):
        vault.seal_key(jwk(key()))


def test_a_signer_shows_its_public_half_alone(vault: Vault) -> None:
    sealed = vault.seal_key(jwk(key()))
    assert repr(vault.signer(sealed)) == f"VaultSigner({sealed.name})"
