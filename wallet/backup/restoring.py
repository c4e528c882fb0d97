"""Restoring a backup: into a new wallet, into one that is there, or in the place of one."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain as joined
from typing import TYPE_CHECKING, Final, TypeVar

from did.chain.embedded.transcript import import_chain
from did.errors import ChainError
from wallet.backup.comparing import ChainStands
from wallet.backup.errors import BackupError, DamagedBackup, OtherWallet
from wallet.backup.parts import (
    ChainLine,
    Context,
    End,
    ImportedKey,
    Manifest,
    Part,
    Phrase,
    SettingsFile,
    name_of,
)
from wallet.backup.placing import placed, replaced
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.contexts.added import AddedContexts
from wallet.credentials.errors import CredentialError
from wallet.errors import BadInput
from wallet.files import replace_file
from wallet.resolution import CHAIN_FILE
from wallet.settings import Settings
from wallet.sources import CONTEXTS_FOLDER
from wallet.trust import trusted
from wallet.vault.errors import Busy, RecordNotFound
from wallet.vault.header import DEFAULT
from wallet.vault.record import Kind, Record
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from wallet.backup.comparing import Comparison
    from wallet.backup.writing import Source
    from wallet.vault.header import KdfCost
    from wallet.vault.secret import Secret

P = TypeVar("P", bound=Part)

JOURNAL_HEAD: Final = "journal"
LEFT_OUT: Final = frozenset({Kind.TRANSACTION})
"""What a merge does not take over: a transaction under way is known best where it is under way."""


@dataclass(frozen=True, slots=True)
class Restored:
    """How many parts of each kind were restored."""

    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class New:
    """The wallet that a backup is restored to.

    Attributes:
        vault_file: what its vault is called.
        passphrase: its passphrase.
        journalled: has its journal say so, and state the entries that came from elsewhere.
        kdf: what trying a passphrase costs.
    """

    vault_file: str
    passphrase: Secret
    journalled: Callable[[Vault], None]
    kdf: KdfCost = DEFAULT


class _Parts:
    """The parts of a backup, taken kind by kind."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._rest: Final = iter(parts)
        self._next: Part | None = next(self._rest, None)
        self.counts: Final = Counter[str]()

    def of(self, kind: type[P]) -> Iterator[P]:
        """Those of a kind that come next."""
        while isinstance(part := self._next, kind):
            self.counts[name_of(part)] += 1
            self._next = next(self._rest, None)
            yield part


def restore_new(parts: Iterable[Part], home: Path, new: New) -> Restored:
    """Make the wallet of a backup in a folder that is not there yet: whole, or not at all.

    Raises:
        BackupError: the backup is not whole and sound; nothing is there.
        BadInput: something is there already.
    """
    with placed(home) as folder:
        return _fill(folder, parts, new, earlier=None)


def restore_over(
    parts: Iterable[Part], home: Path, new: New, *, earlier: Vault | None, kept: Path
) -> Restored:
    """Put the wallet of a backup in the place of another, whose folder is kept as `kept`.

    What stands in the journal of the `earlier` one is taken over; it is read, and closed then.
    None is for one that nobody can open any more.
    """
    with replaced(home, kept) as folder:
        restored = _fill(folder, parts, new, earlier=earlier)
        if earlier is not None:
            earlier.close()
    return restored


def merge(
    parts: Iterable[Part], source: Source, shown: Comparison, journalled: Callable[[Vault], None]
) -> Restored:
    """Add what a wallet lacks, and change nothing that it has; all records or none.

    `shown` is what the person agreed to; `journalled` as in `New`. Settings,
    contexts and a chain come before the records, each whole; after an interruption the same merge
    again does the rest.

    Raises:
        OtherWallet: the backup's keys are others than this wallet's.
        BackupError: the backup is not whole and sound, or not the one that was compared.
    """
    if not shown.same_phrase:
        raise OtherWallet(
            "the backup is of a wallet with another recovery phrase or extra word",
            hint="restore it into a folder of its own: --home DIR",
        )
    taken, counts = _Parts(parts), Counter[str]()
    list(taken.of(Manifest))
    list(taken.of(Phrase))
    keys = list(taken.of(ImportedKey))
    files = [one for one in taken.of(SettingsFile) if not (source.home / one.name).exists()]
    contexts = list(taken.of(Context))
    chain = _Chain(source.home / CHAIN_FILE)
    with source.vault.transaction(), chain.clearing():
        if shown.chain in {ChainStands.FRESH, ChainStands.AHEAD}:
            chain.make(line.text for line in taken.of(ChainLine))
        list(taken.of(ChainLine))
        for key in keys:
            if _restored(source.vault, _sealed(source.vault, key)):
                counts[name_of(key)] += 1
        for record in taken.of(Record):
            if not _is_left_out(record) and _restored(source.vault, record):
                counts[name_of(record)] += 1
        journalled(source.vault)
        _finish(taken, digest=shown.digest)
        for one in files:
            replace_file(source.home / one.name, one.text.encode())
        _add_contexts(source.home, contexts)
        if source.chain is not None:
            source.chain.close()
        chain.put()
    return Restored(dict(counts))


