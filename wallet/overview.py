"""The credentials as a person looks through them: of one state, in one order, a few at a time.

An `Overview` is worked out once for what is wanted, and then gives any of its rows without looking
at the others. What changes after that is in the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

from wallet.credentials.status import Purpose
from wallet.entries import credential, names
from wallet.messages import Message, say
from wallet.search.label import Label, moment
from wallet.search.words import normal, words_of
from wallet.status_lists import BITSTRING, REVOKED, SUSPENDED_TOKEN, TOKEN, status_lists
from wallet.statuses_seen import INVALID, statuses_seen
from wallet.statuses_seen import REVOKED as REVOKED_ONCE
from wallet.statuses_seen import SUSPENDED as SUSPENDED_ONCE
from wallet.trash import deleted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from wallet.statuses_seen import Seen
    from wallet.trash import Deleted
    from wallet.vault.vault import Vault
    from wallet.wallet import Wallet

SOON: Final = timedelta(days=30)
"""How long before its end a credential is said to expire soon."""
_FAR: Final = 60
"""From how many days on a day is told by its date."""


class Standing(StrEnum):
    """How a credential stands, as far as the wallet knows without asking anybody."""

    IN_FORCE = "in force"
    SOON = "expires soon"
    EXPIRED = "expired"
    INVALID = "invalid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    DELETED = "deleted"


class Among(StrEnum):
    """Which of the credentials are looked through."""

    ALL = "all"
    IN_FORCE = "in force"
    SOON = "expiring soon"
    EXPIRED = "expired"
    REVOKED = "revoked or suspended"
    HELD = "held"
    ISSUED = "issued"
    DELETED = "deleted"


class Order(StrEnum):
    """By what they are sorted."""

    ADDED = "added"  # the newest first
    NAME = "name"
    ISSUER = "issuer"
    UNTIL = "until"  # what ends first, first


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to look through; `backwards` turns the order around."""

    words: str = ""
    among: Among = Among.ALL
    tag: str | None = None
    order: Order = Order.ADDED
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A credential as a list or a card shows it.

    Attributes:
        label: what the index knows of it.
        issuer: the name that the person knows the issuer by, or else its identifier.
        is_known: whether the person has a name for it.
        standing: how it stands.
        ends: when it ends, in a person's words: "in 12 days"; of one that was seen to be taken back
            when it was verified, when that was.
    """

    label: Label
    issuer: str
    is_known: bool
    standing: Standing
    ends: Message

    @property
    def id(self) -> str:
        """The credential's."""
        return self.label.id


@dataclass(frozen=True, slots=True)
class _Eyes:
    """What is known beside the credentials themselves, as of a time."""

    now: datetime
    over: str
    soon: str
    known: Mapping[str, str]
    taken_back: Mapping[str, Standing]
    seen: Mapping[str, Seen]

    @classmethod
    def of(cls, wallet: Wallet) -> Self:
        now, vault = wallet.clock(), wallet.vault
        by_us, seen = taken_back(vault), statuses_seen(vault)
        return cls(now, moment(now), moment(now + SOON), names(vault), by_us, seen)

    def issuer(self, label: Label) -> str:
        return self.known.get(label.issuer, label.issuer)

    def standing(self, label: Label) -> Standing:
        if (told := self.taken_back.get(label.id)) is not None:
            return told
        if (seen := self.seen.get(label.id)) is not None:
            return _SEEN[seen.status]
        if label.valid_until is None or label.valid_until >= self.soon:
            return Standing.IN_FORCE
        return Standing.EXPIRED if label.valid_until < self.over else Standing.SOON

    def listed(self, label: Label) -> Listed:
        until = None if label.valid_until is None else datetime.fromisoformat(label.valid_until)
        ends = say("no end") if until is None else when(until, self.now)
        seen = None if label.id in self.taken_back else self.seen.get(label.id)
        if seen is not None:
            ends = say("seen {when}", when=when(seen.at, self.now))
        known = label.issuer in self.known
        return Listed(label, self.issuer(label), known, self.standing(label), ends)

    def deleted(self, one: Deleted) -> Listed:
        label = one.about
        ends = say("gone for good: {when}", when=when(one.until, self.now))
        known = label.issuer in self.known
        return Listed(label, self.issuer(label), known, Standing.DELETED, ends)


