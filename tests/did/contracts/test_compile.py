from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from did.contracts import FOLDER, contract

VECTORS = Path(__file__).parents[2] / "vectors"
SOURCES = sorted([*FOLDER.glob("*.vy"), *VECTORS.glob("contracts/*.vy")])
SHIPPED = sorted(FOLDER.glob("*.vy"))
ERC_1056: list[dict[str, Any]] = json.loads((VECTORS / "erc1056" / "abi.json").read_text())


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_compiling_a_contract_again_gives_what_is_beside_it(source: Path) -> None:
    pytest.importorskip("vyper")
    from did.contracts.compile import compiled, serialized  # noqa: PLC0415  # needs a compiler

    assert serialized(compiled(source)) == source.with_suffix(".json").read_text()


@pytest.mark.parametrize("source", SHIPPED, ids=lambda source: source.stem)
def test_what_is_shipped_was_compiled_from_the_source_beside_it(source: Path) -> None:
    shipped = contract(source.stem)
    assert shipped.source_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert shipped.compiler == "vyper 0.4.3"
    assert shipped.runtime in shipped.bytecode
    assert json.loads(source.with_suffix(".json").read_text())["abi"] == list(shipped.abi)


def _plain(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry without the types that only Solidity has."""
    lists: dict[str, Any] = {
        name: [{k: v for k, v in one.items() if k != "internalType"} for one in entry[name]]
        for name in ("inputs", "outputs")
        if name in entry
    }
    return {**entry, **lists}


@pytest.mark.parametrize("entry", ERC_1056, ids=lambda entry: str(entry["name"]))
def test_the_registry_has_every_entry_of_the_reference(entry: dict[str, Any]) -> None:
    shipped = [one for one in contract("did_registry").abi if one["name"] == entry["name"]]
    assert shipped == [_plain(entry)]


def test_the_registry_has_one_function_more() -> None:
    names = {entry["name"] for entry in ERC_1056}
    assert len(names) == len(ERC_1056) == 19
    (more,) = (entry for entry in contract("did_registry").abi if entry["name"] not in names)
    assert more == {
        "type": "function",
        "stateMutability": "view",
        "name": "deactivated",
        "inputs": [{"name": "identity", "type": "address"}],
        "outputs": [{"name": "", "type": "bool"}],
    }


def test_the_anchor_contract_has_no_functions() -> None:
    (entry,) = contract("anchor").abi
    assert entry["type"] == "fallback"
    assert entry["stateMutability"] == "nonpayable"
