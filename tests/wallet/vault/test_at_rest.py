from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from did.base_encodings import encode_base64url
from did.keys import ALGORITHMS
from did.private_jwk import unsafe_encode_private_jwk
from wallet.vault.derivation import KeyPath, derive
from wallet.vault.header import FLOOR
from wallet.vault.phrase import Language, RecoveryPhrase
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

CANARIES = ["Zylphora", "did:example:canary", "学位证书", "graduationDate", "canary-record-id"]


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("language", Language)
def test_nothing_stands_in_plain_text(path: Path, passphrase: Secret, language: Language) -> None:
    vault, phrase = Vault.create(
        path, passphrase, phrase=RecoveryPhrase.generate(24, language), kdf=FLOOR
    )
    with vault:
        for _ in range(2):
            vault.put(
                Kind.CREDENTIAL,
                {"name": CANARIES[0], "subject": CANARIES[1], CANARIES[2]: CANARIES[3]},
                id=CANARIES[4],
            )
        vault.put(Kind.DID, {"id": CANARIES[1]}, id=CANARIES[1])
        vault.put(Kind.JOURNAL, {"about": CANARIES[0]})
        vault.delete(Kind.DID, CANARIES[1])
        vault.signer(KeyPath.ethr(0)).sign(b"message")
        imported = ALGORITHMS["P-384"].private_key(b"\x07" * 48)
        sealed = vault.seal_key(json.dumps(unsafe_encode_private_jwk(imported)).encode())
        vault.put(Kind.KEY, sealed.body(), id=sealed.name)
        vault.signer(sealed).sign(b"message")
        during = files(path.parent)
    assert during.keys() == {"vault.db", "vault.db-wal", "vault.db-shm"}
    seed, words = phrase.expose_seed(), phrase.expose_secret()
    secrets = [
        *(canary.encode() for canary in CANARIES),
        *(json.dumps(canary).strip('"').encode() for canary in CANARIES),
        passphrase.expose_secret().encode(),
        words.encode(),
        " ".join(words.split()[:3]).encode(),
        phrase.expose_entropy(),
        phrase.expose_entropy().hex().encode(),
        seed,
        derive(seed, KeyPath.ethr(0)),
        derive(seed, KeyPath.ethr(0)).hex().encode(),
        imported.expose_secret(),
        imported.expose_secret().hex().encode(),
        encode_base64url(imported.expose_secret()).encode(),
        sealed.name.encode(),
        b64encode(sealed.sealed),
        *(kind.encode() for kind in (Kind.CREDENTIAL, Kind.JOURNAL)),
    ]
    for name, content in (during | files(path.parent)).items():
        for secret in secrets:
            assert secret not in content, (name, secret)


def test_a_deleted_record_is_overwritten(vault: Vault) -> None:
    vault.put(Kind.CONTACT, {"x": "x" * 300}, id="a")
    held = vault._held
    row = held.store.record(held.row_id(Kind.CONTACT, "a"))
    assert row is not None
    vault.delete(Kind.CONTACT, "a")
    vault.close()
    assert row.sealed[:64] not in vault.path.read_bytes()


def test_a_replaced_wallet_key_is_overwritten(vault: Vault, passphrase: Secret) -> None:
    wrapped = vault._held.rows.meta()["wallet_key"]
    vault.change_passphrase(passphrase, Secret("new"))
    vault.close()
    assert wrapped not in vault.path.read_bytes()
    assert list(vault.path.parent.iterdir()) == [vault.path]


def test_a_size_says_little(vault: Vault) -> None:
    held = vault._held
    sizes = set()
    for length in range(0, 100, 7):
        vault.put(Kind.CONTACT, {"x": "x" * length}, id="a")
        row = held.store.record(held.row_id(Kind.CONTACT, "a"))
        assert row is not None
        sizes.add(len(row.sealed))
    assert len(sizes) == 1