class Overview:
    """What is wanted, found and sorted. It belongs to the wallet's thread, as the wallet does."""

    def __init__(self, wallet: Wallet, wanted: Wanted) -> None:
        """Reads no more than the order takes: of the newest first, no label at all."""
        self._wallet: Final = wallet
        self._eyes: Final = _Eyes.of(wallet)
        self._gone: Sequence[Deleted] = ()
        self._numbers: Sequence[int] = ()
        if wanted.among is Among.DELETED:
            self._gone = _gone(wallet.vault, wanted, self._eyes)
        else:
            self._numbers = self._found(wanted)

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self._gone) or len(self._numbers)

    def rows(self, start: int, count: int) -> tuple[Listed, ...]:
        """Some of them, from `start` on; what was deleted meanwhile is left out."""
        end = start + count
        if self._gone:
            return tuple(map(self._eyes.deleted, self._gone[start:end]))
        labels = self._wallet.index.labels(self._numbers[start:end])
        return tuple(map(self._eyes.listed, labels))

    def _found(self, wanted: Wanted) -> Sequence[int]:
        eyes, index = self._eyes, self._wallet.index
        tags = () if wanted.tag is None else (wanted.tag,)
        numbers = index.matching(wanted.words, known=eyes.known, now=eyes.now, tags=tags)
        fits, by = _FITS.get(wanted.among), _KEYS.get(wanted.order)
        if fits is not None or by is not None:
            pairs = list(zip(numbers, index.labels(numbers), strict=True))
            if fits is not None:
                pairs = [pair for pair in pairs if fits(pair[1], eyes.standing(pair[1]))]
            if by is not None:
                pairs.sort(key=lambda pair: by(pair[1], eyes))
            numbers = tuple(number for number, _ in pairs)
        return numbers[::-1] if wanted.backwards else numbers


STANDINGS: Final[Mapping[Standing, Message]] = MappingProxyType(
    {
        Standing.IN_FORCE: say("in force"),
        Standing.SOON: say("expires soon"),
        Standing.EXPIRED: say("expired"),
        Standing.INVALID: say("invalid"),
        Standing.REVOKED: say("revoked"),
        Standing.SUSPENDED: say("suspended"),
        Standing.DELETED: say("deleted"),
    }
)
AMONG: Final[Mapping[Among, Message]] = MappingProxyType(
    {
        Among.ALL: say("all"),
        Among.IN_FORCE: say("in force"),
        Among.SOON: say("expiring soon"),
        Among.EXPIRED: say("expired"),
        Among.REVOKED: say("revoked or suspended"),
        Among.HELD: say("held"),
        Among.ISSUED: say("issued"),
        Among.DELETED: say("deleted"),
    }
)
ORDERS: Final[Mapping[Order, Message]] = MappingProxyType(
    {
        Order.ADDED: say("newest first"),
        Order.NAME: say("name"),
        Order.ISSUER: say("issuer"),
        Order.UNTIL: say("end"),
    }
)
"""Each in a person's words."""

