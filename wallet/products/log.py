"""A product's log: what happened to it, event by event, each signed and chained to the one before.

An event is a JSON object with a Data Integrity proof. `previous` is the SHA-256 of the event before
it, proof included, over RFC 8785's form. The first event begins the log and names whose it is.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.signed_json import signer_of
from wallet.credentials.timestamps import write_timestamp
from wallet.errors import BadInput
from wallet.journal.entry import GENESIS, hash_of, number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

TYPE: Final = "HoldfastProductEvent"
HEAD_TYPE: Final = "HoldfastProductHead"
VERSION: Final = 1
LONGEST: Final = 500
"""Of what happened, in characters."""
LONGEST_NAME: Final = 100
"""Of a product's name, or of a place, in characters."""
MOST_EVENTS: Final = 5_000
"""Of one log."""


class Fault(StrEnum):
    """What is wrong with an event; completes the sentence "event 5 …"."""

    CHANGED = "was changed, or is not signed by whose log it is"
    MISSING = "is missing"
    MOVED = "stands in another place"
    TWICE = "stands there twice"
    INSERTED = "was put in: it is none of this log's"
    UNCHAINED = "does not follow the event before it"
    BEYOND = "comes after the end that the log names"
    END = "is not the one that the log ends in"
    ANCHORED = "is not the one that was anchored"
    RECEIPT = "was not anchored as the log says"
    FILE = "the file was changed, or is not signed by whose log it is"
    ANOTHER = "it is the log of another signer"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, and where; `number` is that of the event, or its place where it was put in."""

    number: int
    fault: Fault

    def __str__(self) -> str:
        if self.fault in {Fault.FILE, Fault.ANOTHER}:
            return self.fault.value
        place = "what stands in place" if self.fault is Fault.INSERTED else "event"
        return f"{place} {self.number} {self.fault.value}"


def begun(
    name: str, *, signer: str, at: datetime, draw: Callable[[int], bytes] = secrets.token_bytes
) -> dict[str, Any]:
    """The first event of a log, not yet signed. Raises `BadInput`: the name is none."""
    return {
        "type": TYPE,
        "version": VERSION,
        "number": 1,
        "previous": GENESIS,
        "name": checked(name, "the name of a product", LONGEST_NAME),
        "signer": signer,
        "nonce": draw(16).hex(),  # two products of one name are two
        "at": write_timestamp(at),
    }


def happened(
    events: Sequence[Mapping[str, Any]], what: str, *, place: str | None, at: datetime
) -> dict[str, Any]:
    """The next event of a log, not yet signed. Raises `BadInput`: it cannot be written so."""
    if len(events) >= MOST_EVENTS:
        raise BadInput(f"a log has at most {MOST_EVENTS} events", hint="begin another one")
    where = {} if place is None else {"place": checked(place, "a place", LONGEST_NAME)}
    return {
        "type": TYPE,
        "version": VERSION,
        "number": len(events) + 1,
        "previous": hash_of(events[-1]),
        "event": checked(what, "an event", LONGEST),
        **where,
        "at": write_timestamp(at),
    }


def head_of(product: str, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is anchored of a log: how many events there are, and the hash of the last."""
    return {
        "type": HEAD_TYPE,
        "version": VERSION,
        "product": product,
        "count": len(events),
        "hash": hash_of(events[-1]),
    }


def examine(
    events: Sequence[Any], signer: str, *, count: int, end: str | None
) -> tuple[Finding, ...]:
    """What is wrong with a log of `count` events that ends in the hash `end`; nothing if it holds.

    `signer` is the DID whose log it is, which is its own document.
    """
    own = [_own_number(event, signer) for event in events]
    found = [*_out_of_order(own, count), *_strange(events, own, count), *_links(events, own)]
    if not found and hash_of(events[-1] if events else None) != end:
        found.append(Finding(count, Fault.END))
    return tuple(sorted(found, key=lambda finding: finding.number))


def checked(text: str, what: str, longest: int) -> str:
    """A text to be written into a log, which everybody who gets it reads. Raises `BadInput`."""
    text = text.strip()
    if not 0 < len(text) <= longest or not text.isprintable():
        raise BadInput(f"{what} has 1 to {longest} printable characters")
    return text


def _own_number(event: Any, signer: str) -> int | None:
    """The number of an event that the log's signer signed; None for anything else."""
    number = number_of(event)
    if number is None or number < 1 or (event.get("type"), event.get("version")) != (TYPE, VERSION):
        return None
    return number if signer_of(event, {signer}) else None


def _out_of_order(own: Sequence[int | None], count: int) -> Iterator[Finding]:
    """Events of the signer's own that stand where they do not belong."""
    seen: set[int] = set()
    highest = 0
    for number in own:
        if number is None:
            continue
        if number in seen:
            yield Finding(number, Fault.TWICE)
        elif number > count:
            yield Finding(number, Fault.BEYOND)
        elif number < highest:
            yield Finding(number, Fault.MOVED)
        highest = max(highest, number)
        seen.add(number)


def _strange(events: Sequence[Any], own: Sequence[int | None], count: int) -> Iterator[Finding]:
    """What the signer did not sign, in place of what; and what is not there at all."""
    there = {number for number in own if number is not None}
    wanted = [number for number in range(1, count + 1) if number not in there]
    for place, (event, number) in enumerate(zip(events, own, strict=True), 1):
        if number is not None:
            continue
        claimed = number_of(event)
        gone = claimed if claimed in wanted else next(iter(wanted), None)
        if gone is None:
            yield Finding(place, Fault.INSERTED)
        else:
            wanted.remove(gone)
            yield Finding(gone, Fault.CHANGED)
    yield from (Finding(number, Fault.MISSING) for number in wanted)


def _links(events: Sequence[Any], own: Sequence[int | None]) -> Iterator[Finding]:
    """Events of the signer's own that follow another than the one before them."""
    numbered = {
        number: event for number, event in zip(own, events, strict=True) if number is not None
    }
    for number, event in sorted(numbered.items(), key=lambda item: item[0]):
        before = numbered.get(number - 1)
        expected = GENESIS if number == 1 else None if before is None else hash_of(before)
        if expected is not None and event.get("previous") != expected:
            yield Finding(number, Fault.UNCHAINED)