def _fill(folder: Path, parts: Iterable[Part], new: New, *, earlier: Vault | None) -> Restored:
    taken = _Parts(parts)
    list(taken.of(Manifest))
    (phrase,) = [part.phrase for part in taken.of(Phrase)]
    vault, _ = Vault.create(folder / new.vault_file, new.passphrase, phrase=phrase, kdf=new.kdf)
    with vault:
        for key in taken.of(ImportedKey):
            vault.restore(_sealed(vault, key))
        for one in taken.of(SettingsFile):
            replace_file(folder / one.name, one.text.encode())
        _add_contexts(folder, taken.of(Context))
        chain = _Chain(folder / CHAIN_FILE)
        with chain.clearing():
            chain.make(line.text for line in taken.of(ChainLine))
            chain.put()
        with vault.transaction():
            for record in taken.of(Record):
                vault.restore(record)
            for record in () if earlier is None else earlier.all(Kind.JOURNAL):
                _restored(vault, record)
            new.journalled(vault)
            _finish(taken)
    try:
        Settings.read(folder)
        trusted(folder)
    except BadInput as error:
        raise DamagedBackup(f"the backup's settings cannot be used: {error}") from error
    return Restored(dict(taken.counts))


def _sealed(vault: Vault, key: ImportedKey) -> Record:
    """The record of an imported key, sealed for this wallet."""
    return replace(key.record, body=vault.seal_key(key.jwk).body())


def _is_left_out(record: Record) -> bool:
    """Whether a merge leaves it out; the head of a journal says where that one ends."""
    is_head = record.kind is Kind.SETTING and record.id == JOURNAL_HEAD
    return is_head or record.kind in LEFT_OUT


def _restored(vault: Vault, record: Record) -> bool:
    """Add a record to those that are there: an entry of another journal under another name."""
    if record.kind is not Kind.JOURNAL:
        return vault.restore(record)
    try:
        if vault.get(Kind.JOURNAL, record.id).body == record.body:
            return False
    except RecordNotFound:
        pass
    text = json.dumps(record.body, sort_keys=True).encode()
    return vault.restore(replace(record, id=f"earlier-{hashlib.sha256(text).hexdigest()[:32]}"))


def _finish(taken: _Parts, *, digest: str | None = None) -> None:
    """Go to the end, where it turns out whether all before is whole."""
    ends = list(taken.of(End))
    assert len(ends) == 1  # noqa: S101 - `read_lines` gives out whole backups only
    if digest not in {None, ends[0].sha256}:
        raise BackupError("the backup is another one now than the one that was compared")


def _add_contexts(home: Path, contexts: Iterable[Context]) -> None:
    """Add those that are not there, and that did not come to be shipped meanwhile."""
    added = AddedContexts(home / CONTEXTS_FOLDER)
    for one in contexts:
        if one.address in SHIPPED or one.address in {known.url for known in added.listed()}:
            continue
        try:
            added.add(one.text.encode(), one.address)
        except (CredentialError, BadInput) as error:
            raise DamagedBackup(f"a context of the backup cannot be used: {error}") from error


@dataclass(slots=True)
class _Chain:
    """The chain of a backup, made anew beside its place."""

    path: Path
    made: bool = False

    @property
    def _beside(self) -> Path:
        return self.path.with_name(f".{self.path.name}.restoring")

    def make(self, lines: Iterator[str]) -> None:
        """Run the transcript; nothing where there is none."""
        first = next(lines, None)
        if first is None:
            return
        self._beside.unlink(missing_ok=True)
        try:
            import_chain(self._beside, joined((first,), lines))
        except ChainError as error:
            raise DamagedBackup(f"the chain in the backup cannot be made: {error}") from error
        self.made = True

    def put(self) -> None:
        """Put it in its place, over one that is closed."""
        if self.made:
            if self.path.with_name(f"{self.path.name}-wal").exists():
                raise Busy("another process is using the wallet's chain")
            self._beside.replace(self.path)

    @contextmanager
    def clearing(self) -> Iterator[None]:
        """Leaves nothing beside it, however the block ends."""
        try:
            yield
        finally:
            self._beside.unlink(missing_ok=True)
