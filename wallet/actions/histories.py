"""The journal, to be read, verified, taken away and anchored: `holdfast history …`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from did.encoding import encode_multikey
from wallet.actions.anchors import RECEIPTS, anchor_named
from wallet.actions.journal import journal_of
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table
from wallet.errors import BadInput, NoSuchEntry
from wallet.files import at_home, free_path, read_file, write_new, write_stream
from wallet.journal.entry import hash_of, is_read
from wallet.journal.errors import JournalBroken
from wallet.journal.examining import Fault, Finding, Journalled, examine, unclaimed
from wallet.journal.exported import LARGEST, Exported, csv_pieces, json_pieces
from wallet.journal.head import Head, read_key
from wallet.journal.journal import Latest
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.keys.ed25519 import Ed25519PublicKey
    from wallet.messages import Message
    from wallet.wallet import Wallet

SHOWN: Final = 20
"""How many entries are shown where nothing else is asked for."""
_CHAINING: Final = frozenset({"number", "previous", "signature"})


def show(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """What was asked of the wallet and what became of it, oldest first; the newest of it."""
    journal, limit = journal_of(wallet), arguments.get("last", SHOWN)
    all_of_it = bool(arguments.get("all"))
    if words := arguments.get("filter", "").casefold().split():
        latest = _with(words, journal.everything(), limit, reads=all_of_it)
    else:
        latest = journal.latest(limit, reads=all_of_it)
    entries, count = latest.entries, latest.count
    older, left_out = count - len(entries), 0 if all_of_it else latest.reads
    hidden = say("{count}, not listed; holdfast history --all lists them, too", count=left_out)
    return Result(
        say("entries: {count}", count=count) if count else say("nothing yet"),
        data={
            "entries": [dict(entry) for entry in entries],
            "older": older,
            "reads": latest.reads,
        },
        facts=((say("Reads"), hidden),) if left_out else (),
        table=Table(
            (say("When"), say("What"), say("Outcome"), say("Agreed by"), say("Made")),
            tuple(map(_row, entries)),
        ),
        next=_all_of_them(count, reads=all_of_it) if older else None,
    )


def _all_of_them(count: int, *, reads: bool) -> Message:
    if reads:
        return say("all of them: holdfast history --all --last {count}", count=count)
    return say("all of them: holdfast history --last {count}", count=count)


def _with(words: list[str], entries: list[Mapping[str, Any]], limit: int, *, reads: bool) -> Latest:
    """The newest entries that have the words."""
    found = [entry for entry in entries if _says(entry, words)]
    wanted = [entry for entry in found if reads or not is_read(entry)]
    return Latest(tuple(wanted[-limit:]), len(wanted), sum(map(is_read, found)))


def _says(entry: Mapping[str, Any], words: list[str]) -> bool:
    said = (str(value) for name, value in entry.items() if name not in _CHAINING)
    text = " ".join(said).casefold()
    return all(word in text for word in words)


def _row(entry: Mapping[str, Any]) -> tuple[Message | str, ...]:
    by = entry.get("by")
    return (
        entry["at"],
        entry["action"],
        say(entry["outcome"]),
        say(by) if by else "",
        entry.get("made") or "",
    )


def verify(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """Whether the journal is what the wallet wrote: its own, or one in a file."""
    if "file" in arguments:
        return verify_file(arguments)
    journal = journal_of(wallet)
    key = _own_key(wallet)
    if "key" in arguments and read_key(arguments["key"]) != key:
        raise BadInput("the wallet's journal is signed with another key than that")
    found = journal.found()
    if findings := examine(found, key):
        raise JournalBroken(findings)
    return _intact(found, key, _head_in(arguments, found, key))


def verify_file(arguments: Mapping[str, Any]) -> Result:
    """Whether an exported journal is what its key signed; this needs no wallet.

    Raises:
        JournalBroken: it is not; every entry that is not is named.
        BadInput: it is no exported journal.
    """
    exported = Exported.parse(read_file(arguments["file"], limit=LARGEST))
    key = read_key(arguments["key"]) if "key" in arguments else None
    exported.verify(key)
    warning = () if key else ((say("Note"), say("the key is the one that the file itself names")),)
    key = key or exported.head.key
    stands = _head_in(arguments, exported.journal, key)
    return _intact(exported.journal, key, stands, warning)


def _own_key(wallet: Wallet) -> Ed25519PublicKey:
    return read_key(encode_multikey(journal_of(wallet).signer.public_key))


def _head_in(arguments: Mapping[str, Any], found: Journalled, key: Ed25519PublicKey) -> Head | None:
    """The head that was named, which the journal still has at its place. Raises `JournalBroken`."""
    if "head" not in arguments:
        return None
    head = Head.parse(read_file(arguments["head"]))
    if not head.is_signed(key):
        raise JournalBroken((Finding(0, Fault.HEAD_CHANGED),))
    if head.count > found.count:
        missing = range(found.count + 1, head.count + 1)
        raise JournalBroken(tuple(Finding(number, Fault.MISSING) for number in missing))
    if head.count and hash_of(found.entries[head.count - 1]) != head.hash:
        raise JournalBroken((Finding(head.count, Fault.HEAD),))
    return head


def _intact(
    found: Journalled,
    key: Ed25519PublicKey,
    head: Head | None,
    notes: tuple[tuple[Message, Message | str], ...] = (),
) -> Result:
    open_, written = max(0, unclaimed(found)), encode_multikey(key)
    carried = len(found.before) - open_
    facts: list[tuple[Message, Message | str]] = [
        (say("Signed with"), written),
        (say("Last hash"), found.head),
    ]
    if carried:
        facts.append((say("From before the chain"), str(carried)))
    if open_:
        facts.append((say("Not in the chain"), str(open_)))
    if head is not None:
        facts.append((say("Head"), say("entry {number} is still there", number=head.count)))
    return Result(
        say("the journal holds, entries: {count}", count=found.count),
        data={
            "count": found.count,
            "key": written,
            "hash": found.head,
            "carried": carried,
            "unchained": open_,
            "head": head.count if head else None,
        },
        facts=(*facts, *notes),
    )


def export(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The journal as a file: JSON that can be verified, or CSV."""
    journal, target = journal_of(wallet), at_home(Path(arguments["output"]))
    as_csv = bool(arguments.get("csv"))
    shown = journal.head()
    if target.exists():
        raise BadInput(f"{str(target)!r} exists already", hint="choose another name")

    def perform() -> Result:
        journal.carry_over()
        head, found = journal.head(), journal.found()
        kept = found.before[: len(found.before) - max(0, unclaimed(found))]
        if as_csv:
            pieces = csv_pieces((*kept, *found.entries[: head.count]))
        else:
            pieces = json_pieces(head, kept, found.entries[: head.count])
        saved, _ = write_stream(target, pieces)
        key = encode_multikey(head.key)
        return Result(
            say("the journal is written, entries: {count}", count=head.count),
            data={"file": str(saved), "count": head.count, "key": key, "hash": head.hash},
            facts=((say("Signed with"), key),),
            saved=saved,
            next=None
            if as_csv
            else say("anybody can check it: holdfast history verify {file}", file=saved),
        )

    statement = Statement(
        say("Write the journal to a file, to be read by whoever gets it"),
        facts=(
            (say("Entries"), str(shown.count)),
            (say("Form"), "CSV" if as_csv else "JSON"),
            (say("Saved as"), str(target)),
        ),
        warnings=(say("it says what was done and when, and the ids of what was made"),),
    )
    binding = rfc8785.dumps([str(target), as_csv, shown.count, shown.hash])
    return Proposal("export_history", statement, binding, perform)


