"""Comparing a backup with the wallet as it is: what is the same, what differs, what is missing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from did.chain import jsonrpc
from did.chain.embedded.transcript import export_chain
from wallet.backup.parts import (
    FILES,
    ChainLine,
    Context,
    End,
    ImportedKey,
    Manifest,
    Part,
    Phrase,
    SettingsFile,
)
from wallet.backup.writing import DERIVED
from wallet.credentials.contexts.added import AddedContexts
from wallet.sources import CONTEXTS_FOLDER
from wallet.vault.record import Kind, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from wallet.backup.writing import Source

NAMED: Final = 20
"""How many that differ are named; the rest is counted."""


class ChainStands(StrEnum):
    """How the chain in a backup stands to the wallet's own."""

    SAME = "the same"
    BEHIND = "the wallet's went on"
    AHEAD = "the backup's went on"
    OTHER = "another chain"
    ABSENT = "not in the backup"
    FRESH = "the wallet's has nothing on it"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a backup and a wallet have.

    Attributes:
        created: when the backup was written.
        same_phrase: whether they have the same recovery phrase, and so the same keys.
        counts: how many records of each kind the backup has.
        changed: how many of them stand otherwise in the wallet.
        lacking: how many the wallet does not have.
        since: how many the wallet has, and the backup does not.
        named: what of them differs or is missing, by kind and name; up to `NAMED`.
        files: settings and contexts that stand otherwise.
        chain: how the chain stands.
        digest: the backup's.
    """

    created: datetime
    same_phrase: bool
    counts: Mapping[str, int]
    changed: Mapping[str, int]
    lacking: Mapping[str, int]
    since: Mapping[str, int]
    named: tuple[str, ...]
    files: tuple[str, ...]
    chain: ChainStands
    digest: str

    @property
    def is_complete(self) -> bool:
        """Whether the wallet could be had back from it as it is, but for its latest journal."""
        left = sum(count for kind, count in self.since.items() if kind not in _OWN)
        changed = sum(count for kind, count in self.changed.items() if kind not in _OWN)
        whole = self.same_phrase and self.chain is ChainStands.SAME
        return whole and not left and not changed and not self.files


_OWN: Final = frozenset({Kind.JOURNAL, Kind.SETTING})
"""What the wallet writes of itself: the backup, too, is in its journal, and not in the backup."""


@dataclass(slots=True)
class _Chain:
    """Compares a transcript with the wallet's chain, line by line."""

    own: Iterator[str] | None
    is_fresh: bool
    seen: int = 0
    differs: bool = False
    ended: bool = False

    def take(self, text: str) -> None:
        self.seen += 1
        if self.own is None or self.differs or self.ended:
            return
        line = next(self.own, None)
        if line is None:
            self.ended = True  # the backup goes on
        elif self.seen == 1:
            self.differs = _genesis(line) != _genesis(text)
        else:
            self.differs = line.removesuffix("\n") != text

    def stands(self) -> ChainStands:
        if not self.seen:
            return ChainStands.SAME if self.own is None else ChainStands.ABSENT
        if self.own is None:
            return ChainStands.FRESH
        if self.differs:
            return ChainStands.FRESH if self.is_fresh else ChainStands.OTHER
        if self.ended:
            return ChainStands.AHEAD
        return ChainStands.SAME if next(self.own, None) is None else ChainStands.BEHIND


@dataclass(slots=True)
class _Tally:
    source: Source
    counts: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    lacking: Counter[str] = field(default_factory=Counter)
    named: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    own: dict[bytes, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Short hashes of what the wallet has: of a hundred thousand, some twenty megabytes."""
        for record in self.source.vault.each():
            if record.kind not in DERIVED:
                self.own[_key(record)] = _digest(record)

    def record(self, record: Record) -> None:
        self.counts[record.kind.value] += 1
        own = self.own.pop(_key(record), None)
        if own is None:
            self.lacking[record.kind.value] += 1
            self.name(record)
        elif own != _digest(record):
            self.changed[record.kind.value] += 1
            self.name(record)

    def name(self, record: Record) -> None:
        if len(self.named) < NAMED and record.kind not in _OWN:
            self.named.append(called(record))

    def since(self) -> Counter[str]:
        found = Counter[str]()
        for record in self.source.vault.each() if self.own else ():
            if _key(record) in self.own:
                found[record.kind.value] += 1
                self.name(record)
        return found


def called(record: Record) -> str:
    """A record by its kind and the name that the person knows it by: `credential Degree`."""
    name = record.body.get("name")
    return f"{record.kind} {name if isinstance(name, str) and name else record.id}"


def compare(parts: Iterable[Part], source: Source) -> Comparison:
    """Goes through a whole backup, and through the wallet; holds neither in memory.

    Raises:
        NotABackup, NewerBackup, DamagedBackup, WrongKey: see `opened`.
    """
    tally = _Tally(source)
    chain = _Chain(
        None if source.chain is None else export_chain(source.chain),
        source.chain is not None and source.chain.request("eth_blockNumber") == "0x0",
    )
    files = _own_files(source)
    manifest, end, same_phrase = None, None, False
    for part in parts:
        match part:
            case Manifest():
                manifest = part
            case Phrase():
                same_phrase = part.phrase == source.vault.unsafe_expose_phrase()
            case ImportedKey():
                tally.record(part.record)
            case SettingsFile():
                _compare_file(part.name, part.text, files, tally)
            case Context():
                _compare_file(part.address, part.text, files, tally)
            case ChainLine():
                chain.take(part.text)
            case Record():
                tally.record(part)
            case End():
                end = part
    assert manifest is not None  # noqa: S101 - `read_lines` gives out whole backups only
    assert end is not None  # noqa: S101 - as above
    since = tally.since()
    return Comparison(
        manifest.created,
        same_phrase,
        counts=dict(tally.counts),
        changed=dict(tally.changed),
        lacking=dict(tally.lacking),
        since=dict(since),
        named=tuple(tally.named),
        files=tuple(sorted(tally.files | files.keys())),
        chain=chain.stands(),
        digest=end.sha256,
    )


def _own_files(source: Source) -> dict[str, str]:
    """The digests of the wallet's settings and contexts, by name or address."""
    found = {
        name: hashlib.sha256((source.home / name).read_bytes()).hexdigest()
        for name in FILES
        if (source.home / name).exists()
    }
    added = AddedContexts(source.home / CONTEXTS_FOLDER).listed()
    return found | {one.url: one.sha256 for one in added}


def _compare_file(name: str, text: str, own: dict[str, str], tally: _Tally) -> None:
    if own.pop(name, None) != hashlib.sha256(text.encode()).hexdigest():
        tally.files.add(name)


def _genesis(line: str) -> object:
    """The first line without how many blocks follow."""
    try:
        value = jsonrpc.decoded(line.encode())
    except jsonrpc.NotJSON:
        return None
    return {**value, "blocks": None} if isinstance(value, dict) else None


def _key(record: Record) -> bytes:
    return hashlib.blake2b(f"{record.kind} {record.id}".encode(), digest_size=16).digest()


def _digest(record: Record) -> bytes:
    if record.kind is Kind.KEY:  # its id says which it is, and each seal of it is another
        return b""
    text = json.dumps(record.body, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
