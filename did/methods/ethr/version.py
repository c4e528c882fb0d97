"""Which version of a document is wanted: `versionId`, a block, or `versionTime`, an instant.

ethr DID method, "Resolving DID URIs with query parameters"; DID Core 1.0, section 3.2.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from did.chain.registry import block_timestamp
from did.errors import NotFound, UnsupportedOption, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from did.chain import Chain
    from did.chain.registry import Change

_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_LAST_SECOND: Final = 253_402_300_799  # 9999-12-31T23:59:59Z


@dataclass(frozen=True, slots=True)
class Version:
    """The version as of a block, or of an instant in seconds since 1970; of neither, the latest."""

    block: int | None = None
    time: int | None = None

    @classmethod
    def of(cls, options: Mapping[str, str]) -> Self:
        """The version that the options of resolving ask for.

        Raises:
            UnsupportedOption: they ask for two, or for one that makes no sense.
        """
        block, time = options.get("versionId"), options.get("versionTime")
        if block is not None and time is not None:
            raise UnsupportedOption("versionId and versionTime exclude each other")
        if time is not None:
            return cls(time=_instant(time))
        if block is None or block == "latest":
            return cls()
        if not _NUMBER.fullmatch(block):
            raise UnsupportedOption(f"the versionId {quoted(block)} is not the number of a block")
        return cls(block=int(block))

    def instant(self, chain: Chain, changes: Sequence[Change], now: int) -> int:
        """The time that what expires is compared with. The chain is asked if no change tells it.

        Raises:
            NotFound: there is no such block yet, or that time has not come.
            ChainError, Unreachable: the chain gave no answer.
        """
        if self.block is not None:
            told = (change.timestamp for change in changes if change.block == self.block)
            found = next(told, None)
            return block_timestamp(chain, self.block) if found is None else found
        if self.time is None:
            return now
        if self.time > now:
            raise NotFound(f"the versionTime {iso(self.time)} has not come yet")
        return self.time

    def later(self, change: Change, instant: int) -> bool:
        """Whether the change came after this version."""
        return change.timestamp > instant or (self.block is not None and change.block > self.block)


def metadata(changes: Sequence[Change], end: int) -> dict[str, Any]:
    """Which version the changes before `end` make, and which comes next (DID Resolution, 4.3)."""
    said: dict[str, Any] = {}
    if end:
        said["versionId"] = str(changes[end - 1].block)
        said["updated"] = iso(changes[end - 1].timestamp)
    if end < len(changes):
        said["nextVersionId"] = str(changes[end].block)
        said["nextUpdate"] = iso(changes[end].timestamp)
    return said


def iso(seconds: int) -> str:
    """Seconds since 1970 as XML Schema writes a date-time in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _instant(text: str) -> int:
    """Seconds since 1970, of an ISO 8601 date-time with an offset or of such seconds as text."""
    if _NUMBER.fullmatch(text):
        return min(int(text), _LAST_SECOND)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnsupportedOption(f"the versionTime {quoted(text)} is not a date-time") from error
    if moment.tzinfo is None:
        raise UnsupportedOption(f"the versionTime {quoted(text)} has no offset from UTC")
    return int(moment.timestamp())
