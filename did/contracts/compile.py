"""For developers: compiles the contracts anew. `python -m did.contracts.compile`.

The compiler is no dependency of the wallet's; what it makes is kept beside the source.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from did.contracts import FOLDER

if TYPE_CHECKING:
    from pathlib import Path


def compiled(source: Path) -> dict[str, Any]:
    """What the Vyper file `source` compiles to, as the JSON beside it has it."""
    # Deferred: only developers have a compiler.
    import vyper  # noqa: PLC0415

    text = source.read_bytes()
    made = vyper.compile_code(
        text.decode(),
        contract_path=source.name,
        output_formats=["abi", "bytecode", "bytecode_runtime"],
    )
    return {
        "compiler": f"vyper {vyper.__version__}",
        "source_sha256": hashlib.sha256(text).hexdigest(),
        "abi": [_as_the_reference_names(entry) for entry in made["abi"]],
        "bytecode": made["bytecode"],
        "runtime": made["bytecode_runtime"],
    }


def serialized(artifact: dict[str, Any]) -> str:
    """The artifact as it is written beside its source."""
    return json.dumps(artifact, indent=1) + "\n"


def _as_the_reference_names(entry: dict[str, Any]) -> dict[str, Any]:
    """ERC-1056's argument `value` is a reserved word in Vyper, and its getters' have no name."""
    inputs = [dict(argument) for argument in entry.get("inputs", ())]
    for argument in inputs:
        if argument["name"] == "val":
            argument["name"] = "value"
        elif argument["name"].removeprefix("arg").isdigit():
            argument["name"] = ""
    return {**entry, "inputs": inputs}


if __name__ == "__main__":  # pragma: no cover
    for path in sorted(FOLDER.glob("*.vy")):
        path.with_suffix(".json").write_text(serialized(compiled(path)), encoding="utf-8")
