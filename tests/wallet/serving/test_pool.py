from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wallet.judging import Asked
from wallet.serving.pool import Pool
from wallet.serving.problems import Problem
from wallet.verify.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

POISON = Path(__file__).parents[2] / "vectors" / "rdf-canon"


def pool(home: Path, *, size: int = 1, patience: float = 30.0) -> Pool:
    return Pool(Asked(home, Policy(offline=True)), size=size, patience=patience)


async def test_needs_no_wallet(tmp_path: Path) -> None:
    home = tmp_path / "nowhere"
    async with pool(home) as asked:
        answer = await asked.do("verify-credential", b'{"verifiableCredential":{}}')
    assert answer.status == 400
    assert not home.exists()


async def test_one_that_dies_is_replaced(tmp_path: Path) -> None:
    async with pool(tmp_path) as asked:
        await asked.do("verify-credential", b"{}")
        for process in _children():
            os.kill(process, signal.SIGKILL)
        with pytest.raises(Problem, match="died"):
            await asked.do("verify-credential", b"{}")
        assert (await asked.do("verify-credential", b"{}")).status == 400


async def test_one_that_takes_too_long_is_ended_and_replaced(tmp_path: Path) -> None:
    async with pool(tmp_path, patience=0.0) as asked:
        before = set(_children())
        with pytest.raises(Problem, match="within 0 seconds"):
            await asked.do("verify-credential", b"{}")
        assert not before & set(_children())


async def test_one_whose_asker_went_away_answers_no_other_with_it(tmp_path: Path) -> None:
    async with pool(tmp_path) as asked:
        task = asyncio.create_task(asked.do("check", b'{"type":"VerifiableCredential"}'))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        answer = await asked.do("derive", b"{}")
        assert b"verifiableCredential is missing" in answer.body


async def test_ends_them_all(tmp_path: Path) -> None:
    async with pool(tmp_path, size=2):
        assert len(list(_children())) == 2
    assert not list(_children())


def _children() -> Iterator[int]:
    """The workers of this process."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            parent = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1]
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == os.getpid() and b"wallet.serving.worker" in command:
            yield int(folder.name)
