"""did:ethr: an account of a chain, and what a registry there says of it (ERC-1056).

A DID on a chain that cannot be asked has no document here: the one it would have if nothing had
been written about it would be a guess, and a key taken back long ago would be in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from did.chain.registry import block_timestamp, history
from did.document import Document
from did.errors import InvalidDIDURL, NotFound, UnknownNetwork
from did.methods.ethr.document import Account
from did.methods.ethr.identifier import Subject, ethr_did
from did.methods.ethr.publishing import planned_method_id, publication, published_method_id

if TYPE_CHECKING:
    from did.chain import Chain
    from did.chain.registry import Change
    from did.identifier import DID

__all__ = [
    "Ethr",
    "Subject",
    "ethr_did",
    "planned_method_id",
    "publication",
    "published_method_id",
]

_NUMBER: Final = re.compile(r"[0-9]{1,18}")


def _now() -> datetime:
    return datetime.now(UTC)


class Ethr:
    """The method `ethr`, over the chains it was given and no others."""

    __slots__ = ("_chain_of", "_clock")

    def __init__(
        self,
        chains: Mapping[int, Chain] | Callable[[int], Chain | None],
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """`chains` by chain id, or what gives the chain of an id when it is first needed."""
        self._chain_of: Final = chains.get if isinstance(chains, Mapping) else chains
        self._clock: Final = clock

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
            InvalidDIDURL: an option makes no sense.
            NotFound: there is no such block yet, or no longer its logs.
            ChainError, Unreachable: the chain gave no answer.
        """
        subject = Subject.of(did)
        if (chain := self._chain_of(subject.chain_id)) is None:
            raise UnknownNetwork(
                f"{did} is on chain {subject.chain_id}, which is not known here",
                hint="add the chain to the configuration",
            )
        now = int(self._clock().timestamp())
        instant, last_block = _version(chain, options, now)
        changes = [c for c in history(chain, subject.account) if c.timestamp <= now]
        later = (i for i, c in enumerate(changes) if _later(c, instant, last_block))
        end = next(later, len(changes))
        account = Account(did, subject, subject.account)
        for number, change in enumerate(changes[:end], start=1):
            account.add(change, now=instant)
            if account.deactivated:  # for good, whatever its key writes afterwards
                metadata = _metadata(changes[:number], number)
                return Document.parse(account.document()), {**metadata, "deactivated": True}
        return Document.parse(account.document()), _metadata(changes, end)


def _version(chain: Chain, options: Mapping[str, str], now: int) -> tuple[int, int | None]:
    """At which instant the document is wanted, and up to which block."""
    version, time = options.get("versionId"), options.get("versionTime")
    if version is not None and time is not None:
        raise InvalidDIDURL("versionId and versionTime exclude each other")
    if version is not None:
        if not _NUMBER.fullmatch(version):
            raise InvalidDIDURL(f"the versionId {version[:40]!r} is not the number of a block")
        return block_timestamp(chain, int(version)), int(version)
    instant = now if time is None else _instant(time)
    if instant > now:
        raise NotFound(f"the versionTime {time!r} has not come yet")
    return instant, None


def _instant(text: str) -> int:
    """Seconds since 1970, of an ISO 8601 date-time with an offset or of such seconds as text."""
    if _NUMBER.fullmatch(text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidDIDURL(f"the versionTime {text[:40]!r} is not a date-time") from error
    if moment.tzinfo is None:
        raise InvalidDIDURL(f"the versionTime {text[:40]!r} has no offset from UTC")
    return int(moment.timestamp())


def _later(change: Change, instant: int, last_block: int | None) -> bool:
    """Whether the change came after the version that is wanted."""
    return change.timestamp > instant or (last_block is not None and change.block > last_block)


def _metadata(changes: list[Change], end: int) -> dict[str, Any]:
    """Which version the changes before `end` make, and which comes next (DID Resolution, 4.3)."""
    metadata: dict[str, Any] = {}
    if end:
        metadata["versionId"] = str(changes[end - 1].block)
        metadata["updated"] = _iso(changes[end - 1].timestamp)
    if end < len(changes):
        metadata["nextVersionId"] = str(changes[end].block)
        metadata["nextUpdate"] = _iso(changes[end].timestamp)
    return metadata


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