_FITS: Final[Mapping[Among, Callable[[Label, Standing], bool]]] = MappingProxyType(
    {
        Among.IN_FORCE: lambda _, standing: standing in {Standing.IN_FORCE, Standing.SOON},
        Among.SOON: lambda _, standing: standing is Standing.SOON,
        Among.EXPIRED: lambda _, standing: standing is Standing.EXPIRED,
        Among.REVOKED: lambda _, standing: standing in {Standing.REVOKED, Standing.SUSPENDED},
        Among.HELD: lambda label, _: label.role == "held",
        Among.ISSUED: lambda label, _: label.role == "issued",
    }
)
_KEYS: Final[Mapping[Order, Callable[[Label, _Eyes], tuple[bool, str]]]] = MappingProxyType(
    {
        Order.NAME: lambda label, _: (False, normal(label.shown)),
        Order.ISSUER: lambda label, eyes: (label.issuer not in eyes.known, eyes.issuer(label)),
        Order.UNTIL: lambda label, _: (label.valid_until is None, label.valid_until or ""),
    }
)
"""What they are sorted by; issuers that the person knows come first, and what ends never, last."""


def listed(wallet: Wallet, reference: str) -> Listed:
    """One of the wallet's credentials, by its id or name. Raises `NoSuchEntry`, `Ambiguous`."""
    entry = credential(wallet.index, reference)
    label = Label.of(entry.id, entry.name, entry.role, entry.credential, entry.tags)
    return _Eyes.of(wallet).listed(label)


def standings(wallet: Wallet) -> Callable[[Label], Standing]:
    """What tells how a credential stands, as of now."""
    return _Eyes.of(wallet).standing


def taken_back(vault: Vault) -> Mapping[str, Standing]:
    """What the wallet issued and took back, by the credential's id, as its own status lists say."""
    found: dict[str, Standing] = {}
    for kept in status_lists(vault):
        for id_ in kept.taken:
            standing = _MEANS.get((kept.kind, kept.purpose, kept.value_of(id_)))
            if standing is not None and found.get(id_) is not Standing.REVOKED:
                found[id_] = standing
    return found


def _meanings() -> Iterator[tuple[tuple[str, str, int], Standing]]:
    for purpose in Purpose:
        yield (TOKEN, purpose.value, REVOKED), Standing.REVOKED
        yield (TOKEN, purpose.value, SUSPENDED_TOKEN), Standing.SUSPENDED
    yield (BITSTRING, Purpose.REVOCATION.value, 1), Standing.REVOKED
    yield (BITSTRING, Purpose.SUSPENSION.value, 1), Standing.SUSPENDED


_SEEN: Final[Mapping[str, Standing]] = MappingProxyType(
    {
        INVALID: Standing.INVALID,
        REVOKED_ONCE: Standing.REVOKED,
        SUSPENDED_ONCE: Standing.SUSPENDED,
    }
)
_MEANS: Final[Mapping[tuple[str, str, int], Standing]] = MappingProxyType(dict(_meanings()))


def _gone(vault: Vault, wanted: Wanted, eyes: _Eyes) -> Sequence[Deleted]:
    """What lies in the trash, and has the words and the tag that are wanted."""
    words = words_of(wanted.words)
    tag = None if wanted.tag is None else normal(wanted.tag)
    found = [
        one
        for one in deleted(vault, eyes.now)[::-1]
        if all(word in _spoken(one, eyes) for word in words)
        and (tag is None or tag in map(normal, one.about.tags))
    ]
    if (by := _KEYS.get(wanted.order)) is not None:
        found.sort(key=lambda one: by(one.about, eyes))
    return found[::-1] if wanted.backwards else found


def _spoken(one: Deleted, eyes: _Eyes) -> str:
    label = one.about
    return normal(" ".join((label.id, label.name, *label.types, eyes.issuer(label), *label.tags)))


def when(time: datetime, now: datetime) -> Message:
    """A time as a person says it: "in 12 days", "3 days ago", or its date where that is far."""
    days = (time.astimezone(now.tzinfo).date() - now.date()).days
    match days:
        case 0:
            return say("today")
        case 1:
            return say("tomorrow")
        case -1:
            return say("yesterday")
        case _ if 0 < days <= _FAR:
            return say("in {count} days", count=days)
        case _ if -_FAR <= days < 0:
            return say("{count} days ago", count=-days)
        case _:
            return say("on {date}", date=time.astimezone(now.tzinfo).date().isoformat())
