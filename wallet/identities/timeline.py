"""The past of a DID: each change of its document, when it was made, and where that is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from did.chain.registry import logs_of
from did.difference import difference
from did.document import Document
from did.errors import UnknownNetwork
from did.frozen import thaw
from did.methods.ethr import Subject
from did.methods.ethr.deriving import each_version
from did.methods.webvh.log import read_log
from wallet.registrars.registrar import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from did.chain.registry.changes import Entry
    from did.identifier import DID
    from wallet.entries import OwnDID
    from wallet.registrars.registrar import Facts
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Event:
    """A change of a DID's document.

    Attributes:
        version: which version it makes: the number of a block, or what the log calls it.
        at: when it was made, in UTC.
        changes: what it changed, a line each; empty where nothing that is shown.
        document: the document after it, as JSON.
        block: the block that it is in, of methods that live on a chain.
        transaction: the transaction that made it, `0x…`, of the same.
    """

    version: str
    at: datetime
    changes: Facts = field(hash=False)
    document: Mapping[str, Any] = field(hash=False, repr=False)
    block: int | None = None
    transaction: str | None = None


def timeline(wallet: Wallet, own: OwnDID) -> tuple[Event, ...]:
    """Every change, the oldest first; of a method whose DIDs have no past, none.

    Raises:
        ChainError, Unreachable: the chain gave no answer that can be relied on.
        UnknownNetwork: it is of a chain that the wallet does not know.
    """
    match own.did.method:
        case "ethr":
            subject = Subject.of(own.did)
            if (chain := wallet.chains(subject.chain_id)) is None:
                raise UnknownNetwork(
                    f"{own.did} is on chain {subject.chain_id}, which this wallet does not know",
                    hint="holdfast chain use URL",
                )
            kept = wallet.sending.histories
            return of_logs(own.did, subject, logs_of(chain, subject.account, histories=kept))
        case "webvh":
            return of_log(own.kept["log"].encode(), wallet.clock())
        case _:
            return ()


def of_logs(did: DID, subject: Subject, logs: Sequence[Entry]) -> tuple[Event, ...]:
    """What a registry's logs say of a did:ethr, the oldest first."""
    changes = [log.change() for log in logs]
    documents = pairwise(each_version(did, subject, changes))
    return tuple(
        Event(
            str(change.block),
            datetime.fromtimestamp(change.timestamp, UTC),
            shown(difference(before, after)),
            after.to_json(),
            change.block,
            log.raw.get("transactionHash"),
        )
        for log, change, (before, after) in zip(logs, changes, documents, strict=True)
    )


def of_log(data: bytes, now: datetime) -> tuple[Event, ...]:
    """What the log of a did:webvh says, the oldest first, as far as it holds."""
    entries = [version.entry for version in read_log(data, now).versions]
    states = [Document.parse(entry.state) for entry in entries]
    empty = [Document.parse({"id": state.raw["id"]}) for state in states[:1]]
    return tuple(
        Event(entry.version_id, entry.time, shown(difference(before, after)), thaw(entry.state))
        for entry, (before, after) in zip(entries, pairwise([*empty, *states]), strict=True)
    )
