from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from did.document import Document, Relationship
from wallet.entries import dids
from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

NAMES = {"web": "did.json", "webvh": "did.jsonl"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def published(path: Path) -> Document:
    """The document that a file holds, as the last entry of its log where it is one."""
    if path.suffix == ".json":
        return Document.parse(json.loads(path.read_bytes()))
    return Document.parse(json.loads(path.read_bytes().splitlines()[-1])["state"])


@pytest.mark.parametrize("method", NAMES)
def test_the_file_is_the_document_after_every_change(
    wallet: Wallet, do: Does, folder: Path, method: str
) -> None:
    file = folder / NAMES[method]
    do("create_did", method=method, address="shop.example", name="shop")
    (own,) = dids(wallet.vault)
    assert published(file).did == own.did
    do("add_service", did="shop", endpoint="https://shop.example/files", type="Files")
    assert [service.types for service in published(file).services] == [("Files",)]
    do("remove_service", did="shop", service="service-1")
    assert published(file).services == ()


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("method", NAMES)
def test_a_new_key_is_for_all_that_the_old_one_was_for(
    wallet: Wallet, do: Does, folder: Path, method: str, *, keep: bool
) -> None:
    file = folder / NAMES[method]
    do("create_did", method=method, address="shop.example", name="shop")
    (before,) = published(file).verification_methods
    uses = {use for use in Relationship if published(file).authorizes(before.id, use)}
    assert Relationship.ASSERTION_METHOD in uses
    do("rotate_key", did="shop", keep=keep)
    (own,) = dids(wallet.vault)
    after = wallet.registrars[method].signing(own).verification_method
    assert after != before.id
    listed = published(file)
    assert {use for use in Relationship if listed.authorizes(after, use)} == uses
    assert (listed.method(before.id) is not None) == keep


@pytest.mark.parametrize("method", NAMES)
def test_a_change_whose_file_cannot_be_written_is_none(
    wallet: Wallet, do: Does, folder: Path, method: str
) -> None:
    do("create_did", method=method, address="shop.example", name="shop")
    kept = dids(wallet.vault)
    (folder / "file").touch()
    with pytest.raises(BadInput, match="cannot be written"):
        do("rotate_key", did="shop", output=str(folder / "file" / NAMES[method]))
    assert dids(wallet.vault) == kept
    do("rotate_key", did="shop")
    assert dids(wallet.vault)[0].rotation == 1
    assert len(published(folder / NAMES[method]).verification_methods) == 1


@pytest.mark.parametrize("method", NAMES)
def test_a_did_whose_file_cannot_be_written_is_not_created(
    wallet: Wallet, do: Does, folder: Path, method: str
) -> None:
    (folder / "file").touch()
    arguments: dict[str, Any] = {"method": method, "address": "shop.example"}
    with pytest.raises(BadInput, match="cannot be written"):
        do("create_did", output=str(folder / "file" / NAMES[method]), **arguments)
    assert dids(wallet.vault) == ()


@pytest.mark.parametrize(
    "theirs",
    [
        b"",
        b"something of mine that names did:web:shop.example",
        b'{"id": "did:web:shop.example:team"}',
        b'{"id": "did:web:other.example", "alsoKnownAs": ["did:web:shop.example"]}',
        b'["did:web:shop.example"]',
        b'{"state": ["did:web:shop.example"]}',
        b'{"versionId": "1-Qm"}\n{"state": {"id": "did:web:other.example"}}\n',
        b"[" * 100_000,
    ],
)
def test_no_file_is_written_over_that_is_not_about_the_very_did(
    wallet: Wallet, do: Does, folder: Path, theirs: bytes
) -> None:
    (folder / "did.json").write_bytes(theirs)
    with pytest.raises(BadInput, match=r"is not about did:web:shop\.example"):
        do("create_did", method="web", address="shop.example", name="shop")
    assert (folder / "did.json").read_bytes() == theirs
    assert dids(wallet.vault) == ()
    do("create_did", method="web", address="shop.example", name="shop", output="mine.json")
    with pytest.raises(BadInput, match=r"is not about did:web:shop\.example"):
        do("rotate_key", did="shop")
    assert (folder / "did.json").read_bytes() == theirs
    assert dids(wallet.vault)[0].rotation == 0


def test_one_address_is_one_did(wallet: Wallet, do: Does) -> None:
    do("create_did", method="web", address="shop.example", name="shop")
    with pytest.raises(BadInput, match=r"has did:web:shop\.example already"):
        do("create_did", method="web", address="https://shop.example/", output="b.json")
    assert len(dids(wallet.vault)) == 1


@pytest.mark.parametrize("method", ["key", "ethr"])
def test_what_has_no_file_takes_no_name_for_one(do: Does, method: str) -> None:
    with pytest.raises(BadInput, match="no file"):
        do("create_did", method=method, output="did.json")
    do("create_did", method="ethr", name="work")
    with pytest.raises(BadInput, match="no file"):
        do("publish_did", did="work", output="did.json")
