"""A journal as a file: JSON that anybody with the journal's public key can verify, or CSV to read.

The JSON has an entry a line. Its `head` is signed, so that entries missing at the end are noticed.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from did.errors import InvalidDocument
from did.strict_json import read_object
from wallet.journal.errors import JournalBroken, NotAJournal
from wallet.journal.examining import Fault, Finding, Journalled, examine, unclaimed
from wallet.journal.head import Head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from did.keys.ed25519 import Ed25519PublicKey

LARGEST: Final = 256 << 20  # bytes of an exported journal: half a million entries
COLUMNS: Final = (
    *("number", "at", "action", "outcome", "asked", "by"),
    *("digest", "approved", "made", "error", "previous", "signature"),
)
_TYPE: Final = "Journal"
_VERSION: Final = 1
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Exported:
    """An exported journal as it is read; nothing is said of whether it is true."""

    head: Head
    journal: Journalled

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The journal that a file of JSON is. Raises `NotAJournal`."""
        try:
            form = read_object(data, limit=LARGEST)
        except InvalidDocument as error:
            raise NotAJournal(f"the journal cannot be read: {error}") from error
        if form.keys() != {"type", "version", "head", "before", "entries"}:
            raise NotAJournal("it is no exported journal: its members are others")
        if form["type"] != _TYPE or type(form["version"]) is not int or form["version"] != _VERSION:
            raise NotAJournal(f"it is no {_TYPE} of version {_VERSION}")
        entries, before = form["entries"], form["before"]
        if not isinstance(entries, list) or not isinstance(before, list):
            raise NotAJournal("the journal's 'entries' and 'before' are not lists")
        head = Head.read(form["head"])
        return cls(head, Journalled(entries, head.count, head.hash, before))

    def verify(self, key: Ed25519PublicKey | None = None) -> None:
        """Whether it is what the journal's key signed: by `key`, or by that which it names.

        Raises:
            JournalBroken: it is not; every entry that is not is named.
        """
        key = key or self.head.key
        findings = [] if self.head.is_signed(key) else [Finding(0, Fault.HEAD_CHANGED)]
        findings += examine(self.journal, key)
        if unclaimed(self.journal) > 0:
            findings.append(Finding(len(self.journal.before), Fault.OUTSIDE))
        if findings:
            raise JournalBroken(tuple(findings))


def json_pieces(
    head: Head, before: Iterable[Mapping[str, Any]], entries: Iterable[Mapping[str, Any]]
) -> Iterator[bytes]:
    """The file of JSON, piece by piece."""
    start = json.dumps({"type": _TYPE, "version": _VERSION, "head": head.form}, ensure_ascii=False)
    yield f'{start[:-1]}, "before": ['.encode()
    yield from _lines(before)
    yield b'], "entries": ['
    yield from _lines(entries)
    yield b"]}\n"


def csv_pieces(entries: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The entries as CSV (RFC 4180), with a heading; no cell is a formula to a spreadsheet."""
    yield _row(COLUMNS)
    for entry in entries:
        yield _row(tuple(_cell(entry.get(name)) for name in COLUMNS))


def harmless(text: str) -> str:
    """A cell's text, with an apostrophe before what a spreadsheet would compute."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _cell(value: Any) -> str:
    return "" if value is None else harmless(str(value))


def _row(cells: tuple[str, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _lines(values: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    comma = ""
    for value in values:
        yield f"{comma}\n{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}".encode()
        comma = ","
