"""The system's clock, against the times that were written down: records, and the chain's blocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from did.chain.embedded import EmbeddedChain
from did.chain.hexadecimal import read_quantity
from wallet.doctor.finding import odd, sound
from wallet.messages import say
from wallet.resolution import CHAIN_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wallet.doctor.examined import Examined
    from wallet.doctor.finding import Finding
    from wallet.vault.vault import Vault

CHECK: Final = "clock"
SLACK: Final = timedelta(minutes=1)
"""Blocks of one second are dated apart, and so run ahead by as many seconds."""


def clock(examined: Examined) -> Iterator[Finding]:
    """Whether it is later than when something was last written; without a vault, by the chain."""
    now = examined.clock().astimezone(UTC)
    times = [*_recorded(examined.vault), *_mined(examined.home / CHAIN_FILE)]
    newest = max(times, default=None)
    if newest is not None and now < newest - SLACK:
        yield odd(
            CHECK,
            say(
                "the clock says {now}, and the wallet was last written to at {newest}",
                now=_shown(now),
                newest=_shown(newest),
            ),
            say("set the clock; or it was ahead, and what was written then has a date too late"),
        )
    else:
        yield sound(CHECK, say("the clock says {now}", now=_shown(now)))


def _recorded(vault: Vault | None) -> Iterator[datetime]:
    if vault is not None:
        yield from (record.created.astimezone(UTC) for record in vault.each())


def _mined(path: Path) -> Iterator[datetime]:
    """The time of the last block of the wallet's own chain, where there is one."""
    if not path.exists():
        return
    with EmbeddedChain.open(path, read_only=True) as chain:
        block = chain.request("eth_getBlockByNumber", ("latest", False))
    yield datetime.fromtimestamp(read_quantity(block["timestamp"], "the block's time"), UTC)


def _shown(time: datetime) -> str:
    return time.isoformat(timespec="seconds")
