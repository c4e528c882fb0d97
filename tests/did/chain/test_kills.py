from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from did.chain.embedded import EmbeddedChain

BENCH = Path(__file__).parents[2] / "bench_kills.py"


@pytest.fixture(scope="module")
def bench() -> Any:
    spec = spec_from_file_location("bench_kills", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_writer_killed_at_any_moment_loses_nothing_and_leaves_nothing_half_written() -> None:
    command = [sys.executable, "-P", str(BENCH), "5"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "writers killed (SIGKILL)" in done.stdout


def test_what_is_lost_or_half_written_would_be_seen(bench: Any, tmp_path: Path) -> None:
    path = tmp_path / "chain.db"
    with EmbeddedChain.create(path, accounts={bench.WRITER: 10**20}) as chain:
        assert bench.wrong(chain, 0) == []
        assert bench.wrong(chain, 1) == ["not so: blocks acknowledged are there"]
        for _ in range(2):
            call = bench.set_attribute(bench.SUBJECT, "did/svc/Test", b"v", validity=1)
            unsigned = bench.prepare(chain, sender=bench.WRITER, to=chain.registry, data=call)
            bench.send(chain, bench.sign(unsigned, bench.KEY))
        assert bench.wrong(chain, 2) == bench.wrong(chain, 1) == []
        with chain.ledger.store.writing():
            chain.ledger.store._database.execute("delete from log where block = 2")
        assert "not so: there is a log for each block" in bench.wrong(chain, 2)
        with chain.ledger.store.writing():
            chain.ledger.store._database.execute("delete from block where number = 2")
        assert "not so: blocks acknowledged are there" in bench.wrong(chain, 2)
