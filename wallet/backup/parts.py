"""The parts of a backup, each a line of JSON: what docs/backup.md describes, as values.

A manifest, the recovery phrase, imported keys, settings files, contexts, the wallet's own chain,
the records, and an end that counts and digests them; in this order.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from did.encoding import encode_multikey
from wallet.backup.errors import DamagedBackup, NewerBackup, NotABackup
from wallet.credentials.contexts.added import LONGEST_URL
from wallet.files import LARGEST
from wallet.settings import CONFIG_FILE
from wallet.trust import TRUST_FILE
from wallet.vault.errors import InvalidPhrase, InvalidRecord, VaultError
from wallet.vault.phrase import LONGEST_EXTRA_WORD, RecoveryPhrase
from wallet.vault.record import Kind, Record, checked_id, plain_json
from wallet.vault.sealed_key import read_private_jwk, write_private_jwk
from wallet.vault.secret import Confidential, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMAT: Final = "holdfast-backup"
VERSION: Final = 1
FILES: Final = (CONFIG_FILE, TRUST_FILE)
"""The only files there are in a backup: a name is one of these, and never a path."""
MAX_LINE: Final = 20 << 20
"""The longest line in bytes: a record of 8 MiB, every character of it escaped, fits."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MAX_CHAIN_LINE: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the file is, when and by which program it was written."""

    created: datetime
    program: str


@dataclass(frozen=True, slots=True, repr=False)
class Phrase(Confidential):
    """The recovery phrase, with its extra word if it has one."""

    phrase: RecoveryPhrase


@dataclass(frozen=True, slots=True, repr=False)
class ImportedKey(Confidential):
    """A private key that came from another program, out of its seal: another wallet seals it anew.

    Attributes:
        name: its public half as a Multikey, which is the id of its record.
        created: when it was imported, in UTC.
        jwk: the private key as a JWK.
    """

    name: str
    created: datetime
    jwk: bytes

    @property
    def record(self) -> Record:
        """What stands for it among the records, with no key in it."""
        return Record(Kind.KEY, self.name, 1, self.created, 0, {})


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """One of `FILES`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """A JSON-LD context that the person added."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class ChainLine:
    """A line of the transcript of the wallet's own chain."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    """The last line: how many of each there are, and the SHA-256 of all lines before."""

    counts: Mapping[str, int]
    sha256: str


Part = Manifest | Phrase | ImportedKey | SettingsFile | Context | ChainLine | Record | End

ORDER: Final[Mapping[type, int]] = {
    kind: place
    for place, kind in enumerate(
        (Manifest, Phrase, ImportedKey, SettingsFile, Context, ChainLine, Record, End)
    )
}
"""Where each kind of part stands."""


def name_of(part: Part) -> str:
    """What `End.counts` calls a part's kind; records are told apart by their own kind."""
    match part:
        case Manifest():
            return "manifest"
        case Phrase():
            return "phrase"
        case ImportedKey():
            return "key"
        case SettingsFile():
            return "file"
        case Context():
            return "context"
        case ChainLine():
            return "chain"
        case Record():
            return f"record {part.kind}"
        case End():
            return "end"


def read_part(value: Any) -> Part:
    """The part that a line's JSON value is.

    Raises:
        NotABackup, NewerBackup, DamagedBackup: it is none.
    """
    if not isinstance(value, dict):
        raise DamagedBackup("a line of the backup is no object")
    kind = value.get("part")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise DamagedBackup(f"the backup has a part {kind!r:.40}, which is not known")
    try:
        return reader(value)
    except (KeyError, TypeError, ValueError, OverflowError, InvalidRecord) as error:
        # `from None`: a phrase or a record may stand in the frames below.
        name = type(error).__name__
        raise DamagedBackup(f"a part {kind!r} of the backup is malformed ({name})") from None


def _manifest(value: dict[str, Any]) -> Manifest:
    if value.get("format") != FORMAT:
        raise NotABackup("what is in the file is no backup of a wallet")
    version = value.get("version")
    if type(version) is not int or version < 1:
        raise DamagedBackup("the backup's version is none")
    if version > VERSION:
        raise NewerBackup(
            f"the backup is of version {version}, this program reads up to {VERSION}",
            hint="upgrade holdfast",
        )
    return Manifest(_time(value["created"]), _text(value["program"], 200))


def _phrase(value: dict[str, Any]) -> Phrase:
    try:
        phrase = RecoveryPhrase.parse(Secret(_text(value["words"], 2000)))
        if "extra_word" in value:
            extra_word = Secret(_text(value["extra_word"], LONGEST_EXTRA_WORD))
            phrase = phrase.with_extra_word(extra_word)
        return Phrase(phrase)
    except InvalidPhrase as error:
        raise DamagedBackup(f"the backup's recovery phrase is none: {error}") from None


def _key(value: dict[str, Any]) -> ImportedKey:
    jwk = value["jwk"]
    if not isinstance(jwk, dict):
        raise TypeError
    try:
        key = read_private_jwk(json.dumps(jwk).encode())
    except VaultError as error:
        raise DamagedBackup(f"an imported key of the backup is none: {error}") from None
    name = encode_multikey(key.public_key)
    return ImportedKey(name, _time(value["created"]), write_private_jwk(key))


def _file(value: dict[str, Any]) -> SettingsFile:
    name = _text(value["name"], 200)
    if name not in FILES:
        raise DamagedBackup(f"the backup has a file {name!r}, which is none of a wallet's")
    return SettingsFile(name, _text(value["text"], LARGEST))


def _context(value: dict[str, Any]) -> Context:
    return Context(_text(value["address"], LONGEST_URL), _text(value["text"], LARGEST))


def _chain(value: dict[str, Any]) -> ChainLine:
    text = _text(value["text"], _MAX_CHAIN_LINE)
    if "\n" in text:
        raise ValueError
    return ChainLine(text)


def _record(value: dict[str, Any]) -> Record:
    kind, body, version = value["kind"], value["body"], value["version"]
    try:
        known = Kind(kind)
    except ValueError:
        raise DamagedBackup(f"the backup has a record of a kind {kind!r:.40}") from None
    if known is Kind.KEY:  # sealed for the wallet that wrote it, and for no other
        raise DamagedBackup("the backup has a sealed key among its records")
    if type(version) is not int or not 0 < version < 2**53 or not isinstance(body, dict):
        raise TypeError
    id_ = checked_id(_text(value["id"], 4096))
    return Record(known, id_, version, _time(value["created"]), 0, plain_json(body))


def _end(value: dict[str, Any]) -> End:
    counts, digest = value["counts"], value["sha256"]
    if not isinstance(counts, dict) or not _SHA256.fullmatch(_text(digest, 64)):
        raise TypeError
    if not all(type(count) is int for count in counts.values()):
        raise TypeError
    return End(counts, digest)


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise TypeError
    value.encode()  # raises for a lone surrogate
    return value


def _time(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value, 64))
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


_READERS: Final[Mapping[str, Callable[[dict[str, Any]], Part]]] = {
    "manifest": _manifest,
    "phrase": _phrase,
    "key": _key,
    "file": _file,
    "context": _context,
    "chain": _chain,
    "record": _record,
    "end": _end,
}
