"""A moment: the time and the randomness that a proposal is worked out from.

Worked out once more from the same moment, what has not changed since comes to the same bytes, and
so to the same digest: a plan that waits for a yes can be told from one that has changed.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

from wallet.registrars.registrar import Dating

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from wallet.wallet import Wallet

SEED_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, and the seed of whatever is drawn at random then; 32 bytes that nobody can guess."""

    at: datetime
    seed: bytes = field(repr=False)

    @classmethod
    def of(cls, wallet: Wallet) -> Self:
        """The present one."""
        return cls(wallet.clock(), wallet.draw(SEED_SIZE))

    @contextmanager
    def held(self, wallet: Wallet) -> Iterator[Wallet]:
        """The wallet in this moment, to work a proposal out; what is done later is in its own time.

        Registrars write this time, too; the clocks that they and the vault go by go on.
        """
        drawn = _Drawn(self.seed)
        over: list[bool] = []

        def clock() -> datetime:
            return wallet.clock() if over else self.at

        def draw(count: int) -> bytes:
            return wallet.draw(count) if over else drawn(count)

        try:
            registrars = {
                method: one.dated(clock) if isinstance(one, Dating) else one
                for method, one in wallet.registrars.items()
            }
            yield replace(wallet, clock=clock, draw=draw, registrars=MappingProxyType(registrars))
        finally:
            over.append(True)


class _Drawn:
    """Bytes out of a seed: SHAKE-256 (FIPS 202) over it and how often it was asked."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._asked = 0

    def __call__(self, count: int) -> bytes:
        self._asked += 1
        return hashlib.shake_256(self._seed + self._asked.to_bytes(8, "big")).digest(count)
