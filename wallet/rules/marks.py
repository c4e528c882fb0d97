"""What a presentation can be recognized by, kept as digests: so that a later one can be compared.

A mark is whatever stands in what was shown and is the same each time it is shown: the issuer's
signature, a place in a status list, an id, the second of a date, a claim. Whether it is rare, only
its issuer knows.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

import rfc8785

from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DIGITS = 32
"""Hex digits of a digest: more than two values of anybody's will ever share."""


class Sort(StrEnum):
    """What sort of thing a mark is."""

    SIGNATURE = "signature"  # the issuer's
    STATUS = "status"  # a place in a status list
    MEMBER = "member"  # an id, or a time to the second
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Mark:
    """One of them; `name` is that of the member or claim, or of the sort itself."""

    sort: Sort
    name: str
    digest: str

    @classmethod
    def of(cls, sort: Sort, name: str, value: Any) -> Self:
        """Of a value, as JSON."""
        digest = hashlib.sha256(rfc8785.dumps([sort.value, name, value])).hexdigest()
        return cls(sort, name, digest[:_DIGITS])

    @classmethod
    def read(cls, kept: object) -> Self | None:
        """One out of a record; None where it is none that is known here."""
        match kept:
            case [str(sort), str(name), str(digest)] if sort in set(Sort):
                return cls(Sort(sort), name, digest)
            case _:
                return None

    def kept(self) -> list[str]:
        """As a record has it."""
        return [self.sort.value, self.name, self.digest]


def document_marks(document: Mapping[str, Any]) -> Iterator[Mark]:
    """Those of what can be read of a credential, but for its proof."""
    for name in ("credentialStatus", "status"):
        entries = document.get(name, [])
        for entry in entries if isinstance(entries, list | tuple) else [entries]:
            yield Mark.of(Sort.STATUS, name, _place(entry))
    if isinstance(id_ := document.get("id"), str):
        yield Mark.of(Sort.MEMBER, "id", id_)
    for name in ("validFrom", "validUntil", "issuanceDate", "expirationDate"):
        if isinstance(time := document.get(name), str) and not is_of_a_day(time):
            yield Mark.of(Sort.MEMBER, name, time)
    subject = document.get("credentialSubject", {})
    for one in subject if isinstance(subject, list | tuple) else [subject]:
        for name, value in one.items():
            if name not in {"id", "type"} and not isinstance(value, bool):
                yield Mark.of(Sort.CLAIM, name, value)


def is_of_a_day(time: str) -> bool:
    """Whether a time is the first or the last second of a day, in its own offset."""
    return time[10:19] in {"T00:00:00", "T23:59:59"}


def _place(entry: Any) -> Any:
    """What of a status entry says which place it is."""
    match entry:
        case {"statusListCredential": url, "statusListIndex": index}:
            return [url, str(index)]
        case {"status_list": {"uri": url, "idx": index}}:
            return [url, str(index)]
        case _:
            return entry
