from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from did.contracts import FOLDER, contract

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = sorted(FOLDER.glob("*.vy"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_compiling_a_contract_again_gives_what_is_shipped(source: Path) -> None:
    pytest.importorskip("vyper")
    from did.contracts.compile import compiled, serialized  # noqa: PLC0415  # needs a compiler

    assert serialized(compiled(source)) == source.with_suffix(".json").read_text()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_what_is_shipped_was_compiled_from_the_source_beside_it(source: Path) -> None:
    shipped = contract(source.stem)
    assert shipped.source_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert shipped.compiler == "vyper 0.4.3"
    assert shipped.runtime in shipped.bytecode
    assert json.loads(source.with_suffix(".json").read_text())["abi"] == list(shipped.abi)


_SIGNED = "uint8 sigV,bytes32 sigR,bytes32 sigS"
_DELEGATE = "bytes32 delegateType,address delegate"
_UNTIL = "uint256 validTo,uint256 previousChange"
INTERFACE = [
    f"DIDAttributeChanged(address indexed identity,bytes32 name,bytes value,{_UNTIL})",
    f"DIDDelegateChanged(address indexed identity,{_DELEGATE},{_UNTIL})",
    "DIDOwnerChanged(address indexed identity,address owner,uint256 previousChange)",
    f"addDelegate(address identity,{_DELEGATE},uint256 validity)",
    f"addDelegateSigned(address identity,{_SIGNED},{_DELEGATE},uint256 validity)",
    "changeOwner(address identity,address newOwner)",
    f"changeOwnerSigned(address identity,{_SIGNED},address newOwner)",
    "changed(address ) view returns (uint256)",
    "delegates(address ,bytes32 ,address ) view returns (uint256)",
    "identityOwner(address identity) view returns (address)",
    "nonce(address ) view returns (uint256)",
    "owners(address ) view returns (address)",
    "revokeAttribute(address identity,bytes32 name,bytes value)",
    f"revokeAttributeSigned(address identity,{_SIGNED},bytes32 name,bytes value)",
    f"revokeDelegate(address identity,{_DELEGATE})",
    f"revokeDelegateSigned(address identity,{_SIGNED},{_DELEGATE})",
    "setAttribute(address identity,bytes32 name,bytes value,uint256 validity)",
    f"setAttributeSigned(address identity,{_SIGNED},bytes32 name,bytes value,uint256 validity)",
    f"validDelegate(address identity,{_DELEGATE}) view returns (bool)",
]


def test_the_registry_has_the_interface_of_erc_1056() -> None:
    described = []
    for entry in contract("did_registry").abi:
        arguments = ",".join(
            f"{argument['type']}{' indexed' if argument.get('indexed') else ''} {argument['name']}"
            for argument in entry["inputs"]
        )
        text = f"{entry['name']}({arguments})"
        if entry["type"] == "function" and entry["stateMutability"] == "view":
            (output,) = entry["outputs"]
            text += f" view returns ({output['type']})"
        else:
            assert entry["type"] == "event" or entry["stateMutability"] == "nonpayable"
        described.append(text)
    assert sorted(described) == sorted(INTERFACE)
