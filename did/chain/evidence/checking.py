"""From accepted blocks to an identity's history, step by step (ERC-1056; EIP-1186; Yellow Paper).

The state of a block names the block of the identity's last change. That block's receipts, all of
them, hold the change and whatever else the block made of the identity; the first change there names
the block before, and so on back to none. A contract cannot log and forget: whatever it logged of an
identity is in a block that this way passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.chain.evidence.accepted import BlockName
from did.chain.evidence.ancestry import Link, roots
from did.chain.evidence.errors import EvidenceLacks, InvalidEvidence, NotAccepted
from did.chain.evidence.headers import Header
from did.chain.evidence.layout import layout_of, require_registry
from did.chain.evidence.receipts import changes_in
from did.chain.evidence.tries import read_account, read_word
from did.chain.hexadecimal import read_address
from did.chain.registry import OwnerChanged
from did.chain.registry.changes import require_whole
from did.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.chain.evidence.accepted import BlockHashes
    from did.chain.evidence.evidence import EthrEvidence
    from did.chain.evidence.parts import EvidenceBlock
    from did.chain.registry import Change
    from did.chain.registry.changes import Entry

MAX_CHANGES: Final = 16_384
"""The most changes of one identity that are read. Each takes a third of a millisecond."""

_NOBODY: Final = bytes(20)


@dataclass(frozen=True, slots=True)
class Proven:
    """What a registry says of an identity, as of `block`.

    `changes` are all there were until then, the oldest first. Nothing is known of later ones.
    `deactivated` is what the registry itself says, where it can. `rests_on` are the blocks that had
    to be accepted; `times` are the times of blocks, by number, in seconds since 1970.
    """

    identity: bytes
    registry: str
    block: BlockName
    timestamp: int
    changes: tuple[Change, ...]
    deactivated: bool
    rests_on: tuple[BlockName, ...]
    times: Mapping[int, int]


def roots_of(evidence: EthrEvidence) -> tuple[BlockName, ...]:
    """The blocks that no other one of the evidence leads to. Raises `InvalidEvidence`."""
    return _names(evidence, roots(_links(evidence)))


def proven(evidence: EthrEvidence, accepted: BlockHashes, *, registry: str | None) -> Proven:
    """What is so if the accepted blocks are the chain's. Raises `InvalidEvidence`."""
    try:
        return _proven(evidence, accepted, registry)
    except InvalidEvidence:
        raise
    except ChainError as error:  # of the rooms that read a registry
        raise InvalidEvidence(f"the evidence shows nothing: {error}") from error


def _proven(evidence: EthrEvidence, accepted: BlockHashes, registry: str | None) -> Proven:
    # (0) It is of the registry that the chain is known to have.
    require_registry(evidence.chain_id, evidence.registry, registry)
    # (1) Each block is accepted, or an ancestor of one that is.
    links = _links(evidence)
    rests_on = _names(evidence, roots(links))
    _require_accepted(rests_on, accepted)
    headers = {link.header.number: link.header for link in links}
    # (2) The state of the newest names the block of the last change,
    head = links[0].header
    last, deactivated = _last_change(evidence, head)
    # (3) and whatever else changed the identity is where the links between changes lead.
    entries = _entries(evidence, headers, last)
    require_whole(entries, last)
    changes = tuple(entry.change() for entry in entries)
    # (4) What the registry says of deactivation is what its last change said.
    if deactivated and not _gives_up(changes):
        raise InvalidEvidence("the registry has the identity deactivated, and its changes do not")
    return Proven(
        identity=evidence.identity,
        registry=evidence.registry,
        block=rests_on[0],
        timestamp=head.timestamp,
        changes=changes,
        deactivated=deactivated,
        rests_on=rests_on,
        times=MappingProxyType({number: one.timestamp for number, one in headers.items()}),
    )


def _links(evidence: EthrEvidence) -> tuple[Link, ...]:
    if not evidence.blocks:
        raise EvidenceLacks("the evidence has no block")
    return tuple(Link(Header.read(block.header), block.past) for block in evidence.blocks)


def _names(evidence: EthrEvidence, headers: tuple[Header, ...]) -> tuple[BlockName, ...]:
    return tuple(BlockName(evidence.chain_id, one.number, one.hash) for one in headers)


def _require_accepted(rests_on: tuple[BlockName, ...], accepted: BlockHashes) -> None:
    if strange := tuple(name for name in rests_on if not accepted.accepts(name)):
        more = f", and {len(strange) - 1} more" if len(strange) > 1 else ""
        raise NotAccepted(
            f"the evidence rests on {strange[0]}{more}, which nobody here accepts",
            blocks=strange,
            hint="compare the block's hash with an explorer's or a node's, and accept it",
        )


def _last_change(evidence: EthrEvidence, head: Header) -> tuple[int, bool]:
    """The block that the head's state names as the last change's, and its tombstone."""
    if evidence.state is None:
        raise EvidenceLacks(f"the evidence lacks a proof of the state of block {head.number}")
    address = read_address(evidence.registry)
    account = read_account(head.state_root, address, evidence.state.account)
    layout = layout_of(evidence.chain_id, evidence.registry, account)
    assert account is not None  # noqa: S101  # or there would be no layout
    slot = layout.slot(evidence.identity)
    return layout.read(read_word(account.storage_root, slot, evidence.state.storage))


def _entries(evidence: EthrEvidence, headers: Mapping[int, Header], last: int) -> list[Entry]:
    """The identity's changes in all blocks from `last` on backwards, in the order of the chain."""
    with_receipts = _with_receipts(evidence, headers)
    registry = read_address(evidence.registry)
    found: list[list[Entry]] = []
    left, block = MAX_CHANGES, last
    while block:
        if (receipts := with_receipts.pop(block, None)) is None:
            raise EvidenceLacks(f"the evidence lacks the receipts of block {block}")
        entries = changes_in(headers[block], receipts, registry, evidence.identity, most=left)
        if not entries:
            raise InvalidEvidence(f"block {block} does not change the identity")
        left -= len(entries)
        if entries[0].previous >= block:
            raise InvalidEvidence(f"the first change of block {block} names no block before it")
        found.append(entries)
        block = entries[0].previous
    if with_receipts:
        raise InvalidEvidence(f"no change leads to block {max(with_receipts)}")
    return [entry for entries in reversed(found) for entry in entries]


def _with_receipts(
    evidence: EthrEvidence, headers: Mapping[int, Header]
) -> dict[int, tuple[bytes, ...]]:
    pairs: zip[tuple[int, EvidenceBlock]] = zip(headers, evidence.blocks, strict=True)
    return {number: block.receipts for number, block in pairs if block.receipts is not None}


def _gives_up(changes: tuple[Change, ...]) -> bool:
    match changes:
        case [*_, OwnerChanged(owner=owner)]:
            return owner == _NOBODY
        case _:
            return False
