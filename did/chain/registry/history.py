"""All changes of an identity, out of what is kept for good and what the chain has had since.

A part of a history is never given: a key taken back would be in the document that it makes.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableSet
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from did.chain import ManyNodes
from did.chain.hexadecimal import quantity, read_address
from did.chain.history import KeptHistory
from did.chain.registry.agreement import View, agreed
from did.chain.registry.changes import Entry, in_order, require_whole
from did.chain.registry.deployments import deployment
from did.chain.registry.logs import all_after, linked, with_headers
from did.chain.registry.reads import changed, changed_at
from did.errors import ChainError

if TYPE_CHECKING:
    from did.chain import Chain
    from did.chain.history import HistoryStore
    from did.chain.registry.changes import Change

_counted_elsewhere: Final[MutableSet[Chain]] = WeakSet()
"""Chains whose contracts were found to see other block numbers than their logs have."""


def history(
    chain: Chain, identity: bytes, *, histories: HistoryStore | None = None
) -> tuple[Change, ...]:
    """All changes of the identity, the oldest first. As `logs_of`, and raises as it does."""
    return tuple(entry.change() for entry in logs_of(chain, identity, histories=histories))


def logs_of(
    chain: Chain, identity: bytes, *, histories: HistoryStore | None = None
) -> tuple[Entry, ...]:
    """The logs that tell of all changes of the identity, the oldest first.

    Final ones are kept in `histories`, and only what is newer is asked for. Where the chain has
    several nodes, each is asked, and they must agree.

    Raises:
        ChainError: a log is missing, or the chain contradicts itself.
        NodesDisagree: two nodes say different things about the identity.
        RequestRefused, Unreachable: the chain gave no answer.
    """
    place = chain.chain_id, chain.registry, identity
    kept = None if histories is None else histories.load(*place)
    ask = partial(_asked, identity=identity, kept=kept, want_final=histories is not None)
    view = agreed(chain.nodes, ask, identity) if isinstance(chain, ManyNodes) else ask(chain)
    if histories is not None and (grown := _final_part(view, kept)) is not None:
        histories.keep(*place, grown)
    return view.entries


def _final_part(view: View, kept: KeptHistory | None) -> KeptHistory | None:
    """What is to be kept of a view, or None where nothing new is final."""
    if view.final is None:  # nothing was asked for beyond what is kept
        return None
    through = min(view.final, view.entries[-1].block)
    if kept is not None and view.rests_on_kept and through <= kept.through:
        return None
    logs = tuple(dict(entry.raw) for entry in view.entries if entry.block <= through)
    return KeptHistory(through, logs) if logs else None


def _asked(chain: Chain, *, identity: bytes, kept: KeptHistory | None, want_final: bool) -> View:
    """What one chain, or one node of it, says of the identity."""
    last = changed(chain, identity)
    known = _Known.of(chain, identity, kept)
    if known.last > last:
        _refuse_going_back(chain, known.entries[-1])
        known = _NOTHING
    if known.last == last:
        return View(tuple(known.entries), last)
    try:
        return _grown(chain, identity, known, last, want_final=want_final)
    except ChainError:
        if known == _NOTHING:
            raise
        # What is kept does not go with the chain: it is another one than it was.
        return _grown(chain, identity, _NOTHING, last, want_final=want_final)


def _grown(chain: Chain, identity: bytes, known: _Known, last: int, *, want_final: bool) -> View:
    first_block = deployment(chain.chain_id, chain.registry).first_block
    after = known.through
    if not _counts_elsewhere(chain, known):
        try:
            new = linked(chain, identity, after=after, last=last, first_block=first_block)
            entries, final = with_headers(chain, new, want_final=want_final)
            return _whole(known, entries, last, final)
        except ChainError:
            if not _says_otherwise(chain):
                raise
    new = all_after(chain, identity, after=after, first_block=first_block)
    count = partial(changed_at, chain, identity)
    entries, final = with_headers(chain, new, count=count, want_final=want_final)
    return _whole(known, entries, last, final)


def _whole(known: _Known, new: list[Entry], last: int, final: int | None) -> View:
    entries = (*known.entries, *new)
    require_whole(entries, last)
    return View(entries, last, final=final, rests_on_kept=bool(known.entries))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of an identity, read and found to be a whole beginning of a history."""

    entries: tuple[Entry, ...] = ()
    through: int = 0

    @property
    def last(self) -> int:
        """The block of the last change known, as the registry counts, or 0."""
        return self.entries[-1].counted or 0 if self.entries else 0

    @classmethod
    def of(cls, chain: Chain, identity: bytes, kept: KeptHistory | None) -> _Known:
        """What `kept` is good for: nothing, where it is damaged."""
        if kept is None:
            return _NOTHING
        registry = read_address(chain.registry)
        try:
            read = [Entry.read(log, registry=registry, identity=identity) for log in kept.logs]
            entries = in_order([entry for entry in read if entry is not None])
            complete = tuple(
                entry.at(entry.timestamp, entry.block if entry.counted is None else entry.counted)
                for entry in entries
                if entry.timestamp is not None and entry.block <= kept.through
            )
            known = cls(complete, kept.through)
            require_whole(complete, known.last)
        except ChainError:
            return _NOTHING
        return known if len(complete) == len(kept.logs) else _NOTHING


_NOTHING: Final = _Known()


def _refuse_going_back(chain: Chain, entry: Entry) -> None:
    """Do not believe that what was final never happened, unless the chain is another one.

    Raises:
        ChainError: the chain has the change's block and denies the change, or is not that far.
    """
    block = chain.request("eth_getBlockByNumber", [quantity(entry.block), False])
    if not isinstance(block, Mapping):
        raise ChainError(
            f"the node is behind block {entry.block}, which was final",
            hint="ask another node; of a test chain begun anew, forget what is kept",
        )
    if block.get("hash") == entry.raw.get("blockHash"):
        raise ChainError(f"the node denies the change in block {entry.block}, which was final")


def _counts_elsewhere(chain: Chain, known: _Known) -> bool:
    """Whether the registry's block numbers name blocks of another chain (Arbitrum's kind)."""
    if any(entry.counted != entry.block for entry in known.entries):
        return True
    if deployment(chain.chain_id, chain.registry).untrusted_block_numbers:
        return True
    try:
        return chain in _counted_elsewhere
    except TypeError:  # a chain that has no hash is asked anew each time
        return False


def _says_otherwise(chain: Chain) -> bool:
    """Whether the chain's blocks themselves name the blocks of a parent chain."""
    head = chain.request("eth_getBlockByNumber", ["latest", False])
    if not isinstance(head, Mapping) or head.get("l1BlockNumber") in {None, head.get("number")}:
        return False
    with suppress(TypeError):  # a chain that has no hash or weak reference is asked anew each time
        _counted_elsewhere.add(chain)
    return True
