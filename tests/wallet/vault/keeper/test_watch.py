from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from wallet.vault.keeper.listening import SLACK, Clocks, Watch

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Time:
    """Three clocks that are set by hand."""

    awake: float = 100.0
    since_boot: float = 5_000.0
    wall: float = 1.7e9

    @property
    def clocks(self) -> Clocks:
        return Clocks(lambda: self.awake, lambda: self.since_boot, lambda: self.wall)

    def pass_by(self, seconds: float) -> None:
        self.awake += seconds
        self.since_boot += seconds
        self.wall += seconds

    def sleep(self, seconds: float) -> None:
        self.since_boot += seconds
        self.wall += seconds

    def set_clock(self, seconds: float) -> None:
        self.wall += seconds


def test_is_over_when_the_time_has_passed() -> None:
    time = Time()
    watch = Watch(60, time.clocks)
    time.pass_by(59.9)
    assert not watch.is_over
    time.pass_by(0.2)
    assert watch.is_over


@pytest.mark.parametrize(
    "jump",
    [
        lambda time: time.sleep(SLACK + 1),
        lambda time: time.set_clock(SLACK + 1),
        lambda time: time.set_clock(-SLACK - 1),
    ],
    ids=["asleep", "forward", "back"],
)
def test_is_over_when_the_machine_slept_or_its_clock_was_set(jump: Callable[[Time], None]) -> None:
    time = Time()
    watch = Watch(3600, time.clocks)
    time.pass_by(10)
    assert not watch.is_over
    jump(time)
    assert watch.is_over


def test_goes_on_while_a_clock_is_only_trimmed() -> None:
    time = Time()
    watch = Watch(3600, time.clocks)
    for _ in range(9):
        time.pass_by(60)
        time.set_clock(1)
        assert not watch.is_over
