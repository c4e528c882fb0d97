"""Final changes of identities, kept, so that a chain is asked only for newer ones.

Logs at or below a chain's finalized block never change. Whoever keeps them gives them back as they
were; they are checked against the chain each time, so a store that forgets or mixes up costs a
question and never a wrong answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class KeptHistory:
    """The final logs of one identity, as `eth_getLogs` gave them.

    Every change in the blocks up to and including `through` is in `logs`, in the order of the
    chain; each has its `blockTimestamp`.
    """

    through: int
    logs: tuple[Mapping[str, Any], ...]


class HistoryStore(Protocol):
    """Where final logs are kept, by chain, registry and identity (20 bytes)."""

    def load(self, chain_id: int, registry: str, identity: bytes, /) -> KeptHistory | None:
        """What was kept, or None."""
        ...

    def keep(self, chain_id: int, registry: str, identity: bytes, kept: KeptHistory, /) -> None:
        """Keep `kept` in place of what was kept before."""
        ...


class MemoryHistory:
    """Keeps histories as long as the process lives."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: Final[dict[tuple[int, str, bytes], KeptHistory]] = {}

    def load(self, chain_id: int, registry: str, identity: bytes, /) -> KeptHistory | None:
        """What was kept, or None."""
        return self._kept.get((chain_id, registry, identity))

    def keep(self, chain_id: int, registry: str, identity: bytes, kept: KeptHistory, /) -> None:
        """Keep `kept` in place of what was kept before."""
        self._kept[chain_id, registry, identity] = kept
