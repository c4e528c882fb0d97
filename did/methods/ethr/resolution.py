"""Resolving a did:ethr (ethr DID method, "Read (Resolve)").

A DID on a chain that cannot be asked has no document here: the one it would have if nothing had
been written about it would be a guess, and a key taken back long ago would be in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from did.chain.registry import history
from did.errors import UnknownNetwork
from did.methods.ethr.deriving import derived
from did.methods.ethr.identifier import Subject
from did.methods.ethr.version import Version

if TYPE_CHECKING:
    from did.chain import Chain
    from did.chain.history import HistoryStore
    from did.document import Document
    from did.identifier import DID


def now_utc() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Ethr:
    """The method `ethr`, over the chains it was given and no others."""

    __slots__ = ("_chain_of", "_clock", "_histories")

    def __init__(
        self,
        chains: Mapping[int, Chain] | Callable[[int], Chain | None],
        *,
        clock: Callable[[], datetime] = now_utc,
        histories: HistoryStore | None = None,
    ) -> None:
        """`chains` by chain id, or what gives the chain of an id when it is first needed.

        What is final of a DID's history is kept in `histories`, and not asked for again.
        """
        self._chain_of: Final = chains.get if isinstance(chains, Mapping) else chains
        self._clock: Final = clock
        self._histories: Final = histories

    @property
    def name(self) -> str:
        """The method's name."""
        return "ethr"

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did`: now, or as of a block (`versionId`) or a time (`versionTime`).

        Raises:
            InvalidDID: it is no did:ethr.
            UnknownNetwork: its chain is not among those given.
            UnsupportedOption: an option makes no sense.
            NotFound: there is no such block yet.
            ChainError, Unreachable: the chain gave no answer that can be relied on.
        """
        subject = Subject.of(did)
        version = Version.of(options)
        if (chain := self._chain_of(subject.chain_id)) is None:
            raise UnknownNetwork(
                f"{did} is on chain {subject.chain_id}, which is not known here",
                hint="add the chain to the configuration",
            )
        now = int(self._clock().timestamp())
        every = history(chain, subject.account, histories=self._histories)
        instant = version.instant(chain, every, now)
        known = (change for change in every if change.timestamp <= now)
        return derived(did, subject, known, version, instant=instant)
