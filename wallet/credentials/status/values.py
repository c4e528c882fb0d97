"""Bitstring Status List 1.0, section 2, and Token Status List, sections 6 and 7: what is read.

An entry stands in a credential and names a place in a list; the list holds a value there; what the
value says is its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, assert_never

from wallet.credentials.status.errors import StatusUnverified

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from wallet.credentials.status.bits import BitList


class StatusKind(StrEnum):
    """The standards whose lists are read, by what an entry calls itself."""

    BITSTRING = "BitstringStatusListEntry"
    """Bitstring Status List 1.0."""
    STATUS_LIST_2021 = "StatusList2021Entry"
    """The draft of 2021 that became it."""
    TOKEN = "status_list"  # noqa: S105 - a claim's name
    """Token Status List (draft-ietf-oauth-status-list)."""


class Purpose(StrEnum):
    """The purposes that the standard names; an entry may have any other."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    REFRESH = "refresh"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where a credential's status is to be found.

    `purpose` and `size`, in bits, are None where the list alone says them (a Token Status List).
    `messages` has one text for each of the `2**size` values, or none at all. `references` are URLs
    of what explains them. `pointer` is where the entry stands in the credential.
    """

    kind: StatusKind
    url: str
    index: int
    pointer: str
    purpose: str | None = None
    size: int | None = None
    messages: tuple[str, ...] = field(default=(), repr=False)
    references: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownEntry:
    """A status told in a way that this wallet cannot read: it has one, and nobody looked."""

    type: str
    pointer: str


class Meaning(StrEnum):
    """What a value says of the credential."""

    GOOD = "good"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    REFRESH = "refresh"
    """There is a newer one to be had; this one still counts."""
    MESSAGE = "message"
    """Whatever the message says."""
    OTHER = "other"
    """Something that only the issuer and those it told can read; not good news."""


@dataclass(frozen=True, slots=True)
class StatusValue:
    """The status of one credential for one purpose.

    `message` is for those who write software, and no sentence for a person.
    """

    purpose: str | None
    value: int
    meaning: Meaning
    message: str

    @property
    def valid(self) -> bool:
        """What section 3.2 of the standard calls so: the value is zero."""
        return self.value == 0


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list as its issuer published it; its signature is for others to judge.

    `url` is what the list calls itself. `issued` and `expires` are the ends of its validity, in
    UTC; `ttl` is how long a copy need not be fetched again.
    """

    kind: StatusKind
    bits: BitList
    purposes: tuple[str, ...]
    url: str | None
    issuer: str | None
    issued: datetime | None
    expires: datetime | None
    ttl: timedelta | None
    messages: tuple[str, ...] = field(default=(), repr=False)

    def value(self, index: int) -> int:
        """The value at `index`.

        Raises:
            StatusOutOfRange: the list ends before.
        """
        return self.bits.value(index)

    def status(self, entry: StatusEntry) -> StatusValue:
        """What the list says of the credential that `entry` stands in.

        Raises:
            StatusOutOfRange: the list ends before.
            StatusUnverified: the entry and the list give the value two meanings.
        """
        value = self.value(entry.index)
        if entry.kind is StatusKind.TOKEN:
            meaning, message = _TYPES.get(value, _UNREGISTERED)
            return StatusValue(entry.purpose, value, meaning, message)
        told = {names[value] for names in (entry.messages, self.messages) if value < len(names)}
        if len(told) > 1:
            raise StatusUnverified(f"the credential and its status list read {value} differently")
        message = told.pop() if told else ("set" if value else "unset")
        return StatusValue(entry.purpose, value, _meaning(entry.purpose, value), message)


def _meaning(purpose: str | None, value: int) -> Meaning:
    """Section 2.1: the purposes that are named; of another, only zero is known to be good."""
    known = _PURPOSES.get(purpose) if purpose is not None else None
    if known is Purpose.MESSAGE:
        return Meaning.MESSAGE
    if value == 0:
        return Meaning.GOOD
    match known:
        case Purpose.REVOCATION:
            return Meaning.REVOKED
        case Purpose.SUSPENSION:
            return Meaning.SUSPENDED
        case Purpose.REFRESH:
            return Meaning.REFRESH
        case None:
            return Meaning.OTHER
        case _:
            assert_never(known)


_PURPOSES: Final = {purpose.value: purpose for purpose in Purpose}

# Token Status List, section 7.1, and its registry of status types.
_APPLICATION: Final = (Meaning.OTHER, "APPLICATION_SPECIFIC")
_UNREGISTERED: Final = (Meaning.OTHER, "UNREGISTERED")
_TYPES: Final = {
    0x00: (Meaning.GOOD, "VALID"),
    0x01: (Meaning.REVOKED, "INVALID"),
    0x02: (Meaning.SUSPENDED, "SUSPENDED"),
    **dict.fromkeys((0x03, 0x0C, 0x0D, 0x0E, 0x0F), _APPLICATION),
}
