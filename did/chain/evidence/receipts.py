"""The changes of an identity among the receipts of one block (Yellow Paper, 4.3.1; EIP-2718).

All receipts of the block are needed: of two changes in one block only the first says where it
belongs, so that nothing but the block's root tells that the second one is missing.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from did.chain import rlp
from did.chain.evidence.errors import InvalidEvidence
from did.chain.evidence.lists import list_root
from did.chain.evidence.skimming import NotSkimmed, members, whole_list
from did.chain.hexadecimal import data, quantity
from did.chain.registry.changes import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from did.chain.evidence.headers import Header

_LOGS_EACH: Final = 1 << 20
"""More logs than a receipt has, so that places in a block can be made of the two."""


def changes_in(
    header: Header, receipts: Sequence[bytes], registry: bytes, identity: bytes, *, most: int
) -> list[Entry]:
    """What the block made of the identity, in order. `receipts` are all of the block's.

    Raises:
        InvalidEvidence: they are not, or cannot be read, or there are more changes than `most`.
        ChainError: the registry logged what cannot be read.
    """
    if not receipts or not all(receipts) or list_root(receipts) != header.receipts_root:
        raise InvalidEvidence(f"the receipts of block {header.number} are not all that it has")
    topic = identity.rjust(32, b"\0")
    found = (
        _log(header, at * _LOGS_EACH + place, registry, topics, said)
        for at, receipt in enumerate(receipts)
        if registry in receipt and topic in receipt  # what has a log of them has their bytes
        for place, topics, said in _logs(receipt, registry, topic)
    )
    logs = list(islice(found, most + 1))
    if len(logs) > most:
        raise InvalidEvidence("the DID was changed more often than is read")
    read = (Entry.read(log, registry=registry, identity=identity) for log in logs)
    return [entry.at(header.timestamp, header.number) for entry in read if entry is not None]


def _logs(
    encoded: bytes, registry: bytes, topic: bytes
) -> Iterator[tuple[int, tuple[bytes, ...], bytes]]:
    """The registry's logs of the identity in a receipt: each one's place, topics and data."""
    try:
        listed = list(islice(members(encoded, whole_list(encoded, encoded[0] < 0xC0)), 4))
        if len(listed) < 4 or not listed[3].is_list:
            raise InvalidEvidence("a receipt is none")
        for place, log in enumerate(members(encoded, listed[3])):
            said = encoded[log.at : log.end]
            if registry in said and topic in said and (read := _read(said, registry, topic)):
                yield place, *read
    except (NotSkimmed, rlp.InvalidRLP) as error:
        raise InvalidEvidence(f"a receipt cannot be read: {error}") from error


def _read(encoded: bytes, registry: bytes, about: bytes) -> tuple[tuple[bytes, ...], bytes] | None:
    """The topics and data of a log, if it is the registry's and of the identity."""
    match rlp.decode(encoded):
        case [bytes(address), [*topics], bytes(said)]:
            words = tuple(topic for topic in topics if isinstance(topic, bytes))
            if len(words) == len(topics) <= 4:
                wanted = address == registry and words[1:2] == (about,)
                return (words, said) if wanted else None
        case _:
            pass
    raise InvalidEvidence("a log is none")


def _log(
    header: Header, position: int, registry: bytes, topics: Sequence[bytes], said: bytes
) -> dict[str, Any]:
    """A log as a node tells it, for what reads nodes' logs."""
    return {
        "address": data(registry),
        "topics": [data(topic) for topic in topics],
        "data": data(said),
        "blockNumber": quantity(header.number),
        "blockHash": data(header.hash),
        "logIndex": quantity(position),
    }
