"""Writing a backup: everything of a wallet, a part at a time, into one age file."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from did.chain.embedded.transcript import export_chain
from wallet.backup.age import encrypt
from wallet.backup.errors import BackupError
from wallet.backup.lines import write_lines
from wallet.backup.parts import (
    FILES,
    ChainLine,
    Context,
    ImportedKey,
    Manifest,
    Part,
    Phrase,
    SettingsFile,
    name_of,
)
from wallet.credentials.contexts.added import AddedContexts
from wallet.files import LARGEST, at_home, write_stream
from wallet.sources import CONTEXTS_FOLDER
from wallet.vault.record import Kind
from wallet.vault.sealed_key import SealedKey

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from did.chain.embedded import EmbeddedChain
    from wallet.backup.age.keys import Recipient
    from wallet.vault.vault import Vault


DERIVED: Final = frozenset({Kind.SEARCH})
"""What is made anew from the other records."""


@dataclass(frozen=True, slots=True)
class Source:
    """A wallet as far as a backup holds it: its folder, its open vault, its own chain if any."""

    home: Path
    vault: Vault
    chain: EmbeddedChain | None


@dataclass(frozen=True, slots=True)
class Written:
    """A backup that was written: where, and how many parts of each kind."""

    path: Path
    counts: Mapping[str, int]


def parts_of(source: Source, created: datetime) -> Generator[Part]:
    """Everything of a wallet, in the order of a backup.

    Raises:
        BackupError: a file of the wallet cannot be put in.
    """
    yield Manifest(created, f"holdfast {version('holdfast')}")
    yield Phrase(source.vault.unsafe_expose_phrase())
    for record in source.vault.all(Kind.KEY):
        with source.vault.unsafe_expose_jwk(SealedKey.of(record)) as jwk:
            yield ImportedKey(record.id, record.created, jwk)
    for name in FILES:
        if (source.home / name).exists():
            yield SettingsFile(name, _text(source.home / name))
    added = AddedContexts(source.home / CONTEXTS_FOLDER)
    for one in added.listed():
        yield Context(one.url, _text(added.folder / f"{one.sha256}.jsonld"))
    if source.chain is not None:
        for line in export_chain(source.chain):
            yield ChainLine(line.removesuffix("\n"))
    others = DERIVED | {Kind.KEY}
    yield from (record for record in source.vault.each() if record.kind not in others)


def write_backup(
    source: Source, path: Path, recipients: Sequence[Recipient], created: datetime
) -> Written:
    """Write a new file, for its owner alone: whole, or not at all.

    Raises:
        BadInput: a file of that name exists, or it cannot be written.
    """
    counts = Counter[str]()

    def counted(parts: Iterable[Part]) -> Iterator[Part]:
        for part in parts:
            counts[name_of(part)] += 1
            yield part

    # What failed is written down: the vault must not be in the middle of being read by then.
    with closing(parts_of(source, created)) as parts:
        lines = write_lines(counted(parts))
        saved, _ = write_stream(at_home(path), encrypt(lines, recipients))
    return Written(saved, dict(counts))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise BackupError(f"{path.name!r} is larger than a mebibyte")
        return data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{path.name!r} cannot be read, and would be missing") from error
