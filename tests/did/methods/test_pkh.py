from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import InvalidDID, UnsupportedKey, UnsupportedMethod
from did.identifier import DID
from did.keys.secp256k1 import checksummed
from did.methods.pkh import Pkh, pkh_did

if TYPE_CHECKING:
    from did.document import Document

VECTORS: Final = Path(__file__).parents[2] / "vectors" / "did-pkh"
DOCUMENTS: Final[dict[str, Any]] = json.loads((VECTORS / "documents.json").read_bytes())
LEGACY: Final[list[str]] = json.loads((VECTORS / "legacy.json").read_bytes())
ETHEREUM: Final = [did for did in DOCUMENTS if did.startswith("did:pkh:eip155:")]
ADDRESS: Final = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
"""From EIP-55."""


def resolve(text: str) -> Document:
    document, metadata = Pkh().resolve(DID.parse(text), {})
    assert metadata == {}
    return document


@pytest.mark.parametrize("did", ETHEREUM)
def test_the_document_is_the_published_one(did: str) -> None:
    document = resolve(did)
    assert document.to_json() == DOCUMENTS[did]
    with pytest.raises(UnsupportedKey):
        document.verification_methods[0].require_key()


@pytest.mark.parametrize("did", [did for did in DOCUMENTS if did not in ETHEREUM])
def test_says_that_other_accounts_are_not_supported(did: str) -> None:
    namespace = did.split(":")[2]
    with pytest.raises(UnsupportedMethod, match=f"accounts of '{namespace}'"):
        resolve(did)


@pytest.mark.parametrize("did", LEGACY)
def test_says_what_an_identifier_of_before_is_today(did: str) -> None:
    network, address = did.split(":")[2:]
    with pytest.raises(UnsupportedMethod, match=f"did:pkh:{network} ") as caught:
        resolve(did)
    assert caught.value.hint is not None
    today = caught.value.hint.removeprefix("today it is ").partition(",")[0]
    assert f"{today}:{address}" in DOCUMENTS


@pytest.mark.parametrize(
    "address", [ADDRESS, ADDRESS.lower(), "0x" + ADDRESS[2:].upper(), "0x" + "1" * 40]
)
def test_an_address_is_taken_as_it_is_where_its_case_says_nothing_wrong(address: str) -> None:
    document = resolve(f"did:pkh:eip155:1:{address}")
    method = document.verification_methods[0]
    assert method.raw["blockchainAccountId"] == f"eip155:1:{address}"
    assert str(pkh_did(address, 1)) == f"did:pkh:eip155:1:{checksummed(bytes.fromhex(address[2:]))}"


@given(st.binary(min_size=20, max_size=20), st.integers(1, 2**63))
def test_every_account_is_a_did_with_a_checksum(account: bytes, chain_id: int) -> None:
    did = pkh_did(f"0x{account.hex()}", chain_id)
    assert did.method_specific_id == f"eip155:{chain_id}:{checksummed(account)}"
    assert resolve(str(did)).did == did


def test_refuses_a_wrong_checksum() -> None:
    wrong = ADDRESS.replace("aA", "Aa")
    for refused in (lambda: resolve(f"did:pkh:eip155:1:{wrong}"), lambda: pkh_did(wrong, 1)):
        with pytest.raises(InvalidDID, match="checksum"):
            refused()


@pytest.mark.parametrize(
    "text",
    [
        "eip155",
        "eip155:1",
        f"eip155::{ADDRESS}",
        f"eip155:01:{ADDRESS}",
        f"eip155:0:{ADDRESS}",
        f"eip155:-1:{ADDRESS}",
        f"eip155:0x1:{ADDRESS}",
        f"eip155:1:{ADDRESS[2:]}",
        f"eip155:1:0X{ADDRESS[2:]}",
        f"eip155:1:{ADDRESS[:-1]}",
        f"eip155:1:{ADDRESS}0",
        f"eip155:1:{ADDRESS}:1",
        f"eip155:1:{ADDRESS}%0A",
        f"EIP155:1:{ADDRESS}",
        f"ei:1:{ADDRESS}",
        f"eth:1:{ADDRESS}:x",
        f"eip155:{'1' * 33}:{ADDRESS}",
        f"1:{ADDRESS}",
    ],
)
def test_refuses_what_names_no_account(text: str) -> None:
    with pytest.raises(InvalidDID) as caught:
        resolve(f"did:pkh:{text}")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("account", "chain_id"),
    [("", 1), ("alice", 1), (ADDRESS + "/", 1), (ADDRESS, 0), (ADDRESS, -1)],
)
def test_makes_no_did_of_what_is_no_account(account: str, chain_id: int) -> None:
    with pytest.raises(InvalidDID):
        pkh_did(account, chain_id)
