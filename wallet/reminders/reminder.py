"""A reminder: of what, when, and whether it is done with.

Times are ISO 8601: a date, which begins at midnight where the person is, or a time with an offset.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final, Self

import rfc8785

from wallet.errors import BadInput, NoSuchEntry
from wallet.vault.errors import IntegrityError, RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from wallet.vault.record import Record
    from wallet.vault.vault import Vault

LONGEST: Final = 500
"""Of what a reminder is about, in characters."""
_LAST_YEAR: Final = 9998
"""After it a time may have no counterpart in another offset."""
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to be reminded of.

    Attributes:
        about: what, in the person's words.
        when: a date, or a time with an offset, ISO 8601.
        credential: the id of the credential that it is about, if it is about one.
        done: when the person was done with it; None before.
        told: the last day on which it was told that it is due.
    """

    about: str
    when: str
    credential: str | None = None
    done: str | None = None
    told: str | None = None

    @property
    def id(self) -> str:
        """`rem-` and eight hex digits of the SHA-256 of what and when."""
        return f"rem-{hashlib.sha256(rfc8785.dumps([self.about, self.when])).hexdigest()[:8]}"

    @property
    def is_day(self) -> bool:
        """Whether it is for a whole day."""
        return _DATE.fullmatch(self.when) is not None

    def moment(self, zone: tzinfo | None) -> datetime:
        """When it is due; a day begins at midnight in `zone`."""
        if self.is_day:
            return datetime.combine(date.fromisoformat(self.when), time(), zone)
        return datetime.fromisoformat(self.when)

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come, and nobody is done with it."""
        return self.done is None and self.moment(now.tzinfo) <= now

    @classmethod
    def of(cls, record: Record) -> Self:
        """The reminder that a vault record holds. Raises `IntegrityError` where it is none."""
        match dict(record.body):
            case {
                "about": str(about),
                "when": str(when),
                "credential": str() | None as credential,
                "done": str() | None as done,
                "told": str() | None as told,
            } if _is_moment(when):
                return cls(about, when, credential, done, told)
            case _:
                raise IntegrityError("the record of a reminder", "cannot be read")

    def body(self) -> dict[str, Any]:
        """The reminder as a record's body."""
        return {
            "about": self.about,
            "when": self.when,
            "credential": self.credential,
            "done": self.done,
            "told": self.told,
        }


def reminders(vault: Vault) -> tuple[Reminder, ...]:
    """All of them, the oldest first. Raises `IntegrityError`."""
    return tuple(map(Reminder.of, vault.all(Kind.REMINDER)))


def reminder(vault: Vault, id_: str) -> Reminder:
    """The one with that id. Raises `NoSuchEntry`."""
    try:
        return Reminder.of(vault.get(Kind.REMINDER, id_))
    except RecordNotFound as error:
        raise NoSuchEntry(
            f"the wallet has no reminder {id_!r:.100}", hint="see: holdfast reminders"
        ) from error


def keep(vault: Vault, kept: Reminder) -> None:
    """Keep a reminder, in place of the one with its id."""
    vault.put(Kind.REMINDER, kept.body(), id=kept.id)


def to_be_told(vault: Vault, now: datetime) -> tuple[Reminder, ...]:
    """Those that are due and were not told today."""
    today = now.date().isoformat()
    return tuple(one for one in reminders(vault) if one.is_due(now) and one.told != today)


def were_told(vault: Vault, told: Iterable[Reminder], now: datetime) -> None:
    """Write down that they were told today."""
    with vault.transaction():
        for one in told:
            keep(vault, replace(one, told=now.date().isoformat()))


def read_when(text: str, now: datetime) -> str:
    """A date, or a time with an offset, as it is kept: without one, the offset of `now` is meant.

    Raises:
        BadInput: it is neither, or has passed.
    """
    if _DATE.fullmatch(text) and _is_moment(text):
        if text < now.date().isoformat():
            raise BadInput(f"{text} has passed", hint=f"today is {now.date().isoformat()}")
        return text
    if not _TIME.fullmatch(text) or not _is_moment(text):
        raise BadInput(
            f"{text!r:.100} is no date, nor a time", hint="write it as 2027-06-30T09:00:00+02:00"
        )
    moment = datetime.fromisoformat(text)
    if moment.year > _LAST_YEAR:
        raise BadInput(f"nobody can be reminded of anything in {moment.year}")
    moment = moment.replace(microsecond=0, tzinfo=moment.tzinfo or now.tzinfo)
    if moment <= now:
        raise BadInput(f"{text} has passed", hint=f"now it is {now.isoformat(timespec='seconds')}")
    return moment.isoformat()


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
