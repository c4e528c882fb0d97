"""The contracts: Vyper sources, and beside each what it compiles to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Contract:
    """A compiled contract.

    `abi` is the JSON of Solidity's ABI specification. `bytecode` creates the contract, `runtime` is
    the code it then has. `source_sha256` is of the source in hexadecimal.
    """

    name: str
    abi: tuple[dict[str, Any], ...] = field(hash=False, repr=False)
    bytecode: bytes = field(repr=False)
    runtime: bytes = field(repr=False)
    compiler: str
    source_sha256: str


@cache
def contract(name: str) -> Contract:
    """The contract of that name: `did_registry`."""
    compiled = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Contract(
        name=name,
        abi=tuple(compiled["abi"]),
        bytecode=bytes.fromhex(compiled["bytecode"].removeprefix("0x")),
        runtime=bytes.fromhex(compiled["runtime"].removeprefix("0x")),
        compiler=compiled["compiler"],
        source_sha256=compiled["source_sha256"],
    )
