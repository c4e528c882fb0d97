"""Resolving a did:ethr without a chain, by evidence of what one said (`did.chain.evidence`).

The document is as of the block that the evidence is of, and no later. Whatever lies beyond that, or
is not shown, leaves the DID undecided.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.chain.evidence import InvalidEvidence, NotAccepted, gathered
from did.chain.hexadecimal import data
from did.chain.registry import OwnerChanged
from did.errors import ChainError, NotFound, Unreachable
from did.methods.ethr.deriving import derived
from did.methods.ethr.identifier import Subject
from did.methods.ethr.resolution import now_utc
from did.methods.ethr.version import Version, iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from did.chain import Chain
    from did.chain.evidence import BlockHashes, EthrEvidence, Proven
    from did.document import Document
    from did.identifier import DID

_NONE: Final[Mapping[int, str]] = MappingProxyType({})


def gather(chain: Chain, did: DID, *, at_block: int | None = None) -> EthrEvidence:
    """Evidence of `did` from a chain that can be asked, as of its last block or `at_block`.

    Raises:
        InvalidDID: it is no did:ethr.
        EvidenceLacks: the chain does not give all of it; `evidence` of the error has the rest.
        ChainError, NotFound, Unreachable: it is of another chain, or as `gathered` raises.
    """
    subject = Subject.of(did)
    if subject.chain_id != chain.chain_id:
        raise ChainError(
            f"{did} is on chain {subject.chain_id}, and this is chain {chain.chain_id}"
        )
    return gathered(chain, subject.account, at_block=at_block)


class OfflineEthr:
    """The method `ethr`, over evidence and the hashes of blocks that are accepted."""

    __slots__ = ("_accepted", "_clock", "_evidences", "_found", "_latest", "_registries")

    def __init__(
        self,
        evidences: Iterable[EthrEvidence],
        accepted: BlockHashes,
        *,
        registries: Mapping[int, str] = _NONE,
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        """`registries` are addresses by chain id, where they are no published or bound ones."""
        self._accepted: Final = accepted
        self._registries: Final = registries
        self._clock: Final = clock
        self._found: Final[dict[tuple[int, bytes], Proven]] = {}
        self._evidences: Final[dict[tuple[int, bytes], list[EthrEvidence]]] = {}
        self._latest: Final[dict[tuple[int, bytes], _Latest]] = {}
        for one in evidences:
            self._evidences.setdefault((one.chain_id, one.identity), []).append(one)

    @property
    def name(self) -> str:
        """The method's name."""
        return "ethr"

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did` as of its evidence, or as of an earlier block or time.

        The metadata's `asOf` says which block that is. What has expired by the clock is not listed;
        a clock that is behind the block does not count.

        Raises:
            InvalidDID: it is no did:ethr.
            UnknownNetwork: it calls its network by a name that is not known.
            UnsupportedOption: an option makes no sense.
            NotFound: that time has not come.
            InvalidEvidence, NotAccepted: the evidence does not show the document.
            Unreachable: there is no evidence, or it does not reach that block or time.
        """
        subject = Subject.of(did)
        version = Version.of(options)
        known = self._proven(did, subject)
        now = max(int(self._clock().timestamp()), known.timestamp)
        if version != Version():
            _require_reach(did, version, known, now)
            return _resolved(did, subject, known, version, now)
        key = subject.chain_id, subject.account
        if (latest := self._latest.get(key)) is None or not latest.holds(did, now):
            document, said = _resolved(did, subject, known, version, now)
            latest = self._latest[key] = _Latest(did, now, _until(known, now), document, said)
        return latest.document, latest.metadata

    def as_of(self, did: DID) -> Proven:
        """What is shown of `did`: as of which block and time, and which blocks that rests on.

        Raises:
            InvalidDID, UnknownNetwork, InvalidEvidence, Unreachable: as `resolve` does.
        """
        return self._proven(did, Subject.of(did))

    def _proven(self, did: DID, subject: Subject) -> Proven:
        key = subject.chain_id, subject.account
        if (known := self._found.get(key)) is None:
            if not (evidences := self._evidences.get(key)):
                raise Unreachable(
                    f"there is no evidence of {did} here, and no chain is asked",
                    hint="ask a chain, or whoever has one for the evidence",
                )
            known = self._found[key] = self._newest(evidences, subject.chain_id)
        return known

    def _newest(self, evidences: Sequence[EthrEvidence], chain_id: int) -> Proven:
        """What the newest of the evidence shows whose blocks are accepted; the older must agree."""
        shown: list[Proven] = []
        strange: list[NotAccepted] = []
        for evidence in evidences:
            registry = self._registries.get(chain_id)
            try:
                shown.append(evidence.check(self._accepted, registry=registry))
            except NotAccepted as error:
                strange.append(error)
        if not shown:
            raise strange[0]
        newest = max(shown, key=lambda one: one.block.number)
        for one in shown:
            if one.changes != tuple(c for c in newest.changes if c.block <= one.block.number):
                raise InvalidEvidence(
                    f"the evidence as of {one.block} and as of {newest.block} contradict each other"
                )
        return newest


@dataclass(frozen=True, slots=True)
class _Latest:
    """The last version of the document of `did`, which is the same from one time until another."""

    did: DID
    since: int
    until: int
    document: Document
    metadata: Mapping[str, Any]

    def holds(self, did: DID, now: int) -> bool:
        """Whether this is the one of `did` at `now`."""
        return self.did == did and self.since <= now <= self.until


def _resolved(
    did: DID, subject: Subject, known: Proven, version: Version, now: int
) -> tuple[Document, Mapping[str, Any]]:
    """A version of the document, as `Ethr` has it, and as of which block."""
    instant = _instant(version, known, now)
    document, said = derived(did, subject, known.changes, version, instant=instant)
    return document, {**said, "asOf": _as_of(known)}


def _until(known: Proven, now: int) -> int:
    """The last second, from `now` on, before something expires; none is that of all times."""
    ends = (one.valid_to for one in known.changes if not isinstance(one, OwnerChanged))
    return min((end for end in ends if end >= now), default=1 << 256)


def _instant(version: Version, known: Proven, now: int) -> int:
    """The time that what expires is compared with. Raises `NotFound`, `Unreachable`."""
    if version.time is not None and version.time > now:
        raise NotFound(f"the versionTime {iso(version.time)} has not come yet")
    if version.block is None:
        return now if version.time is None else version.time
    if (time := known.times.get(version.block)) is None:
        raise Unreachable(
            f"the evidence does not say when block {version.block} was made, and no chain is asked",
            hint="ask for the version of a block in which the DID was changed, or of a time",
        )
    return time


def _require_reach(did: DID, version: Version, known: Proven, now: int) -> None:
    """Refuse a version that later changes than those shown may be part of.

    Blocks of the same second may follow the one that the evidence is of.
    """
    after_block = version.block is not None and version.block > known.block.number
    after_time = version.time is not None and known.timestamp <= version.time <= now
    if after_block or after_time:
        raise Unreachable(
            f"the evidence of {did} ends with block {known.block.number},"
            f" of {iso(known.timestamp)}",
            hint="ask a chain, or whoever has one for newer evidence",
        )


def _as_of(known: Proven) -> dict[str, str]:
    block = known.block
    return {
        "block": str(block.number),
        "blockHash": data(block.hash),
        "time": iso(known.timestamp),
    }
