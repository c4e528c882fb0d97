from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from did.keys.x25519 import X25519PrivateKey
from tests.wallet.credentials.mdoc.issuer import Authority, Making, new_key
from wallet.backup.errors import BackupError, DamagedBackup, NotABackup, WrongKey
from wallet.backup.jwe import lock, unlock
from wallet.backup.universal_wallet import (
    content_of,
    credentials_in,
    lock_wallet,
    unlock_wallet,
)
from wallet.credentials.received import read_credential
from wallet.entries import credentials
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.wallet import Wallet

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PASSWORD = Secret("a long password of its own")
KEY = X25519PrivateKey(bytes(range(32)))


def locked(contents: list[Any]) -> dict[str, Any]:
    return lock_wallet(contents, PASSWORD, NOON)


def test_the_key_of_a_password_is_the_one_that_others_make_of_it() -> None:
    # PBKDF2 of "test", turned from Ed25519 into X25519, as other wallets name it.
    made = lock_wallet([], Secret("test"), NOON)
    assert made["issuer"] == "did:key:z6LSjTbRETJjUCDiQopbeCgZKRisy7mdchwiMBPTQktcibGh"


def test_a_wallet_is_locked_and_says_nothing_of_what_is_in_it(small: Wallet) -> None:
    contents = [content_of(one.credential) for one in credentials(small.vault)]
    data = json.dumps(locked(contents)).encode()
    assert b"Degree" not in data
    found, others = credentials_in(unlock_wallet(data, PASSWORD))
    assert [one.types for one in found] == [("VerifiableCredential", "Degree")]
    assert others == 0


@pytest.mark.parametrize(
    ("format_", "type_", "member"),
    [
        ("jwt", ["JWTCredential"], "jwt"),
        ("sd-jwt", ["JWTCredential"], "jwt"),
        ("cose", "EnvelopedVerifiableCredential", "id"),
    ],
)
def test_what_is_no_json_is_called_what_it_is_and_comes_back_byte_for_byte(
    small: Wallet, do: Any, format_: str, type_: Any, member: str
) -> None:
    about = {"type": "Pass", "issuer": "school", "subject": "school", "claims": {"n": "1"}}
    do("issue_credential", **about, format=format_)
    credential = credentials(small.vault)[-1].credential
    content = content_of(credential)
    assert content["type"] == type_
    assert member in content
    (found,), others = credentials_in([content, {"type": "Person"}, 7])
    assert found.raw == credential.raw
    assert others == 2
    before = {"type": ["JWTCredential"], "jwt": credential.raw.decode()}  # as older wallets wrote
    assert credentials_in([before])[0][0].raw == credential.raw


def test_an_mdoc_is_called_one() -> None:
    credential = read_credential(Making(Authority(), new_key()).make())
    content = content_of(credential)
    assert (content["type"], content["mdoc"]) == (["MdocCredential"], credential.raw.decode())
    for told in (content, {"type": ["JWTCredential"], "jwt": content["mdoc"]}):
        (found,), _ = credentials_in([told])
        assert found.raw == credential.raw


def test_a_wallet_may_be_larger_than_any_credential() -> None:
    contents = [{"type": "Person", "name": "x" * 2048, "id": f"did:key:{n}"} for n in range(1000)]
    data = json.dumps(locked(contents)).encode()
    assert len(data) > 2 << 20
    assert list(unlock_wallet(data, PASSWORD)) == contents


def test_another_password_opens_nothing() -> None:
    with pytest.raises(WrongKey):
        unlock_wallet(json.dumps(locked([])).encode(), Secret("another"))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"type": []}', b'{"credentialSubject": 1}'])
def test_what_is_no_wallet_is_refused(data: bytes) -> None:
    with pytest.raises(NotABackup):
        unlock_wallet(data, PASSWORD)


@pytest.mark.parametrize("name", ["protected", "recipients", "iv", "ciphertext", "tag"])
@pytest.mark.parametrize("value", [None, "", "x", "é", [], {}, [None], [{}], 7, "AAAA"])
def test_a_malformed_lock_is_refused(name: str, value: Any) -> None:
    made = locked([1])
    made["credentialSubject"]["encryptedWalletContents"][name] = value
    with pytest.raises(BackupError):
        unlock_wallet(json.dumps(made).encode(), PASSWORD)


def test_changed_contents_are_refused() -> None:
    made = lock(b"what is in it", KEY.public_key, "did:key:x#y")
    assert unlock(made, KEY) == b"what is in it"
    changed = {**made, "ciphertext": made["ciphertext"][:-4] + "AAAA"}
    with pytest.raises(WrongKey):
        unlock(changed, KEY)
    with pytest.raises(DamagedBackup):
        unlock({**made, "protected": "e30"}, KEY)


@pytest.mark.usefixtures("small")
def test_the_documents_of_dids_of_every_method_are_written(do: Any, tmp_path: Path) -> None:
    for method in ("jwk", "peer", "pkh"):
        do("create_did", method=method, name=f"my {method}")
    password = tmp_path / "password"
    password.write_text(PASSWORD.expose_secret(), encoding="utf-8")
    do("export_wallet", file=str(tmp_path / "u.json"), password_file=str(password))
    contents = unlock_wallet((tmp_path / "u.json").read_bytes(), PASSWORD)
    documents = {one["id"]: one["didDocument"] for one in contents if "didDocument" in one}
    assert len(documents) == 5
    for number, (did, document) in enumerate(documents.items()):
        assert document["id"] == did
        do("export_document", did=did, file=str(tmp_path / f"{number}.json"))
        assert json.loads((tmp_path / f"{number}.json").read_bytes()) == document
