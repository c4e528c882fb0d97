from __future__ import annotations

import pytest

from wallet.doctor.finding import Health
from wallet.doctor.process import achieved, runs_on
from wallet.hardening import Hardened, Memory


def results(hardened: Hardened) -> list[Health]:
    return [finding.result for finding in achieved(hardened)]


def test_all_that_can_be_shut_is_shut() -> None:
    hardened = Hardened(core_files=False, private=True, memory=Memory.LOCKED, scrubbed=())
    assert results(hardened) == [Health.OK]


@pytest.mark.parametrize("memory", [Memory.LIMITED, Memory.UNSUPPORTED])
def test_nothing_that_could_not_be_shut_is_a_failure(memory: Memory) -> None:
    hardened = Hardened(core_files=True, private=False, memory=memory, scrubbed=("HOLDFAST_KEY",))
    assert results(hardened) == [Health.WARN] * 4
    assert "HOLDFAST_KEY" in str([*achieved(hardened)][-1].sentence)


@pytest.mark.parametrize(
    ("python", "sqlite", "result"),
    [
        ((3, 11, 0), (3, 40, 1), Health.OK),
        ((3, 12, 9), (3, 24, 0), Health.OK),
        ((3, 13, 0), (3, 40, 1), Health.WARN),
        ((3, 12, 9), (3, 23, 1), Health.FAIL),
    ],
)
def test_says_what_it_runs_on(
    python: tuple[int, ...], sqlite: tuple[int, ...], result: Health
) -> None:
    assert runs_on(python, sqlite).result is result