def anchor(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The head of the journal, by its hash in one transaction, with a receipt beside it."""
    head = journal_of(wallet).head()
    if not head.count:
        raise NoSuchEntry("there is nothing in the journal to anchor yet")
    folder = at_home(Path(arguments.get("output", wallet.home / RECEIPTS))).absolute()
    target = free_path(folder / f"journal-{head.count}.json")
    named = {target.name: head.serialized()}
    anchoring = anchor_named(wallet, named, arguments, action="anchor_history")

    def perform() -> Result:
        write_new(target, named[target.name])  # before the transaction, which names its hash
        return anchoring.perform()

    return replace(anchoring, perform=perform)


SHOW_HISTORY: Final = Action(
    name="show_history",
    verb=("history",),
    help="Show what was asked of the wallet and what became of it",
    example="holdfast history issue",
    parameters=(
        Parameter("filter", Kind.TEXT, "only entries with these words"),
        Parameter(
            "last",
            Kind.NUMBER,
            "how many, the newest; 20 if not said",
            flag="--last",
            planned=False,
        ),
        Parameter("all", Kind.FLAG, "with what was only read, too", flag="--all", planned=False),
    ),
    read=show,
)

VERIFY_HISTORY: Final = Action(
    name="verify_history",
    verb=("history", "verify"),
    help="Check that no entry of the journal was changed, dropped, moved or put in",
    example="holdfast history verify",
    parameters=(
        Parameter("file", Kind.PATH, "an exported journal; your own if not named"),
        Parameter("key", Kind.TEXT, "the journal's public key, z6Mk…", flag="--key"),
        Parameter("head", Kind.PATH, "a head of it that must still be in it", flag="--head"),
    ),
    read=verify,
    planned=False,
)

EXPORT_HISTORY: Final = Action(
    name="export_history",
    verb=("history", "export"),
    help="Write the journal to a file that others can verify",
    example="holdfast history export journal.json",
    parameters=(
        Parameter("output", Kind.PATH, "the file to write", required=True),
        Parameter("csv", Kind.FLAG, "as a table for spreadsheets, instead of JSON", flag="--csv"),
    ),
    propose=export,
    planned=False,
)

ANCHOR_HISTORY: Final = Action(
    name="anchor_history",
    verb=("history", "anchor"),
    help="Prove on a chain that the journal was there, up to its last entry",
    example="holdfast history anchor",
    parameters=(
        Parameter(
            "payer",
            Kind.DID,
            "the did:ethr whose account pays; the first if not named",
            flag="--payer",
        ),
        Parameter("output", Kind.PATH, "the folder for the receipts", flag="--output"),
    ),
    propose=anchor,
    planned=False,
)
