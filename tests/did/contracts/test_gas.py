from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from did.contracts import contract

SCRIPT = Path(__file__).parents[2] / "bench_gas.py"


@pytest.fixture(scope="module")
def bench() -> Any:
    spec = importlib.util.spec_from_file_location("bench_gas", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_operation_uses_more_gas_than_the_reference(bench: Any) -> None:
    ours = bench.registry_gas(contract("did_registry").bytecode)
    reference = bench.recorded()
    assert ours.keys() == reference.keys()
    dearer = {name: gas for name, gas in ours.items() if gas > reference[name]}
    assert not dearer


def test_the_table_has_a_row_for_every_operation(bench: Any) -> None:
    rows = bench.gas_table()
    assert [row[0] for row in rows] == list(bench.recorded())
    assert all(not row[3].startswith("+") or row[3] == "+0" for row in rows)


@pytest.mark.parametrize("documents", [1, 16, 256, 4096])
def test_anchoring_costs_what_32_bytes_cost_at_least(bench: Any, documents: int) -> None:
    # EIP-7623: 21,000 and 40 for each byte that is not zero. The log is within that.
    assert bench.anchor_gas(documents) <= 21_000 + 40 * 32
